"""Amounts of money as they are written in files and options, read exactly. No rounding lives here."""

import re
from collections.abc import Iterable
from fractions import Fraction
from math import lcm

_AMOUNT = re.compile(r"[0-9]{1,18}([.,][0-9]{1,9})?")


class NotAnAmount(ValueError):
    """The text is not a plain amount such as 1500, 1500.50 or 1500,50."""


def parse_amount(text: str) -> Fraction:
    """An amount of zero or more; a decimal comma and a decimal point mean the same.

    Thousands separators are refused, because "1.000,50" and "1,000.50" cannot be told apart safely.
    """
    written = text.strip()
    if not _AMOUNT.fullmatch(written):
        raise NotAnAmount(f"{text!r} is not an amount (write 1500, 1500.50 or 1500,50)")
    return Fraction(written.replace(",", "."))


def least_scale(amounts: Iterable[Fraction]) -> int:
    """The smallest number of units per currency unit in which every amount is a whole number."""
    return lcm(1, *(amount.denominator for amount in amounts))


def write_amount(amount: Fraction) -> str:
    """The amount as a decimal when it has one ("302", "72.5"), as a fraction when not ("40000/551").

    `Fraction(...)` reads both back without loss.
    """
    remainder = amount.denominator
    places = 0
    while remainder % 10 == 0:
        remainder, places = remainder // 10, places + 1
    while remainder % 5 == 0 or remainder % 2 == 0:
        remainder, places = remainder // (5 if remainder % 5 == 0 else 2), places + 1
    if remainder != 1:
        return f"{amount.numerator}/{amount.denominator}"
    if places == 0:
        return str(amount.numerator)
    digits = str(abs(amount.numerator) * 10**places // amount.denominator).rjust(places + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
