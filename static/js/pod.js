// The Pod, or another thing, that is looked at: its describe text, its log, and what the open view shows.
import { askWith } from "./asking.js";
import { keep, kept } from "./keeping.js";
import { showLook } from "./looks.js";
import { viewTabs } from "./tabs.js";
import { say } from "./words.js";

const MOST_LINES = 1000;
/** Views that are to be asked for. */
const ASKED = ["yaml", "conditions", "events", "files", "processes"];
/** What other things than Pods have. @type {Record<string, string[]>} */
const HAVE = { pods: ["describe", "yaml", "conditions", "events", "log", "files", "processes"], nodes: ["describe", "yaml", "conditions", "events", "files", "processes"] };
const OTHERS = ["describe", "yaml", "conditions", "events"];

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
    this.tabs = /** @type {HTMLElement} */ (document.getElementById("pod-tabs"));
    /** namespace/name of a Pod; for other things the same with their own names. */
    this.key = "";
    this.resource = "pods";
    this.view = "describe";
    this.path = "/";
    /** Whether the learner's page, along with which this one goes, says what is shown. */
    this.along = false;
    /** What was shown along with the learner, and is not to be seen until they look at something else. */
    this.dismissed = "";
    /** Whether a view is opened because of what the server said. */
    this.led = false;
    /** Called with the key of what is looked at, as the map knows it. @type {(key: string) => void} */
    this.moved = () => {};
    this.chooseView = viewTabs(this.tabs, (view) => this.open(view));
    this.chooseView(kept("pod-view", "describe"));
    this.container.addEventListener("change", () => this.look(this.key, this.container.value, this.resource));
    document.getElementById("pod-close")?.addEventListener("click", () => this.close());
    document.getElementById("pod-along")?.addEventListener("click", () => this.look(""));
    wire.on("picture", ({ focus }) => (focus.pod ? this.see(focus, focus.log, focus.look) : this.hide()));
    wire.on("focus.changed", (focus) => this.see(focus));
    wire.on("log.shown", (shown) => this.shown(shown));
    wire.on("look.shown", (look) => this.looked(look));
  }

  /** The key of what is looked at on the map; empty if nothing is. */
  get thing() {
    return this.key && `${this.resource}/${this.key.includes("/") ? this.key : `/${this.key}`}`;
  }

  /** Look at another thing; none if the key is empty. @param {string} key namespace/name, or a name @param {string} [container] @param {string} [resource] */
  look(key, container = "", resource = "pods") {
    if (key !== this.key || resource !== this.resource) this.path = "/";
    const [namespace, pod] = key.includes("/") ? key.split("/") : ["", key];
    this.wire.ask({ type: "focus.moved", namespace, pod, container, resource, view: this.view, path: this.path });
    if (!pod) this.hide();
  }

  /** Look at it no more. What is seen along with the learner they still look at. */
  close() {
    if (!this.along) return this.look("");
    this.dismissed = this.thing;
    this.hide();
  }

  /** A view is opened. @param {string} view */
  open(view) {
    if (!this.along || !this.led) keep("pod-view", view);
    this.view = view;
    this.place.dataset.view = view;
    if (this.key && !this.led) this.look(this.key, this.container.value, this.resource);
  }

  /** Open a view that was not chosen here. @param {string} view */
  show(view) {
    this.led = true;
    this.chooseView(view);
    this.led = false;
  }

  /** The line that opens a shell in the container; empty without a Pod. */
  get shell() {
    const [namespace, pod] = this.key.split("/"), container = this.container.value;
    const where = namespace === "default" ? "" : ` -n ${namespace}`;
    return pod && this.resource === "pods" ? `kubectl exec -it ${pod}${where}${container ? ` -c ${container}` : ""} -- sh` : "";
  }

  hide() {
    this.key = "";
    this.place.hidden = true;
    this.pods.mark("");
    this.moved("");
  }

  /** @param {any} focus @param {string[]} [log] @param {any} [look] */
  see(focus, log, look) {
    this.along = Boolean(focus.along);
    if (!focus.pod) return this.hide();
    this.resource = focus.resource ?? "pods";
    this.key = focus.namespace ? `${focus.namespace}/${focus.pod}` : focus.pod;
    if (!this.along || this.dismissed !== this.thing) this.dismissed = "";
    if (this.dismissed) return this.hide();
    if ((this.along || look) && focus.view && focus.view !== this.view) this.show(focus.view);
    this.place.hidden = false;
    const own = document.getElementById("pod-along");
    if (own) own.hidden = this.along;
    this.name.textContent = focus.namespace === "default" ? focus.pod : this.key;
    const described = focus.describe || say("There is no such object.");
    this.place.classList.toggle("gone", !focus.describe);
    if (this.text.textContent !== described) this.text.textContent = described;
    this.choices(focus.containers, focus.container);
    this.offer();
    this.pods.mark(this.resource === "pods" ? this.key : "");
    this.moved(this.thing);
    const why = document.getElementById("pod-why"), { resource } = this, name = focus.pod;
    if (why) askWith(why, { about: "object", resource, namespace: focus.namespace, name }, say("Why is {name} as it is?", { name }));
    if (log) this.shown({ ...focus, lines: log, fresh: true });
    if (look?.view) this.looked(look);
    if (look && !this.along && ASKED.includes(this.view) && look.view !== this.view) this.look(this.key, focus.container, this.resource);
  }

  /** Offer the views that such a thing has. */
  offer() {
    const have = HAVE[this.resource] ?? OTHERS;
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll("[role=tab]"))) tab.hidden = !have.includes(tab.dataset.view ?? "");
    this.place.dataset.resource = this.resource;
    if (!have.includes(this.view)) this.show("describe");
  }

  /** @param {string[]} names @param {string} chosen */
  choices(names, chosen) {
    const now = [...this.container.options].map((option) => option.value);
    if (now.join() !== names.join()) this.container.replaceChildren(...names.map((name) => new Option(name, name)));
    if (document.activeElement !== this.container || this.container.value !== chosen) this.container.value = chosen;
  }

  /** @param {any} look */
  looked(look) {
    const place = document.getElementById(`view-${ASKED.includes(look.view) ? `pod-${look.view}` : ""}`);
    if (!place || look.resource !== this.resource || look.pod !== this.key.split("/").at(-1)) return;
    if (look.view === "files") this.path = look.path;
    showLook(place, look, (path) => {
      this.path = path;
      this.look(this.key, this.container.value, this.resource);
    });
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
