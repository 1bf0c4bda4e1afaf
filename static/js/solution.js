// The solution of a step, played before the learner: files are saved, lines typed into the terminals, questions answered.
const PATIENCE = 400; // how often a prompt is waited for: each time as long as one turn of the cluster may take

/** @typedef {{file?: string, content?: string, host?: string, line?: string, question?: string, answer?: string[]}} Piece */

export class Solution {
  /**
   * @param {import("./wire.js").Wire} wire
   * @param {import("./terminals.js").Terminals} terminals
   * @param {{show: (path: string) => void, answer: (question: string, answer: string[]) => void, state: (step: string, playing: boolean) => void}} hands
   */
  constructor(wire, terminals, hands) {
    this.wire = wire;
    this.terminals = terminals;
    this.hands = hands;
    /** What is being played; `left`: whether the step is over then. @type {{step: string, left: boolean} | null} */
    this.now = null;
    this.next = "";
    /** @type {Map<string, () => void>} */
    this.waiting = new Map();
    wire.on("solution", ({ step, pieces }) => this.play(step, pieces));
    wire.on("taken", ({ ids }) => ids.forEach((/** @type {string} */ id) => this.landed(id)));
    wire.on("prompt", ({ there }) => (this.there = there));
    this.there = true;
  }

  /** @param {string} id */
  landed(id) {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }

  /** Ask for a step's solution; while another is played, when that has ended. @param {string} step */
  want(step) {
    if (this.now) this.next = step;
    else this.wire.put({ type: "step.skipped", step });
  }

  /** What is being played is not gone on with. */
  stop() {
    this.now = null;
  }

  /** A step is begun again: what is being played is not gone on with, and leaves no step. */
  drop() {
    if (this.now) this.now.left = false;
    this.next = "";
    this.stop();
  }

  /** @param {string} step @param {Piece[]} pieces */
  async play(step, pieces) {
    if (this.now) return;
    const now = { step, left: true };
    this.now = now;
    this.hands.state(step, true);
    for (const piece of pieces) if (this.now === now) await this.one(piece, now);
    if (this.now === now) this.now = null;
    this.hands.state(step, false);
    if (now.left) this.wire.put({ type: "step.left", step });
    const next = this.next;
    this.next = "";
    if (next) this.want(next);
  }

  /** @param {Piece} piece @param {object} now */
  async one(piece, now) {
    if (piece.file) await this.save(piece.file, piece.content ?? "");
    else if (piece.question) this.hands.answer(piece.question, piece.answer ?? []);
    else await this.type(piece.host ?? "", piece.line ?? "", now);
  }

  /** Put something in, and wait until it has happened. @param {import("./wire.js").Message} message */
  put(message) {
    return new Promise((resolve) => this.waiting.set(this.wire.put(message), () => resolve(undefined)));
  }

  /** @param {string} path @param {string} content */
  async save(path, content) {
    await this.put({ type: "file.saved", path, content });
    this.hands.show(path);
  }

  /** Type a command, and wait until the shell asks for the next: its minutes pass in a moment. @param {string} host @param {string} line @param {object} now */
  async type(host, line, now) {
    const name = this.terminals.run(line, host);
    const console = this.terminals.at(name);
    for (let left = PATIENCE; this.now === now && left; left -= 1) {
      if (!console?.queue.length && !console?.flying.length) {
        await this.put({ type: "prompt.awaited", terminal: name });
        if (this.there && !console?.queue.length) return;
      } else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
