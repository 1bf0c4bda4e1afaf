// What was played, command by command: where the steps begin, and what is left out.
import { made, tick } from "./draftfields.js";
import { say } from "./words.js";

/** @typedef {{file?: string, content?: string, host?: string, line?: string, printed: string}} Piece */

/**
 * @param {Piece[]} pieces @param {number[]} borders @param {(borders: number[], without: number[]) => void} cut
 */
export function playingOf(pieces, borders, cut) {
  const begins = new Set(borders), without = new Set();
  const send = made("button", { type: "button", className: "button small", textContent: say("Cut into these steps"), disabled: true });
  send.addEventListener("click", () => cut([...begins].sort((a, b) => a - b), [...without]));

  /** @param {Piece} piece @param {number} at */
  const row = (piece, at) => {
    const shown = piece.file ? `✎ ${piece.file}` : `${piece.host ?? ""}$ ${piece.line}`;
    const mark = (/** @type {Set<unknown>} */ set) => (/** @type {boolean} */ on) => {
      if (on) set.add(at);
      else set.delete(at);
      send.disabled = false;
    };
    const border = at ? [tick(say("A step begins here"), begins.has(at), `solution.${at}`, mark(begins))] : [];
    const output = piece.printed || piece.content || "";
    const drop = tick(say("Leave out"), false, `solution.${at}.without`, mark(without));
    return made("li", {}, made("div", { className: "ticks" }, ...border, drop), made("code", { textContent: shown, lang: "en" }), ...(output ? [made("pre", { textContent: output, lang: "en", tabIndex: 0 })] : []));
  };
  const list = made("ol", { className: "playing-list" }, ...pieces.map(row));
  const heading = made("summary", {}, made("h2", { textContent: say("What was played") }));
  return made("details", { className: "part", open: pieces.length > 0 && borders.length < 2 }, heading, made("p", { className: "quiet", textContent: say("A step is a piece of this. Checks are proposed for each from what it changes.") }), list, made("p", {}, send));
}
