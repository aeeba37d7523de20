// What everything else of a trustee's page stands on: faults with a name, numbers checked on arrival, proofs that somebody
// knows a secret. Source: the Belenios specification. Needs SpreektBallot of booth.js.

const { Q, G, P, power, inGroup, isScalar, number, challenge, randomScalar } = globalThis.SpreektBallot;

export const NAME = "BELENIOS-2048";

export const modQ = (x) => ((x % Q) + Q) % Q;
export const product = (factors) => factors.reduce((result, factor) => (result * factor) % P, 1n);
export const bytesOf = (text) => new TextEncoder().encode(text);
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (hex) => {
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

export const inGroups = (text, size = 4) => text.match(new RegExp(`.{1,${size}}`, "g")).join(" ");

/* Proofs and signatures */

export function element(text) {
  const x = number(text);
  if (x === 1n || !inGroup(x)) throw new RangeError("not in the group");
  return x;
}

function readProof({ challenge: c, response: z }) {
  const proof = { c: number(c), z: number(z) };
  if (!isScalar(proof.c) || !isScalar(proof.z)) throw new RangeError("too large");
  return proof;
}

export async function prove(prefix, secret, bases, draw = randomScalar) {
  const w = await draw();
  const c = await challenge(prefix, bases.map((base) => power(base, w)));
  return { challenge: String(c), response: String(modQ(w - secret * c)) };
}

export async function holds(prefix, given, pairs) {
  const { c, z } = readProof(given);
  return await challenge(prefix, pairs.map(([base, value]) => (power(base, z) * power(value, c)) % P)) === c;
}

export const sign = (key, message, draw) => prove(`sigmsg|${message}|`, key, [G], draw);
export const signed = async (message, key, draw) => ({ message, signature: await sign(key, message, draw) });

export async function messageOf(given, verification) {
  if (!await holds(`sigmsg|${given.message}|`, given.signature, [[G, verification]])) throw new RangeError("signature");
  return JSON.parse(given.message);
}
