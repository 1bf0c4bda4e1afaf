// What a learner in a class has on the page: the hand to raise, who looks over their shoulder, and what is offered to them.
import { announce, say } from "./words.js";

/** @typedef {{id: number, sender: string, kind: "hint" | "command", text: string}} Offer */

/** @param {string} text @param {() => void} act */
function button(text, act, name = "button small") {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: text });
  made.addEventListener("click", act);
  return made;
}

export class InClass {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.wire = wire;
    this.terminals = terminals;
    this.hand = /** @type {HTMLButtonElement} */ (document.getElementById("hand"));
    this.lookers = /** @type {HTMLElement} */ (document.getElementById("lookers"));
    this.place = /** @type {HTMLElement} */ (document.getElementById("offers"));
    this.newest = 0;
    this.hand.addEventListener("click", () => wire.ask({ type: "hand.raised", up: this.hand.getAttribute("aria-pressed") !== "true" }));
    wire.on("class", (/** @type {{hand: boolean, lookers: string[], offers: Offer[]}} */ standing) => this.see(standing));
  }

  /** @param {{hand: boolean, lookers: string[], offers: Offer[]}} standing */
  see({ hand, lookers, offers }) {
    this.hand.hidden = false;
    this.hand.setAttribute("aria-pressed", String(hand));
    const text = lookers.length ? say("{names} looks at your lab.", { names: lookers.join(", ") }) : "";
    if (this.lookers.textContent !== text) this.lookers.textContent = text;
    this.lookers.hidden = !text;
    this.place.replaceChildren(...offers.map((offer) => this.drawn(offer)));
    this.place.hidden = !offers.length;
    for (const offer of offers) if (offer.id > this.newest) announce(`${offer.sender}: ${offer.text}`);
    this.newest = Math.max(this.newest, ...offers.map((offer) => offer.id));
  }

  /** @param {Offer} offer */
  drawn(offer) {
    const place = document.createElement("div"), close = () => this.wire.ask({ type: "offer.closed", offer: offer.id });
    place.className = "offer";
    const text = Object.assign(document.createElement(offer.kind === "command" ? "code" : "span"), { textContent: offer.text });
    place.append(Object.assign(document.createElement("strong"), { textContent: offer.sender }), text);
    if (offer.kind === "command")
      place.append(button(`▸ ${say("Run")}`, () => {
        this.terminals.run(offer.text);
        close();
      }));
    place.append(button(say("Dismiss"), close, "plain"));
    return place;
  }
}
