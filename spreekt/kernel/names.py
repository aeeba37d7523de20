"""Judges the names people give themselves: one form, one key for equality, and what could mislead."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from spreekt.kernel.errors import N_
from spreekt.kernel.text import TextRefused, clean_line

LONGEST_NAME = 60  # graphemes
MOST_MARKS = 2  # accents on one letter; more is ornament that covers other lines

RESERVED = frozenset(
    {
        *("admin", "administrator", "beheer", "beheerder", "burgemeester", "college", "gebiedswerker"),
        *(
            "gebiedswerking",
            "gemeente",
            "helpdesk",
            "hulp",
            "loket",
            "moderator",
        ),
        *("moderatie", "notaris", "ocmw", "onthaal", "politie", "redactie", "referendum", "root", "schepen"),
        *("schepencollege", "spreekt", "stad", "stadhuis", "stemming", "support", "systeem"),
    }
)

# Letters of other scripts, after case folding or before, that a reader takes for a Latin letter.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеѕіјоорсухһԁԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧονικρυχαօսհոցզıɑɡƖꓲ",
    "ABESIJKMHOPCTXYaesijoopcyxhdqwvABEZHIKMNOPTYXovikpuxaouhngqiagll",
)
_DIGIT_LOOKALIKES = str.maketrans("01345", "oleas")
_SCRIPTS_THAT_GO_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_NO_SCRIPT = frozenset({"MODIFIER", "MICRO", "FEMININE", "MASCULINE", "SUPERSCRIPT", "SUBSCRIPT"})


class NoName(TextRefused):
    """Signs or pictures only."""

    says = N_("Een naam heeft minstens één letter of cijfer.")


class NameFlag(StrEnum):
    MIXED_SCRIPT = "mixed-script"  # letters of several scripts in one word
    LOOKALIKE = "lookalike"  # another script, but it reads as Latin
    RESERVED = "reserved"  # reads as the city, a role or this platform
    INVISIBLE = "invisible"  # held characters that nobody sees; they are gone
    LINK = "link"  # an address instead of a name


@dataclass(frozen=True, slots=True)
class NameVerdict:
    """`clean` is shown and stored, `key` is compared for equality, `flags` are for the moderators."""

    clean: str
    key: str
    flags: frozenset[NameFlag]

    @property
    def is_reserved(self) -> bool:
        return NameFlag.RESERVED in self.flags


def judge_name(text: str, *, reserved: Collection[str] = RESERVED, most: int = LONGEST_NAME) -> NameVerdict:
    """The verdict on a display name; `reserved` are this platform's words plus those of the city.

    Raises TextRefused with a Dutch message when there is no name in it.
    """
    readable = unicodedata.normalize("NFKC", clean_line(text, most=most * 2))
    visible = "".join(character for character in readable if unicodedata.category(character) != "Cf")
    clean = clean_line(_with_few_marks(visible), most=most, least=1)
    key = name_key(clean)
    if not key:
        raise NoName
    flags = set(_script_flags(clean))
    if _hides_something(text, readable, visible):
        flags.add(NameFlag.INVISIBLE)
    if _is_reserved(clean, key, reserved):
        flags.add(NameFlag.RESERVED)
    if any(sign in clean.casefold() for sign in ("://", "www.", "@")):
        flags.add(NameFlag.LINK)
    return NameVerdict(clean=clean, key=key, flags=frozenset(flags))


def name_key(text: str) -> str:
    """What names share that a reader cannot tell apart: without case, spaces, punctuation and lookalikes."""
    folded = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).casefold().translate(_LOOKALIKES)
    folded = unicodedata.normalize("NFKC", folded)
    kept = "".join(character for character in folded if unicodedata.category(character)[0] in "LMN")
    return unicodedata.normalize("NFKC", kept)


def _with_few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _hides_something(text: str, readable: str, visible: str) -> bool:
    return readable != visible or any(unicodedata.category(character) == "Cf" for character in text)


def _script_flags(clean: str) -> set[NameFlag]:
    flags = set()
    for word in clean.split():
        scripts = {script for character in word if (script := _script(character))}
        if len(scripts) > 1 and not scripts <= _SCRIPTS_THAT_GO_TOGETHER:
            flags.add(NameFlag.MIXED_SCRIPT)
        elif scripts and scripts != {"LATIN"} and name_key(word).isascii():
            flags.add(NameFlag.LOOKALIKE)
    return flags


def _script(character: str) -> str:
    """The first word of a letter's Unicode name is its script; empty for anything but a letter."""
    if unicodedata.category(character)[0] != "L":
        return ""
    script = unicodedata.name(character, "").partition(" ")[0]
    return "" if script in _NO_SCRIPT else script


def _is_reserved(clean: str, key: str, reserved: Collection[str]) -> bool:
    """Whether the name or a word of it reads as a reserved word, also with digits for letters or accents."""
    keys = {key, *(name_key(word) for word in clean.split())}
    bare = {_without_accents(candidate.translate(_DIGIT_LOOKALIKES)) for candidate in keys}
    return not reserved_keys(reserved).isdisjoint(keys | bare)


def reserved_keys(reserved: Collection[str]) -> frozenset[str]:
    """The keys of reserved words."""
    return frozenset(name_key(word) for word in reserved)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
