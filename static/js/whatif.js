// What if: the same command at two moments, side by side; nothing of it is kept.
import { called, make } from "./branches.js";
import { age } from "./clock.js";
import { announce, noted, say } from "./words.js";

/** @typedef {import("./tables.js").Row} Row */
/** @typedef {{columns: string[], rows: Row[]}} Rows */
/** @typedef {{branch: number, at: number, now: number, output: string, code: number | null, cut: boolean, tables: Record<string, Rows>}} Side */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const select = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (byId(id));
const TABLES = ["pods", "services"], END = Number.MAX_SAFE_INTEGER;

export class WhatIf {
  /**
   * @param {import("./wire.js").Wire} wire
   * @param {{branches: () => import("./branches.js").Branch[], moment: () => import("./past.js").Moment, terminal: () => string, time: (at: number) => string}} hands
   */
  constructor(wire, hands) {
    this.wire = wire;
    this.hands = hands;
    this.asked = "";
    /** The last moment of the past that was looked at. @type {import("./past.js").Moment | null} */
    this.looked = null;
    wire.on("comparison", (answer) => answer.id === this.asked && this.show(answer));
    wire.on("refused", ({ id }) => id && id === this.asked && this.state(""));
    byId("what-if").addEventListener("change", (event) => (/** @type {HTMLElement} */ (event.target).dataset.chosen = "yes"));
    byId("what-if").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
  }

  /** What can be compared: the end of each branch, and the moment that is, or was last, looked at. */
  see() {
    this.looked = this.wire.past ?? this.looked;
    const ends = this.hands.branches().map((branch) => ({ text: branch.current ? noted(called(branch), say("now")) : called(branch), moment: { branch: branch.branch, at: END }, current: branch.current }));
    const looked = this.looked ? [{ text: say("The moment {time}", { time: this.hands.time(this.looked.at) }), moment: this.looked, current: false }] : [];
    const all = [...looked, ...ends];
    for (const [id, usual] of /** @type {Array<[string, any]>} */ ([["what-if-one", all.find(({ current }) => current)], ["what-if-other", all.find(({ current }) => !current)]])) {
      const choice = select(id), before = choice.value;
      const options = all.map(({ text, moment }) => new Option(text, JSON.stringify(moment)));
      if ([...choice.options].map(({ value, text }) => value + text).join() === options.map(({ value, text }) => value + text).join()) continue;
      choice.replaceChildren(...options);
      const chosen = choice.dataset.chosen && options.some(({ value }) => value === before);
      choice.value = chosen ? before : JSON.stringify((usual ?? all[0])?.moment);
    }
  }

  ask() {
    const sides = ["what-if-one", "what-if-other"].map((id) => JSON.parse(select(id).value || "null"));
    if (sides.includes(null)) return;
    this.asked = this.wire.name();
    this.state(say("Comparing…"));
    const line = /** @type {HTMLInputElement} */ (byId("what-if-line")).value;
    this.wire.ask({ type: "comparison.wanted", id: this.asked, line, terminal: this.hands.terminal(), seconds: Number(select("what-if-seconds").value), sides });
  }

  /** @param {string} text */
  state(text) {
    byId("what-if-state").textContent = text;
  }

  /** @param {{line: string, sides: Side[]}} answer */
  show({ line, sides }) {
    const names = ["what-if-one", "what-if-other"].map((id) => select(id).selectedOptions[0]?.text ?? "");
    const found = sides.map((side, at) => this.side(side, sides[1 - at], names[at], line));
    byId("compared").replaceChildren(...found.map(({ element }) => element));
    const count = found.reduce((sum, { differences }) => sum + differences, 0);
    const text = count ? say("Rows that differ are marked with ≠.") : say("Both sides are alike.");
    this.state(text);
    announce(text);
  }

  /** @param {Side} side @param {Side} other @param {string} name @param {string} line */
  side(side, other, name, line) {
    const element = make("section", { tabIndex: 0 }, make("h2", { textContent: name }));
    element.setAttribute("aria-label", name);
    let differences = 0;
    if (line) {
      const differs = side.output !== other.output || side.code !== other.code;
      differences += Number(differs);
      const printed = make("pre", { textContent: `$ ${line}\n${side.output}`, className: differs ? "differs" : "", lang: "en" });
      element.append(printed, make("p", { className: "quiet", textContent: side.code === null ? say("It has not ended.") : say("Exit status {code}", { code: side.code }) }));
    }
    if (side.cut) element.append(make("p", { className: "quiet", textContent: say("Cut off: so much time would be too much work.") }));
    for (const name of TABLES) {
      const { table, count } = compared(name, side, other);
      differences += count;
      if (side.tables[name].rows.length || other.tables[name].rows.length) element.append(table);
    }
    return { element, differences };
  }
}

/** What of a row can differ: all but its ages. @param {Row | undefined} row */
const essence = (row) => JSON.stringify(row?.cells.map((cell) => (typeof cell === "object" ? cell.text ?? "" : cell)));

/** A table of one side; what is otherwise on the other side is marked. @param {string} name @param {Side} side @param {Side} other */
function compared(name, side, other) {
  const { columns, rows } = side.tables[name];
  const head = make("tr", {}, make("th", { scope: "col" }, make("span", { className: "hidden", textContent: say("Difference") })), ...columns.map((column) => make("th", { scope: "col", textContent: column })));
  let count = 0;
  const body = rows.map((row) => {
    const differs = essence(row) !== essence(other.tables[name].rows.find(({ key }) => key === row.key));
    count += Number(differs);
    const mark = make("td", { textContent: differs ? "≠" : "" });
    return make("tr", { className: differs ? "differs" : "" }, mark, ...row.cells.map((cell) => make("td", { textContent: typeof cell === "object" ? (cell.text ?? "{}").replace("{}", age(cell.since, side.now)) : cell })));
  });
  count += other.tables[name].rows.filter(({ key }) => !rows.some((row) => row.key === key)).length;
  const table = make("table", {}, make("caption", { textContent: name === "pods" ? "Pods" : "Services" }), make("thead", {}, head), make("tbody", {}, ...body));
  if (!rows.length) table.append(make("tbody", {}, make("tr", {}, make("td", { colSpan: columns.length + 1, className: "quiet", textContent: say("none") }))));
  return { table, count };
}
