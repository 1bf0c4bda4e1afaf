// The commands that were typed at a host, in whichever browser, and the way through them. The server knows them (labsite/sandboxes/typed.py).
const KEPT = 500;

export class History {
  constructor() {
    /** @type {string[]} */
    this.entries = [];
    this.at = 0;
    this.draft = "";
  }

  /** Back to the end, where a new line is typed. */
  rest() {
    this.at = this.entries.length;
    this.draft = "";
  }

  /** A line was typed here. @param {string} text */
  add(text) {
    this.hear(text);
    this.rest();
  }

  /** A line was typed, perhaps in another browser: who is on the way through the lines stays where they are. @param {string} text */
  hear(text) {
    const line = text.trim();
    if (!line || line === this.entries.at(-1)) return;
    const resting = this.at === this.entries.length;
    this.entries.push(line);
    const over = Math.max(this.entries.length - KEPT, 0);
    this.entries.splice(0, over);
    this.at = resting ? this.entries.length : Math.max(this.at - over, 0);
  }

  /** What the server knows of them, and lines that are on their way to it. @param {string[]} known @param {string[]} flying */
  learn(known, flying) {
    const back = this.entries.length - this.at;
    this.entries = [];
    this.at = 0;
    const newest = known.slice(-flying.length);
    for (const text of [...known, ...flying.filter((text) => !newest.includes(text))]) this.hear(text);
    this.at = Math.max(this.entries.length - back, 0);
  }

  /** @param {string} text what stands in the line now @returns {string | null} the entry before */
  earlier(text) {
    if (this.at === 0) return null;
    if (this.at === this.entries.length) this.draft = text;
    this.at -= 1;
    return this.entries[this.at];
  }

  /** @returns {string | null} the entry after, or what was being typed */
  later() {
    if (this.at >= this.entries.length) return null;
    this.at += 1;
    return this.at === this.entries.length ? this.draft : this.entries[this.at];
  }

  /** The number of the newest entry before *from* with *wanted* in it; -1 if there is none. @param {string} wanted @param {number} from */
  find(wanted, from) {
    for (let number = Math.min(from, this.entries.length) - 1; number >= 0; number -= 1)
      if (this.entries[number].includes(wanted)) return number;
    return -1;
  }
}
