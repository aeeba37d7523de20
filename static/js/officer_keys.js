// A counting officer's key: rows of letters for paper or a file, and X25519 with what a browser has. No page here, and
// nothing is sent. The same rows as spreekt/modules/burgerbudget/officer_keys.py, the same answer as officers.py.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PKCS8 = "302e020100300506032b656e04220420"; // what stands before the 32 bytes of a secret X25519 key
const NUMBERED = /^\s*rij\s*[1-4]\s*[:.)\s]/i;

/** This is no key; `row` is the first row that is not as it was printed, from 1, or 0 when rows are missing. */
export class MistypedCard extends Error {
  constructor(row) {
    super(`row ${row}`);
    this.row = row;
  }
}

const bytesOf = (text) => new TextEncoder().encode(text);
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

async function check(hex, row) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(`spreekt-officer-key|${row}|${hex}`)));
  return BigInt(((digest[0] << 8) | digest[1]) >> 1);
}

/** The rows of the card, each as four groups of four letters. */
export async function cardRows(secret) {
  const whole = hexOf(secret);
  const rows = [];
  for (let row = 1; row <= 4; row += 1) {
    const hex = whole.slice(16 * (row - 1), 16 * row);
    const bits = (BigInt(`0x${hex}`) << 15n) | await check(hex, row);
    const letters = Array.from({ length: 16 }, (_, at) => LETTERS[Number((bits >> BigInt(75 - 5 * at)) & 31n)]).join("");
    rows.push(letters.match(/.{4}/g).join(" "));
  }
  return rows;
}

/** The key that these rows are of, typed, pasted or from a file. Throws MistypedCard. */
export async function secretOnCard(text) {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim());
  const numbered = lines.filter((line) => NUMBERED.test(line)).map((line) => line.replace(NUMBERED, ""));
  let rows = (numbered.length ? numbered : lines).map((line) =>
    line.replace(/[\s.-]+/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0"));
  if (rows.length !== 4) {
    rows = rows.join("").match(/.{1,16}/g) ?? [];
    if (rows.join("").length !== 64) throw new MistypedCard(0);
  }
  let whole = "";
  for (const [at, letters] of rows.entries()) {
    const values = Array.from(letters, (letter) => LETTERS.indexOf(letter));
    if (values.length !== 16 || values.includes(-1)) throw new MistypedCard(at + 1);
    const bits = values.reduce((sum, value) => (sum << 5n) | BigInt(value), 0n);
    const hex = (bits >> 15n).toString(16).padStart(16, "0");
    if (hex.length !== 16 || (bits & 0x7fffn) !== await check(hex, at + 1)) throw new MistypedCard(at + 1);
    whole += hex;
  }
  return fromHex(whole);
}

const opened = (secret) =>
  crypto.subtle.importKey("pkcs8", fromHex(PKCS8 + hexOf(secret)), { name: "X25519" }, true, ["deriveBits"]);

/** Whether this browser can make and use these keys. */
export async function canMakeKeys() {
  try {
    await publicKey(new Uint8Array(32).fill(1));
    return true;
  } catch {
    return false;
  }
}

export const newSecret = () => crypto.getRandomValues(new Uint8Array(32));

/** The public half, hexadecimal. */
export async function publicKey(secret) {
  const { x } = await crypto.subtle.exportKey("jwk", await opened(secret));
  return hexOf(Uint8Array.from(atob(x.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)));
}

/** The answer to a challenge of the server, hexadecimal: only who has the secret can compute it. */
export async function answer(secret, challenge) {
  const theirs = await crypto.subtle.importKey("raw", fromHex(challenge), { name: "X25519" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, await opened(secret), 256);
  const key = await crypto.subtle.importKey("raw", shared, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const said = bytesOf(`spreekt counting officer ${await publicKey(secret)}`);
  return hexOf(new Uint8Array(await crypto.subtle.sign("HMAC", key, said)));
}
