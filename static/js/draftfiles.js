// The same lesson as files: their text can be edited, and what is wrong with it is said.
import { byId } from "./draftwire.js";
import { made } from "./draftfields.js";

export class Files {
  /** @param {(files: Record<string, string>) => Promise<string>} save gives what is wrong, or nothing */
  constructor(save) {
    /** @type {Record<string, string>} */
    this.files = {};
    this.unsaved = false;
    this.list = /** @type {HTMLSelectElement} */ (byId("file-name"));
    this.text = /** @type {HTMLTextAreaElement} */ (byId("file-text"));
    this.list.addEventListener("change", () => this.show());
    this.text.addEventListener("input", () => {
      this.files[this.list.value] = this.text.value;
      this.unsaved = true;
    });
    byId("add-file").addEventListener("click", () => this.add(/** @type {HTMLInputElement} */ (byId("new-name"))));
    byId("drop-file").addEventListener("click", () => {
      delete this.files[this.list.value];
      this.unsaved = true;
      this.draw();
    });
    byId("save-files").addEventListener("click", async () => {
      this.complain(await save(this.files));
    });
  }

  /** @param {Record<string, string>} files */
  see(files) {
    if (this.unsaved) return;
    this.files = { ...files };
    this.draw();
  }

  /** What was edited here is saved. */
  saved() {
    this.unsaved = false;
  }

  /** @param {HTMLInputElement} field */
  add(field) {
    const name = field.value.trim();
    if (!name) return;
    this.files[name] ??= "";
    this.unsaved = true;
    field.value = "";
    this.draw(name);
    this.text.focus();
  }

  draw(chosen = this.list.value) {
    this.list.replaceChildren(...Object.keys(this.files).sort().map((name) => made("option", { value: name, textContent: name })));
    if (chosen in this.files) this.list.value = chosen;
    this.show();
  }

  show() {
    this.text.value = this.files[this.list.value] ?? "";
  }

  /** @param {string} problem */
  complain(problem) {
    byId("file-problem").hidden = !problem;
    byId("file-problem").textContent = problem;
    const line = Number(/^\S+?:(\d+):/.exec(problem)?.[1] ?? 0), file = /([A-Za-z0-9_.-]+):\d+:/.exec(problem)?.[1] ?? "";
    if (!line || !(file in this.files)) return;
    this.list.value = file;
    this.show();
    const before = this.text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(before, before + (this.text.value.slice(before).split("\n")[0].length || 0));
  }
}
