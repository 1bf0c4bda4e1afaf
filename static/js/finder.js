// Search in what the terminal in front has shown.
import { isDark } from "./terminals.js";
import { say } from "./words.js";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Finder {
  /** @param {import("./terminals.js").Terminals} terminals */
  constructor(terminals) {
    this.terminals = terminals;
    this.place = byId("finder");
    this.field = /** @type {HTMLInputElement} */ (byId("find"));
    this.count = byId("find-count");
    this.toggle = byId("find-toggle");
    this.toggle.addEventListener("click", () => this.show(Boolean(this.place.hidden)));
    byId("find-before").addEventListener("click", () => this.find(-1));
    byId("find-after").addEventListener("click", () => this.find(1));
    byId("find-close").addEventListener("click", () => this.show(false));
    this.field.addEventListener("input", () => this.find(0));
    this.place.addEventListener("keydown", (event) => this.press(event));
    byId("console").addEventListener("keydown", (event) => {
      if (!event.ctrlKey || !event.shiftKey || event.key.toLowerCase() !== "f" || this.toggle.hidden) return;
      event.preventDefault();
      event.stopPropagation();
      this.show(true);
    }, true);
    new ResizeObserver(([{ contentRect }]) => this.fits(contentRect.width > 0)).observe(byId("terminals"));
  }

  /** Where the plain view has taken the terminal's place, there is nothing to search in. @param {boolean} visible */
  fits(visible) {
    this.toggle.hidden = !visible;
    if (visible || this.place.hidden) return;
    this.place.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
  }

  /** @param {boolean} wanted */
  show(wanted) {
    this.place.hidden = !wanted;
    this.toggle.setAttribute("aria-expanded", String(wanted));
    if (wanted) return this.field.select(), this.field.focus();
    this.terminals.each((_, { search }) => search.clearDecorations());
    this.terminals.current?.term.focus();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "Escape") this.show(false);
    else if (event.key === "Enter") this.find(event.shiftKey ? 1 : -1);
    else return;
    event.preventDefault();
  }

  /** Find the place before, after, or anew from the end. @param {number} step */
  find(step) {
    const place = this.terminals.current, wanted = this.field.value;
    if (!place) return;
    if (!place.counted) {
      place.counted = true;
      place.search.onDidChangeResults((/** @type {{resultIndex: number, resultCount: number}} */ { resultIndex, resultCount }) => this.tell(resultIndex, resultCount));
    }
    if (!wanted) return place.search.clearDecorations(), this.tell(-1, -1);
    if (!step) place.term.clearSelection();
    const style = getComputedStyle(document.documentElement);
    const decorations = { matchOverviewRuler: colour(style, "--wait"), activeMatchColorOverviewRuler: colour(style, "--accent"), activeMatchBorder: colour(style, "--accent"), matchBorder: colour(style, "--wait") };
    if (step > 0) place.search.findNext(wanted, { decorations });
    else place.search.findPrevious(wanted, { decorations });
  }

  /** @param {number} at @param {number} count */
  tell(at, count) {
    const text = count < 0 ? "" : count ? say("{at} of {count}", { at: at < 0 ? "…" : at + 1, count }) : say("Not found");
    if (this.count.textContent !== text) this.count.textContent = text;
  }
}

/** A colour as xterm.js wants it: #rrggbb. @param {CSSStyleDeclaration} style @param {string} name */
function colour(style, name) {
  const [light, dark] = style.getPropertyValue(name).match(/#[0-9a-f]{6}/gi) ?? ["#875400", "#e7b75c"];
  return isDark() ? (dark ?? light) : light;
}
