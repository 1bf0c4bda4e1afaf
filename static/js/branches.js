// The branches of a cluster's history, and links to its moments.
import { announce, labelled, say } from "./words.js";

/** @typedef {{branch: number, name: string, first: string, parent: number | null, from: number, end: number, current: boolean}} Branch */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} tag @param {Record<string, any>} [what] @param {...(Node | string)} inside */
export function make(tag, what = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), what);
  made.append(...inside);
  return made;
}

/** What a branch is called: its own name, or what was done on it first. @param {Branch} branch */
export function called({ branch, name, first }) {
  return name || (first ? `${branch + 1} · ${first}` : say("Branch {number}", { number: branch + 1 }));
}

export class Branches {
  /**
   * @param {import("./wire.js").Wire} wire
   * @param {{current: () => number, moment: () => import("./past.js").Moment, time: (at: number) => string, leave: () => void, look: (branch: number) => void}} hands
   */
  constructor(wire, hands) {
    this.wire = wire;
    this.hands = hands;
    /** @type {Branch[]} */
    this.list = [];
    wire.on("shares", (answer) => this.shares(answer));
    byId("share-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const title = /** @type {HTMLInputElement} */ (byId("share-title"));
      wire.ask({ type: "moment.shared", ...hands.moment(), title: title.value.trim() });
      title.value = "";
    });
    byId("tab-links").addEventListener("click", () => wire.ask({ type: "shares.wanted" }));
  }

  /** @param {{branches: Branch[]}} history */
  see({ branches }) {
    this.list = branches;
    const place = byId("branches");
    const had = /** @type {HTMLElement | null} */ (document.activeElement)?.closest("#branches") ? /** @type {HTMLElement} */ (document.activeElement).id : "";
    place.replaceChildren(...branches.map((branch) => this.entry(branch)));
    const current = branches.find((branch) => branch.current);
    byId("time-branch").textContent = branches.length > 1 && current ? called(current) : "";
    if (had) document.getElementById(had)?.focus();
  }

  /** @param {Branch} branch */
  entry(branch) {
    const where = branch.parent === null ? say("from the beginning to {end}", { end: this.hands.time(branch.end) }) : say("from {from} to {end}", { from: this.hands.time(branch.from), end: this.hands.time(branch.end) });
    const item = make("li", {}, make("strong", { textContent: called(branch) }), make("span", { className: "quiet", textContent: where }));
    item.dataset.branch = String(branch.branch);
    if (branch.current) {
      item.setAttribute("aria-current", "true");
      item.append(make("span", { className: "here", textContent: say("the cluster is here") }));
    } else
      item.append(
        this.button(branch, "look", say("Look"), () => this.hands.look(branch.branch)),
        this.button(branch, "choose", say("Come back to it"), () => {
          this.hands.leave();
          this.wire.put({ type: "branch.chosen", current: this.hands.current(), branch: branch.branch });
        }),
      );
    item.append(this.button(branch, "name", say("Rename"), () => this.rename(item, branch)));
    if (!branch.current && !this.list.some(({ parent }) => parent === branch.branch))
      item.append(this.button(branch, "remove", say("Remove"), () => this.wire.put({ type: "branch.removed", branch: branch.branch })));
    return item;
  }

  /** @param {Branch} branch @param {string} what @param {string} text @param {() => void} act */
  button(branch, what, text, act) {
    const button = make("button", { type: "button", id: `branch-${branch.branch}-${what}`, className: "plain", textContent: text });
    button.setAttribute("aria-label", labelled(text, called(branch)));
    button.addEventListener("click", act);
    return button;
  }

  /** @param {HTMLElement} item @param {Branch} branch */
  rename(item, branch) {
    const field = /** @type {HTMLInputElement} */ (make("input", { value: branch.name || branch.first, maxLength: 80 }));
    field.setAttribute("aria-label", say("Name of the branch"));
    const form = make("form", { className: "rename" }, field, make("button", { className: "button small", textContent: say("Save") }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.wire.put({ type: "branch.named", branch: branch.branch, name: field.value });
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.see({ branches: this.list });
      document.getElementById(`branch-${branch.branch}-name`)?.focus();
    });
    item.replaceChildren(form);
    field.select();
  }

  // --- links

  /** @param {{shares: Array<{share: string, path: string, title: string, expires: number}>, made: string}} answer */
  shares({ shares, made }) {
    byId("shares").replaceChildren(...shares.map((share) => this.link(share)));
    if (!made) return;
    const fresh = byId("shares").querySelector("input");
    fresh?.focus();
    fresh?.select();
    announce(say("The link is made."));
  }

  /** @param {{share: string, path: string, title: string, expires: number}} share */
  link({ share, path, title, expires }) {
    const address = new URL(path, location.href).href;
    const field = /** @type {HTMLInputElement} */ (make("input", { readOnly: true, value: address }));
    field.setAttribute("aria-label", title || say("Link"));
    const until = new Date(expires).toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "short", day: "numeric" });
    const copy = make("button", { type: "button", className: "plain", textContent: say("Copy") });
    copy.addEventListener("click", () => {
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(address).then(() => announce(say("Copied.")), () => document.execCommand("copy"));
      else document.execCommand("copy");
    });
    const revoke = make("button", { type: "button", className: "plain", textContent: say("Take back") });
    revoke.addEventListener("click", () => this.wire.ask({ type: "share.revoked", share }));
    return make("li", {}, make("strong", { textContent: title }), field, copy, make("span", { className: "quiet", textContent: say("until {day}", { day: until }) }), revoke);
  }
}
