// The programs that wait in a terminal until their file is closed in the editor, as `kubectl edit` and `vi` do.
import { say } from "./words.js";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Waiting {
  /** @param {import("./wire.js").Wire} wire @param {{opened: (path: string, content: string, front: boolean) => void, close: (saving: boolean) => void, show: () => void}} hands */
  constructor(wire, hands) {
    this.wire = wire;
    this.hands = hands;
    /** Files for which a program waits. @type {Set<string>} */
    this.paths = new Set();
    wire.on("editor.opened", (opened) => this.opened(opened, true));
    wire.on("editor.dropped", ({ path }) => this.drop(path));
    byId("save-close").addEventListener("click", () => hands.close(true));
    byId("drop-close").addEventListener("click", () => hands.close(false));
  }

  /** Those of a picture. @param {Array<{path: string, content: string}>} editors @param {boolean} front whether a new one comes to the front */
  see(editors, front) {
    const paths = editors.map(({ path }) => path);
    for (const path of this.paths) if (!paths.includes(path)) this.paths.delete(path);
    for (const each of editors) if (!this.paths.has(each.path)) this.opened(each, front);
  }

  /** @param {{path: string, content: string}} opened @param {boolean} front */
  opened({ path, content }, front) {
    this.paths.add(path);
    this.hands.opened(path, content, front);
  }

  /** @param {string} path */
  drop(path) {
    this.paths.delete(path);
    this.hands.show();
  }

  /** Let the program that waits for a file go on. @param {string} path */
  release(path) {
    this.wire.put({ type: "editor.closed", path });
    this.drop(path);
  }

  /** Say over the file at hand that a program waits for it. @param {string} path */
  show(path) {
    byId("editor-banner").hidden = !this.paths.has(path);
    /** @type {HTMLElement} */ (byId("editor-banner").firstElementChild).textContent = say("{program} waits in the terminal until this file is closed.", { program: say("An editor") });
  }
}
