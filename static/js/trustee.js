// The page of one trustee: shows one screen at a time, asks the server how far the others are, and lets its neighbours
// trustee_*.js compute. Secrets stay in the memory of this page; what is sent is public. Screens and words stand in
// templates/referendum/trustee.html.

import * as opening from "./trustee_box.js";
import * as files from "./trustee_files.js";
import * as making from "./trustee_keys.js";
import * as proofs from "./trustee_proofs.js";

const keys = { ...proofs, ...making, ...files, ...opening };

const root = document.getElementById("trustee");
const own = JSON.parse(document.getElementById("trustee-settings").textContent);
const words = JSON.parse(document.getElementById("trustee-words").textContent);
const heading = document.querySelector("h1");
const brand = document.title.slice(document.title.lastIndexOf(" – "));
const part = (name, within = root) => within.querySelector(`[data-${name}]`);
const parts = (name) => root.querySelectorAll(`[data-${name}]`);
const field = (name) => document.getElementById(`trustee-${name}`);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);

/** All that this page knows that nobody else may know; a reload forgets it. */
let me = null; // {number, seed, decryptionKey, passphrase}
let stand = null;
let ceremony = { count: own.count, threshold: own.threshold, pieces: {} };
let screen = "";
let isWorking = false;
let box = null; // what is to be opened, read and counted by this page
let hasStopped = false;
let mayPass = false; // the fault on screen is of work that the clock does again: when that goes well, it is over

/** Reasons for which a trustee must open nothing: the page goes no further, and what it said stays. */
const ALARMS = ["archive", "not_closed", "other_box", "other_hash"];

/* Screens */

function show(name, values = {}) {
  if (name !== screen) blame("");
  screen = name;
  for (const each of parts("screen")) each.hidden = each.dataset.screen !== name;
  const title = fill(part(`screen="${name}"`).dataset.heading, { ...own, ...values });
  if (heading.textContent === title) return;
  heading.textContent = title;
  document.title = title + brand;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function say(text) {
  for (const place of parts("said")) place.textContent = text;
}

/**
 * A fault in words, on top of the screen that is shown; empty takes it away. The clock takes nothing away that a press
 * must mend, says nothing over it, and leaves the reader where they are.
 */
function blame(text, isOfClock = false) {
  const place = part("fault");
  const said = part("fault-words", place);
  if (isOfClock && !place.hidden && (!mayPass || said.textContent === text)) return;
  mayPass = isOfClock || screen === "making" || (screen === "open" && !box);
  place.hidden = !text;
  said.textContent = text;
  if (text && !isOfClock) {
    place.focus();
    place.scrollIntoView({ block: "center" });
  }
}

function wordsOf(fault) {
  if (fault instanceof keys.TrusteeFault) return fill(words.faults.trustee, { number: fault.trustee });
  if (fault instanceof keys.Refused && fault.reason.startsWith("row ")) return fill(words.faults.row, { row: fault.reason.slice(4) });
  return words.faults[fault?.reason] ?? (fault?.message === "offline" ? words.faults.offline : fault?.said ?? words.faults.other);
}

/* What goes to and comes from the server */

async function ask(path) {
  let answer;
  try {
    answer = await fetch(own.here + path, { cache: "no-store" });
  } catch {
    throw new Error("offline");
  }
  if (!answer.ok) throw new Error("offline");
  return answer;
}

async function give(path, sent) {
  let answer;
  try {
    answer = await fetch(own.here + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) });
  } catch {
    throw new Error("offline");
  }
  const said = await answer.json().catch(() => ({}));
  if (!said.ok) throw Object.assign(new Error("refused"), { said: said.message ?? words.faults.other });
}

async function look() {
  stand = await (await ask(`/stand.json?gezien=${stand?.mark ?? ""}`)).json();
  if (stand.pieces) ceremony = { ...ceremony, pieces: stand.pieces };
  draw();
}

/* How far everybody is */

function draw() {
  const rows = stand.trustees.map((each) => {
    const row = document.createElement("li");
    const isMine = each.number === own.number;
    const done = each.steps.filter(Boolean).length;
    const state = each.opened ? "opened" : each.rehearsed ? "rehearsed" : each.confirmed ? "confirmed" : done === keys.STEPS.length ? "made" : done ? "busy" : "none";
    row.className = "trustee-row";
    row.dataset.state = state;
    const name = document.createElement("span");
    name.textContent = `${each.number}. ${each.name}${isMine ? ` (${words.you})` : ""}`;
    const meter = document.createElement("progress");
    Object.assign(meter, { max: keys.STEPS.length, value: done });
    meter.setAttribute("aria-hidden", "true");
    const said = document.createElement("span");
    said.className = "soft";
    said.textContent = fill(words.states[state], { done, all: keys.STEPS.length });
    row.append(name, meter, said);
    return row;
  });
  for (const place of parts("standing")) place.replaceChildren(...rows.map((row) => row.cloneNode(true)));
}

const mine = () => stand.trustees.find((each) => each.number === own.number);
const nextStep = () => keys.STEPS.find((_, at) => !mine().steps[at]);

/* Files */

function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function chosen(name, most = 20000) {
  const file = field(name).files[0];
  if (!file) throw new keys.Refused("no_file");
  if (file.size > most) throw new keys.Refused("broken_file");
  return file.text();
}

const keyFile = () => keys.locked({
  election: own.uuid, index: own.number, count: own.count, threshold: own.threshold, name: own.name, seed: me.seed, decryptionKey: me.decryptionKey,
}, me.passphrase);

/** Opens a key file from the medium; it must be of this trustee and this referendum. */
async function opened(fileField, passphrase) {
  const key = await keys.unlocked(await chosen(fileField), passphrase);
  if (key.election !== own.uuid || key.index !== own.number) throw new keys.Refused("other_file");
  return { number: own.number, seed: key.seed, decryptionKey: key.decryptionKey, passphrase };
}

/* Making the key */

const FILE = `sleutel-${own.number}-${own.slug}`;

async function begin() {
  const passphrase = field("passphrase").value;
  if (Array.from(passphrase).length < keys.SHORTEST_PASSPHRASE) throw new keys.Refused("short");
  if (passphrase !== field("again").value) throw new keys.Refused("differ");
  me = { number: own.number, seed: keys.newSeed(), decryptionKey: null, passphrase };
  await saveBeginning();
  show("medium");
}

async function saveBeginning() {
  download(`${FILE}-begin.json`, await keyFile());
}

/** The file that was just saved is read back from the medium before anything is published. */
async function checkMedium() {
  const back = await opened("medium-file", me.passphrase);
  if (back.seed !== me.seed) throw new keys.Refused("older_file");
  await look();
  if (!mine().steps[0]) { // it may have come through although the answer was lost, and each signature is another text
    await give("/stap", { step: "certificate", content: await keys.publish(me, ceremony, "certificate") });
    await look();
  }
  await goOn();
}

async function resume() {
  me = await opened("resume-file", field("resume-passphrase").value);
  if (!me.seed) throw new keys.Refused("no_seed");
  await goOn();
}

/** Every step that is open, one after another. What another trustee gave wrong stops everything. */
async function makeKey() {
  for (let step = nextStep(); step; step = nextStep()) {
    if (keys.waitingFor(ceremony, step).length) break;
    say(fill(words.doing, { step: keys.STEPS.indexOf(step) + 1, all: keys.STEPS.length }));
    try {
      await give("/stap", { step, content: await keys.publish(me, ceremony, step) });
    } catch (fault) {
      if (fault instanceof keys.TrusteeFault && fault.trustee !== own.number) await give("/klacht", { about: fault.trustee });
      throw fault;
    }
    await look();
  }
  say("");
  if (stand.trustees.every((each) => each.steps.every(Boolean))) await finish();
}

async function finish() {
  if (screen === "finish" || screen === "paper" || screen === "compare") return;
  const { code } = await keys.trusteesFile(ceremony);
  me.decryptionKey = await keys.decryptionKey(me, ceremony);
  part("control-code").textContent = code;
  const rows = await keys.paperRows(me.decryptionKey, own.uuid, own.number);
  for (const [at, place] of parts("paper-row").entries()) place.textContent = rows[at];
  show("finish");
}

async function saveKey() {
  if (!me.passphrase) throw new keys.Refused("passphrase");
  download(`${FILE}.json`, await keyFile());
  part("after-save").hidden = false;
}

async function checkKey() {
  const back = await opened("key-file", me.passphrase);
  if (back.decryptionKey !== me.decryptionKey) throw new keys.Refused("older_file");
  show("paper");
}

async function confirmAll() {
  if (!field("compared").checked) throw new keys.Refused("compare_first");
  if (!field("printed").checked) throw new keys.Refused("print_first");
  await give("/klaar", {});
  me = null;
  for (const place of parts("paper-row")) place.textContent = "";
  await look();
  await goOn();
}

/* Opening: the rehearsal and the box itself */

const isRehearsal = () => stand.phase === "rehearsal";
const announced = () => (isRehearsal() ? stand.rehearsal : stand.box)?.board_hash;

/** Fetches what is to be opened. Only what stood every check becomes the box of this page. */
async function loadBox() {
  const expected = announced();
  const answer = await ask(isRehearsal() ? "/repetitie.bel" : "/stembus.bel");
  say(words.counting);
  const read = await keys.readBox(await answer.arrayBuffer(), breathe);
  say("");
  const isNamedRehearsal = read.election.name.startsWith(keys.REHEARSAL_NAME);
  if (isNamedRehearsal !== isRehearsal() || (!isRehearsal() && read.election.uuid !== own.uuid)) throw new keys.Refused("other_box");
  if (read.boardHash !== expected) {
    await look();
    if (announced() !== expected) return; // another one was put ready meanwhile: the clock fetches it
    throw new keys.Refused("other_hash");
  }
  box = read;
  part("board-hash").textContent = `…… ${keys.inGroups(box.boardHash.slice(8))}`; // the beginning must come from elsewhere
  part("box-size").textContent = fill(words.box_size, { ballots: box.ballots, counted: box.counted });
  part("box").hidden = false;
}

function forgetBox() {
  box = null;
  part("box").hidden = true;
  field("typed-hash").value = "";
}

async function openBox() {
  if (!box) throw new Error("offline");
  const typed = field("typed-hash").value.toLowerCase().replace(/\s/g, "");
  if (typed.length < 8 || !box.boardHash.startsWith(typed)) throw new keys.Refused("hash");
  let secret;
  if (field("on-paper").checked) {
    secret = await keys.secretOnPaper([1, 2, 3, 4].map((row) => field(`row-${row}`).value), own.uuid, own.number);
  } else {
    ({ decryptionKey: secret } = await opened("open-file", field("open-passphrase").value));
    if (secret === null) throw new keys.Refused("unfinished");
  }
  const bar = part("open-progress");
  bar.parentElement.hidden = false;
  try {
    const content = await keys.partialDecryption(box, secret, own.number, async (share) => {
      bar.value = share;
      part("open-percent").textContent = `${Math.floor(100 * share)} %`;
      await breathe();
    });
    await give(isRehearsal() ? "/repetitie" : "/opening", { content });
  } finally {
    bar.parentElement.hidden = true;
  }
  for (const input of root.querySelectorAll("input")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  choosePaper(false);
  forgetBox();
  await look();
  await goOn();
}

function choosePaper(isOnPaper) {
  part("with-paper").hidden = !isOnPaper;
  part("with-file").hidden = isOnPaper;
}

/** A part that `spreekt trustee decrypt` made elsewhere. */
async function handIn() {
  const content = (await chosen("part-file", 400000)).trim();
  await give(isRehearsal() ? "/repetitie" : "/opening", { content });
  forgetBox();
  await look();
  await goOn();
}

const breathe = () => new Promise((go) => { setTimeout(go); });

/* What is next */

async function goOn() {
  if (stand.complaints.length) {
    me = null;
    part("complaint").textContent = fill(words.complaint, { by: stand.complaints[0][0], about: stand.complaints[0][1] });
    return show("stopped");
  }
  if (stand.phase === "key") {
    if (!mine().steps[0]) return ["passphrase", "medium"].includes(screen) ? undefined : show("welcome");
    if (!me) return show("resume");
    if (!["finish", "paper"].includes(screen)) show("making");
    return makeKey();
  }
  const isMyTurn = (stand.phase === "rehearsal" && !mine().rehearsed) || (stand.phase === "open" && !mine().opened);
  if (isMyTurn) {
    if (screen === "open" && box?.boardHash === announced()) return undefined;
    const isAnother = box !== null;
    if (isAnother) blame(""); // what was said of the old one is over
    forgetBox();
    for (const place of parts("for")) place.hidden = place.dataset.for !== stand.phase;
    show("open", { what: words.opening[stand.phase] });
    await loadBox();
    if (isAnother) say(words.another_box);
    return undefined;
  }
  const at = stand.phase === "rehearsal" ? "rehearsed" : stand.phase === "open" ? "opened" : stand.rehearsal?.passed && stand.phase === "wait" ? "passed" : stand.phase;
  part("waiting-words").textContent = fill(words.waiting[at], { reason: stand.annulled_because });
  return show("waiting", { title: words.waiting_titles[at] });
}

/** Runs what a button or the clock asks for; one thing at a time, and every fault becomes words. */
async function run(work, isOfClock = false) {
  if (isWorking) return;
  isWorking = true;
  root.setAttribute("aria-busy", "true");
  try {
    await work();
    blame("", isOfClock);
  } catch (fault) {
    say("");
    const isAlarm = fault instanceof keys.TrusteeFault || ALARMS.includes(fault?.reason);
    if (isAlarm) forgetBox();
    hasStopped ||= isAlarm;
    blame(wordsOf(fault), isOfClock && !isAlarm);
  } finally {
    isWorking = false;
    root.removeAttribute("aria-busy");
  }
}

const BUTTONS = {
  start: async () => show("passphrase"), begin, "save-again": saveBeginning, "check-medium": checkMedium, resume,
  "save-key": saveKey, "check-key": checkKey, print: async () => print(), compared: confirmAll, open: openBox, "hand-in": handIn,
};

let looking = null;

root.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { submitter, target } = event;
  await looking; // what the clock asked for goes first; a press meanwhile waits and is not lost
  if (!target.hidden) run(BUTTONS[submitter?.value] ?? (async () => {}));
});
field("on-paper").addEventListener("change", ({ target }) => choosePaper(target.checked));
addEventListener("beforeunload", (event) => { if (me && stand?.phase === "key") event.preventDefault(); });

const follow = () => run(async () => { await look(); await goOn(); }, true);

part("starting").hidden = true;
await follow();
setInterval(() => {
  if (isWorking || hasStopped || document.hidden || ["welcome", "passphrase", "medium", "resume", "finish", "paper"].includes(screen)) return;
  looking = follow();
}, own.poll_ms);
