// A new class lives in the time zone of whoever makes it.
for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-zone]")))
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
