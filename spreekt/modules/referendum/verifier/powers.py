"""Powers, in the bulk in which a verifier needs them. What they prove is not here."""

import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import gmpy2
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import G, P, Q, in_group

_WINDOW: Final = 10
_MASK: Final = (1 << _WINDOW) - 1
_ROUNDS: Final = 128
_GROUP: Final = 6
_WORTH_A_BATCH: Final = 200


class Table:
    """Powers of a base that is used for every ballot: 26 multiplications each, after some 27,000 to fill the table."""

    __slots__ = ("_rows",)

    def __init__(self, base: mpz) -> None:
        self._rows = []
        for _ in range(-(-Q.bit_length() // _WINDOW)):
            row = [mpz(1)]
            for _ in range(_MASK):
                row.append(row[-1] * base % P)
            self._rows.append(row)
            base = row[-1] * base % P

    def power(self, exponent: mpz) -> mpz:
        """base ** exponent mod P; the exponent from 0 up to Q."""
        rest = int(exponent)
        result = mpz(1)
        for row in self._rows:
            result = result * row[rest & _MASK] % P
            rest >>= _WINDOW
        return result


@lru_cache(maxsize=4)
def table_of(base: mpz) -> Table:
    """One table per base and process."""
    return Table(base)


def power_of_g(exponent: mpz) -> mpz:
    return table_of(G).power(exponent)


class Exponents:
    """Up to eight exponents (five is best), laid out to raise several bases to all of them at once.

    One base to m exponents costs 256 squarings and about 256 + 2**(m + 1) multiplications, instead of m times a whole
    exponentiation: each power base ** (2 ** i) goes into the one bucket that says which exponents have bit i.
    """

    __slots__ = ("_columns", "_count")

    def __init__(self, exponents: Sequence[mpz]) -> None:
        self._count = len(exponents)
        width = max(int(exponent).bit_length() for exponent in exponents)
        ones = int.from_bytes(b"\1" * width, "big")
        columns = 0
        for place, exponent in enumerate(exponents):  # its digits 0 and 1 become bit `place` of one byte each
            columns |= (int.from_bytes(f"{int(exponent):0{width}b}".encode(), "big") & ones) << place
        self._columns = columns.to_bytes(width, "little")

    def powers(self, base: mpz) -> list[mpz]:
        """base ** each exponent mod P, in their order."""
        buckets = [mpz(1)] * (1 << self._count)
        for column in self._columns:
            buckets[column] = buckets[column] * base % P
            base = base * base % P
        found = []
        half = len(buckets) // 2
        while half:  # the upper half holds what belongs to the last exponent; fold it away for the others
            result = buckets[half]
            for number in range(1, half):
                result = result * buckets[half + number] % P
                buckets[number] = buckets[number] * buckets[half + number] % P
            found.append(result)
            half //= 2
        return found[::-1]


def first_outsider(elements: Sequence[mpz]) -> int | None:
    """The place of the first number that is not in the group, or None. All must lie between 0 and P.

    A long list is first asked as a whole: 128 times, the product of a subset that is drawn at random must be in the
    group. Take one outsider and fix the draw for all other numbers: of the two products, with it and without it, at
    most one is in the group, because their ratio is not. So a list with an outsider passes one round with probability
    at most 1/2 and all rounds with at most 2**-128, whatever the list is, since its maker cannot know the draws.
    When it does not pass, each number is asked by itself, so that the answer names the right one.
    """
    if len(elements) >= _WORTH_A_BATCH and _all_inside(elements):
        return None
    return next((place for place, x in enumerate(elements) if not in_group(x)), None)


def _all_inside(elements: Sequence[mpz]) -> bool:
    products = [mpz(1)] * _ROUNDS
    for start in range(0, len(elements), _GROUP):
        subsets = [mpz(1)]
        for x in elements[start : start + _GROUP]:
            subsets += [subset * x % P for subset in subsets]
        mask = len(subsets) - 1
        draws = secrets.token_bytes(_ROUNDS)
        products = [product * subsets[draw & mask] % P for product, draw in zip(products, draws, strict=True)]
    return all(gmpy2.powmod(product, Q, P) == 1 for product in products)
