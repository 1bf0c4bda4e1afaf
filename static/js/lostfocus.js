// Keys must lead on from somewhere: when what has the focus is hidden, disabled or taken away, the focus goes to what stands next to it.
const FOCUSABLE = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0'], [role=tab][aria-selected=true]";
const EVERY_MS = 250;

/** @param {Element} one */
const seen = (one) => one.isConnected && one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible" && !one.closest("[inert]");

/** What had the focus last, and what held it then. @type {Element[]} */
let chain = [];

/** @param {Element} one */
function remember(one) {
  chain = [];
  for (let at = /** @type {Element | null} */ (one); at && at !== document.body; at = at.parentElement) chain.push(at);
}

/** The next after *lost* in *holder*, or the last before it; of what is gone, it is not known where it stood. @param {Element} holder @param {Element} lost */
function near(holder, lost) {
  const all = [...holder.querySelectorAll(FOCUSABLE)].filter((one) => one !== lost && seen(one));
  if (!holder.contains(lost)) return all[0];
  return all.find((one) => lost.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all.at(-1);
}

function look() {
  const lost = chain[0];
  if (!lost || document.activeElement !== document.body || !document.hasFocus()) return;
  if (seen(lost) && !lost.matches(":disabled")) return; // somebody has clicked beside it
  for (const holder of chain.slice(1)) {
    const found = seen(holder) ? near(holder, lost) : undefined;
    if (found) return /** @type {HTMLElement} */ (found).focus();
  }
}

/** From now on, let no focus be lost on this page. */
export function keepFocus() {
  document.addEventListener("focusin", ({ target }) => remember(/** @type {Element} */ (target)));
  setInterval(look, EVERY_MS);
}
