// What `kubectl apply` would say of the file at hand, asked again a moment after each change; applying it, and its difference to what is live.
import { isManifest } from "./codemirror.js";
import { listed, say } from "./words.js";

const PAUSE_MS = 500, LATER_MS = 1200;
const MOST_TEXT = 200_000;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @typedef {{path: string, text: string}} Document */
/** @typedef {import("./codemirror.js").Complaint} Complaint */

export class Proof {
  /** @param {import("./wire.js").Wire} wire @param {{mark: (complaints: Complaint[]) => void, go: (line: number, column: number) => void}} hands */
  constructor(wire, hands) {
    this.wire = wire;
    this.hands = hands;
    /** @type {Document | null} */
    this.document = null;
    /** What was asked last, and what is asked now. */
    this.asked = { id: "", key: "" };
    this.list = byId("problems");
    this.state = byId("document-check");
    this.compare = byId("compare");
    this.pane = byId("diff");
    wire.on("manifest", (answer) => this.hear(answer));
    wire.on("there", () => this.soon(true));
    wire.on("rows.changed", () => byId("view-editor").hidden || this.soon(true, LATER_MS));
    this.compare.addEventListener("click", () => this.turn());
    this.list.addEventListener("click", (event) => {
      const { line, column } = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset ?? {};
      if (line) hands.go(Number(line), Number(column));
    });
  }

  get comparing() {
    return this.compare.getAttribute("aria-pressed") === "true";
  }

  /** Show the difference, or hide it. */
  turn() {
    this.compare.setAttribute("aria-pressed", String(!this.comparing));
    this.pane.hidden = !this.comparing;
    if (this.comparing) this.soon(true, 0);
  }

  /** Another document is at hand, or another text. @param {Document} document */
  consider(document) {
    const other = this.document?.path !== document.path;
    this.document = document;
    const fits = isManifest(document.path);
    for (const id of ["apply", "compare", "check"]) byId(id).hidden = !fits;
    if (!fits) this.pane.hidden = true;
    else this.pane.hidden = !this.comparing;
    if (other) this.show([], "", "");
    if (fits) this.soon(other, other ? 0 : PAUSE_MS);
  }

  /** Ask in a moment. @param {boolean} [again] also what was asked before @param {number} [pause] */
  soon(again = false, pause = PAUSE_MS) {
    clearTimeout(this.timer);
    if (again) this.asked.key = "";
    this.timer = setTimeout(() => this.ask(), pause);
  }

  ask() {
    const { document, wire } = this;
    if (!document || !isManifest(document.path) || wire.past || !wire.connected) return;
    const key = `${document.path}\n${document.text}`;
    if (key === this.asked.key) return;
    if (!document.text.trim() || document.text.length > MOST_TEXT) return this.show([], "", "");
    this.asked = { id: wire.name(), key };
    wire.ask({ type: "manifest.wanted", id: this.asked.id, path: document.path, content: document.text, diff: this.comparing });
  }

  /** @param {{id: string, complaints: Complaint[], said: string[], diff: string, skipped: string}} answer */
  hear({ id, complaints, said, diff, skipped }) {
    const { document } = this;
    if (id !== this.asked.id || !document || this.asked.key !== `${document.path}\n${document.text}`) return; // it is another text by now
    this.show(complaints, listed(said), skipped && say(skipped));
    if (this.comparing) this.draw(diff);
  }

  /** @param {Complaint[]} complaints @param {string} said @param {string} skipped */
  show(complaints, said, skipped) {
    this.hands.mark(complaints);
    this.list.hidden = !complaints.length;
    this.list.replaceChildren(...complaints.map(problem));
    const number = complaints.length;
    const text = skipped || (number === 1 ? say("1 problem") : number ? say("{number} problems", { number }) : said && say("kubectl apply would say: {text}", { text: said }));
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.dataset.state = complaints.some(({ kind }) => kind === "error") ? "bad" : number ? "wait" : "good";
  }

  /** @param {string} diff */
  draw(diff) {
    const lines = diff.replace(/\n$/, "").split("\n").map((text) => Object.assign(document.createElement("span"), { textContent: text || "\u00a0", className: look(text) }));
    this.pane.replaceChildren(...(diff ? lines : [say("The cluster has it just like this.")]));
  }
}

/** @param {string} line */
const look = (line) => (/^(\+\+\+|---|diff|@@)/.test(line) ? "head" : line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : "");

/** @param {Complaint} complaint */
function problem({ kind, text, line, column }) {
  const item = document.createElement("li"), button = document.createElement("button");
  item.className = kind;
  Object.assign(button, { type: "button", textContent: say("Line {number}", { number: line + 1 }) });
  Object.assign(button.dataset, { line, column });
  item.append(button, Object.assign(document.createElement("span"), { textContent: text, lang: "en" }));
  return item;
}
