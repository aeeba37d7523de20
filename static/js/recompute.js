// Recomputes a tested ballot from its secret number, and shows which answer it really holds. Written apart from the booth:
// it shares no line with booth.js, takes nothing from it but the file that the voter saved, and uses no shortcut.
//
// The page (templates/referendum/recompute.html) holds a form [data-recompute], JSON in #recompute-settings
// ({election_url, fingerprint}) and in #recompute-words, and the places that are filled here.

const FIELD = 20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790491654063777173764198678527273474476341835600035698305193144284561701911000786737307333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719n;
const ORDER = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
const GENERATOR = 2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846139864532661215055797097162016168270312886432456663834863635782106154918419982534315189740658186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627n;

/** What is wrong with a test; `kind` is a name in the words of the page. */
class Wrong extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

const need = (holds, kind) => {
  if (!holds) throw new Wrong(kind);
};
const scalar = (x) => ((x % ORDER) + ORDER) % ORDER;
const times = (...factors) => factors.reduce((product, factor) => (product * factor) % FIELD, 1n);

/** Bit by bit from the lowest: slow, and hard to get wrong. */
function raise(base, exponent) {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD;
    square = (square * square) % FIELD;
  }
  return result;
}

/** 1 / x for an element of the group, whose order is ORDER. */
const divideInto1 = (x) => raise(x, ORDER - 1n);

async function digest(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

const asNumber = (bytes) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
const asBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("=", "");
const hashToScalar = async (prefix, elements) => asNumber(await digest(prefix + elements.map(String).join(","))) % ORDER;

/** The secret scalars of a seed, one after the other; blocks that are too large are left out. */
async function* scalarsOf(seed) {
  for (let block = 0; ; block += 1) {
    const drawn = asNumber(await digest(`spreekt-ballot|${seed}|${block}`));
    if (drawn < ORDER) yield drawn;
  }
}

/** The proof that one of `pairs` is (g^r, y^r), as a booth makes it that knows r for the pair at `true_`. */
async function proofOf(prefix, pairs, true_, r, key, next) {
  const proof = [];
  const commitments = [];
  for (const [at, [a, b]] of pairs.entries()) {
    if (at === true_) continue;
    const challenge = await next();
    const response = await next();
    proof[at] = { challenge, response };
    commitments[at] = [times(raise(GENERATOR, response), raise(a, challenge)), times(raise(key, response), raise(b, challenge))];
  }
  const w = await next();
  commitments[true_] = [raise(GENERATOR, w), raise(key, w)];
  const simulated = proof.reduce((sum, { challenge }) => sum + challenge, 0n);
  const challenge = scalar(await hashToScalar(prefix, commitments.flat()) - simulated);
  proof[true_] = { challenge, response: scalar(w - r * challenge) };
  return proof.map((branch) => ({ challenge: String(branch.challenge), response: String(branch.response) }));
}

/** One question made again: {answer, chosen}. What every slot holds is found by taking its mask away. */
async function answerAgain(question, given, key, who, next) {
  const slots = [];
  for (const { alpha, beta } of given.choices) slots.push({ alpha: BigInt(alpha), beta: BigInt(beta), r: await next() });
  for (const slot of slots) {
    need(slot.alpha === raise(GENERATOR, slot.r), "other_number");
    const inside = times(slot.beta, divideInto1(raise(key, slot.r)));
    need(inside === 1n || inside === GENERATOR, "other_number");
    slot.holds = inside === 1n ? 0 : 1;
  }
  const written = ({ alpha, beta }) => `${alpha},${beta}`;
  const less = ({ alpha, beta }, count) => [alpha, times(beta, divideInto1(raise(GENERATOR, BigInt(count))))];

  const individual = [];
  for (const slot of slots) {
    individual.push(await proofOf(`prove|${who}|${written(slot)}|`, [less(slot, 0), less(slot, 1)], slot.holds, slot.r, key, next));
  }
  const real = question.blank ? slots.slice(1) : slots;
  const whole = {
    alpha: times(...real.map(({ alpha }) => alpha)), beta: times(...real.map(({ beta }) => beta)),
    r: scalar(real.reduce((sum, { r }) => sum + r, 0n)), holds: real.reduce((sum, { holds }) => sum + holds, 0),
  };
  const counts = Array.from({ length: question.max - question.min + 1 }, (_, at) => less(whole, question.min + at));
  const all = `${who}|${slots.map(written).join(",")}`;

  const answer = { choices: [], individual_proofs: individual };
  for (const slot of slots) answer.choices.push({ alpha: slot.alpha.toString(), beta: slot.beta.toString() });
  if (question.blank) {
    const [blank] = slots;
    const isBlank = blank.holds === 1;
    need(isBlank ? whole.holds === 0 : whole.holds >= question.min && whole.holds <= question.max, "other_number");
    const blankProof = await proofOf(`bproof0|${all}|`, [less(blank, 0), less(whole, 0)], isBlank ? 1 : 0, isBlank ? whole.r : blank.r, key, next);
    answer.overall_proof = await proofOf(
      `bproof1|${all}|`, [less(blank, 1), ...counts], isBlank ? 0 : 1 + whole.holds - question.min, isBlank ? blank.r : whole.r, key, next,
    );
    answer.blank_proof = blankProof;
  } else {
    need(whole.holds >= question.min && whole.holds <= question.max, "other_number");
    answer.overall_proof = await proofOf(`prove|${all}|${written(whole)}|`, counts, whole.holds - question.min, whole.r, key, next);
  }
  return { answer, chosen: slots.map(({ holds }) => holds) };
}

/**
 * Everything that can be recomputed about one test. Gives {tracker, chosen: a list of 0 and 1 per question}; throws Wrong.
 * The signature alone is checked and not made again: its secret scalar is not of the seed, or the voter's key would be told.
 */
export async function recompute(test, electionText, progress = () => {}) {
  const { seed, ballot: text } = test ?? {};
  need(typeof seed === "string" && /^[0-9a-f]{64}$/.test(seed) && typeof text === "string", "no_test");
  let ballot;
  try {
    ballot = JSON.parse(text);
  } catch {
    throw new Wrong("no_test");
  }
  const fingerprint = asBase64(await digest(electionText));
  need(ballot.election_hash === fingerprint, "other_election");
  const election = JSON.parse(electionText);
  const key = BigInt(election.public_key);
  const scalars = scalarsOf(seed);
  const next = async () => (await scalars.next()).value;
  const who = `${fingerprint}|${ballot.credential}`;

  const again = { election_uuid: election.uuid, election_hash: fingerprint, credential: ballot.credential, answers: [] };
  need(ballot.answers?.length === election.questions.length, "other_number");
  const chosen = [];
  for (const [at, question] of election.questions.entries()) {
    need(ballot.answers[at].choices?.length === question.answers.length + (question.blank ? 1 : 0), "other_number");
    const made = await answerAgain(question, ballot.answers[at], key, who, next);
    again.answers.push(made.answer);
    chosen.push(made.chosen);
    await progress(at + 1, election.questions.length);
  }

  const hash = asBase64(await digest(JSON.stringify(again)));
  const { challenge, response } = ballot.signature?.proof ?? {};
  again.signature = { hash, proof: { challenge, response } };
  need(JSON.stringify(again) === text, "other_bytes");
  const commitment = times(raise(GENERATOR, BigInt(response)), raise(BigInt(ballot.credential), BigInt(challenge)));
  need(await hashToScalar(`sig|${hash}|`, [commitment]) === BigInt(challenge), "bad_signature");
  return { tracker: asBase64(await digest(text)), chosen, election };
}

function start(form) {
  const settings = JSON.parse(document.getElementById("recompute-settings").textContent);
  const words = JSON.parse(document.getElementById("recompute-words").textContent);
  const part = (name) => document.querySelector(`[data-${name}]`);

  async function readTest() {
    const file = document.getElementById("recompute-file").files[0];
    const text = file && file.size < 1e6 ? await file.text() : document.getElementById("recompute-text").value;
    need(text.trim(), "nothing");
    try {
      return JSON.parse(text);
    } catch {
      throw new Wrong("no_test");
    }
  }

  async function readElection() {
    try {
      const response = await fetch(settings.election_url, { credentials: "omit" });
      need(response.ok, "no_election");
      const bytes = await response.arrayBuffer(); // not text(), which would drop a byte order mark
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Wrong("no_election");
    }
  }

  function show(place, isShown) {
    part(place).hidden = !isShown;
  }

  function tell(result) {
    const rows = result.election.questions.map((question, at) => {
      const first = question.blank ? 1 : 0;
      const names = result.chosen[at].flatMap((holds, slot) => (holds ? [slot < first ? words.blank : question.answers[slot - first]] : []));
      const row = document.createElement("div");
      for (const [tag, text] of [["dt", question.question], ["dd", names.join(" · ") || words.no_answer]]) {
        row.append(Object.assign(document.createElement(tag), { textContent: text }));
      }
      return row;
    });
    part("answers").replaceChildren(...rows);
    part("tracker").textContent = result.tracker;
    show("right", true);
    part("right-title").focus();
  }

  function refuse(kind) {
    const isSlip = ["nothing", "no_test", "no_election"].includes(kind);
    part(isSlip ? "slip-words" : "fault-words").textContent = words[kind];
    show(isSlip ? "slip" : "fault", true);
    part(isSlip ? "slip-words" : "fault-words").focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const place of ["right", "fault", "slip"]) show(place, false);
    show("busy", true);
    part("progress").removeAttribute("value");
    try {
      const test = await readTest();
      const election = await readElection();
      const progress = (done, all) => {
        part("progress").max = all;
        part("progress").value = done;
        return new Promise((go) => { setTimeout(go); });
      };
      await progress(0, 1);
      tell(await recompute(test, election, progress));
    } catch (fault) {
      refuse(fault instanceof Wrong ? fault.kind : "other_bytes");
    } finally {
      show("busy", false);
    }
  });
  form.hidden = false;
}

const form = document.querySelector("form[data-recompute]");
if (form) start(form);
