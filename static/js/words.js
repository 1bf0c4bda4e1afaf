// Words in the learner's language. The page brings them along (labsite/pages/words.py).
/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * A sentence in the learner's language.
 * @param {string} key the English sentence, with {names}
 * @param {Record<string, string | number>} [values] what stands in their places
 */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
}

const announcer = () => document.getElementById("announcer");

/** Have a screen reader say something. @param {string} text */
export function announce(text) {
  const place = announcer();
  if (place) place.textContent = text;
}
