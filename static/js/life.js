// The life line of a Pod: what happened to it on lanes over virtual time, beside another's, and the same as a table; for paper too.
import { virtual, when } from "./clock.js";
import { keep, kept } from "./keeping.js";
import { askAt, Marks, whyOfFact } from "./lifeasks.js";
import { laneName, lanes, rows } from "./lifelanes.js";
import { after, Scale } from "./lifescale.js";
import { draw, fitting } from "./svg.js";
import { statusCell } from "./tables.js";
import { labelled, say } from "./words.js";

/** @typedef {import("./lifelanes.js").Fact} Fact */
/** @typedef {{pod: string, uid: string, from: number, gone: boolean}} Known */
/** @typedef {{pod: string, uid: string, facts: Fact[], until: number, id: string}} Life */

const LABEL = 170, ROW = 20, AXIS = 22, LETTERS = 10.5, LETTER = 7, NEAR = 80, LEAST = 320;
/** @type {Record<string, string>} */
const SIGNS = { good: "●", wait: "◐", bad: "▲", off: "○" };

export class LifeLine {
  /** @param {HTMLElement} view @param {import("./wire.js").Wire} wire @param {import("./pod.js").Pod} pod */
  constructor(view, wire, pod) {
    this.view = view;
    this.wire = wire;
    this.place = /** @type {HTMLElement} */ (view.querySelector("#life"));
    this.list = /** @type {HTMLElement} */ (view.querySelector("#life-table"));
    this.choices = /** @type {HTMLSelectElement[]} */ ([...view.querySelectorAll("select")]);
    this.asTable = /** @type {HTMLButtonElement} */ (view.querySelector("#life-as-table"));
    this.together = /** @type {HTMLInputElement} */ (view.querySelector("#life-together"));
    /** @type {Known[]} */
    this.known = [];
    /** @type {Array<Life | null>} */
    this.lives = [null, null];
    /** Names, or uids, of the Pods that are wanted. */
    this.wanted = [pod.resource === "pods" ? pod.key : "", ""];
    this.marks = new Marks(this.place);
    this.frame = 0;
    this.width = 0;
    this.choices.forEach((choice, at) => choice.addEventListener("change", () => this.choose(at, choice.value)));
    this.asTable.addEventListener("click", () => this.switch(this.asTable.getAttribute("aria-pressed") !== "true"));
    this.together.addEventListener("change", () => this.draw());
    view.querySelector("#life-print")?.addEventListener("click", () => this.print());
    addEventListener("afterprint", () => document.body.classList.remove("printing-life"));
    wire.on("picture", () => this.ask());
    wire.on("lives", ({ pods }) => this.heard(pods));
    wire.on("life", (life) => this.seen(life));
    wire.on("life.grew", ({ lives }) => this.grew(lives));
    new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry.contentRect.width);
      this.draw();
    }).observe(/** @type {HTMLElement} */ (this.place.parentElement));
    setInterval(() => !wire.past && !this.marks.held && this.draw(), 1000);
    this.switch(kept("life-as-table", false));
    this.ask();
  }

  // --- what there is

  ask() {
    this.wire.ask({ type: "lives.wanted", moment: this.wire.past });
  }

  /** Show the life of a Pod. @param {string} key namespace/name */
  look(key) {
    this.wanted[0] = key;
    this.ask();
  }

  /** @param {Known[]} pods */
  heard(pods) {
    this.known = pods;
    this.offer();
    this.choices.forEach((choice, at) => this.choose(at, choice.value));
  }

  /** Offer the Pods that are known, the latest first; of those with the name that is wanted, the latest. */
  offer() {
    const latest = [...this.known].reverse();
    this.choices.forEach((choice, at) => {
      const wanted = latest.find(({ pod, uid }) => uid === this.wanted[at] || pod === this.wanted[at])?.uid ?? (at ? "" : latest[0]?.uid ?? "");
      const options = latest.map(({ pod, uid, from, gone }) => new Option(`${pod.replace(/^default\//, "")} · ${when(from)}${gone ? ` · ${say("gone")}` : ""}`, uid));
      choice.replaceChildren(...(at ? [new Option(say("none"), "")] : []), ...options);
      choice.value = wanted;
    });
  }

  /** @param {number} at 0: the Pod, 1: the one it is compared with @param {string} uid */
  choose(at, uid) {
    const found = this.known.find((each) => each.uid === uid);
    this.wanted[at] = uid;
    if (!found) this.lives[at] = null;
    else {
      const id = this.wire.name(), before = this.lives[at];
      this.lives[at] = { pod: found.pod, uid, facts: before?.uid === uid ? before.facts : [], until: before?.until ?? 0, id };
      this.wire.ask({ type: "life.wanted", id, pod: found.pod, uid, moment: this.wire.past });
    }
    this.draw();
  }

  /** @param {Life} life */
  seen(life) {
    this.lives = this.lives.map((each) => (each?.id === life.id ? life : each));
    this.draw();
  }

  /** @param {Array<{pod: string, uid: string, facts: Fact[]}>} lives */
  grew(lives) {
    let news = false;
    for (const { pod, uid, facts } of lives) {
      const known = this.known.find((each) => each.uid === uid);
      if (!known) this.known.push({ pod, uid, from: facts[0].at, gone: false });
      else if (facts.some(({ state }) => state === "gone")) known.gone = true;
      news ||= !known || known.gone;
      for (const life of this.lives) if (life?.uid === uid) life.facts = [...life.facts, ...facts];
    }
    if (news && !this.choices.includes(/** @type {any} */ (document.activeElement))) this.offer();
    if (!this.lives[0] && this.choices[0].value) this.choose(0, this.choices[0].value);
    this.draw();
  }

  // --- showing

  /** @param {boolean} table */
  switch(table) {
    keep("life-as-table", table);
    this.asTable.setAttribute("aria-pressed", String(table));
    this.view.classList.toggle("as-table", table);
    this.draw();
  }

  draw() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.view.hidden && this.width) this.show();
    });
  }

  show() {
    const shown = this.lives.filter((life) => life !== null && life.facts.length);
    const until = this.wire.past ? 0 : virtual();
    const lives = shown.map((life) => ({ life, ...lanes(/** @type {Life} */ (life).facts, until || /** @type {Life} */ (life).until) }));
    /** @type {HTMLElement} */ (this.view.querySelector(".empty")).hidden = lives.length > 0;
    /** @type {HTMLElement} */ (this.together.parentElement).hidden = lives.length < 2;
    const { held } = this.marks;
    this.place.replaceChildren(...this.pictures(lives));
    this.marks.renew(held);
    this.tables(lives);
  }

  /** @param {any[]} lives */
  pictures(lives) {
    const same = this.together.checked;
    /** @param {any} life @param {number} time */
    const shifted = (life, time) => (same ? time - life.from : time);
    const times = lives.flatMap((life) => [life.from, life.to, .../** @type {Life} */ (life.life).facts.map(({ at }) => at)].map((time) => shifted(life, time)));
    const scale = new Scale(times, Math.max(this.width - 24, LEAST) - LABEL - 8);
    return lives.map((life) => this.picture(life, scale, (time) => LABEL + scale.at(shifted(life, time))));
  }

  /** @param {any} life @param {Scale} scale @param {(time: number) => number} x */
  picture({ life, lanes: all, to, gone }, scale, x) {
    const height = AXIS + all.length * ROW + 4, width = Math.max(this.width - 24, LEAST), name = life.pod.replace(/^default\//, "");
    const title = say("Life line of {name}", { name });
    const svg = draw("svg", { class: "life-svg", role: "group", "aria-label": labelled(title, say("The same stands in the table.")), viewBox: `0 0 ${width} ${height}`, width, height });
    svg.append(draw("text", { x: 4, y: 14, class: "name" }, fitting(name, LABEL - 8, 12)));
    for (const tick of scale.ticks(NEAR).filter(({ x, text }) => LABEL + x + 3 + text.length * LETTER <= width)) svg.append(draw("path", { class: "tick", d: `M${LABEL + tick.x} ${AXIS - 4}V${height}` }), draw("text", { x: LABEL + tick.x + 3, y: 14, class: "time" }, tick.text));
    all.forEach((/** @type {any} */ lane, /** @type {number} */ at) => svg.append(this.lane(life, lane, AXIS + at * ROW, x, width)));
    svg.append(draw("path", { class: gone ? "end" : "now", d: `M${x(to)} ${AXIS - 6}V${height}` }));
    const figure = document.createElement("figure");
    figure.append(svg);
    return figure;
  }

  /** @param {Life} life @param {import("./lifelanes.js").Lane} lane @param {number} y @param {(time: number) => number} x @param {number} width */
  lane(life, { name, kind, spans, points }, y, x, width) {
    const group = draw("g", { class: `lane ${kind}`, transform: `translate(0 ${y})` });
    group.append(draw("path", { class: "ground", d: `M0 ${ROW}H${width}` }), draw("text", { x: 4, y: 14, class: "label" }, fitting(laneName(name), LABEL - 8, LETTERS)));
    for (const span of spans) {
      const { from, to, look, text } = span, left = x(from), room = Math.max(x(to) - left, 1.5);
      const mark = draw("g", { class: `span ${look}` }, draw("title", {}, text), draw("rect", { x: left, y: 3, width: room, height: ROW - 6 }), ...(kind === "probe" ? [] : [draw("text", { x: left + 4, y: 14 }, fitting(`${SIGNS[look]} ${text}`, room - 6, LETTERS))]));
      group.append(askAt(mark, life, laneName(name), span));
    }
    for (const point of points) {
      const { at, look, text } = point, mark = draw("g", { class: `point ${look}` }, draw("title", {}, text), draw("text", { x: x(at), y: 14 }, kind === "signal" ? `⚡${text}` : SIGNS[look]));
      group.append(askAt(mark, life, laneName(name), point));
    }
    return group;
  }

  /** @param {any[]} lives */
  tables(lives) {
    const sign = lives.map(({ life }) => `${life.uid} ${life.facts.length}`).join();
    if (sign === this.list.dataset.sign) return;
    this.list.dataset.sign = sign;
    this.list.replaceChildren(...lives.map(({ life, from }) => table(life, from)));
  }

  print() {
    document.body.classList.add("printing-life");
    print();
  }
}

/** A life as a table. @param {Life} life @param {number} from */
function table(life, from) {
  const made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
  made.createCaption().textContent = say("Life line of {name}", { name: life.pod.replace(/^default\//, "") });
  head.append(...[say("Time"), say("After"), say("Lane"), say("What happened")].map((textContent) => Object.assign(document.createElement("th"), { textContent, scope: "col" })));
  for (const told of rows(life.facts)) {
    const row = body.insertRow(), { at, lane, text, look } = told;
    for (const content of [when(at), after(at - from), lane]) row.insertCell().textContent = content;
    row.insertCell().append(statusCell(text, look), ...whyOfFact(life, told));
    row.lastElementChild?.classList.add("long");
  }
  return made;
}
