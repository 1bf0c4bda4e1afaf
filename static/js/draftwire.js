// What the windows of a draft share: its socket, which says how it stands (labsite/authoring/picture.py), and what is sent to it.
import { labelled, say } from "./words.js";

const FIRST_WAIT = 500, LONGEST_WAIT = 10_000;
/** @type {Record<number, string>} */
const FOR_GOOD = { 4401: "You are not logged in any more.", 4404: "There is no such draft, or it is not yours." };

/**
 * @typedef {{file: string, line: number, text: string, field: string}} Problem
 * @typedef {{version: number, stage: string, work: string, failed: string, lost: Array<{what: string, why: string}>, differences: string[],
 *   report: {problems?: Problem[], fresh?: boolean}, published: string}} State
 */

/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What the page brought along under a name. @param {string} id */
export const brought = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** @type {Record<string, string>} */
const WORKING = {
  begin: "The start is played again to see whether it comes out the same…",
  finish: "The solution is looked at, and checks are proposed…",
  again: "The cluster goes back to the start…",
  split: "Checks are proposed for the new steps…",
  check: "The lesson is being checked…",
};

export class DraftWire {
  /** @param {string} draft @param {string} language @param {(state: State) => void} see */
  constructor(draft, language, see) {
    this.base = `/drafts/${draft}`;
    this.address = `${location.origin.replace(/^http/, "ws")}/ws/drafts/${draft}/?language=${language}`;
    this.see = see;
    this.wait = FIRST_WAIT;
  }

  connect() {
    const socket = new WebSocket(this.address);
    socket.addEventListener("message", (event) => {
      this.wait = FIRST_WAIT;
      this.see(JSON.parse(event.data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (FOR_GOOD[code]) byId("draft-told").textContent = say(FOR_GOOD[code]);
      else setTimeout(() => this.connect(), (this.wait = Math.min(this.wait * 2, LONGEST_WAIT)));
    });
  }

  /** Send something; what was answered, with its status (0: nobody answers). @param {string} path @param {unknown} [data] @returns {Promise<any>} */
  async post(path, data = {}) {
    const token = /** @type {HTMLInputElement} */ (document.querySelector("[name=csrfmiddlewaretoken]")).value;
    try {
      const answer = await fetch(`${this.base}/${path}/`, { method: "POST", headers: { "X-CSRFToken": token, "Content-Type": "application/json" }, body: JSON.stringify(data) });
      return { status: answer.status, ...(await answer.json()) };
    } catch {
      return { status: 0, refused: say("The server does not answer. Try again.") };
    }
  }

  /** @param {string} path */
  async get(path) {
    return fetch(`${this.base}/${path}`);
  }

  /** Have the buttons with data-work do their work. @param {ParentNode} place @param {() => Promise<unknown>} [before] */
  wireWorks(place, before) {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-work]")))
      button.addEventListener("click", async () => {
        await before?.();
        const answer = await this.post(`do/${button.dataset.work}`);
        if (answer.refused) byId("draft-told").textContent = answer.refused;
        else this.see(answer);
      });
  }
}

/** Show what every window shows of how the draft stands. @param {State} state @param {string} [stage] where this window stands */
export function showState(state, stage = state.stage) {
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".stages [data-stage]"))) {
    if (item.dataset.stage === stage) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-when]"))) part.hidden = part.dataset.when !== stage;
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-work]"))) button.disabled = Boolean(state.work);
  byId("draft-told").textContent = state.work ? say(WORKING[state.work] ?? "…") : state.failed;
  byId("draft-told").classList.toggle("working", Boolean(state.work));
  list("draft-lost", state.lost.map(({ what, why }) => labelled(what, why)));
  list("draft-differences", state.differences);
}

/** @param {string} id @param {string[]} lines */
function list(id, lines) {
  byId(id).hidden = !lines.length;
  byId(id).querySelector("ul")?.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}
