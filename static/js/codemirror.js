// CodeMirror as this page uses it: YAML, the page's colours, loaded when a file is opened first.
import { Completion } from "./completion.js";
import { Kinds } from "./kinds.js";
import { say } from "./words.js";

/** @typedef {{kind: string, text: string, line: number, column: number, end_line: number, end_column: number}} Complaint */
/** What the editor has to know: the bundle, the page's nonce, where kinds are described, and whom to tell.
 * @typedef {{bundle: string, nonce: string, kinds: string, wire: import("./wire.js").Wire, edited: (text: string) => void, hold: (state: any) => void,
 *   moved: (about: Promise<{title: string, text: string} | null>) => void, locked: () => boolean}} Hands */

/** @param {any} cm */
function highlighting(cm) {
  const { tags } = cm;
  return cm.syntaxHighlighting(cm.HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
    { tag: tags.string, color: "var(--good)" },
    { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--wait)" },
    { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.meta], color: "var(--quiet)" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]));
}

/** @param {any} cm */
function look(cm) {
  return cm.EditorView.theme({
    "&": { backgroundColor: "transparent", color: "var(--ink)" },
    "&.cm-focused": { boxShadow: "inset 3px 0 var(--accent)", outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
    ".cm-content": { caretColor: "var(--accent)", padding: ".5rem 0" },
    ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
    ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--quiet)" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--sunken) 60%, transparent)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "light-dark(#bfe3df, #24605a)" },
    ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
    ".cm-searchMatch": { backgroundColor: "var(--wait-soft)" },
    ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "var(--radius)", color: "var(--ink)", maxWidth: "34rem" },
    ".cm-tooltip.cm-completionInfo": { maxHeight: "16rem", overflow: "auto", padding: "0" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14rem" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
    ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal" },
    ".cm-completionMatchedText": { color: "var(--accent)", fontWeight: "600", textDecoration: "none" },
    ".cm-diagnostic": { borderLeftColor: "var(--bad)", whiteSpace: "pre-wrap" },
    ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
    ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--wait)" },
  });
}

/** What is offered, and told of fields, in manifests. @param {any} cm @param {Completion} completion */
function learned(cm, completion) {
  return [
    cm.autocompletion({ override: [(/** @type {any} */ context) => completion.offer(context)], icons: false }),
    cm.hoverTooltip((/** @type {any} */ view, /** @type {number} */ position) => completion.hover(view, position)),
    cm.keymap.of([{ key: "Tab", run: cm.acceptCompletion }, ...cm.completionKeymap]),
    cm.lintGutter(),
  ];
}

/** @param {any} cm @param {string} nonce @param {any} name @param {(update: any) => void} updated @param {() => boolean} locked @param {Completion | null} completion */
function extensions(cm, nonce, name, updated, locked, completion) {
  return [
    cm.EditorView.cspNonce.of(nonce), name, ...(completion ? learned(cm, completion) : []), cm.lineNumbers(), cm.highlightActiveLineGutter(), cm.highlightActiveLine(), cm.highlightSpecialChars(),
    cm.history(), cm.foldGutter(), cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(), cm.highlightSelectionMatches(),
    cm.indentUnit.of("  "), cm.EditorState.tabSize.of(2), cm.yaml(), highlighting(cm), look(cm),
    cm.keymap.of([cm.indentWithTab, ...cm.defaultKeymap, ...cm.historyKeymap, ...cm.foldKeymap, ...cm.searchKeymap]),
    cm.EditorView.updateListener.of(updated),
    // What the page itself writes is no event of the user's.
    cm.EditorState.changeFilter.of((/** @type {any} */ change) => !locked() || !["input", "delete", "move", "undo", "redo"].some((name) => change.isUserEvent(name))),
  ];
}

/** The one view in which documents are shown. @param {HTMLElement} place @param {Hands} hands */
export async function makeView(place, hands) {
  const cm = await import(hands.bundle);
  const name = new cm.Compartment(), completion = new Completion(cm, new Kinds(hands.wire, hands.kinds));
  /** @type {any} */
  let view = null;
  /** @param {any} update */
  const updated = (update) => {
    hands.hold(update.state);
    if (update.docChanged) hands.edited(update.state.doc.toString());
    if (update.docChanged || update.selectionSet) tell();
  };
  const tell = () => hands.moved(completion.about(view.state.doc, view.state.selection.main.head));
  /** @param {string} path @param {string} text */
  const fresh = (path, text) => cm.EditorState.create({ doc: text, extensions: extensions(cm, hands.nonce, name.of(label(cm, path)), updated, hands.locked, isManifest(path) ? completion : null) });
  return {
    /** @param {{path: string, text: string, state?: any}} document */
    put(document) {
      document.state ??= fresh(document.path, document.text);
      if (!view) {
        place.replaceChildren();
        view = new cm.EditorView({ state: document.state, parent: place });
      } else if (view.state !== document.state) view.setState(document.state);
      tell();
    },
    /** A state with another text; undo leads back. @param {any} state @param {string} text */
    replaced(state, text) {
      return state?.update({ changes: { from: 0, to: state.doc.length, insert: text }, userEvent: "replace" }).state; // so it is undone by itself
    },
    /** Mark the lines of which something is said. @param {Complaint[]} complaints */
    mark(complaints) {
      view?.dispatch(cm.setDiagnostics(view.state, complaints.map((each) => diagnostic(view.state.doc, each))));
    },
    /** Go to a place. @param {number} line @param {number} column both from 0 */
    go(line, column) {
      const anchor = at(view.state.doc, line, column);
      view.dispatch({ selection: { anchor }, effects: cm.EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    focus: () => view?.focus(),
  };
}

/** Whether a file is one that could be applied. @param {string} path */
export const isManifest = (path) => path.startsWith("/") && /\.(ya?ml|json)$/.test(path) && !/\/kustomization\.ya?ml$/.test(path);

/** A position in CodeMirror's text. @param {any} document @param {number} line @param {number} column */
function at(document, line, column) {
  const found = document.line(Math.min(line + 1, document.lines));
  return Math.min(found.from + column, found.to);
}

/** @param {any} document @param {Complaint} complaint */
function diagnostic(document, { kind, text, line, column, end_line, end_column }) {
  const from = at(document, line, column);
  return { from, to: Math.max(from, at(document, end_line, end_column)), severity: kind, message: text };
}

/** @param {any} cm @param {string} path */
const label = (cm, path) => cm.EditorView.contentAttributes.of({ "aria-label": say("Text of {path}", { path }), tabindex: "0" });
