// Where everything stands on the map: pure arithmetic over the things and a width, so that the page need not be measured.

/** @typedef {import("./things.js").Thing} Thing */
/** @typedef {{x: number, y: number, w: number, h: number, form: string}} Box */
/** @typedef {{id: string, from: string, to: string, form: string}} Line */
/** @typedef {{boxes: Map<string, Box>, lines: Line[], width: number, height: number, size: string}} Layout */

export const WORKLOADS = ["CronJob", "Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"];
/** The key of the place for Pods that are on no node. */
export const NOWHERE = "nowhere";
const EDGE = 10, GAP = 6, SIDE = 190, NARROW = 700, ROW = 42, INDENT = 14, HEAD = 26, LINE = 16;
/** How large Pods are drawn, by how many there are: up to that number, width, height, name. @type {Array<[number, number, number, string]>} */
const SIZES = [[48, 150, 46, "full"], [160, 104, 26, "short"], [Infinity, 24, 24, "tiny"]];
/** Up to how many Pods all lines are drawn; of more, and where they would cross all else, those of the selected thing. */
const FEW = 48;

/** @param {Thing} one @param {Thing} other */
const byKey = (one, other) => (one.key < other.key ? -1 : 1);

class Placing {
  /** @param {Map<string, Thing>} things @param {number} width @param {string} selected */
  constructor(things, width, selected) {
    this.things = things;
    this.selected = selected;
    this.width = Math.max(width, 280);
    this.narrow = this.width < NARROW;
    this.sorted = [...things.values()].sort(byKey);
    this.pods = this.sorted.filter(({ kind }) => kind === "Pod");
    const [, w, h, size] = SIZES.find(([most]) => this.pods.length <= most) ?? SIZES[2];
    this.w = w;
    this.h = h;
    this.size = size;
    /** @type {Map<string, Box>} */
    this.boxes = new Map();
  }

  /** @returns {Layout} */
  all() {
    const middle = this.narrow ? EDGE : EDGE + SIDE + 5 * EDGE;
    const left = this.workloads(EDGE, EDGE);
    const nodes = this.nodes(middle, this.narrow ? left + EDGE : EDGE, this.width - 2 * middle);
    const right = this.others(this.narrow ? EDGE : this.width - EDGE - SIDE, this.narrow ? nodes : EDGE);
    return { boxes: this.boxes, lines: this.lines(), width: this.width, height: Math.max(left, nodes, right) + EDGE, size: this.size };
  }

  /** One below the other; on a narrow map also side by side. @param {number} x @param {number} y @param {Array<(x: number, y: number) => number>} groups each is put somewhere, and says where it ends */
  stack(x, y, groups) {
    const across = this.narrow ? Math.max(Math.floor((this.width - 2 * EDGE + GAP) / (SIDE + GAP)), 1) : 1;
    for (let at = 0; at < groups.length; at += across) y = Math.max(...groups.slice(at, at + across).map((put, column) => put(x + column * (SIDE + GAP), y)));
    return y;
  }

  /** What makes Pods, with what it has made below it. @param {number} x @param {number} y */
  workloads(x, y) {
    const makers = this.sorted.filter(({ kind }) => WORKLOADS.includes(kind));
    /** @param {Thing} thing @param {number} depth @param {number} x @param {number} y @returns {number} */
    const put = (thing, depth, x, y) => {
      this.boxes.set(thing.key, { x: x + depth * INDENT, y, w: SIDE - depth * INDENT, h: ROW, form: "workload" });
      return makers.filter(({ owner }) => owner === thing.key).reduce((end, below) => put(below, depth + 1, x, end), y + ROW + GAP);
    };
    return this.stack(x, y, makers.filter(({ owner }) => !this.things.has(owner)).map((thing) => (x, y) => put(thing, 0, x, y)));
  }

  /** Nodes one below the other, with their Pods in them; before them Pods that are on none. @param {number} x @param {number} y @param {number} w */
  nodes(x, y, w) {
    const nodes = this.sorted.filter(({ kind }) => kind === "Node");
    const names = new Set(nodes.map(({ name }) => name));
    const lost = this.pods.filter(({ node }) => !names.has(node ?? ""));
    if (lost.length) y = this.card(NOWHERE, lost, 0, x, y, w);
    for (const node of nodes) {
      const notes = (node.taints?.length ?? 0) + (node.pressure?.length ? 1 : 0);
      y = this.card(node.key, this.pods.filter((pod) => pod.node === node.name), notes, x, y, w);
    }
    return y;
  }

  /** @param {string} key @param {Thing[]} pods @param {number} notes @param {number} x @param {number} y @param {number} w */
  card(key, pods, notes, x, y, w) {
    const across = Math.max(Math.floor((w - GAP) / (this.w + GAP)), 1), top = y + HEAD + notes * LINE;
    const wide = Math.min(this.w, w - 2 * GAP);
    pods.forEach((pod, at) => {
      const place = { x: x + GAP + (at % across) * (this.w + GAP), y: top + Math.floor(at / across) * (this.h + GAP) };
      this.boxes.set(pod.key, { ...place, w: wide, h: this.h, form: this.size });
    });
    const h = HEAD + notes * LINE + Math.max(Math.ceil(pods.length / across), 1) * (this.h + GAP) + 2;
    this.boxes.set(key, { x, y, w, h: pods.length ? h : HEAD + notes * LINE + GAP, form: "node" });
    return y + (pods.length ? h : HEAD + notes * LINE + GAP) + EDGE;
  }

  /** Services, and claims below them. @param {number} x @param {number} y */
  others(x, y) {
    /** @param {Thing} thing */
    const put = ({ key, kind }) => (/** @type {number} */ x, /** @type {number} */ y) => {
      this.boxes.set(key, { x, y, w: SIDE, h: ROW, form: kind === "Service" ? "service" : "claim" });
      return y + ROW + GAP;
    };
    const found = ["Service", "PersistentVolumeClaim"].flatMap((kind) => this.sorted.filter((each) => each.kind === kind));
    return this.stack(x, y, found.map(put));
  }

  /** What leads to what. All of it where there are few Pods, else only that of the selected thing. */
  lines() {
    const few = this.pods.length <= FEW && !this.narrow;
    /** @type {Line[]} */
    const found = [];
    /** @param {string} from @param {string} to @param {string} form */
    const add = (from, to, form) => {
      const chosen = this.selected === from || this.selected === to;
      if ((few || chosen) && this.boxes.has(from) && this.boxes.has(to)) found.push({ id: `${from} ${to}`, from, to, form: chosen ? `${form} chosen` : form });
    };
    for (const thing of this.sorted) {
      if (thing.owner) add(thing.owner, thing.key, "owns");
      for (const { to, ready } of thing.endpoints ?? []) add(thing.key, to, ready ? "leads" : "leads not-ready");
      for (const claim of thing.claims ?? []) add(claim, thing.key, "mounts");
    }
    return found;
  }
}

/** @param {Map<string, Thing>} things @param {number} width pixels @param {string} selected a key */
export const place = (things, width, selected) => new Placing(things, width, selected).all();

/** A line from box to box, from the sides that face each other. @param {Box} from @param {Box} to */
export function path(from, to) {
  if (from.form === "workload" && to.form === "workload") return `M${from.x + 7} ${from.y + from.h}V${to.y + to.h / 2}H${to.x}`;
  const rightwards = to.x >= from.x + from.w, [x1, x2] = rightwards ? [from.x + from.w, to.x] : from.x >= to.x + to.w ? [from.x, to.x + to.w] : [from.x + from.w / 2, to.x + to.w / 2];
  const y1 = from.y + from.h / 2, y2 = to.y + to.h / 2, bend = (x2 - x1) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
