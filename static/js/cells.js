// How many cells of a terminal a text takes, and how it is drawn over several rows.
const NOTHING = /^[\p{M}\u200b-\u200f\ufe00-\ufe0f]$/u;
const WIDE = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** The cells that a character takes. @param {string} char */
export function width(char) {
  if (char < "\u0300") return 1;
  return NOTHING.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}

/** A character as it is shown: blanks for a tab, ^X for a control character. @param {string} char @param {number} column */
function shown(char, column) {
  if (char === "\t") return " ".repeat(8 - (column % 8));
  return char < " " ? `^${String.fromCharCode(char.charCodeAt(0) + 64)}` : char;
}

/** A pen that knows in which row and column it is, as a terminal that wraps does. */
class Pen {
  /** @param {number} column @param {number} columns */
  constructor(column, columns) {
    this.out = "";
    this.row = 0;
    this.column = column;
    this.columns = columns;
  }

  newline() {
    this.out += "\r\n";
    this.row += 1;
    this.column = 0;
  }

  /** @param {string} char */
  put(char) {
    const wide = width(char);
    if (this.column + wide > this.columns) {
      this.row += 1;
      this.column = 0;
    }
    this.out += char;
    this.column += wide;
  }

  /** @param {string} text */
  write(text) {
    for (const char of Array.from(text)) {
      if (char === "\n") this.newline();
      else for (const each of Array.from(shown(char, this.column))) this.put(each);
    }
  }

  /** A row that is full to its end is left: the next character goes into the row below. */
  settle() {
    if (this.column < this.columns) return;
    this.out += " \r";
    this.row += 1;
    this.column = 0;
  }
}

/**
 * How *text* is drawn from *column* on, with something dim below it, and the cursor put before its character *at*.
 * What does not fit into *rows* is left out at the beginning.
 * @param {string} text @param {number} at @param {number} column @param {number} columns @param {number} rows @param {string} [below]
 * @returns {{out: string, row: number}} what to write, and the row in which the cursor is then
 */
export function layout(text, at, column, columns, rows, below = "") {
  const chars = Array.from(text);
  const most = Math.max((rows - 2) * columns, columns);
  const from = Math.max(Math.min(chars.length - most, at), 0);
  const pen = new Pen(column, columns);
  pen.write(chars.slice(from, at).join(""));
  const cursor = chars.length === at ? null : { row: pen.row + (pen.column >= columns ? 1 : 0), column: pen.column % columns };
  pen.write(chars.slice(at).join(""));
  pen.settle();
  const place = cursor ?? { row: pen.row, column: pen.column };
  if (below) {
    pen.newline();
    pen.out += "\x1b[2m";
    pen.write(below);
    pen.out += "\x1b[22m";
  }
  const up = pen.row - place.row;
  return { out: `${pen.out}${up ? `\x1b[${up}A` : ""}\x1b[${place.column + 1}G`, row: place.row };
}

/** Words in columns, as a shell lists them, in a few rows. @param {string[]} words @param {number} columns @param {number} rows @param {(number: number) => string} more */
export function inColumns(words, columns, rows, more) {
  const widest = Math.max(...words.map((word) => Array.from(word).reduce((sum, char) => sum + width(char), 0))) + 2;
  const across = Math.max(Math.floor(columns / widest), 1);
  const fitting = words.slice(0, across * rows);
  const lines = [];
  for (let number = 0; number < fitting.length; number += across) lines.push(fitting.slice(number, number + across).map((word) => word.padEnd(widest)).join("").trimEnd());
  if (fitting.length < words.length) lines.push(more(words.length - fitting.length));
  return lines.join("\n");
}
