// What is written in the editor and not saved, kept in this browser over a reload. Each page keeps its own texts, so that two tabs of one
// learner never write over one another; what a page left behind that is closed, the next one goes on from.
import { sum } from "./differences.js";
import { drop, elsewhere, keep, kept, names, page } from "./keeping.js";

/** What a page has written. `seen`: signs of others' texts that it goes on from, or has put aside.
 * `over`: the sign of the host's text that it was written over (older pages do not say it).
 * @typedef {{text: string, at: number, seen: string[], over?: string}} Version */

const MOST_SEEN = 8;
const NAME = /^draft\.[^/]+\//; // page, path
const BEFORE = "before"; // a page that is gone

/** A short sign of a version. @param {Version} version */
const sign = ({ text, at }) => `${text.length}.${sum(text)}.${at}`;

export class Drafts {
  /** @param {(path: string) => void} changed another page has written, or saved, what it had at path */
  constructor(changed) {
    /** By page, then by path. @type {Map<string, Map<string, Version>>} */
    this.pages = new Map([[page, new Map()]]);
    this.inherit();
    for (const name of names().filter((each) => NAME.test(each))) this.learn(name, kept(name, null));
    elsewhere((name, value) => {
      if (!NAME.test(name)) return;
      const [of, path] = parts(name);
      if (of === page) return this.own.has(path) && this.write(path);
      this.learn(name, value);
      this.answer(path, value);
      changed(path);
    });
  }

  /** What an older release has kept, for all pages together. */
  inherit() {
    const texts = /** @type {Record<string, string>} */ (kept("drafts", {}));
    for (const [path, text] of Object.entries(texts)) keep(`draft.${BEFORE}${path}`, { text, at: 0, seen: [] });
    drop("drafts");
  }

  /** @returns {Map<string, Version>} */
  get own() {
    return this.pages.get(page) ?? new Map();
  }

  /** @param {string} name under which it is kept @param {Version | null} version */
  learn(name, version) {
    const [of, path] = parts(name), texts = this.pages.get(of) ?? new Map();
    this.pages.set(of, texts);
    if (version) texts.set(path, version);
    else texts.delete(path);
  }

  /** Another page takes this one's text for left behind; it is not. @param {string} path @param {Version | null} other */
  answer(path, other) {
    const own = this.own.get(path);
    if (!own || !other?.seen.includes(sign(own)) || other.text === own.text) return;
    own.at = Math.max(Date.now(), own.at + 1);
    this.write(path);
  }

  /** The files with text that is not saved, here or in another page. */
  get paths() {
    return [...new Set([...this.pages.values()].flatMap((texts) => [...texts.keys()]))];
  }

  /** Whether such a file is one of them. @param {string} path */
  has(path) {
    return [...this.pages.values()].some((texts) => texts.has(path));
  }

  /** What other pages have written, the newest first. @param {string} path @returns {Array<{of: string, version: Version}>} */
  others(path) {
    const found = [...this.pages].map(([of, texts]) => ({ of, version: texts.get(path) })).filter(({ of, version }) => version && of !== page);
    return /** @type {Array<{of: string, version: Version}>} */ (found).sort((one, other) => other.version.at - one.version.at);
  }

  /** The text with which a file is opened, and whether it is another page's; null if all is saved. @param {string} path */
  first(path) {
    const own = this.own.get(path), version = own ?? this.others(path)[0]?.version;
    return version ? { text: version.text, over: version.over, mirrors: !own } : null;
  }

  /** Another page's text that is neither this page's nor one that it knows of. @param {string} path @param {string} text what stands here */
  rival(path, text) {
    const seen = this.own.get(path)?.seen ?? [];
    return this.others(path).find(({ version }) => version.text !== text && !seen.includes(sign(version)));
  }

  /** Keep what is written here. @param {string} path @param {string} text @param {string} [over] */
  keep(path, text, over = this.own.get(path)?.over) {
    const own = this.own.get(path);
    if (own?.text === text && own.over === over) return; // else two pages would answer one another for ever
    this.own.set(path, { text, at: Date.now(), seen: own?.seen ?? [], over });
    this.write(path);
  }

  /** This page goes on from another's text, or puts it aside. @param {string} path @param {Version} other @param {string} here what stands here */
  see(path, other, here) {
    this.keep(path, here);
    const own = /** @type {Version} */ (this.own.get(path));
    own.seen = [...own.seen, sign(other)].slice(-MOST_SEEN);
    this.write(path);
  }

  /** @param {string} path */
  write(path) {
    keep(`draft.${page}${path}`, this.own.get(path));
  }

  /** Nothing is unsaved here any more. @param {string} path */
  forget(path) {
    if (this.own.delete(path)) drop(`draft.${page}${path}`);
  }

  /** It is saved as *text*: what it went on from is over. A page that still has it open keeps it again. @param {string} path @param {string} text */
  settle(path, text) {
    const seen = this.own.get(path)?.seen ?? [];
    for (const { of, version } of this.others(path)) {
      if (version.text !== text && !seen.includes(sign(version))) continue;
      this.pages.get(of)?.delete(path);
      drop(`draft.${of}${path}`);
    }
    this.forget(path);
  }
}

/** The page, and the path of the file. @param {string} name */
function parts(name) {
  const at = name.indexOf("/");
  return [name.slice("draft.".length, at), name.slice(at)];
}
