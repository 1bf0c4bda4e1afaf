// Looking at the past: the panes show the cluster as it was, and nothing can be put into it, until one comes back.

/** @typedef {{branch: number, at: number, number?: number}} Moment a branch, virtual microseconds, the last input that had happened */

/** How an address asks for a moment (labsite/grades/evidence.py). */
const LINK = /^#moment=(\d+)\.(\d+)\.(\d+)$/;

/** The moment that the page's address asks for. @returns {Moment | null} */
function linked() {
  const found = LINK.exec(location.hash);
  return found && { branch: Number(found[1]), at: Number(found[2]), number: Number(found[3]) };
}

export class Past {
  /** @param {import("./wire.js").Wire} wire */
  constructor(wire) {
    this.wire = wire;
    this.focus = { namespace: "", pod: "", container: "", resource: "pods", view: "", path: "/" };
    /** What is to be looked at as soon as the answer that is under way has come. @type {Moment | null} */
    this.next = null;
    this.asked = "";
    /** Called when one begins or ceases to look at the past, and when another moment is shown. @type {() => void} */
    this.moved = () => {};
    wire.on("moment", (answer) => this.arrived(answer));
    wire.on("picture", ({ past, focus }) => !past && this.hold(focus));
    wire.on("focus.changed", (focus) => this.hold(focus));
    wire.on("past.focus", (wish) => {
      this.hold(wish);
      if (this.moment) this.look(this.moment);
    });
    let wished = linked();
    wire.on("there", () => {
      this.asked = "";
      const moment = this.moment ?? wished;
      wished = null;
      if (moment) this.look(moment);
    });
    addEventListener("hashchange", () => {
      const moment = linked();
      if (moment) this.look(moment);
    });
    wire.on("refused", ({ id }) => {
      if (id && id === this.asked) this.back();
    });
  }

  get moment() {
    return this.wire.past;
  }

  /** @param {any} focus */
  hold({ namespace = "", pod = "", container = "", resource = "pods", view = this.focus.view, path = this.focus.path }) {
    this.focus = { namespace, pod, container, resource, view, path };
  }

  /** Look at a moment; while one is on its way, only the last that was wished for counts. @param {Moment} moment */
  look(moment) {
    this.wire.past = moment;
    this.next = moment;
    if (!this.asked) this.send();
    this.moved();
  }

  send() {
    const moment = this.next;
    this.next = null;
    if (!moment || !this.wire.connected) return;
    this.asked = this.wire.name();
    this.wire.send({ type: "moment.wanted", id: this.asked, ...moment, ...this.focus });
  }

  /** @param {any} answer */
  arrived(answer) {
    if (answer.id !== this.asked) return;
    this.asked = "";
    if (!this.moment) return;
    if (this.next) this.send();
    else this.wire.past = { branch: answer.branch, at: answer.at, number: answer.number };
    this.wire.tell("picture", { ...answer, past: true });
    this.moved();
  }

  /** Back to the present. */
  back() {
    if (!this.moment) return;
    this.wire.past = null;
    this.next = null;
    this.asked = "";
    this.wire.present();
    this.moved();
  }
}
