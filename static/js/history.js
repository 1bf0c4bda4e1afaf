// The commands that were typed at a host, and the way through them.
const KEPT = 500;

export class History {
  /** @param {string[]} entries @param {(entries: string[]) => void} keep */
  constructor(entries, keep) {
    this.entries = entries;
    this.keep = keep;
    this.at = entries.length;
    this.draft = "";
  }

  /** Back to the end, where a new line is typed. */
  rest() {
    this.at = this.entries.length;
    this.draft = "";
  }

  /** @param {string} text */
  add(text) {
    if (!text.trim() || text === this.entries.at(-1)) return this.rest();
    this.entries.push(text);
    this.entries.splice(0, this.entries.length - KEPT);
    this.keep(this.entries);
    this.rest();
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
