// Keys that a terminal must not have, and those that only look like the browser's; copy and paste.

/** @param {{term: any, console: import("./console.js").Console, holder: HTMLElement}} place a terminal with what holds it */
export function takeKeys({ term, console, holder }) {
  term.attachCustomKeyEventHandler((/** @type {KeyboardEvent} */ event) => {
    if (event.key === "F6" || (event.key === "Tab" && event.shiftKey)) return false;
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "f") return false; // search (finder.js)
    const letter = event.key.toLowerCase();
    if (event.ctrlKey && !event.altKey && letter === "v") return false; // the browser pastes
    if (event.ctrlKey && letter === "c" && (event.shiftKey || term.hasSelection())) return copy(term, event);
    return true;
  });
  holder.addEventListener("paste", (event) => {
    if (console.mode === "raw") return;
    event.preventDefault();
    event.stopPropagation();
    console.paste(event.clipboardData?.getData("text/plain") ?? "");
  }, true);
}

/** @param {any} term @param {KeyboardEvent} event */
function copy(term, event) {
  if (event.type === "keydown" && term.hasSelection()) {
    navigator.clipboard?.writeText(term.getSelection());
    term.clearSelection();
    event.preventDefault();
  }
  return false;
}
