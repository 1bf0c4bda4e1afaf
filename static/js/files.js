// The list of the learner's files beside the editor.
import { listed, say } from "./words.js";

export class Files {
  /** @param {import("./wire.js").Wire} wire @param {(path: string) => void} open */
  constructor(wire, open) {
    this.list = /** @type {HTMLElement} */ (document.getElementById("files"));
    this.current = "";
    /** @type {string[]} */
    this.paths = [];
    /** Files that are open here and not stored yet. @type {() => string[]} */
    this.drafts = () => [];
    this.list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      if (button?.dataset.path) open(button.dataset.path);
    });
    const field = /** @type {HTMLInputElement} */ (document.getElementById("new-path"));
    document.getElementById("new-file")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = field.value.trim();
      if (name) open(name.startsWith("/") ? name : `/root/${name}`);
      field.value = "";
    });
    wire.on("picture", ({ files }) => this.see(files));
    wire.on("files.changed", ({ files }) => this.see(files));
  }

  /** @param {Array<{path: string, kind: string}>} files */
  see(files) {
    this.paths = files.filter(({ kind }) => kind === "file").map(({ path }) => path);
    this.draw();
  }

  draw() {
    const paths = [...new Set([...this.paths, ...this.drafts()])].sort();
    const folders = grouped(paths);
    this.list.replaceChildren(...[...folders].flatMap(([name, inside]) => [this.heading(name), ...inside.map((path) => this.entry(path))]));
    if (!paths.length) this.list.append(Object.assign(document.createElement("li"), { className: "folder", textContent: say("There are no files yet.") }));
  }

  /** @param {string} name */
  heading(name) {
    return Object.assign(document.createElement("li"), { className: "folder", textContent: name });
  }

  /** @param {string} path */
  entry(path) {
    const button = Object.assign(document.createElement("button"), { type: "button", title: path });
    const unsaved = this.drafts().includes(path);
    button.textContent = path.slice(folder(path).length).replace(/^\//, "") + (unsaved ? " •" : "");
    if (unsaved) button.setAttribute("aria-label", listed([path, say("Unsaved")]));
    button.dataset.path = path;
    if (path === this.current) button.setAttribute("aria-current", "true");
    const item = document.createElement("li");
    item.append(button);
    return item;
  }
}

/** @param {string} path */
const folder = (path) => path.slice(0, Math.max(path.lastIndexOf("/"), 1));

/** @param {string[]} paths @returns {Map<string, string[]>} */
function grouped(paths) {
  const found = new Map();
  for (const path of paths) found.set(folder(path), [...(found.get(folder(path)) ?? []), path]);
  return found;
}
