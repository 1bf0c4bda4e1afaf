// The borders between the parts of the page: moved with the pointer or the arrow keys, and kept.
import { keep, kept } from "./keeping.js";

const STEP = 2, EDITING = 42;
/** @type {Record<string, number>} */
const ARROWS = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP };

/** @param {HTMLElement} lab @param {HTMLElement} bar */
function wire(lab, bar) {
  const name = /** @type {string} */ (bar.dataset.split), vertical = bar.getAttribute("aria-orientation") === "vertical";
  const low = Number(bar.getAttribute("aria-valuemin")), high = Number(bar.getAttribute("aria-valuemax"));
  const middle = Number(bar.getAttribute("aria-valuenow"));
  // Whoever writes wants more room than whoever looks: each view has its own height.
  const place = () => (!vertical && lab.dataset.view === "editor" ? `split.${name}.editor` : `split.${name}`);
  const usual = () => kept(place(), place().endsWith("editor") ? EDITING : middle);
  let value = usual();

  /** @param {number} wanted */
  const move = (wanted) => {
    value = Math.min(Math.max(wanted, low), high);
    lab.style.setProperty(`--${name}`, `${value}%`);
    bar.setAttribute("aria-valuenow", String(Math.round(value)));
    keep(place(), value);
  };
  /** @param {PointerEvent} event */
  const follow = (event) => {
    const room = lab.getBoundingClientRect();
    move(((vertical ? event.clientX - room.left : event.clientY - room.top) / (vertical ? room.width : room.height)) * 100);
  };
  bar.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("moving");
    bar.addEventListener("pointermove", follow);
  });
  bar.addEventListener("lostpointercapture", () => {
    bar.classList.remove("moving");
    bar.removeEventListener("pointermove", follow);
  });
  bar.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    move(event.key === "Home" ? low : event.key === "End" ? high : value + step);
  });
  lab.addEventListener("view", () => move(usual()));
  move(value);
}

/** Make one part fill the place of two, and back. @param {HTMLElement} lab */
function wireMaximise(lab) {
  const buttons = /** @type {HTMLElement[]} */ ([...lab.querySelectorAll("[data-maximise]")]);
  for (const button of buttons)
    button.addEventListener("click", () => {
      const wanted = lab.dataset.maximised === button.dataset.maximise ? "" : button.dataset.maximise;
      if (wanted) lab.dataset.maximised = wanted;
      else delete lab.dataset.maximised;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.maximise === wanted));
    });
}

/** @param {HTMLElement} lab */
export function wireSplits(lab) {
  for (const bar of lab.querySelectorAll("[data-split]")) wire(lab, /** @type {HTMLElement} */ (bar));
  wireMaximise(lab);
}
