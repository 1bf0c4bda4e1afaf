// What a learner in a class has on the page: the hand to raise.
export class InClass {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    const hand = /** @type {HTMLButtonElement} */ (document.getElementById("hand"));
    hand.addEventListener("click", () => wire.ask({ type: "hand.raised", up: hand.getAttribute("aria-pressed") !== "true" }));
    wire.on("class", (/** @type {{hand: boolean}} */ standing) => {
      hand.hidden = false;
      hand.setAttribute("aria-pressed", String(standing.hand));
    });
  }
}
