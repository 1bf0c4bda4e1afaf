// Draws the map: every thing and every line is an element of its own that is kept, and touched only where it is other than before.
import { ASK, asked } from "./mapasks.js";
import { NOWHERE, path } from "./maplayout.js";
import { led, look, named, sentence, SIGNS, status } from "./mapwords.js";
import { draw, fitting } from "./svg.js";
import { say } from "./words.js";

/** @typedef {import("./things.js").Thing} Thing */
/** @typedef {import("./maplayout.js").Box} Box */
/** @typedef {import("./maplayout.js").Layout} Layout */
/** @typedef {{group: SVGElement, inner: SVGElement, box: Box, sign: string}} Drawn */

const LASTS = 700, MOST_MOVING = 40;
/** Signs of looks, as in the tables. @type {Record<string, string>} */
const LOOKS = { good: "●", wait: "◐", bad: "▲", off: "○" };
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Board {
  /** @param {HTMLElement} place @param {string} label */
  constructor(place, label) {
    this.svg = draw("svg", { role: "listbox", "aria-label": label, class: "map-svg" });
    /** Layers: cards below lines, lines below all else. */
    this.layers = ["cards", "lines", "things"].map((name) => draw("g", { class: name, role: "presentation" }));
    this.svg.append(...this.layers);
    place.append(this.svg);
    /** @type {Map<string, Drawn>} */
    this.drawn = new Map();
    /** @type {Map<string, {element: SVGElement, sign: string}>} */
    this.lines = new Map();
    this.selected = "";
    /** How many have begun to move in this frame. */
    this.moving = 0;
    /** The one in the tab order. */
    this.current = "";
  }

  /** @param {Layout} layout @param {Map<string, Thing>} things @param {boolean} quiet nothing is to move */
  show(layout, things, quiet) {
    set(this.svg, { width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}` });
    this.moving = quiet || still.matches ? MOST_MOVING : 0;
    for (const [key, { group }] of this.drawn) if (!layout.boxes.has(key)) this.drop(key, group);
    for (const [key, box] of layout.boxes) this.put(key, box, things.get(key), layout.boxes);
    this.showLines(layout);
    if (!this.drawn.has(this.current)) this.become(this.drawn.has(this.selected) ? this.selected : layout.boxes.keys().next().value ?? "");
  }

  /** @param {string} key @param {SVGElement} group */
  drop(key, group) {
    const focused = group === document.activeElement;
    group.remove();
    this.drawn.delete(key);
    if (focused) this.svg.parentElement?.focus();
  }

  /** @param {string} key @param {Box} box @param {Thing | undefined} thing @param {Map<string, Box>} boxes */
  put(key, box, thing, boxes) {
    const known = this.drawn.get(key), sign = JSON.stringify([thing, box.w, box.h, box.form]);
    if (!known) return this.make(key, box, thing, sign, boxes.get(thing?.owner ?? ""));
    if (known.box.x !== box.x || known.box.y !== box.y) {
      known.group.setAttribute("transform", `translate(${box.x} ${box.y})`);
      this.fly(known.inner, known.box.x - box.x, known.box.y - box.y, false);
    }
    if (known.sign !== sign) this.fill(known, key, box, thing);
    Object.assign(known, { box, sign });
  }

  /** @param {string} key @param {Box} box @param {Thing | undefined} thing @param {string} sign @param {Box | undefined} cause */
  make(key, box, thing, sign, cause) {
    const inner = draw("g", { role: "presentation" });
    const group = draw("g", { role: "option", tabindex: -1, "aria-selected": String(key === this.selected), "data-key": key, class: `thing ${box.form}`, transform: `translate(${box.x} ${box.y})` }, inner);
    const made = { group, inner, box, sign };
    this.drawn.set(key, made);
    this.fill(made, key, box, thing);
    this.layers[box.form === "node" ? 0 : 2].append(group);
    if (cause) this.fly(inner, cause.x - box.x, cause.y - box.y, true);
    else this.fly(inner, 0, 0, true);
  }

  /** Come from somewhere else. @param {SVGElement} element @param {number} dx @param {number} dy @param {boolean} fresh */
  fly(element, dx, dy, fresh) {
    if (this.moving >= MOST_MOVING) return;
    this.moving += 1;
    const from = { transform: `translate(${dx}px, ${dy}px)`, ...(fresh ? { opacity: 0.2 } : {}) };
    element.animate([from, { transform: "none", ...(fresh ? { opacity: 1 } : {}) }], { duration: LASTS, easing: "ease-out" });
  }

  /** @param {Drawn} drawn @param {string} key @param {Box} box @param {Thing | undefined} thing */
  fill({ group, inner }, key, box, thing) {
    set(group, { class: `thing ${box.form} ${key === NOWHERE ? "wait" : thing ? look(thing) : ""}`, "aria-label": sentence(key, thing) });
    inner.replaceChildren(draw("title", {}, sentence(key, thing)), ...(thing ? FORMS[box.form](thing, box, box.w - (asked(thing, box) ? ASK : 0)) : nowhere(box)));
  }

  /** @param {Layout} layout */
  showLines({ lines, boxes }) {
    const ids = new Set(lines.map(({ id }) => id));
    for (const [id, { element }] of this.lines)
      if (!ids.has(id)) {
        element.remove();
        this.lines.delete(id);
      }
    for (const { id, from, to, form } of lines) {
      const d = path(/** @type {Box} */ (boxes.get(from)), /** @type {Box} */ (boxes.get(to))), sign = `${form} ${d}`, known = this.lines.get(id);
      if (known?.sign === sign) continue;
      const element = known?.element ?? draw("path", { pathLength: 1, "data-from": from, "data-to": to });
      const grew = !known || (known.sign.includes("not-ready") && !form.includes("not-ready"));
      set(element, { class: form, d });
      this.lines.set(id, { element, sign });
      if (!known) this.layers[1].append(element);
      if (grew && this.moving < MOST_MOVING) element.animate([{ strokeDasharray: "1 1", strokeDashoffset: 1 }, { strokeDasharray: "1 1", strokeDashoffset: 0 }], { duration: LASTS, delay: known ? 0 : LASTS / 2, fill: "backwards" });
    }
  }

  /** Mark what is selected. @param {string} key */
  mark(key) {
    if (key === this.selected) return;
    this.drawn.get(this.selected)?.group.setAttribute("aria-selected", "false");
    this.drawn.get(key)?.group.setAttribute("aria-selected", "true");
    this.selected = key;
  }

  /** Put another thing into the tab order. @param {string} key */
  become(key) {
    this.drawn.get(this.current)?.group.setAttribute("tabindex", "-1");
    this.drawn.get(key)?.group.setAttribute("tabindex", "0");
    this.current = key;
  }

  /** The nearest thing in a direction. @param {string} key @param {number} dx @param {number} dy */
  beside(key, dx, dy) {
    const here = this.drawn.get(key)?.box;
    if (!here) return this.current;
    let best = key, least = Infinity;
    for (const [other, { box }] of this.drawn) {
      // A card's own things begin inside it: what counts is where the corners are.
      const along = (box.x - here.x) * dx + (box.y - here.y) * dy, aside = Math.abs((box.x - here.x) * dy) + Math.abs((box.y - here.y) * dx);
      const far = along + 3 * aside;
      if (other !== key && along > 2 && far < least) [best, least] = [other, far];
    }
    return best;
  }
}

/** @param {Element} element @param {Record<string, string | number>} attributes */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** @param {number} x @param {number} y @param {string} text @param {number} room @param {string} kind @param {number} size */
const text = (x, y, text, room, kind, size = 11) => draw("text", { x, y, class: kind }, fitting(text, room, size));

/** @param {Box} box @param {number} [round] */
const frame = ({ w, h }, round = 6) => draw("rect", { width: w, height: h, rx: round });

/** Name above, status with its sign below. @param {Thing} thing @param {Box} box @param {number} room @param {string} above @param {string} below */
const two = (thing, box, room, above, below) => [frame(box), text(8, 17, above, room - 16, "name"), text(8, 33, `${LOOKS[look(thing)]} ${below}`, box.w - 16, "status")];

/** Where there is room behind a node's name. @param {Thing} thing */
const after = (thing) => 16 + Math.min(thing.name.length + 2, 30) * 7.6;

/** @param {Box} box */
const nowhere = (box) => [frame(box, 8), text(8, 18, `◐ ${say("Not on a node")}`, box.w - 16, "name", 12)];

/** A container as a small box: what kind it is, its frame says; its state, the sign in it. @param {import("./things.js").Container} container @param {number} x */
const contained = ({ kind, state }, x) => draw("g", { class: `container ${kind} ${state || "unknown"}`, transform: `translate(${x} 29)` }, draw("rect", { width: 13, height: 13, rx: 2 }), draw("text", { x: 6.5, y: 10 }, SIGNS[state] ?? "·"));

/** How things are drawn, with *room* for what stands beside a button. @type {Record<string, (thing: Thing, box: Box, room: number) => SVGElement[]>} */
const FORMS = {
  node: (thing, box, room) => [
    frame(box, 8),
    text(8, 18, `${LOOKS[look(thing)]} ${thing.name}`, room / 2, "name", 12),
    text(after(thing), 18, `${thing.status}${thing.roles ? ` · ${thing.roles}` : ""}`, room - after(thing) - 4, "status"),
    ...[...(thing.taints ?? []).map((taint) => `⊘ ${taint}`), ...(thing.pressure?.length ? [`▲ ${thing.pressure.join(", ")}`] : [])].map((note, at) => text(8, 36 + at * 16, note, box.w - 16, "note")),
  ],
  workload: (thing, box, room) => two(thing, box, room, named(thing), `${thing.kind} ${status(thing)}`),
  service: (thing, box, room) => two(thing, box, room, `${named(thing)} ${(thing.ports ?? []).join(" ")}`, led(thing)),
  claim: (thing, box, room) => two(thing, box, room, named(thing), `PVC ${thing.status} ${thing.size}`),
  full: (thing, box, room) => {
    const boxes = (thing.containers ?? []).slice(0, 5), restarts = thing.restarts && thing.restarts !== "0" ? ` ↻${thing.restarts}` : "";
    return [frame(box), text(6, 13, named(thing), room - 12, "name"), text(6, 25, `${LOOKS[look(thing)]} ${thing.status}${restarts}`, room - 10, "status", 10), ...boxes.map((each, at) => contained(each, 6 + at * 16)), text(10 + boxes.length * 16, 40, thing.ready ?? "", 40, "status", 10)];
  },
  short: (thing, box, room) => [frame(box), text(6, 17, `${LOOKS[look(thing)]} ${tail(thing)}`, room - 10, "name", 10)],
  tiny: (thing, box) => [frame(box, 4), draw("text", { x: box.w / 2, y: 16, class: "sign" }, LOOKS[look(thing)])],
};

/** The end of a name says more than its beginning. @param {Thing} thing */
const tail = (thing) => (thing.name.length > 14 ? `…${thing.name.slice(-13)}` : thing.name);
