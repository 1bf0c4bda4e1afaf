// The scrubber: a cluster's whole history as a slider, with a mark for everything that happened.
import { labelled, noted, say } from "./words.js";

const WIDTH = 1000, MOST = 3000, NEAR_PX = 6, FAR = 10;
const SECOND = 1e6;

/** @typedef {{at: number, number: number, kind: string, subject: string, text: string, by?: string}} Mark */
/** @typedef {import("./past.js").Moment} Moment */

/** Where the marks of a kind stand, from the top and how high: not only their colours differ. @type {Record<string, [number, number]>} */
const LANES = { command: [2, 20], request: [2, 13], file: [2, 9], step: [0, 24], status: [11, 6], warning: [14, 8], event: [18, 4], jump: [21, 3] };

/** Of what happened at the same instant, what says most. */
const RANKS = Object.keys(LANES);

/** How wide a stretch of time is drawn in which nothing has a mark: long waits are short on the bar. @param {number} time microseconds */
const width = (time) => Math.log2(1 + time / SECOND);

export class Timeline {
  /** @param {HTMLElement} slider @param {{look: (moment: Moment) => void, present: () => void, time: (at: number) => string}} hands */
  constructor(slider, hands) {
    this.slider = slider;
    this.hands = hands;
    this.label = /** @type {HTMLElement} */ (document.getElementById("time-label"));
    this.thumb = /** @type {HTMLElement} */ (slider.querySelector(".thumb"));
    this.branch = 0;
    this.begin = 0;
    this.end = 0;
    /** @type {Mark[]} */
    this.marks = [];
    /** Virtual times, rising, and where on the bar they are. @type {number[]} */
    this.times = [0];
    this.places = [0];
    /** The moment that is looked at; null: the present. @type {Moment | null} */
    this.moment = null;
    slider.addEventListener("keydown", (event) => this.press(event));
    slider.addEventListener("pointerdown", (event) => this.grasp(event));
    slider.addEventListener("pointermove", (event) => this.point(event));
    slider.addEventListener("pointerleave", () => this.explain(null));
  }

  /** What there is of a branch. @param {{branch: number, beginning: number, end: number, marks: Mark[]}} history */
  see({ branch, beginning, end, marks }) {
    Object.assign(this, { branch, begin: beginning, end, marks });
    this.draw();
  }

  /** @param {Mark[]} marks */
  add(marks) {
    this.marks = [...this.marks, ...marks].sort((one, other) => one.at - other.at || one.number - other.number).slice(-MOST);
    this.draw();
  }

  /** Time has passed. @param {number} end */
  stretch(end) {
    if (end <= this.end) return;
    this.end = end;
    const last = this.times.length - 1;
    this.times[last] = end;
    this.places[last] = last ? this.places[last - 1] + width(end - this.times[last - 1]) : 0;
    this.draw(false);
  }

  /** @param {Moment | null} moment */
  show(moment) {
    this.moment = moment;
    this.place();
  }

  // --- the scale

  scale() {
    const times = [...new Set([this.begin, ...this.marks.map(({ at }) => at), Math.max(this.end, this.begin)])].filter((at) => at >= this.begin).sort((one, other) => one - other);
    if (times.length < 2) times.push(times[0]);
    this.times = times;
    this.places = [0];
    for (let at = 1; at < times.length; at += 1) this.places.push(this.places[at - 1] + width(times[at] - times[at - 1]));
  }

  /** How far along the bar a time is, from 0 to 1. @param {number} at */
  fraction(at) {
    const after = this.times.findIndex((time) => time >= at), total = this.places.at(-1) || 1;
    if (after < 0) return 1;
    if (after === 0) return 0;
    const [from, to] = [this.times[after - 1], this.times[after]];
    const part = to > from ? (at - from) / (to - from) : 1;
    return (this.places[after - 1] + part * (this.places[after] - this.places[after - 1])) / total;
  }

  /** The time at a place of the bar. @param {number} fraction */
  time(fraction) {
    const place = Math.min(Math.max(fraction, 0), 1) * (this.places.at(-1) ?? 0);
    const after = Math.max(this.places.findIndex((each) => each >= place), 1);
    const [from, to] = [this.places[after - 1], this.places[after]];
    const part = to > from ? (place - from) / (to - from) : 1;
    return Math.round(this.times[after - 1] + part * (this.times[after] - this.times[after - 1]));
  }

  // --- drawing

  /** @param {boolean} anew whether the marks are others than before */
  draw(anew = true) {
    if (anew) this.scale();
    /** @type {Record<string, string>} */
    const paths = {};
    for (const { at, kind } of this.marks) {
      const [top, height] = LANES[kind] ?? LANES.event;
      paths[kind] = `${paths[kind] ?? ""}M${(this.fraction(at) * WIDTH).toFixed(1)} ${top}v${height}`;
    }
    for (const path of this.slider.querySelectorAll("path")) path.setAttribute("d", paths[path.dataset.kind ?? ""] ?? "");
    this.place();
  }

  /** Put the thumb where it belongs, and say so. */
  place() {
    const at = this.moment?.at ?? this.end;
    this.thumb.style.left = `${this.fraction(at) * 100}%`;
    const seconds = (/** @type {number} */ time) => String(Math.round((time - this.begin) / SECOND));
    this.slider.setAttribute("aria-valuemax", seconds(this.end));
    this.slider.setAttribute("aria-valuenow", seconds(at));
    this.slider.setAttribute("aria-valuetext", this.moment ? this.told(this.moment) : say("now"));
  }

  /** A moment in words: the time, and what happened last. @param {Moment} moment */
  told({ at, number }) {
    const before = this.marks.filter((mark) => mark.at <= at && (number === undefined || mark.number <= number));
    const last = before.filter((mark) => mark.at === before.at(-1)?.at).sort((one, other) => RANKS.indexOf(one.kind) - RANKS.indexOf(other.kind))[0];
    return [this.hands.time(at), last ? describe(last) : ""].filter(Boolean).join(" · ");
  }

  // --- with the keyboard

  /** @param {KeyboardEvent} event */
  press(event) {
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.step(-1), ArrowDown: () => this.step(-1), ArrowRight: () => this.step(1), ArrowUp: () => this.step(1),
      PageUp: () => this.step(FAR), PageDown: () => this.step(-FAR),
      Home: () => this.look(this.begin), End: () => this.hands.present(), Escape: () => this.hands.present(),
    };
    if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** To another mark; past the last one lies the present. @param {number} step */
  step(step) {
    const stops = [...new Set([this.begin, ...this.marks.map(({ at }) => at)])].sort((one, other) => one - other);
    const here = this.moment?.at ?? Infinity;
    const before = stops.filter((at) => at < here).length, on = stops.includes(here);
    const next = step < 0 ? before + step : before + step - (on ? 0 : 1);
    if (next >= stops.length) this.hands.present();
    else this.look(stops[Math.max(next, 0)]);
  }

  /** @param {number} at */
  look(at) {
    this.hands.look({ branch: this.branch, at });
  }

  // --- with the pointer

  /** The time under the pointer: that of a mark, if one is near. @param {PointerEvent} event */
  under(event) {
    const room = this.slider.getBoundingClientRect(), fraction = (event.clientX - room.left) / room.width;
    const near = NEAR_PX / room.width;
    let found = { at: this.time(fraction), far: near };
    for (const { at } of this.marks) {
      const far = Math.abs(this.fraction(at) - fraction);
      if (far < found.far) found = { at, far };
    }
    return { at: found.at, last: fraction > 1 - near && found.far === near };
  }

  /** @param {PointerEvent} event */
  grasp(event) {
    if (event.button) return;
    this.slider.setPointerCapture(event.pointerId);
    this.slider.focus();
    this.follow(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (this.slider.hasPointerCapture(event.pointerId)) this.follow(event);
    else this.explain(this.under(event).at);
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const { at, last } = this.under(event);
    this.explain(at);
    if (last) this.hands.present();
    else this.look(at);
  }

  /** Say beside the pointer what there is. @param {number | null} at */
  explain(at) {
    this.label.hidden = at === null;
    if (at === null) return;
    this.label.textContent = this.told({ branch: this.branch, at });
    const room = this.slider.getBoundingClientRect(), bar = /** @type {HTMLElement} */ (this.label.offsetParent)?.getBoundingClientRect();
    if (!bar) return;
    const middle = room.left - bar.left + this.fraction(at) * room.width;
    this.label.style.left = `${Math.min(Math.max(middle - this.label.offsetWidth / 2, 4), bar.width - this.label.offsetWidth - 4)}px`;
  }
}

/** A mark in words, and who typed it if it was not the learner. @param {Mark} mark */
export function describe(mark) {
  return mark.by ? noted(inWords(mark), mark.by) : inWords(mark);
}

/** @param {Mark} mark */
function inWords({ kind, subject, text }) {
  const name = subject.split("/").at(-1) ?? "";
  if (kind === "status" || kind === "event" || kind === "warning") return labelled(name, text);
  if (kind === "file") return say("Saved: {path}", { path: text });
  if (kind === "step") return say("Step done: {title}", { title: document.querySelector(`#step-${CSS.escape(text)} h2`)?.textContent ?? text });
  if (kind === "jump") return subject ? say("The clock jumped until {name} was {state}", { name, state: text }) : say("The clock jumped on by {seconds} s", { seconds: text });
  return text;
}
