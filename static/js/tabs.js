// Tabs as the ARIA practices describe them: arrows move, Home and End too; one of them is in the tab order.

/** @param {HTMLElement} list */
const tabsOf = (list) => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);

/** Mark *tab* as the chosen one. @param {HTMLElement} list @param {HTMLElement} tab */
export function selectTab(list, tab) {
  for (const each of tabsOf(list)) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
  }
}

/** @type {Record<string, (at: number, count: number) => number>} */
const MOVES = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Call *choose* with the tab that was clicked or moved to. @param {HTMLElement} list @param {(tab: HTMLElement) => void} choose */
export function wireTabs(list, choose) {
  list.addEventListener("click", (event) => {
    const tab = /** @type {HTMLElement} */ (event.target).closest("[role=tab]");
    if (tab) choose(/** @type {HTMLElement} */ (tab));
  });
  list.addEventListener("keydown", (event) => {
    const tabs = tabsOf(list).filter((tab) => !tab.hidden), move = MOVES[event.key];
    const at = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!move || at < 0) return;
    event.preventDefault();
    const tab = tabs[move(at, tabs.length)];
    tab.focus();
    choose(tab);
  });
}

/** Tabs whose views are in the page: each tab controls one. @param {HTMLElement} list @param {(view: string) => void} [chosen] @returns {(view: string) => void} choose a view by its name */
export function viewTabs(list, chosen = () => {}) {
  /** @param {HTMLElement} tab */
  const choose = (tab) => {
    selectTab(list, tab);
    for (const each of tabsOf(list)) {
      const view = document.getElementById(each.getAttribute("aria-controls") ?? "");
      if (view) view.hidden = each !== tab;
    }
    tab.classList.remove("news");
    chosen(tab.dataset.view ?? "");
  };
  wireTabs(list, choose);
  return (view) => {
    const tab = tabsOf(list).find((each) => each.dataset.view === view);
    if (tab) choose(tab);
  };
}
