// The clock of an exam, and its end.
import { announce, say } from "./words.js";

const WARNINGS = [10, 5, 1]; // minutes before the end at which it is said aloud

export class Exam {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    this.wire = wire;
    this.ends = 0;
    this.over = false;
    document.querySelector("[data-end-exam]")?.addEventListener("click", () => this.end());
    /** When the class was paused; 0: it is not. */
    this.held = 0;
    wire.on("held", (/** @type {string} */ by) => this.hold(Boolean(by)));
    setInterval(() => this.tick(), 1000);
  }

  /** @param {{left: number | null, done: boolean}} lesson left: milliseconds, by the server's clock */
  see({ left, done }) {
    if (this.held) this.held = Date.now();
    this.ends = left === null ? 0 : Date.now() + left;
    this.over = done;
    this.tick();
  }

  /** While the class is paused, so is the exam. @param {boolean} held */
  hold(held) {
    if (held) this.held = Date.now();
    else if (this.held) {
      this.ends += Date.now() - this.held;
      this.held = 0;
    }
  }

  end() {
    this.wire.put({ type: "exam.ended" });
    /** @type {HTMLDialogElement | null} */ (document.getElementById("end-dialog"))?.close();
  }

  tick() {
    const clock = /** @type {HTMLElement | null} */ (document.getElementById("exam-clock"));
    if (!clock) return;
    const left = Math.max(Math.ceil((this.ends - (this.held || Date.now())) / 1000), 0);
    clock.hidden = !this.ends || this.over;
    if (clock.hidden) return;
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.classList.toggle("late", left < 300);
    if (left % 60 === 0 && WARNINGS.includes(left / 60)) announce(say("{number} minutes left", { number: String(left / 60) }));
    if (left) return;
    this.over = true;
    this.end();
  }
}
