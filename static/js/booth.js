// The voting booth of a referendum: arithmetic and encryption (SpreektBallot), then the page that uses it.
// Nobody else's code, nothing kept in the browser, one request: the sealed ballot. Formats and formulas: the Belenios
// specification, group BELENIOS-2048, protocol version 1.
//
// SpreektBallot works on BigInts and on text; whatever hashes gives a Promise. Other pages may use it too:
//   P, Q, G                         the group: field, order, generator
//   power(base, exponent)           base ** exponent mod P, for a base in the group (the exponent is taken mod Q)
//   powerOfG(exponent)              the same for G, quicker, from a table
//   fixedBase(base)                 a function exponent -> power, with a table of its own: for a base that is used often
//   inverse(x)                      1 / x mod P
//   inGroup(x)                      whether x is an element of the group; isScalar(x): whether 0 <= x < Q
//   number(text)                    the BigInt of canonical decimal digits; throws on any other spelling
//   challenge(prefix, elements)     Hq of the protocol, a Promise of a scalar
//   randomScalar()                  a secret scalar, uniform below Q
//   drawingFrom(seedHex)            the scalars of one seed of 32 bytes: a function that promises the next one
//   randomHex(bytes), sha256Hex(text), sha256B64(text)     text may be bytes too; B64 has no "="
//   canonical(object)               the one spelling of a file: compact JSON, fields in the order they were written in
//   readCode(typed), secretOf(code, uuid), prepare(election), stepsOf(election), seal({...})     a voting code, its key,
//                                   and a whole ballot: see there

/** The arithmetic. One closed function without the page, so that its own text can run in a worker. */
function spreektBallotArithmetic() {
  "use strict";
  const P = 20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790491654063777173764198678527273474476341835600035698305193144284561701911000786737307333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719n;
  const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
  const G = 2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846139864532661215055797097162016168270312886432456663834863635782106154918419982534315189740658186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627n;
  const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  const reduce = (x, modulus) => ((x % modulus) + modulus) % modulus;
  const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  /** base ** exponent mod P, four bits at a time; the exponent is not reduced. */
  function powerOf(base, exponent) {
    const row = [1n, base];
    while (row.length < 16) row.push((row[row.length - 1] * base) % P);
    let result = 1n;
    for (const digit of exponent.toString(16)) {
      for (let squared = 0; squared < 4; squared += 1) result = (result * result) % P;
      const value = parseInt(digit, 16);
      if (value) result = (result * row[value]) % P;
    }
    return result;
  }

  const power = (base, exponent) => powerOf(base, reduce(exponent, Q));

  /** exponent -> base ** exponent mod P. The table, a row per hexadecimal digit, costs about four powers, once. */
  function fixedBase(base) {
    const rows = [];
    function fill() {
      for (let step = base; rows.length < 64;) {
        const row = [1n];
        while (row.length < 16) row.push((row[row.length - 1] * step) % P);
        rows.push(row);
        step = (row[15] * step) % P;
      }
    }
    return (exponent) => {
      if (!rows.length) fill();
      const digits = reduce(exponent, Q).toString(16);
      let result = 1n;
      for (let at = 0; at < digits.length; at += 1) {
        const value = parseInt(digits[digits.length - 1 - at], 16);
        if (value) result = (result * rows[at][value]) % P;
      }
      return result;
    };
  }

  const powerOfG = fixedBase(G);

  /** 1 / x mod P, by Euclid. */
  function inverse(x) {
    let [high, low, left, right] = [P, reduce(x, P), 0n, 1n];
    while (low) {
      const times = high / low;
      [high, low, left, right] = [low, high - times * low, right, left - times * right];
    }
    if (high !== 1n) throw new RangeError("no inverse");
    return reduce(left, P);
  }

  const inGroup = (x) => x > 0n && x < P && powerOf(x, Q) === 1n;
  const isScalar = (x) => x >= 0n && x < Q;

  function number(text) {
    if (typeof text !== "string" || text.length > 617 || !/^(0|[1-9][0-9]*)$/.test(text)) throw new RangeError("not a number");
    return BigInt(text);
  }

  const bytesOf = (text) => (typeof text === "string" ? new TextEncoder().encode(text) : new Uint8Array(text));
  const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));
  const sha256Hex = async (text) => hexOf(await sha256(text));
  const sha256B64 = async (text) => btoa(String.fromCharCode(...await sha256(text))).replace(/=+$/, "");
  const challenge = async (prefix, elements) => BigInt("0x" + await sha256Hex(prefix + elements.join(","))) % Q;
  const canonical = (object) => JSON.stringify(object);
  const randomHex = (bytes) => hexOf(crypto.getRandomValues(new Uint8Array(bytes)));

  function randomScalar() {
    for (;;) {
      const scalar = BigInt("0x" + randomHex(32));
      if (scalar < Q) return scalar; // never reduced: that would favour small ones
    }
  }

  /** All randomness of one ballot. Block n is the SHA-256 of `spreekt-ballot|<seed>|<n>`; one that is not below Q is skipped. */
  function drawingFrom(seed) {
    if (!/^[0-9a-f]{64}$/.test(seed)) throw new RangeError("a seed has 32 bytes");
    let block = 0;
    return async () => {
      for (;;) {
        const scalar = BigInt("0x" + await sha256Hex(`spreekt-ballot|${seed}|${block}`));
        block += 1;
        if (scalar < Q) return scalar;
      }
    };
  }

  /* Voting codes: base58 has no 0, O, I or l. 22 characters in groups as the letter prints them; classic ones have 15, the last a check. */
  const GROUPS = { 22: 4, 15: 3 };

  /**
   * What somebody typed, pasted or scanned (also a link with the code after "#"), spelt as on the letter: {code}.
   * Otherwise {fault: "empty" | "character" | "length" | "check", length} and of a wrong character also itself, its place
   * from 1 without the dashes (`at`), and where it stands in what was typed, from 0 (`index`).
   */
  function readCode(typed) {
    const characters = [];
    for (let index = typed.lastIndexOf("#") + 1; index < typed.length; index += 1) {
      if (/[\s\-\u00ad\u2010-\u2014\u2212]/.test(typed[index])) continue;
      characters.push(typed[index]);
      if (!BASE58.includes(typed[index])) {
        return { fault: "character", character: String.fromCodePoint(typed.codePointAt(index)), at: characters.length, index };
      }
    }
    const length = characters.length;
    if (!length) return { fault: "empty" };
    if (!(length in GROUPS)) return { fault: "length", length };
    if (length === 15) {
      const rest = characters.slice(0, 14).reduce((sum, character) => (sum * 58 + BASE58.indexOf(character)) % 53, 0);
      if (characters[14] !== BASE58[53 - rest]) return { fault: "check", length };
    }
    return { code: characters.join("").match(new RegExp(`.{1,${GROUPS[length]}}`, "g")).join("-") };
  }

  /** The secret key of a code as printed, dashes included. */
  async function secretOf(code, uuid) {
    const password = await crypto.subtle.importKey("raw", bytesOf(code), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(uuid), iterations: 1000 };
    return BigInt("0x" + hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, password, 256)))) % Q;
  }

  /** How many progress steps seal() reports: one per choice, one per proof over all choices of a question, one signature. */
  const stepsOf = (election) => election.questions.reduce((sum, { answers, blank }) => sum + answers.length + (blank ? 3 : 1), 1);

  /**
   * A whole ballot: {ballot, tracker, credential}, the ballot as its canonical text.
   *   election      the election file, parsed; fingerprint: sha256B64 of its exact bytes
   *   secret        secretOf(code, election.uuid)
   *   choices       per question a list of 0 and 1, the blank slot first where the question has one
   *   draw          where the secret scalars of choices and proofs come from, in the order that a test recomputes: drawingFrom(seed)
   *   drawToSign    where the one of the signature comes from. A test reveals the seed: from the seed's own scalar anybody
   *                 could compute the voter's secret, so a booth signs with a fresh one
   *   progress      called with the number of steps done; what it promises is waited for
   */
  async function seal({ election, fingerprint, secret, choices, draw, drawToSign = randomScalar, progress = () => {} }) {
    const powerOfKey = prepare(election);
    const credential = powerOfG(secret);
    let done = 0;
    const step = () => progress(done += 1);

    const ballot = { election_uuid: election.uuid, election_hash: fingerprint, credential: String(credential), answers: [] };
    for (const [at, question] of election.questions.entries()) {
      ballot.answers.push(await sealAnswer(question, choices[at], { powerOfKey, who: `${fingerprint}|${credential}`, draw, step }));
    }
    const hash = await sha256B64(canonical(ballot));
    const w = await drawToSign();
    const c = await challenge(`sig|${hash}|`, [powerOfG(w)]);
    ballot.signature = { hash, proof: { challenge: String(c), response: String(reduce(w - secret * c, Q)) } };
    const text = canonical(ballot);
    await step();
    return { ballot: text, tracker: await sha256B64(text), credential: String(credential) };
  }

  const tables = new Map();

  /** Refuses an election that this program cannot seal a ballot for, and makes the tables, so that sealing is quick. */
  function prepare(election) {
    if (election.version !== 1 || election.group !== "BELENIOS-2048") throw new RangeError("another protocol");
    const text = election.public_key;
    if (!tables.has(text)) {
      const key = number(text);
      if (!inGroup(key) || key === 1n) throw new RangeError("the key is not in the group");
      tables.set(text, fixedBase(key));
      tables.get(text)(1n);
      powerOfG(1n);
    }
    return tables.get(text);
  }

  /** One question. A slot is {alpha, beta, r, m}: alpha = g^r, beta = y^r g^m. */
  async function sealAnswer(question, vector, { powerOfKey, who, draw, step }) {
    allowed(question, vector);
    const slots = [];
    for (const m of vector) slots.push({ m, r: await draw() });
    for (const slot of slots) {
      slot.alpha = powerOfG(slot.r);
      slot.beta = (powerOfKey(slot.r) * (slot.m ? G : 1n)) % P;
    }
    const pair = ({ alpha, beta }) => `${alpha},${beta}`;
    const tools = { powerOfKey, draw };

    const individual = [];
    for (const slot of slots) {
      individual.push(await disjunction(`prove|${who}|${pair(slot)}|`, [off(slot, 0), off(slot, 1)], tools));
      await step();
    }

    const real = question.blank ? slots.slice(1) : slots;
    const sum = real.reduce((total, slot) => ({
      alpha: (total.alpha * slot.alpha) % P, beta: (total.beta * slot.beta) % P, r: total.r + slot.r, m: total.m + slot.m,
    }), { alpha: 1n, beta: 1n, r: 0n, m: 0 });
    const allowedSums = [];
    for (let count = question.min; count <= question.max; count += 1) allowedSums.push(off(sum, count));
    const all = `${who}|${slots.map(pair).join(",")}`;

    const answer = { choices: slots.map(({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) })), individual_proofs: individual };
    if (question.blank) {
      const blankProof = await disjunction(`bproof0|${all}|`, [off(slots[0], 0), off(sum, 0)], tools);
      await step();
      answer.overall_proof = await disjunction(`bproof1|${all}|`, [off(slots[0], 1), ...allowedSums], tools);
      answer.blank_proof = blankProof;
    } else {
      answer.overall_proof = await disjunction(`prove|${all}|${pair(sum)}|`, allowedSums, tools);
    }
    await step();
    return answer;
  }

  /** The statement "this slot holds `count`": its alpha is g^r, its beta / g^count is y^r g^gap, and it is true when gap is 0. */
  const off = ({ r, m }, count) => ({ r, gap: m - count });

  /**
   * Proves that one of the statements is true, without telling which. Who knows r can write every power of the others'
   * numbers as a power of g and of y: alpha^c = g^(rc), and (y^r g^gap)^c = y^(rc) g^(gap c).
   */
  async function disjunction(prefix, statements, { powerOfKey, draw }) {
    const truth = statements.findIndex(({ gap }) => gap === 0);
    const commitments = [];
    const proofs = [];
    let others = 0n;
    for (const [at, { r, gap }] of statements.entries()) {
      if (at === truth) continue;
      const c = await draw();
      const z = await draw();
      const exponent = z + r * c;
      commitments[at] = [powerOfG(exponent), (powerOfKey(exponent) * powerOfG(BigInt(gap) * c)) % P];
      proofs[at] = { challenge: String(c), response: String(z) };
      others += c;
    }
    const w = await draw();
    commitments[truth] = [powerOfG(w), powerOfKey(w)];
    const c = reduce(await challenge(prefix, commitments.flat()) - others, Q);
    proofs[truth] = { challenge: String(c), response: String(reduce(w - statements[truth].r * c, Q)) };
    return proofs;
  }

  /** Refuses what no proof can be made for, before anything is computed. */
  function allowed(question, vector) {
    const wellFormed = vector?.length === question.answers.length + (question.blank ? 1 : 0) && vector.every((m) => m === 0 || m === 1);
    const chosen = wellFormed ? vector.slice(question.blank ? 1 : 0).reduce((sum, m) => sum + m, 0) : -1;
    const isBlank = Boolean(question.blank) && wellFormed && vector[0] === 1;
    if (isBlank ? chosen !== 0 : chosen < question.min || chosen > question.max) throw new RangeError("not an answer to this question");
  }

  return Object.freeze({
    P, Q, G, power, powerOfG, fixedBase, inverse, inGroup, isScalar, number, challenge, randomScalar, randomHex, drawingFrom,
    sha256Hex, sha256B64, canonical, readCode, secretOf,
    prepare, stepsOf, seal,
  });
}

globalThis.SpreektBallot = spreektBallotArithmetic();

/** What runs in the worker beside the arithmetic: it warms up for an election, and seals what it is given. */
function spreektBallotWorker() {
  "use strict";
  addEventListener("message", async ({ data: job }) => {
    try {
      const { prepare, secretOf, drawingFrom, seal } = SpreektBallot;
      prepare(job.election);
      if (!job.seed) return;
      const secret = await secretOf(job.code, job.election.uuid);
      const sealed = await seal({ ...job, secret, draw: drawingFrom(job.seed), progress: (done) => postMessage({ done }) });
      postMessage({ sealed });
    } catch (fault) {
      postMessage({ fault: String(fault) });
    }
  });
}

/** The page. Its screens and words stand in the document; see templates/referendum/booth_screens.html. */
function spreektBooth(root) {
  "use strict";
  const heading = document.querySelector("h1");
  const brand = document.title.slice(document.title.lastIndexOf(" – "));
  const settings = JSON.parse(document.getElementById("booth-settings").textContent);
  const words = JSON.parse(document.getElementById("booth-words").textContent);
  const field = (name) => document.getElementById(`booth-${name}`);
  const part = (name) => root.querySelector(`[data-${name}]`);
  const parts = (name) => root.querySelectorAll(`[data-${name}]`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
  const STAGES = { code: 1, birth: 1, question: 2, review: 3, sealing: 3, sealed: 3, kept: 4, counted: 5, tested: 3, closed: 0 };
  const RETRIES_MS = [1000, 3000];
  const PATIENCE_MS = 30000;
  const QUIET_MS = 150000;
  const LEFT_MS = 30000;
  const LATER_REASONS = ["suspended", "not-signed-in"];
  const FINAL_REASONS = ["not-open", "already-voted", "too-many-changes", "used-on-paper", "no-residence"];

  heading.id = "booth-heading";
  let election, sealer, quiet, before;
  let vote = nothing();

  /** All that this page knows of a voter. It stands in memory alone and goes with wipe(). */
  function nothing() {
    return { code: "", birth: "", answers: [], at: 0, screen: "", seed: "", sealed: null, key: "", isSent: false, isUnsure: false, isPending: false };
  }

  function wipe() {
    vote = nothing();
    sealer?.forget();
    root.querySelectorAll("input").forEach((input) => { input.value = ""; });
    for (const name of ["choices", "review"]) part(name).replaceChildren();
    for (const name of ["tracker", "seed"]) parts(name).forEach((place) => { place.textContent = ""; });
  }

  /* Screens */

  function say(text) {
    const place = part("said");
    place.textContent = "";
    setTimeout(() => { place.textContent = text; }, 50);
  }

  /** Shows one screen, its words as h1, and puts the focus there. Only its name goes into the browser's history. */
  function show(name, { title, remember = true } = {}) {
    vote.screen = name;
    for (const form of parts("screen")) form.hidden = form.dataset.screen !== name;
    heading.textContent = title ?? part(`screen="${name}"`).dataset.heading;
    document.title = heading.textContent + brand;
    for (const [at, step] of document.querySelectorAll(".steps li").entries()) {
      const isDone = at + 1 < STAGES[name];
      step.classList.toggle("step-done", isDone);
      step.querySelectorAll("[data-done]").forEach((mark) => mark.toggleAttribute("hidden", !isDone));
      if (at + 1 === STAGES[name]) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    if (remember) history.pushState({ screen: name, at: vote.at }, "");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /* Left alone */

  /** Begins to wait anew at each touch or key. Whoever walks away leaves nothing for who comes next: it asks, then starts anew. */
  function watch() {
    clearTimeout(quiet);
    if (!part("asks").hidden) {
      part("asks").hidden = true;
      before.focus();
    }
    quiet = setTimeout(askWhoIsThere, QUIET_MS);
  }

  /** A ballot that was sent stays until its answer is final, and an empty booth has nothing to lose. */
  function askWhoIsThere() {
    const isUsed = vote.code || vote.sealed || [...root.querySelectorAll("input")].some((input) => input.value);
    if (!isUsed || vote.isPending || vote.screen === "sealing") return watch();
    before = document.activeElement;
    part("asks").hidden = false;
    part("asks").querySelector("button").focus();
    quiet = setTimeout(startAnew, LEFT_MS);
  }

  function startAnew() {
    watch();
    wipe();
    show("code");
  }

  function blame(name, text, input = field(name)) {
    const place = field(`${name}-error`);
    place.hidden = !text;
    place.querySelector("[data-words]").textContent = text;
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== place.id);
    input.setAttribute("aria-describedby", (text ? [place.id, ...described] : described).join(" "));
    if (!text) return input.removeAttribute("aria-invalid");
    input.setAttribute("aria-invalid", "true");
    return input.focus();
  }

  /* Code and birth date */

  function takeCode() {
    const typed = field("code").value;
    const read = SpreektBallot.readCode(typed);
    if (read.fault) {
      const way = words.look_alikes[read.character] ?? words.look_alikes.other;
      blame("code", fill(words[`code_${read.fault}`], { ...read, way }));
      if (read.fault === "character") field("code").setSelectionRange(read.index, read.index + read.character.length);
      return;
    }
    blame("code", "");
    field("code").value = vote.code = read.code;
    vote.sealed = null;
    afterCode();
  }

  const afterCode = () => (settings.asks_birth_date ? show("birth") : vote.sealed ? showSealed() : showQuestion(0));

  function takeBirthDate() {
    const [day, month, year] = ["day", "month", "year"].map((name) => Number(field(name).value));
    const birth = new Date(Date.UTC(year, month - 1, day));
    const exists = year > 1850 && birth <= new Date() && birth.getUTCMonth() === month - 1 && birth.getUTCDate() === day;
    blame("birth", exists ? "" : words.birth, field("day"));
    if (!exists) return;
    vote.birth = birth.toISOString().slice(0, 10);
    if (vote.sealed) showSealed();
    else showQuestion(0);
  }

  async function takeFile() {
    const file = field("file").files[0];
    const text = file && file.size < 1e6 ? (await file.text()).trim() : "";
    let ballot;
    try {
      ballot = JSON.parse(text);
    } catch {
      return blame("file", file ? words.file_wrong : words.file_none);
    }
    if (!ballot?.signature || SpreektBallot.canonical(ballot) !== text) return blame("file", words.file_wrong);
    if (ballot.election_hash !== settings.fingerprint) return blame("file", words.file_other);
    blame("file", "");
    vote.seed = "";
    take({ ballot: text, tracker: await SpreektBallot.sha256B64(text) });
    return afterCode();
  }

  /* Choices */

  const radiosFor = ({ max }) => max === 1;
  const limits = (question) => {
    const { min, max } = question;
    const how = radiosFor(question) ? words.choose_one : min === max ? words.choose_exactly : min ? words.choose_some : words.choose_most;
    return fill(how, { min, max });
  };

  /** The answers as the screen offers them: [slot, words], blank last; slot -1 is no answer at all. */
  function offered(question) {
    const first = question.blank ? 1 : 0;
    const list = question.answers.map((answer, at) => [at + first, answer]);
    if (question.blank) list.push([0, words.blank]);
    else if (question.min === 0 && radiosFor(question)) list.push([-1, words.no_answer]);
    return list;
  }

  function showQuestion(at, remember = true) {
    vote.at = at;
    const question = election.questions[at];
    const chosen = vote.answers[at] ?? [];
    const count = election.questions.length;
    part("how").textContent = (count > 1 ? `${fill(words.question_of, { at: at + 1, all: count })} ` : "") + limits(question);
    part("next").textContent = at + 1 < count ? words.next_question : words.to_review;
    part("choices").replaceChildren(...offered(question).map(([slot, label]) => {
      const card = field("choice").content.cloneNode(true);
      const input = card.querySelector("input");
      input.type = radiosFor(question) ? "radio" : "checkbox";
      input.name = "choice";
      input.value = slot;
      input.checked = chosen.includes(slot);
      card.querySelector(".choice-label").textContent = label;
      return card;
    }));
    field("choice-error").hidden = true;
    show("question", { title: question.question, remember });
  }

  /** Blank excludes the others, whichever is ticked last. */
  function balance(ticked) {
    const question = election.questions[vote.at];
    if (ticked.name !== "choice" || ticked.type !== "checkbox" || !question.blank || !ticked.checked) return;
    for (const other of part("choices").querySelectorAll("input")) {
      if ((other.value === "0") !== (ticked.value === "0")) other.checked = false;
    }
  }

  function takeChoice() {
    const question = election.questions[vote.at];
    const slots = [...part("choices").querySelectorAll("input:checked")].map((input) => Number(input.value));
    const isBlank = question.blank && slots.includes(0);
    const count = slots.filter((slot) => slot >= 0).length;
    if (!slots.length && (radiosFor(question) || question.min || question.blank)) return refuseChoice(question.blank ? words.none_chosen_blank : words.none_chosen);
    if (!isBlank && (count < question.min || count > question.max)) return refuseChoice(fill(words.wrong_number, { count, how: limits(question) }));
    vote.answers[vote.at] = slots;
    return vote.at + 1 < election.questions.length ? showQuestion(vote.at + 1) : showReview();
  }

  function refuseChoice(text) {
    const inputs = part("choices").querySelectorAll("input");
    blame("choice", text, inputs[0]);
    inputs.forEach((input) => input.setAttribute("aria-invalid", "true"));
  }

  function showReview(remember = true) {
    part("review").replaceChildren(...election.questions.map((question, at) => {
      const row = field("answer").content.cloneNode(true);
      const chosen = offered(question).filter(([slot]) => vote.answers[at].includes(slot)).map(([, label]) => label);
      row.querySelector("dt").textContent = question.question;
      row.querySelector("dd").textContent = chosen.join(" · ") || words.no_answer;
      row.querySelector("button").value = `change-${at}`;
      row.querySelector(".unseen").textContent = ` ${fill(words.change, { question: question.question })}`;
      return row;
    }));
    show("review", { remember });
  }

  /** Per question a list of 0 and 1, the blank slot first where there is one. */
  const vectors = () => election.questions.map(({ answers, blank }, at) => (
    Array.from({ length: answers.length + (blank ? 1 : 0) }, (_, slot) => (vote.answers[at].includes(slot) ? 1 : 0))
  ));

  /* Sealing */

  /** Seals in a worker made of this very file's text; without workers, here, with a pause after each step. */
  function makeSealer(progress) {
    const text = `globalThis.SpreektBallot = (${spreektBallotArithmetic})(); (${spreektBallotWorker})();`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    let worker;

    function begin() {
      worker?.terminate();
      try {
        worker = new Worker(address);
        worker.onerror = () => { worker = null; };
        worker.postMessage({ election });
      } catch {
        worker = null;
      }
    }

    async function here(job) {
      const { secretOf, drawingFrom, seal } = SpreektBallot;
      const pause = (done) => { progress(done); return new Promise((go) => { setTimeout(go); }); };
      return seal({ ...job, secret: await secretOf(job.code, job.election.uuid), draw: drawingFrom(job.seed), progress: pause });
    }

    const there = (job) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.done) progress(data.done);
        else if (data.sealed) resolve(data.sealed);
        else reject(new Error(data.fault));
      };
      worker.onerror = () => { worker = null; resolve(here(job)); };
      worker.postMessage(job);
    });

    begin();
    return { seal: (job) => (worker ? there(job) : here(job)), forget: begin };
  }

  function showProgress(done) {
    const all = SpreektBallot.stepsOf(election);
    part("progress").max = all;
    part("progress").value = done;
    part("percent").textContent = `${Math.floor((done / all) * 100)} %`;
  }

  async function seal() {
    showProgress(0);
    show("sealing", { remember: false });
    say(words.sealing);
    vote.seed = SpreektBallot.randomHex(32);
    try {
      const { code, seed } = vote;
      take(await sealer.seal({ election, fingerprint: settings.fingerprint, code, choices: vectors(), seed }));
      showSealed();
    } catch {
      wipe();
      stop(words.failed);
    }
  }

  /** From here the ballot stays as it is, and so does the key under which it is sent. */
  function take({ ballot, tracker }) {
    vote.sealed = { ballot, tracker };
    vote.key = SpreektBallot.randomHex(16);
    vote.isSent = vote.isUnsure = vote.isPending = false;
  }

  function showSealed() {
    parts("tracker").forEach((place) => { place.textContent = vote.sealed.tracker; });
    part("test-offer")?.toggleAttribute("hidden", !vote.seed || vote.isSent);
    complain("", "");
    part("go-back").hidden = false;
    part("go-again").hidden = true;
    part("go-on")?.removeAttribute("hidden");
    if (part("cast")) part("cast").textContent = part("cast").dataset.label ??= part("cast").textContent;
    show("sealed");
  }

  /* Sending */

  /** What went wrong and what to do. `title` is how the vote stands now, when that is no longer "not cast". */
  function complain(text, way, title = part("screen=\"sealed\"").dataset.heading) {
    heading.textContent = title;
    document.title = title + brand;
    part("problem").hidden = !text;
    part("problem-words").textContent = text;
    part("problem-way").textContent = way;
    if (text) part("problem-words").focus();
  }

  function busy(is) {
    part("sending").hidden = !is;
    part("screen=\"sealed\"").querySelectorAll("button").forEach((button) => { button.disabled = is; });
    if (is) {
      complain("", "", heading.textContent);
      say(words.sending);
    }
  }

  /**
   * A body that is as long for every choice and every voter. Numbers have up to 617 digits (elements) or 77 (scalars):
   * padding fills what each of them is short, and the whole up to body_bytes, or else to the next 1,024 bytes.
   */
  function padded(message) {
    const bare = JSON.stringify({ ...message, padding: "" });
    const short = [...vote.sealed.ballot.matchAll(/"(\d+)"/g)].reduce((sum, [, digits]) => sum + (digits.length > 77 ? 617 : 77) - digits.length, 0);
    const longest = new TextEncoder().encode(JSON.stringify({ ballot: vote.sealed.ballot, birth_date: vote.birth, padding: "" })).length + short;
    const size = Math.max(settings.body_bytes || 0, Math.ceil(longest / 1024) * 1024);
    return JSON.stringify({ ...message, padding: "0".repeat(size - new TextEncoder().encode(bare).length) });
  }

  /** {status, answer}; answer is null when there was none that can be believed. */
  async function post(address, message, key) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
    try {
      const response = await fetch(address, {
        method: "POST", headers, body: padded(message), credentials: settings.with_sign_in ? "same-origin" : "omit", cache: "no-store", mode: "same-origin",
        redirect: "error", referrerPolicy: "no-referrer", signal: giveUp.signal,
      });
      return { status: response.status, answer: await response.json().catch(() => null) };
    } catch {
      return { status: 0, answer: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same message under the same key, until somebody answers or all tries are used. `isLost`: it may have arrived. */
  async function insist(address, message, key) {
    let isLost = false;
    for (const wait of [...RETRIES_MS, null]) {
      const wasOnline = navigator.onLine;
      const got = await post(address, message, key);
      isLost ||= !got.answer && (wasOnline || navigator.onLine);
      if (got.answer || wait === null || !navigator.onLine) return { ...got, isLost };
      await new Promise((go) => { setTimeout(go, wait); });
    }
    return null;
  }

  async function cast() {
    const { sealed, birth, key } = vote;
    busy(true);
    vote.isSent = vote.isPending = true;
    part("test-offer").hidden = part("go-back").hidden = true;
    const { status, answer, isLost } = await insist(settings.cast_url, { ballot: sealed.ballot, birth_date: birth }, key);
    busy(false);
    if (status === 200 && answer?.counted === true && answer.tracker === sealed.tracker) return counted(answer);
    part("cast").textContent = words.try_again;
    part("go-again").hidden = false;
    vote.isUnsure ||= isLost || (Boolean(answer) && answer.counted !== false);
    if (answer?.counted === false && !(mayPass(status) && vote.isUnsure)) {
      vote.isUnsure = false;
      vote.isPending = mayPass(status) || LATER_REASONS.includes(answer.reason);
      const isFinal = !vote.isPending && FINAL_REASONS.includes(answer.reason);
      part("go-on").hidden = part("go-again").hidden = isFinal;
      const way = vote.isPending ? words.later_way : isFinal ? words.final_way : words.refused_way;
      return complain(answer.message, way, words.refused_title);
    }
    if (!vote.isUnsure) return complain(words.offline, words.offline_way);
    return complain(answer?.message ?? words.unsure, navigator.onLine ? words.unsure_way : words.unsure_offline_way, words.unsure_title);
  }

  /** Refused without a look at the ballot: one that arrived earlier may be counted all the same. */
  const mayPass = (status) => status === 429 || status === 503;

  function counted({ tracker, replaced }) {
    wipe();
    vote.sealed = { tracker };
    parts("tracker").forEach((place) => { place.textContent = tracker; });
    part("replaced").hidden = replaced !== true;
    show("counted");
  }

  /** The server refuses this ballot for good first; only then is its seed shown. */
  async function test() {
    const { sealed, seed } = vote;
    busy(true);
    const { status, answer } = await insist(settings.test_url, { ballot_hash: sealed.tracker }, SpreektBallot.randomHex(16));
    busy(false);
    if (status !== 200 || answer?.spoiled !== true) return complain(answer?.message ?? words.test_failed, words.test_failed_way);
    part("seed").textContent = seed;
    return show("tested");
  }

  /* Files */

  function save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `${name}-${vote.sealed.tracker.replace(/[^A-Za-z0-9]/g, "").slice(0, 8)}`;
    link.download += text.startsWith("{") ? ".json" : ".txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const acts = {
    code: takeCode,
    birth: takeBirthDate,
    "hand-in": takeFile,
    choose: takeChoice,
    seal,
    cast,
    test,
    back: () => history.back(),
    again: () => { vote.sealed = null; vote.seed = ""; show("code"); },
    "seal-again": () => { vote.sealed = null; seal(); },
    restart: startAnew,
    stay: watch,
    reload: () => location.reload(),
    print: () => print(),
    keep: () => { save(words.ballot_name, vote.sealed.ballot); if (vote.screen !== "kept") show("kept"); },
    "save-receipt": () => save(words.receipt_name, fill(words.receipt_text, { title: root.dataset.title, tracker: vote.sealed.tracker })),
    "save-test": () => save(words.test_name, SpreektBallot.canonical({ seed: vote.seed, ballot: vote.sealed.ballot })),
  };

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = event.submitter?.value ?? "";
    if (value.startsWith("change-")) showQuestion(Number(value.slice(7)));
    else acts[value]?.();
  });
  root.addEventListener("change", (event) => balance(event.target));

  /**
   * Back and forward of the browser: between the questions only. A ballot that was sent stays until its answer is known;
   * one that was only sealed is dropped; what has ended is not there any more.
   */
  addEventListener("popstate", ({ state }) => {
    if (vote.screen === "sealing" || (vote.screen === "sealed" && vote.isSent)) return history.pushState({ screen: vote.screen }, "");
    if (!vote.code || ["counted", "tested", "kept"].includes(vote.screen)) {
      wipe();
      return show("code", { remember: false });
    }
    vote.sealed = null;
    const { screen, at } = state ?? {};
    if (screen === "question" && (at === 0 || vote.answers[at - 1])) return showQuestion(at, false);
    if (screen === "review" && vote.answers.length === election.questions.length) return showReview(false);
    return show(screen === "birth" ? "birth" : "code", { remember: false });
  });

  addEventListener("beforeunload", (event) => {
    if (vote.answers.length || (vote.sealed && vote.key)) event.preventDefault();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("online", () => {
    if (vote.screen === "sealed" && !part("problem").hidden) complain(words.online_again, "", heading.textContent);
  });

  /* Opening */

  function stop(reason) {
    part("reason").textContent = reason;
    show("closed", { remember: false });
  }

  /** The exact bytes that the fingerprint is of: from the server, or inside a saved copy. */
  async function electionText() {
    const inside = document.getElementById("booth-election");
    if (inside) return JSON.parse(inside.textContent);
    const response = await fetch(settings.election_url, { credentials: "omit", mode: "same-origin", redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
  }

  async function open() {
    field("waiting").hidden = true;
    if (typeof BigInt !== "function" || !crypto?.subtle) return stop(words.old_browser);
    let text;
    try {
      text = await electionText();
    } catch {
      return stop(words.no_election);
    }
    try {
      if (await SpreektBallot.sha256B64(text) !== settings.fingerprint) throw new RangeError("another election");
      election = JSON.parse(text);
    } catch {
      return stop(words.wrong_election);
    }
    sealer = makeSealer(showProgress);
    for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, watch, { passive: true });
    watch();
    addEventListener("hashchange", readAddress); // somebody scans the letter once more before the same page
    readAddress();
    return show("code", { remember: false });
  }

  /** The code of a letter that was scanned; it leaves the address at once. */
  function readAddress() {
    const scanned = location.hash.slice(1);
    if (!scanned) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    field("code").value = SpreektBallot.readCode(scanned).code ?? scanned;
    say(words.code_scanned);
  }

  open();
}

if (typeof document === "object" && document.getElementById("booth")) spreektBooth(document.getElementById("booth"));
