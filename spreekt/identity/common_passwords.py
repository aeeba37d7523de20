"""Passwords that everybody tries first. Rules and words thought up here, not a list from a leak.

A guesser begins with a word people like (a name, a month, a team, a place) or a row of keys, gives it a capital, adds
a year or a few digits and a sign, and swaps a few letters for look-alikes. `is_common` undoes those steps and refuses
what is left when it is such a word, such a row or almost nothing. ASVS 6.2.4 asks for at least 3,000 common passwords
that meet the length rule: `expanded` writes out a part of what the rules refuse, and it is many times that. What we
cannot promise is that each password of any published list is in it.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator

from spreekt.identity.common_words import FILLER, NAMES, WORDS

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop",
        "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
        "aqwzsxedcrfvtgbyhnuj", "1qaz2wsx3edc4rfv5tgb", "1aqw2zsx3edc4rfv", "147258369", "159753", "741852963",
        "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "abc123def456ghi789", "zaqxswcdevfr")  # fmt: skip
LOOKALIKES = str.maketrans("0134578@$!€", "oieastbasie")
SHORTEST_RUN = 4


def is_common(password: str) -> bool:
    """Whether a guesser would try this among the first: a known word or row of keys with the usual trimmings."""
    folded = _bare(password)
    if len(set(folded)) <= 3 or _is_repeat(folded) or _is_made_of_rows(folded):
        return True
    return any(_is_made_of_words(letters) for letters in (_letters(folded), _letters(_unswapped(folded))))


def expanded() -> Iterator[str]:
    """Some of the passwords that the rules refuse, written out, each ten characters or longer."""
    endings = ("1", "12", "123", "1234", "12345", "2024", "2025", "2026", "01", "!", "1!", "123!", "2025!", "2026!")
    for word, ending in itertools.product(sorted(WORDS | NAMES), endings):
        for shape in (word + ending, word.capitalize() + ending, (word + word + ending)):
            if len(shape) >= 10:
                yield shape
    for row in ROWS:
        yield from (both for both in (row, row[::-1], row + row, row.upper()) if len(both) >= 10)
    for year, day in itertools.product(range(1940, 2027), ("0101", "1402", "2107", "2512", "3112")):
        yield from (f"{day}{year}{day[:2]}", f"{year}{day}{year}"[:10])


def _bare(password: str) -> str:
    """Lower case, no accents, no spaces or punctuation, but look-alike signs kept."""
    decomposed = unicodedata.normalize("NFKD", password).casefold()
    return "".join(sign for sign in decomposed if (sign.isascii() and sign.isalnum()) or sign in "@$!€") or "-"


def _unswapped(folded: str) -> str:
    """Signs read as the letters they stand for, but not the digits and signs at the end: those are trimmings."""
    body = re.sub(r"[0-9@$!€]+$", "", folded)
    return body.translate(LOOKALIKES)


def _letters(folded: str) -> str:
    return re.sub(r"[^a-z]", "", folded)


def _is_repeat(text: str) -> bool:
    """The same piece over and over, a rest aside: abcabcabca."""
    return any((text[:size] * len(text)).startswith(text) for size in range(1, len(text) // 2 + 1))


def _is_made_of_rows(text: str) -> bool:
    """Cut into runs of neighbouring keys, letters or digits of four or more, little or nothing else remains."""
    signs = re.sub(r"[^a-z0-9]", "", text)
    position, rest = 0, 0
    while position < len(signs):
        run = _longest_run(signs[position:])
        if run >= SHORTEST_RUN:
            position += run
        else:
            position, rest = position + 1, rest + (0 if signs[position].isdigit() else 1)
    return rest <= 2


def _longest_run(text: str) -> int:
    length = 0
    for row in ROWS:
        for direction in (row + row, (row + row)[::-1]):
            while length < len(text) and text[: length + 1] in direction:
                length += 1
    return length


def _is_made_of_words(letters: str) -> bool:
    """One word of the lists, twice the same, or one with a small filler beside it, as in mijnwachtwoord."""
    if letters in WORDS or letters in NAMES or not letters:
        return True
    half = len(letters) // 2
    if letters[:half] == letters[half:] and letters[:half] in WORDS | NAMES:
        return True
    for size in range(1, len(letters)):
        first, last = letters[:size], letters[size:]
        known = (first in FILLER and (last in WORDS or last in NAMES)) or (
            last in FILLER and (first in WORDS or first in NAMES)
        )
        if known:
            return True
    return False
