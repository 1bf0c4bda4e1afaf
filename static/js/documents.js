// The files that are open in the editor, one tab each.
import { keep, kept } from "./keeping.js";
import { selectTab, wireTabs } from "./tabs.js";
import { say } from "./words.js";

const MOST = 12;

export class Documents {
  /** @param {{choose: (path: string) => void, unsaved: (path: string) => boolean}} hands */
  constructor(hands) {
    this.hands = hands;
    /** @type {string[]} */
    this.paths = kept("open", []);
    this.list = /** @type {HTMLElement} */ (document.getElementById("document-tabs"));
    wireTabs(this.list, (tab) => hands.choose(tab.dataset.path ?? ""));
  }

  /** Have a tab for *path*. @param {string} path */
  open(path) {
    if (this.paths.includes(path)) return;
    const clean = this.paths.find((each) => !this.hands.unsaved(each));
    if (this.paths.length >= MOST && clean) this.paths.splice(this.paths.indexOf(clean), 1);
    this.paths.push(path);
    keep("open", this.paths);
  }

  /** Take the tab away; what was not saved is kept beside the files. @param {string} path @returns {string} the file to be shown then; empty: none */
  close(path) {
    const at = this.paths.indexOf(path);
    if (at >= 0) this.paths.splice(at, 1);
    keep("open", this.paths);
    return this.paths[Math.min(Math.max(at, 0), this.paths.length - 1)] ?? "";
  }

  /** @param {string} current */
  draw(current) {
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.paths.map((path) => this.tab(path)));
    this.list.hidden = !this.paths.length;
    const tab = this.list.querySelector(`[data-path="${CSS.escape(current)}"]`);
    if (!tab) return;
    selectTab(this.list, /** @type {HTMLElement} */ (tab));
    document.getElementById("editor")?.setAttribute("aria-labelledby", tab.id);
    if (hadFocus) /** @type {HTMLElement} */ (tab).focus();
  }

  /** @param {string} path */
  tab(path) {
    const tab = document.createElement("button"), name = path.slice(path.lastIndexOf("/") + 1), unsaved = this.hands.unsaved(path);
    const twin = this.paths.some((each) => each !== path && each.endsWith(`/${name}`));
    Object.assign(tab, { type: "button", id: `document-${this.paths.indexOf(path)}`, title: path, textContent: twin ? path : name });
    for (const [key, value] of Object.entries({ role: "tab", "aria-controls": "editor", "data-path": path })) tab.setAttribute(key, value);
    if (unsaved) tab.append(Object.assign(document.createElement("span"), { className: "dot" }), Object.assign(document.createElement("span"), { className: "hidden", textContent: `${say(", ")}${say("Unsaved")}` }));
    return tab;
  }
}
