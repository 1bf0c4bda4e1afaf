// The catalogue: what does not match the search is hidden while one types. Without this module the form asks the server.
const form = /** @type {HTMLFormElement} */ (document.getElementById("search"));
const query = /** @type {HTMLInputElement} */ (document.getElementById("q"));
const kind = /** @type {HTMLSelectElement} */ (document.getElementById("kind"));
const whole = new URLSearchParams(location.search).toString() === "";

function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".chapter-cards"))) {
    let some = false;
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(".card"))) {
      card.hidden = Boolean(kind.value && card.dataset.kind !== kind.value) || !words.every((word) => card.dataset.words?.includes(word));
      some ||= !card.hidden;
    }
    section.hidden = !some;
    any ||= some;
  }
  /** @type {HTMLElement} */ (document.getElementById("nothing")).hidden = any;
}

// A page that the server has filtered already knows only part of the course.
if (whole) {
  query.addEventListener("input", filter);
  kind.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
} else kind.addEventListener("change", () => form.requestSubmit());
