// The box, read whole, hashed and counted again before a key comes near it; and what one trustee publishes to open it.
// The same texts as spreekt/modules/referendum/ballot/decryption.py. Proofs of single ballots are for the verifier.

import { NAME, Refused, product, prove } from "./trustee_proofs.js";

const { P, G, power, powerOfG, inGroup, number, sha256Hex, canonical } = globalThis.SpreektBallot;

export const REHEARSAL_NAME = "Repetitie: ";

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
