// The cluster's clock, and ages as kubectl prints them (apimachinery/pkg/util/duration).
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR, YEAR = 365 * DAY;

let clock = { now: Date.now(), running: false, speed: 1 };
let heard = performance.now();

/** What the server says of the clock. @param {{now: number, running: boolean, speed: number}} said */
export function setClock(said) {
  clock = said;
  heard = performance.now();
}

/** Virtual Unix milliseconds. */
export function now() {
  return clock.now + (clock.running ? (performance.now() - heard) * clock.speed : 0);
}

export const isRunning = () => clock.running;

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

/** An age as kubectl prints it. @param {number} since virtual Unix milliseconds */
export function age(since) {
  const passed = Math.max(now() - since, 0);
  const form = FORMS.find(([limit]) => passed < limit);
  return form ? form[1](passed) : "";
}
