// Fields of a form that write into a plain value: each knows the path of what it shows, so that a complaint finds it.
import { say } from "./words.js";

/** @typedef {Record<string, any>} Holder */
export const LANGUAGES = /** @type {const} */ ([["en", "English"], ["zh-hans", "中文"]]);

let last = 0;
/** An id that nothing else has. */
export const fresh = () => `field-${++last}`;

/**
 * An element with properties (data-… and aria-… as attributes) and what is in it.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [properties] @param {...(Node | string)} inside @returns {HTMLElementTagNameMap[T]}
 */
export function made(tag, properties = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "list") element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...inside);
  return element;
}

/** @param {string} text @param {() => void} act @param {string} [name] */
export function button(text, act, name = "plain") {
  const element = made("button", { type: "button", className: name, textContent: text });
  element.addEventListener("click", act);
  return element;
}

/**
 * A line or an area for a text.
 * @param {string} label @param {Holder} holder @param {string} key @param {string} path
 * @param {{rows?: number, lang?: string, code?: boolean, type?: string, changed: () => void, read?: (text: string) => any, show?: (value: any) => string, hint?: string}} how
 */
export function field(label, holder, key, path, how) {
  const id = fresh(), show = how.show ?? ((value) => String(value ?? ""));
  const input = how.rows ? made("textarea", { id, rows: how.rows }) : made("input", { id, type: how.type ?? "text" });
  input.value = show(holder[key]);
  input.dataset.field = path;
  if (how.lang) input.lang = how.lang;
  if (how.code) {
    input.spellcheck = false;
    input.classList.add("code-field");
  }
  input.addEventListener("input", () => {
    const value = how.read ? how.read(input.value) : input.value;
    if (value === undefined) delete holder[key];
    else holder[key] = value;
    how.changed();
  });
  return made("div", { className: "field" }, made("label", { for: id }, label), input);
}

/**
 * A text in both languages, side by side.
 * @param {string} label @param {Holder} holder @param {string} key @param {string} path @param {() => void} changed @param {number} [rows]
 */
export function bothWords(label, holder, key, path, changed, rows) {
  const texts = (holder[key] ??= {});
  const fields = LANGUAGES.map(([code, name]) => field(`${label} · ${name}`, texts, code, `${path}.${code}`, { rows, lang: code, changed }));
  return made("div", { className: "pair" }, ...fields);
}

/** @param {string} label @param {Holder} holder @param {string} key @param {string} path @param {Array<[any, string]>} options @param {() => void} changed */
export function choice(label, holder, key, path, options, changed) {
  const id = fresh(), select = made("select", { id }, ...options.map(([value, text]) => made("option", { value: String(value), textContent: text })));
  select.value = String(holder[key]);
  select.dataset.field = path;
  select.addEventListener("change", () => {
    holder[key] = options.find(([value]) => String(value) === select.value)?.[0];
    changed();
  });
  return made("div", { className: "field" }, made("label", { for: id }, label), select);
}

/** @param {string} label @param {boolean} on @param {string} path @param {(on: boolean) => void} act */
export function tick(label, on, path, act) {
  const box = made("input", { type: "checkbox", checked: on });
  box.dataset.field = path;
  box.addEventListener("change", () => act(box.checked));
  return made("label", { className: "tick-field" }, box, " ", label);
}

/** A number that stands in a field, or undefined. @param {number} least @param {number} most */
export const whole = (least, most) => (/** @type {string} */ text) => Math.min(Math.max(Math.round(Number(text)) || least, least), most);

/** Take the focus to the field that a path names, or to the nearest around it. @param {string} path */
export function goTo(path) {
  for (let place = path; place; place = place.includes(".") ? place.slice(0, place.lastIndexOf(".")) : "") {
    const found = /** @type {HTMLElement | null} */ (document.querySelector(`[data-field="${CSS.escape(place)}"], [data-field^="${CSS.escape(place)}."]`));
    if (!found) continue;
    for (let at = found.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
    found.scrollIntoView({ block: "center" });
    found.focus();
    return;
  }
}

/** Say at the fields what is wrong with them. @param {import("./draftwire.js").Problem[]} problems */
export function markFields(problems) {
  for (const wrong of document.querySelectorAll("[aria-invalid]")) {
    wrong.removeAttribute("aria-invalid");
    wrong.removeAttribute("aria-describedby");
  }
  for (const said of document.querySelectorAll(".field-problem")) said.remove();
  for (const { field: path, text } of problems) {
    const input = path && document.querySelector(`input[data-field="${CSS.escape(path)}"], textarea[data-field="${CSS.escape(path)}"]`);
    if (!input) continue;
    const said = made("p", { className: "field-problem", id: fresh(), textContent: text });
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", said.id);
    input.parentElement?.append(said);
  }
}

/** What a button that removes something is called. @param {string} what */
export const removeName = (what) => say("Remove {name}", { name: what });
