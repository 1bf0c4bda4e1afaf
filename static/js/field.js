// Tells, below the text, of the field at which the editor's cursor stands.

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Field {
  /** Show what is told as soon as it is known, if it is still wanted then. @param {Promise<{title: string, text: string} | null>} about */
  async tell(about) {
    this.telling = about;
    const found = await about;
    if (this.telling !== about) return;
    byId("field").hidden = !found;
    byId("field-name").textContent = found?.title ?? "";
    byId("field-text").textContent = found?.text ?? "";
  }
}
