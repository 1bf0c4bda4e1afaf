// The things of the cluster as the map shows them (labsite/console/map.py), and which of them are others since they were drawn.

/**
 * @typedef {{name: string, kind: string, state: string, reason: string, ready: boolean, restarts: number}} Container
 * @typedef {{key: string, kind: string, resource: string, name: string, namespace: string, owner: string, status?: string, ready?: string,
 *   restarts?: string, node?: string, ip?: string, containers?: Container[], claims?: string[], roles?: string, taints?: string[], pressure?: string[],
 *   wanted?: number | null, count?: number, ports?: string[], endpoints?: Array<{to: string, ready: boolean}>, volume?: string, size?: string}} Thing
 */

export class Things {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    /** @type {Map<string, Thing>} */
    this.all = new Map();
    /** Called when something is other; *anew*: all of it was sent. @type {(anew: boolean) => void} */
    this.moved = () => {};
    wire.on("picture", ({ map }) => {
      this.all = new Map((map ?? []).map((/** @type {Thing} */ thing) => [thing.key, thing]));
      this.moved(true);
    });
    wire.on("map.changed", ({ put, gone }) => {
      for (const key of gone) this.all.delete(key);
      for (const thing of put) this.all.set(thing.key, thing);
      this.moved(false);
    });
  }

  /** @param {string} kind */
  of(kind) {
    return [...this.all.values()].filter((thing) => thing.kind === kind);
  }
}
