// xterm.js as this page uses it: letters, colours, a strict Content-Security-Policy.
import { FitAddon, SearchAddon, Terminal, Unicode11Addon, WebLinksAddon } from "../build/terminal.js";

const LIGHT = {
  background: "#fffefb", foreground: "#1d252d", cursor: "#0a6762", cursorAccent: "#fffefb", selectionBackground: "#bfe3df",
  black: "#1d252d", red: "#b0281f", green: "#1a6f3b", yellow: "#875400", blue: "#1f5fa8", magenta: "#8a3a8f", cyan: "#0a6762", white: "#6a7580",
  brightBlack: "#55606c", brightRed: "#c23b31", brightGreen: "#22804a", brightYellow: "#9a6300", brightBlue: "#2f6fb8", brightMagenta: "#9c4ba1", brightCyan: "#127a74", brightWhite: "#1d252d",
};
const DARK = {
  background: "#0d1217", foreground: "#dbe2ea", cursor: "#5ccabe", cursorAccent: "#0d1217", selectionBackground: "#24605a",
  black: "#26303a", red: "#ff9289", green: "#78d397", yellow: "#e7b75c", blue: "#7fb4f5", magenta: "#d9a0e0", cyan: "#5ccabe", white: "#dbe2ea",
  brightBlack: "#8593a2", brightRed: "#ffaca5", brightGreen: "#98e2b1", brightYellow: "#f3cf87", brightBlue: "#a3caf9", brightMagenta: "#e6bdeb", brightCyan: "#86dfd5", brightWhite: "#ffffff",
};

/** @param {boolean} dark */
export const colours = (dark) => (dark ? DARK : LIGHT);

/** An open terminal in *holder*. @param {HTMLElement} holder @param {string} nonce @param {boolean} dark */
export function openTerminal(holder, nonce, dark) {
  const term = new Terminal({
    allowProposedApi: true, // the widths of Unicode 11
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: 13,
    lineHeight: 1.2,
    minimumContrastRatio: 4.5,
    scrollback: 5000,
    theme: colours(dark),
  });
  const fit = new FitAddon(), search = new SearchAddon();
  term.loadAddon(fit);
  term.loadAddon(search);
  term.loadAddon(new Unicode11Addon());
  term.loadAddon(new WebLinksAddon());
  term.unicode.activeVersion = "11";
  withNonce(nonce, () => {
    term.open(holder);
    fit.fit();
  });
  return { term, fit, search };
}

/** xterm.js makes style elements that the policy allows only with this page's nonce. @param {string} nonce @param {() => void} work */
function withNonce(nonce, work) {
  const make = document.createElement;
  /** @this {Document} @param {string} name @param {any} options */
  document.createElement = function (name, options) {
    const element = make.call(this, name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  };
  try {
    work();
  } finally {
    document.createElement = make;
  }
}
