"""The page that explains how to check: every sum in its example is true, and is what an election that small gives."""

import math
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "templates" / "referendum" / "verify.html"
SUM = re.compile(r'sum\("([0-9 ×]+)", ([0-9]+), ([0-9]+)\)')
DIVISOR, SECRET = 23, 7
VOTES = {"An": (2, 4), "Bo": (1, 5), "Cas": (2, 6)}
"""What each takes for ja (2) or nee (1), and the number drawn."""


def the_sums() -> dict[str, int]:
    """Each multiplication on the page and the rest it says; asserts that both are true."""
    found = {}
    for left, product, rest in SUM.findall(PAGE.read_text("utf-8")):
        assert math.prod(int(factor) for factor in left.split(" × ")) == int(product), left
        assert int(product) % DIVISOR == int(rest), left
        found[left] = int(rest)
    return found


def times(factor: int, how_often: int) -> str:
    return " × ".join([str(factor)] * how_often)


def test_every_sum_on_the_page_is_true():
    assert len(the_sums()) >= 12


def test_the_sums_are_those_of_an_election():
    sums = the_sums()
    key = sums[times(2, SECRET)]
    sealed = {
        name: (sums[times(2, drawn)], sums[f"{times(key, drawn)} × {vote}"]) for name, (vote, drawn) in VOTES.items()
    }

    first = sums[" × ".join(str(alpha) for alpha, _ in sealed.values())]
    second = sums[" × ".join(str(beta) for _, beta in sealed.values())]
    opened = sums[times(first, SECRET)]

    in_favour = [vote for vote, _ in VOTES.values()].count(2)
    assert sums[f"{opened} × {times(2, in_favour)}"] == second
    assert all(opened * 2**other % DIVISOR != second for other in (0, 1, 3))
    board = ", ".join(f"{alpha} en {beta}" for alpha, beta in sealed.values())
    assert board in PAGE.read_text("utf-8")
