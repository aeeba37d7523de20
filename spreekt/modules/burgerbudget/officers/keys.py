"""A counting officer's secret key as rows of letters for paper or a file, and read back. Knows no round and no server.

Four rows of four groups; the last three letters of a row check it, so that a typing error is found and named. The
browser writes and reads the same (static/js/officer_keys.js).
"""

import hashlib
import re
from typing import Final

KEY_BYTES: Final = 32
ROWS: Final = 4
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U; typed I and L are read as 1, O as 0."""
_ROW_BYTES: Final = KEY_BYTES // ROWS
_ROW_LETTERS: Final = 16
_CHECK_BITS: Final = 15
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_NUMBERED: Final = re.compile(r"\s*rij\s*[1-4]\s*[:.)\s]", re.IGNORECASE)
_LINES: Final = re.compile(r"\r\n|\r|\n")
_BETWEEN: Final = re.compile(r"[\s.-]+")


class MistypedCard(ValueError):
    """This is no key; `row` is the first row that is not as it was printed, from 1, or 0 when rows are missing."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row} is not as it was printed" if row else "there should be four rows of 16 letters")
        self.row = row


def card_rows(secret: bytes) -> list[str]:
    """The rows of the card, each as four groups of four letters."""
    rows = []
    for row in range(1, ROWS + 1):
        part = secret[(row - 1) * _ROW_BYTES : row * _ROW_BYTES]
        bits = int.from_bytes(part, "big") << _CHECK_BITS | _check(part, row)
        letters = "".join(_LETTERS[bits >> shift & 31] for shift in range(75, -1, -5))
        rows.append(" ".join(letters[at : at + 4] for at in range(0, _ROW_LETTERS, 4)))
    return rows


def card_text(secret: bytes) -> str:
    """The card as a text file."""
    lines = [f"Rij {row}: {letters}" for row, letters in enumerate(card_rows(secret), start=1)]
    return "\n".join(["Sleutel van een teller van het burgerbudget", *lines, ""])


def secret_on_card(text: str) -> bytes:
    """The key that these rows are of, typed, pasted or from a file. Raises MistypedCard."""
    lines = [line for line in _LINES.split(text) if line.strip()]
    numbered = [_NUMBERED.sub("", line, count=1) for line in lines if _NUMBERED.match(line)]
    rows = [_BETWEEN.sub("", line).upper().translate(_READ_AS) for line in numbered or lines]
    if len(rows) != ROWS:
        whole = "".join(rows)
        if len(whole) != ROWS * _ROW_LETTERS:
            raise MistypedCard(0)
        rows = [whole[at : at + _ROW_LETTERS] for at in range(0, len(whole), _ROW_LETTERS)]
    return b"".join(_part(letters, row) for row, letters in enumerate(rows, start=1))


def _part(letters: str, row: int) -> bytes:
    if len(letters) != _ROW_LETTERS or not set(letters) <= set(_LETTERS):
        raise MistypedCard(row)
    bits = 0
    for letter in letters:
        bits = bits << 5 | _LETTERS.index(letter)
    value = bits >> _CHECK_BITS
    if value >> 8 * _ROW_BYTES:
        raise MistypedCard(row)
    part = value.to_bytes(_ROW_BYTES, "big")
    if bits & (1 << _CHECK_BITS) - 1 != _check(part, row):
        raise MistypedCard(row)
    return part


def _check(part: bytes, row: int) -> int:
    digest = hashlib.sha256(f"spreekt-officer-key|{row}|{part.hex()}".encode()).digest()
    return int.from_bytes(digest[:2], "big") >> 1
