// The room of a class: every learner's desk, as a map of seats or as a table, pushed by the server (labsite/classes/messages.py).
import { keep, kept } from "./keeping.js";
import { Many } from "./many.js";
import { Watching } from "./watching.js";
import { announce, say } from "./words.js";

/**
 * @typedef {{seat: number, name: string, number: string, here: boolean, sandbox?: string, title?: string, step?: string, done?: number,
 *   total?: number, error?: string, progressed?: number, seen?: number, hand?: number, lesson?: string}} Row
 */

const STUCK_MIN = 5, TICK = 10_000, MINUTE = 60_000_000;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const room = byId("room"), map = byId("map"), table = byId("table"), body = /** @type {HTMLElement} */ (table.querySelector("tbody"));
const order = /** @type {HTMLSelectElement} */ (byId("order")), asTable = /** @type {HTMLInputElement} */ (byId("as-table"));

/** @param {string} tag @param {string} [name] @param {string} [text] */
const made = (tag, name = "", text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

// --- what is known
/** @type {Map<number, Row>} */
const rows = new Map();
/** The server's clock less ours, in microseconds. */
let ahead = 0;
const now = () => Date.now() * 1000 + ahead;
/** When the clocks of the class stood still, of late; 0: they still do. @type {Array<[number, number]>} */
let pauses = [];
/** How much of the time since then the class was paused. @param {number} since */
const paused = (since) => pauses.reduce((sum, [from, until]) => sum + Math.max(0, (until || now()) - Math.max(from, since)), 0);
/** @param {number} [since] */
const minutes = (since) => (since ? Math.max(0, Math.floor((now() - since) / MINUTE)) : 0);
/** Minutes in which a learner could have come further. @param {Row} row */
const without = ({ progressed }) => (progressed ? minutes(progressed + paused(progressed)) : 0);
/** @param {Row} row */
const finished = (row) => Boolean(row.total) && row.done === row.total;
/** @param {Row} row */
const stuck = (row) => Boolean(row.sandbox && !finished(row) && without(row) >= STUCK_MIN);

/** @param {Row} a @param {Row} b */
const byName = (a, b) => a.name.localeCompare(b.name, room.dataset.language) || a.seat - b.seat;
/** How much a learner needs help: a hand, the longest raised first; an error; time without progress. @param {Row} row */
const need = (row) => [row.hand ? 1 / row.hand : 0, row.sandbox && !finished(row) ? 1 : 0, row.error ? 1 : 0, row.sandbox ? -(row.progressed ?? 0) : -Infinity];
/** @type {Record<string, (a: Row, b: Row) => number>} */
const ORDERS = {
  need: (a, b) => {
    const mine = need(a), other = need(b);
    const at = mine.findIndex((value, index) => value !== other[index]);
    return at < 0 ? byName(a, b) : other[at] - mine[at];
  },
  name: byName,
  number: (a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }) || byName(a, b),
  far: (a, b) => (b.done ?? -1) / (b.total || 1) - (a.done ?? -1) / (a.total || 1) || byName(a, b),
};

// --- what is shown
/** @param {Row} row */
function state(row) {
  if (!row.here) return say("not here yet");
  if (!row.sandbox) return say("has begun nothing yet");
  if (finished(row)) return `✓ ${say("finished")}`;
  return stuck(row) ? say("no progress for {minutes} min", { minutes: without(row) }) : "";
}

/** @param {Row} row */
const lessonOf = (row) => (row.sandbox ? row.title || say("Free lab") : "");
/** @param {Row} row */
const steps = (row) => (row.total ? say("{done} / {total} steps", { done: row.done ?? 0, total: row.total }) : "");

/** @param {Row} row */
function hand(row) {
  if (!row.hand) return [];
  const button = Object.assign(made("button", "plain raised", minutes(row.hand) ? say("hand raised {minutes} min ago", { minutes: minutes(row.hand) }) : say("hand raised just now")), { type: "button" });
  button.title = say("Take the hand down");
  button.addEventListener("click", () => connection.send({ type: "hand.lowered", seat: row.seat }));
  return [button];
}

/** @param {Row} row */
const choice = (row) => (row.here ? [many.box(row.seat, row.name)] : []);

/** @param {Row} row */
function replay(row) {
  if (!row.sandbox) return [];
  const link = Object.assign(made("a", "replay", say("Replay")), { href: `/labs/${row.sandbox}/look/?replay` });
  link.setAttribute("aria-label", say("Replay what {name} has done", { name: row.name }));
  return [link];
}

/** @param {Row} row */
function who(row) {
  if (!row.sandbox) return made("strong", "who", row.name);
  return Object.assign(made("a", "who", row.name), { href: `/labs/${row.sandbox}/look/` });
}

/** @param {HTMLElement} place @param {Row} row */
function drawSeat(place, row) {
  place.className = `seat${row.hand ? " wants" : stuck(row) ? " stuck" : ""}${finished(row) ? " finished" : ""}${row.here ? "" : " empty"}`;
  const bar = Object.assign(document.createElement("progress"), { value: row.done ?? 0, max: row.total || 1 });
  bar.setAttribute("aria-hidden", "true");
  const error = made("p", "error", row.error ?? "");
  error.title = row.error ?? "";
  error.lang = "en";
  place.replaceChildren(
    ...choice(row), who(row), ...(row.number ? [made("span", "number", row.number)] : []),
    made("p", "lesson-name", lessonOf(row)), made("p", "step-name", row.step ?? ""),
    ...(row.total ? [bar] : []), made("p", "quiet", steps(row)), ...(row.error ? [error] : []), made("p", "state", state(row)), ...hand(row), ...replay(row),
  );
}

/** @param {HTMLElement} place @param {Row} row */
function drawLine(place, row) {
  const head = made("th");
  head.setAttribute("scope", "row");
  head.append(who(row));
  const cells = [lessonOf(row), row.step ?? "", steps(row), row.error ?? "", state(row)].map((text) => made("td", "", text));
  const last = made("td");
  last.append(...hand(row), ...replay(row));
  const first = made("td");
  first.append(...choice(row));
  place.replaceChildren(first, made("td", "", row.number), head, ...cells, last);
}

// Only the view in front is drawn; each seat keeps its element, so that a focus stays.
/** @type {Map<number, HTMLElement>} */
const seats = new Map();
/** @type {Map<number, HTMLElement>} */
const lines = new Map();
/** @type {Set<number>} */
const dirty = new Set();
let asked = false;

/** @param {Iterable<number>} changed */
function redraw(changed) {
  for (const seat of changed) dirty.add(seat);
  if (asked) return;
  asked = true;
  requestAnimationFrame(draw);
}

function draw() {
  asked = false;
  const [places, holder, tag, paint] = asTable.checked ? [lines, body, "tr", drawLine] : [seats, map, "li", drawSeat];
  const focused = document.activeElement;
  for (const seat of dirty) {
    const row = rows.get(seat), place = places.get(seat) ?? document.createElement(tag);
    if (row) paint(place, row), places.set(seat, place);
    else seats.get(seat)?.remove(), lines.get(seat)?.remove(), seats.delete(seat), lines.delete(seat);
  }
  dirty.clear();
  const sorted = [...rows.values()].sort(ORDERS[order.value] ?? byName).map((row) => /** @type {HTMLElement} */ (places.get(row.seat)));
  if (sorted.some((place, at) => holder.children[at] !== place)) holder.replaceChildren(...sorted);
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus();
  const hands = [...rows.values()].filter((row) => row.hand).length;
  byId("count").textContent = say("Learners: {number}; hands raised: {hands}", { number: rows.size, hands });
  byId("nobody").hidden = rows.size > 0;
}

function choose() {
  map.hidden = asTable.checked;
  table.hidden = !asTable.checked;
  keep("room", { order: order.value, table: asTable.checked });
  redraw(rows.keys());
}

// --- the clocks of the class
const clocks = byId("clocks");
clocks.addEventListener("click", () => connection.send({ type: "clocks.set", paused: !clocks.dataset.paused }));

/** @param {{by?: string}} paused */
function showClocks({ by }) {
  clocks.dataset.paused = by ?? "";
  clocks.textContent = say(by ? "Let the clocks go" : "Pause all clocks");
  byId("paused").textContent = by ? say("{name} has paused the clocks of the class.", { name: by }) : "";
  byId("paused").hidden = !by;
}

// --- the connection
const many = new Many((message) => connection.send(message));

/** @param {any} message */
function hear(message) {
  many.hear(message);
  if (message.paused) {
    pauses = message.pauses;
    showClocks(message.paused);
    redraw(rows.keys());
  }
  if (message.type === "room") {
    ahead = message.now - Date.now() * 1000;
    const before = [...rows.keys()];
    rows.clear();
    for (const row of message.rows) rows.set(row.seat, row);
    redraw([...before, ...rows.keys()]);
  } else if (message.type === "rows") {
    for (const seat of message.gone) rows.delete(seat);
    many.forget(message.gone);
    for (const row of message.put) {
      if (row.hand && !rows.get(row.seat)?.hand) announce(say("Hand raised: {name}", { name: row.name }));
      rows.set(row.seat, row);
    }
    redraw([...message.gone, ...message.put.map((/** @type {Row} */ row) => row.seat)]);
  }
}

const last = kept("room", { order: "need", table: false });
order.value = last.order in ORDERS ? last.order : "need";
asTable.checked = last.table;
order.addEventListener("change", choose);
asTable.addEventListener("change", choose);
choose();
setInterval(() => redraw([...rows.values()].filter((row) => row.sandbox && !finished(row)).map((row) => row.seat)), TICK);
const connection = new Watching(`/ws/classes/${room.dataset.class}/`, room.dataset.language ?? "en", hear);
