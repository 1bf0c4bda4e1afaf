// What this browser keeps of a lab over a reload. A browser that keeps nothing works all the same.
const lab = document.getElementById("lab");
const prefix = `podlab.${lab?.dataset.sandbox ?? ""}.`;

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
