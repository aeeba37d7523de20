// A ballot that counts along: what is left, what is too much, and rows that are searched here. The form works without it.
// The macro ballot_meter in templates/components/ballot.html brings the words; vote_keep.js keeps what was marked.
//
//   <form data-ballot="round-slug" data-method="coins" data-max="5" data-budget="10000000" data-points="10">
//     approval, coins, basket: <input type="checkbox" name="projects" data-cost="620000">   cost in cents
//     points: <input type="number" name="punten-12">       ranking: <select name="plaats-1"><option value="code" data-cost>
//     [data-ballot-state] [data-ballot-figure] progress[data-ballot-progress]   follow at once
//     [data-ballot-said] role=status                       says the same when somebody pauses, not at every key
//     [data-ballot-clear] hidden                           takes every mark away
//   data-field on the form: the name of the checkboxes, when it is not "projects".

import { forget, keep } from "./vote_keep.js";

const PAUSE = 700;
const euros = (cents) => "€\u00a0" + (cents / 100).toLocaleString("nl-BE", { minimumFractionDigits: cents % 100 ? 2 : 0, maximumFractionDigits: 2 });
const fill = (words, ...values) => values.reduce((text, value) => text.replace("{}", () => value), words);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function after(pause, act) {
  let timer = 0;
  return (...rest) => { clearTimeout(timer); timer = setTimeout(() => act(...rest), pause); };
}

const METHODS = {
  ticks: {
    fields: (form) => form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(form.dataset.field ?? "projects")}"]`),
    isOn: (box) => box.checked,
    cost: (box) => Number(box.dataset.cost) || 0,
    clear: (box) => { box.checked = false; },
  },
  points: {
    fields: (form) => form.querySelectorAll('input[type="number"][name^="punten-"]'),
    isOn: (field) => field.value !== "" && field.value !== "0" || field.validity.badInput,
    cost: (field) => Number(field.dataset.cost) || 0,
    clear: (field) => { field.value = ""; },
  },
  ranking: {
    fields: (form) => form.querySelectorAll('select[name^="plaats-"]'),
    isOn: (place) => place.value !== "",
    cost: (place) => Number(place.selectedOptions[0]?.dataset.cost) || 0,
    clear: (place) => { place.value = ""; },
  },
};

function follow(form) {
  const method = form.dataset.method ?? "approval";
  const way = METHODS[method] ?? METHODS.ticks;
  const fields = [...way.fields(form)];
  const meter = form.querySelector("[data-ballot-meter]");
  if (!meter || !fields.length) return;
  const words = meter.dataset;
  const find = (name) => form.querySelector(`[data-ballot-${name}]`);
  const number = (name) => Number(form.dataset[name]) || null;
  const [budget, points, most] = [number("budget"), number("points"), number("max")];
  const clearing = find("clear");
  const amount = (left) => budget ? euros(left) : `${left} ${left === 1 ? words.one : words.many}`;

  // What cannot be right whatever the total: points that are no number, a place that is skipped, a project named twice.
  function fault(on) {
    if (method === "points") return on.some((field) => !/^[1-9]\d*$/.test(field.value)) ? words.wrong : "";
    if (method !== "ranking") return "";
    if (new Set(on.map((place) => place.value)).size < on.length) return words.twice;
    const empty = fields.findIndex((place) => !place.value);
    return empty >= 0 && empty < on.length ? fill(words.gap, empty + 1) : "";
  }

  function state() {
    const on = fields.filter(way.isOn);
    const spent = sum(on.map(way.cost));
    const used = method === "points" ? sum(on.map((field) => Number(field.value) || 0)) : on.length;
    const tooMany = most && used > most;
    const [now, limit] = budget && !tooMany ? [spent, budget] : [used, points ?? most];
    const unit = (left) => budget && tooMany ? `${left} ${left === 1 ? words.one : words.many}` : amount(left);
    const wrong = fault(on);
    const over = !wrong && limit !== null && now > limit;
    const told = wrong || (limit === null ? fill(words.left, amount(used)) : over ? fill(words.over, unit(now - limit))
      : now === limit ? words.full : fill(words.left, unit(limit - now)));
    const figure = budget ? fill(words.of, euros(spent), euros(budget)) : limit ? fill(words.of, used, limit) : fill(words.together, euros(spent));
    return { on, told, figure, now, isBad: Boolean(wrong) || over };
  }

  function mark(on) {
    for (const place of fields) {
      for (const option of place.options) {
        if (!option.value) continue;
        option.dataset.title ??= option.textContent;
        const elsewhere = on.find((other) => other !== place && other.value === option.value);
        const text = elsewhere ? `${option.dataset.title} – ${fill(words.at, fields.indexOf(elsewhere) + 1)}` : option.dataset.title;
        if (option.textContent !== text) option.textContent = text;
      }
    }
  }

  function show() {
    const { on, told, figure, now, isBad } = state();
    find("state").textContent = told;
    find("figure").textContent = figure;
    find("alert").hidden = !isBad;
    const bar = find("progress");
    if (bar) bar.value = Math.min(now, bar.max);
    form.classList.toggle("ballot-over", isBad);
    if (clearing) clearing.hidden = !on.length;
    if (method === "ranking") mark(on);
    return told;
  }

  const say = after(PAUSE, (told) => { find("said").textContent = told; });
  const kept = keep(form, fields, way);
  const changed = (event) => {
    if (event && !fields.includes(event.target)) return;
    say(show());
    kept.changed();
  };
  form.addEventListener("input", changed);
  form.querySelector('[name="telt_mee"]')?.addEventListener("change", kept.changed);
  clearing?.addEventListener("click", () => {
    fields.forEach(way.clear);
    changed();
    say(words.cleared);
    fields[0].focus();
  });
  search(form);
  show();
  // Back and forward bring marks that were put back by the browser itself.
  addEventListener("pageshow", (event) => { if (event.persisted) show(); });
}

// Rows that do not fit are hidden and keep their marks. In a ranking they are not offered on a place either, but where
// they were chosen already: a disabled choice would not be sent.
function search(form) {
  const finder = form.querySelector("[data-ballot-finder]");
  const found = form.querySelector("[data-ballot-found]");
  if (!finder || !found) return;
  const rows = [...form.querySelectorAll("[data-find]")];
  const offered = [...form.querySelectorAll('select[name^="plaats-"] option:not([value=""])')];
  const [words, area, theme] = ["q", "deelgemeente", "thema"].map((name) => finder.querySelector(`[name="${name}"]`));
  const button = finder.querySelector("[data-ballot-find-button]");
  if (button) button.hidden = true;
  const say = after(PAUSE, (text) => { found.textContent = text; });

  function look() {
    const wanted = (words?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      row.hidden = !wanted.every((word) => row.dataset.find.includes(word))
        || Boolean(area?.value) && !row.dataset.areas.split(" ").includes(area.value)
        || Boolean(theme?.value) && row.dataset.theme !== theme.value;
    }
    const gone = new Set(rows.filter((row) => row.hidden).map((row) => row.dataset.project));
    for (const option of offered) option.hidden = option.disabled = gone.has(option.value) && !option.selected;
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("[data-ballot-none]").hidden = shown > 0;
    say(shown && shown < rows.length ? fill(found.dataset.words, shown, rows.length) : "");
  }

  finder.addEventListener("input", look);
  words?.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  look();
}

// The focus never ends up under the bar, however tall its words make it.
function clearOfBar(bar) {
  const room = () => {
    const sticks = getComputedStyle(bar).position === "sticky";
    document.documentElement.style.scrollPaddingBottom = sticks ? `${bar.offsetHeight + 24}px` : "";
    const now = document.activeElement;
    const row = now?.closest(".choice, .ranking li");
    if (sticks && row && row.getBoundingClientRect().bottom > bar.getBoundingClientRect().top) row.scrollIntoView({ block: "nearest" });
  };
  new ResizeObserver(room).observe(bar);
  addEventListener("resize", room);
}

document.querySelectorAll("[data-ballot-done]").forEach((place) => forget(place.dataset.ballotDone));
document.querySelectorAll("form[data-ballot]").forEach(follow);
document.querySelectorAll(".ballot-bar").forEach(clearOfBar);
