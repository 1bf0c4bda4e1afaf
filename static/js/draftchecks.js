// Checks in the form (lessons/checks.py): what they look at, as fields; and the proposals that were not taken.
import { bothWords, button, choice, field, made, removeName, tick, whole } from "./draftfields.js";
import { labelled, say } from "./words.js";

/** @typedef {Record<string, any>} Check @typedef {{id: string, check: Check, weight: number, missing: Record<string, string>, others: any[]}} Part */
/** @typedef {{id: string, check: Check, weight: number, missing: Record<string, string>, why: string, included: boolean}} Proposal */

const KINDS = ["object", "file", "http", "command", "event", "log"];
const COMBINED = ["all", "any", "none", "then"];
/** @type {Record<string, string>} */
const KIND_NAMES = { object: "An object", file: "A file", http: "An answer to HTTP", command: "A command and its output", event: "An event", log: "A line of a log" };
/** @type {Record<string, string>} */
const WHYS = {
  created: "was made", changed: "was changed", deleted: "was removed", state: "has come to this", passed: "was so in between",
  file: "was written", answer: "was answered", output: "was seen", event: "happened",
};
/** @type {Array<[string, string]>} */
const OPERATORS = [["is", "equals"], ["contains", "contains"], ["matches", "matches"], ["atLeast", "is at least"], ["atMost", "is at most"], ["exists", "is there"], ["missing", "is not there"]];
/** @type {Record<string, Check>} */
const BLANK = {
  object: { object: "pods/default/web", where: { "status.phase": "Running" } },
  file: { file: "/root/answer.txt", contains: "" },
  http: { http: "http://web/", status: 200 },
  command: { command: "kubectl get .*", output: { contains: "" } },
  event: { event: { reason: "", object: "Pod/web" } },
  log: { log: { pod: "web", text: { contains: "" } } },
};

/** @param {Check} check */
export const kindOf = (check) => [...KINDS, ...COMBINED].find((kind) => kind in check) ?? "";

/** By which a check is known again. @param {any} value @returns {string} */
export const keyOf = (value) =>
  Array.isArray(value) ? `[${value.map(keyOf)}]` : value && typeof value === "object" ? `{${Object.keys(value).sort().map((name) => `${name}:${keyOf(value[name])}`)}}` : JSON.stringify(value);

/** @param {any} matcher @returns {[string, string] | null} the operator and what stands in its field; null for one that no field can show */
function readMatcher(matcher) {
  if (matcher === null || typeof matcher !== "object") return ["is", String(matcher)];
  if (Array.isArray(matcher)) return ["is", JSON.stringify(matcher)];
  const [[name, value], ...more] = Object.entries(matcher);
  if (more.length || typeof value === "object") return null;
  if (name === "exists") return [value ? "exists" : "missing", ""];
  return OPERATORS.some(([known]) => known === name) ? [name, String(value)] : null;
}

/** A value as it was meant: true, false, whole numbers and lists are those, all else is text. @param {string} text */
function meant(text) {
  if (!/^(true|false|-?\d{1,15}|\[.*\])$/.test(text.trim())) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {string} operator @param {string} text */
function writeMatcher(operator, text) {
  if (operator === "exists" || operator === "missing") return { exists: operator === "exists" };
  if (operator === "is") return meant(text);
  return { [operator]: operator.startsWith("at") ? Number(text) || 0 : text };
}

/** An operator and a value. @param {string} label @param {Check} holder @param {string} key @param {string} path @param {() => void} changed */
function matcherField(label, holder, key, path, changed) {
  const read = readMatcher(holder[key]);
  if (!read) return made("div", { className: "field" }, label, made("pre", { className: "raw", textContent: JSON.stringify(holder[key]), lang: "en", tabIndex: 0 }));
  const facts = { operator: read[0], text: read[1] };
  const write = () => {
    holder[key] = writeMatcher(facts.operator, facts.text);
    value.hidden = facts.operator === "exists" || facts.operator === "missing";
    changed();
  };
  const value = field(say("Value"), facts, "text", `${path}.${key}`, { code: true, changed: write });
  value.hidden = read[0] === "exists" || read[0] === "missing";
  return made("div", { className: "matcher" }, choice(label, facts, "operator", path, OPERATORS.map(([name, text]) => [name, say(text)]), write), value);
}

/** The fields of a check by its kind. @param {Check} check @param {string} path @param {() => void} changed @param {() => void} again draws anew */
function fieldsOf(check, path, changed, again) {
  /** @param {string} label @param {Check} holder @param {string} key */
  const line = (label, holder, key) => field(say(label), holder, key, `${path}.${key}`, { code: true, changed, read: (text) => text || undefined });
  /** @param {string} label @param {Check} holder @param {string} key */
  const matcher = (label, holder, key) => (key in holder ? [matcherField(say(label), holder, key, path, changed)] : []);
  switch (kindOf(check)) {
    case "object":
      return [line("Resource/namespace/name", check, "object"), ...conditions(check, path, changed, again)];
    case "file":
      return [line("Path", check, "file"), line("Contains", check, "contains"), line("On the machine", check, "host")];
    case "http":
      return [line("Address", check, "http"), line("Asked from", check, "from"), ...matcher("Status", check, "status"), ...matcher("Body", check, "body")];
    case "command":
      return [line("Pattern of the command line", check, "command"), ...matcher("Output", check, "output"), ...matcher("Exit status", check, "code")];
    case "event":
      return Object.keys(check.event).flatMap((key) => matcher(key, check.event, key));
    case "log":
      return Object.keys(check.log).flatMap((key) => matcher(key, check.log, key));
  }
  return [made("pre", { className: "raw", textContent: JSON.stringify(check, null, 1), lang: "en", tabIndex: 0 }), made("p", { className: "quiet", textContent: say("This check is edited in lesson.yaml.") })];
}

/** @param {Check} check @param {string} path @param {() => void} changed @param {() => void} again */
function conditions(check, path, changed, again) {
  const where = check.where ?? {}; // put into the check when something stands in it: else it would be another check
  const rows = Object.keys(where).map((key) => {
    const facts = { key };
    const place = field(say("Field"), facts, "key", `${path}.where`, {
      code: true,
      changed: () => {
        const entries = Object.entries(where).map(([name, value]) => [name === key ? facts.key : name, value]);
        for (const name of Object.keys(where)) delete where[name];
        Object.assign(where, Object.fromEntries(entries));
        key = facts.key;
        changed();
      },
    });
    const remove = button("✕", () => {
      delete where[key];
      changed();
      again();
    });
    remove.setAttribute("aria-label", removeName(key));
    return made("div", { className: "condition" }, place, matcherField(say("must"), where, key, path, changed), remove);
  });
  const more = button(say("Add a condition"), () => {
    where["status.phase"] ??= "Running";
    check.where = where;
    changed();
    again();
  });
  const set = (/** @type {string} */ key, /** @type {any} */ value) => {
    if (value === undefined) delete check[key];
    else check[key] = value;
    changed();
  };
  const ticks = made("p", { className: "ticks" }, tick(say("At some moment is enough"), Boolean(check.ever), `${path}.ever`, (on) => set("ever", on || undefined)), tick(say("It must not be there"), check.exists === false, `${path}.exists`, (on) => set("exists", on ? false : undefined)));
  return [...rows, made("p", {}, more), ticks];
}

/** A check in a few words. @param {Check} check */
export function summary(check) {
  const kind = kindOf(check), about = check[kind];
  const facts = kind === "object" ? Object.entries(check.where ?? {}) : Object.entries({ ...check, ...(kind === "event" || kind === "log" ? about : {}) }).filter(([name]) => ![kind, "ever"].includes(name));
  const said = facts.map(([name, value]) => `${name} ${value && typeof value === "object" ? JSON.stringify(value) : `= ${value}`}`);
  if (kind === "object" && check.exists === false) said.push(say("is not there"));
  return [typeof about === "string" ? about : kind, ...said].join(" · ");
}

/**
 * The checks of a step, each with what is said while it is missing, and the proposals that were not taken.
 * @param {{checks: Part[]}} step @param {Proposal[]} proposals @param {string} path @param {() => void} changed
 */
export function checksOf(step, proposals, path, changed) {
  const place = made("div", { className: "checks" });
  const again = () => draw();

  /** @param {Part} part @param {number} at */
  const card = (part, at) => {
    const here = `${path}.checks.${at}`;
    const drop = button(say("Drop this check"), () => {
      step.checks.splice(at, 1);
      changed();
      again();
      /** @type {HTMLElement} */ (place.firstElementChild).focus();
    });
    const details = made("details", {}, made("summary", {}, say("What is looked at")), ...fieldsOf(part.check, here, changed, again), field(say("Points"), part, "weight", `${here}.weight`, { type: "number", changed, read: whole(1, 100) }));
    const head = made("p", { className: "check-head" }, made("code", { textContent: summary(part.check), lang: "en" }), drop);
    drop.setAttribute("aria-label", labelled(say("Drop this check"), part.id));
    return made("li", {}, head, bothWords(say("While it is missing"), part, "missing", `${here}.missing`, changed, 2), details);
  };

  /** @param {Proposal} proposal */
  const offer = (proposal) => {
    const take = button(say("Take it"), () => {
      step.checks.push({ id: unique(proposal.id, step.checks), check: structuredClone(proposal.check), weight: proposal.weight, missing: { ...proposal.missing }, others: [] });
      changed();
      again();
    }, "button small quiet-button");
    take.setAttribute("aria-label", labelled(say("Take it"), summary(proposal.check)));
    return made("li", {}, take, " ", made("code", { textContent: summary(proposal.check), lang: "en" }), " ", made("span", { className: "quiet", textContent: say(WHYS[proposal.why] ?? proposal.why) }));
  };

  const facts = { kind: "object" };
  const add = button(say("Add a check"), () => {
    step.checks.push({ id: unique(`${facts.kind}-check`, step.checks), check: structuredClone(BLANK[facts.kind]), weight: 1, missing: {}, others: [] });
    changed();
    again();
  }, "button small quiet-button");

  const draw = () => {
    const taken = new Set(step.checks.map((part) => keyOf(part.check)));
    const left = proposals.filter((proposal) => !taken.has(keyOf(proposal.check)));
    const offers = left.length ? [made("details", { className: "offers" }, made("summary", {}, say("Also seen: {number}", { number: left.length })), made("ul", {}, ...left.map(offer)))] : [];
    const kinds = choice(say("Another check"), facts, "kind", `${path}.checks`, KINDS.map((kind) => [kind, say(KIND_NAMES[kind])]), () => {});
    place.replaceChildren(made("h4", { textContent: say("Checks"), tabIndex: -1 }), made("ul", { className: "parts" }, ...step.checks.map(card)), ...offers, made("div", { className: "adding" }, kinds, add));
  };
  draw();
  return place;
}

/** @param {string} name @param {Array<{id: string}>} parts */
export function unique(name, parts) {
  const taken = new Set(parts.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    const found = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(found)) return found;
  }
}
