// What the map says of a thing, in words: for screen readers, for the table, and beside its shape.
import { NOWHERE } from "./maplayout.js";
import { lookOf } from "./tables.js";
import { say } from "./words.js";

/** @typedef {import("./things.js").Thing} Thing */

/** The sign of a container's state: not only its colour differs. @type {Record<string, string>} */
export const SIGNS = { running: "●", waiting: "◐", ended: "○", failed: "▲", "": "·" };

/** A name, with its namespace where that is not the usual one. @param {Thing} thing */
export const named = ({ name, namespace }) => (namespace && namespace !== "default" ? `${namespace}/${name}` : name);

/** How many are ready of how many. @param {Thing} thing */
const counted = ({ count = 0, wanted }) => (wanted === null || wanted === undefined ? String(count) : `${count}/${wanted}`);

/** A container and its state. @param {import("./things.js").Container} container */
function contained({ name, kind, state, reason, ready, restarts }) {
  const parts = [kind === "container" ? name : `${name} (${kind})`, reason || state || "—"];
  if (state === "running" && kind !== "init") parts.push(ready ? say("ready") : say("not ready"));
  if (restarts) parts.push(restarts === 1 ? say("1 restart") : say("{number} restarts", { number: restarts }));
  return parts.join(" ");
}

/** @type {Record<string, (thing: Thing) => string[]>} */
const DETAILS = {
  Pod: (thing) => [thing.node ? say("on {node}", { node: thing.node }) : say("on no node"), ...(thing.containers ?? []).map(contained), ...(thing.claims ?? []).map((key) => `PVC ${key.split("/")[2]}`)],
  Node: (thing) => [thing.roles ?? "", ...(thing.taints ?? []).map((taint) => say("taint {taint}", { taint })), ...(thing.pressure ?? [])],
  Service: (thing) => [thing.ip ?? "", ...(thing.ports ?? []), led(thing)],
  PersistentVolumeClaim: (thing) => [thing.size ?? "", thing.volume ?? ""],
};

/** How many endpoints a Service has. @param {Thing} thing */
export function led({ endpoints = [] }) {
  const ready = endpoints.filter((each) => each.ready).length;
  if (endpoints.length > ready) return say("{ready} of {all} endpoints ready", { ready, all: endpoints.length });
  return ready === 1 ? say("1 endpoint ready") : say("{ready} endpoints ready", { ready });
}

/** The status in a word or two. @param {Thing} thing */
export function status(thing) {
  if (thing.kind === "Pod") return `${thing.status} ${thing.ready ?? ""}`.trim();
  return thing.status ?? say("{count} ready", { count: counted(thing) });
}

/** How a thing's status looks. @param {Thing} thing */
export function look(thing) {
  if (thing.kind === "Pod" || thing.kind === "Node") return lookOf((thing.status ?? "").split(",")[0]);
  if (thing.kind === "PersistentVolumeClaim") return thing.status === "Bound" ? "good" : "wait";
  if (thing.kind === "Service") return thing.endpoints?.some((each) => each.ready) ? "good" : "wait";
  return (thing.count ?? 0) >= (thing.wanted ?? 0) ? "good" : "wait";
}

/** What else is to be said. @param {Thing} thing */
export const details = (thing) => (DETAILS[thing.kind]?.(thing) ?? []).filter(Boolean);

/** All of it in one sentence. @param {string} key @param {Thing | undefined} thing */
export function sentence(key, thing) {
  if (key === NOWHERE || !thing) return say("Not on a node");
  return [`${thing.kind} ${named(thing)}`, status(thing), ...details(thing)].join(say(", "));
}
