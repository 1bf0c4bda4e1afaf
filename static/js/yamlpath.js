// Where in a manifest somebody writes: the path from the top of its document, found by indentation alone, so that it works while
// the text is no YAML yet.

/** A line taken apart: where dashes stand, where its key begins, and what follows the colon.
 * @typedef {{dashes: number[], column: number, key: string, value: string | null}} Parts */
/** The path of a place: names, and "[]" for an item of a list. `column` is where a key stands, or would stand.
 * @typedef {{version: string, kind: string, path: string[], column: number, from: number, word: string, value: boolean, present: string[]}} Where */

const KEY = /^("[^"]*"|'[^']*'|[^\s#:'"[\]{},&*!|>%@`-][^#:]*?|[^\s:]+)\s*:(?:\s+(.*))?$/;
const MOST_LINES = 3000;

/** @param {string} line @returns {Parts | null} null for a line that says nothing */
export function parts(line) {
  if (!line.trim() || line.trim().startsWith("#")) return null;
  const dashes = [];
  let at = line.length - line.trimStart().length;
  while (/^-(\s|$)/.test(line.slice(at))) {
    dashes.push(at);
    at += 1;
    at += line.slice(at).length - line.slice(at).trimStart().length;
  }
  const found = line.slice(at).trimEnd().match(KEY);
  return { dashes, column: at, key: found ? found[1].replace(/^["']|["']$/g, "") : "", value: found ? (found[2] ?? "").replace(/\s+#.*$/, "").replace(/^#.*$/, "") : null };
}

/** The first and the last line of the document in which line *number* is. @param {string[]} lines @param {number} number */
function bounds(lines, number) {
  let first = number, last = number;
  while (first > 0 && !lines[first - 1].startsWith("---")) first -= 1;
  while (last < lines.length - 1 && !lines[last + 1].startsWith("---")) last += 1;
  return [first, last];
}

/** The value of a key at the top. @param {string[]} lines @param {string} key */
function top(lines, key) {
  const found = lines.find((line) => line.startsWith(`${key}:`));
  return found ? (parts(found)?.value ?? "").replace(/^["']|["']$/g, "") : "";
}

/** The place in *lines* at *column* of line *number*; null inside a text, or where brackets are used. @param {string[]} lines @param {number} number @param {number} column @returns {Where | null} */
export function whereIs(lines, number, column) {
  const [first, last] = bounds(lines, number), line = lines[number], before = line.slice(0, column);
  if (line.startsWith("---") || before.trimStart().startsWith("#") || number - first > MOST_LINES) return null;
  const here = parts(before) ?? { dashes: [], column, key: "", value: null };
  const document = lines.slice(first, last + 1);
  const base = { version: top(document, "apiVersion"), kind: top(document, "kind"), column: here.column };
  if (here.value !== null && /:\s/.test(before.slice(here.column))) {
    if (/^[[{|>&*!]/.test(here.value)) return null;
    const path = climb(lines, first, number, here.column, here.dashes);
    const word = before.slice(here.column).replace(/^[^:]*:\s+/, "");
    return path && { ...base, path: [...path, here.key], from: column - word.length, word, value: true, present: [] };
  }
  const path = climb(lines, first, number, here.column, here.dashes);
  if (!path) return null;
  const word = before.slice(here.column);
  return { ...base, path, from: here.column, word, value: false, present: siblings(lines, first, last, number, here) };
}

/** The path of the mapping, or list, in which something stands at *column* of line *number*, behind *dashes*.
 * @param {string[]} lines @param {number} first @param {number} number @param {number} column @param {number[]} dashes @returns {string[] | null} */
function climb(lines, first, number, column, dashes) {
  /** @type {string[]} */
  const path = [];
  let at = column, inList = false;
  /** @param {number[]} found the dashes before what stands at `at` */
  const leave = (found) => {
    for (const dash of [...found].reverse()) {
      path.unshift("[]");
      at = dash;
      inList = true;
    }
  };
  leave(dashes);
  for (let each = number - 1; each >= first && (at > 0 || inList); each -= 1) {
    const found = parts(lines[each]);
    if (!found) continue;
    if (!inList && found.column === at && found.value !== null && found.dashes.length) leave(found.dashes);
    else if (found.value === null || found.column > at || (!inList && found.column === at) || found.dashes.includes(at)) continue;
    else if (found.value) return null; // a text that goes on, or something that is no YAML
    else {
      path.unshift(found.key);
      at = found.column;
      inList = false;
      leave(found.dashes);
    }
  }
  return path;
}

/** The keys that the mapping at hand has already. @param {string[]} lines @param {number} first @param {number} last @param {number} number @param {Parts} here */
function siblings(lines, first, last, number, here) {
  /** @type {string[]} */
  const found = [];
  /** @param {number} step */
  const look = (step) => {
    if (step < 0 && here.dashes.length) return;
    for (let each = number + step; each >= first && each <= last; each += step) {
      const other = parts(lines[each]);
      if (!other || other.column > here.column) continue;
      if (other.column < here.column || (step > 0 && other.dashes.length)) return;
      found.push(other.key);
      if (other.dashes.length) return;
    }
  };
  look(-1);
  look(1);
  return found;
}
