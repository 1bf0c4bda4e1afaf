// The row of keys that a touch keyboard lacks. Ctrl holds until the next key.

/** @type {Record<string, string>} */
const KEYS = { Tab: "\t", Esc: "\x1b", Left: "\x1b[D", Right: "\x1b[C", Up: "\x1b[A", Down: "\x1b[B" };

/** @param {import("./terminals.js").Terminals} terminals */
export function wireTouchKeys(terminals) {
  const row = /** @type {HTMLElement} */ (document.getElementById("touch-keys"));
  const ctrl = /** @type {HTMLElement} */ (row.querySelector("[data-key=Ctrl]"));
  // The terminal keeps the focus, and with it the keyboard stays on the screen.
  row.addEventListener("pointerdown", (event) => event.preventDefault());
  row.addEventListener("click", (event) => {
    const key = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.key;
    if (!key) return;
    if (key === "Ctrl") return hold(ctrl.getAttribute("aria-pressed") !== "true");
    const text = KEYS[key] ?? key;
    terminals.current?.console.type(terminals.changed(text));
    terminals.current?.term.focus();
  });
  /** @param {boolean} wanted */
  const hold = (wanted) => {
    ctrl.setAttribute("aria-pressed", String(wanted));
    terminals.changed = wanted ? held : (data) => data;
    terminals.current?.term.focus();
  };
  /** @param {string} data what is typed while Ctrl is held */
  const held = (data) => {
    hold(false);
    return /^[@-_a-z]$/i.test(data) ? String.fromCharCode(data.toUpperCase().charCodeAt(0) & 31) : data;
  };
}
