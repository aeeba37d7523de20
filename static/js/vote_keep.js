// Keeps what was marked on a ballot: in the account where there is one, else in this browser until the ballot is cast.
//
//   data-autosave="/…/bewaren" on the form     the account keeps it; this browser only until the account said it does
//   data-ballot-saved="5000"                   the account's draft of so many milliseconds ago is on the page already;
//                                              what this browser marked since then wins, and the account gets it
//   data-ballot-owner                          whose marks these are: in this browser nobody sees those of another
//   data-private                               a shared device: this browser keeps nothing
//   [data-ballot-autosaved] hidden             "Bewaard om 14.32 uur." once it is true, gone as soon as it is not
//   [data-ballot-refused] role=status hidden   why the account does not keep it, or that it will be tried again
//   [data-ballot-restored] hidden              shown when marks of this browser were put back

const PAUSE = 800;
const NEXT_TRY = 15_000;
const key = (round) => `spreekt.ballot.${round}`;

export function forget(round) {
  try {
    localStorage.removeItem(key(round));
  } catch {
    // No store, nothing kept.
  }
}

function read(round, owner) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(round)));
    return kept?.owner === owner && Array.isArray(kept.marks) ? { ...kept, marks: new Map(kept.marks) } : null;
  } catch {
    return null;
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
  const isAccounts = "ballotSaved" in form.dataset;
  const owner = form.dataset.ballotOwner ?? "";
  const optIn = form.querySelector('[name="telt_mee"]');
  let [timer, isSending, isDirty, isOver] = [0, false, false, false];

  const marked = () => fields.filter(way.isOn).map((field) => [nameOf(field), valueOf(field)]);

  function store() {
    if ("private" in form.dataset) return;
    try {
      const copy = { owner, at: Date.now(), marks: marked(), counts: optIn?.checked };
      localStorage.setItem(key(round), JSON.stringify(copy));
    } catch {
      // A full or forbidden store costs the draft, never the vote.
    }
  }

  // The account took the copy away each time that it kept the marks: one that is newer than the draft is not there yet.
  // The draft's age counts back from when this page was asked for, so that neither clock nor network makes it younger.
  function isNewer(copy) {
    return !isAccounts || copy.at > performance.timeOrigin - Number(form.dataset.ballotSaved);
  }

  function restore() {
    const copy = read(round, owner);
    if (!copy || !isNewer(copy)) return false;
    const isSame = JSON.stringify(marked()) === JSON.stringify([...copy.marks]) && copy.counts === optIn?.checked;
    if (isSame) return false;
    for (const field of fields) {
      const value = copy.marks.get(nameOf(field)) ?? "";
      if (field.type === "checkbox") field.checked = Boolean(value);
      else field.value = value;
    }
    if (optIn) optIn.checked = copy.counts;
    return true;
  }

  function tryAgain() {
    isDirty = true;
    refused.textContent = refused.dataset.later;
    refused.hidden = false;
  }

  async function send(options = {}) {
    clearTimeout(timer);
    if (isOver) return;
    if (isSending) { isDirty = true; return; }
    [isSending, isDirty] = [true, false];
    let pause = PAUSE;
    const body = new FormData(form);
    body.delete("_once");
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...options });
      if (answer.status === 204) {
        if (!isDirty) forget(round);
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
      } else {
        tryAgain();
        pause = NEXT_TRY;
      }
    } catch {
      // No network: this browser still has it, and the buttons of the form save too.
      tryAgain();
      pause = NEXT_TRY;
    }
    isSending = false;
    if (isDirty) later(pause);
  }

  function later(pause = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  function changed() {
    if (url) {
      store();
      saved.hidden = true;
      isDirty = true;
      later();
    } else if (!isAccounts) store();
  }

  if ("private" in form.dataset) forget(round);
  const isRestored = (Boolean(url) || !isAccounts) && restore();
  if (isAccounts && !isRestored) forget(round);
  const note = find("restored");
  if (note) note.hidden = !isRestored;
  if (url) {
    if (!isAccounts || isRestored) send();
    addEventListener("online", () => { if (isDirty) send(); });
    // The form itself brings the marks; what was marked just before leaving another way still goes along.
    form.addEventListener("submit", () => { clearTimeout(timer); isDirty = false; isOver = true; });
    addEventListener("pageshow", (event) => { if (event.persisted) isOver = false; });
    addEventListener("pagehide", () => { if (isDirty && !isSending) send({ keepalive: true }); });
  }
  return { changed };
}
