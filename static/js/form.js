// A form on its way says so and is not sent twice. Without this file the server still makes one thing of two clicks.

for (const form of document.querySelectorAll("form[data-form]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const pressed = event.submitter;
    if (!pressed) return;
    pressed.setAttribute("aria-busy", "true");
    if (pressed.dataset.busy) pressed.firstElementChild.textContent = pressed.dataset.busy;
  });
}

// Back in the browser shows the page as it was left: ready to be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-sent]")) location.reload();
});
