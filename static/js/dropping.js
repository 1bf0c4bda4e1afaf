// A file that is dropped on a form with a field for files is sent.
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.dropping"))) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  /** @param {boolean} over */
  const mark = (over) => form.classList.toggle("over", over);
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  form.addEventListener("dragleave", () => mark(false));
  form.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
