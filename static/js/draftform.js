// The form of a lesson: what it says in both languages, its steps, hints, foreseen mistakes.
import { checksOf, unique } from "./draftchecks.js";
import { bothWords, button, choice, field, made, removeName, tick, whole } from "./draftfields.js";
import { say } from "./words.js";

/** @typedef {Record<string, any>} Document */

/** The whole form. @param {Document} doc @param {any[][]} proposals @param {Array<[number, string]>} chapters @param {() => void} changed */
export function formOf(doc, proposals, chapters, changed) {
  return [
    about(doc, chapters, changed),
    section(say("Steps"), ...doc.steps.map((/** @type {any} */ step, /** @type {number} */ at) => stepOf(step, proposals[at] ?? [], at, changed)), ...(doc.steps.length ? [] : [made("p", { className: "quiet", textContent: say("There are no steps yet: play the solution.") })])),
    mistakesOf(doc, changed),
    section(say("At the end"), bothWords(say("What to take away"), doc, "debrief", "debrief", changed, 4), tick(say("I have compared the Chinese text with the English: both say the same"), doc.compared, "compared", (on) => {
      doc.compared = on;
      changed();
    })),
  ];
}

/** @param {string} title @param {...Node} inside */
const section = (title, ...inside) => made("section", { className: "part" }, made("h2", { textContent: title }), ...inside);

/** @param {Document} doc @param {Array<[number, string]>} chapters @param {() => void} changed */
function about(doc, chapters, changed) {
  const KINDS = /** @type {Array<[string, string]>} */ ([["lesson", say("Lesson")], ["mission", say("Mission")], ["exam", say("Exam")]]);
  const LEVELS = /** @type {Array<[number, string]>} */ ([[1, say("easy")], [2, say("medium")], [3, say("hard")]]);
  return section(
    say("The lesson"),
    bothWords(say("Title"), doc, "title", "title", changed),
    bothWords(say("Introduction"), doc, "intro", "intro", changed, 5),
    made("div", { className: "short" },
      field(say("Name in the address"), doc, "slug", "slug", { code: true, changed, read: (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) }),
      choice(say("Chapter"), doc, "chapter", "chapter", chapters.map(([number, title]) => [number, `${number}. ${title}`]), changed),
      choice(say("Kind"), doc, "kind", "kind", KINDS, changed),
      choice(say("Level"), doc, "difficulty", "difficulty", LEVELS, changed),
      field(say("Best done after (names in the address)"), doc, "requires", "requires", { code: true, changed, show: (names) => (names ?? []).join(", "), read: (text) => text.split(/[\s,]+/).filter((name) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)).slice(0, 10) }),
      field(say("Minutes"), doc, "minutes", "minutes", { type: "number", changed, read: whole(1, 240) })),
  );
}

/** @param {any} step @param {any[]} proposals @param {number} at @param {() => void} changed */
function stepOf(step, proposals, at, changed) {
  const path = `steps.${at}`, name = () => step.title?.[document.documentElement.lang] || step.title?.["en"] || step.title?.["zh-hans"] || step.id;
  const head = made("summary", {}, made("h3", { textContent: `${at + 1}. ${name()}` }));
  const renamed = () => {
    /** @type {HTMLElement} */ (head.firstElementChild).textContent = `${at + 1}. ${name()}`;
    changed();
  };
  return made("details", { className: "step-part", open: true }, head,
    bothWords(say("Title of the step"), step, "title", `${path}.title`, renamed),
    bothWords(say("Text of the step"), step, "body", `${path}.body`, changed, 5),
    checksOf(step, proposals, path, changed),
    hintsOf(step, path, changed),
    ...(step.questions?.length ? [made("p", { className: "quiet", textContent: say("Questions are edited in the files.") })] : []));
}

/** A list of parts to which more can be added. @param {string} title @param {any[]} parts @param {(part: any, at: number, again: () => void) => Node[]} show @param {string} more @param {() => any} fresh @param {() => void} changed @param {string} path @param {"h2" | "h4"} [level] */
function listOf(title, parts, show, more, fresh, changed, path, level = "h4") {
  const place = made("div", { className: "listed" });
  const draw = () => {
    const items = parts.map((part, at) => {
      const drop = button(say("Remove"), () => {
        parts.splice(at, 1);
        changed();
        draw();
        /** @type {HTMLElement} */ (place.firstElementChild).focus();
      });
      drop.setAttribute("aria-label", removeName(`${title} ${at + 1}`));
      return made("li", {}, ...show(part, at, draw), drop);
    });
    const add = button(more, () => {
      parts.push(fresh());
      changed();
      draw();
      /** @type {HTMLElement | null} */ (place.querySelector("ul > li:last-child :is(input, textarea)"))?.focus();
    }, "button small quiet-button");
    add.dataset.field = path;
    place.replaceChildren(made(level, { textContent: title, tabIndex: -1 }), made("ul", { className: "parts" }, ...items), add);
  };
  draw();
  return place;
}

/** @param {any} step @param {string} path @param {() => void} changed */
function hintsOf(step, path, changed) {
  return listOf(say("Hints"), (step.hints ??= []), (hint, at) => {
    const here = `${path}.hints.${at}`;
    const only = hint.when ? [made("p", { className: "quiet", textContent: say("Only for whoever's last command went wrong in a certain way.") })] : [];
    return [...only, bothWords(say("Hint"), hint, "text", `${here}.text`, changed, 2)];
  }, say("Add a hint"), () => ({ id: "", when: null, text: {} }), changed, `${path}.hints`);
}

/** @param {Document} doc @param {() => void} changed */
function mistakesOf(doc, changed) {
  const mistakes = (doc.mistakes ??= []);
  const list = listOf(say("Foreseen mistakes"), mistakes, (mistake, at) => {
    const here = `mistakes.${at}`, when = mistake.when;
    const simple = "command" in when && (when.output === undefined || "contains" in when.output);
    const shows = simple
      ? [field(say("Pattern of the command line"), when, "command", `${here}.when`, { code: true, changed }), field(say("Output contains"), (when.output ??= { contains: "" }), "contains", `${here}.when.output`, { code: true, changed })]
      : [made("pre", { className: "raw", textContent: JSON.stringify(when), lang: "en", tabIndex: 0 })];
    return [
      bothWords(say("Name of the mistake"), mistake, "title", `${here}.title`, changed),
      ...shows,
      field(say("Commands that make it, one a line"), mistake, "attempt", `${here}.attempt`, { rows: 2, code: true, changed, show: (lines) => (lines ?? []).join("\n"), read: (text) => text.split("\n").filter((line) => line.trim()) }),
      bothWords(say("Answer to whoever makes it"), mistake, "text", `${here}.text`, changed, 2),
    ];
  }, say("Add a foreseen mistake"), () => ({ id: unique("mistake", mistakes), when: { command: "kubectl .*", output: { contains: "" } }, attempt: [], title: {}, text: {} }), changed, "mistakes", "h2");
  return made("section", { className: "part" }, list);
}

