// Two texts, line by line: what one has and the other has not, and a short sign by which to tell them apart.

/** @typedef {{mark: "+" | "-" | " " | "@", text: string}} Line "@": lines that are alike were left out */

const AROUND = 3, MOST_CELLS = 4_000_000;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** The CRC-32 of a text in UTF-8, as labsite/sandboxes/texts.py reckons it; no file is as an empty one. @param {string | null} text */
export function sum(text) {
  let rest = 0xffffffff;
  for (const byte of new TextEncoder().encode(text ?? "")) rest = (rest >>> 8) ^ TABLE[(rest ^ byte) & 0xff];
  return String((rest ^ 0xffffffff) >>> 0);
}

/** What is in *before* and not in *after* (-), and the other way round (+), with a few lines around. @param {string} before @param {string} after @returns {Line[]} */
export function differences(before, after) {
  const old = lines(before), now = lines(after);
  let head = 0, tail = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  while (tail < Math.min(old.length, now.length) - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  return near([...marked(" ", old.slice(0, head)), ...middle, ...marked(" ", old.slice(old.length - tail))]);
}

/** @param {string} text */
const lines = (text) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** @param {Line["mark"]} mark @param {string[]} texts @returns {Line[]} */
const marked = (mark, texts) => texts.map((text) => ({ mark, text }));

/** By the longest lines in common; where that would be too much work, all of one for all of the other. @param {string[]} old @param {string[]} now @returns {Line[]} */
function between(old, now) {
  if (old.length * now.length > MOST_CELLS) return [...marked("-", old), ...marked("+", now)];
  const wide = now.length + 1, common = new Uint32Array((old.length + 1) * wide);
  for (let at = old.length - 1; at >= 0; at -= 1)
    for (let to = now.length - 1; to >= 0; to -= 1)
      common[at * wide + to] = old[at] === now[to] ? common[(at + 1) * wide + to + 1] + 1 : Math.max(common[(at + 1) * wide + to], common[at * wide + to + 1]);
  /** @type {Line[]} */
  const found = [];
  let at = 0, to = 0;
  while (at < old.length || to < now.length) {
    if (at < old.length && to < now.length && old[at] === now[to]) found.push({ mark: " ", text: old[at++] }), (to += 1);
    else if (to === now.length || (at < old.length && common[(at + 1) * wide + to] >= common[at * wide + to + 1])) found.push({ mark: "-", text: old[at++] });
    else found.push({ mark: "+", text: now[to++] });
  }
  return found;
}

/** Only lines near others that differ. @param {Line[]} all @returns {Line[]} */
function near(all) {
  const places = new Set(all.flatMap(({ mark }, at) => (mark === " " ? [] : Array.from({ length: 2 * AROUND + 1 }, (_, step) => at - AROUND + step))));
  return all.flatMap((line, at) => (places.has(at) ? [line] : at && places.has(at - 1) ? [/** @type {Line} */ ({ mark: "@", text: "⋯" })] : []));
}
