// Elements of drawings.
const NAMESPACE = "http://www.w3.org/2000/svg";
/** How wide a letter of the small fixed-width type is, in its own size; a little too wide rather than too narrow. */
const LETTER = 0.615;

/** An element of a drawing. @param {string} name @param {Record<string, string | number>} [attributes] @param {...(Node | string)} content @returns {SVGElement} */
export function draw(name, attributes = {}, ...content) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

/** As much of *text* as fits into *room* pixels of fixed-width type of a size. @param {string} text @param {number} room @param {number} size */
export function fitting(text, room, size) {
  const most = Math.floor(room / (size * LETTER));
  if (text.length <= most) return text;
  return most < 2 ? "" : `${text.slice(0, most - 1)}…`;
}
