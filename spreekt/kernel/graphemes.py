"""Counts and cuts text the way a reader sees it, in grapheme clusters; what text may hold is in text.py."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_NON_JOINER = "\u200c"


def graphemes(text: str) -> Iterator[str]:
    """What a reader calls characters, one by one: a letter with its accents, a family emoji, a flag.

    Follows the extended clusters of UAX 29 for marks, joiners, emoji, flags and Hangul; the rare prepended
    marks of some Indic scripts count as characters of their own.
    """
    start = 0
    flag_half = False
    for place in range(1, len(text)):
        flag_half = _is_flag_letter(text[place - 1]) and not flag_half
        if not _continues(text[place - 1], text[place], flag_half):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def grapheme_length(text: str) -> int:
    """How many characters a reader sees in `text`."""
    return sum(1 for _ in graphemes(text))


def first_graphemes(text: str, count: int) -> str:
    """The first `count` characters as a reader sees them; never half a character."""
    kept: list[str] = []
    for grapheme in graphemes(text):
        if len(kept) == count:
            break
        kept.append(grapheme)
    return "".join(kept)


def _continues(before: str, after: str, flag_half: bool) -> bool:
    if before == "\r" and after == "\n":
        return True
    if before in "\r\n" or after in "\r\n":
        return False
    if _extends(after):
        return True
    if before == _JOINER:  # the emoji after a joiner belongs to the one before it; a letter does not
        return unicodedata.category(after) == "So"
    if _is_flag_letter(after):
        return flag_half
    return _joins_hangul(before, after)


def _extends(character: str) -> bool:
    return (
        character in (_JOINER, _NON_JOINER)
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, as in the flag of Scotland
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _joins_hangul(before: str, after: str) -> bool:
    if "\u1160" <= after <= "\u11a7":  # a vowel follows a leading consonant, a vowel or an open syllable
        return "\u1100" <= before <= "\u11a7" or _is_open_syllable(before)
    if "\u11a8" <= after <= "\u11ff":  # a final consonant follows a vowel, a syllable or another final
        return "\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return "\u1100" <= after <= "\u115f" and "\u1100" <= before <= "\u115f"


def _is_open_syllable(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" and (ord(character) - 0xAC00) % 28 == 0
