// The gradebook of a class: a row for each learner, a column for each lesson, pushed by the server (labsite/grades/book.py).
import { keep, kept } from "./keeping.js";
import { draw } from "./svg.js";
import { Watching } from "./watching.js";
import { announce, say } from "./words.js";

/**
 * @typedef {{lesson: string, title: string, of: number, weight: number, due: number | null}} Column
 * @typedef {[number, number, number, number, number, number, string] | null} Cell percent, points, of, done, steps, hints, signs
 * @typedef {{seat: number, name: string, number: string, result: number | null, cells: Cell[]}} Row
 * @typedef {{by: string, down: boolean}} Order name, number, result, or a lesson
 */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const holder = byId("book"), table = /** @type {HTMLTableElement} */ (holder.querySelector("table"));
const head = /** @type {HTMLTableSectionElement} */ (table.tHead), body = table.tBodies[0];
const unit = /** @type {HTMLSelectElement} */ (byId("unit"));
const language = holder.dataset.language ?? "en";
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 }), tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: holder.dataset.zone });

/** @param {string} tag @param {string} [name] @param {string} [text] */
const made = (tag, name = "", text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
/** A part of the table, which is laid out as a grid and must therefore say what it is. @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} role @param {string} [name] @param {string} [text] */
const part = (tag, role, name = "", text = "") => Object.assign(document.createElement(tag), { role, className: name, textContent: text });

// --- what is known
/** @type {Column[]} */
let columns = [];
/** @type {Map<number, Row>} */
const rows = new Map();
/** @type {Order} */
let order = kept("grades-order", { by: "name", down: false });

// --- the order
/** @param {Row} a @param {Row} b */
const byName = (a, b) => a.name.localeCompare(b.name, language) || a.seat - b.seat;
/** @param {Row} a @param {Row} b */
const byNumber = (a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }) || byName(a, b);

/** What rows are compared by: no mark is less than any. @param {string} by @returns {(row: Row) => number} */
function value(by) {
  const at = columns.findIndex((column) => column.lesson === by);
  return at < 0 ? (row) => row.result ?? -1 : (row) => row.cells[at]?.[0] ?? -1;
}

/** @returns {Row[]} */
function sorted() {
  const found = [...rows.values()], sign = order.down ? -1 : 1;
  if (order.by === "name" || order.by === "number") return found.sort((a, b) => sign * (order.by === "name" ? byName(a, b) : byNumber(a, b)));
  const of = value(order.by);
  return found.sort((a, b) => sign * (of(a) - of(b)) || byName(a, b));
}

/** Sort by a column; the same again: the other way round. Marks begin with the best. @param {string} by */
function sortBy(by) {
  order = { by, down: order.by === by ? !order.down : by !== "name" && by !== "number" };
  keep("grades-order", order);
  for (const cell of head.rows[0].cells) markOrder(/** @type {HTMLElement} */ (cell));
  arrange();
}

/** @param {HTMLElement} cell */
function markOrder(cell) {
  if (cell.dataset.by === order.by) cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
  else cell.removeAttribute("aria-sort");
}

// --- what is shown
/** @param {string} by @param {string} title @param {string[]} facts @returns {HTMLElement} */
function heading(by, title, ...facts) {
  const cell = part("th", "columnheader"), button = Object.assign(document.createElement("button"), { type: "button", textContent: title, title });
  cell.dataset.by = by;
  button.addEventListener("click", () => sortBy(by));
  cell.append(button, ...facts.filter(Boolean).map((fact) => made("span", "quiet", fact)));
  markOrder(cell);
  return cell;
}

function drawHead() {
  const line = part("tr", "row");
  line.append(
    heading("name", say("Name")), heading("number", say("Number")), heading("result", say("Result")),
    ...columns.map(({ lesson, title, of, weight, due }) =>
      heading(lesson, title, say("of {points}", { points: of }), weight === 1 ? "" : say("weight {weight}", { weight: numbers.format(weight) }), due ? say("due {date}", { date: dates.format(due) }) : "")),
  );
  head.replaceChildren(line);
  table.style.setProperty("--lessons", String(columns.length));
}

/** @param {number} percent @param {number} points */
const markOf = (percent, points) => (unit.value === "points" ? numbers.format(points) : `${tenths.format(percent)} %`);

/** A sign with its words for who does not see it. @param {string} name @param {string} text @param {string} [shown] */
function sign(name, text, shown = "") {
  const place = made("span", `sign ${name}`), picture = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("use", { href: `#sign-${name}` }));
  place.title = text;
  place.append(picture, ...(shown ? [Object.assign(made("span", "", shown), { ariaHidden: "true" })] : []), made("span", "hidden", `${say(", ")}${text}`));
  return place;
}

/** @param {Exclude<Cell, null>} cell */
function signs([, , , done, steps, hints, found]) {
  const parts = [];
  if (found.includes("a")) parts.push(sign("hand", say("changed by hand")));
  if (found.includes("l")) parts.push(sign("late", say("late")));
  if (hints) parts.push(sign("hints", say("hints: {number}", { number: hints }), String(hints)));
  if (!found.includes("f")) parts.push(made("span", "quiet steps", say("{done} of {steps} steps", { done, steps })));
  return parts;
}

/** A cell leads to the page of the mark. @param {Cell} cell @param {number} seat @param {Column} column */
function drawCell(cell, seat, column) {
  const place = part("td", "cell"), link = Object.assign(made("a", "mark", cell ? markOf(cell[0], cell[1]) : "–"), { href: `${seat}/${column.lesson}/` });
  place.className = !cell ? "none" : cell[6].includes("f") ? "finished" : "begun";
  place.append(link, ...(cell ? signs(cell) : []));
  return place;
}

/** @param {Row} row @returns {HTMLTableRowElement} */
function drawRow(row) {
  const line = part("tr", "row"), name = part("th", "rowheader", "", row.name);
  name.title = row.name;
  line.append(name, part("td", "cell", "", row.number), part("td", "cell", "result", row.result === null ? "–" : `${tenths.format(row.result)} %`), ...row.cells.map((cell, at) => drawCell(cell, row.seat, columns[at])));
  return line;
}

/** @type {Map<number, HTMLTableRowElement>} */
const drawn = new Map();

/** @param {Iterable<Row>} changed */
function drawRows(changed) {
  for (const row of changed) {
    const fresh = drawRow(row);
    drawn.get(row.seat)?.replaceWith(fresh);
    drawn.set(row.seat, fresh);
  }
}

/** Put the rows into their order. */
function arrange() {
  const lines = sorted().map(({ seat }) => /** @type {HTMLTableRowElement} */ (drawn.get(seat)));
  if (lines.length !== body.rows.length || lines.some((line, at) => body.rows[at] !== line)) body.replaceChildren(...lines);
  const marks = [...rows.values()].reduce((sum, row) => sum + row.cells.filter(Boolean).length, 0);
  byId("count").textContent = say("Learners: {number}; marks: {marks}", { number: rows.size, marks });
  byId("nobody").hidden = rows.size > 0;
  holder.hidden = rows.size === 0;
}

// --- what is heard
/** @param {{lessons: Column[], rows: Row[]}} message */
function see(message) {
  columns = message.lessons;
  if (!["name", "number", "result", ...columns.map(({ lesson }) => lesson)].includes(order.by)) order = { by: "name", down: false };
  rows.clear();
  drawn.clear();
  body.replaceChildren();
  for (const row of message.rows) rows.set(row.seat, row);
  drawHead();
  drawRows(rows.values());
  arrange();
}

/** @param {{rows: Row[], gone: number[]}} message */
function follow(message) {
  for (const seat of message.gone) {
    rows.delete(seat);
    drawn.get(seat)?.remove();
    drawn.delete(seat);
  }
  for (const row of message.rows) {
    tell(row, rows.get(row.seat));
    rows.set(row.seat, row);
  }
  drawRows(message.rows);
  arrange();
}

/** Say who has another mark. @param {Row} row @param {Row | undefined} before */
function tell(row, before) {
  const other = row.cells.find((cell, at) => cell && cell[1] !== before?.cells[at]?.[1]);
  if (other && before) announce(say("{name}: {mark}", { name: row.name, mark: markOf(other[0], other[1]) }));
}

unit.value = /** @type {string} */ (kept("grades-unit", "percent")) === "points" ? "points" : "percent";
unit.addEventListener("change", () => {
  keep("grades-unit", unit.value);
  drawRows(rows.values());
});
new Watching(`/ws/classes/${holder.dataset.class}/grades/`, language, (message) => (message.type === "book" ? see(message) : follow(message)));
