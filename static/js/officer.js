// The page of a counting officer: makes a key, shows it once as a card, and proves that the card is right. The secret
// leaves this page only in the form with which it is given after the close. Without this file the page offers a command.

import { MistypedCard, answer, canMakeKeys, cardRows, newSecret, publicKey, secretOnCard } from "./officer_keys.js";

const root = document.getElementById("officer");
const words = JSON.parse(document.getElementById("officer-words").textContent);
const inside = (selector) => root.querySelector(selector);
let secret = null;
let rows = [];

/** What is wrong, in words that the page has. */
class Refused extends Error {}

function blame(text) {
  const box = inside("[data-fault]");
  box.hidden = !text;
  inside("[data-fault-words]").textContent = text;
  if (text) box.focus();
}

function wordsOf(fault) {
  if (fault instanceof MistypedCard) return fault.row ? words.row.replace("{row}", fault.row) : words.rows;
  if (fault instanceof Refused) return fault.message;
  throw fault;
}

async function trying(work) {
  try {
    await work();
    blame("");
    return true;
  } catch (fault) {
    blame(wordsOf(fault));
    return false;
  }
}

/* The card */

async function make() {
  secret = newSecret();
  rows = await cardRows(secret);
  for (const [at, place] of [...root.querySelectorAll("[data-row]")].entries()) place.textContent = rows[at];
  inside("[name=public_key]").value = await publicKey(secret);
  inside("[data-screen=start]").hidden = true;
  inside("[data-screen=card]").hidden = false;
  document.getElementById("officer-paper-title").focus();
}

function save() {
  const lines = rows.map((letters, at) => `Rij ${at + 1}: ${letters}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([[words.title, ...lines, ""].join("\n")], { type: "text/plain" }));
  link.download = words.file_name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const BUTTONS = { make, save, print: () => print() };

for (const button of root.querySelectorAll("[data-do]")) {
  button.addEventListener("click", () => trying(BUTTONS[button.dataset.do]));
}

inside("[data-screen=card]")?.addEventListener("submit", (event) => {
  if (document.getElementById("officer-kept").checked) {
    secret = null;
    return;
  }
  event.preventDefault();
  blame(words.keep_first);
});
addEventListener("beforeunload", (event) => { if (secret) event.preventDefault(); });

/* The card, typed back */

/** The secret on the card that was typed, or in the file that was chosen; it must be the one of this seat. */
async function typed() {
  const file = document.getElementById("officer-file").files[0];
  if (file && file.size > 4000) throw new Refused(words.file);
  const found = await secretOnCard(file ? await file.text() : document.getElementById("officer-card").value);
  if (await publicKey(found) !== root.dataset.publicKey) throw new Refused(words.other_key);
  return found;
}

/** Looks at what was typed before the form goes: a typing error costs one row, not all four. */
function before(form, work) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await trying(work)) form.submit();
  });
}

if (await canMakeKeys()) {
  for (const part of root.querySelectorAll("[data-here]")) part.hidden = false;
  for (const part of root.querySelectorAll("[data-elsewhere]")) part.hidden = true;
  before(inside("[data-prove]"), async () => {
    inside("[name=answer]").value = await answer(await typed(), root.dataset.challenge);
  });
  before(inside("[data-give]"), typed);
}
