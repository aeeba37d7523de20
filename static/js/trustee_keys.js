// What a trustee of a referendum computes in its own browser: keys, shares, the key file, the paper, the decryption.
// No page here, and nothing is sent. The same texts and numbers as spreekt/modules/referendum/ballot and key_files.py;
// formats and formulas: the Belenios specification. Needs SpreektBallot of booth.js.

const { P, Q, G, power, powerOfG, inverse, inGroup, isScalar, number, challenge, randomScalar, randomHex, drawingFrom, sha256Hex, canonical } = globalThis.SpreektBallot;

const NAME = "BELENIOS-2048";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const STEPS = ["certificate", "promise", "commitment", "shares", "key"];
export const SHORTEST_PASSPHRASE = 12;
export const REHEARSAL_NAME = "Repetitie: ";

const modQ = (x) => ((x % Q) + Q) % Q;
const product = (factors) => factors.reduce((result, factor) => (result * factor) % P, 1n);
const bytesOf = (text) => new TextEncoder().encode(text);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (hex) => {
  if (typeof hex !== "string" || hex.length % 2 || /[^0-9a-f]/.test(hex)) throw new RangeError("not hexadecimal");
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
};

/** What somebody gave is wrong: `trustee` is whose number, `reason` a short word for the page. */
export class TrusteeFault extends Error {
  constructor(trustee, reason) {
    super(`trustee ${trustee}: ${reason}`);
    this.trustee = trustee;
    this.reason = reason;
  }
}

/** Something that cannot go on; `reason` is a short word for the page. */
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/* Proofs and signatures */

function element(text) {
  const x = number(text);
  if (x === 1n || !inGroup(x)) throw new RangeError("not in the group");
  return x;
}

function readProof({ challenge: c, response: z }) {
  const proof = { c: number(c), z: number(z) };
  if (!isScalar(proof.c) || !isScalar(proof.z)) throw new RangeError("too large");
  return proof;
}

async function prove(prefix, secret, bases, draw = randomScalar) {
  const w = await draw();
  const c = await challenge(prefix, bases.map((base) => power(base, w)));
  return { challenge: String(c), response: String(modQ(w - secret * c)) };
}

async function holds(prefix, given, pairs) {
  const { c, z } = readProof(given);
  return await challenge(prefix, pairs.map(([base, value]) => (power(base, z) * power(value, c)) % P)) === c;
}

const sign = (key, message, draw) => prove(`sigmsg|${message}|`, key, [G], draw);
const signed = async (message, key, draw) => ({ message, signature: await sign(key, message, draw) });

async function messageOf(given, verification) {
  if (!await holds(`sigmsg|${given.message}|`, given.signature, [[G, verification]])) throw new RangeError("signature");
  return JSON.parse(given.message);
}

/* What trustees send each other: AES-256-CCM out of the two modes that a browser has */

async function ccm(keyBytes, nonce) {
  const cbc = await crypto.subtle.importKey("raw", keyBytes, "AES-CBC", false, ["encrypt"]);
  const ctr = await crypto.subtle.importKey("raw", keyBytes, "AES-CTR", false, ["encrypt"]);
  const counted = async (first, text) => {
    const counter = new Uint8Array([1, ...nonce, 0, first]);
    return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 16 }, ctr, text));
  };
  const tag = async (plain) => {
    const padded = new Uint8Array(16 + 16 * Math.ceil(plain.length / 16));
    padded.set([25, ...nonce, plain.length >> 8, plain.length & 255]);
    padded.set(plain, 16);
    const chained = await crypto.subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(16) }, cbc, padded);
    const mac = new Uint8Array(chained).slice(padded.length - 16, padded.length - 8);
    return counted(0, mac);
  };
  return { counted, tag };
}

async function keyAndNonce(alpha, shared) {
  return [fromHex(await sha256Hex(`key|${shared}`)), fromHex(await sha256Hex(`iv|${alpha}`)).slice(0, 13)];
}

async function seal(message, sender, recipient) {
  const inner = bytesOf(canonical(await signed(canonical({ recipient: String(recipient), message }), sender.signing)));
  const [r, s] = [randomScalar(), randomScalar()];
  const [alpha, shared] = [powerOfG(r), powerOfG(s)];
  const { counted, tag } = await ccm(...await keyAndNonce(alpha, shared));
  const data = hexOf(await counted(1, inner)) + hexOf(await tag(inner));
  return canonical({ alpha: String(alpha), beta: String((power(recipient, r) * shared) % P), data });
}

async function unseal(text, keys, sender) {
  const { alpha: a, beta: b, data } = JSON.parse(text);
  const [alpha, beta] = [element(a), element(b)];
  const sealed = fromHex(data);
  const { counted, tag } = await ccm(...await keyAndNonce(alpha, (beta * inverse(power(alpha, keys.opening))) % P));
  const plain = await counted(1, sealed.slice(0, -8));
  if (hexOf(await tag(plain)) !== hexOf(sealed.slice(-8))) throw new RangeError("forged");
  const { recipient, message } = await messageOf(JSON.parse(new TextDecoder().decode(plain)), sender);
  if (recipient !== String(keys.encryption)) throw new RangeError("not for me");
  return message;
}

/* Making the key together. A ceremony is {count, threshold, pieces: {step: {number: text}}} */

export function newSeed() {
  let seed = "";
  while (seed.length < 22) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0];
    if (byte < 232) seed += BASE58[byte % 58]; // 232 is four times 58: no letter comes more often
  }
  return seed;
}

export async function keysOf(seed) {
  const [signing, opening] = await Promise.all(["sk", "dk"].map(async (kind) => BigInt(`0x${await sha256Hex(`${kind}|${seed}`)}`) % Q));
  return { signing, opening, verification: powerOfG(signing), encryption: powerOfG(opening) };
}

const all = ({ count, pieces }, step) => Array.from({ length: count }, (_, at) => JSON.parse(pieces[step][at + 1]));
export const waitingFor = ({ count, pieces }, step) => {
  const before = STEPS[STEPS.indexOf(step) - 1];
  return before ? Array.from({ length: count }, (_, at) => at + 1).filter((one) => !(one in pieces[before])) : [];
};

/** Runs a check of what one trustee gave; whatever goes wrong becomes a fault with that trustee's number. */
async function blaming(trustee, reason, check) {
  try {
    const answer = await check();
    if (answer !== false) return answer;
  } catch (fault) {
    if (fault instanceof TrusteeFault) throw fault;
  }
  throw new TrusteeFault(trustee, reason);
}

async function certificates(ceremony) {
  const found = [];
  for (const [at, cert] of all(ceremony, "certificate").entries()) {
    found.push(await blaming(at + 1, "certificate", async () => {
      const said = JSON.parse(cert.message);
      const context = { group: NAME, size: ceremony.count, threshold: ceremony.threshold, index: at + 1 };
      if (canonical(said.context) !== canonical(context)) return false;
      const keys = { verification: element(said.verification), encryption: element(said.encryption) };
      await messageOf(cert, keys.verification);
      return keys;
    }));
  }
  return found;
}

async function coefexps(ceremony, certs) {
  const promises = all(ceremony, "promise");
  const found = [];
  for (const [at, given] of all(ceremony, "commitment").entries()) {
    found.push(await blaming(at + 1, "commitment", async () => {
      if (await sha256Hex(canonical(given.coefexps)) !== promises[at]) return false;
      const said = await messageOf(given.coefexps, certs[at].verification);
      return said.coefexps.length === ceremony.threshold && said.coefexps.map(element);
    }));
  }
  return found;
}

const committedShare = (exponents, index) => exponents.reduceRight((result, each) => (power(result, BigInt(index)) * each) % P, 1n);
const committedKey = (every, index) => product(every.map((exponents) => committedShare(exponents, index)));

/** The secret coefficients and the signed commitments to them: the same ones each time, for exactly these certificates. */
async function polynomial(me, ceremony, keys) {
  const certs = canonical(all(ceremony, "certificate"));
  const draw = drawingFrom(await sha256Hex(`spreekt-polynomial|${me.seed}|${me.number}|${ceremony.threshold}|${certs}`));
  const coefficients = [];
  while (coefficients.length < ceremony.threshold) coefficients.push(await draw());
  const body = canonical({ coefexps: coefficients.map((each) => String(powerOfG(each))) });
  return { coefficients, committed: await signed(body, keys.signing, draw) };
}

const makers = {
  async certificate(me, ceremony, keys) {
    const context = { group: NAME, size: ceremony.count, threshold: ceremony.threshold, index: me.number };
    const body = { verification: String(keys.verification), encryption: String(keys.encryption), context };
    return signed(canonical(body), keys.signing);
  },
  async promise(me, ceremony, keys) {
    const certs = await certificates(ceremony);
    if (certs[me.number - 1].verification !== keys.verification) throw new Refused("other_key");
    return sha256Hex(canonical((await polynomial(me, ceremony, keys)).committed));
  },
  async commitment(me, ceremony, keys) {
    const { coefficients, committed } = await polynomial(me, ceremony, keys);
    const certs = all(ceremony, "certificate");
    const body = canonical({ certs, coefexps: coefficients.map((each) => String(powerOfG(each))) });
    return { coefexps: committed, signature: await sign(keys.signing, `certs_sig|${body}`) };
  },
  async shares(me, ceremony, keys) {
    const certs = await certificates(ceremony);
    await coefexps(ceremony, certs);
    const { coefficients } = await polynomial(me, ceremony, keys);
    const shares = [];
    for (const [at, { encryption }] of certs.entries()) {
      const value = coefficients.reduceRight((sum, each) => modQ(sum * BigInt(at + 1) + each), 0n);
      shares.push(await seal(canonical({ secret: String(value) }), keys, encryption));
    }
    return { shares };
  },
  async key(me, ceremony, keys) {
    const secret = await decryptionKey(me, ceremony);
    const X = powerOfG(secret);
    const pok = await prove(`pok|${NAME}|${X}|`, secret, [G]);
    return { pok, public_key: String(X), signature: await sign(keys.signing, String(X)) };
  },
};

/** What this trustee publishes in a step, as text, after checking what the others gave. Throws TrusteeFault. */
export async function publish(me, ceremony, step) {
  return canonical(await makers[step](me, ceremony, await keysOf(me.seed)));
}

/** The secret with which this trustee opens: the sum of the shares that all gave it, each one checked. Throws TrusteeFault. */
export async function decryptionKey(me, ceremony) {
  const keys = await keysOf(me.seed);
  const certs = await certificates(ceremony);
  const exponents = await coefexps(ceremony, certs);
  let total = 0n;
  for (const [at, { shares }] of all(ceremony, "shares").entries()) {
    total += await blaming(at + 1, "share", async () => {
      const share = modQ(number(JSON.parse(await unseal(shares[me.number - 1], keys, certs[at].verification)).secret));
      return powerOfG(share) === committedShare(exponents[at], me.number) && share;
    });
  }
  return modQ(total);
}

/** The trustees file, everything in it checked as a stranger would, and its control code. Throws TrusteeFault. */
export async function trusteesFile(ceremony) {
  const certs = await certificates(ceremony);
  const exponents = await coefexps(ceremony, certs);
  const [given, commitments, keys] = ["certificate", "commitment", "key"].map((step) => all(ceremony, step));
  for (const [at, { verification }] of certs.entries()) {
    await blaming(at + 1, "key", async () => {
      const body = canonical({ certs: given, coefexps: exponents[at].map(String) });
      const X = element(keys[at].public_key);
      return X === committedKey(exponents, at + 1)
        && await holds(`sigmsg|certs_sig|${body}|`, commitments[at].signature, [[G, verification]])
        && await holds(`pok|${NAME}|${X}|`, keys[at].pok, [[G, X]])
        && await holds(`sigmsg|${X}|`, keys[at].signature, [[G, verification]]);
    });
  }
  const text = canonical([["Pedersen", {
    threshold: ceremony.threshold, certs: given, coefexps: commitments.map((each) => each.coefexps),
    signatures: commitments.map((each) => each.signature), verification_keys: keys,
  }]]);
  return { text, code: inGroups((await sha256Hex(text)).slice(0, 16).toUpperCase()) };
}

export const inGroups = (text, size = 4) => text.match(new RegExp(`.{1,${size}}`, "g")).join(" ");

/* The key file: the same as the command line makes and opens */

const HEADER = ["format", "version", "election", "index", "count", "threshold", "name", "kdf", "iterations", "salt", "cipher", "nonce"];

async function stretched(passphrase, header) {
  const raw = await crypto.subtle.importKey("raw", bytesOf(passphrase), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(header.salt), iterations: header.iterations };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const gcm = (header) => ({ name: "AES-GCM", iv: fromHex(header.nonce), additionalData: bytesOf(canonical(header)) });

/** The text of a key file. `key`: {election, index, count, threshold, name, seed, decryptionKey: BigInt or null}. */
export async function locked(key, passphrase, iterations = 600000) {
  const { election, index, count, threshold, name } = key;
  const header = {
    format: "spreekt-trustee-key", version: 1, election, index, count, threshold, name,
    kdf: "PBKDF2-SHA-256", iterations, salt: randomHex(16), cipher: "AES-256-GCM", nonce: randomHex(12),
  };
  const secret = canonical({ seed: key.seed, decryption_key: key.decryptionKey === null ? "" : String(key.decryptionKey) });
  const sealed = await crypto.subtle.encrypt(gcm(header), await stretched(passphrase, header), bytesOf(secret));
  return canonical({ ...header, sealed: hexOf(new Uint8Array(sealed)) }) + "\n";
}

/** The key in a file. Throws Refused: "broken_file" or "passphrase". */
export async function unlocked(text, passphrase) {
  let header;
  let sealed;
  try {
    ({ sealed, ...header } = JSON.parse(text));
    sealed = fromHex(sealed);
    if (canonical(Object.keys(header)) !== canonical(HEADER) || header.format !== "spreekt-trustee-key" || header.version !== 1) throw new RangeError();
    if (header.kdf !== "PBKDF2-SHA-256" || header.cipher !== "AES-256-GCM") throw new RangeError();
    if (!(header.iterations >= 100000 && header.iterations <= 10000000)) throw new RangeError();
    fromHex(header.salt);
    fromHex(header.nonce);
  } catch {
    throw new Refused("broken_file");
  }
  let secret;
  try {
    secret = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(gcm(header), await stretched(passphrase, header), sealed)));
  } catch {
    throw new Refused("passphrase");
  }
  const { election, index, count, threshold, name } = header;
  return { election, index, count, threshold, name, seed: secret.seed, decryptionKey: secret.decryption_key ? number(secret.decryption_key) : null };
}

/* The paper */

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

async function rowCheck(hex, row, election, index) {
  return BigInt(`0x${(await sha256Hex(`spreekt-paper|${election}|${index}|${row}|${hex}`)).slice(0, 4)}`) >> 1n;
}

/** The decryption key as four rows of four groups; each row has a check of its own. */
export async function paperRows(secret, election, index) {
  const whole = secret.toString(16).padStart(64, "0");
  const rows = [];
  for (let row = 1; row <= 4; row += 1) {
    const hex = whole.slice(16 * (row - 1), 16 * row);
    const bits = (BigInt(`0x${hex}`) << 15n) | await rowCheck(hex, row, election, index);
    rows.push(inGroups(Array.from({ length: 16 }, (_, at) => LETTERS[Number((bits >> BigInt(75 - 5 * at)) & 31n)]).join("")));
  }
  return rows;
}

/** The decryption key that four typed rows are of. Throws Refused "row 1" … "row 4". */
export async function secretOnPaper(rows, election, index) {
  let whole = "";
  for (let row = 1; row <= 4; row += 1) {
    const typed = (rows[row - 1] ?? "").toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
    const values = Array.from(typed, (letter) => LETTERS.indexOf(letter));
    if (values.length !== 16 || values.includes(-1)) throw new Refused(`row ${row}`);
    const bits = values.reduce((sum, value) => (sum << 5n) | BigInt(value), 0n);
    const hex = (bits >> 15n).toString(16).padStart(16, "0");
    if (hex.length !== 16 || (bits & 0x7fffn) !== await rowCheck(hex, row, election, index)) throw new Refused(`row ${row}`);
    whole += hex;
  }
  return BigInt(`0x${whole}`);
}

/* The box: read whole, hashed and counted again before a key comes near it */

const text = (bytes) => new TextDecoder().decode(bytes);
const field = (header, from, length) => text(header.subarray(from, from + length)).replace(/\0+$/, "");

/**
 * What there is to open in an archive: {election, fingerprint, tally, publicKeys, boardHash, ballots, counted}. Records,
 * chain and product are checked; proofs of ballots are for the verifier. Throws Refused "archive" or "not_closed".
 */
export async function readBox(bytes, progress = () => {}) {
  try {
    return await boxIn(new Uint8Array(bytes), progress);
  } catch (fault) {
    if (fault instanceof Refused) throw fault;
    throw new Refused("archive");
  }
}

async function boxIn(bytes, progress) {
  const broken = (holdsTrue) => { if (!holdsTrue) throw new Refused("archive"); };
  let [position, parent, height, isEnded] = [0, null, 0, false];
  let [members, setup, tally] = [[], null, null];
  const ballots = new Map();
  let count = 0;
  while (position < bytes.length) {
    const header = bytes.subarray(position, position + 512);
    const [name, size] = [field(header, 0, 100), parseInt(field(header, 124, 11), 8)];
    const end = position + 512 + 512 * Math.ceil(size / 512);
    broken(header.length === 512 && Number.isSafeInteger(size) && end <= bytes.length);
    const body = bytes.subarray(position + 512, position + 512 + size);
    position = end;
    if (name === "BELENIOS") continue;
    const digest = await sha256Hex(body);
    broken(name === `${digest}.data.json` || name === `${digest}.event.json`);
    if (name.endsWith(".data.json")) {
      members.push({ digest, body: text(body) });
      continue;
    }
    const event = JSON.parse(text(body));
    broken(event.height === height && (event.parent ?? null) === parent);
    broken((event.payload ?? null) === (members.at(-1)?.digest ?? null));
    [parent, height] = [digest, height + 1];
    if (event.type === "Setup") {
      broken(!setup);
      setup = setUp(members, broken);
    } else if (event.type === "Ballot") {
      broken(setup && !isEnded);
      const ballot = JSON.parse(members[0].body);
      broken(ballot.election_uuid === setup.election.uuid);
      ballots.set(ballot.credential, ballot.answers);
      count += 1;
      if (count % 50 === 0) await progress(position / bytes.length);
    } else if (event.type === "EndBallots") {
      isEnded = true;
    } else if (event.type === "EncryptedTally") {
      broken(setup && isEnded);
      const sized = JSON.parse(members[1].body);
      tally = JSON.parse(members[0].body);
      broken(sized.encrypted_tally === members[0].digest && sized.num_tallied === ballots.size && sized.total_weight === ballots.size);
      broken(canonical(tally) === canonical(multiplied(setup.election, ballots)));
      break;
    }
    members = [];
  }
  if (!tally) throw new Refused("not_closed");
  return {
    ...setup,
    fingerprint: await globalThis.SpreektBallot.sha256B64(setup.electionText),
    tally: tally.map((row) => row.map(({ alpha, beta }) => [number(alpha), number(beta)])),
    boardHash: await sha256Hex(bytes.subarray(0, position)),
    ballots: count,
    counted: ballots.size,
  };
}

function setUp(members, broken) {
  const [election, trustees, credentials, set] = members;
  const named = JSON.parse(set.body);
  broken(named.election === election.digest && named.trustees === trustees.digest && named.credentials === credentials.digest);
  const [[kind, { verification_keys: keys, coefexps: exponents }]] = JSON.parse(trustees.body);
  const read = JSON.parse(election.body);
  const key = product(exponents.map((each) => number(JSON.parse(each.message).coefexps[0])));
  broken(kind === "Pedersen" && read.group === NAME && read.version === 1 && read.public_key === String(key));
  return { election: read, electionText: election.body, publicKeys: keys.map((each) => each.public_key) };
}

function multiplied(election, ballots) {
  const rows = election.questions.map(({ answers, blank }) => Array.from({ length: answers.length + (blank ? 1 : 0) }, () => [1n, 1n]));
  for (const answers of ballots.values()) {
    for (const [question, { choices }] of answers.entries()) {
      for (const [slot, { alpha, beta }] of choices.entries()) {
        const sum = rows[question][slot];
        rows[question][slot] = [(sum[0] * number(alpha)) % P, (sum[1] * number(beta)) % P];
      }
    }
  }
  return rows.map((row) => row.map(([alpha, beta]) => ({ alpha: String(alpha), beta: String(beta) })));
}

/** What this trustee publishes to open a box, as text: factors with both proofs. Throws Refused "other_key". */
export async function partialDecryption(box, secret, owner, progress = () => {}) {
  const X = powerOfG(secret);
  if (box.publicKeys[owner - 1] !== String(X)) throw new Refused("other_key");
  const { tally, fingerprint: phi } = box;
  for (const [alpha, beta] of tally.flat()) if (!inGroup(alpha) || !inGroup(beta)) throw new Refused("archive");
  const total = 3 * tally.flat().length;
  let done = 0;
  const step = async (value) => {
    done += 1;
    await progress(done / total);
    return value;
  };
  const mapped = async (make) => {
    const rows = [];
    for (const [question, slots] of tally.entries()) {
      const row = [];
      for (const [slot, [alpha]] of slots.entries()) row.push(await step(await make(alpha, question, slot)));
      rows.push(row);
    }
    return rows;
  };
  const factors = await mapped((alpha) => String(power(alpha, secret)));
  const proofs = await mapped((alpha) => prove(`decrypt|${phi}|${X}|`, secret, [G, alpha]));
  const strong = await mapped((alpha, question, slot) => prove(
    `strong-decrypt|${phi}|${owner}|${question}|${slot}|${X}|${alpha},${factors[question][slot]}|`, secret, [G, alpha]));
  return canonical({ decryption_factors: factors, decryption_proofs: proofs, strong_proofs: strong });
}
