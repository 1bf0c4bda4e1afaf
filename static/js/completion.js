// What the editor offers while a manifest is written, and what it tells of a field: all from the kinds' own descriptions.
import { spot } from "./kinds.js";
import { say } from "./words.js";
import { parts, whereIs } from "./yamlpath.js";

/** @typedef {import("./kinds.js").Field} Field */
/** @typedef {import("./yamlpath.js").Where} Where */

/** @type {Array<[string, string]>} */
const TOP = [["apiVersion", "string"], ["kind", "string"], ["metadata", "ObjectMeta"]];

/** @param {any} document CodeMirror's text @param {number} position @returns {{lines: string[], number: number, column: number}} */
function linesAt(document, position) {
  const line = document.lineAt(position);
  return { lines: document.toString().split("\n"), number: line.number - 1, column: position - line.from };
}

export class Completion {
  /** @param {any} cm @param {import("./kinds.js").Kinds} kinds */
  constructor(cm, kinds) {
    this.cm = cm;
    this.kinds = kinds;
  }

  /** What CodeMirror asks. @param {any} context */
  async offer(context) {
    const { lines, number, column } = linesAt(context.state.doc, context.pos);
    const where = whereIs(lines, number, column);
    if (!where || (!context.explicit && !where.word && !where.value)) return null;
    const options = where.value ? await this.values(where) : await this.keys(where, lines[number].slice(column));
    if (context.aborted || !options.length) return null;
    return { from: context.pos - (column - where.from), options, validFor: /^[\w./-]*$/ };
  }

  /** @param {Where} where @param {string} rest what stands behind the cursor */
  async keys(where, rest) {
    if (!where.path.length && !(where.version && where.kind)) return TOP.filter(([name]) => !where.present.includes(name)).map(([name, type]) => this.key(name, bare(type), where, rest));
    const shape = await this.kinds.shape(where.version, where.kind);
    const here = shape && spot(shape, where.path);
    if (!shape || !here) return [];
    const definition = here.inList && here.field ? shape.definitions[here.field.ref] : here.definition;
    const lead = here.inList ? "- " : "";
    return Object.entries(definition?.fields ?? {})
      .filter(([name]) => !where.present.includes(name) && !(where.path.length === 0 && name === "status"))
      .map(([name, field]) => this.key(name, field, where, rest, lead));
  }

  /** @param {string} name @param {Field} field @param {Where} where @param {string} rest @param {string} [lead] */
  key(name, field, where, rest, lead = "") {
    const deeper = " ".repeat(where.column + lead.length + 2);
    const after = { list: `:\n${deeper}- `, object: `:\n${deeper}`, map: `:\n${deeper}` }[field.form] ?? ": ";
    return {
      label: name,
      detail: field.type,
      type: field.form === "object" || field.form === "list" || field.form === "map" ? "class" : "property",
      boost: field.required ? 2 : 0,
      info: () => described(`${name} <${field.type}>${field.required ? " -required-" : ""}`, field.text),
      apply: this.putting(lead + name + (rest.startsWith(":") ? "" : after), field.values.length > 0 || field.type === "boolean" || name === "kind" || name === "apiVersion"),
    };
  }

  /** @param {Where} where */
  async values(where) {
    const name = where.path.join(".");
    if (name === "kind" || name === "apiVersion") return this.heads(where, name);
    const shape = await this.kinds.shape(where.version, where.kind);
    const field = shape && spot(shape, where.path)?.field;
    if (!field) return [];
    const values = field.values.length ? field.values : field.type === "boolean" ? ["true", "false"] : [];
    return values.map((value) => ({ label: value, type: "enum" }));
  }

  /** The kinds, or their versions. @param {Where} where @param {string} name */
  async heads(where, name) {
    const list = await this.kinds.list();
    if (name === "kind") {
      const fitting = where.version ? list.filter(([version]) => version === where.version) : list;
      return (fitting.length ? fitting : list).map(([version, kind]) => ({ label: kind, detail: version, type: "class", apply: where.version ? kind : this.withVersion(version, kind) }));
    }
    const versions = where.kind ? list.filter(([, kind]) => kind === where.kind) : list;
    return [...new Set(versions.map(([version]) => version))].map((version) => ({ label: version, type: "namespace" }));
  }

  /** @param {string} text @param {boolean} again whether there is something to be chosen behind it */
  putting(text, again) {
    return (/** @type {any} */ view, /** @type {any} */ completion, /** @type {number} */ from, /** @type {number} */ to) => {
      view.dispatch({ ...this.cm.insertCompletionText(view.state, text, from, to), annotations: this.cm.pickedCompletion.of(completion) });
      if (again) this.cm.startCompletion(view);
    };
  }

  /** @param {string} version @param {string} kind */
  withVersion(version, kind) {
    return (/** @type {any} */ view, /** @type {any} */ completion, /** @type {number} */ from, /** @type {number} */ to) => {
      const line = view.state.doc.lineAt(from);
      const head = `apiVersion: ${version}\n`;
      view.dispatch({
        changes: [{ from: line.from, insert: head }, { from, to, insert: kind }],
        selection: { anchor: from + head.length + kind.length },
        annotations: this.cm.pickedCompletion.of(completion),
        userEvent: "input.complete",
      });
    };
  }

  /** What is known of the field at a position: its path, its type, its description. @param {any} document @param {number} position */
  async about(document, position) {
    const { lines, number } = linesAt(document, position);
    const found = parts(lines[number]);
    if (!found?.key) return null;
    const where = whereIs(lines, number, found.column + found.key.length);
    const shape = where && (await this.kinds.shape(where.version, where.kind));
    if (!where || !shape) return null;
    const path = [...where.path, found.key], here = spot(shape, path);
    if (!here?.field) return null;
    return { title: `${path.join(".").replaceAll(".[]", "[]")} <${here.field.type}>${here.field.required ? " -required-" : ""}`, text: here.field.text };
  }

  /** What is shown where the pointer rests. @param {any} view @param {number} position */
  async hover(view, position) {
    const { number, lines } = linesAt(view.state.doc, position), found = parts(lines[number]);
    const from = view.state.doc.line(number + 1).from + (found?.column ?? 0);
    if (!found?.key || position < from || position > from + found.key.length) return null;
    const about = await this.about(view.state.doc, position);
    return about && { pos: from, end: from + found.key.length, above: true, create: () => ({ dom: described(about.title, about.text) }) };
  }
}

/** @param {string} type @returns {Field} */
const bare = (type) => ({ type, form: type === "string" ? "string" : "object", ref: "", required: true, text: "", values: [] });

/** @param {string} title @param {string} text */
export function described(title, text) {
  const place = Object.assign(document.createElement("div"), { className: "field-about", lang: "en" });
  place.append(Object.assign(document.createElement("strong"), { textContent: title }), Object.assign(document.createElement("p"), { textContent: text || say("Nothing is said of it.") }));
  return place;
}
