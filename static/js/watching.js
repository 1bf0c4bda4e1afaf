// The connection of a page with which somebody who teaches watches a class (labsite/classes/watching.py): made again whenever it breaks.
import { say } from "./words.js";

const FIRST_WAIT = 500, LONGEST_WAIT = 10_000;
const FOR_GOOD = { 4401: "You are not logged in any more.", 4404: "There is no such class, or you do not teach it." };

/** @param {string} state @param {string} text */
function show(state, text) {
  const place = /** @type {HTMLElement} */ (document.getElementById("connection"));
  place.dataset.state = state;
  /** @type {HTMLElement} */ (place.lastElementChild).textContent = text;
}

export class Watching {
  /** @param {string} path the address of the socket @param {string} language @param {(message: any) => void} hear */
  constructor(path, language, hear) {
    this.address = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}?language=${language}`;
    this.hear = hear;
    this.failures = 0;
    this.connect();
  }

  connect() {
    const socket = (this.socket = new WebSocket(this.address));
    socket.onmessage = (event) => {
      this.failures = 0;
      show("there", say("Connected"));
      this.hear(JSON.parse(event.data));
    };
    socket.onclose = ({ code }) => {
      const reason = FOR_GOOD[/** @type {keyof typeof FOR_GOOD} */ (code)];
      show("away", say(reason ?? "Trying again…"));
      if (reason) return;
      setTimeout(() => this.connect(), Math.min(FIRST_WAIT * 2 ** this.failures++, LONGEST_WAIT));
    };
  }

  /** @param {{type: string, [key: string]: any}} message */
  send(message) {
    this.socket?.send(JSON.stringify(message));
  }
}
