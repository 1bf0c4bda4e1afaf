// The clocks of the class, paused by whoever teaches: the page says so, and what would move the time waits.
import { announce, say } from "./words.js";

const MOVES = ["time-step", "time-jump", "time-speed"];

export class Held {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    this.wire = wire;
    this.by = "";
    this.place = /** @type {HTMLElement} */ (document.getElementById("held"));
    wire.on("picture", ({ clock, past }) => past || this.see(clock));
    for (const type of ["clock", "clock.live"]) wire.on(type, (clock) => this.see(clock));
  }

  /** @param {{held?: string}} clock */
  see({ held = "" }) {
    if (held === this.by) return;
    const text = held ? say("{name} has paused the clocks of the class.", { name: held }) : "";
    this.by = held;
    this.place.textContent = text;
    this.place.hidden = !held;
    for (const id of MOVES) document.getElementById(id)?.toggleAttribute("disabled", Boolean(held));
    if (!held) announce(say("The clocks of the class go again."));
    this.wire.tell("held", held);
  }
}
