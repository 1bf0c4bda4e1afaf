// From the room: what is done for the learners that are chosen there, or for all of them at once.
import { Helping } from "./helping.js";
import { noted, say, sentences } from "./words.js";

export class Many {
  /** @param {(message: {type: string, [key: string]: any}) => void} send */
  constructor(send) {
    /** The seats that are chosen; none: everybody. @type {Set<number>} */
    this.seats = new Set();
    /** What was refused since something was sent last. @type {Map<string, number>} */
    this.refusals = new Map();
    this.done = "";
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("many-dialog"));
    document.getElementById("help-many")?.addEventListener("click", () => {
      this.draw();
      dialog.showModal();
    });
    /** @param {{type: string, [key: string]: any}} message */
    const put = (message) => {
      this.refusals.clear();
      this.forms.told(say("Sending…"));
      send({ ...message, seats: [...this.seats] });
    };
    this.forms = new Helping({
      offer: (kind, text) => put({ type: "offers.made", kind, text }),
      throw: (fault) => put({ type: "faults.thrown", fault }),
      clear: () => put({ type: "faults.ended" }),
    });
    const title = /** @type {HTMLInputElement} */ (document.getElementById("state-title"));
    /** @param {string} form @param {string} choice @param {(chosen: HTMLOptionElement) => any} message */
    const offers = (form, choice, message) =>
      document.getElementById(form)?.addEventListener("submit", (event) => {
        event.preventDefault();
        const chosen = /** @type {HTMLSelectElement} */ (document.getElementById(choice)).selectedOptions[0];
        if (chosen) put(message(chosen));
      });
    offers("start-form", "start-lesson", ({ value }) => ({ type: "start.offered", lesson: value }));
    offers("state-form", "state-lab", ({ value, text }) => {
      const told = title.value.trim() || text;
      title.value = "";
      return { type: "state.offered", sandbox: value, title: told };
    });
  }

  draw() {
    const text = this.seats.size ? say("For those whom you have chosen: {number}", { number: this.seats.size }) : say("For everybody in the class; choose seats in the room to help some");
    /** @type {HTMLElement} */ (document.getElementById("many-whom")).textContent = text;
  }

  /** Who is here no more is not chosen. @param {number[]} gone */
  forget(gone) {
    for (const seat of gone) this.seats.delete(seat);
  }

  /** A box with which a learner is chosen. @param {number} seat @param {string} name */
  box(seat, name) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "chosen", checked: this.seats.has(seat) });
    box.setAttribute("aria-label", say("Choose {name}", { name }));
    box.addEventListener("change", () => (box.checked ? this.seats.add(seat) : this.seats.delete(seat)));
    return box;
  }

  /** @param {{type: string, number: number, reason: string}} message */
  hear({ type, number, reason }) {
    if (type === "done") this.done = say("Sent. Learners: {number}", { number });
    else if (type === "refused") this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    else return;
    const refused = [...this.refusals].map(([text, times]) => noted(say("That was refused: {reason}", { reason: say(text) }), `×${times}`));
    this.forms.told(sentences([type === "refused" && !this.done ? "" : this.done, ...refused].filter(Boolean)));
  }
}
