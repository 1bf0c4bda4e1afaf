// The registries of the scenario, as their own pages show them: projects, repositories, tags, pulls.
import { say } from "./words.js";

const PAUSE_MS = 700;
/** @typedef {{registry: string, kind: string, project: string, repository: string, tag: string, digest: string, size: number, pulls: number, private: boolean}} Image */

const COLUMNS = ["Repository", "Tag", "Digest", "Size", "Pulls"];

export class Registry {
  /** @param {import("./wire.js").Wire} wire @param {() => void} away called when there is none any more */
  constructor(wire, away) {
    this.wire = wire;
    this.away = away;
    this.place = /** @type {HTMLElement} */ (document.getElementById("registry"));
    this.tab = /** @type {HTMLElement} */ (document.getElementById("tab-registry"));
    /** @type {Map<string, number>} pulls that were shown last */
    this.pulls = new Map();
    wire.on("registries", ({ images }) => this.see(images));
    wire.on("picture", () => this.soon(0));
    wire.on("there", () => this.soon(0));
    // A pull shows in events of Pods.
    wire.on("rows.changed", ({ table }) => table === "events" && !this.tab.hidden && this.soon(PAUSE_MS));
  }

  /** @param {number} pause */
  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wire.ask({ type: "registries.wanted" }), pause);
  }

  /** @param {Image[]} images */
  see(images) {
    const had = !this.tab.hidden;
    this.tab.hidden = !images.length;
    if (had && this.tab.hidden && this.tab.getAttribute("aria-selected") === "true") this.away();
    const fresh = images.filter((image) => (this.pulls.get(name(image)) ?? image.pulls) < image.pulls).map(name);
    this.pulls = new Map(images.map((image) => [name(image), image.pulls]));
    this.place.replaceChildren(...grouped(images, (image) => image.registry).map(([host, inside]) => part(host, inside, fresh)));
    if (fresh.length && this.tab.getAttribute("aria-selected") !== "true") this.tab.classList.add("news");
  }
}

/** @param {Image} image */
const name = (image) => `${image.registry}/${image.repository}:${image.tag}`;

/** @param {Image[]} images @param {(image: Image) => string} key @returns {Array<[string, Image[]]>} */
function grouped(images, key) {
  /** @type {Map<string, Image[]>} */
  const found = new Map();
  for (const image of images) found.set(key(image), [...(found.get(key(image)) ?? []), image]);
  return [...found];
}

/** One registry. @param {string} host @param {Image[]} images @param {string[]} fresh */
function part(host, images, fresh) {
  const section = document.createElement("section");
  section.className = "registry";
  section.append(text("h2", images[0].kind === "harbor" ? `${host} (Harbor)` : host), ...grouped(images, (image) => image.project).map(([project, inside]) => table(project, inside, fresh)));
  return section;
}

/** One project. @param {string} project @param {Image[]} images @param {string[]} fresh */
function table(project, images, fresh) {
  const made = document.createElement("table"), head = document.createElement("tr"), body = document.createElement("tbody");
  const access = say(images.every((image) => image.private) ? "Private" : "Public");
  made.append(text("caption", `${project ? say("Project {name}", { name: project }) : say("Without a project")} · ${access} · ${say("Pulls: {number}", { number: images.reduce((sum, image) => sum + image.pulls, 0) })}`));
  head.append(...COLUMNS.map((column) => Object.assign(text("th", word(column)), { scope: "col" })));
  made.createTHead().append(head);
  for (const image of images) {
    const row = document.createElement("tr");
    row.classList.toggle("news", fresh.includes(name(image)));
    row.append(...[image.repository, image.tag, image.digest.slice(0, 15), size(image.size), String(image.pulls)].map((cell) => text("td", cell)));
    body.append(row);
  }
  made.append(body);
  return made;
}

/** @param {string} column */
const word = (column) => ({ Repository: say("Repository"), Tag: "Tag", Digest: say("Digest"), Size: say("Size") })[column] ?? say("Pulls");

/** Bytes as Harbor writes them. @param {number} bytes */
const size = (bytes) => (bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(2)}MiB` : `${(bytes / 1024).toFixed(2)}KiB`);

/** @param {string} tag @param {string} content */
const text = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
