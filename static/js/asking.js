// The small buttons that ask "Why?", wherever something is shown that has a cause. What answers is brought when it is first asked.
import { say } from "./words.js";

/** What is asked about (labsite/console/messages/, why.wanted).
 * @typedef {({about: "object", resource: string, namespace: string, name: string} | {about: "condition", resource: string, namespace: string, name: string, condition: string} | {about: "event", namespace: string, name: string} | {about: "command", terminal: string}) & {moment?: {branch: number, at: number}}} Question */

const lab = document.getElementById("lab");
/** In an exam nothing is explained. */
export const silent = () => lab?.dataset.why === undefined;

/** Have a button ask. @param {HTMLElement | SVGElement} button @param {Question} question @param {string} label what it asks, in full */
export function askWith(button, question, label) {
  button.dataset.why = JSON.stringify(question);
  button.setAttribute("aria-label", label);
  if (button instanceof HTMLElement) button.title = label;
}

/** A button that asks; nothing where nobody may ask. @param {Question} question @param {string} label @returns {HTMLElement[]} */
export function whyButton(question, label) {
  if (silent()) return [];
  const button = Object.assign(document.createElement("button"), { type: "button", className: "ask", textContent: "?" });
  askWith(button, question, label);
  return [button];
}

/** The button in a row of one of the tables, beside what it is about. @param {string} resource @param {string} key namespace/name @param {string} shown @returns {HTMLElement[]} */
export function whyOfRow(resource, key, shown) {
  const [namespace, name] = key.split("/");
  if (resource === "events") return whyButton({ about: "event", namespace, name }, say("Why {what}?", { what: shown }));
  const label = resource === "pods" ? say("Why is {name} {status}?", { name, status: shown }) : say("Whom does {name} reach, and why?", { name });
  return whyButton({ about: "object", resource, namespace, name }, label);
}

/**
 * Answer whenever such a button is pressed, anywhere on the page.
 * @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals
 * @param {{front: () => void, back: () => void, open: (path: string, line: number) => void}} hands
 */
export function answerWhy(wire, terminals, hands) {
  /** @type {Promise<import("./why.js").Why> | null} */
  let why = null;
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-why]:not(#lab)"));
    if (!button || silent()) return;
    why ??= import("./why.js").then((module) => new module.Why(wire, terminals, hands));
    (await why).ask(JSON.parse(button.dataset.why ?? "{}"), button.getAttribute("aria-label") ?? "", button);
  });
}

/** The console's own button: it is there while some command of the terminal in front has failed. */
export class LastFailure {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.terminals = terminals;
    this.button = /** @type {HTMLElement | null} */ (document.getElementById("why-command"));
    /** @type {Record<string, string>} */
    this.lines = {};
    wire.on("picture", (picture) => {
      this.lines = Object.fromEntries(picture.terminals.map((/** @type {any} */ seen) => [seen.terminal, seen.failed ?? ""]));
      this.show();
    });
    wire.on("command.failed", ({ terminal, line }) => {
      this.lines[terminal] = line;
      this.show();
    });
  }

  show() {
    const terminal = this.terminals.active, line = this.lines[terminal];
    if (!this.button) return;
    this.button.hidden = !line;
    if (line) askWith(this.button, { about: "command", terminal }, say("Why did it fail: {line}", { line }));
  }
}
