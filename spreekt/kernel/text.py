"""What text from residents may hold and how it is stored; making HTML of it is in markup.py."""

from __future__ import annotations

import re
import unicodedata

from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.graphemes import grapheme_length, graphemes

LONGEST_TEXT = 20_000  # code points, some 3,000 words; looked at before any other work is done
_CODE_POINTS_PER_GRAPHEME = 4  # room for accents and emoji, not for towers of marks

_LINE_END = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{4,}")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a symbol by name, but nothing to see
_STRIPPED = dict.fromkeys(
    (
        *range(0x202A, 0x202F),  # bidi embeddings and overrides: what is seen is not what is stored
        *range(0x2066, 0x2070),  # bidi isolates and deprecated format characters
        *range(0xE0000, 0xE0080),  # tag characters: text that nobody sees
        0xFEFF,  # byte order mark
    )
)


class TextRefused(Invalid):
    """The text cannot be taken as it is. The message is Dutch and says what to do."""


class UnreadableCharacter(TextRefused):
    """A control character, NUL or half a character."""

    says = N_(
        "Er staat een teken in dat we niet kunnen lezen. "
        "Typ je tekst opnieuw, of plak hem eerst in een gewone teksteditor."
    )


class TooLong(TextRefused):
    """More characters than the field takes; the argument is how many it takes."""

    says = N_("Je tekst is te lang. Maak hem korter: hoogstens {0} tekens.")


class TooShort(TextRefused):
    """Fewer visible characters than the field asks; the argument is how many it asks."""

    says = N_("Schrijf minstens {0} tekens.")


class Empty(TooShort):
    """Nothing a reader could see."""

    says = N_("Vul dit veld in.")


def clean_text(text: str, *, most: int, least: int = 0) -> str:
    """Text of several lines as it is stored.

    NFC, line ends as a line feed, no invisible turns of direction, no trailing spaces, at most two blank
    lines. `most` and `least` count characters as a reader sees them.
    Raises UnreadableCharacter, TooLong or TooShort.
    """
    lines = (line.rstrip() for line in _readable(text, most).split("\n"))
    return _of_length(_BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n"), most, least)


def clean_line(text: str, *, most: int, least: int = 0) -> str:
    """A title or other single line as it is stored: as clean_text, with all white space as single spaces."""
    return _of_length(" ".join(_readable(text, most).split()), most, least)


def visible_length(text: str) -> int:
    """How many characters leave ink on the page: white space and invisible characters do not."""
    return sum(any(_has_ink(character) for character in cluster) for cluster in graphemes(text))


def _has_ink(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] in "LNPS"


def _readable(text: str, most: int) -> str:
    if len(text) > LONGEST_TEXT:
        raise TooLong(most)
    text = _LINE_END.sub("\n", text)
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise UnreadableCharacter
    return unicodedata.normalize("NFC", text.translate(_STRIPPED))


def _of_length(text: str, most: int, least: int) -> str:
    if len(text) > most * _CODE_POINTS_PER_GRAPHEME or grapheme_length(text) > most:
        raise TooLong(most)
    if visible_length(text) < least:
        raise Empty if least == 1 else TooShort(least)
    return text
