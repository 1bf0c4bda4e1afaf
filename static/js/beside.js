// Beside a learner: hints and commands that are offered, faults that are thrown (the page is else for looking only).
import { Helping } from "./helping.js";
import { announce, say } from "./words.js";

/** What can be done about the keyboard, by how one stands to it: what the button says, and what it sends. @type {Record<string, [string, string]>} */
const KEYBOARD = {
  "": ["Ask for the keyboard", "keyboard.asked"],
  asked: ["Do not ask any more", "keyboard.returned"],
  lent: ["Give the keyboard back", "keyboard.returned"],
};

export class Beside {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.wire = wire;
    this.terminals = terminals;
    this.state = "";
    this.keyboard = /** @type {HTMLButtonElement} */ (document.getElementById("keyboard-ask"));
    this.keyboard.addEventListener("click", () => wire.ask({ type: KEYBOARD[this.state][1] }));
    wire.on("keyboard", (standing) => this.stand(standing));
    wire.on("away", () => this.stand({ state: "", other: "" }));
    this.sent = "";
    this.busy = false;
    this.forms = new Helping({
      offer: (kind, text) => this.offer(kind, text),
      throw: (fault) => this.put({ type: "fault.thrown", fault }),
      clear: () => this.put({ type: "faults.cleared" }),
    });
    wire.on("refused", ({ reason }) => this.told(say("That was refused: {reason}", { reason })));
    wire.on("taken", ({ ids }) => ids.includes(this.sent) && this.busy && this.told(say("Done")));
  }

  /** @param {string} kind @param {string} text */
  offer(kind, text) {
    this.wire.ask({ type: "offer.made", kind, text });
    this.told(say("Sent."));
  }

  /** @param {import("./wire.js").Message} message */
  put(message) {
    this.told(say("Sending…"));
    this.busy = true;
    this.sent = this.wire.put(message);
  }

  /** How one stands to the learner's keyboard. @param {{state: string, other: string}} standing */
  stand({ state, other }) {
    const before = this.state;
    this.state = state;
    this.wire.silent = state !== "lent";
    this.keyboard.textContent = say(KEYBOARD[state][0]);
    this.keyboard.disabled = Boolean(other);
    const place = /** @type {HTMLElement} */ (document.getElementById("keyboard-state"));
    const said = other ? say("{name} has the keyboard.", { name: other }) : { lent: say("You have the keyboard: what you type goes into the learner's cluster."), asked: say("Waiting for the learner's answer…") }[state] ?? "";
    place.textContent = said;
    place.hidden = !said;
    document.getElementById("terminals")?.classList.toggle("borrowed", state === "lent");
    if (state === "lent") this.terminals.current?.term.focus();
    else if (before && !state) announce(say("The learner has the keyboard."));
  }

  /** @param {string} text */
  told(text) {
    this.busy = false;
    this.forms.told(text);
  }
}
