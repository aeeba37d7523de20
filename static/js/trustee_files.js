// A trustee's secret on a medium: the file under a passphrase, and the rows on paper. The same as the command line makes and
// opens; see spreekt/modules/referendum/key_files.py.

import { Refused, bytesOf, fromHex, hexOf, inGroups } from "./trustee_proofs.js";

const { number, randomHex, sha256Hex, canonical } = globalThis.SpreektBallot;

export const SHORTEST_PASSPHRASE = 12;

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
