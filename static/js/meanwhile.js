// The host has another text for a file than the one that was written over here: said over the file, and nothing is saved until it is decided.
import { differences, sum } from "./differences.js";
import { sayOver } from "./rivals.js";
import { announce, say } from "./words.js";

/** What is known of a file that is open here. `stored` is null if the host has no such file; `over`: the sign of the host's text that was
 * written over; `mirrors`: the text is another page's.
 * @typedef {{path: string, text: string, stored: string | null, over: string, state?: any, saving?: {id: string, text: string}, mirrors?: boolean}} Document */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @type {Record<string, string>} */
const LOOKS = { "+": "plus", "-": "minus", "@": "head" };

/** Whether the host's text is neither the one that was written over, nor what was written. @param {Document} document */
export const overtaken = ({ over, stored, text }) => text !== (stored ?? "") && over !== sum(stored);

/** Why it has to be decided. @param {Document} document */
function reason({ stored, over }) {
  if (stored === null) return say("The file is gone from the host meanwhile.");
  if (over === sum(null)) return say("The host has another file of this name. Both texts are kept until you decide.");
  return say("The file on the host was changed meanwhile. Both texts are kept until you decide.");
}

export class Meanwhile {
  /** @param {{current: () => Document | undefined, mine: (document: Document) => void, theirs: (document: Document) => void, beside: (path: string, text: string) => void, here: () => boolean}} hands */
  constructor(hands) {
    this.hands = hands;
    this.place = byId("editor-meanwhile");
    this.pane = byId("meanwhile-diff");
    this.button = byId("meanwhile-compare");
    this.button.addEventListener("click", () => this.turn(Boolean(this.pane.hidden)));
    byId("meanwhile-mine").addEventListener("click", () => this.decide(hands.mine));
    byId("meanwhile-theirs").addEventListener("click", () => this.decide(hands.theirs));
    byId("meanwhile-both").addEventListener("click", () => this.decide(({ path, stored }) => hands.beside(path, stored ?? "")));
  }

  /** @param {(document: Document) => void} act */
  decide(act) {
    const document = this.hands.current();
    if (document) act(document);
  }

  /** Say how the file at hand stands. @param {Document} document @param {boolean} late whether it is overtaken */
  show(document, late) {
    const asks = late && !document.saving && this.hands.here(), gone = document.stored === null;
    const said = asks ? reason(document) : "";
    sayOver(this.place, said);
    for (const id of ["meanwhile-compare", "meanwhile-theirs", "meanwhile-both"]) byId(id).hidden = gone;
    if (!asks || gone) this.turn(false);
    else if (!this.pane.hidden) this.draw(document);
  }

  /** Saving has to wait for the answer: lead to it. */
  ask() {
    announce(/** @type {HTMLElement} */ (this.place.firstElementChild).textContent ?? "");
    (this.button.hidden ? byId("meanwhile-mine") : this.button).focus();
  }

  /** @param {boolean} open */
  turn(open) {
    this.pane.hidden = !open;
    this.button.setAttribute("aria-pressed", String(open));
    if (open) this.decide((document) => this.draw(document));
  }

  /** @param {Document} document */
  draw({ stored, text }) {
    const legend = [{ mark: "-", text: ` ${say("on the host")}` }, { mark: "+", text: ` ${say("written here")}` }, ...differences(stored ?? "", text)];
    this.pane.replaceChildren(...legend.map(({ mark, text }) => Object.assign(document.createElement("span"), { className: LOOKS[mark] ?? "", textContent: mark === "@" ? text : mark + text })));
  }
}
