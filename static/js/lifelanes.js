// Lanes from the facts of a Pod's life (labsite/sandboxes/lives.py): what lasted as spans, what happened at once as points.
import { lookOf } from "./tables.js";
import { labelled, noted, say } from "./words.js";

/** @typedef {{at: number, lane: string, state: string, text: string, n?: number, event?: string}} Fact */
/** What is said of a fact, and when another followed in its lane. @typedef {{fact: Fact, look: string, text: string, until?: number}} Mark */
/** @typedef {Mark & {from: number, to: number}} Span */
/** @typedef {Mark & {at: number}} Point */
/** @typedef {Mark & {at: number, lane: string}} Row */
/** @typedef {{name: string, kind: string, spans: Span[], points: Point[]}} Lane */

/** Kinds of lanes in the order in which they stand; those of one container stand together. */
const KINDS = ["status", "condition", "event"], OF_CONTAINER = ["pull", "init", "container", "ephemeral", "probe", "hook", "signal"];
export const GONE = "gone";

/** How a state looks. @type {Record<string, (fact: Fact) => string>} */
const LOOKS = {
  status: ({ text }) => lookOf(text),
  condition: ({ state }) => ({ True: "good", False: "wait" })[state] ?? "bad",
  event: ({ state }) => (state === "Normal" ? "off" : "bad"),
  pull: ({ state }) => (state === "begun" ? "wait" : state === "done" ? "good" : "bad"),
  probe: ({ state }) => (state === "success" ? "good" : "bad"),
  hook: ({ state }) => ({ begun: "wait", success: "good" })[state] ?? "bad",
  signal: () => "bad",
};
/** @type {Record<string, string>} */
const STATES = { running: "good", ended: "off", failed: "bad" };
/** Waiting that nothing is wrong with. */
const ORDINARY = ["ContainerCreating", "PodInitializing", ""];

/** @param {Fact} fact */
function lookOfFact(fact) {
  const kind = fact.lane.split("/")[0];
  if (LOOKS[kind]) return LOOKS[kind](fact);
  return STATES[fact.state] ?? (ORDINARY.includes(fact.text) ? "wait" : "bad");
}

/** A fact in words. @param {Fact} fact */
export function told(fact) {
  const { lane, state, text, n } = fact, kind = lane.split("/")[0];
  if (kind === "status" || kind === "event") return text + (n && n > 1 ? ` ×${n}` : "");
  if (kind === "condition") return text ? noted(state, text) : state;
  if (kind === "signal") return `SIG${state}`;
  if (kind === "probe") return `${say(state)} ${text}`;
  if (kind === "pull" || kind === "hook") return text ? labelled(say(state), text) : say(state);
  if (state === "running") return n ? `Running ${say("(restart {number})", { number: n })}` : "Running";
  if (state === "waiting") return labelled("Waiting", text || "—");
  return labelled("Terminated", noted(text, say("exit code {code}", { code: n ?? 0 })));
}

/** What lasts: until the next fact of its lane. */
const LASTING = ["status", "condition", "init", "container", "ephemeral", "hook", "pull", "probe"];
/** Lanes of steps: after these nothing of it lasts. */
const OVER = { hook: ["success", "failure", "error", "abandoned"], pull: ["done", "failed"] };

/** @param {Fact} fact @param {string} kind */
const ends = ({ state }, kind) => (/** @type {Record<string, string[]>} */ (OVER)[kind] ?? []).includes(state);

/** Facts in the order in which they were noted, with times that go on within each lane: the API writes some only to the second. @param {Fact[]} facts */
function ordered(facts) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return facts.map((fact) => {
    const at = Math.max(fact.at, last.get(fact.lane) ?? -Infinity);
    last.set(fact.lane, at);
    return { ...fact, at };
  });
}

/** The place of a lane among all. @param {string} lane */
function rank(lane) {
  const [kind, container = ""] = lane.split("/"), group = KINDS.indexOf(kind);
  if (kind === "status") return "0";
  if (group < 0) return `1 ${container} ${OF_CONTAINER.indexOf(kind)} ${lane}`;
  return `${group + 1} ${lane}`;
}

/**
 * The lanes of a life, and where it begins and ends.
 * @param {Fact[]} facts @param {number} until virtual microseconds
 * @returns {{lanes: Lane[], from: number, to: number, gone: boolean}}
 */
export function lanes(facts, until) {
  const all = ordered(facts), end = all.find(({ state }) => state === GONE), to = Math.max(end?.at ?? until, ...all.map(({ at }) => at));
  /** @type {Map<string, Fact[]>} */
  const byLane = new Map();
  for (const fact of all) byLane.set(fact.lane, [...(byLane.get(fact.lane) ?? []), fact]);
  const names = [...byLane.keys()].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  return { lanes: names.map((name) => lane(name, byLane.get(name) ?? [], to)), from: Math.min(...all.map(({ at }) => at)), to, gone: Boolean(end) };
}

/** @param {string} name @param {Fact[]} facts @param {number} to @returns {Lane} */
function lane(name, facts, to) {
  const kind = name.split("/")[0], lasting = LASTING.includes(kind);
  const marks = facts.map((fact, at) => ({ fact, look: lookOfFact(fact), text: told(fact), until: facts[at + 1]?.at }));
  const spans = marks.filter(({ fact }) => lasting && fact.state !== GONE && !ends(fact, kind)).map((mark) => ({ ...mark, from: mark.fact.at, to: mark.until ?? to }));
  const points = marks.filter(({ fact }) => !lasting || kind === "probe" || ends(fact, kind)).map((mark) => ({ ...mark, at: mark.fact.at }));
  return { name, kind, spans, points };
}

/** What a lane is called. @param {string} name */
export function laneName(name) {
  const [kind, container, what = ""] = name.split("/");
  if (kind === "status") return "STATUS";
  if (kind === "event") return say("Events");
  if (kind === "condition") return container;
  if (kind === "container") return container;
  if (kind === "pull") return say("{container}: image", { container });
  if (kind === "signal") return say("{container}: signals", { container });
  return kind === "init" ? `${container} (init)` : kind === "ephemeral" ? `${container} (ephemeral)` : labelled(container, what);
}

/** All facts as rows of a table, in time. @param {Fact[]} facts @returns {Row[]} */
export function rows(facts) {
  /** The last row of each lane, until another follows. @type {Map<string, Row>} */
  const last = new Map();
  const found = ordered(facts).map((fact) => {
    /** @type {Row} */
    const row = { fact, at: fact.at, lane: laneName(fact.lane), text: told(fact), look: lookOfFact(fact) }, before = last.get(fact.lane);
    if (before) before.until = fact.at;
    last.set(fact.lane, row);
    return row;
  });
  return found.sort((one, other) => one.at - other.at);
}
