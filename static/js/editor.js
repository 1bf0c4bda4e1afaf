// The editor pane: the learner's files, each with what is stored of it on the host and what is being written here.
import { isManifest, makeView } from "./codemirror.js";
import { Documents } from "./documents.js";
import { sum } from "./differences.js";
import { Drafts } from "./drafts.js";
import { Field } from "./field.js";
import { Files } from "./files.js";
import { keep, kept } from "./keeping.js";
import { Meanwhile, overtaken } from "./meanwhile.js";
import { Proof } from "./proof.js";
import { Rivals } from "./rivals.js";
import { wireTransfer } from "./transfer.js";
import { Waiting } from "./waiting.js";
import { say } from "./words.js";

/** @typedef {import("./meanwhile.js").Document} Document */

/** Why a save is refused that would be over another text than was known here (labsite/sandboxes/texts.py). */
const OVERTAKEN = "The file was changed meanwhile.";

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
    this.drafts = new Drafts((path) => this.written(path));
    this.current = kept("file", "");
    /** The line (from 1) at which the file that is on its way is to be shown; 0: where its cursor is. */
    this.line = 0;
    /** Where the focus was when the file at hand was asked for. @type {Element | null} */
    this.from = null;
    /** @type {any} */
    this.view = null;
    /** The one view while it is made: who comes meanwhile waits for the same. @type {Promise<any> | null} */
    this.making = null;
    this.files = new Files(wire, (path) => this.open(path));
    this.files.drafts = () => this.drafts.paths;
    this.field = new Field();
    this.tabs = new Documents({ choose: (path) => this.open(path), unsaved: (path) => this.drafts.has(path) });
    this.rivals = new Rivals(this.drafts, {
      current: () => this.documents.get(this.current),
      put: (path, text) => this.put(path, text),
      taken: (path) => this.documents.has(path) || this.drafts.has(path) || this.files.paths.includes(path),
    });
    this.meanwhile = new Meanwhile({
      current: () => this.documents.get(this.current),
      mine: (document) => this.settle(document),
      theirs: (document) => this.settle(document, document.stored ?? ""),
      beside: (path, text) => this.put(this.rivals.beside(path), text),
      here: () => !this.wire.past,
    });
    this.proof = new Proof(wire, { mark: (complaints) => this.view?.mark(complaints), go: (line, column) => this.view?.go(line, column) });
    this.waiting = new Waiting(wire, { opened: (path, content, front) => this.opened(path, content, front), close: (saving) => this.close(saving), show: () => this.show() });
    this.listen();
  }

  listen() {
    const { wire } = this;
    wire.on("file", (answer) => this.arrived(answer));
    wire.on("file.stored", ({ id }) => this.stored([id]));
    wire.on("taken", ({ ids }) => this.stored(ids));
    wire.on("refused", ({ id, reason }) => this.refused(id, reason));
    wire.on("files.changed", () => this.look());
    wire.on("picture", (picture) => this.see(picture));
    byId("save").addEventListener("click", () => this.save());
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
    this.waiting.see(picture.editors, !this.view);
    if (this.current && !this.documents.has(this.current)) setTimeout(() => this.ask(this.current));
    else setTimeout(() => this.look());
    this.show();
  }

  // --- opening

  /** Open a file; at a line (from 1), if that is said. @param {string} path @param {number} [line] */
  open(path, line = 0) {
    this.line = line;
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
    this.from = document.activeElement;
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

  /** Files were brought along: into the cluster with them; over another text of the host's only when that is decided.
   * @param {Array<{path: string, content: string}>} files */
  bring(files) {
    if (this.wire.past) return void this.wire.refuse({ type: "file.saved" });
    for (const { path, content } of files) {
      const known = this.documents.get(path);
      if (known) {
        if (!known.saving) known.over = sum(null);
        this.write(known, content);
      } else this.documents.set(path, { path, text: content, stored: null, over: sum(null) });
      this.save(path);
    }
    if (files.length) this.open(files[0].path);
  }

  /** Have the current file applied, in the console, so that it is seen how. */
  apply() {
    const document = this.documents.get(this.current);
    if (!document || !isManifest(document.path)) return;
    if (this.wire.past) return void this.wire.refuse({ type: "line.typed" });
    if (document.text !== document.stored && !this.save()) return;
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
    const document = known ?? this.found(path, content);
    if (known && !known.saving) this.renew(known, content);
    this.documents.set(path, document);
    if (wanted !== undefined) this.write(document, wanted);
    if (path === this.current) this.show(!known || wanted !== undefined);
  }

  /** A file that is opened: with what is not saved of it, if there is such. @param {string} path @param {string | null} content @returns {Document} */
  found(path, content) {
    const draft = this.drafts.first(path);
    return { path, stored: content, ...(draft ?? { text: content ?? "" }), over: draft?.over ?? sum(content) };
  }

  /** Another page has written, or saved, a text that it had not saved: what was taken from it and not touched follows it. @param {string} path */
  written(path) {
    const document = this.documents.get(path), [other] = this.drafts.others(path);
    if (document?.mirrors) {
      this.replace(document, other?.version.text ?? document.stored ?? "");
      document.over = other?.version.over ?? sum(document.stored);
      document.mirrors = Boolean(other);
    }
    if (document) this.note(document);
    this.files.draw();
    this.tabs.draw(this.current);
  }

  /** The host's file may have changed; what was not changed here follows it. @param {Document} document @param {string | null} content */
  renew(document, content) {
    const clean = document.text === (document.stored ?? "");
    document.stored = content;
    if (clean || content === document.text) document.over = sum(content);
    if (clean && content !== null && content !== document.text) this.write(document, content);
    this.note(document);
  }

  /** Replace the text; undo brings the old one back. @param {Document} document @param {string} text */
  write(document, text) {
    this.own(document);
    this.replace(document, text);
    this.note(document);
  }

  /** @param {Document} document @param {string} text */
  replace(document, text) {
    document.text = text;
    document.state = this.view?.replaced(document.state, text);
    if (document.path === this.current) this.view?.put(document);
  }

  /** From here on the text is this page's, which goes on from another's. @param {Document} document */
  own(document) {
    const [other] = document.mirrors ? this.drafts.others(document.path) : [];
    if (other) this.drafts.see(document.path, other.version, document.text);
    document.mirrors = false;
  }

  // --- a program that waits for the editor

  /** @param {string} path @param {string} content @param {boolean} front */
  opened(path, content, front) {
    if (!this.documents.has(path)) this.documents.set(path, this.found(path, content));
    if (!front) return this.show();
    this.turn(path);
    this.hands.front();
    this.show(true);
  }

  /** Let the program that waits go on. @param {boolean} saving */
  close(saving) {
    const document = this.documents.get(this.current);
    if (!document) return;
    if (this.wire.past) return void this.wire.refuse({ type: "editor.closed" });
    if (saving && !this.save()) return;
    if (!saving) {
      this.write(document, document.stored ?? "");
      this.forget(document);
    }
    this.waiting.release(document.path);
    this.hands.back();
  }

  // --- saving

  /** Whether it is on its way: not over a text of the host's that nobody has looked at here. @param {string} [path] @returns {boolean} */
  save(path = this.current) {
    const document = this.documents.get(path);
    if (!document) return false;
    if (this.wire.past) return Boolean(this.wire.refuse({ type: "file.saved" }));
    if (!document.saving && overtaken(document)) {
      if (path === this.current) this.meanwhile.ask();
      return false;
    }
    const over = document.saving ? sum(document.saving.text) : document.over;
    const id = this.wire.put({ type: "file.saved", path: document.path, content: document.text, over });
    document.saving = { id, text: document.text };
    this.note(document);
    return true;
  }

  /** It is decided which text holds, this page's or *theirs*; undo brings the other back here. @param {Document} document @param {string} [theirs] */
  settle(document, theirs) {
    document.over = sum(document.stored);
    if (theirs === undefined) this.save(document.path);
    else {
      this.write(document, theirs);
      this.forget(document);
    }
    this.view?.focus();
  }

  /** @param {string[]} ids */
  stored(ids) {
    for (const document of this.documents.values()) {
      if (!document.saving || !ids.includes(document.saving.id)) continue;
      document.stored = document.saving.text;
      document.over = sum(document.stored);
      document.saving = undefined;
      document.mirrors = false;
      this.forget(document);
      this.note(document);
    }
  }

  /** What the host has now is what holds: no page need keep what led there. @param {Document} document */
  forget(document) {
    this.drafts.settle(document.path, document.stored ?? "");
    this.files.draw();
    this.tabs.draw(this.current);
  }

  /** @param {string | undefined} id @param {string} reason */
  refused(id, reason) {
    for (const document of this.documents.values()) {
      if (!document.saving || document.saving.id !== id) continue;
      document.saving = undefined;
      if (reason === OVERTAKEN) this.ask(document.path);
      else this.hands.refused(reason);
      this.note(document);
    }
  }

  // --- what is shown

  /** The text was edited. @param {string} text */
  edited(text) {
    const document = this.documents.get(this.current);
    if (!document) return;
    this.own(document);
    document.text = text;
    this.note(document);
  }

  /** Show how a document stands, and keep what is not stored over a reload. @param {Document} document */
  note(document) {
    const unsaved = document.text !== (document.stored ?? "") || document.stored === null;
    const had = this.drafts.has(document.path);
    if (unsaved && !document.mirrors) this.drafts.keep(document.path, document.text, document.over);
    else if (!unsaved) this.drafts.forget(document.path);
    const has = this.drafts.has(document.path);
    if (had !== has) this.files.draw();
    if (had !== has) this.tabs.draw(this.current);
    if (document.path === this.current) this.state(document, unsaved);
    const any = this.drafts.paths.length > 0;
    const tab = byId("tab-editor");
    for (const mark of tab.querySelectorAll(".dot, .unsaved")) /** @type {HTMLElement} */ (mark).hidden = !any;
  }

  /** @param {Document} document @param {boolean} unsaved */
  state(document, unsaved) {
    this.proof.consider(document);
    this.rivals.show(document, unsaved);
    const late = overtaken(document);
    this.meanwhile.show(document, late);
    const place = byId("document-state"), saved = this.drafts.has(document.path) ? "Unsaved in another page" : "Saved";
    place.textContent = say(document.saving ? "Saving…" : late ? "Changed on the host" : unsaved ? "Unsaved" : saved);
    place.classList.toggle("unsaved", unsaved && !document.saving);
    /** @type {HTMLButtonElement} */ (byId("save")).disabled = !unsaved || Boolean(document.saving);
  }

  /** Show the current document. @param {boolean} [focus] */
  async show(focus = false) {
    const document = this.documents.get(this.current);
    this.files.current = this.current;
    this.files.draw();
    this.tabs.draw(this.current);
    this.waiting.show(this.current);
    byId("document-path").textContent = this.current;
    byId("document").hidden = !this.current;
    byId("no-document").hidden = Boolean(this.current);
    if (!document) return;
    this.view = await (this.making ??= this.make());
    if (document.path !== this.current) return;
    this.view.put(document);
    this.note(document);
    if (!focus || byId("view-editor").hidden || this.left()) return;
    if (this.line) this.view.go(this.line - 1, 0);
    this.line = 0;
    this.view.focus();
  }

  /** Whether somebody has gone elsewhere since they asked for the file: what is typed there is not for it. */
  left() {
    const here = document.activeElement;
    return here !== this.from && here !== document.body && !byId("view-editor").contains(here);
  }

  make() {
    const { editor: bundle = "", kinds = "", nonce = "" } = this.lab.dataset;
    return makeView(byId("editor"), {
      bundle, kinds, nonce, wire: this.wire,
      edited: (text) => this.edited(text),
      hold: (state) => this.hold(state),
      locked: () => Boolean(this.wire.past),
      moved: (about) => this.field.tell(about),
    });
  }

  /** Keep the editor's own state (undo, selection) with the document. @param {any} state */
  hold(state) {
    const document = this.documents.get(this.current);
    if (document) document.state = state;
  }
}

/** A path as one types it in a shell. @param {string} path */
const quoted = (path) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
