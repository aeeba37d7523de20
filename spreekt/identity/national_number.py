"""What a national number is and when it is well formed; who holds one is not here, and nothing is stored."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NoReturn

from spreekt.kernel.errors import N_, Invalid

LENGTH = 11
LONGEST_SPELLING = 64
SYNTHETIC_SERIALS = (0, 999)
SHORTEST_KEY = 16

_SEPARATORS = frozenset("./_·•‧∙⋅,−")


class Kind(StrEnum):
    REGISTER = "register"
    BIS = "bis"


class NotANationalNumber(Invalid):
    """The text is no national number. The message is Dutch, says what to do and never repeats a digit."""


class WrongLength(NotANationalNumber):
    """Not eleven digits, or something else than digits and separators."""

    says = N_("Een rijksregisternummer heeft 11 cijfers. Kijk op je identiteitskaart en vul ze alle 11 in.")


class WrongBirthDate(NotANationalNumber):
    """The first six digits are no date that exists, nor one of the forms for an unknown date."""

    says = N_(
        "De eerste zes cijfers van je rijksregisternummer zijn geen geldige datum. "
        "Kijk je identiteitskaart na en vul het nummer opnieuw in."
    )


class WrongCheckDigits(NotANationalNumber):
    """The last two digits fit neither century."""

    says = N_(
        "Dit rijksregisternummer klopt niet: er zit een tikfout in. "
        "Kijk je identiteitskaart na en vul het nummer opnieuw in."
    )


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A well-formed national number, held only as long as it takes to make its fingerprint.

    `century` (1900 or 2000) is what the check digits say; it is no source for anybody's age, because
    birth dates in the number can be unknown. The digits are never shown: not by `repr`, `str`, a log line
    or a pickle.
    """

    digits: str = field(repr=False)
    kind: Kind
    century: int

    def __repr__(self) -> str:
        return f"<NationalNumber {self.kind}>"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a national number is never stored or sent")

    def fingerprint(self, key: bytes) -> str:
        """HMAC-SHA256 of the eleven digits under `key`, as 64 hexadecimal characters.

        Raises ValueError for a key shorter than 16 bytes: without a real key all numbers can be enumerated.
        """
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"the identity key must hold at least {SHORTEST_KEY} bytes")
        return hmac.digest(key, self.digits.encode("ascii"), "sha256").hex()


def parse(text: str) -> NationalNumber:
    """Read any spelling of a national or BIS number.

    Raises a NotANationalNumber with a message for the resident. Source of the check digits: domain.md 3.1.
    """
    digits = _digits_of(text)
    kind, month, day = _kind_month_day(digits)
    century = _century_of(digits)
    if month and day and not _exists(century + int(digits[:2]), month, day):
        raise WrongBirthDate
    return NationalNumber(digits=digits, kind=kind, century=century)


def synthetic(born_on: date, serial: int = 999, *, kind: Kind = Kind.REGISTER) -> NationalNumber:
    """A number that no real person has, for demo people: serial 000 or 999, born from 1900 to 2099."""
    if serial not in SYNTHETIC_SERIALS:
        raise ValueError("synthetic people use serial numbers 000 and 999 only")
    century = born_on.year // 100 * 100
    if century not in (1900, 2000):
        raise ValueError("national numbers exist for birth dates from 1900 to 2099 only")
    month = born_on.month + (40 if kind is Kind.BIS else 0)
    nine = f"{born_on.year % 100:02}{month:02}{born_on.day:02}{serial:03}"
    return NationalNumber(digits=nine + _check_digits(nine, century), kind=kind, century=century)


def _digits_of(text: str) -> str:
    if len(text) > LONGEST_SPELLING:
        raise WrongLength
    digits = []
    for character in unicodedata.normalize("NFKC", text):
        value = unicodedata.decimal(character, None)
        if value is not None:
            digits.append(str(value))
        elif not _separates(character):
            raise WrongLength
    if len(digits) != LENGTH:
        raise WrongLength
    return "".join(digits)


def _separates(character: str) -> bool:
    """Spaces, dashes, dots and the invisible characters that come along when copying from a letter."""
    category = unicodedata.category(character)
    return character.isspace() or category in ("Zs", "Cf", "Pd") or character in _SEPARATORS


def _kind_month_day(digits: str) -> tuple[Kind, int, int]:
    month, day = int(digits[2:4]), int(digits[4:6])
    kind = Kind.REGISTER if month < 20 else Kind.BIS
    if month >= 40:  # sex known when the BIS number was given
        month -= 40
    elif month >= 20:  # sex not known
        month -= 20
    if month > 12 or day > 31:
        raise WrongBirthDate
    return kind, month, day


def _century_of(digits: str) -> int:
    """The century whose check digits fit. Never both: 2,000,000,000 is not a multiple of 97."""
    for century in (1900, 2000):
        if digits[9:] == _check_digits(digits[:9], century):
            return century
    raise WrongCheckDigits


def _check_digits(nine: str, century: int) -> str:
    number = int(nine) + (2_000_000_000 if century == 2000 else 0)
    return f"{97 - number % 97:02}"


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
