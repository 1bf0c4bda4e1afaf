// The history played: what happened, one thing after the other, as fast as is wanted; long waits are cut short.
import { say } from "./words.js";

const LONGEST_MS = 2000, SHORTEST_MS = 120, LOOK_MS = 50;

export class Replay {
  /** @param {import("./past.js").Past} past @param {import("./timeline.js").Timeline} timeline */
  constructor(past, timeline) {
    this.past = past;
    this.timeline = timeline;
    this.button = /** @type {HTMLButtonElement} */ (document.getElementById("time-play"));
    this.speed = /** @type {HTMLSelectElement} */ (document.getElementById("time-play-speed"));
    this.plays = false;
    this.button.addEventListener("click", () => (this.plays ? this.stop() : this.play()));
    this.wanted = wish();
  }

  /** What the page's address asks for, as soon as there is a history: a moment, or all of it from the beginning. */
  begin() {
    const { wanted, timeline } = this;
    if (!wanted) return;
    this.wanted = null;
    this.past.look({ branch: wanted.branch ?? timeline.branch, at: wanted.at ?? timeline.begin, ...(wanted.number === undefined ? {} : { number: wanted.number }) });
    if (wanted.play) this.play();
  }

  play() {
    this.plays = true;
    this.draw();
    this.next();
  }

  stop() {
    this.plays = false;
    clearTimeout(this.timer);
    this.draw();
  }

  /** The next thing that happened after the moment that is looked at, when it is time for it. */
  next() {
    const moment = this.past.moment;
    if (!this.plays || !moment) return this.stop();
    if (this.past.asked) return this.wait(LOOK_MS, () => this.next()); // its picture is still on the way
    const after = this.timeline.marks.find((mark) => mark.at > moment.at);
    const at = after?.at ?? this.timeline.end;
    if (at <= moment.at) return this.stop();
    const gap = (at - moment.at) / 1000 / Number(this.speed.value);
    this.wait(Math.min(Math.max(gap, SHORTEST_MS), LONGEST_MS), () => {
      if (!this.past.moment) return this.stop();
      this.past.look({ branch: moment.branch, at });
      this.next();
    });
  }

  /** @param {number} time @param {() => void} act */
  wait(time, act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, time);
  }

  draw() {
    this.button.textContent = say(this.plays ? "Hold" : "Play");
    this.button.setAttribute("aria-pressed", String(this.plays));
  }
}

/** @returns {{branch?: number, at?: number, number?: number, play: boolean} | null} */
function wish() {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("at") && !asked.has("replay")) return null;
  /** @param {string} name */
  const number = (name) => (/^\d{1,18}$/.test(asked.get(name) ?? "") ? Number(asked.get(name)) : undefined);
  return { branch: number("branch"), at: number("at"), number: number("number"), play: asked.has("replay") };
}
