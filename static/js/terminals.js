// The terminals of the page, one tab each.
import { Console } from "./console.js";
import { History } from "./history.js";
import { keep, kept } from "./keeping.js";
import { Screen } from "./screen.js";
import { selectTab, wireTabs } from "./tabs.js";
import { takeKeys } from "./terminalkeys.js";
import { say } from "./words.js";
import { colours, openTerminal } from "./xterm.js";

const MOST = 8, SMALLEST = { columns: 20, rows: 5 };
export const isDark = () => getComputedStyle(document.documentElement).colorScheme === "dark" || (document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

/** @typedef {{console: Console, term: any, fit: any, search: any, counted?: boolean, holder: HTMLElement, tab: HTMLElement, size: string}} Place */

export class Terminals {
  /** @param {import("./wire.js").Wire} wire @param {string} nonce */
  constructor(wire, nonce) {
    this.wire = wire;
    this.nonce = nonce;
    /** @type {Map<string, Place>} */
    this.places = new Map();
    /** @type {WeakMap<Place, number>} */
    this.telling = new WeakMap();
    /** @type {Map<string, History>} */
    this.histories = new Map();
    this.hosts = ["master"];
    this.active = kept("terminal", "");
    /** The terminal that is shown beside the one in front; empty: none. */
    this.beside = kept("beside", "");
    /** What is made of keys before they are typed (touchkeys.js). @type {(data: string) => string} */
    this.changed = (data) => data;
    this.tabs = /** @type {HTMLElement} */ (document.getElementById("terminal-tabs"));
    this.room = /** @type {HTMLElement} */ (document.getElementById("terminals"));
    /** @type {(place: Place) => void} */
    this.moved = () => {};
    wireTabs(this.tabs, (tab) => this.choose(tab.dataset.name ?? ""));
    new ResizeObserver(() => this.refit()).observe(this.room);
    document.documentElement.addEventListener("theme", (event) => this.recolour(/** @type {CustomEvent} */ (event).detail.dark));
    this.listen();
  }

  listen() {
    const { wire } = this;
    wire.on("picture", (picture) => this.see(picture));
    wire.on("output.shown", (change) => this.at(change.terminal)?.write(change.data));
    wire.on("line.shown", (change) => this.at(change.terminal)?.shown(change));
    wire.on("terminal.changed", (change) => this.turn(change));
    wire.on("completion", (answer) => this.each((console) => console.complete(answer)));
    wire.on("taken", ({ ids }) => this.each((console) => console.landed(ids)));
    for (const type of ["changes", "taken", "there"]) wire.on(type, () => this.each((console) => console.pump()));
  }

  /** @param {string} name */
  at(name) {
    return this.places.get(name)?.console;
  }

  get current() {
    return this.places.get(this.active);
  }

  /** @param {(console: Console, place: Place) => void} act */
  each(act) {
    for (const place of this.places.values()) act(place.console, place);
  }

  /** What was typed, here and in other browsers. @param {Record<string, string[]>} lines */
  remember(lines) {
    for (const host of this.hosts) {
      const flying = [...this.places.values()].filter(({ console }) => console.host === host).flatMap(({ console }) => console.flying);
      this.history(host).learn(lines[host] ?? [], flying.map(({ text }) => text.trim()));
    }
  }

  // --- what there is

  /** @param {any} picture */
  see(picture) {
    this.hosts = picture.hosts ?? this.hosts;
    const open = picture.terminals.filter((/** @type {any} */ seen) => seen.mode !== "closed");
    const names = open.map((/** @type {any} */ seen) => seen.terminal);
    for (const name of this.places.keys()) if (!names.includes(name) && !this.opening(name)) this.forget(name);
    for (const seen of open) {
      const place = this.have(seen.terminal, seen.host);
      place.console.see(seen);
      if (seen.columns && !picture.past) place.size = `${seen.columns}×${seen.rows}`; // it may be a moment at which it had another
    }
    for (const seen of picture.terminals) if (seen.mode === "closed") this.wire.put({ type: "terminal.closed", terminal: seen.terminal });
    if (!this.places.size && !picture.past) this.open(this.hosts[0]);
    if (!this.places.size) return;
    this.choose(this.places.has(this.active) ? this.active : [...this.places.keys()][0]);
    if (picture.lines) this.remember(picture.lines);
  }

  /** Whether a terminal is on its way. @param {string} name */
  opening(name) {
    return this.wire.unsent.some((entry) => entry.type === "terminal.opened" && entry.terminal === name);
  }

  /** @param {any} change */
  turn(change) {
    const place = this.places.get(change.terminal);
    if (change.mode === "closed") return place && this.ended(change.terminal);
    if (!place) return this.wire.catchUp(); // opened in another browser
    place.console.turn(change);
    this.moved(place);
  }

  /** The shell has ended. @param {string} name */
  ended(name) {
    const { host } = /** @type {Place} */ (this.places.get(name)).console;
    this.forget(name);
    this.wire.put({ type: "terminal.closed", terminal: name });
    if (!this.places.size) this.choose(this.open(host));
  }

  /** The terminal *name*, with its tab, made if it is not there. @param {string} name @param {string} host @returns {Place} */
  have(name, host) {
    const known = this.places.get(name);
    if (known) return known;
    const { tab, holder } = this.makeRoom(name, host);
    const { term, fit, search } = openTerminal(holder, this.nonce, isDark());
    const console = new Console({ name, host }, this.wire, new Screen(term), this.history(host));
    const place = { console, term, fit, search, tab, holder, size: "" };
    this.places.set(name, place);
    term.textarea?.setAttribute("aria-label", say("Console on {host}. Tab completes; F6 leaves the console.", { host }));
    term.onData((/** @type {string} */ data) => console.type(this.changed(data)));
    holder.addEventListener("focusin", () => this.active === name || this.choose(name));
    takeKeys(place);
    return place;
  }

  /** @param {string} name @param {string} host */
  makeRoom(name, host) {
    const number = name.split("-").at(-1);
    const tab = document.createElement("button");
    Object.assign(tab, { type: "button", id: `tab-${name}`, textContent: number === "1" ? host : `${host} ${number}` });
    for (const [key, value] of Object.entries({ role: "tab", "aria-controls": `terminal-${name}`, "aria-selected": "false", tabindex: "-1", "data-name": name })) tab.setAttribute(key, value);
    this.tabs.append(tab);
    const holder = document.createElement("div");
    Object.assign(holder, { id: `terminal-${name}`, className: "terminal-holder away" });
    holder.setAttribute("role", "tabpanel");
    holder.setAttribute("aria-labelledby", tab.id);
    this.room.append(holder);
    return { tab, holder };
  }

  /** @param {string} host */
  history(host) {
    if (!this.histories.has(host)) this.histories.set(host, new History());
    return /** @type {History} */ (this.histories.get(host));
  }

  /** @param {string} name */
  forget(name) {
    const place = this.places.get(name);
    if (!place) return;
    place.term.dispose();
    place.holder.remove();
    place.tab.remove();
    this.places.delete(name);
    if (this.beside === name) this.split(false);
    const next = [...this.places.keys()].at(-1);
    if (this.active === name && next) this.choose(next);
  }

  // --- what the learner does

  /** Open a terminal. @param {string} host @returns {string} its name */
  open(host) {
    if (this.places.size >= MOST) return this.active;
    let number = 1;
    while (this.places.has(`${host}-${number}`)) number += 1;
    const name = `${host}-${number}`;
    const place = this.have(name, host);
    place.size = this.measure(place).join("×");
    const [columns, rows] = this.measure(place);
    this.wire.put({ type: "terminal.opened", terminal: name, host, columns, rows });
    return name;
  }

  /** @param {string} name */
  close(name) {
    if (this.places.size < 2) return;
    this.forget(name);
    this.wire.put({ type: "terminal.closed", terminal: name });
  }

  /** @param {string} name */
  choose(name) {
    const place = this.places.get(name);
    if (!place) return;
    // Who goes over to the other half leaves the first where it stands.
    if (name === this.beside) this.put(this.active);
    this.active = name;
    keep("terminal", name);
    selectTab(this.tabs, place.tab);
    this.arrange();
    this.moved(place);
  }

  /** Show *name* beside the terminal in front. @param {string} name */
  put(name) {
    this.beside = name;
    keep("beside", name);
  }

  /** Show which terminals are to be seen, and where. */
  arrange() {
    const other = this.places.get(this.beside), split = Boolean(other) && this.beside !== this.active;
    for (const [name, { holder }] of this.places) {
      const seen = name === this.active || (split && name === this.beside);
      holder.classList.toggle("away", !seen);
      holder.classList.toggle("behind", seen && name !== this.active);
      holder.toggleAttribute("inert", !seen);
    }
    const shown = [...this.places.values()].filter(({ holder }) => !holder.classList.contains("away"));
    shown.forEach(({ holder }, at) => holder.classList.toggle("right", split && at === 1));
    this.room.classList.toggle("two", split);
    document.getElementById("split-terminal")?.setAttribute("aria-pressed", String(split));
    this.refit();
  }

  /** Show two terminals side by side, or one. @param {boolean} wanted */
  split(wanted) {
    if (!wanted) this.put("");
    else {
      const other = [...this.places.keys()].find((name) => name !== this.active);
      const front = this.active;
      this.put(other ?? this.open(this.current?.console.host ?? this.hosts[0]));
      this.active = front;
    }
    this.arrange();
    if (this.current) this.moved(this.current);
    this.current?.term.focus();
  }

  get isSplit() {
    return this.room.classList.contains("two");
  }

  /** Open a terminal of its own on the learner's machine and run a line in it. @param {string} text */
  runApart(text) {
    const name = this.open(this.hosts[0]);
    this.choose(name);
    this.current?.console.submit(text);
    this.current?.term.focus();
  }

  /** Type lines into a terminal on *host* (empty: the learner's own machine) and run them. @param {string} text @param {string} [host] @returns {string} its name */
  run(text, host = "") {
    this.choose(this.on(host || this.hosts[0]));
    this.current?.console.submit(text);
    this.current?.term.focus();
    document.getElementById("console")?.scrollIntoView({ block: "nearest" }); // where the parts of the page stand one below the other
    return this.active;
  }

  /** A terminal on *host*: the one in front, or another that is open, or a new one. @param {string} host */
  on(host) {
    if (this.current?.console.host === host) return this.active;
    const open = [...this.places.values()].find(({ console }) => console.host === host);
    return open ? open.console.name : this.open(host);
  }

  // --- size and colours

  /** @param {Place} place @returns {[number, number]} */
  measure(place) {
    const size = place.fit.proposeDimensions();
    return [Math.max(size?.cols || 80, SMALLEST.columns), Math.max(size?.rows || 24, SMALLEST.rows)];
  }

  /** Let each terminal that is seen fill its room. */
  refit() {
    if (!this.room.clientWidth) return;
    for (const place of this.places.values()) if (!place.holder.classList.contains("away")) this.fill(place);
  }

  /** @param {Place} place */
  fill(place) {
    const [columns, rows] = this.measure(place);
    if (columns !== place.term.cols || rows !== place.term.rows) place.console.screen.resize(columns, rows);
    if (place.size === `${columns}×${rows}`) return;
    place.size = `${columns}×${rows}`;
    clearTimeout(this.telling.get(place));
    this.telling.set(place, setTimeout(() => this.wire.put({ type: "terminal.resized", terminal: place.console.name, columns, rows }), 150));
  }

  /** @param {boolean} dark */
  recolour(dark) {
    for (const { term } of this.places.values()) term.options.theme = colours(dark);
  }
}
