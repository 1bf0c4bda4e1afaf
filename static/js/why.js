// The answer to "Why?": the chain from the symptom to the cause, as a list; commands that can be run; a table case by case.
import { announce, listed, say } from "./words.js";

/** @typedef {[string, boolean]} Piece a text, and whether it is code */
/** @typedef {{kind: string, words: Piece[], component: string, object: {resource: string, namespace: string, name: string} | null, path: string, place: {host: string, file: string, line: number, text: string} | null, evidence: Array<{source: string, title: string, text: string}>, next: string[], page: {title: string, url: string}}} Link */
/** @typedef {{passes: boolean, reasons: string[], facts: string[]}} Cell */
/** @typedef {{kind: string, columns: string[], rows: Array<{name: string, cells: Cell[], first: number | null}>, more: number}} Grid */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} className @param {Array<Node | string>} children @returns {HTMLElementTagNameMap[T]} */
function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** @param {Piece[]} pieces */
const spoken = (pieces) => pieces.map(([text, code]) => (code ? make("code", "", text) : text));

/** What a piece of evidence is called. @type {Record<string, string>} */
const SOURCES = {
  event: "Event", condition: "Condition", state: "Status", log: "Last line of the log", exit: "Exit code", probe: "Answer to the probe", pull: "Error of the pull", answer: "Answer",
};
/** What the tables are called, and what their first column is. @type {Record<string, [string, string]>} */
const TABLES = {
  filters: ["Nodes and filters of the scheduler", "Node"], endpoints: ["Pod by Pod", "Pod"], volumes: ["Volume by volume", "PersistentVolume"],
};

export class Why {
  /**
   * @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals
   * @param {{front: () => void, back: () => void, open: (path: string, line: number) => void}} hands
   */
  constructor(wire, terminals, hands) {
    this.wire = wire;
    this.terminals = terminals;
    this.hands = hands;
    this.place = /** @type {HTMLElement} */ (document.getElementById("why"));
    this.asked = "";
    this.question = {};
    this.label = "";
    /** What asked last: the focus goes back there, or to another that asks the same. @type {HTMLElement | null} */
    this.asker = null;
    wire.on("why", (answer) => answer.id === this.asked && this.show(answer));
    wire.on("refused", ({ id, reason }) => id && id === this.asked && this.refused(reason));
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** @param {object} question @param {string} label @param {HTMLElement} asker */
  ask(question, label, asker) {
    if (!this.place.contains(asker)) this.asker = asker;
    Object.assign(this, { question, label });
    this.asked = this.wire.name();
    this.wire.ask({ type: "why.wanted", id: this.asked, ...question });
  }

  close() {
    this.hands.back();
    const { asker } = this, same = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-why]"));
    // What asked may have been drawn anew meanwhile.
    const found = asker?.isConnected ? asker : [...same].find(({ dataset }) => dataset.why === asker?.dataset.why);
    (found ?? /** @type {HTMLElement | null} */ (document.querySelector("#panel-tabs [aria-selected=true]")))?.focus();
  }

  /** @param {string} reason */
  refused(reason) {
    this.place.replaceChildren(this.head(), make("p", "", say(reason)));
    this.hands.front();
  }

  /** @param {{links: Link[], table: Grid}} answer */
  show({ links, table }) {
    const list = make("ol", "chain", ...links.map((link, at) => this.link(link, at === links.length - 1)));
    this.place.replaceChildren(this.head(), list, ...(table.rows ? [this.grid(table)] : []));
    this.hands.front();
    const title = /** @type {HTMLElement} */ (this.place.querySelector("h2"));
    title.focus();
    // What had the focus before is hidden now, and the browser may take the focus away from it later.
    requestAnimationFrame(() => document.activeElement === document.body && title.focus());
    announce(links.length === 1 ? say("1 link from what is seen to its cause") : say("{number} links from what is seen to its cause", { number: links.length }));
  }

  head() {
    const title = make("h2", "", this.label);
    title.tabIndex = -1;
    const again = this.button(say("Ask again"), "button small quiet-button", () => this.ask(this.question, this.label, this.place));
    const close = this.button(say("Close"), "button small quiet-button", () => this.close());
    return make("div", "why-head", title, again, close);
  }

  /** @param {string} text @param {string} className @param {() => void} act */
  button(text, className, act) {
    const made = Object.assign(make("button", className, text), { type: "button" });
    made.addEventListener("click", act);
    return made;
  }

  /** @param {Link} link @param {boolean} last */
  link(link, last) {
    const said = make("p", "said", ...spoken(link.words));
    const parts = [said, this.facts(link), ...link.evidence.map(evidence), ...this.next(link.next)];
    const item = make("li", last ? "cause" : "", ...parts);
    item.dataset.kind = link.kind;
    return item;
  }

  /** Who decided, about which object, where in its manifest, and where that is documented. @param {Link} link */
  facts({ component, object, path, place, page }) {
    const rows = [];
    if (component) rows.push(fact(say("Decided by"), component));
    if (object) rows.push(fact(say("Object"), make("code", "", `${object.resource}/${object.name}`)));
    if (path) rows.push(fact(say("Field"), make("code", "", path), ...this.line(place)));
    const target = { href: page.url, target: "_blank", rel: "noopener noreferrer" };
    rows.push(fact(say("Documentation"), Object.assign(make("a", "", page.title), target)));
    return make("dl", "why-facts", ...rows);
  }

  /** @param {Link["place"]} place @returns {Array<Node | string>} */
  line(place) {
    if (!place) return [];
    const where = `${place.file}:${place.line}`, text = make("code", "line", place.text);
    if (!this.terminals.hosts.length || place.host !== this.terminals.hosts[0]) return [" ", make("code", "", `${place.host}:${where}`), " ", text];
    return [" ", this.button(where, "plain where", () => this.hands.open(place.file, place.line)), " ", text];
  }

  /** @param {string[]} commands */
  next(commands) {
    if (!commands.length) return [];
    const buttons = commands.map((command) => {
      const made = this.button(`▸ ${command}`, "run", () => this.terminals.run(command));
      made.title = say("Run");
      return made;
    });
    return [make("div", "why-next", make("span", "", say("Look next:")), ...buttons)];
  }

  /** @param {Grid} grid */
  grid({ kind, columns, rows, more }) {
    const telling = columns.map((_, at) => at).filter((at) => kind !== "filters" || rows.some(({ cells }) => !cells[at].passes));
    const [title, first] = TABLES[kind] ?? ["", ""];
    const head = make("tr", "", ...[say(first), ...telling.map((at) => columns[at])].map((name) => Object.assign(make("th", "", name), { scope: "col" })));
    const body = rows.map((row) => make("tr", "", Object.assign(make("th", "", row.name), { scope: "row" }), ...telling.map((at) => cell(row.cells[at], row.first === at))));
    const table = make("table", "", make("caption", "", say(title)), make("thead", "", head), make("tbody", "", ...body));
    const others = columns.filter((_, at) => !telling.includes(at));
    const notes = others.length ? [make("p", "quiet", say("Passed everywhere: {names}", { names: listed(others) }))] : [];
    if (more) notes.push(make("p", "quiet", say("{number} more", { number: more })));
    const holder = make("div", "why-table", table);
    holder.tabIndex = 0;
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", say(title));
    return make("div", "", holder, ...notes);
  }
}

/** @param {string} name @param {Array<Node | string>} values */
const fact = (name, ...values) => make("div", "", make("dt", "", name), make("dd", "", ...values));

/** @param {Link["evidence"][number]} piece */
function evidence({ source, title, text }) {
  const name = make("span", "source", `${say(SOURCES[source] ?? source)}${title ? ` ${title}` : ""}`);
  return make("p", "evidence", name, " ", make("code", "", text));
}

/** One cell: a sign and a word, so that its colour is not all there is. @param {Cell} found @param {boolean} first */
function cell({ passes, reasons, facts }, first) {
  const made = make("td", passes ? "passes" : "refuses");
  const sign = make("span", "sign", passes ? "✓" : "✗");
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", say(passes ? "passes" : "refused"));
  made.append(sign, " ", listed(reasons), ...facts.map((text) => make("code", "", text)));
  if (first) made.append(make("span", "quiet", say("here the scheduler stopped")));
  return made;
}
