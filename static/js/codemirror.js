// CodeMirror as this page uses it: YAML, the page's colours, loaded when a file is opened first.
import { say } from "./words.js";

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
  });
}

/** @param {any} cm @param {string} nonce @param {any} name @param {(update: any) => void} updated @param {() => boolean} locked */
function extensions(cm, nonce, name, updated, locked) {
  return [
    cm.EditorView.cspNonce.of(nonce), name, cm.lineNumbers(), cm.highlightActiveLineGutter(), cm.highlightActiveLine(), cm.highlightSpecialChars(),
    cm.history(), cm.foldGutter(), cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(), cm.highlightSelectionMatches(),
    cm.indentUnit.of("  "), cm.EditorState.tabSize.of(2), cm.yaml(), highlighting(cm), look(cm),
    cm.keymap.of([cm.indentWithTab, ...cm.defaultKeymap, ...cm.historyKeymap, ...cm.foldKeymap, ...cm.searchKeymap]),
    cm.EditorView.updateListener.of(updated),
    // What the page itself writes is no event of the user's.
    cm.EditorState.changeFilter.of((/** @type {any} */ change) => !locked() || !["input", "delete", "move", "undo", "redo"].some((name) => change.isUserEvent(name))),
  ];
}

/**
 * The one view in which documents are shown.
 * @param {string} bundle @param {HTMLElement} place @param {string} nonce
 * @param {(text: string) => void} edited @param {(state: any) => void} hold @param {() => boolean} locked
 */
export async function makeView(bundle, place, nonce, edited, hold, locked) {
  const cm = await import(bundle);
  const name = new cm.Compartment();
  /** @type {any} */
  let view = null;
  /** @param {any} update */
  const updated = (update) => {
    hold(update.state);
    if (update.docChanged) edited(update.state.doc.toString());
  };
  /** @param {string} path @param {string} text */
  const fresh = (path, text) => cm.EditorState.create({ doc: text, extensions: extensions(cm, nonce, name.of(label(cm, path)), updated, locked) });
  return {
    /** @param {{path: string, text: string, state?: any}} document */
    put(document) {
      document.state ??= fresh(document.path, document.text);
      if (!view) {
        place.replaceChildren();
        view = new cm.EditorView({ state: document.state, parent: place });
      } else if (view.state !== document.state) view.setState(document.state);
    },
    /** A state with another text; undo leads back. @param {any} state @param {string} text */
    replaced(state, text) {
      return state?.update({ changes: { from: 0, to: state.doc.length, insert: text } }).state;
    },
    focus: () => view?.focus(),
  };
}

/** @param {any} cm @param {string} path */
const label = (cm, path) => cm.EditorView.contentAttributes.of({ "aria-label": say("Text of {path}", { path }), tabindex: "0" });
