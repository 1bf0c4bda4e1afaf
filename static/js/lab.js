// The workbench: puts the parts of the page together.
import { answerWhy, LastFailure } from "./asking.js";
import { now, setClock, standsStill } from "./clock.js";
import { InClass } from "./inclass.js";
import { Beside } from "./beside.js";
import { Editor } from "./editor.js";
import { Held } from "./held.js";
import { Finder } from "./finder.js";
import { keep, kept } from "./keeping.js";
import { Lesson } from "./lesson.js";
import { keepFocus } from "./lostfocus.js";
import { PlainView } from "./plain.js";
import { Pod } from "./pod.js";
import { Registry } from "./registry.js";
import { wireSplits } from "./split.js";
import { Things } from "./things.js";
import { showAges, Table } from "./tables.js";
import { viewTabs } from "./tabs.js";
import { TimeBar } from "./timebar.js";
import { Terminals } from "./terminals.js";
import { Tour } from "./tour.js";
import { wireTouchKeys } from "./touchkeys.js";
import { say } from "./words.js";
import { Wire } from "./wire.js";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const lab = byId("lab");
const wire = new Wire(lab.dataset.socket ?? `/ws/sandboxes/${lab.dataset.sandbox}/`, lab.dataset.language ?? "en");
const terminals = new Terminals(wire, lab.dataset.nonce ?? "");
const plain = new PlainView(wire, terminals);

// --- tables, the selected Pod
const pods = new Table("pods", (key) => pod.look(key === pod.key ? "" : key));
/** @type {Record<string, Table>} */
const tables = { pods, services: new Table("services"), events: new Table("events") };
const pod = new Pod(wire, pods);
const things = new Things(wire);
wire.on("picture", (picture) => {
  for (const [name, table] of Object.entries(tables)) table.see(picture.tables[name]);
  pods.mark(pod.key);
});
wire.on("rows.changed", (change) => tables[change.table]?.change(change));
setInterval(showAges, 1000);

// --- panes that come when they are first opened, and what they share: the selected thing is shown beside the one that is open
/** @type {Record<string, () => Promise<unknown>>} */
const later = {
  map: async () => new (await import("./map.js")).ClusterMap(byId("view-map"), things, pod),
  life: async () => new (await import("./life.js")).LifeLine(byId("view-life"), wire, pod),
};
/** @type {Record<string, any>} */
const opened = {};

/** @param {string} view */
async function openLater(view) {
  if (view === "pods" || view === "map") byId(`view-${view}`).append(byId("pod"));
  if (view in later) (await (opened[view] ??= later[view]())).draw(true);
}
byId("pod-life").addEventListener("click", async () => {
  chooseView("life");
  (await opened.life).look(pod.key);
});

// --- the panel's tabs, the editor
const chooseView = viewTabs(byId("panel-tabs"), (view) => {
  if (view !== "why") keep("view", view);
  lab.dataset.view = view;
  lab.dispatchEvent(new Event("view"));
  if (view === "editor") editor.show();
  openLater(view);
});
const editor = new Editor(wire, lab, {
  front: () => {
    if (lab.dataset.maximised === "console") /** @type {HTMLElement} */ (lab.querySelector("[data-maximise=console]")).click();
    chooseView("editor");
    byId("panel").scrollIntoView({ block: "nearest" });
  },
  back: () => terminals.current?.term.focus(),
  refused: (reason) => banner(say("That was refused: {reason}", { reason })),
  run: (line) => terminals.run(line),
});
new Registry(wire, () => chooseView("pods"));
wireSplits(lab);
const viewed = /** @type {string} */ (kept("view", "pods"));
chooseView(viewed === "registry" ? "pods" : viewed);

// --- the lesson
const lesson = document.getElementById("lesson");
if (lesson) 
  new Lesson(lesson, wire, terminals, {
    open: (path, content) => editor.put(path, content),
    show: (path) => {
      chooseView("editor");
      editor.open(path);
    },
  });

// --- why?
const lastFailure = new LastFailure(wire, terminals);
answerWhy(wire, terminals, {
  front: () => {
    if (lab.dataset.maximised === "console") /** @type {HTMLElement} */ (lab.querySelector("[data-maximise=console]")).click();
    byId("tab-why").hidden = false;
    chooseView("why");
    byId("panel").scrollIntoView({ block: "nearest" });
  },
  back: () => {
    chooseView(kept("view", "pods"));
    byId("tab-why").hidden = true;
  },
  open: (path, line) => {
    chooseView("editor");
    editor.open(path, line);
  },
});

// --- the bar over the console
const menu = byId("hosts"), opener = byId("new-terminal");

/** @param {boolean} open */
function showMenu(open) {
  menu.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (!open) return;
  menu.replaceChildren(...terminals.hosts.map((host) => {
    const item = Object.assign(document.createElement("button"), { type: "button", textContent: host });
    item.setAttribute("role", "menuitem");
    item.addEventListener("click", () => {
      showMenu(false);
      terminals.choose(terminals.open(host));
      terminals.current?.term.focus();
    });
    return item;
  }));
  /** @type {HTMLElement} */ (menu.firstElementChild).focus();
}
opener.addEventListener("click", () => showMenu(Boolean(menu.hidden)));
menu.addEventListener("keydown", (event) => {
  const items = /** @type {HTMLElement[]} */ ([...menu.children]), at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
  else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
  else if (event.key === "Escape") {
    showMenu(false);
    opener.focus();
  } else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  if (!menu.hidden && !menu.parentElement?.contains(/** @type {Node} */ (event.target))) showMenu(false);
});
byId("split-terminal").addEventListener("click", () => terminals.split(!terminals.isSplit));
byId("pod-shell").addEventListener("click", () => pod.shell && terminals.runApart(pod.shell));
new Finder(terminals);
wireTouchKeys(terminals);
byId("close-terminal").addEventListener("click", () => terminals.close(terminals.active));
byId("interrupt").addEventListener("click", () => {
  terminals.current?.console.type("\x03");
  terminals.current?.term.focus();
});

/** @type {number | undefined} */
let busyTimer;
terminals.moved = (/** @type {import("./terminals.js").Place} */ { console }) => {
  if (console.name !== terminals.active) return;
  plain.see(console);
  lastFailure.show();
  byId("close-terminal").hidden = terminals.places.size < 2;
  byId("close-terminal").setAttribute("aria-label", say("Close the terminal {name}", { name: console.name }));
  clearTimeout(busyTimer);
  if (console.mode !== "busy") byId("busy").hidden = true;
  else busyTimer = setTimeout(() => (byId("busy").hidden = !terminals.current?.console.busy), 700);
};

// --- the connection and the clock
const SAID_ELSEWHERE = ["file.saved", "why.wanted", "question.answered"];
const connection = byId("connection");

/** @param {string} text */
function banner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

/** @param {string} state @param {string} text */
function showConnection(state, text) {
  if (connection.dataset.state === state && connection.lastElementChild?.textContent === text) return;
  connection.dataset.state = state;
  /** @type {HTMLElement} */ (connection.lastElementChild).textContent = text;
}
const showThere = () => showConnection("there", say(standsStill() ? "Clock stands still" : "Connected"));
wire.on("picture", ({ clock }) => setClock(clock));
wire.on("clock", (clock) => {
  setClock(clock);
  showThere();
});
wire.on("there", () => {
  showThere();
  banner("");
  showAges();
});
wire.on("away", ({ reason }) => {
  setClock({ now: now(), running: false });
  showConnection("away", say("Trying again…"));
  banner(say(reason ?? "Connection lost. What you type is kept."));
});
wire.on("refused", ({ of, reason }) => {
  if (!of.startsWith("terminal.") && !SAID_ELSEWHERE.includes(of)) banner(say("That was refused: {reason}", { reason: say(reason) }));
});
wire.on("unreadable", () => banner(say("This lab was stored by another release. Start it anew.")));

// --- dialogs and the way from part to part
wire.on("wish.told", ({ what }) => {
  const dialog = /** @type {HTMLDialogElement} */ (byId("kubectl-dialog"));
  if (what === "kubeconfig" && !dialog.open) dialog.showModal();
});
for (const button of document.querySelectorAll("[data-dialog]"))
  button.addEventListener("click", () => /** @type {HTMLDialogElement} */ (byId(/** @type {HTMLElement} */ (button).dataset.dialog ?? "")).showModal());
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog")?.close());

addEventListener("keydown", (event) => {
  const keys = /** @type {HTMLDialogElement} */ (byId("keys-dialog"));
  if (event.key !== "?" || /** @type {HTMLElement} */ (event.target).closest("input, textarea, select, [contenteditable=true], dialog")) return;
  event.preventDefault();
  keys.showModal();
});
new Tour(wire, (line) => terminals.current?.console.submit(line));

keepFocus();
const PARTS = ["lesson", "authoring", "console", "panel", "time"];

/** What is to be seen of a kind in a part of the page, the first of it. @param {HTMLElement} part @param {string} kind */
const within = (part, kind) => /** @type {HTMLElement[]} */ ([...part.querySelectorAll(kind)]).find((one) => one.offsetParent !== null);

/** The next part of the page gets the focus: where one would begin there. @param {number} step */
function go(step) {
  const parts = PARTS.map((id) => document.getElementById(id)).filter((part) => part && part.offsetParent !== null);
  const at = parts.findIndex((part) => part?.contains(document.activeElement));
  const next = parts[(at + step + parts.length) % parts.length];
  if (next?.id === "console" && byId("plain").hidden) terminals.current?.term.focus();
  else if (next?.id === "console") byId("command").focus();
  else if (next) (within(next, "[role=tab][aria-selected=true], .scroll") ?? within(next, "button, [tabindex='0']") ?? next).focus();
}
addEventListener("keydown", (event) => {
  if (event.key !== "F6") return;
  event.preventDefault();
  go(event.shiftKey ? -1 : 1);
}, true);

// Where the parts stand one below the other: to the step at hand, the console, the panel.
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".part-links a")))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const part = byId(link.hash.slice(1));
    part.focus({ preventScroll: true });
    (part.querySelector("[aria-current=step]") ?? part).scrollIntoView({ block: "start" });
  });

new Held(wire);
if (wire.looks && !lab.dataset.socket) new Beside(wire, terminals);
else if (!wire.looks) new InClass(wire, terminals);
new TimeBar(wire, lab, { terminal: () => terminals.active, banner });
wire.connect();
