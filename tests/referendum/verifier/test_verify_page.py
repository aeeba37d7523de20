"""The page that explains how to check: every sum in its example is true, and is what an election that small gives."""

import math
import re
from pathlib import Path

from spreekt.modules.referendum import board, verifier_program
from spreekt.modules.referendum.verifier.verify import verify
from tests.builders import NOON
from tests.referendum.builders import a_referendum, send_ballot
from tests.referendum.verifier.archives import verdict_of_tool

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


def test_the_page_names_the_archive_and_the_commands(db, vault, pages):
    held = a_referendum(db, vault)

    page = pages.get(f"/referendum/{held.slug}/verifieren")

    assert f"spreekt verify {held.referendum.uuid}.bel" in page.text
    assert f"python3 spreekt-verify.pyz {held.referendum.uuid}.bel" in page.text
    taken = pages.raw(f"/referendum/{held.slug}/{verifier_program.NAME}")
    assert taken.get_data() == verifier_program.program()
    assert verifier_program.sha256() in page.text
    assert "belenios-tool election verify" in page.text
    assert page.links()["Download het archief"] == f"/referendum/{held.slug}/{held.referendum.uuid}.bel"


def test_a_stranger_downloads_the_archive_of_an_open_referendum_and_verifies_it(app, db, vault, tmp_path):
    held = a_referendum(db, vault)
    for voter in range(2):
        send_ballot(app, held, held.ballot(voter))
    board.put_up(db, held.referendum, NOON)
    db.commit()
    path = tmp_path / f"{held.referendum.uuid}.bel"
    path.write_bytes(app.test_client().get(f"/referendum/{held.slug}/{path.name}").data)

    report = verify(path, so_far=True)

    assert (report.fault, report.ballots, report.counted) == (None, 2, 2)
    assert "all checks passed" in verdict_of_tool(path)
