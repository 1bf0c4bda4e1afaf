// Demonstrations: what a learner can follow, and to whom this cluster is shown.
import { button } from "./lending.js";
import { announce, say } from "./words.js";

/** @typedef {{class: number, name: string}} Shown */

export class Demonstrations {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    this.wire = wire;
    this.place = /** @type {HTMLElement} */ (document.getElementById("demonstrations"));
    /** @type {Shown[]} */
    this.others = [];
    /** @type {Shown[]} */
    this.own = [];
    wire.on("class", ({ demonstrations }) => this.see(demonstrations, this.own));
    wire.on("shown", ({ to }) => this.see(this.others, to));
  }

  /** @param {Shown[]} others @param {Shown[]} own */
  see(others, own) {
    if (JSON.stringify([others, own]) === JSON.stringify([this.others, this.own])) return;
    Object.assign(this, { others, own });
    this.place.replaceChildren(...own.map((each) => this.showing(each)), ...others.map((each) => this.shown(each)));
    this.place.hidden = !others.length && !own.length;
  }

  /** @param {string} text @param {HTMLElement} act */
  row(text, act) {
    const row = Object.assign(document.createElement("div"), { className: "offer" });
    row.append(Object.assign(document.createElement("span"), { textContent: text }), act);
    return row;
  }

  /** This cluster is shown to a class. @param {Shown} shown */
  showing({ name }) {
    return this.row(say("{name} sees what you do here.", { name }), button(say("End the demonstration"), () => this.wire.ask({ type: "demonstration.ended" })));
  }

  /** Somebody shows theirs. @param {Shown} shown */
  shown({ class: classroom, name }) {
    const text = say("{name} demonstrates something.", { name });
    const link = Object.assign(document.createElement("a"), { className: "button small", href: `/classes/${classroom}/demonstration/`, textContent: say("Follow the demonstration") });
    announce(text);
    return this.row(text, link);
  }
}
