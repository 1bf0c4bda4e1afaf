// Jumps of the clock: where they can go, how far one has come, how it ended.
import { announce, say } from "./words.js";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** How jumps end, in words. @type {Record<string, string>} */
const ENDS = {
  reached: "It is {time} now in the cluster.",
  limit: "It did not happen within a day. It is {time} now in the cluster.",
  idle: "Nothing more will happen by itself.",
  stopped: "Stopped. It is {time} now in the cluster.",
};

export class Jumps {
  /**
   * @param {import("./wire.js").Wire} wire
   * @param {{time: (at: number) => string, looked: () => string, back: () => void, banner: (text: string) => void}} hands time: how a time is
   *   written; looked: the Pod that is looked at, as namespace/name; back: leave the past
   */
  constructor(wire, hands) {
    this.wire = wire;
    this.hands = hands;
    this.panel = byId("jump-panel");
    this.opener = byId("time-jump");
    /** The Pods that there are. namespace/name @type {Set<string>} */
    this.pods = new Set();
    this.listen();
    this.press();
  }

  listen() {
    const { wire } = this;
    wire.on("picture", ({ past, tables }) => {
      if (!past) this.pods = new Set(tables.pods.rows.map((/** @type {any} */ row) => row.key));
    });
    wire.on("rows.changed", ({ table, put, gone }) => {
      if (table !== "pods") return;
      for (const { key } of put) this.pods.add(key);
      for (const key of gone) this.pods.delete(key);
    });
    wire.on("jump.ended", ({ reason, at }) => {
      const text = say(ENDS[reason] ?? ENDS.reached, { time: this.hands.time(at) });
      announce(text);
      if (reason === "idle" || reason === "limit") this.hands.banner(text);
    });
  }

  press() {
    for (const button of this.panel.querySelectorAll("[data-seconds]"))
      button.addEventListener("click", () => this.go({ to: "time", seconds: Number(/** @type {HTMLElement} */ (button).dataset.seconds) }));
    byId("jump-change").addEventListener("click", () => this.go({ to: "change" }));
    byId("jump-pod").addEventListener("submit", (event) => {
      event.preventDefault();
      const [pod, namespace = ""] = this.which.value.trim().split("/").reverse();
      if (pod) this.go({ to: "pod", namespace, pod, state: /** @type {HTMLSelectElement} */ (byId("jump-state")).value });
    });
    byId("time-stop").addEventListener("click", () => this.wire.put({ type: "clock.set" }));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.panel.hidden && ![this.panel, this.opener].some((part) => part.contains(/** @type {Node} */ (target)))) this.close();
    });
  }

  /** The Pod that is waited for; it need not be there yet. */
  get which() {
    return /** @type {HTMLInputElement} */ (byId("jump-which"));
  }

  /** Offer the Pods that there are; the one that is looked at is named first of all. */
  offer() {
    const keys = [...this.pods].sort(), looked = this.hands.looked();
    /** @param {string} key */
    const short = (key) => key.replace(/^default\//, "");
    byId("jump-pods").replaceChildren(...keys.map((key) => new Option("", short(key))));
    if (keys.includes(looked)) this.which.value = short(looked);
    else this.which.value ||= short(keys[0] ?? "");
  }

  close() {
    this.panel.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
  }

  /** @param {any} wish */
  go(wish) {
    this.close();
    this.opener.focus();
    this.hands.back();
    this.wire.put({ type: "clock.jumped", ...wish });
  }

  /** How far a jump has come. @param {any} jump */
  draw({ kind, from, until, at, pod, state }) {
    const progress = /** @type {HTMLProgressElement} */ (byId("jump-progress")), { time } = this.hands;
    if (kind === "time") progress.value = (at - from) / Math.max(until - from, 1);
    else progress.removeAttribute("value");
    const what = kind === "pod" ? say("until {name} is {state}", { name: pod, state }) : kind === "time" ? say("until {time}", { time: time(until) }) : say("until something happens");
    byId("jump-what").textContent = `${what} · ${time(at)}`;
  }
}
