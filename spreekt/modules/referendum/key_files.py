"""A trustee's secret on a medium: a file locked with a passphrase, and rows to write on paper. No terminal here.

The browser makes and opens the same file (static/js/trustee.js).
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from gmpy2 import mpz

from spreekt.modules.referendum import gcm
from spreekt.modules.referendum.ballot.aes import Forged
from spreekt.modules.referendum.ballot.canonical import NotStrictJson, compact, read_json
from spreekt.modules.referendum.ballot.group import NotANumber, is_scalar, number
from spreekt.modules.referendum.ballot.own_key import is_seed_text

FORMAT: Final = "spreekt-trustee-key"
ITERATIONS: Final = 600_000
FEWEST_ITERATIONS: Final = 100_000
MOST_ITERATIONS: Final = 10_000_000
SHORTEST_PASSPHRASE: Final = 12
_LONGEST_FILE: Final = 20_000
_SALT_BYTES: Final = 16


class BrokenKeyFile(ValueError):
    """The file is damaged or is no key file."""


class WrongPassphrase(ValueError):
    """The passphrase is another one, or the file was changed."""


class BadRow(ValueError):
    """A row of the paper backup was not typed as it is printed; `row` counts from 1."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row} is not as it is printed")
        self.row = row


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What one trustee keeps. `seed` while the key is being made; `decryption_key` from then on."""

    election: str
    """The uuid for which the key is made."""
    index: int
    count: int
    threshold: int
    name: str = ""
    seed: str = field(default="", repr=False)
    decryption_key: mpz | None = field(default=None, repr=False)

    @property
    def is_finished(self) -> bool:
        """Whether it can open a tally."""
        return self.decryption_key is not None


def locked(key: KeyFile, passphrase: str, *, iterations: int = ITERATIONS) -> str:
    """The text of the file: readable who it is of, sealed what is secret."""
    header = {
        "format": FORMAT,
        "version": 1,
        "election": key.election,
        "index": key.index,
        "count": key.count,
        "threshold": key.threshold,
        "name": key.name,
        "kdf": "PBKDF2-SHA-256",
        "iterations": iterations,
        "salt": secrets.token_hex(_SALT_BYTES),
        "cipher": "AES-256-GCM",
        "nonce": secrets.token_hex(gcm.NONCE_BYTES),
    }
    decryption_key = "" if key.decryption_key is None else str(key.decryption_key)
    plain = compact({"seed": key.seed, "decryption_key": decryption_key})
    sealed = gcm.seal(
        _stretched(passphrase, header), bytes.fromhex(str(header["nonce"])), plain.encode(), compact(header).encode()
    )
    return compact({**header, "sealed": sealed.hex()}) + "\n"


def unlocked(text: str, passphrase: str) -> KeyFile:
    """The key in a file. Raises BrokenKeyFile or WrongPassphrase."""
    header = _header(text)
    sealed = header.pop("sealed")
    try:
        plain = gcm.unseal(
            _stretched(passphrase, header),
            bytes.fromhex(header["nonce"]),
            bytes.fromhex(sealed),
            compact(header).encode(),
        )
    except Forged:
        raise WrongPassphrase from None
    secret = read_json(plain.decode())
    seed, decimal = secret["seed"], secret["decryption_key"]
    decryption_key = number(decimal) if decimal else None
    if (seed and not is_seed_text(seed)) or (decryption_key is not None and not is_scalar(decryption_key)):
        raise BrokenKeyFile
    return KeyFile(
        header["election"], header["index"], header["count"], header["threshold"], header["name"], seed, decryption_key
    )


def _header(text: str) -> dict[str, Any]:
    """All fields, each of the right kind. Raises BrokenKeyFile."""
    kinds: dict[str, type] = {
        "format": str, "version": int, "election": str, "index": int, "count": int, "threshold": int, "name": str,
        "kdf": str, "iterations": int, "salt": str, "cipher": str, "nonce": str, "sealed": str,
    }  # fmt: skip
    try:
        header = read_json(text.strip()) if len(text) <= _LONGEST_FILE else None
        if not isinstance(header, dict) or list(header) != list(kinds):
            raise BrokenKeyFile
        if any(type(header[name]) is not kind for name, kind in kinds.items()):
            raise BrokenKeyFile
        nonce, sealed = bytes.fromhex(header["nonce"]), bytes.fromhex(header["sealed"])
        salt = bytes.fromhex(header["salt"])
    except (NotStrictJson, NotANumber, ValueError):
        raise BrokenKeyFile from None
    if (
        (header["format"], header["version"], header["kdf"], header["cipher"])
        != (FORMAT, 1, "PBKDF2-SHA-256", "AES-256-GCM")
        or not FEWEST_ITERATIONS <= header["iterations"] <= MOST_ITERATIONS
        or len(nonce) != gcm.NONCE_BYTES
        or len(salt) != _SALT_BYTES
        or len(sealed) <= gcm.TAG_BYTES
    ):
        raise BrokenKeyFile
    return header


def _stretched(passphrase: str, header: dict[str, Any]) -> bytes:
    salt = bytes.fromhex(header["salt"])
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, header["iterations"])


_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U; typed I and L are 1, O is 0."""
_ROWS: Final = 4
_ROW_BYTES: Final = 8
_CHECK_BITS: Final = 15
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None, "\t": None})


def paper_rows(secret: mpz, *, election: str, index: int) -> list[str]:
    """The decryption key as four rows of four groups, each row with a check that tells it from every other row."""
    whole = int(secret).to_bytes(_ROWS * _ROW_BYTES, "big")
    rows = []
    for row in range(1, _ROWS + 1):
        part = whole[(row - 1) * _ROW_BYTES : row * _ROW_BYTES]
        bits = int.from_bytes(part, "big") << _CHECK_BITS | _row_check(part, row, election, index)
        letters = "".join(_LETTERS[bits >> shift & 31] for shift in range(75, -1, -5))
        rows.append(" ".join(letters[at : at + 4] for at in range(0, 16, 4)))
    return rows


def secret_on_paper(rows: list[str], *, election: str, index: int) -> mpz:
    """The decryption key that these rows are of. Raises BadRow naming the first row with a typing error."""
    whole = b""
    for row in range(1, _ROWS + 1):
        letters = rows[row - 1].upper().translate(_READ_AS).strip() if row <= len(rows) else ""
        if len(letters) != 16 or not set(letters) <= set(_LETTERS):
            raise BadRow(row)
        bits = 0
        for letter in letters:
            bits = bits << 5 | _LETTERS.index(letter)
        value, check = bits >> _CHECK_BITS, bits & (1 << _CHECK_BITS) - 1
        if value >> 8 * _ROW_BYTES:
            raise BadRow(row)
        part = value.to_bytes(_ROW_BYTES, "big")
        if check != _row_check(part, row, election, index):
            raise BadRow(row)
        whole += part
    secret = mpz(int.from_bytes(whole, "big"))
    if not is_scalar(secret):
        raise BadRow(1)
    return secret


def _row_check(part: bytes, row: int, election: str, index: int) -> int:
    digest = hashlib.sha256(f"spreekt-paper|{election}|{index}|{row}|{part.hex()}".encode()).digest()
    return int.from_bytes(digest[:2], "big") >> 1
