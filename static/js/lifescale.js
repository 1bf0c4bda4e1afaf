// The axis of a life line: virtual time, on which stretches in which nothing happens are drawn shorter.
import { age } from "./clock.js";

const SECOND = 1e6;
/** How wide a stretch without news is drawn. @param {number} time microseconds */
const width = (time) => Math.log2(1 + (4 * time) / SECOND);

export class Scale {
  /** @param {number[]} times when something happened @param {number} room pixels */
  constructor(times, room) {
    this.times = [...new Set(times)].sort((one, other) => one - other);
    this.places = [0];
    for (let at = 1; at < this.times.length; at += 1) this.places.push(this.places[at - 1] + width(this.times[at] - this.times[at - 1]));
    this.factor = room / (this.places.at(-1) || 1);
  }

  /** Where a time is that is one of those, or between them. @param {number} time */
  at(time) {
    let low = 0, high = this.times.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] < time) low = middle + 1;
      else high = middle;
    }
    if (low === 0 || this.times[low] === time) return this.places[low] * this.factor;
    const [from, to] = [this.times[low - 1], this.times[low]], part = (time - from) / (to - from);
    return (this.places[low - 1] + part * (this.places[low] - this.places[low - 1])) * this.factor;
  }

  /** Times that are written on the axis, far enough apart. @param {number} apart pixels @returns {Array<{x: number, text: string}>} */
  ticks(apart) {
    const origin = this.times[0] ?? 0;
    /** @type {Array<{x: number, text: string}>} */
    const found = [];
    for (const time of this.times) {
      const x = this.at(time);
      if (!found.length || x - found[found.length - 1].x >= apart) found.push({ x, text: after(time - origin) });
    }
    return found;
  }
}

/** A time since a beginning. @param {number} time microseconds */
export function after(time) {
  if (time <= 0) return "0s";
  return time < 10 * SECOND ? `${(time / SECOND).toFixed(1)}s` : age(0, time / 1000);
}
