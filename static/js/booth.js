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
   *   draw          where every secret scalar comes from, in the order that a test recomputes: drawingFrom(seed)
   *   progress      called with the number of steps done; what it promises is waited for
   */
  async function seal({ election, fingerprint, secret, choices, draw, progress = () => {} }) {
    const powerOfKey = prepare(election);
    const credential = powerOfG(secret);
    let done = 0;
    const step = () => progress(done += 1);

    const ballot = { election_uuid: election.uuid, election_hash: fingerprint, credential: String(credential), answers: [] };
    for (const [at, question] of election.questions.entries()) {
      ballot.answers.push(await sealAnswer(question, choices[at], { powerOfKey, who: `${fingerprint}|${credential}`, draw, step }));
    }
    const hash = await sha256B64(canonical(ballot));
    const w = await draw();
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
      await step();
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
