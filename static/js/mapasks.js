// The buttons on the map that ask why something is in trouble: over its corner, with one of them at a time in the tab order.
import { askWith, silent, whyButton } from "./asking.js";
import { NOWHERE } from "./maplayout.js";
import { look, status } from "./mapwords.js";
import { say } from "./words.js";

/** @typedef {import("./things.js").Thing} Thing */
/** @typedef {import("./maplayout.js").Box} Box */

/** How much of a thing's width its button takes. */
export const ASK = 28;
const SIDE = 24, EDGE = 2;
/** What is drawn too small for a button: it is selected, and asked about there. */
const SMALL = ["tiny"];

/** Whether something is the matter with a thing. @param {Thing} thing */
function troubled(thing) {
  if (thing.kind === "Service") return look(thing) !== "good" || Boolean(thing.endpoints?.some(({ ready }) => !ready));
  return ["bad", "wait"].includes(look(thing)) || Boolean(thing.pressure?.length);
}

/** Whether there is a button at a thing. @param {Thing | undefined} thing @param {Box} box */
export const asked = (thing, box) => !silent() && Boolean(thing) && !SMALL.includes(box.form) && troubled(/** @type {Thing} */ (thing));

/** What a button asks, in full. @param {Thing} thing */
function label(thing) {
  const { kind, name } = thing;
  if (kind === "Service") return say("Whom does {name} reach, and why?", { name });
  if (["Pod", "Node", "PersistentVolumeClaim"].includes(kind) && !thing.pressure?.length) return say("Why is {name} {status}?", { name, status: status(thing) });
  return say("Why is {name} as it is?", { name });
}

/** What is asked about a thing. @param {Thing} thing @returns {import("./asking.js").Question} */
const question = ({ resource, namespace, name }) => ({ about: "object", resource, namespace, name });

/** The button of a thing in trouble in the table. @param {Thing} thing @returns {HTMLElement[]} */
export const whyOf = (thing) => (troubled(thing) ? whyButton(question(thing), label(thing)) : []);

export class Asks {
  /** @param {HTMLElement} place @param {(key: string) => void} home where the focus goes when its button is not needed any more */
  constructor(place, home) {
    this.home = home;
    this.holder = Object.assign(document.createElement("div"), { className: "map-asks" });
    this.holder.setAttribute("role", "toolbar");
    this.holder.setAttribute("aria-label", say("Why is it so? What is in trouble on the map"));
    /** @type {Map<string, {button: HTMLButtonElement, sign: string}>} */
    this.buttons = new Map();
    /** The one in the tab order. */
    this.current = "";
    this.holder.addEventListener("keydown", (event) => this.press(event));
    this.holder.addEventListener("focusin", (event) => this.become(/** @type {HTMLElement} */ (event.target).dataset.at ?? ""));
    place.append(this.holder);
  }

  /** @param {Map<string, Box>} boxes @param {Map<string, Thing>} things */
  show(boxes, things) {
    for (const key of this.buttons.keys()) {
      const box = boxes.get(key);
      if (!box || !asked(things.get(key), box)) this.drop(key);
    }
    for (const [key, box] of boxes) if (key !== NOWHERE && asked(things.get(key), box)) this.put(/** @type {Thing} */ (things.get(key)), box);
    this.holder.hidden = !this.buttons.size;
    if (!this.buttons.has(this.current)) this.become(this.buttons.keys().next().value ?? "");
  }

  /** @param {string} key */
  drop(key) {
    const { button } = /** @type {{button: HTMLButtonElement}} */ (this.buttons.get(key)), focused = button === document.activeElement;
    button.remove();
    this.buttons.delete(key);
    if (focused) this.home(key);
  }

  /** @param {Thing} thing @param {Box} box */
  put(thing, { x, y, w }) {
    const known = this.buttons.get(thing.key), text = label(thing), left = x + w - SIDE - EDGE, top = y + EDGE;
    const sign = `${text} ${left} ${top}`;
    if (known?.sign === sign) return;
    const button = known?.button ?? Object.assign(document.createElement("button"), { type: "button", className: "ask", textContent: "?", tabIndex: -1 });
    button.dataset.at = thing.key;
    askWith(button, question(thing), text);
    Object.assign(button.style, { left: `${left}px`, top: `${top}px` });
    if (!known) this.holder.append(button);
    this.buttons.set(thing.key, { button, sign });
  }

  /** Put another button into the tab order. @param {string} key */
  become(key) {
    for (const [each, tabIndex] of /** @type {Array<[string, number]>} */ ([[this.current, -1], [key, 0]])) {
      const found = this.buttons.get(each)?.button;
      if (found) found.tabIndex = tabIndex;
    }
    this.current = key;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], keys = [...this.buttons.keys()];
    if (!step) return;
    event.preventDefault();
    const next = this.buttons.get(keys[(keys.indexOf(this.current) + step + keys.length) % keys.length])?.button;
    next?.focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
