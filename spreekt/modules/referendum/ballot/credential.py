"""The voter's code: made, read as people type it, and turned into a secret and its public half. No letters, no list.

Source: protocol section 5.4.
"""

import hashlib
import secrets
from collections.abc import Callable

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import BASE58
from spreekt.modules.referendum.ballot.group import GENERATOR, scalar_from
from spreekt.modules.referendum.ballot.refusals import NotInAlphabet, WrongLength

LENGTH = 22
"""Characters of a code, without dashes: 128 bits."""
GROUP = 4
"""Characters between two dashes as printed: XXXX-XXXX-XXXX-XXXX-XXXX-XX."""

_CLASSIC_LENGTH = 15
_CLASSIC_GROUP = 3
_ROUNDS = 1000
_IGNORED = frozenset(" -\t\r\n\u00a0\u00ad\u2010\u2011\u2012\u2013\u2014\u2212")
"""Spaces and every kind of dash: keyboards and word processors change them."""
_LOOK_ALIKES = {
    "0": "Misschien is het de letter o (klein) of het cijfer 8.",
    "O": "Misschien is het de letter o (klein) of de letter Q.",
    "I": "Misschien is het het cijfer 1 of de letter i (klein).",
    "l": "Misschien is het het cijfer 1 of de letter i (klein).",
}
_NO_LOOK_ALIKE = "Een code heeft alleen cijfers en gewone letters."


def make_credential(choose: Callable[[str], str] = secrets.choice) -> str:
    """A fresh code as it is printed, dashes and all. `choose` draws one character; only tests give another."""
    return _printed("".join(choose(BASE58) for _ in range(LENGTH)), GROUP)


def normalise(typed: str) -> str:
    """The code as printed, from what somebody typed, pasted or scanned: spaces and dashes do not count, case does.

    Raises NotInAlphabet, which points at the character, or WrongLength. Classic codes of 15 characters pass as well.
    """
    characters = [character for character in typed if character not in _IGNORED]
    for place, character in enumerate(characters, start=1):
        if character not in BASE58:
            raise NotInAlphabet(character, place, _LOOK_ALIKES.get(character, _NO_LOOK_ALIKE))
    if len(characters) == LENGTH:
        return _printed("".join(characters), GROUP)
    if len(characters) == _CLASSIC_LENGTH:
        return _printed("".join(characters), _CLASSIC_GROUP)
    raise WrongLength(len(characters))


def secret_of(credential: str, uuid: str) -> mpz:
    """The secret scalar of a code, as printed, in one election: PBKDF2 of the text with its dashes."""
    return scalar_from(hashlib.pbkdf2_hmac("sha256", credential.encode(), uuid.encode(), _ROUNDS, 32))


def public_of(secret: mpz) -> mpz:
    """What the public list shows of a secret."""
    return GENERATOR.power(secret)


def _printed(characters: str, group: int) -> str:
    return "-".join(characters[start : start + group] for start in range(0, len(characters), group))
