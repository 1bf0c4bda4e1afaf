// Two pages have different unsaved texts for one file: said over the file, in both of them. Both texts stay until somebody decides.
import { say } from "./words.js";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Say something over the file; an empty text: nothing any more. @param {HTMLElement} place @param {string} said */
export function sayOver(place, said) {
  const line = /** @type {HTMLElement} */ (place.firstElementChild);
  if (line.textContent !== said) line.textContent = said;
  place.classList.toggle("none", !said);
}

export class Rivals {
  /** @param {import("./drafts.js").Drafts} drafts @param {{current: () => {path: string, text: string} | undefined, put: (path: string, text: string) => void, taken: (path: string) => boolean}} hands */
  constructor(drafts, hands) {
    this.drafts = drafts;
    this.hands = hands;
    /** Of which pages no more is to be said, and for which file. @type {Set<string>} */
    this.aside = new Set();
    this.place = byId("editor-rival");
    byId("rival-open").addEventListener("click", () => this.open());
    byId("rival-dismiss").addEventListener("click", () => this.dismiss());
  }

  /** Say how the file at hand stands. @param {{path: string, text: string}} document @param {boolean} unsaved */
  show({ path, text }, unsaved) {
    const rival = unsaved ? this.drafts.rival(path, text) : undefined;
    const said = rival && !this.aside.has(`${rival.of} ${path}`) ? say("Another page of yours has other unsaved text for this file. Both are kept.") : "";
    sayOver(this.place, said);
  }

  /** Open the other text as a file of its own, not saved yet. */
  open() {
    const document = this.hands.current(), rival = document && this.drafts.rival(document.path, document.text);
    if (!document || !rival) return;
    this.dismiss();
    this.hands.put(this.beside(document.path), rival.version.text);
  }

  /** A path that no file has: /root/web.yaml → /root/web.2.yaml. @param {string} path */
  beside(path) {
    const dot = path.lastIndexOf("."), end = dot > path.lastIndexOf("/") + 1 ? dot : path.length;
    let number = 2;
    const name = () => `${path.slice(0, end)}.${number}${path.slice(end)}`;
    while (this.hands.taken(name())) number += 1;
    return name();
  }

  /** Say no more of it. The other page still has its text. */
  dismiss() {
    const document = this.hands.current(), rival = document && this.drafts.rival(document.path, document.text);
    if (!document || !rival) return;
    this.aside.add(`${rival.of} ${document.path}`);
    this.drafts.see(document.path, rival.version, document.text);
    this.show(document, true);
  }
}
