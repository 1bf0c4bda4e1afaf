// The map of the cluster: drawn once a frame at most, moved over with arrows, and the same as a table.
import { keep, kept } from "./keeping.js";
import { Asks, whyOf } from "./mapasks.js";
import { Board } from "./mapdraw.js";
import { place } from "./maplayout.js";
import { details, look, named, status } from "./mapwords.js";
import { focusedIn, focusIn, statusCell } from "./tables.js";
import { say } from "./words.js";

/** @typedef {import("./things.js").Thing} Thing */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KINDS = ["Node", "CronJob", "Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet", "Pod", "Service", "PersistentVolumeClaim"];

export class ClusterMap {
  /** @param {HTMLElement} view @param {import("./things.js").Things} things @param {import("./pod.js").Pod} pod what shows the selected thing */
  constructor(view, things, pod) {
    this.view = view;
    this.things = things;
    this.pod = pod;
    this.place = /** @type {HTMLElement} */ (view.querySelector("#map"));
    this.table = /** @type {HTMLTableElement} */ (view.querySelector("#map-table table"));
    this.board = new Board(this.place, say("Map of the cluster"));
    this.asks = new Asks(this.place, (key) => (this.board.drawn.get(key)?.group ?? this.place).focus());
    /** @type {Map<string, {sign: string, row: HTMLTableRowElement}>} */
    this.rows = new Map();
    this.quiet = true;
    this.frame = 0;
    this.width = 0;
    this.asTable = /** @type {HTMLButtonElement} */ (view.querySelector("#map-as-table"));
    this.switch(kept("map-as-table", false));
    this.asTable.addEventListener("click", () => this.switch(this.asTable.getAttribute("aria-pressed") !== "true"));
    things.moved = (anew) => this.draw(anew);
    pod.moved = (key) => this.mark(key);
    new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry.contentRect.width);
      this.draw(true);
    }).observe(this.place);
    this.board.svg.addEventListener("click", (event) => this.choose(keyOf(event.target)));
    this.board.svg.addEventListener("keydown", (event) => this.press(/** @type {KeyboardEvent} */ (event)));
    this.place.addEventListener("focusin", (event) => this.board.become(keyOf(event.target) || this.board.current));
    this.mark(pod.thing);
  }

  /** @param {boolean} table */
  switch(table) {
    keep("map-as-table", table);
    this.asTable.setAttribute("aria-pressed", String(table));
    this.place.hidden = table;
    /** @type {HTMLElement} */ (this.table.parentElement).hidden = !table;
    this.draw(true);
  }

  /** Draw in the next frame, however much comes until then. @param {boolean} quiet nothing is to move */
  draw(quiet) {
    this.quiet = this.frame ? this.quiet && quiet : quiet;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.view.hidden) return;
      if (this.asTable.getAttribute("aria-pressed") === "true") this.list();
      else if (this.width) this.show();
    });
  }

  show() {
    const layout = place(this.things.all, this.width, this.board.selected);
    this.board.show(layout, this.things.all, this.quiet);
    this.asks.show(layout.boxes, this.things.all);
  }

  /** @param {string} key */
  mark(key) {
    this.rows.get(this.board.selected)?.row.classList.remove("chosen");
    this.rows.get(key)?.row.classList.add("chosen");
    this.board.mark(key);
    this.draw(false);
  }

  /** @param {string} key */
  choose(key) {
    const thing = this.things.all.get(key);
    if (!thing) return;
    this.board.become(key);
    if (key === this.pod.thing) this.pod.look("");
    else this.pod.look(thing.namespace ? `${thing.namespace}/${thing.name}` : thing.name, "", thing.resource);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const arrow = ARROWS[event.key], here = keyOf(event.target);
    if (event.key === "Enter" || event.key === " ") this.choose(here);
    else if (arrow || event.key === "Home") {
      const key = arrow ? this.board.beside(here, ...arrow) : this.board.drawn.keys().next().value ?? "";
      const next = this.board.drawn.get(key)?.group;
      this.board.become(key);
      next?.focus();
      next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else return;
    event.preventDefault();
  }

  // --- the same as a table

  list() {
    const body = this.table.tBodies[0], all = [...this.things.all.values()].sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || (one.key < other.key ? -1 : 1));
    for (const [key, { row }] of this.rows)
      if (!this.things.all.has(key)) {
        row.remove();
        this.rows.delete(key);
      }
    all.forEach((thing, at) => {
      const row = this.row(thing);
      if (body.children[at] !== row) body.insertBefore(row, body.children[at] ?? null);
    });
  }

  /** The row of a thing, kept as long as it says the same. @param {Thing} thing */
  row(thing) {
    const sign = JSON.stringify(thing), known = this.rows.get(thing.key);
    if (known?.sign === sign) return known.row;
    const row = known?.row ?? document.createElement("tr"), focused = focusedIn(row);
    row.replaceChildren(...[cell(thing.kind), cell(this.button(thing)), cell(statusCell(status(thing), look(thing)), ...whyOf(thing)), cell(owner(thing)), cell(details(thing).join(" · "))]);
    row.lastElementChild?.classList.add("long");
    row.dataset.key = thing.key;
    row.classList.toggle("chosen", thing.key === this.board.selected);
    focusIn(row, focused);
    this.rows.set(thing.key, { sign, row });
    return row;
  }

  /** @param {Thing} thing */
  button(thing) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: named(thing) });
    made.addEventListener("click", () => this.choose(thing.key));
    return made;
  }
}

/** What made a thing. @param {Thing} thing */
const owner = ({ owner }) => owner.split("/")[2] ?? "";

/** @param {Array<Node | string>} content */
function cell(...content) {
  const made = document.createElement("td");
  made.append(...content);
  return made;
}

/** @param {EventTarget | null} target */
const keyOf = (target) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-key]"))?.dataset.key ?? "";
