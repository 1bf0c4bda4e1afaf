// A line that is being edited, with readline's keys. It knows nothing of a terminal: keys go in, a text and a place come out.
import { History } from "./history.js";

const WORD = /[\p{L}\p{N}_]/u;

/** What the keys do: sequence → method. */
const KEYS = {
  "\x01": "toStart", "\x1b[H": "toStart", "\x1bOH": "toStart", "\x1b[1~": "toStart",
  "\x05": "toEnd", "\x1b[F": "toEnd", "\x1bOF": "toEnd", "\x1b[4~": "toEnd",
  "\x02": "left", "\x1b[D": "left", "\x1bOD": "left",
  "\x06": "right", "\x1b[C": "right", "\x1bOC": "right",
  "\x1bb": "wordLeft", "\x1b[1;5D": "wordLeft", "\x1b[1;3D": "wordLeft",
  "\x1bf": "wordRight", "\x1b[1;5C": "wordRight", "\x1b[1;3C": "wordRight",
  "\x7f": "rubOut", "\x08": "rubOut", "\x1b[3~": "deleteHere",
  "\x0b": "cutToEnd", "\x15": "cutToStart", "\x17": "cutBlankWord", "\x1b\x7f": "cutWordLeft", "\x1bd": "cutWordRight", "\x19": "putBack",
  "\x14": "swap",
  "\x10": "earlier", "\x1b[A": "earlier", "\x1bOA": "earlier",
  "\x0e": "later", "\x1b[B": "later", "\x1bOB": "later",
  "\x12": "search",
};

export class Line {
  /** @param {History} history */
  constructor(history) {
    this.history = history;
    /** Characters, so that one that takes two code units is one. @type {string[]} */
    this.chars = [];
    this.at = 0;
    this.cut = "";
    /** The search in the history, while it goes on. @type {{wanted: string, from: number, found: boolean} | null} */
    this.searching = null;
  }

  get text() {
    return this.chars.join("");
  }

  /** What stands before the cursor. */
  get before() {
    return this.chars.slice(0, this.at).join("");
  }

  /** @param {string} text @param {number} [at] */
  set(text, at) {
    this.chars = Array.from(text);
    this.at = Math.min(at ?? this.chars.length, this.chars.length);
  }

  /** Take the line away. @returns {string} */
  take() {
    const text = this.text;
    this.set("");
    this.searching = null;
    this.history.rest();
    return text;
  }

  /** A key that edits. @param {string} key @returns {boolean} whether it was one */
  press(key) {
    if (this.searching && this.pressInSearch(key)) return true;
    const name = /** @type {Record<string, keyof Line>} */ (KEYS)[key];
    if (!name) return false;
    /** @type {() => void} */ (this[name]).call(this);
    return true;
  }

  /** @param {string} text */
  insert(text) {
    if (this.searching) {
      this.searching.wanted += text;
      this.find(this.history.entries.length);
      return;
    }
    const added = Array.from(text);
    this.chars.splice(this.at, 0, ...added);
    this.at += added.length;
  }

  // --- moving
  toStart() { this.at = 0; }
  toEnd() { this.at = this.chars.length; }
  left() { this.at = Math.max(this.at - 1, 0); }
  right() { this.at = Math.min(this.at + 1, this.chars.length); }
  wordLeft() { this.at = this.leftOf((char) => WORD.test(char)); }
  wordRight() { this.at = this.rightOf(); }

  /** Where the word before the cursor begins. @param {(char: string) => boolean} inWord */
  leftOf(inWord) {
    let at = this.at;
    while (at > 0 && !inWord(this.chars[at - 1])) at -= 1;
    while (at > 0 && inWord(this.chars[at - 1])) at -= 1;
    return at;
  }

  rightOf() {
    let at = this.at;
    while (at < this.chars.length && !WORD.test(this.chars[at])) at += 1;
    while (at < this.chars.length && WORD.test(this.chars[at])) at += 1;
    return at;
  }

  // --- taking away and putting back
  rubOut() { if (this.at > 0) this.remove(this.at - 1, this.at); }
  deleteHere() { this.remove(this.at, this.at + 1); }
  cutToEnd() { this.cut = this.remove(this.at, this.chars.length); }
  cutToStart() { this.cut = this.remove(0, this.at); }
  cutBlankWord() { this.cut = this.remove(this.leftOf((char) => char.trim() !== ""), this.at); }
  cutWordLeft() { this.cut = this.remove(this.leftOf((char) => WORD.test(char)), this.at); }
  cutWordRight() { this.cut = this.remove(this.at, this.rightOf()); }
  putBack() { this.insert(this.cut); }

  /** @param {number} from @param {number} to @returns {string} what was there */
  remove(from, to) {
    const gone = this.chars.splice(from, to - from).join("");
    this.at = from;
    return gone;
  }

  swap() {
    if (this.at === 0 || this.chars.length < 2) return;
    const right = Math.min(this.at, this.chars.length - 1);
    [this.chars[right - 1], this.chars[right]] = [this.chars[right], this.chars[right - 1]];
    this.at = right + 1;
  }

  // --- the history
  earlier() { this.show(this.history.earlier(this.text)); }
  later() { this.show(this.history.later()); }

  /** @param {string | null} text */
  show(text) {
    if (text !== null) this.set(text);
  }

  search() {
    if (this.searching) this.find(this.searching.from);
    else this.searching = { wanted: "", from: this.history.entries.length, found: true };
  }

  /** Look for what is searched in the entries before *from*. @param {number} from */
  find(from) {
    if (!this.searching) return;
    const number = this.searching.wanted ? this.history.find(this.searching.wanted, from) : -1;
    this.searching.found = number >= 0 || !this.searching.wanted;
    if (number < 0) return;
    this.searching.from = number;
    const entry = this.history.entries[number];
    this.set(entry, Array.from(entry.slice(0, entry.indexOf(this.searching.wanted))).length);
  }

  /** A key while a search goes on: what can be printed is searched, most others end it and do what they do. @param {string} key */
  pressInSearch(key) {
    if (!this.searching) return false;
    if (key === "\x7f" || key === "\x08") {
      this.searching.wanted = Array.from(this.searching.wanted).slice(0, -1).join("");
      this.find(this.history.entries.length);
      return true;
    }
    if (key === "\x12" || key[0] >= " ") return false;
    this.searching = null;
    if (key !== "\x07" && key !== "\x1b") return false;
    this.set("");
    return true;
  }
}
