// One terminal: who reads what is typed, and what is done with it until they do.
import { inColumns } from "./cells.js";
import { keep, kept } from "./keeping.js";
import { Line } from "./line.js";
import { say } from "./words.js";

const SIGNALS = "\x03\x1a\x1c";
const MOST_KEYS = 4000;
const MOST_KEPT = 100_000;
const LISTED = 6; // rows of completions

/** The parts of what xterm.js hands over: escape sequences, control characters, text. */
const PARTS = /\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Za-z]|[\x20-\x7e\x7f])|\x1b|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

export class Console {
  /**
   * @param {{name: string, host: string}} what
   * @param {import("./wire.js").Wire} wire
   * @param {import("./screen.js").Screen} screen
   * @param {import("./history.js").History} history
   */
  constructor(what, wire, screen, history) {
    this.name = what.name;
    this.host = what.host;
    this.wire = wire;
    this.screen = screen;
    this.mode = "busy";
    this.prompt = "";
    this.echo = true;
    this.history = history;
    this.line = new Line(history);
    const draft = kept(`draft.${this.name}`, { line: "", queue: [] }, sessionStorage);
    this.line.set(draft.line);
    /** Lines that wait until somebody reads them. @type {string[]} */
    this.queue = draft.queue;
    /** Lines that are on their way. @type {Array<{id: string, text: string}>} */
    this.flying = wire.unsent.filter((entry) => entry.type === "line.typed" && entry.terminal === this.name).map(({ id, text }) => ({ id, text }));
    this.below = "";
    /** @type {{id: string, before: string} | null} */
    this.completing = null;
    /** All that the stream has been, as far as the server keeps it. */
    this.stream = "";
    /** @type {() => void} */
    this.changed = () => {};
  }

  /** Whether a line that is sent now is read as the next one. */
  get ready() {
    return (this.mode === "edit" || this.mode === "line") && this.flying.length === 0;
  }

  get busy() {
    return this.mode === "busy";
  }

  // --- what the cluster says

  /** What the terminal is, from a picture. @param {{mode: string, prompt: string, echo: boolean, screen: string}} seen */
  see(seen) {
    this.flying = this.flying.filter(({ id }) => this.wire.unsent.some((entry) => entry.id === id));
    if (seen.screen !== this.stream) {
      if (this.stream && seen.screen.startsWith(this.stream)) this.screen.write(seen.screen.slice(this.stream.length));
      else this.screen.restart(seen.screen);
      this.stream = seen.screen;
    }
    this.turn(seen);
  }

  /** @param {{mode: string, prompt: string, echo: boolean}} seen */
  turn({ mode, prompt, echo }) {
    this.mode = mode;
    this.prompt = prompt;
    this.echo = echo;
    if (mode === "raw" && !this.wire.past && !this.wire.silent) this.hand();
    this.redraw();
    this.changed();
  }

  /** @param {string} data */
  write(data) {
    this.stream = (this.stream + data).slice(-MOST_KEPT);
    this.screen.write(data);
    this.redraw();
  }

  /** A line was typed, here or in another browser. @param {{id: string, text: string, data: string}} shown */
  shown({ id, text, data }) {
    const ours = this.flying.some((line) => line.id === id);
    this.landed([id]);
    if (!ours && data && this.mode === "edit") this.history.hear(text);
    this.write(data);
  }

  /** Lines have arrived (or were refused). @param {string[]} ids */
  landed(ids) {
    const left = this.flying.filter(({ id }) => !ids.includes(id));
    if (left.length === this.flying.length) return;
    this.flying = left;
    this.redraw();
  }

  /** A program reads keys: what was typed ahead is for it. */
  hand() {
    const text = [...this.queue.map((line) => `${line}\r`), this.line.take()].join("");
    this.queue = [];
    if (text) this.keys(text);
  }

  // --- what is typed

  /** What xterm.js hands over. @param {string} data */
  type(data) {
    if (this.wire.silent) return this.wire.tell("keyboard.refused");
    if (this.wire.past) return this.wire.refuse({ type: "keys.typed" });
    if (this.mode === "raw") return this.keys(data);
    for (const part of data.match(PARTS) ?? []) this.press(part);
    this.redraw();
  }

  /** @param {string} part a key or a piece of text */
  press(part) {
    const listed = this.below;
    this.below = "";
    if (part === "\r") return this.enter();
    if (SIGNALS.includes(part)) return this.signal(part);
    if (part === "\x04") return this.end();
    if (part === "\t") return this.tab(listed);
    if (part === "\x0c") return this.screen.clear();
    if (this.line.press(part)) return;
    if (part >= " " && part !== "\x7f" && !part.startsWith("\x1b")) this.line.insert(part);
  }

  /** @param {string} text */
  paste(text) {
    if (this.wire.silent) return this.wire.tell("keyboard.refused");
    if (this.wire.past) return this.wire.refuse({ type: "keys.typed" });
    const clean = text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
    this.below = "";
    this.line.insert(this.mode === "edit" ? clean.replace(/\n$/, "") : clean);
    this.redraw();
  }

  enter() {
    this.submit(this.line.take());
  }

  /** Run lines as if they were typed, beside what is being edited. @param {string} text */
  submit(text) {
    if (this.wire.silent) return this.wire.tell("keyboard.refused");
    if (this.wire.past) return this.wire.refuse({ type: "line.typed" });
    this.queue.push(...text.split("\n"));
    this.pump();
    this.redraw();
  }

  /** Send the next line if somebody reads. */
  pump() {
    if (!this.ready || !this.queue.length || this.wire.past || this.wire.silent) return;
    const text = /** @type {string} */ (this.queue.shift());
    if (this.mode === "edit" && this.echo) this.history.add(text);
    const id = this.wire.put({ type: "line.typed", terminal: this.name, text });
    this.flying.push({ id, text });
    this.redraw();
  }

  /** ^C and its kin. What was typed ahead is forgotten, as a terminal does. @param {string} key */
  signal(key) {
    if (this.mode === "edit" && key !== "\x03") return;
    const typed = this.line.take();
    this.queue = [];
    const before = this.mode === "edit" && this.echo && typed.length < MOST_KEYS && !/[\x00-\x1f]/.test(typed) ? typed : "";
    this.keys(before + key);
  }

  /** ^D: the end of input on an empty line; else, at a prompt, take away a character. */
  end() {
    if (this.mode === "edit" && this.line.text) return this.line.deleteHere();
    this.keys(this.mode === "line" ? `${this.line.take()}\x04` : "\x04");
  }

  /** @param {string} data */
  keys(data) {
    for (let from = 0; from < data.length; from += MOST_KEYS) this.wire.put({ type: "keys.typed", terminal: this.name, data: data.slice(from, from + MOST_KEYS) });
  }

  // --- completion

  /** @param {string} listed what was listed before */
  tab(listed) {
    if (this.mode !== "edit" || !this.ready || this.line.searching) return;
    this.below = listed;
    this.completing = { id: this.wire.name(), before: this.line.before };
    this.wire.ask({ type: "completion.wanted", id: this.completing.id, terminal: this.name, text: this.line.before });
  }

  /** @param {{id: string, start: number, words: string[]}} answer */
  complete({ id, start, words }) {
    if (this.completing?.id !== id || this.completing.before !== this.line.before) return;
    this.completing = null;
    const begun = this.line.chars.slice(start, this.line.at).join("");
    const common = words.reduce(commonStart, words[0] ?? "");
    this.below = words.length > 1 ? this.list(words) : "";
    if (common.length > begun.length && common.startsWith(begun)) this.line.insert(common.slice(begun.length));
    else if (words.length === 1 && common !== begun) this.replace(start, common);
    this.redraw();
  }

  /** @param {number} start @param {string} word */
  replace(start, word) {
    this.line.remove(start, this.line.at);
    this.line.insert(word);
  }

  /** @param {string[]} words */
  list(words) {
    const names = words.map((word) => word.trimEnd().replace(/^.*\/(?=.)/, ""));
    return inColumns(names, this.screen.term.cols, LISTED, (number) => say("{number} more", { number }));
  }

  // --- what is shown of it

  redraw() {
    this.remember();
    if (this.mode === "raw" || this.mode === "closed" || this.wire.past) return this.screen.show({ text: "", at: 0 });
    const lines = [...this.flying.map(({ text }) => text), ...this.queue].map((text) => `${text}\n`).join("");
    const prompt = this.mode === "edit" && this.prompt && !this.promptStands() ? this.prompt : "";
    const before = this.echo ? prompt + lines : prompt;
    const text = this.echo ? before + this.line.text : before;
    const at = this.echo ? Array.from(before).length + this.line.at : Array.from(text).length;
    this.screen.show({ text, at, below: this.searchLine() || this.below });
  }

  /** Whether the stream ends with the prompt; something may have been written behind it. */
  promptStands() {
    return this.screen.tail.endsWith(/** @type {string} */ (this.prompt.split("\n").at(-1)));
  }

  searchLine() {
    const search = this.line.searching;
    return search ? say(search.found ? "search: " : "search (nothing found): ") + search.wanted : "";
  }

  /** Keep what was typed over a reload, unless it is a secret. */
  remember() {
    const line = this.echo ? this.line.text : "";
    keep(`draft.${this.name}`, { line, queue: this.echo ? this.queue : [] }, sessionStorage);
  }
}

/** What two words begin with. @param {string} one @param {string} other */
function commonStart(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
