// Files from the learner's own machine into the cluster, and back.
import { say } from "./words.js";

const LARGEST = 1 << 20, MOST = 200;
const HOME = "/root";

/** @typedef {{path: string, content: string}} Brought */

/** @param {{put: (files: Brought[]) => void, current: () => {path: string, text: string} | undefined, refused: (reason: string) => void}} hands */
export function wireTransfer(hands) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById("upload"));
  document.getElementById("upload-button")?.addEventListener("click", () => field.click());
  field.addEventListener("change", async () => {
    await bring([...(field.files ?? [])], hands);
    field.value = "";
  });
  document.getElementById("download")?.addEventListener("click", () => {
    const file = hands.current();
    if (file) offer(file.path.slice(file.path.lastIndexOf("/") + 1), file.text);
  });
  const room = /** @type {HTMLElement} */ (document.getElementById("view-editor"));
  room.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
  room.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    bring([...event.dataTransfer.files], hands);
  });
}

/** @param {File[]} files @param {{put: (files: Brought[]) => void, refused: (reason: string) => void}} hands */
async function bring(files, hands) {
  try {
    if (files.length > MOST) throw new Error(say("At most {number} files at once.", { number: MOST }));
    const brought = await Promise.all(files.map((file) => (/\.zip$/i.test(file.name) ? unpacked(file) : read(file))));
    if (files.length) hands.put(brought.flat());
  } catch (error) {
    hands.refused(/** @type {Error} */ (error).message);
  }
}

/** @param {File} file @returns {Promise<Brought[]>} */
async function read(file) {
  if (file.size > LARGEST) throw new Error(say("{name} is too large: at most 1 MiB.", { name: file.name }));
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    if (!content.includes("\0")) return [{ path: `${HOME}/${file.name}`, content }];
  } catch {
    // Said below.
  }
  throw new Error(say("{name} is no text.", { name: file.name }));
}

/** What is in a zip: the server looks, and says what is wrong with it. @param {File} file @returns {Promise<Brought[]>} */
async function unpacked(file) {
  if (file.size > LARGEST) throw new Error(say("{name} is too large: at most 1 MiB.", { name: file.name }));
  const token = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
  const address = document.getElementById("upload")?.dataset.unpack ?? "";
  const response = await fetch(address, { method: "POST", body: file, headers: { "Content-Type": "application/zip", "X-CSRFToken": token } }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer?.files) throw new Error(answer?.error ?? say("The server does not answer. Try again."));
  return answer.files;
}

/** Have the browser store *text* in a file. @param {string} name @param {string} text */
function offer(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
