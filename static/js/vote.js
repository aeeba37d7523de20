// The running total of an approval ballot and its draft in this browser. Sends nothing; the form works without it.
// The macros in templates/components/ballot.html write these attributes:
//
//   <form data-ballot="round-slug" data-budget="10000000" data-max="5">   budget in cents, max choices: either may be absent
//     <input type="checkbox" name="projects" value="12" data-cost="620000">   cost in cents, absent when only choices count
//     [data-ballot-count] [data-ballot-total] [data-ballot-left]   elements whose text becomes "3", "€ 6.200", "nog € 93.800"
//     [data-ballot-live] hidden                                    shown: what is only true while counting along
//     progress[data-ballot-progress]                               follows the money, or the choices without a budget
//     [data-ballot-over] hidden                                    shown while over budget or over the maximum
//     [data-ballot-restored] hidden                                shown when a draft of this browser was put back
//     <button type="button" data-ballot-clear hidden>              forgets the draft and the choices
//   data-field on the form: the name of the checkboxes, when it is not "projects".
//   data-ballot-saved on the form: the server already filled in the account's draft, which wins over the browser's.
//   An element [data-ballot-done="round-slug"] on the page after voting forgets the draft.

const key = (round) => `spreekt.ballot.${round}`;
const euros = (cents) => "€\u00a0" + (cents / 100).toLocaleString("nl-BE", { minimumFractionDigits: cents % 100 ? 2 : 0 });

function read(round) {
  try {
    const draft = JSON.parse(localStorage.getItem(key(round)) ?? "[]");
    return Array.isArray(draft) ? draft : [];
  } catch {
    return [];
  }
}

function follow(form) {
  const round = form.dataset.ballot;
  const boxes = [...form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(form.dataset.field ?? "projects")}"]`)];
  const budget = Number(form.dataset.budget) || null;
  const most = Number(form.dataset.max) || null;
  const all = (name) => form.querySelectorAll(`[data-ballot-${name}]`);
  const say = (name, words) => all(name).forEach((place) => { place.textContent = words; });
  const show = (name, visible) => all(name).forEach((place) => { place.hidden = !visible; });

  function total() {
    const chosen = boxes.filter((box) => box.checked);
    const spent = chosen.reduce((sum, box) => sum + (Number(box.dataset.cost) || 0), 0);
    const over = (budget !== null && spent > budget) || (most !== null && chosen.length > most);
    say("count", String(chosen.length));
    say("total", euros(spent));
    if (budget !== null) say("left", spent > budget ? `${euros(spent - budget)} te veel` : `nog ${euros(budget - spent)}`);
    all("progress").forEach((bar) => { bar.value = budget === null ? chosen.length / (most || boxes.length) * bar.max : spent / budget * bar.max; });
    form.classList.toggle("ballot-over", over);
    show("over", over);
    show("clear", chosen.length > 0);
    return chosen;
  }

  function keep() {
    const chosen = total().map((box) => box.value);
    try {
      localStorage.setItem(key(round), JSON.stringify(chosen));
    } catch {
      // A full or forbidden store costs the draft, never the vote.
    }
  }

  const draft = read(round);
  if (!("ballotSaved" in form.dataset) && draft.length && !boxes.some((box) => box.checked)) {
    boxes.forEach((box) => { box.checked = draft.includes(box.value); });
    show("restored", boxes.some((box) => box.checked));
  }
  form.addEventListener("change", keep);
  all("clear").forEach((button) => button.addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = false; });
    show("restored", false);
    keep();
    boxes[0]?.focus();
  }));
  show("live", true);
  total();
}

document.querySelectorAll("[data-ballot-done]").forEach((place) => localStorage.removeItem(key(place.dataset.ballotDone)));
document.querySelectorAll("form[data-ballot]").forEach(follow);
