// What the open view of the selected thing shows: YAML, conditions, events, files, processes (labsite/console/views.py).
import { whyButton } from "./asking.js";
import { focusedIn, statusCell, timeCell } from "./tables.js";
import { say } from "./words.js";

/** @typedef {{view: string, resource: string, namespace: string, pod: string, path: string, text?: string | null, rows?: any[]}} Look */

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

/** @param {Array<string | Node>} content */
function holding(...content) {
  const made = document.createElement("td");
  made.append(...content);
  return made;
}

/** @param {string} text */
const long = (text) => Object.assign(document.createElement("td"), { className: "long", textContent: text });

/** How each view is shown. @type {Record<string, (look: Look, go: (path: string) => void) => Node[]>} */
const VIEWS = {
  yaml: ({ text }) => [Object.assign(document.createElement("pre"), { textContent: text || say("There is no such object."), lang: "en" })],
  events: ({ rows = [] }) =>
    rows.length
      ? [table(say("Events"), ["Last Seen", "Type", "Reason", "Count", "Message"], rows.map(eventRow))]
      : [nothing(say("There are no events about it."))],
  conditions: ({ rows = [], ...look }) =>
    rows.length
      ? [table(say("Conditions"), ["Type", "Status", "Reason", "Since", "Message"], rows.map((each) => conditionRow(look, each)))]
      : [nothing(say("It has no conditions."))],
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

/** @param {any} each */
function eventRow({ since, type, reason, count, message, namespace, name }) {
  const asked = holding(reason, ...whyButton({ about: "event", namespace, name }, say("Why {what}?", { what: reason })));
  return row([timeCell(since), statusCell(type, type === "Normal" ? "off" : "bad"), asked, String(count), long(message)]);
}

/** Conditions of which it is bad that they are true; of all others, that they are not. */
const TROUBLES = /Pressure$|Unavailable$|^(Failed|FailureTarget|ReplicaFailure|DisruptionTarget|PodResizePending)$/;

/** @param {Omit<Look, "rows">} look @param {any} each */
function conditionRow({ resource, namespace, pod }, { type, status, reason, since, message }) {
  const fine = status === (TROUBLES.test(type) ? "False" : "True");
  const label = say("Why is {type} of {name} {status}?", { type, name: pod, status });
  const asked = holding(statusCell(status, fine ? "good" : status === "Unknown" ? "bad" : "wait"), ...whyButton({ about: "condition", resource, namespace, name: pod, condition: type }, label));
  return row([type, asked, reason, since === null ? "" : timeCell(since), long(message)]);
}

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
  const focused = place.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null, top = place.scrollTop;
  const before = place.querySelectorAll("button").length, at = focusedIn(place);
  place.replaceChildren(...VIEWS[look.view](look, go));
  place.scrollTop = top;
  if (focused) {
    const buttons = [...place.querySelectorAll("button")], asks = focused.dataset.why; // those that ask are all called the same
    const again = asks ? buttons[buttons.length === before ? at : -1] : buttons.find((each) => each.textContent === focused.textContent);
    (again ?? place).focus();
  }
}
