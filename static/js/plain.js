// The console without a terminal: a form for commands and a transcript that a screen reader reads out.
import { keep, kept } from "./keeping.js";

const MOST_LINES = 300;
const ESCAPES = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_c])|[\x00-\x08\x0b\x0c\x0e-\x1f]/g;

export class PlainView {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.terminals = terminals;
    this.place = /** @type {HTMLElement} */ (document.getElementById("plain"));
    this.transcript = /** @type {HTMLElement} */ (document.getElementById("transcript"));
    this.field = /** @type {HTMLInputElement} */ (document.getElementById("command"));
    this.prompt = /** @type {HTMLElement} */ (document.getElementById("command-prompt"));
    this.toggle = /** @type {HTMLElement} */ (document.getElementById("plain-toggle"));
    this.rest = "";
    this.toggle.addEventListener("click", () => this.show(Boolean(this.place.hidden), true));
    document.getElementById("command-form")?.addEventListener("submit", (event) => this.run(event));
    this.field.addEventListener("keydown", (event) => this.press(event));
    wire.on("output.shown", (change) => this.mine(change) && this.write(change.data));
    wire.on("line.shown", (change) => this.mine(change) && this.typed(change.text));
    this.show(kept("plain", false), false);
  }

  /** @param {{terminal: string}} change */
  mine(change) {
    return change.terminal === this.terminals.active;
  }

  /** @param {boolean} wanted @param {boolean} focus */
  show(wanted, focus) {
    this.place.hidden = !wanted;
    this.toggle.setAttribute("aria-pressed", String(wanted));
    keep("plain", wanted);
    if (wanted && focus) this.field.focus();
  }

  /** What the terminal in front waits with. @param {{mode: string, prompt: string}} console */
  see({ mode, prompt }) {
    this.prompt.textContent = mode === "edit" ? prompt.trim() : "…";
  }

  /** @param {Event} event */
  run(event) {
    event.preventDefault();
    this.terminals.current?.console.submit(this.field.value);
    this.field.value = "";
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { console } = this.terminals.current ?? {};
    if (!console) return;
    if (event.ctrlKey && event.key === "c" && this.field.selectionStart === this.field.selectionEnd) console.type("\x03");
    else if (event.ctrlKey && event.key === "d" && !this.field.value) console.type("\x04");
    else if (event.key === "ArrowUp") this.recall(console.history.earlier(this.field.value));
    else if (event.key === "ArrowDown") this.recall(console.history.later());
    else return;
    event.preventDefault();
  }

  /** @param {string | null} text */
  recall(text) {
    if (text !== null) this.field.value = text;
  }

  /** @param {string} text */
  typed(text) {
    this.add(`$ ${text}`, "typed");
    this.rest = "";
  }

  /** Lines are shown when they are whole; the prompt, which never is, is not. @param {string} data */
  write(data) {
    const lines = (this.rest + data.replace(ESCAPES, "").replace(/\r\n/g, "\n")).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.add(line.slice(line.lastIndexOf("\r") + 1), "");
  }

  /** @param {string} text @param {string} name */
  add(text, name) {
    const atEnd = this.transcript.scrollHeight - this.transcript.scrollTop - this.transcript.clientHeight < 40;
    this.transcript.append(Object.assign(document.createElement("div"), { textContent: text || "\u00a0", className: name }));
    while (this.transcript.childElementCount > MOST_LINES) this.transcript.firstElementChild?.remove();
    if (atEnd) this.transcript.scrollTop = this.transcript.scrollHeight;
  }
}
