// Asking why on the life line: what went wrong there can be asked about, as it was then.
import { askWith, silent, whyButton } from "./asking.js";
import { onBranch, virtual, when } from "./clock.js";
import { GONE, told } from "./lifelanes.js";
import { say } from "./words.js";

/** @typedef {import("./lifelanes.js").Fact} Fact */
/** @typedef {import("./asking.js").Question} Question */
/** @typedef {{pod: string}} Life */

/** Times that the API writes are cut to the second: what they tell of was there only by the next one. */
const SECOND = 1_000_000;
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Whether one would ask about a fact. @param {Fact} fact @param {string} look */
const doubtful = ({ lane, state }, look) => !silent() && state !== GONE && !lane.startsWith("signal/") && ["bad", "wait"].includes(look);

/** When a fact could be seen for sure; undefined: now. @param {Fact} fact @param {number} [until] when something else followed in its lane */
function moment({ at }, until = Infinity) {
  const then = Math.max(Math.min(at + SECOND, until - 1), at);
  return then < virtual() ? { moment: { branch: onBranch(), at: then } } : {};
}

/** What is asked about a fact: the event, the condition, or the Pod as it was then. @param {Life} life @param {Fact} fact @param {number} [until] @returns {Question} */
function question({ pod }, fact, until) {
  const [namespace, name] = pod.split("/"), then = moment(fact, until);
  if (fact.event) return { about: "event", namespace, name: fact.event, ...then };
  const [kind, condition] = fact.lane.split(/\/(.*)/);
  if (kind === "condition") return { about: "condition", resource: "pods", namespace, name, condition, ...then };
  return { about: "object", resource: "pods", namespace, name, ...then };
}

/** What a button asks, in full. @param {string} lane its name @param {Fact} fact */
const label = (lane, fact) => say("Why {lane} {what} at {time}?", { lane, what: told(fact), time: when(fact.at) });

/** The button of a row of the table. @param {Life} life @param {import("./lifelanes.js").Row} row @returns {HTMLElement[]} */
export const whyOfFact = (life, { fact, lane, look, until }) => (doubtful(fact, look) ? whyButton(question(life, fact, until), label(lane, fact)) : []);

/** Let a mark of the picture ask. @param {SVGElement} mark @param {Life} life @param {string} lane its name @param {import("./lifelanes.js").Mark} told */
export function askAt(mark, life, lane, { fact, look, until }) {
  if (!doubtful(fact, look)) return mark;
  for (const [name, value] of Object.entries({ role: "button", tabindex: -1, "data-mark": `${life.pod} ${fact.lane} ${fact.state} ${fact.at}` })) mark.setAttribute(name, String(value));
  askWith(mark, question(life, fact, until), label(lane, fact));
  return mark;
}

/** The marks of the pictures as one stop of the tab order, with arrows between them. */
export class Marks {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** The one in the tab order. */
    this.current = "";
    place.addEventListener("focusin", (event) => this.become(/** @type {SVGElement} */ (event.target)));
    place.addEventListener("keydown", (event) => this.press(event));
  }

  get all() {
    return /** @type {SVGElement[]} */ ([...this.place.querySelectorAll("[data-mark]")]);
  }

  /** Whether one stands on a mark: then the pictures hold still as long as nothing happens. */
  get held() {
    return this.place.contains(document.activeElement);
  }

  /** The pictures are others now; who stood on a mark stands on it again. @param {boolean} held */
  renew(held) {
    const found = this.all.find((mark) => mark.dataset.mark === this.current) ?? this.all[0];
    if (found) this.become(found);
    if (held) /** @type {SVGElement | HTMLElement | null} */ (found ?? this.place.closest("[tabindex]"))?.focus();
  }

  /** @param {SVGElement} mark */
  become(mark) {
    if (!mark.dataset.mark) return;
    for (const each of this.all) each.setAttribute("tabindex", each === mark ? "0" : "-1");
    this.current = mark.dataset.mark;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const all = this.all, at = all.indexOf(/** @type {any} */ (event.target)), step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") all[at].dispatchEvent(new MouseEvent("click", { bubbles: true }));
    else if (step) all[(at + step + all.length) % all.length].focus();
    else return;
    event.preventDefault();
  }
}
