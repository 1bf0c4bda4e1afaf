// The lesson beside the console: which step is done, what is missing, hints, questions, answers to mistakes, solutions, the debrief.
import { Exam } from "./exam.js";
import { keep, kept } from "./keeping.js";
import { Questions } from "./questions.js";
import { Solution } from "./solution.js";
import { announce, say, sentences } from "./words.js";

const STATES = { done: "Done", now: "Current step", later: "Later", skipped: "Skipped" };

/** What the server has made of lesson text is safe to be HTML (lessons/markdown.py). @param {string} tag @param {string} html @param {string} [name] */
function made(tag, html, name = "") {
  return Object.assign(document.createElement(tag), { innerHTML: html, className: name });
}

/** Give the buttons beside code their words. @param {HTMLElement} place */
export function dress(place) {
  for (const button of place.querySelectorAll("figure.code button")) {
    const { run, open, host } = /** @type {HTMLElement} */ (button).dataset;
    const where = host ? ` · ${host}` : "";
    button.textContent = open ? `✎ ${say("Open in the editor")} · ${open.split("/").at(-1)}` : `▸ ${say((run ?? "").includes("\n") ? "Run all" : "Run")}${where}`;
  }
  for (const code of place.querySelectorAll("figure.code pre, figure.tabular")) code.setAttribute("tabindex", "0");
  for (const code of place.querySelectorAll("figure.code pre, .prose code")) code.setAttribute("lang", "en");
}

export class Lesson {
  /**
   * @param {HTMLElement} place
   * @param {import("./wire.js").Wire} wire
   * @param {import("./terminals.js").Terminals} terminals
   * @param {{open: (path: string, content: string) => void, show: (path: string) => void}} hands
   */
  constructor(place, wire, terminals, hands) {
    this.place = place;
    this.wire = wire;
    this.hands = hands;
    /** @type {HTMLElement[]} */
    this.steps = [...place.querySelectorAll(".step")].map((step) => /** @type {HTMLElement} */ (step));
    /** @type {Set<string>} */
    this.done = new Set();
    /** @type {Set<string>} */
    this.skipped = new Set();
    this.terminals = terminals;
    this.isExam = place.dataset.kind === "exam";
    this.questions = new Questions(place, wire, dress);
    this.exam = new Exam(wire);
    this.solution = new Solution(wire, terminals, {
      show: hands.show,
      answer: (question, answer) => this.questions.send(question, answer),
      state: (step, playing) => this.playing(step, playing),
    });
    /** @type {string[]} */
    this.dismissed = kept("dismissed", []);
    /** The step to do next when the whole was drawn last. @type {string | null} */
    this.drawn = null;
    place.addEventListener("click", (event) => this.click(/** @type {HTMLElement} */ (event.target)));
    dress(place);
    this.listen();
  }

  listen() {
    const { wire } = this;
    wire.on("picture", ({ lesson }) => lesson.steps && this.see(lesson));
    wire.on("step.reached", ({ step }) => this.reached(step));
    wire.on("step.missing", ({ step, missing, more }) => this.missing(step, missing, more));
    wire.on("hint", ({ step, html, more }) => this.hint(step, html, more));
    wire.on("mistake.seen", ({ id, html }) => this.mistake(id, html));
    wire.on("lesson.finished", ({ debrief, score }) => this.finish(debrief, score, true));
  }

  /** @param {HTMLElement} target */
  click(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    if (!button) return;
    const step = /** @type {HTMLElement} */ (button.closest(".step"));
    if (button.dataset.run !== undefined) this.terminals.run(button.dataset.run, button.dataset.host);
    else if (button.dataset.open) this.hands.open(button.dataset.open, button.dataset.content ?? "");
    else if (button.closest(".hints")) this.wire.ask({ type: "hint.wanted", step: step.dataset.step });
    else if (button.dataset.skip !== undefined) this.offer("skip-dialog", () => this.solution.want(step.dataset.step ?? ""));
    else if (button.dataset.reset !== undefined) this.offer("reset-dialog", () => this.again(step.dataset.step ?? ""));
    else if (button.dataset.stop !== undefined) this.solution.stop();
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
    this.skipped = new Set(lesson.steps.filter((/** @type {any} */ step) => step.skipped).map((/** @type {any} */ step) => step.id));
    for (const { id, hints, more, questions } of lesson.steps) {
      this.hints(id, hints, more);
      for (const judged of questions) this.questions.judged(judged, false);
    }
    this.exam.see(lesson);
    this.states();
    const now = this.current?.dataset.step ?? "";
    if (this.drawn !== now) this.openCurrent();
    this.drawn = now;
    this.missing(this.current?.dataset.step ?? "", lesson.missing);
    for (const { id, html } of lesson.mistakes) this.mistake(id, html, false);
    /** @type {HTMLElement} */ (document.getElementById("debrief")).hidden = !lesson.done;
    if (lesson.done) this.finish(lesson.debrief, lesson.score, false);
  }

  /** Before something is done that may surprise, it is said what that means. @param {string} id of the dialog @param {() => void} act */
  offer(id, act) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
    const sure = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-sure]"));
    sure.onclick = () => {
      dialog.close();
      act();
    };
    dialog.showModal();
  }

  /** Begin a step again. @param {string} step */
  again(step) {
    this.solution.drop();
    this.wire.put({ type: "step.begun-again", step });
  }

  /** @param {string} id @param {boolean} playing */
  playing(id, playing) {
    const step = this.step(id);
    if (!step) return;
    if (playing) this.skipped.add(id);
    /** @type {HTMLElement} */ (step.querySelector(".playing")).hidden = !playing;
    /** @type {HTMLElement} */ (step.querySelector("[data-skip]")).hidden = playing;
    if (playing) announce(say("The solution is being played in the console."));
    this.states();
  }

  /** Only the step to do next is open, as far as nobody has opened others. */
  openCurrent() {
    for (const step of this.steps) /** @type {HTMLDetailsElement} */ (step.querySelector("details")).open = step === this.current;
    if (this.done.size && this.current) this.current.scrollIntoView({ block: "start" });
  }

  states() {
    for (const step of this.steps) {
      const id = step.dataset.step ?? "", done = this.done.has(id);
      const state = done ? "done" : (this.isExam ? !this.exam.over : step === this.current) ? "now" : "later";
      const skipped = done && this.skipped.has(id);
      step.dataset.state = state;
      step.classList.toggle("skipped", skipped);
      const word = /** @type {HTMLElement} */ (step.querySelector(".state"));
      word.textContent = say(STATES[skipped ? "skipped" : state]);
      word.classList.toggle("hidden", !skipped);
      for (const form of step.querySelectorAll("form.question")) form.toggleAttribute("inert", state === "later");
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
    this.drawn = this.current?.dataset.step ?? "";
    this.states();
    step.classList.add("fresh");
    if (this.current) /** @type {HTMLDetailsElement} */ (this.current.querySelector("details")).open = true;
    announce(say("Step done: {title}", { title: step.querySelector("h2")?.textContent ?? "" }));
  }

  /** @param {string} id @param {string[]} texts @param {boolean} [more] whether there is a hint now */
  missing(id, texts, more) {
    const place = /** @type {HTMLElement | null} */ (this.step(id)?.querySelector(".missing"));
    if (!place) return;
    place.hidden = !texts.length;
    const hints = /** @type {HTMLElement | null} */ (this.step(id)?.querySelector(".hints"));
    if (hints && more !== undefined) {
      /** @type {HTMLElement} */ (hints.querySelector("button")).hidden = !more;
      hints.hidden = !more && !hints.querySelector("li");
    }
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
    dress(element);
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

  /** @param {string} html @param {{points: number, total: number, percent: number, passed: boolean | null}} score @param {boolean} fresh */
  finish(html, score, fresh) {
    this.exam.see({ left: null, done: true });
    for (const button of this.place.querySelectorAll("[data-exam-only]")) /** @type {HTMLElement} */ (button).hidden = true;
    this.states();
    const result = /** @type {HTMLElement} */ (document.getElementById("score"));
    const verdict = score.passed === null ? "" : say(score.passed ? "Passed." : "Not passed.");
    const points = say("{points} of {total} points ({percent} %)", { points: String(score.points), total: String(score.total), percent: String(score.percent) });
    result.textContent = sentences([verdict, points].filter(Boolean));
    const place = /** @type {HTMLElement} */ (document.getElementById("debrief"));
    if (fresh && this.isExam) this.wire.ask({ type: "picture.wanted" });
    /** @type {HTMLElement} */ (place.querySelector(".prose")).innerHTML = html;
    dress(place);
    place.hidden = false;
    if (!fresh) return;
    place.scrollIntoView({ block: "start" });
    announce(say("The lesson is finished."));
  }
}
