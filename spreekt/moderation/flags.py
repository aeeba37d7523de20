"""What a moderator should look at in a text, found by rule when it is written. Decides nothing; only staff sees it."""

import re
from enum import StrEnum

from spreekt.identity.national_number import NotANationalNumber, parse

MANY_LINKS = 3
SHOUTED_LETTERS = 20
"""Letters a text must have before capitals count as shouting; "OCMW" is none."""
SHOUTED_SHARE = 0.7

_PHONE = re.compile(r"(?<![\w+])(?:\+|00|0)[1-9](?:[ ./-]?\d){7,12}(?!\w)")
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_IBAN_LENGTHS = {"BE": 16, "DE": 22, "ES": 24, "FR": 27, "GB": 22, "IT": 27, "LU": 20, "NL": 18, "PL": 28}
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{2}(?:[ ./-]?\d){8}[ ./-]?\d(?!\d)")
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


class Flag(StrEnum):
    """One thing to look at. The value stands in the database."""

    PHONE = "telefoon"
    EMAIL = "e-mail"
    IBAN = "rekening"
    NATIONAL_NUMBER = "rijksregister"
    LINKS = "links"
    SHOUTING = "hoofdletters"
    NAME = "naam"
    EDITED = "na-publicatie"
    """Set by the module whose text changes while it is public."""


FLAG_WORDS = {
    Flag.PHONE: "Er staat een telefoonnummer in.",
    Flag.EMAIL: "Er staat een e-mailadres in.",
    Flag.IBAN: "Er staat een rekeningnummer in.",
    Flag.NATIONAL_NUMBER: "Er staat iets in dat op een rijksregisternummer lijkt.",
    Flag.LINKS: "Er staan veel links in. Is dit reclame?",
    Flag.SHOUTING: "De tekst staat bijna helemaal in hoofdletters.",
    Flag.NAME: "De naam van de schrijver kan misleiden: ze lijkt op die van iemand anders of van de stad.",
    Flag.EDITED: "De schrijver veranderde deze tekst nadat hij gepubliceerd was.",
}


def flags_in(text: str) -> frozenset[Flag]:
    """What stands out in a text of at most LONGEST_TEXT characters."""
    found = {
        flag
        for flag, is_there in (
            (Flag.PHONE, _PHONE.search(text)),
            (Flag.EMAIL, _EMAIL.search(text)),
            (Flag.IBAN, any(_is_iban(match.group()) for match in _IBAN.finditer(text))),
            (Flag.NATIONAL_NUMBER, any(_is_national(match.group()) for match in _ELEVEN_DIGITS.finditer(text))),
            (Flag.LINKS, len(_LINK.findall(text)) >= MANY_LINKS),
            (Flag.SHOUTING, _shouts(text)),
        )
        if is_there
    }
    if Flag.NATIONAL_NUMBER in found:
        found.discard(Flag.PHONE)  # eleven digits that begin with a zero look like both
    return frozenset(found)


def stored(flags: frozenset[Flag]) -> str:
    """Flags as they stand in their column, in a steady order."""
    return " ".join(sorted(flags))


def read(column: str) -> list[Flag]:
    """The flags in a column."""
    return [Flag(word) for word in column.split() if word in set(Flag)]


def explained(column: str) -> list[str]:
    """The flags in a column as sentences for staff."""
    return [FLAG_WORDS[flag] for flag in read(column)]


def _is_iban(text: str) -> bool:
    """Whether the check digits fit (ISO 13616: modulo 97 of the number with its first four characters at the end)."""
    account = text.replace(" ", "").upper()
    account = account[: _IBAN_LENGTHS.get(account[:2], len(account))]  # the words behind it may look like more of it
    if not 15 <= len(account) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def _is_national(text: str) -> bool:
    try:
        parse(text)
    except NotANationalNumber:
        return False
    return True


def _shouts(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return len(letters) >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(letters)
