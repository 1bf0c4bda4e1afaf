// What a terminal shows: the stream that the cluster writes, the same for all who watch, and over its end a line that is still being
// edited here. Before the stream goes on the line is taken away, and afterwards it is drawn again where the stream has got to.
import { layout } from "./cells.js";

/** @typedef {{text: string, at: number, below?: string}} Overlay */

export class Screen {
  /** @param {any} term an xterm.js Terminal that is open */
  constructor(term) {
    this.term = term;
    this.waiting = "";
    this.writing = false;
    this.column = 0;
    /** The row of the cursor below the stream's end, if an overlay is drawn; else -1. */
    this.row = -1;
    /** @type {Overlay} */
    this.wanted = { text: "", at: 0 };
    /** The last line of the stream. */
    this.tail = "";
  }

  /** The stream goes on. @param {string} data */
  write(data) {
    this.waiting += data;
    this.tail = (this.tail + data).slice(-4000).split("\n").at(-1) ?? "";
    this.pump();
  }

  /** Forget everything, and begin with *data*. @param {string} data */
  restart(data) {
    this.tail = "";
    this.waiting = "";
    this.write(`\x1bc${data}`);
  }

  pump() {
    if (this.writing || !this.waiting) return;
    const data = this.waiting;
    this.waiting = "";
    this.after(this.erasing() + data, () => {});
  }

  /** Write, and when it is on the screen do something, and see where the stream has got to. @param {string} data @param {() => void} then */
  after(data, then) {
    this.writing = true;
    this.term.write(data, () => {
      then();
      this.writing = false;
      this.column = this.term.buffer.active.cursorX;
      if (this.waiting) this.pump();
      else this.draw();
    });
  }

  /** Show a line that is being edited. @param {Overlay} overlay */
  show(overlay) {
    this.wanted = overlay;
    if (!this.writing) this.draw();
  }

  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    if (this.writing) return void this.term.write("", () => this.resize(columns, rows));
    this.after(this.erasing(), () => this.term.resize(columns, rows));
  }

  /** Clear the screen but for the line with the prompt. */
  clear() {
    if (!this.writing) this.after(this.erasing(), () => this.term.clear());
  }

  /** What takes the overlay away and the cursor back to the end of the stream. */
  erasing() {
    if (this.row < 0) return "";
    const up = this.row ? `\x1b[${this.row}A` : "";
    this.row = -1;
    return `${up}\x1b[${this.column + 1}G\x1b[J`;
  }

  draw() {
    const { text, at, below } = this.wanted;
    if (!text && !below) {
      if (this.row >= 0) this.term.write(this.erasing());
      return;
    }
    let out = this.erasing();
    if (this.column >= this.term.cols) {
      out += " \r";
      this.column = 0;
    }
    const drawn = layout(text, at, this.column, this.term.cols, this.term.rows, below);
    this.row = drawn.row;
    this.term.write(out + drawn.out);
  }
}
