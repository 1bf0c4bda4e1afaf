// What is known of kinds: the server's own as files that the browser keeps, custom ones from the cluster (simulator/kubectl/shapes.py).

/** @typedef {{type: string, form: string, ref: string, required: boolean, text: string, values: string[]}} Field */
/** @typedef {{text: string, fields: Record<string, Field>}} Definition */
/** @typedef {{root: string, definitions: Record<string, Definition>}} Shape */
/** What stands at a path: the fields that may be there, if it is an object; the field itself.
 * @typedef {{definition: Definition | null, field: Field | null, inList: boolean, item: boolean}} Spot */

const PATIENCE = 5000;

export class Kinds {
  /** @param {import("./wire.js").Wire} wire @param {string} index the address of the list */
  constructor(wire, index) {
    this.wire = wire;
    this.index = index;
    /** @type {Promise<any> | null} */
    this.builtIn = null;
    /** @type {Map<string, Promise<Shape | null>>} */
    this.shapes = new Map();
    /** @type {Map<string, (answer: any) => void>} */
    this.waiting = new Map();
    for (const type of ["kind", "kinds"])
      wire.on(type, (answer) => {
        this.waiting.get(answer.id)?.(answer);
        this.waiting.delete(answer.id);
      });
  }

  /** @param {string} version @param {string} kind @returns {Promise<any>} null if nobody answers */
  ask(version, kind) {
    const id = this.wire.name();
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      setTimeout(() => resolve(null), PATIENCE);
      this.wire.ask({ type: "kind.wanted", id, version, kind });
    });
  }

  /** @param {string} address */
  async fetched(address) {
    try {
      const response = await fetch(address);
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  /** All kinds that can be created. @returns {Promise<Array<[string, string]>>} */
  async list() {
    this.builtIn ??= this.fetched(this.index);
    const [own, custom] = await Promise.all([this.builtIn, this.ask("", "")]);
    return [...(own ?? []), ...(custom?.kinds ?? [])];
  }

  /** @param {string} version @param {string} kind @returns {Promise<Shape | null>} */
  shape(version, kind) {
    const name = `${version}/${kind}`;
    if (!version || !/^[A-Za-z]\w*$/.test(kind)) return Promise.resolve(null);
    const known = this.shapes.get(name);
    if (known) return known;
    const found = this.find(version, kind);
    this.shapes.set(name, found);
    found.then((shape) => shape || this.shapes.delete(name)); // it may be defined later
    return found;
  }

  /** @param {string} version @param {string} kind @returns {Promise<Shape | null>} */
  async find(version, kind) {
    const own = (await (this.builtIn ??= this.fetched(this.index))) ?? [];
    if (own.some((/** @type {string[]} */ each) => each[0] === version && each[1] === kind))
      return this.fetched(new URL(`${version}/${kind}.json`, new URL(this.index, location.href)).href);
    return version.includes(".") ? ((await this.ask(version, kind))?.shape ?? null) : null;
  }
}

/** What stands at *path* in *shape*; null if nothing is known of it. @param {Shape} shape @param {string[]} path @returns {Spot | null} */
export function spot(shape, path) {
  /** @type {Spot} */
  let here = { definition: shape.definitions[shape.root] ?? null, field: null, inList: false, item: false };
  let inMap = false;
  for (const part of path) {
    if (part === "[]") {
      if (!here.inList || !here.field) return null;
      here = { ...here, inList: false, item: true, definition: shape.definitions[here.field.ref] ?? null };
      continue;
    }
    /** @type {Field | undefined | null} */
    const field = inMap ? here.field : here.inList ? null : here.definition?.fields[part];
    if (!field) return null;
    const ends = !inMap && (field.form === "list" || field.form === "map");
    here = { field, inList: !inMap && field.form === "list", item: false, definition: ends ? null : (shape.definitions[field.ref] ?? null) };
    inMap = !inMap && field.form === "map";
  }
  return here;
}
