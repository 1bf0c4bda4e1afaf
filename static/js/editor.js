// The editor pane: the learner's files, each with what is stored of it on the host and what is being written here.
import { isManifest, makeView } from "./codemirror.js";
import { Documents } from "./documents.js";
import { Files } from "./files.js";
import { keep, kept } from "./keeping.js";
import { Proof } from "./proof.js";
import { wireTransfer } from "./transfer.js";
import { say } from "./words.js";

/** What is known of a file that is open here. `stored` is null if the host has no such file.
 * @typedef {{path: string, text: string, stored: string | null, state?: any, saving?: {id: string, text: string}, elsewhere?: boolean}} Document */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Editor {
  /** @param {import("./wire.js").Wire} wire @param {HTMLElement} lab @param {{front: () => void, back: () => void, refused: (reason: string) => void, run: (line: string) => void}} hands */
  constructor(wire, lab, hands) {
    this.wire = wire;
    this.hands = hands;
    this.lab = lab;
    /** @type {Map<string, Document>} */
    this.documents = new Map();
    /** Texts that are to be put into files as soon as it is known what those hold. @type {Map<string, string>} */
    this.wanted = new Map();
    /** Files for which a program waits. @type {Map<string, string>} */
    this.waiting = new Map();
    /** @type {Record<string, string>} */
    this.drafts = kept("drafts", {});
    this.current = kept("file", "");
    /** @type {any} */
    this.view = null;
    /** The one view while it is made: who comes meanwhile waits for the same. @type {Promise<any> | null} */
    this.making = null;
    this.files = new Files(wire, (path) => this.open(path));
    this.files.drafts = () => Object.keys(this.drafts);
    this.tabs = new Documents({ choose: (path) => this.open(path), unsaved: (path) => path in this.drafts });
    this.proof = new Proof(wire, { mark: (complaints) => this.view?.mark(complaints), go: (line, column) => this.view?.go(line, column) });
    this.listen();
  }

  listen() {
    const { wire } = this;
    wire.on("file", (answer) => this.arrived(answer));
    wire.on("file.stored", ({ id }) => this.stored([id]));
    wire.on("taken", ({ ids }) => this.stored(ids));
    wire.on("refused", ({ id, reason }) => this.refused(id, reason));
    wire.on("files.changed", () => this.look());
    wire.on("editor.opened", (opened) => this.opened(opened, true));
    wire.on("editor.dropped", ({ path }) => this.dropped(path));
    wire.on("picture", (picture) => this.see(picture));
    byId("save").addEventListener("click", () => this.save());
    byId("save-close").addEventListener("click", () => this.close(true));
    byId("drop-close").addEventListener("click", () => this.close(false));
    byId("apply").addEventListener("click", () => this.apply());
    byId("editor-close").addEventListener("click", () => this.shut());
    wireTransfer({ put: (files) => this.bring(files), current: () => this.documents.get(this.current), refused: this.hands.refused });
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      this.save();
    });
    byId("view-editor").addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      this.apply();
    }, true);
  }

  /** @param {any} picture */
  see(picture) {
    const paths = picture.editors.map((/** @type {any} */ each) => each.path);
    for (const path of this.waiting.keys()) if (!paths.includes(path)) this.waiting.delete(path);
    for (const each of picture.editors) if (!this.waiting.has(each.path)) this.opened(each, !this.view);
    if (this.current && !this.documents.has(this.current)) setTimeout(() => this.ask(this.current));
    else setTimeout(() => this.look());
    this.show();
  }

  // --- opening

  /** @param {string} path */
  open(path) {
    this.turn(path);
    if (this.documents.has(path)) this.show(true);
    this.ask(path);
  }

  /** Put *text* into the file at *path*, not stored yet. @param {string} path @param {string} text */
  put(path, text) {
    this.wanted.set(path, text);
    this.turn(path);
    this.hands.front();
    this.ask(path);
  }

  /** @param {string} path */
  turn(path) {
    this.current = path;
    if (path) this.tabs.open(path);
    keep("file", path);
  }

  /** Take the current file from the tabs. What was not saved is kept, and stays in the list of files. */
  shut() {
    this.turn(this.tabs.close(this.current));
    if (this.current) return this.open(this.current);
    this.show();
    byId("new-path").focus();
  }

  /** Files were brought along: into the cluster with them. @param {Array<{path: string, content: string}>} files */
  bring(files) {
    if (this.wire.past) return void this.wire.refuse({ type: "file.saved" });
    for (const { path, content } of files) {
      const known = this.documents.get(path);
      if (known) this.write(known, content);
      else this.documents.set(path, { path, text: content, stored: null });
      this.save(path);
    }
    if (files.length) this.open(files[0].path);
  }

  /** Have the current file applied, in the console, so that it is seen how. */
  apply() {
    const document = this.documents.get(this.current);
    if (!document || !isManifest(document.path)) return;
    if (this.wire.past) return void this.wire.refuse({ type: "line.typed" });
    if (document.text !== document.stored) this.save();
    this.hands.run(`kubectl apply -f ${quoted(document.path)}`);
  }

  /** @param {string} path */
  ask(path) {
    this.wire.ask({ type: "file.wanted", path });
  }

  /** Look whether the open file is another now. */
  look() {
    if (this.current && this.documents.has(this.current)) this.ask(this.current);
  }

  /** What the host has. @param {{path: string, content: string | null}} answer */
  arrived({ path, content }) {
    const known = this.documents.get(path), wanted = this.wanted.get(path);
    this.wanted.delete(path);
    const document = known ?? { path, text: this.drafts[path] ?? content ?? "", stored: content };
    if (known && !known.saving) this.renew(known, content);
    this.documents.set(path, document);
    if (wanted !== undefined) this.write(document, wanted);
    if (path === this.current) this.show(!known || wanted !== undefined);
  }

  /** The host's file may have changed; what was not changed here follows it. @param {Document} document @param {string | null} content */
  renew(document, content) {
    const clean = document.text === (document.stored ?? "");
    document.elsewhere = !clean && (content ?? "") !== (document.stored ?? "") && content !== document.text;
    document.stored = content;
    if (clean && content !== null && content !== document.text) this.write(document, content);
    this.note(document);
  }

  /** Replace the text; undo brings the old one back. @param {Document} document @param {string} text */
  write(document, text) {
    document.text = text;
    document.state = this.view?.replaced(document.state, text);
    if (document.path === this.current) this.view?.put(document);
    this.note(document);
  }

  // --- a program that waits for the editor

  /** @param {{path: string, content: string, terminal?: string}} opened @param {boolean} front */
  opened({ path, content, terminal }, front) {
    this.waiting.set(path, terminal ?? "");
    if (!this.documents.has(path)) this.documents.set(path, { path, text: this.drafts[path] ?? content, stored: content });
    if (!front) return this.show();
    this.turn(path);
    this.hands.front();
    this.show(true);
  }

  /** @param {string} path */
  dropped(path) {
    this.waiting.delete(path);
    this.show();
  }

  /** Let the program that waits go on. @param {boolean} saving */
  close(saving) {
    const document = this.documents.get(this.current);
    if (!document) return;
    if (this.wire.past) return void this.wire.refuse({ type: "editor.closed" });
    if (saving) this.save();
    else this.write(document, document.stored ?? "");
    this.wire.put({ type: "editor.closed", path: document.path });
    this.dropped(document.path);
    this.hands.back();
  }

  // --- saving

  /** @param {string} [path] */
  save(path = this.current) {
    const document = this.documents.get(path);
    if (!document) return;
    if (this.wire.past) return void this.wire.refuse({ type: "file.saved" });
    const id = this.wire.put({ type: "file.saved", path: document.path, content: document.text });
    document.saving = { id, text: document.text };
    document.elsewhere = false;
    this.note(document);
  }

  /** @param {string[]} ids */
  stored(ids) {
    for (const document of this.documents.values()) {
      if (!document.saving || !ids.includes(document.saving.id)) continue;
      document.stored = document.saving.text;
      document.saving = undefined;
      this.note(document);
    }
  }

  /** @param {string | undefined} id @param {string} reason */
  refused(id, reason) {
    for (const document of this.documents.values()) {
      if (!document.saving || document.saving.id !== id) continue;
      document.saving = undefined;
      this.hands.refused(reason);
      this.note(document);
    }
  }

  // --- what is shown

  /** The text was edited. @param {string} text */
  edited(text) {
    const document = this.documents.get(this.current);
    if (!document) return;
    document.text = text;
    this.note(document);
  }

  /** Show how a document stands, and keep what is not stored over a reload. @param {Document} document */
  note(document) {
    const unsaved = document.text !== (document.stored ?? "") || document.stored === null;
    const had = document.path in this.drafts;
    if (unsaved) this.drafts[document.path] = document.text;
    else delete this.drafts[document.path];
    keep("drafts", this.drafts);
    if (had !== unsaved) this.files.draw();
    if (had !== unsaved) this.tabs.draw(this.current);
    if (document.path === this.current) this.state(document, unsaved);
    const any = Object.keys(this.drafts).length > 0;
    const tab = byId("tab-editor");
    for (const mark of tab.querySelectorAll(".dot, .unsaved")) /** @type {HTMLElement} */ (mark).hidden = !any;
  }

  /** @param {Document} document @param {boolean} unsaved */
  state(document, unsaved) {
    this.proof.consider(document);
    const place = byId("document-state");
    place.textContent = say(document.saving ? "Saving…" : document.elsewhere ? "Changed on the host" : unsaved ? "Unsaved" : "Saved");
    place.classList.toggle("unsaved", unsaved && !document.saving);
    /** @type {HTMLButtonElement} */ (byId("save")).disabled = !unsaved || Boolean(document.saving);
  }

  /** Show the current document. @param {boolean} [focus] */
  async show(focus = false) {
    const document = this.documents.get(this.current);
    this.files.current = this.current;
    this.files.draw();
    this.tabs.draw(this.current);
    byId("editor-banner").hidden = !this.waiting.has(this.current);
    byId("document-path").textContent = this.current;
    byId("document").hidden = !this.current;
    byId("no-document").hidden = Boolean(this.current);
    if (!document) return;
    const name = say("An editor");
    /** @type {HTMLElement} */ (byId("editor-banner").firstElementChild).textContent = say("{program} waits in the terminal until this file is closed.", { program: name });
    this.view = await (this.making ??= this.make());
    if (document.path !== this.current) return;
    this.view.put(document);
    this.note(document);
    if (focus && !byId("view-editor").hidden) this.view.focus();
  }

  make() {
    const { editor: bundle = "", kinds = "", nonce = "" } = this.lab.dataset;
    return makeView(byId("editor"), {
      bundle, kinds, nonce, wire: this.wire,
      edited: (text) => this.edited(text),
      hold: (state) => this.hold(state),
      locked: () => Boolean(this.wire.past),
      moved: (about) => this.tell(about),
    });
  }

  /** Tell of the field at which the cursor stands. @param {Promise<{title: string, text: string} | null>} about */
  async tell(about) {
    this.telling = about;
    const found = await about;
    if (this.telling !== about) return;
    byId("field").hidden = !found;
    byId("field-name").textContent = found?.title ?? "";
    byId("field-text").textContent = found?.text ?? "";
  }

  /** Keep the editor's own state (undo, selection) with the document. @param {any} state */
  hold(state) {
    const document = this.documents.get(this.current);
    if (document) document.state = state;
  }
}

/** A path as one types it in a shell. @param {string} path */
const quoted = (path) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
