// The lesson beside the console: which step is done, what is missing, hints, answers to mistakes, the debrief.
import { keep, kept } from "./keeping.js";
import { announce, say } from "./words.js";

const STATES = { done: "Done", now: "Current step", later: "Later" };

/** What the server has made of lesson text is safe to be HTML (lessons/markdown.py). @param {string} tag @param {string} html @param {string} [name] */
function made(tag, html, name = "") {
  return Object.assign(document.createElement(tag), { innerHTML: html, className: name });
}

export class Lesson {
  /** @param {HTMLElement} place @param {import("./wire.js").Wire} wire @param {{run: (text: string) => void, open: (path: string, content: string) => void}} hands */
  constructor(place, wire, hands) {
    this.place = place;
    this.wire = wire;
    this.hands = hands;
    /** @type {HTMLElement[]} */
    this.steps = [...place.querySelectorAll(".step")].map((step) => /** @type {HTMLElement} */ (step));
    /** @type {Set<string>} */
    this.done = new Set();
    /** @type {string[]} */
    this.dismissed = kept("dismissed", []);
    this.drawn = false;
    place.addEventListener("click", (event) => this.click(/** @type {HTMLElement} */ (event.target)));
    this.dress(place);
    this.listen();
  }

  listen() {
    const { wire } = this;
    wire.on("picture", ({ lesson }) => lesson.steps && this.see(lesson));
    wire.on("step.reached", ({ step }) => this.reached(step));
    wire.on("step.missing", ({ step, missing }) => this.missing(step, missing));
    wire.on("hint", ({ step, html, more }) => this.hint(step, html, more));
    wire.on("mistake.seen", ({ id, html }) => this.mistake(id, html));
    wire.on("lesson.finished", ({ debrief }) => this.finish(debrief, true));
  }

  /** Give the buttons beside code their words. @param {HTMLElement} place */
  dress(place) {
    for (const button of place.querySelectorAll("figure.code button")) {
      const { run, open } = /** @type {HTMLElement} */ (button).dataset;
      button.textContent = open ? `✎ ${say("Open in the editor")} · ${open.split("/").at(-1)}` : `▸ ${say((run ?? "").includes("\n") ? "Run all" : "Run")}`;
    }
    for (const code of place.querySelectorAll("figure.code pre")) code.setAttribute("tabindex", "0");
    for (const code of place.querySelectorAll("figure.code pre, .prose code")) code.setAttribute("lang", "en");
  }

  /** @param {HTMLElement} target */
  click(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    if (!button) return;
    const step = /** @type {HTMLElement} */ (button.closest(".step"));
    if (button.dataset.run !== undefined) this.hands.run(button.dataset.run);
    else if (button.dataset.open) this.hands.open(button.dataset.open, button.dataset.content ?? "");
    else if (button.closest(".hints")) this.wire.ask({ type: "hint.wanted", step: step.dataset.step });
    else if (button.dataset.dismiss) this.dismiss(button.dataset.dismiss);
  }

  /** @param {string} id */
  step(id) {
    return this.steps.find((step) => step.dataset.step === id);
  }

  get current() {
    return this.steps.find((step) => !this.done.has(step.dataset.step ?? ""));
  }

  /** @param {any} lesson */
  see(lesson) {
    this.done = new Set(lesson.steps.filter((/** @type {any} */ step) => step.done).map((/** @type {any} */ step) => step.id));
    for (const { id, hints, more } of lesson.steps) this.hints(id, hints, more);
    this.states();
    if (!this.drawn) this.openCurrent();
    this.drawn = true;
    this.missing(this.current?.dataset.step ?? "", lesson.missing);
    for (const { id, html } of lesson.mistakes) this.mistake(id, html, false);
    if (lesson.done) this.finish(lesson.debrief, false);
  }

  /** Only the step to do next is open, as far as nobody has opened others. */
  openCurrent() {
    for (const step of this.steps) /** @type {HTMLDetailsElement} */ (step.querySelector("details")).open = step === this.current;
    if (this.done.size && this.current) this.current.scrollIntoView({ block: "start" });
  }

  states() {
    for (const step of this.steps) {
      const state = this.done.has(step.dataset.step ?? "") ? "done" : step === this.current ? "now" : "later";
      step.dataset.state = state;
      const word = step.querySelector(".state");
      if (word) word.textContent = say(STATES[state]);
      if (state === "now") step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
      if (state !== "now") /** @type {HTMLElement} */ (step.querySelector(".missing")).hidden = true;
    }
    /** @type {HTMLProgressElement} */ (document.getElementById("progress")).value = this.done.size;
    /** @type {HTMLElement} */ (document.getElementById("progress-text")).textContent = `${this.done.size} / ${this.steps.length}`;
  }

  /** A step is done: tick it and open the next; what is being read stays open. @param {string} id */
  reached(id) {
    const step = this.step(id);
    if (!step || this.done.has(id)) return;
    this.done.add(id);
    this.states();
    step.classList.add("fresh");
    if (this.current) /** @type {HTMLDetailsElement} */ (this.current.querySelector("details")).open = true;
    announce(say("Step done: {title}", { title: step.querySelector("h2")?.textContent ?? "" }));
  }

  /** @param {string} id @param {string[]} texts */
  missing(id, texts) {
    const place = /** @type {HTMLElement | null} */ (this.step(id)?.querySelector(".missing"));
    if (!place) return;
    place.hidden = !texts.length;
    place.querySelector("ul")?.replaceChildren(...texts.map((html) => made("li", html)));
  }

  /** @param {string} id @param {string[]} hints @param {boolean} more */
  hints(id, hints, more) {
    const place = /** @type {HTMLElement | null} */ (this.step(id)?.querySelector(".hints"));
    if (!place) return;
    place.hidden = !hints.length && !more;
    place.querySelector("ol")?.replaceChildren(...hints.map((html) => this.dressed(made("li", html, "prose"))));
    /** @type {HTMLElement} */ (place.querySelector("button")).hidden = !more;
  }

  /** @param {string} id @param {string} html @param {boolean} more */
  hint(id, html, more) {
    const list = this.step(id)?.querySelector(".hints ol");
    list?.append(this.dressed(made("li", html, "prose")));
    /** @type {HTMLElement} */ (this.step(id)?.querySelector(".hints button")).hidden = !more;
    announce(list?.lastElementChild?.textContent ?? "");
  }

  /** @param {HTMLElement} element */
  dressed(element) {
    this.dress(element);
    return element;
  }

  /** The answer to a foreseen mistake. @param {string} id @param {string} html @param {boolean} [fresh] */
  mistake(id, html, fresh = true) {
    if (this.dismissed.includes(id) || document.getElementById(`mistake-${id}`)) return;
    const place = made("div", html, "mistake prose");
    place.id = `mistake-${id}`;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain icon", textContent: "✕" });
    button.dataset.dismiss = id;
    button.setAttribute("aria-label", say("Dismiss"));
    place.append(button);
    const step = this.current ?? this.steps.at(-1);
    step?.querySelector(".mistakes")?.append(this.dressed(place));
    if (!fresh) return;
    /** @type {HTMLDetailsElement} */ (step?.querySelector("details")).open = true;
    place.scrollIntoView({ block: "nearest" });
    announce(place.textContent ?? "");
  }

  /** @param {string} id */
  dismiss(id) {
    document.getElementById(`mistake-${id}`)?.remove();
    this.dismissed = [...this.dismissed, id];
    keep("dismissed", this.dismissed);
  }

  /** @param {string} html @param {boolean} fresh */
  finish(html, fresh) {
    const place = /** @type {HTMLElement} */ (document.getElementById("debrief"));
    /** @type {HTMLElement} */ (place.querySelector(".prose")).innerHTML = html;
    place.hidden = false;
    if (!fresh) return;
    place.scrollIntoView({ block: "start" });
    announce(say("The lesson is finished."));
  }
}
