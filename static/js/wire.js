// The connection with the console of a sandbox (labsite/console/messages/): what is said, once and in order; what is heard, without a gap.
import { kept, keep, page } from "./keeping.js";

const FIRST_WAIT = 400, LONGEST_WAIT = 10_000;
const FOR_GOOD = { 4401: "You are not logged in any more.", 4404: "There is no such lab, or it is not yours.", 4410: "The demonstration is over." };

/** What can be put in by who looks over a learner's shoulder; and what besides, by whom the keyboard is lent to. */
const HELPING = /^faults?\./, TYPING = /^(line|keys)\.typed$/;
/** What can be asked by who follows a demonstration. */
const FOLLOWING = /^(picture|files?|kind|registries)\.wanted$/;
/** What can be said while one looks at the past: it moves the cluster's time, or is about history itself. */
const TIMELY = /^(clock|branch|command)\./;
/** Questions whose answer is another at another moment. */
const DATED = /^(files?|registries|why)\.wanted$/;
/** Of what the server says then, what does not concern the panes. */
const HISTORY = ["mark.made", "branches.changed", "jump.ended"];

/** @typedef {{type: string, [key: string]: any}} Message */

export class Wire {
  /** @param {string} path of the socket @param {string} language */
  constructor(path, language) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.address = `${scheme}//${location.host}${path}?language=${language}&page=${page}`;
    /** @type {Map<string, Array<(message: any) => void>>} */
    this.ears = new Map();
    /** Inputs that the server has not confirmed yet; they outlive a reload. @type {Message[]} */
    this.unsent = kept("outbox", [], sessionStorage);
    // New with each page: a tab that was duplicated must not use the names of the other.
    this.tag = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.number = 0;
    this.seq = -1;
    /** Publications that came before the picture that was asked for. @type {Message[]} */
    this.early = [];
    this.asked = false;
    this.failures = 0;
    /** The moment of the past that is looked at (past.js); null: the present. @type {{branch: number, at: number, number?: number} | null} */
    this.past = null;
    /** Whether this is somebody who teaches and looks over a learner's shoulder. */
    this.looks = Boolean(document.getElementById("lab")?.dataset.looks);
    /** Whether this page follows a demonstration. */
    this.follows = Boolean(document.getElementById("lab")?.dataset.socket);
    if (this.looks) this.tag = `beside-${this.tag}`;
    /** Whether somebody else has the keyboard: nothing can be typed here. */
    this.silent = this.looks;
    /** @type {WebSocket | null} */
    this.socket = null;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** Hear messages of a type, also "away" and "there". @param {string} type @param {(message: any) => void} ear */
  on(type, ear) {
    this.ears.set(type, [...(this.ears.get(type) ?? []), ear]);
  }

  /** @param {string} type @param {any} [message] */
  tell(type, message = { type }) {
    for (const ear of this.ears.get(type) ?? []) ear(message);
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN && this.seq >= 0;
  }

  // --- speaking

  /** Put something into the cluster: it happens once, also if the connection breaks meanwhile. @param {Message} message @returns {string} its id */
  put(message) {
    if (this.looks && !HELPING.test(message.type) && !(TYPING.test(message.type) && !this.silent)) return "";
    if (this.past && !TIMELY.test(message.type) && !this.looks) return this.refuse(message);
    this.number += 1;
    const entry = { ...message, id: `${this.tag}-${this.number}` };
    this.unsent.push(entry);
    this.store();
    if (this.connected) this.send(entry);
    return entry.id;
  }

  /** Ask something; a question that is lost is not repeated. @param {Message} message */
  ask(message) {
    if (this.looks && !/wanted$|^offer|^keyboard|^focus/.test(message.type)) return;
    if (this.looks && /^(hint|shares)/.test(message.type)) return;
    if (this.follows && !FOLLOWING.test(message.type)) return;
    if (this.past && message.type === "focus.moved") this.tell("past.focus", message);
    else if (this.past && ["hint.wanted", "completion.wanted"].includes(message.type)) this.refuse(message);
    else if (this.connected) this.send(this.past && DATED.test(message.type) ? { moment: this.past, ...message } : message);
  }

  /** Nothing can be put into the past. @param {Message} message */
  refuse(message) {
    if (!message.type.startsWith("terminal.")) this.tell("past.refused", message);
    return "";
  }

  /** Show the present again. */
  present() {
    this.asked = false;
    this.catchUp();
  }

  /** A new name for a question. */
  name() {
    this.number += 1;
    return `${this.tag}-q${this.number}`;
  }

  /** @param {Message} message */
  send(message) {
    this.socket?.send(JSON.stringify(message));
  }

  store() {
    keep("outbox", this.unsent, sessionStorage);
  }

  /** @param {string[]} ids */
  taken(ids) {
    this.unsent = this.unsent.filter((entry) => !ids.includes(entry.id));
    this.store();
  }

  // --- hearing

  connect() {
    clearTimeout(this.timer);
    this.seq = -1;
    this.early = [];
    const socket = (this.socket = new WebSocket(this.address));
    socket.onmessage = (event) => this.socket === socket && this.hear(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  /** Do not wait any longer for the next attempt. */
  hurry() {
    if (this.socket?.readyState === WebSocket.CLOSED && !this.over) this.connect();
  }

  /** @param {number} code */
  closed(code) {
    const reason = FOR_GOOD[/** @type {keyof typeof FOR_GOOD} */ (code)];
    this.over = Boolean(reason);
    this.tell("away", { reason });
    if (reason) return;
    const wait = Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT);
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  /** @param {Message} message */
  hear(message) {
    if (message.type === "picture") this.see(message);
    else if (message.type === "changes") this.follow(message);
    else if (message.type === "taken") this.taken(message.ids);
    if (message.type === "picture" && this.past) this.tell("clock.live", message.clock);
    else this.tell(message.type, message);
  }

  /** @param {Message} picture */
  see(picture) {
    const first = this.seq < 0;
    this.seq = picture.seq;
    this.asked = false;
    this.failures = 0;
    setTimeout(() => this.caughtUp(first));
  }

  /** The picture was drawn: go on from there. @param {boolean} first since the connection was made */
  caughtUp(first) {
    const early = this.early;
    this.early = [];
    for (const message of early) this.follow(message);
    if (!first) return;
    for (const entry of this.unsent) this.send(entry);
    this.tell("there");
  }

  /** One publication. @param {Message} message */
  follow(message) {
    if (this.seq < 0 || message.seq > this.seq + 1) {
      this.early.push(message);
      this.catchUp();
    } else if (message.seq === this.seq + 1) {
      this.seq = message.seq;
      this.tell(this.past ? "clock.live" : "clock", message.clock);
      for (const change of message.changes) if (!this.past || HISTORY.includes(change.type)) this.tell(change.type, change);
    }
  }

  /** Something was missed: ask for the whole. */
  catchUp() {
    if (this.seq < 0 || this.asked) return;
    this.asked = true;
    this.send({ type: "picture.wanted" });
  }
}
