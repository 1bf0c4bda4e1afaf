// The forms with which learners are helped, one at their side or several from the room: hints, commands, faults.

/** @typedef {{what: string, fields: Record<string, string | number>, called: Record<string, string>, examples: Record<string, string>, needs: string[]}} Fault */
/** @typedef {{offer: (kind: string, text: string) => void, throw: (fault: Record<string, string | number>) => void, clear: () => void}} Hands */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Helping {
  /** @param {Hands} hands what is done with what is filled in */
  constructor(hands) {
    this.hands = hands;
    /** @type {Record<string, Fault>} */
    this.faults = JSON.parse(byId("faults").textContent ?? "{}");
    this.kind = /** @type {HTMLSelectElement} */ (byId("fault-kind"));
    this.kind.append(...Object.entries(this.faults).map(([kind, { what }]) => new Option(what, kind)));
    this.kind.addEventListener("change", () => this.ask());
    this.ask();
    byId("offer-form").addEventListener("submit", (event) => this.offer(/** @type {SubmitEvent} */ (event)));
    byId("fault-form").addEventListener("submit", (event) => this.throw(event));
    byId("faults-clear").addEventListener("click", () => hands.clear());
  }

  /** The fields of the kind of fault that is chosen. */
  ask() {
    const fault = this.faults[this.kind.value];
    byId("fault-fields").replaceChildren(...Object.entries(fault?.fields ?? {}).map(([name, value]) => {
      const label = Object.assign(document.createElement("label"), { textContent: `${fault.called[name]} ` });
      const field = Object.assign(document.createElement("input"), { name, value: String(value), required: fault.needs.includes(name), placeholder: fault.examples[name], autocomplete: "off" });
      if (typeof value === "number") field.type = "number";
      label.append(field);
      return label;
    }));
  }

  /** @param {SubmitEvent} event */
  offer(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (byId("offer-text")), text = field.value.trim();
    if (!text) return;
    this.hands.offer(/** @type {HTMLButtonElement} */ (event.submitter).value, text);
    field.value = "";
  }

  /** @param {Event} event */
  throw(event) {
    event.preventDefault();
    /** @type {Record<string, string | number>} */
    const fault = { type: this.kind.value };
    for (const field of byId("fault-fields").querySelectorAll("input"))
      if (field.value) fault[field.name] = field.type === "number" ? Number(field.value) : field.value;
    this.hands.throw(fault);
  }

  /** @param {string} text */
  told(text) {
    byId("beside-told").textContent = text;
  }
}
