"""How the files of a referendum are written and read: one spelling of JSON, two spellings of a hash. No ballots here.

Source: protocol section 5.1.
"""

import base64
import hashlib
import json
from typing import Any, Final, NoReturn

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Digits and letters without 0, O, I and l."""

_MOST_DIGITS = 9
"""Of a JSON number: they count and they are small; whatever is large is written as text."""


class NotStrictJson(ValueError):
    """Text that has no, or more than one, meaning as JSON: broken, double keys, fractions, huge numbers, too deep."""


def compact(value: object) -> str:
    """Canonical JSON: no spaces, nothing escaped that need not be, the fields in the order they were given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read_json(text: str) -> Any:
    """What a JSON text says, if it can only be read in one way. The caller bounds its length first.

    Raises NotStrictJson. Whether the text is canonical is another question: compare it with `compact` of the answer.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_float=_refuse,
            parse_int=_small,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as broken:
        raise NotStrictJson from broken


def is_canonical(text: str, value: object) -> bool:
    """Whether the text is the one way to write the value."""
    return compact(value) == text


def sha(content: str | bytes) -> bytes:
    """SHA-256 of the bytes, or of the text in UTF-8."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).digest()


def hex_of(content: str | bytes) -> str:
    """SHA-256 in lower-case hexadecimal: the name of a file in the archive."""
    return sha(content).hex()


def b64_of(content: str | bytes) -> str:
    """SHA-256 in standard Base64 without "=": fingerprints and tracking numbers, 43 characters."""
    return b64_from_hex(hex_of(content))


def b64_from_hex(name: str) -> str:
    """The same digest as a tracking number, from the name of a file in the archive."""
    return base64.b64encode(bytes.fromhex(name)).decode().rstrip("=")


def hex_from_b64(tracker: str) -> str:
    """The same digest as the name of a file in the archive. Raises ValueError if it is not a tracking number."""
    return base64.b64decode(tracker + "=", validate=True).hex()


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotStrictJson
    return fields


def _small(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise NotStrictJson
    return int(digits)


def _refuse(_: str) -> NoReturn:
    raise NotStrictJson
