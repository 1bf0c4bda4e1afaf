// What this browser keeps of a lab over a reload. A browser that keeps nothing works all the same.
const lab = document.getElementById("lab");
const prefix = `podlab.${lab?.dataset.sandbox ?? ""}.`;

/** What this page calls itself. It still does after a reload; but a tab that is made from this one finds no name, and takes its own. */
export const page = claimed();

function claimed() {
  const name = kept("page", "", sessionStorage) || crypto.getRandomValues(new Uint32Array(2)).join("-");
  const take = () => drop("page", sessionStorage);
  take();
  addEventListener("pagehide", () => keep("page", name, sessionStorage));
  addEventListener("pageshow", take);
  return name;
}

/**
 * @template T
 * @param {string} name @param {T} otherwise @param {Storage} [where] @returns {T}
 */
export function kept(name, otherwise, where = localStorage) {
  try {
    return JSON.parse(where.getItem(prefix + name) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {unknown} value @param {Storage} [where] */
export function keep(name, value, where = localStorage) {
  try {
    where.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Full, or forbidden: then it is not kept.
  }
}

/** @param {string} name @param {Storage} [where] */
export function drop(name, where = localStorage) {
  try {
    where.removeItem(prefix + name);
  } catch {
    // Forbidden: then there is nothing.
  }
}

/** What is kept of this lab for all its pages. @returns {string[]} */
export function names() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

/** Hear what another page of this lab keeps, or drops (null). @param {(name: string, value: any) => void} act */
export function elsewhere(act) {
  addEventListener("storage", ({ key, newValue, storageArea }) => {
    if (key?.startsWith(prefix) && storageArea === localStorage) act(key.slice(prefix.length), JSON.parse(newValue ?? "null"));
  });
}
