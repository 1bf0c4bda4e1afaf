// Pages inside a learning platform's: the form that goes back to it, and the button that has its window closed.
const goingBack = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-submit]"));
goingBack?.submit();

const closing = /** @type {HTMLElement | null} */ (document.querySelector("[data-close]"));
const around = window.opener || window.parent;
if (closing && around !== window) {
  closing.hidden = false;
  // The message says nothing but that we are done (LTI Dynamic Registration 1.0), so whoever is around may read it.
  closing.addEventListener("click", () => around.postMessage({ subject: "org.imsglobal.lti.close" }, "*"));
}
