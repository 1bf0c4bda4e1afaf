// The cluster's clock, and ages as kubectl prints them (apimachinery/pkg/util/duration).
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR, YEAR = 365 * DAY;

/** @typedef {{now: number, birth: number, running: boolean, speed: number, rate: number, paused: boolean, held?: string, jump: any, branch: number}} Clock */

/** @type {Clock} */
let clock = { now: Date.now(), birth: 0, running: false, speed: 1, rate: 1, paused: false, jump: {}, branch: 0 };
let heard = performance.now();

/** What the server says of the clock (labsite/console/messages/). @param {Partial<Clock>} said */
export function setClock(said) {
  clock = { ...clock, ...said };
  heard = performance.now();
}

/** Virtual Unix milliseconds. */
export function now() {
  return clock.now + (clock.running ? (performance.now() - heard) * clock.rate : 0);
}

/** Virtual microseconds since the cluster's birth. */
export const virtual = () => Math.floor(now() * 1000 - clock.birth);

/** The branch of the history on which it goes. */
export const onBranch = () => clock.branch;

/** The time of day on the cluster's calendar. @param {number} at virtual microseconds since its birth */
export const when = (at) => new Date((at + clock.birth) / 1000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** Whether the clock stands still because nobody is known to watch. */
export const standsStill = () => !clock.running && !clock.paused && !clock.held && !clock.jump?.kind;

/** Two units: the greater whole, the smaller left out where it is nothing. @param {number} value @param {number} unit @param {string} name @param {number} less @param {string} lessName */
const pair = (value, unit, name, less, lessName) => {
  const rest = Math.floor((value % unit) / less);
  return `${Math.floor(value / unit)}${name}${rest ? `${rest}${lessName}` : ""}`;
};

/** From which duration on (exclusive) it is written how; the first that fits. @type {Array<[number, (ms: number) => string]>} */
const FORMS = [
  [2 * MINUTE, (ms) => `${Math.floor(ms / SECOND)}s`],
  [10 * MINUTE, (ms) => pair(ms, MINUTE, "m", SECOND, "s")],
  [3 * HOUR, (ms) => `${Math.floor(ms / MINUTE)}m`],
  [8 * HOUR, (ms) => pair(ms, HOUR, "h", MINUTE, "m")],
  [2 * DAY, (ms) => `${Math.floor(ms / HOUR)}h`],
  [8 * DAY, (ms) => pair(ms, DAY, "d", HOUR, "h")],
  [2 * YEAR, (ms) => `${Math.floor(ms / DAY)}d`],
  [8 * YEAR, (ms) => pair(ms, YEAR, "y", DAY, "d")],
  [Infinity, (ms) => `${Math.floor(ms / YEAR)}y`],
];

/** An age as kubectl prints it. @param {number} since virtual Unix milliseconds @param {number} [at] when it is looked at */
export function age(since, at = now()) {
  const passed = Math.max(at - since, 0);
  const form = FORMS.find(([limit]) => passed < limit);
  return form ? form[1](passed) : "";
}
