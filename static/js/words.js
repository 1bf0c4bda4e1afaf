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

/** Something with its name before it. @param {string} name @param {string | number} text */
export const labelled = (name, text) => say("{name}: {text}", { name, text });

/** Something with a note behind it. @param {string} text @param {string} note */
export const noted = (text, note) => say("{text} ({note})", { text, note });

/** Things in a row. @param {string[]} things */
export const listed = (things) => things.join(say(", "));

/** Sentences, one after the other. @param {string[]} sentences */
export const sentences = (sentences) => sentences.reduce((one, other) => say("{one} {other}", { one, other }));

const announcer = () => document.getElementById("announcer");

/** Have a screen reader say something. @param {string} text */
export function announce(text) {
  const place = announcer();
  if (place) place.textContent = text;
}
