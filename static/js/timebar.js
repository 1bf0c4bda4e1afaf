// The time bar: the cluster's clock in the learner's hand, and the way through its history.
import { Branches } from "./branches.js";
import { setClock } from "./clock.js";
import { Jumps } from "./jumps.js";
import { keep, kept } from "./keeping.js";
import { Past } from "./past.js";
import { Replay } from "./replay.js";
import { viewTabs } from "./tabs.js";
import { describe, Timeline } from "./timeline.js";
import { WhatIf } from "./whatif.js";
import { announce, say } from "./words.js";

const INPUTS = ["command", "request", "file"];
const MANY_REFUSALS_MS = 1500;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class TimeBar {
  /** @param {import("./wire.js").Wire} wire @param {HTMLElement} lab @param {{terminal: () => string, banner: (text: string) => void}} hands */
  constructor(wire, lab, hands) {
    this.wire = wire;
    this.lab = lab;
    this.bar = byId("time");
    this.language = lab.dataset.language ?? "en";
    /** What the server said last of the present's clock, and when. @type {any} */
    this.clock = { now: Date.now(), birth: 0, running: false, speed: 1, rate: 1, paused: false, jump: {}, branch: 0 };
    this.heard = performance.now();
    /** @type {any} */
    this.history = null;
    this.refused = 0;
    this.visiting = -1;
    /** The branch on which an undo was wished for, and whether another was meanwhile. */
    this.undoing = -1;
    this.undoAgain = false;
    this.past = new Past(wire);
    this.past.moved = () => this.moved();
    this.timeline = new Timeline(byId("time-slider"), {
      look: (moment) => this.past.look(moment), present: () => this.past.back(), time: (at) => this.time(at),
    });
    this.replay = new Replay(this.past, this.timeline);
    this.branches = new Branches(wire, { current: () => this.clock.branch, moment: () => this.moment(), time: (at) => this.time(at), leave: () => this.past.back(), look: (branch) => this.visit(branch) });
    this.whatIf = new WhatIf(wire, { branches: () => this.branches.list, moment: () => this.moment(), terminal: hands.terminal, time: (at) => this.time(at) });
    const looked = () => `${this.past.focus.namespace}/${this.past.focus.pod}`;
    this.jumps = new Jumps(wire, { time: (at) => this.time(at), back: () => this.past.back(), banner: hands.banner, looked });
    this.listen();
    this.press();
    setInterval(() => this.tick(), 500);
  }

  listen() {
    const { wire } = this;
    for (const type of ["clock", "clock.live"]) wire.on(type, (clock) => this.wound(clock));
    wire.on("picture", ({ clock, past }) => {
      if (past) return;
      this.wound(clock);
      this.ask();
    });
    wire.on("history", (history) => this.see(history));
    wire.on("mark.made", ({ branch, marks }) => branch === this.timeline.branch && this.marked(marks));
    wire.on("branches.changed", () => this.ask(this.timeline.branch));
    wire.on("refused", ({ of }) => {
      if (of === "command.undone") Object.assign(this, { undoing: -1, undoAgain: false });
    });
    wire.on("past.refused", () => {
      if (performance.now() - this.refused < MANY_REFUSALS_MS) return;
      this.refused = performance.now();
      announce(say("This is the past: it can only be looked at."));
      this.bar.classList.remove("refusing");
      void this.bar.offsetWidth;
      this.bar.classList.add("refusing");
    });
  }

  // --- what can be pressed

  press() {
    byId("time-pause").addEventListener("click", () => this.pause());
    byId("time-step").addEventListener("click", () => this.step());
    byId("time-undo").addEventListener("click", () => this.undo());
    byId("time-back").addEventListener("click", () => this.past.back());
    document.getElementById("time-continue")?.addEventListener("click", () => this.goOn());
    byId("time-speed").addEventListener("change", () => this.wire.put({ type: "clock.set", speed: Number(this.speed.value), paused: false }));
    this.opens("time-more", "time-panel");
    this.opens("time-jump", "jump-panel", () => this.jumps.offer());
    viewTabs(byId("time-tabs"), (view) => keep("time-view", view))(kept("time-view", "branches"));
    addEventListener("keydown", (event) => {
      /** @type {Record<string, () => void>} */
      const keys = { F2: () => this.undo(), F8: () => this.pause(), F9: () => this.step() };
      if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    }, true);
  }

  /** A button that opens and closes what it controls; Escape closes it, too. @param {string} name @param {string} place @param {() => void} [opened] */
  opens(name, place, opened = () => {}) {
    const button = byId(name), panel = byId(place);
    /** @param {boolean} open */
    const show = (open) => {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => {
      if (panel.hidden) opened();
      show(Boolean(panel.hidden));
      if (!panel.hidden) /** @type {HTMLElement | null} */ (panel.querySelector("button, [tabindex='0']"))?.focus();
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      show(false);
      button.focus();
    });
  }

  get speed() {
    return /** @type {HTMLSelectElement} */ (byId("time-speed"));
  }

  pause() {
    if (this.past.moment) return this.past.back();
    this.wire.put({ type: "clock.set", paused: !this.clock.paused });
  }

  step() {
    this.past.back();
    this.wire.put({ type: "clock.jumped", to: "step" });
  }

  undo() {
    this.past.back();
    // The last undo is on its way, or what there is after it: then this one waits for that.
    this.undoAgain = this.undoing === this.clock.branch || this.timeline.branch !== this.clock.branch;
    if (this.undoAgain) return;
    const last = this.timeline.marks.findLast((mark) => INPUTS.includes(mark.kind));
    if (!last) return announce(say("There is nothing to undo."));
    this.undoing = this.clock.branch;
    this.wire.put({ type: "command.undone", current: this.clock.branch, number: last.number });
    announce(say("Undone: {text}", { text: describe(last) }));
  }

  goOn() {
    const moment = this.past.moment;
    if (!moment) return;
    this.past.back();
    this.wire.put({ type: "branch.begun", current: this.clock.branch, ...moment });
    announce(say("You go on from {time}. What came after is kept on another branch.", { time: this.time(moment.at) }));
  }

  // --- what there is

  /** Ask for the history of a branch; left out: of the one on which the cluster stands. @param {number} [branch] */
  ask(branch = -1) {
    this.wire.ask({ type: "history.wanted", branch });
  }

  /** @param {any} history */
  see(history) {
    this.history = history;
    this.timeline.see(history);
    this.branches.see(history);
    this.whatIf.see();
    if (this.visiting === history.branch) this.past.look({ branch: history.branch, at: history.end });
    this.visiting = -1;
    this.replay.begin();
    this.tick();
    if (this.undoAgain && history.branch === this.clock.branch && history.branch !== this.undoing) this.undo();
  }

  /** Look at the end of another branch. @param {number} branch */
  visit(branch) {
    this.visiting = branch;
    this.ask(branch);
  }

  /** @param {any[]} marks */
  marked(marks) {
    this.timeline.add(marks);
    const known = this.branches.list.find(({ branch }) => branch === this.timeline.branch)?.first;
    if (!known && marks.some(({ kind }) => INPUTS.includes(kind))) this.ask(this.timeline.branch); // now it has a name
  }

  /** @param {any} clock */
  wound(clock) {
    this.clock = clock;
    this.heard = performance.now();
    if (clock.branch !== this.undoing) this.undoing = -1;
    if (!this.past.moment) setClock(clock);
    this.tick();
    this.draw();
  }

  /** The present's virtual time, in microseconds. */
  present() {
    const passed = this.clock.running ? (performance.now() - this.heard) * this.clock.rate : 0;
    return Math.floor((this.clock.now + passed) * 1000 - this.clock.birth);
  }

  /** The moment that is looked at, or the present. @returns {import("./past.js").Moment} */
  moment() {
    return this.past.moment ?? { branch: this.clock.branch, at: Math.max(this.present(), 0) };
  }

  /** A virtual time as the cluster's calendar shows it; with the day, if that is another than the present's. @param {number} at */
  time(at) {
    const then = new Date((at + this.clock.birth) / 1000), today = new Date(this.clock.now);
    const day = then.toDateString() === today.toDateString() ? {} : { month: "short", day: "numeric" };
    return then.toLocaleString(this.language, { .../** @type {any} */ (day), hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  }

  // --- what is shown

  tick() {
    if (this.timeline.branch === this.clock.branch) this.timeline.stretch(this.present());
    const shown = this.time(this.moment().at), place = byId("time-now");
    if (place.textContent !== shown) place.textContent = shown;
  }

  /** Another moment is shown. */
  moved() {
    const moment = this.past.moment;
    const began = moment && !this.lab.dataset.past;
    if (moment) this.lab.dataset.past = "yes";
    else delete this.lab.dataset.past;
    if (!moment && this.timeline.branch !== this.clock.branch) this.ask();
    this.timeline.show(moment);
    this.whatIf.see();
    this.tick();
    this.draw();
    if (began) announce(say("You look at the past. Nothing can be changed there; End leads back to now."));
  }

  draw() {
    const { paused, jump, speed, rate, running } = this.clock, looking = Boolean(this.past.moment), jumping = Boolean(jump?.kind);
    this.bar.classList.toggle("looking", looking);
    byId("time-clock").hidden = looking || jumping;
    byId("time-jumping").hidden = looking || !jumping;
    byId("time-looking").hidden = !looking;
    const pause = byId("time-pause"), name = say(paused ? "Let the clock go (F8)" : "Stop the clock (F8)");
    pause.dataset.state = paused ? "stopped" : "going";
    pause.setAttribute("aria-label", name);
    pause.title = name;
    if (document.activeElement !== this.speed) this.speed.value = String(speed);
    const slow = running && rate < speed * 0.9;
    byId("time-lag").hidden = !slow;
    byId("time-lag").textContent = slow ? say("really ×{rate}", { rate: rate < 10 ? rate.toFixed(1) : Math.round(rate) }) : "";
    byId("time-stopped").hidden = !paused;
    if (jumping) this.jumps.draw(jump);
  }
}
