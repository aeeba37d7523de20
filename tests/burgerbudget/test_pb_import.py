"""Any Pabulib file as a finished round: its page says what the file says."""

from argparse import Namespace

import pytest
from sqlalchemy import select

from spreekt.kernel import audit
from spreekt.modules.burgerbudget.commands import run_import
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box
from spreekt.modules.burgerbudget.outcomes.pb_import import SlugTaken, import_round, slug_of
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from tests.builders import NOON
from tests.burgerbudget.rules.real_elections import FOLDER, needs_real_elections

FILE = """META
key;value
description;Buurtgeld
country;Nederland
unit;Elders
instance;2024
num_projects;3
num_votes;4
budget;1000,50
vote_type;approval
rule;greedy
date_begin;01.03.2024
date_end;15.03.2024
currency;PLN
PROJECTS
project_id;cost;name;category;selected
1;600;Een brug;verkeer;1
2;500,50;Een boom;groen;0
p 3;400;;;1
VOTES
voter_id;vote
a;1,2
b;1
c;p 3
d;
"""


def imported(db, vault, text=FILE, **options):
    return import_round(db, text, rule=Method.GREEDY, now=NOON, **({"name": "buurt"} | options))


def test_an_imported_round_is_over_published_and_in_its_own_currency(db, vault):
    round = imported(db, vault)

    assert (round.title, round.slug, round.amount_cents, round.currency) == ("Buurtgeld", "buurt", 100_050, "PLN")
    assert round.poll.is_over(NOON)
    assert round.shows_outcome(NOON)
    projects = db.scalars(select(Project).order_by(Project.code)).all()
    assert [(project.code, project.title, project.theme, project.author_id) for project in projects] == [
        ("1", "Een brug", "verkeer", None), ("2", "Een boom", "groen", None), ("p 3", "Project p 3", "", None),
    ]  # fmt: skip
    assert list(audit.faults(db)) == []


def test_ballots_of_an_imported_round_stay_in_its_file(db, vault):
    round = imported(db, vault)

    assert ballots_in_box(db, round) == 0
    assert read_pb(round.outcomes[0].file).voters == 4


def test_the_result_page_shows_the_file_and_what_the_organiser_chose(db, vault, pages):
    round = imported(db, vault)

    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag")

    assert "2 projecten zijn gekozen. 4 mensen hebben gestemd." in sheet
    assert "PLN 600" in sheet
    assert "De organisator koos volgens het bestand dezelfde projecten" in sheet
    assert pages.raw(f"/burgerbudget/{round.slug}/uitslag.pb").get_data(as_text=True) == FILE


def test_an_address_is_not_given_away_twice(db, vault):
    imported(db, vault)

    with pytest.raises(SlugTaken):
        imported(db, vault)
    assert imported(db, vault, slug="anders").slug == "anders"


@pytest.mark.parametrize("text", ["", "META", FILE.replace("a;1,2", "a;1,9"), FILE.replace("p 3", "p" * 70)])
def test_a_file_that_cannot_be_counted_leaves_nothing_behind(db, vault, text):
    with pytest.raises(NotAPbFile):
        imported(db, vault, text)

    assert db.scalars(select(Round)).all() == []


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("2020", "2020"), ("", ""), ("2024-03-01", "2024-03-15"), ("31.02.2024", "x"), ("2099", "2099")],
)
def test_whatever_a_file_says_about_dates_its_round_is_over(db, vault, begins, ends):
    text = FILE.replace("date_begin;01.03.2024", f"date_begin;{begins}").replace("15.03.2024", ends)

    assert imported(db, vault, text).poll.is_over(NOON)


def test_a_word_for_an_address_is_made_from_any_text():
    assert slug_of("Świecie 2023: Größe & Ćma!") == "swiecie-2023-groe-cma"


@needs_real_elections
@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb", "Switzerland_Zurich_S5R.pb", "Poland_Swiecie_2023.pb"])
def test_the_page_of_a_real_election_has_the_winners_of_its_file(db, vault, pages, name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    round = imported(db, vault, text)

    (outcome,) = round.outcomes
    winners = [row["code"] for row in outcome.summary["projects"] if row["won"]]
    assert winners == list(decide(read_pb(text), Rule(method=Method.GREEDY)).winners)
    db.commit()
    pages.get(f"/burgerbudget/{round.slug}/uitslag")


def test_the_command_refuses_what_it_cannot_read(tmp_path, capsys):
    bad = tmp_path / "stad.pb"
    bad.write_bytes(b"\xff\xfe")

    def answer(path):
        return run_import(Namespace(file=path, slug="", title="", rule=Method.GREEDY))

    assert answer(tmp_path / "nergens.pb") == 2
    assert answer(bad) == 1
    assert "UTF-8" in capsys.readouterr().err
