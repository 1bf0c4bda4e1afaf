// The Pod that is looked at: its describe text and its log.
import { keep, kept } from "./keeping.js";
import { viewTabs } from "./tabs.js";
import { say } from "./words.js";

const MOST_LINES = 1000;

export class Pod {
  /** @param {import("./wire.js").Wire} wire @param {import("./tables.js").Table} pods */
  constructor(wire, pods) {
    this.wire = wire;
    this.pods = pods;
    this.place = /** @type {HTMLElement} */ (document.getElementById("pod"));
    this.name = /** @type {HTMLElement} */ (document.getElementById("pod-name"));
    this.text = /** @type {HTMLElement} */ (document.getElementById("view-describe"));
    this.log = /** @type {HTMLElement} */ (document.getElementById("view-log"));
    this.container = /** @type {HTMLSelectElement} */ (document.getElementById("container"));
    this.key = "";
    const choose = viewTabs(/** @type {HTMLElement} */ (document.getElementById("pod-tabs")), (view) => keep("pod-view", view));
    choose(kept("pod-view", "describe"));
    this.container.addEventListener("change", () => this.look(this.key, this.container.value));
    document.getElementById("pod-close")?.addEventListener("click", () => this.look(""));
    wire.on("picture", ({ focus }) => (focus.pod ? this.see(focus, focus.log) : this.hide()));
    wire.on("focus.changed", (focus) => this.see(focus));
    wire.on("log.shown", (shown) => this.shown(shown));
  }

  /** Look at another Pod; none if the key is empty. @param {string} key namespace/name @param {string} [container] */
  look(key, container = "") {
    const [namespace, pod] = key ? key.split("/") : ["", ""];
    this.wire.ask({ type: "focus.moved", namespace, pod, container });
    if (!pod) this.hide();
  }

  hide() {
    this.key = "";
    this.place.hidden = true;
    this.pods.mark("");
  }

  /** @param {any} focus @param {string[]} [log] */
  see(focus, log) {
    if (!focus.pod) return this.hide();
    this.key = `${focus.namespace}/${focus.pod}`;
    this.place.hidden = false;
    this.name.textContent = focus.namespace === "default" ? focus.pod : this.key;
    if (this.text.textContent !== focus.describe) this.text.textContent = focus.describe;
    this.choices(focus.containers, focus.container);
    this.pods.mark(this.key);
    if (log) this.shown({ ...focus, lines: log, fresh: true });
  }

  /** @param {string[]} names @param {string} chosen */
  choices(names, chosen) {
    const now = [...this.container.options].map((option) => option.value);
    if (now.join() !== names.join()) this.container.replaceChildren(...names.map((name) => new Option(name, name)));
    if (document.activeElement !== this.container || this.container.value !== chosen) this.container.value = chosen;
  }

  /** @param {{namespace: string, pod: string, container: string, lines: string[], fresh: boolean}} shown */
  shown({ namespace, pod, lines, fresh }) {
    if (`${namespace}/${pod}` !== this.key) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    const before = fresh || this.log.dataset.empty ? [] : (this.log.textContent ?? "").split("\n").slice(0, -1);
    const all = [...before, ...lines.map((line) => line.replace(/\n$/, ""))].slice(-MOST_LINES);
    this.log.dataset.empty = all.length ? "" : "yes";
    this.log.textContent = all.length ? `${all.join("\n")}\n` : say("no log yet");
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }
}
