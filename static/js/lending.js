// The learner's keyboard: who asks for it, who has it, and how it is theirs again by one key.
import { announce, noted, say } from "./words.js";

/** @typedef {{id: number, name: string, lent: boolean}} Asking */
const KEY = "F4";

/** @param {string} text @param {() => void} act @param {string} [name] */
export function button(text, act, name = "button small") {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: text });
  made.addEventListener("click", act);
  return made;
}

export class Lending {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.wire = wire;
    this.terminals = terminals;
    this.place = /** @type {HTMLElement} */ (document.getElementById("keyboard"));
    /** @type {Asking[]} */
    this.asking = [];
    wire.on("keyboard.refused", () => announce(this.text()));
    addEventListener("keydown", (event) => this.press(event), true);
    this.place.addEventListener("keydown", (event) => event.key === "Escape" && this.keep());
  }

  get holder() {
    return this.asking.find(({ lent }) => lent);
  }

  text() {
    const [first] = this.asking;
    if (!first) return "";
    return this.holder ? say("{name} has the keyboard. F4 takes it back.", { name: this.holder.name }) : say("{name} asks for the keyboard. F4 goes to the answer.", { name: first.name });
  }

  /** F4 takes the keyboard back at once; while it is only asked for, it leads to the answer. @param {KeyboardEvent} event */
  press(event) {
    if (event.key !== KEY || event.altKey || event.ctrlKey || event.metaKey || !this.asking.length) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.holder) this.keep();
    else this.place.querySelector("button")?.focus();
  }

  keep() {
    this.wire.ask({ type: "keyboard.kept" });
    this.terminals.current?.term.focus();
  }

  /** @param {Asking[]} asking */
  see(asking) {
    if (JSON.stringify(asking) === JSON.stringify(this.asking)) return;
    this.asking = asking;
    this.wire.silent = Boolean(this.holder);
    this.draw();
    announce(this.text() || say("The keyboard is yours."));
    this.terminals.each((console) => console.pump());
  }

  draw() {
    const inside = this.place.contains(document.activeElement);
    const shown = this.holder ?? this.asking[0];
    this.place.hidden = !shown;
    this.place.classList.toggle("lent", Boolean(this.holder));
    document.getElementById("terminals")?.classList.toggle("silent", Boolean(this.holder));
    const text = document.createElement("p");
    text.id = "keyboard-text";
    text.textContent = this.text();
    const back = button(this.holder ? noted(say("Take it back"), KEY) : say("Decline"), () => this.keep(), this.holder ? "button small" : "button small quiet-button");
    const lend = shown && !this.holder ? [button(say("Lend it"), () => this.lend(shown.id))] : [];
    this.place.replaceChildren(text, ...lend, back);
    if (inside) (shown ? this.place.querySelector("button") : this.terminals.current?.term)?.focus();
  }

  /** @param {number} keyboard */
  lend(keyboard) {
    this.wire.put({ type: "keyboard.lent", keyboard });
  }
}
