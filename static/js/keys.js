// Letters for staff: j and k walk through a list, other letters find the button that shows them. A letter never presses:
// it only moves the focus, Enter decides. Switched off with the box in [data-keys]; remembered in this browser.

const REMEMBERED = "spreekt.keys";
const items = [...document.querySelectorAll("[data-key-item]")];
const help = document.querySelector("[data-keys]");
const box = help?.querySelector("input");

function isOn() {
  return localStorage.getItem(REMEMBERED) !== "off";
}

function isTyping(target) {
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(target.type));
}

function walk(step) {
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step];
  (next?.querySelector("a, button, input") ?? next)?.focus();
}

if (help) {
  help.hidden = false;
  box.checked = isOn();
  box.addEventListener("change", () => localStorage.setItem(REMEMBERED, box.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.focus();
});
