// The tour of the workbench: one part after the other, over when its reader wants; it begins by itself on a first visit only.
import { say } from "./words.js";

const SEEN = "podlab.tour";
/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Tour {
  /** @param {import("./wire.js").Wire} wire @param {(line: string) => void} run */
  constructor(wire, run) {
    this.place = byId("tour");
    this.steps = /** @type {HTMLElement[]} */ ([...this.place.querySelectorAll("li")]).filter((step) => document.getElementById(step.dataset.target ?? ""));
    this.at = -1;
    byId("tour-next").addEventListener("click", () => this.show(this.at + 1));
    byId("tour-back").addEventListener("click", () => this.show(this.at - 1));
    byId("tour-end").addEventListener("click", () => this.show(this.steps.length));
    byId("tour-run").addEventListener("click", () => this.begin(run));
    this.place.addEventListener("keydown", (event) => event.key === "Escape" && this.show(this.steps.length));
    for (const opener of document.querySelectorAll("[data-tour]"))
      opener.addEventListener("click", () => {
        opener.closest("dialog")?.close();
        this.show(0);
      });
    wire.on("rows.changed", ({ table, put }) => table === "pods" && this.see(put));
    if (new URLSearchParams(location.search).has("first") && !seen()) wire.on("there", () => this.at < 0 && this.show(0));
  }

  /** Start the first Pod; the tour keeps the focus. @param {(line: string) => void} run */
  begin(run) {
    const line = byId("tour-run").dataset.line ?? "";
    run(line);
    byId("tour-next").focus();
  }

  /** @param {Array<{key: string, cells: any[]}>} rows */
  see(rows) {
    if (this.at === 0 && rows.some(({ cells }) => cells.includes("Running"))) byId("tour-first").textContent = say("It is running: your first Pod.");
  }

  /** Show a step; behind the last one, and before the first, the tour is over. @param {number} number */
  show(number) {
    document.querySelector(".toured")?.classList.remove("toured");
    const step = this.steps[number], was = this.at;
    this.at = step ? number : -2;
    this.place.hidden = !step;
    if (!step) return this.end();
    for (const each of this.steps) each.hidden = each !== step;
    byId(step.dataset.target ?? "").classList.add("toured");
    byId("tour-number").textContent = `${number + 1} / ${this.steps.length}`;
    byId("tour-back").hidden = number === 0;
    byId("tour-next").textContent = say(number === this.steps.length - 1 ? "Done" : "Next");
    if (was < 0) (number === 0 ? byId("tour-run") : this.place).focus();
  }

  end() {
    try {
      localStorage.setItem(SEEN, "seen");
    } catch {
      // Then it is offered again.
    }
    /** @type {HTMLElement | null} */ (document.querySelector(".terminal-holder:not(.away, .behind) textarea"))?.focus();
  }
}

/** Whether this browser has had the tour. */
function seen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
}
