// A form on its way says so and is not sent twice. Without this file the server still makes one thing of two clicks.

function send(form, pressed) {
  form.dataset.sent = "yes";
  if (!pressed) return;
  pressed.setAttribute("aria-busy", "true");
  if (!pressed.dataset.busy) return;
  pressed.dataset.label = pressed.firstElementChild.textContent;
  pressed.firstElementChild.textContent = pressed.dataset.busy;
}

function ready(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) {
    button.removeAttribute("aria-busy");
    if (button.dataset.label) button.firstElementChild.textContent = button.dataset.label;
  }
}

const forms = [...document.querySelectorAll("form[data-form]")];

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else send(form, event.submitter);
  });
}

// The browser's back button shows the page as it was left, answers included: it can be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) forms.forEach(ready);
});
