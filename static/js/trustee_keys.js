// How trustees make a key together, as one of them computes it: each step, and the check of what the others gave. No page
// here, and nothing is sent. The same texts as spreekt/modules/referendum/ballot/own_key.py and ceremony.py.

import { NAME, Refused, TrusteeFault, bytesOf, element, fromHex, hexOf, holds, inGroups, messageOf, modQ, product, prove, sign, signed } from "./trustee_proofs.js";

const { P, Q, G, power, powerOfG, inverse, number, randomScalar, drawingFrom, sha256Hex, canonical } = globalThis.SpreektBallot;

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const STEPS = ["certificate", "promise", "commitment", "shares", "key"];

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
