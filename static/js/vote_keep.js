// Keeps what was marked on a ballot: in the account where there is one, else in this browser until the ballot is cast.
//
//   data-autosave="/…/bewaren" on the form     the account keeps it; this browser only until the account said it does
//   data-ballot-saved                          the account's draft is on the page already and wins
//   data-private                               a shared device: this browser keeps nothing
//   [data-ballot-autosaved] hidden             "Bewaard om 14.32 uur." once it is true, gone as soon as it is not
//   [data-ballot-refused] role=status hidden   why the account does not keep it
//   [data-ballot-restored] hidden              shown when marks of this browser were put back

const PAUSE = 800;
const key = (round) => `spreekt.ballot.${round}`;

export function forget(round) {
  try {
    localStorage.removeItem(key(round));
  } catch {
    // No store, nothing kept.
  }
}

function read(round) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(round)) ?? "[]");
    return new Map(Array.isArray(kept) ? kept.filter((pair) => Array.isArray(pair) && pair.length === 2) : []);
  } catch {
    return new Map();
  }
}

function time(now) {
  const [hours, minutes] = new Intl.DateTimeFormat("nl-BE", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Brussels" })
    .formatToParts(now).filter((part) => part.type !== "literal").map((part) => part.value);
  return minutes === "00" ? `${hours} uur` : `${hours}.${minutes} uur`;
}

// A box is known by its value, other fields by their name.
const nameOf = (field) => field.type === "checkbox" ? field.value : field.name;
const valueOf = (field) => field.type === "checkbox" ? (field.checked ? "1" : "") : field.value;

export function keep(form, fields, way) {
  const round = form.dataset.ballot;
  const url = form.dataset.autosave;
  const find = (name) => form.querySelector(`[data-ballot-${name}]`);
  const [saved, refused] = [find("autosaved"), find("refused")];
  let [timer, isSending, isDirty, isOver] = [0, false, false, false];

  function store() {
    if ("private" in form.dataset) return;
    try {
      localStorage.setItem(key(round), JSON.stringify(fields.filter(way.isOn).map((field) => [nameOf(field), valueOf(field)])));
    } catch {
      // A full or forbidden store costs the draft, never the vote.
    }
  }

  function restore() {
    const marks = read(round);
    if (!marks.size || fields.some(way.isOn)) return false;
    for (const field of fields) {
      const value = marks.get(nameOf(field));
      if (value === undefined) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    return fields.some(way.isOn);
  }

  async function send(options = {}) {
    clearTimeout(timer);
    if (isOver) return;
    if (isSending) { isDirty = true; return; }
    [isSending, isDirty] = [true, false];
    const body = new FormData(form);
    body.delete("_once");
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...options });
      if (answer.status === 204) {
        forget(round);
        refused.hidden = true;
        if (!isDirty && fields.some(way.isOn)) {
          saved.textContent = saved.dataset.words.replace("{}", time(new Date()));
          saved.hidden = false;
        }
      } else if ([400, 401, 403, 409].includes(answer.status)) {
        const { detail, title } = await answer.json();
        refused.hidden = false;
        refused.textContent = refused.dataset.words.replace("{}", detail || title);
        isOver = true;
      }
    } catch {
      // No network: this browser still has it, and the buttons of the form save too.
    }
    isSending = false;
    if (isDirty) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  function changed() {
    if (url) {
      store();
      saved.hidden = true;
      isDirty = true;
      later();
    } else if (!("ballotSaved" in form.dataset)) store();
  }

  const isAccounts = "ballotSaved" in form.dataset;
  if (isAccounts || "private" in form.dataset) forget(round);
  const isRestored = !isAccounts && restore();
  const note = find("restored");
  if (note) note.hidden = !isRestored;
  if (url) {
    if (!isAccounts) send();
    // The form itself brings the marks; what was marked just before leaving another way still goes along.
    form.addEventListener("submit", () => { clearTimeout(timer); isDirty = false; isOver = true; });
    addEventListener("pageshow", (event) => { if (event.persisted) isOver = false; });
    addEventListener("pagehide", () => { if (isDirty && !isSending) send({ keepalive: true }); });
  }
  return { changed };
}
