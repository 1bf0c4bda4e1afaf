// Light or dark: the system's choice, or the one that was made here. Runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = localStorage.getItem("podlab.theme");
  if (chosen) root.dataset.theme = chosen;

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const tell = () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(isDark()));
    root.dispatchEvent(new CustomEvent("theme", { detail: { dark: isDark() } }));
  };
  const turn = () => {
    const wanted = isDark() ? "light" : "dark";
    root.dataset.theme = wanted;
    localStorage.setItem("podlab.theme", wanted);
    tell();
  };
  dark.addEventListener("change", tell);
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.addEventListener("click", turn);
    tell();
  });
})();
