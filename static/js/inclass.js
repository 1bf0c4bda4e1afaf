// What a learner in a class has on the page: the hand to raise, who looks over their shoulder, and what is offered to them.
import { Demonstrations } from "./demonstrations.js";
import { button, Lending } from "./lending.js";
import { announce, labelled, listed, say } from "./words.js";

/** @typedef {{id: number, sender: string, kind: "hint" | "command" | "start" | "state", text: string, title?: string}} Offer */

export class InClass {
  /** @param {import("./wire.js").Wire} wire @param {import("./terminals.js").Terminals} terminals */
  constructor(wire, terminals) {
    this.wire = wire;
    this.terminals = terminals;
    this.hand = /** @type {HTMLButtonElement} */ (document.getElementById("hand"));
    this.lookers = /** @type {HTMLElement} */ (document.getElementById("lookers"));
    this.place = /** @type {HTMLElement} */ (document.getElementById("offers"));
    this.newest = 0;
    this.known = "";
    new Demonstrations(wire);
    this.lending = new Lending(wire, terminals);
    this.hand.addEventListener("click", () => wire.ask({ type: "hand.raised", up: this.hand.getAttribute("aria-pressed") !== "true" }));
    wire.on("class", (/** @type {{hand: boolean, lookers: string[], offers: Offer[], keyboard: import("./lending.js").Asking[]}} */ standing) => this.see(standing));
  }

  /** @param {{hand: boolean, lookers: string[], offers: Offer[], keyboard: import("./lending.js").Asking[]}} standing */
  see({ hand, lookers, offers, keyboard }) {
    this.lending.see(keyboard);
    this.hand.hidden = false;
    this.hand.setAttribute("aria-pressed", String(hand));
    const text = lookers.length ? say("{names} looks at your lab.", { names: listed(lookers) }) : "";
    if (this.lookers.textContent !== text) this.lookers.textContent = text;
    this.lookers.hidden = !text;
    const known = JSON.stringify(offers);
    if (known !== this.known) this.place.replaceChildren(...offers.map((offer) => this.drawn(offer)));
    this.known = known;
    this.place.hidden = !offers.length;
    for (const offer of offers) if (offer.id > this.newest) announce(labelled(offer.sender, this.words(offer)));
    this.newest = Math.max(this.newest, ...offers.map((offer) => offer.id));
  }

  /** @param {Offer} offer */
  drawn(offer) {
    const place = document.createElement("div"), close = () => this.wire.ask({ type: "offer.closed", offer: offer.id });
    place.className = "offer";
    const text = Object.assign(document.createElement(offer.kind === "command" ? "code" : "span"), { textContent: this.words(offer) });
    place.append(Object.assign(document.createElement("strong"), { textContent: offer.sender }), text, ...this.ways(offer, close));
    place.append(button(say(["start", "state"].includes(offer.kind) ? "Decline" : "Dismiss"), close, "plain"));
    return place;
  }

  /** @param {Offer} offer */
  words({ kind, text, title }) {
    if (kind === "start") return say("The start of the lesson “{title}”", { title: title ?? text });
    return kind === "state" ? say("A prepared cluster: {title}", { title: text }) : text;
  }

  /** How an offer is taken. @param {Offer} offer @param {() => void} close @returns {HTMLElement[]} */
  ways({ id, kind, text }, close) {
    if (kind === "command") return [button(`▸ ${say("Run")}`, () => {
      this.terminals.run(text);
      close();
    })];
    if (kind === "state") return [button(say("Go on from it"), () => this.wire.put({ type: "state.taken", offer: id }))];
    const first = document.querySelector("[data-step]"), here = document.getElementById("lab")?.dataset.lesson === text;
    if (kind === "start" && here && first instanceof HTMLElement) return [button(say("Begin again"), () => {
      this.wire.put({ type: "step.begun-again", step: first.dataset.step });
      close();
    })];
    return kind === "start" ? [Object.assign(document.createElement("a"), { className: "button small", href: `/lessons/${text}/`, textContent: say("Open the lesson") })] : [];
  }
}
