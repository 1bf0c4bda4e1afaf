// The desk at which a lesson is written: form, files, preview, check. What is written is saved by itself.
import { brought, byId, DraftWire, showState } from "./draftwire.js";
import { button, goTo, made, markFields } from "./draftfields.js";
import { Files } from "./draftfiles.js";
import { formOf } from "./draftform.js";
import { playingOf } from "./draftplaying.js";
import { dress } from "./lesson.js";
import { announce, say } from "./words.js";

const PAUSE_MS = 700, AGAIN_MS = 3000;
const desk = byId("desk"), form = byId("write"), draft = desk.dataset.draft ?? "";
const chapters = brought("chapters");
let whole = brought("draft-whole"), version = whole.version, shownLanguage = desk.dataset.language ?? "en";
let shownAddress = "", dirty = false, saving = false, stale = false;
/** @type {number | undefined} */
let timer;
/** @type {import("./draftwire.js").State} */
let state = brought("draft-state");

const wire = new DraftWire(draft, desk.dataset.language ?? "en", see);
const files = new Files(async (found) => {
  await saved();
  const answer = await wire.post("save", { version, files: found });
  if (!take(answer)) return answer.refused ?? "";
  files.saved();
  draw(answer);
  return answer.complaint;
});

// --- saving
/** @param {string} text @param {string} state */
function tell(text, state) {
  byId("saved").textContent = text;
  byId("saved").dataset.state = state;
}

function changed() {
  dirty = true;
  tell(say("Unsaved"), "unsaved");
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE_MS);
}

async function save() {
  if (!dirty || saving || stale) return;
  clearTimeout(timer);
  [dirty, saving] = [false, true];
  tell(say("Saving…"), "saving");
  const answer = await wire.post("save", { version, document: whole.document });
  saving = false;
  if (take(answer)) {
    tell(say("Saved"), "saved");
    if (dirty) return save();
    await preview();
  } else if (answer.status === 0) {
    dirty = true;
    timer = setTimeout(save, AGAIN_MS);
  }
}

/** Everything that was written is saved, as far as it can be. */
async function saved() {
  while (saving) await new Promise((resolve) => setTimeout(resolve, 50));
  await save();
}

/** Whether what was sent was taken; else it is said why not. @param {any} answer */
function take(answer) {
  if (answer.stale) {
    stale = dirty = true;
    byId("stale").hidden = false;
    tell(say("Unsaved"), "unsaved");
    /** @type {HTMLElement} */ (byId("take-theirs")).focus();
  } else if (answer.refused) tell(say("That was refused: {reason}", { reason: answer.refused }), "refused");
  else version = answer.version;
  return !answer.stale && !answer.refused;
}

byId("take-theirs").addEventListener("click", () => fetched());
byId("keep-mine").addEventListener("click", async () => {
  const theirs = await (await wire.get("whole.json")).json();
  [version, stale, dirty] = [theirs.version, false, true];
  byId("stale").hidden = true;
  save();
});
addEventListener("beforeunload", (event) => (dirty || files.unsaved) && event.preventDefault());
document.addEventListener("visibilitychange", () => document.hidden && save());

// --- what is shown
/** @param {any} found */
function draw(found) {
  whole = found;
  version = found.version;
  const isForm = Boolean(whole.document);
  byId("only-files").hidden = isForm;
  const open = new Map([...form.querySelectorAll("details")].map((each, at) => [at, each.open]));
  form.replaceChildren(...(isForm ? [...formOf(whole.document, whole.proposals, chapters, changed), playingOf(whole.pieces, whole.borders, cut)] : []));
  [...form.querySelectorAll("details")].forEach((each, at) => open.has(at) && (each.open = open.get(at) ?? false));
  files.see(whole.files);
  preview();
}

async function fetched() {
  const found = await (await wire.get("whole.json")).json();
  [dirty, stale] = [false, false];
  byId("stale").hidden = true;
  draw(found);
  tell(say("Saved"), "saved");
}

/** @param {number[]} borders @param {number[]} without */
async function cut(borders, without) {
  await saved();
  const answer = await wire.post("do/split", { borders, without });
  if (answer.refused) byId("draft-told").textContent = answer.refused;
  else see(answer);
}

async function preview() {
  const answer = await wire.get(`preview/${shownLanguage}/`);
  const place = byId("preview");
  place.innerHTML = await answer.text(); // made by what makes lessons (labsite/authoring/preview.py)
  dress(place);
  for (const idle of /** @type {NodeListOf<HTMLButtonElement>} */ (place.querySelectorAll("button"))) idle.disabled = true;
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll(".step"))) each.dataset.state = "now";
}

for (const choose of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-preview]")))
  choose.addEventListener("click", () => {
    shownLanguage = choose.dataset.preview ?? "en";
    for (const each of document.querySelectorAll("[data-preview]")) each.setAttribute("aria-pressed", String(each === choose));
    preview();
  });

// --- how the draft stands
/** @param {import("./draftwire.js").State} now */
function see(now) {
  const ended = state.work && !now.work;
  const work = state.work;
  state = now;
  showState(now, "edit");
  form.inert = now.work === "split" || now.work === "finish";
  report(now.report);
  byId("withdraw").hidden = !now.published;
  if (now.published !== shownAddress) byId("published").replaceChildren(...(now.published ? [made("a", { href: now.published, textContent: say("Published: to the lesson") })] : []));
  shownAddress = now.published;
  if (ended && work !== "check" && now.version !== version) fetched();
  if (ended && work === "check") announce(byId("report").textContent ?? "");
}

/** @param {{problems?: import("./draftwire.js").Problem[], fresh?: boolean}} found */
function report({ problems, fresh }) {
  const place = byId("report");
  markFields(problems ?? []);
  if (!problems) return place.replaceChildren();
  const old = fresh ? [] : [made("p", { className: "quiet", textContent: say("The lesson was changed since.") })];
  if (!problems.length) return place.replaceChildren(made("p", { className: "good", textContent: `✓ ${say("Everything is right.")}` }), ...old);
  const items = problems.map(({ file, line, text, field }) =>
    made("li", {}, ...(field ? [button(text, () => goTo(field), "problem-link")] : [text]), " ", made("span", { className: "quiet", textContent: file ? `${file}:${line}` : "", lang: "en" })));
  place.replaceChildren(made("ul", { className: "problem-list" }, ...items), ...old);
}

for (const [id, path] of [["publish-button", "publish"], ["withdraw", "withdraw"]])
  byId(id).addEventListener("click", async () => {
    await saved();
    const answer = await wire.post(path);
    if (answer.refused) byId("published").textContent = answer.refused;
    else see(answer);
  });

wire.wireWorks(desk, saved);
draw(whole);
see(state);
wire.connect();
