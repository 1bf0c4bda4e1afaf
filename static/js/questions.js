// The questions of a lesson: answered with the keyboard or a click, each answer with its own reply.
import { announce, say } from "./words.js";

/** @typedef {{question: string, given: string[], right: boolean | null, replies: string[], closed: boolean}} Judged */

export class Questions {
  /** @param {HTMLElement} place @param {import("./wire.js").Wire} wire @param {(element: HTMLElement) => void} dress */
  constructor(place, wire, dress) {
    this.place = place;
    this.wire = wire;
    this.dress = dress;
    /** The question of each answer that is on its way. @type {Map<string, string>} */
    this.asked = new Map();
    place.addEventListener("submit", (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.dataset.question) return;
      event.preventDefault();
      this.send(form.dataset.question, this.given(form));
    });
    wire.on("question.judged", (judged) => this.judged(judged, true));
    wire.on("refused", ({ of, id, reason }) => of === "question.answered" && this.refused(id, reason));
  }

  /** @param {string} name */
  form(name) {
    return /** @type {HTMLFormElement | null} */ (this.place.querySelector(`form[data-question="${CSS.escape(name)}"]`));
  }

  /** @param {HTMLFormElement} form */
  inputs(form) {
    return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input")]);
  }

  /** What is chosen or typed. @param {HTMLFormElement} form */
  given(form) {
    const chosen = this.inputs(form).filter((input) => input.type === "text" || input.checked);
    return chosen.map((input) => input.value).filter((value) => value.trim());
  }

  /** @param {string} name @param {string[]} answer */
  send(name, answer) {
    const form = this.form(name);
    if (!form || /** @type {HTMLElement} */ (form.querySelector("button")).hidden) return; // answered for good
    if (!answer.length) return this.reply(form, [say("There is no answer yet.")], "none");
    this.asked.set(this.wire.put({ type: "question.answered", question: name, answer }), name);
  }

  /** Show an answer in the form. @param {HTMLFormElement} form @param {string[]} answer */
  fill(form, answer) {
    for (const input of this.inputs(form)) {
      if (input.type === "text") input.value = answer[0] ?? "";
      else input.checked = answer.includes(input.value);
    }
  }

  /** @param {string | undefined} id @param {string} reason */
  refused(id, reason) {
    const form = this.form(this.asked.get(id ?? "") ?? "");
    if (form) this.reply(form, [say(reason)], "none");
  }

  /** @param {Judged} judged @param {boolean} fresh */
  judged({ question, given, right, replies, closed }, fresh) {
    const form = this.form(question);
    if (!form) return;
    if (!fresh || closed) this.fill(form, given);
    const state = right === null ? "kept" : right ? "right" : "wrong";
    const verdict = say({ kept: "Your answer is kept.", right: "Right.", wrong: "Not quite." }[state]);
    this.reply(form, [verdict, ...replies], state);
    for (const input of this.inputs(form)) {
      if (input.type === "text") input.readOnly = closed;
      else input.disabled = closed && !input.checked;
    }
    const button = /** @type {HTMLElement} */ (form.querySelector("button")), place = /** @type {HTMLElement} */ (form.querySelector(".replies"));
    // Who has answered with keys reads on at the reply, and goes on from there.
    place.tabIndex = -1;
    if (closed && document.activeElement === button) place.focus();
    button.hidden = closed;
    if (fresh) announce(place.textContent ?? "");
  }

  /** @param {HTMLFormElement} form @param {string[]} texts the first is ours, the others are HTML of the lesson @param {string} state */
  reply(form, texts, state) {
    const place = /** @type {HTMLElement} */ (form.querySelector(".replies"));
    const [verdict, ...replies] = texts;
    form.dataset.state = state;
    place.hidden = false;
    place.replaceChildren(
      Object.assign(document.createElement("p"), { className: "verdict", textContent: verdict }),
      ...replies.map((html) => Object.assign(document.createElement("div"), { className: "prose", innerHTML: html })),
    );
    this.dress(place);
  }
}
