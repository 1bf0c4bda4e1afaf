// The tables of Pods, Services and events: rows as the API server prints them, with ages that go on by themselves.
import { whyOfRow } from "./asking.js";
import { age } from "./clock.js";
import { say } from "./words.js";

/** @typedef {string | {since: number, text?: string}} Cell */
/** @typedef {{key: string, cells: Cell[]}} Row */

/** How a Pod's status looks beside its word; the first that fits. @type {Array<[RegExp, string]>} */
const LOOKS = [
  [/^(Running|Succeeded|Active|Ready)$/, "good"],
  [/^Completed$/, "off"],
  [/^(Pending|ContainerCreating|PodInitializing|Terminating|SchedulingGated|ContainerStatusUnknown|Init:\d+\/\d+)$/, "wait"],
  [/./, "bad"],
];
const LONG = ["message"];
/** The column beside which one asks why. @type {Record<string, string>} */
const ASKED = { pods: "status", services: "name", events: "reason" };

export class Table {
  /** @param {string} resource @param {(key: string) => void} [choose] called when a row is chosen */
  constructor(resource, choose) {
    this.resource = resource;
    this.choose = choose;
    this.table = /** @type {HTMLTableElement} */ (document.getElementById(`table-${resource}`));
    this.tab = /** @type {HTMLElement} */ (document.getElementById(`tab-${resource}`));
    /** @type {Map<string, {row: Row, element: HTMLTableRowElement}>} */
    this.rows = new Map();
    /** @type {string[]} */
    this.columns = [];
    this.chosen = "";
  }

  /** @param {{columns: string[], rows: Row[]}} seen */
  see({ columns, rows }) {
    if (columns.length) this.columns = columns;
    const head = document.createElement("tr");
    head.append(...this.columns.map((name) => Object.assign(document.createElement("th"), { textContent: name, scope: "col" })));
    /** @type {HTMLTableSectionElement} */ (this.table.tHead).replaceChildren(head);
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.rows.keys()) if (!keys.has(key)) this.drop(key);
    for (const row of rows) this.put(row, false);
    this.sort();
  }

  /** @param {{put: Row[], gone: string[]}} change */
  change({ put, gone }) {
    for (const key of gone) this.drop(key);
    for (const row of put) this.put(row, true);
    this.sort();
    if (this.tab.getAttribute("aria-selected") !== "true") this.tab.classList.add("news");
  }

  /** @param {Row} row @param {boolean} news */
  put(row, news) {
    const known = this.rows.get(row.key);
    if (known && JSON.stringify(known.row) === JSON.stringify(row)) return;
    const element = document.createElement("tr");
    element.dataset.key = row.key;
    element.classList.toggle("news", news);
    element.classList.toggle("chosen", row.key === this.chosen);
    element.append(...row.cells.map((cell, at) => this.cell(cell, this.columns[at] ?? "", row.key)));
    const focused = known ? focusedIn(known.element) : -1;
    known?.element.replaceWith(element);
    focusIn(element, focused);
    this.rows.set(row.key, { row, element });
  }

  /** @param {Cell} cell @param {string} column @param {string} key */
  cell(cell, column, key) {
    const made = document.createElement("td"), name = column.toLowerCase();
    if (typeof cell === "object") return timeCell(cell.since, cell.text);
    if (name === "name" && this.choose) made.append(this.button(named(cell, key), key));
    else if (name === "name") made.textContent = named(cell, key);
    else if (name === "status") made.append(statusCell(cell));
    else made.textContent = cell;
    if (name === ASKED[this.resource]) made.append(...whyOfRow(this.resource, key, String(cell)));
    made.classList.toggle("long", LONG.includes(name));
    return made;
  }

  /** @param {string} text @param {string} key */
  button(text, key) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: say("Describe {name}", { name: text }) });
    made.addEventListener("click", () => this.choose?.(key));
    return made;
  }

  /** @param {string} key */
  drop(key) {
    this.rows.get(key)?.element.remove();
    this.rows.delete(key);
  }

  /** Pods and Services by name, events by age. */
  sort() {
    const entries = [...this.rows.values()].sort(this.resource === "events" ? byAge : byKey);
    const body = this.table.tBodies[0];
    entries.forEach(({ element }, at) => body.children[at] === element || body.insertBefore(element, body.children[at] ?? null));
    const count = this.tab.querySelector(".count");
    if (count) count.textContent = entries.length ? String(entries.length) : "";
  }

  /** Mark the chosen row. @param {string} key */
  mark(key) {
    this.chosen = key;
    for (const [name, { element }] of this.rows) {
      element.classList.toggle("chosen", name === key);
      element.querySelector("button")?.setAttribute("aria-pressed", String(name === key));
    }
  }
}

/** A name, with its namespace where that is not the usual one, as on the map. @param {string} name @param {string} key */
const named = (name, key) => (key.startsWith("default/") ? name : key);

/** @param {{row: Row}} one @param {{row: Row}} other */
const byKey = (one, other) => (one.row.key < other.row.key ? -1 : 1);

/** @param {{row: Row}} entry */
const since = ({ row }) => row.cells.reduce((found, cell) => (typeof cell === "object" ? cell.since : found), 0);

/** The newest first. @param {{row: Row}} one @param {{row: Row}} other */
const byAge = (one, other) => since(other) - since(one) || byKey(one, other);

/** @param {HTMLElement} row */
const buttonsOf = (row) => [...row.querySelectorAll("button")];

/** Which of a row's buttons has the focus; -1: none. @param {HTMLElement} row */
export const focusedIn = (row) => buttonsOf(row).findIndex((button) => button === document.activeElement);

/** Give the focus back to one of a row's buttons. @param {HTMLElement} row @param {number} at what `focusedIn` said */
export function focusIn(row, at) {
  if (at >= 0) (buttonsOf(row)[at] ?? buttonsOf(row)[0])?.focus();
}

/** How a status looks: good, wait, bad or off. @param {string} status */
export const lookOf = (status) => (LOOKS.find(([pattern]) => pattern.test(status)) ?? LOOKS[3])[1];

/** A status with a sign before it, so that its colour is not all there is. @param {string} status @param {string} [look] */
export const statusCell = (status, look = lookOf(status)) => Object.assign(document.createElement("span"), { className: `status ${look}`, textContent: status });

/** A cell with an age that goes on. @param {number} since virtual Unix milliseconds @param {string} [text] with {} for the age */
export function timeCell(since, text = "{}") {
  const made = document.createElement("td");
  made.dataset.since = String(since);
  made.dataset.text = text;
  showAge(made);
  return made;
}

/** @param {HTMLElement} cell */
function showAge(cell) {
  const text = (cell.dataset.text ?? "{}").replace("{}", age(Number(cell.dataset.since)));
  if (cell.textContent !== text) cell.textContent = text;
}

/** Let all ages go on. */
export function showAges() {
  for (const cell of document.querySelectorAll("td[data-since]")) showAge(/** @type {HTMLElement} */ (cell));
}
