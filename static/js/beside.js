// Beside a learner: hints and commands that are offered, faults that are thrown (the page is else for looking only).
import { say } from "./words.js";

/** @typedef {{what: string, fields: Record<string, string | number>, needs: string[]}} Fault */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Beside {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    this.wire = wire;
    /** @type {Record<string, Fault>} */
    this.faults = JSON.parse(byId("faults").textContent ?? "{}");
    this.kind = /** @type {HTMLSelectElement} */ (byId("fault-kind"));
    this.kind.append(...Object.entries(this.faults).map(([kind, { what }]) => new Option(what, kind)));
    this.kind.addEventListener("change", () => this.ask());
    this.ask();
    byId("offer-form").addEventListener("submit", (event) => this.offer(/** @type {SubmitEvent} */ (event)));
    byId("fault-form").addEventListener("submit", (event) => this.throw(event));
    byId("faults-clear").addEventListener("click", () => this.put({ type: "faults.cleared" }));
    wire.on("refused", ({ reason }) => this.told(say("That was refused: {reason}", { reason })));
    wire.on("taken", ({ ids }) => ids.includes(this.sent) && byId("beside-told").textContent === say("Sending…") && this.told(say("Done")));
  }

  /** The fields of the kind of fault that is chosen. */
  ask() {
    const fault = this.faults[this.kind.value];
    byId("fault-fields").replaceChildren(...Object.entries(fault?.fields ?? {}).map(([name, value]) => {
      const label = Object.assign(document.createElement("label"), { textContent: `${name} ` });
      const field = Object.assign(document.createElement("input"), { name, value: String(value), required: fault.needs.includes(name), autocomplete: "off" });
      if (typeof value === "number") field.type = "number";
      label.append(field);
      return label;
    }));
  }

  /** @param {SubmitEvent} event */
  offer(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (byId("offer-text"));
    this.wire.ask({ type: "offer.made", kind: /** @type {HTMLButtonElement} */ (event.submitter).value, text: field.value.trim() });
    field.value = "";
    this.told(say("Sent."));
  }

  /** @param {Event} event */
  throw(event) {
    event.preventDefault();
    /** @type {Record<string, string | number>} */
    const fault = { type: this.kind.value };
    for (const field of byId("fault-fields").querySelectorAll("input"))
      if (field.value) fault[field.name] = field.type === "number" ? Number(field.value) : field.value;
    this.put({ type: "fault.thrown", fault });
  }

  /** @param {import("./wire.js").Message} message */
  put(message) {
    this.told(say("Sending…"));
    this.sent = this.wire.put(message);
  }

  /** @param {string} text */
  told(text) {
    byId("beside-told").textContent = text;
  }
}
