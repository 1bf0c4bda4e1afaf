// What the open view of the selected thing shows: YAML, events, files, processes (labsite/console/views.py).
import { statusCell, timeCell } from "./tables.js";
import { say } from "./words.js";

/** @typedef {{view: string, path: string, text?: string | null, rows?: any[]}} Look */

const MODE = "rwxrwxrwx";

/** Permissions as ls writes them. @param {number} mode */
const permissions = (mode) => Array.from(MODE, (letter, at) => ((mode >> (8 - at)) & 1 ? letter : "-")).join("");

/** @param {(string | Node)[]} cells */
function row(cells) {
  const made = document.createElement("tr");
  made.append(...cells.map((content) => {
    if (content instanceof HTMLTableCellElement) return content;
    const cell = document.createElement("td");
    cell.append(content);
    return cell;
  }));
  return made;
}

/** @param {string} name @param {string[]} columns @param {HTMLTableRowElement[]} rows */
function table(name, columns, rows) {
  const made = document.createElement("table"), head = made.createTHead().insertRow();
  made.setAttribute("aria-label", name);
  head.append(...columns.map((text) => Object.assign(document.createElement("th"), { textContent: text, scope: "col" })));
  made.createTBody().append(...rows);
  return made;
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}

/** @param {string} text */
const nothing = (text) => Object.assign(document.createElement("p"), { className: "empty", textContent: text });

/** @param {string} text */
const long = (text) => Object.assign(document.createElement("td"), { className: "long", textContent: text });

/** How each view is shown. @type {Record<string, (look: Look, go: (path: string) => void) => Node[]>} */
const VIEWS = {
  yaml: ({ text }) => [Object.assign(document.createElement("pre"), { textContent: text || say("There is no such object."), lang: "en" })],
  events: ({ rows = [] }) =>
    rows.length
      ? [table(say("Events"), ["Last Seen", "Type", "Reason", "Count", "Message"], rows.map((each) => row([timeCell(each.since), statusCell(each.type, each.type === "Normal" ? "off" : "bad"), each.reason, String(each.count), long(each.message)])))]
      : [nothing(say("There are no events about it."))],
  files: ({ path, rows = [], text }, go) => [
    folders(path, go),
    ...(typeof text === "string"
      ? [Object.assign(document.createElement("pre"), { textContent: text })]
      : [rows.length ? table(say("Files"), ["Mode", "Owner", "Size", "Name"], rows.map((each) => file(each, go))) : nothing(say("Nothing is there."))]),
  ],
  processes: ({ rows = [] }) =>
    rows.length
      ? [table(say("Processes"), ["PID", "PPID", "UID", "S", "RSS", "Age", "Command"], rows.map((each) => row([each.pid, each.ppid, each.uid, each.state, `${Math.round(each.memory / 1024)}K`, timeCell(each.started), long(each.command)].map((value) => (typeof value === "number" ? String(value) : value)))))]
      : [nothing(say("No process runs there."))],
};

/** @param {any} each @param {(path: string) => void} go */
function file({ path, kind, mode, uid, gid, size }, go) {
  const name = `${path.split("/").at(-1)}${kind === "dir" ? "/" : ""}`;
  return row([`${kind === "dir" ? "d" : kind === "link" ? "l" : "-"}${permissions(mode)}`, `${uid}:${gid}`, String(size), button(name, () => go(path))]);
}

/** The way to a path: each of its folders can be gone to. @param {string} path @param {(path: string) => void} go */
function folders(path, go) {
  const made = Object.assign(document.createElement("p"), { className: "path" }), parts = path.split("/").filter(Boolean);
  made.append(button("/", () => go("/")), ...parts.map((part, at) => button(`${part}${at < parts.length - 1 ? "/" : ""}`, () => go(`/${parts.slice(0, at + 1).join("/")}`))));
  return made;
}

/** Show a look in its place; what has the focus keeps it. @param {HTMLElement} place @param {Look} look @param {(path: string) => void} go */
export function showLook(place, look, go) {
  const focused = place.contains(document.activeElement) ? document.activeElement?.textContent : null, top = place.scrollTop;
  place.replaceChildren(...VIEWS[look.view](look, go));
  place.scrollTop = top;
  if (focused !== null) {
    const again = [...place.querySelectorAll("button")].find((each) => each.textContent === focused);
    (again ?? place).focus();
  }
}
