"""Any Pabulib file as a finished round: its page says what the file says."""

from argparse import ArgumentParser
from fractions import Fraction

import pytest
from sqlalchemy import select

from spreekt.kernel import audit
from spreekt.modules.burgerbudget.codes import slug_of
from spreekt.modules.burgerbudget.commands import register
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box
from spreekt.modules.burgerbudget.outcomes.pb_import import SlugTaken, import_round
from spreekt.modules.burgerbudget.rules.gates import Gate, behind
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.remarks import remarks_on
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
    return import_round(db, text, now=NOON, **({"name": "buurt"} | options))


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


SHARES = Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1, 2), lot_seed="trekking, 3 mei")


@pytest.mark.parametrize("gate", [None, Gate(top=2)])
def test_a_file_of_our_own_is_shown_under_the_rule_and_the_gate_that_it_says(db, vault, pages, gate):
    election = read_pb(FILE)
    own = write_pb(election, decide(behind(election, gate), SHARES), gate=gate)

    round = imported(db, vault, own)

    said = round.outcomes[0].summary
    assert said["rule"] == SHARES.parameters()
    assert [row["code"] for row in said["projects"] if row["won"]] == list(
        decide(behind(election, gate), SHARES).winners
    )
    assert f'data-rule="{remarks_on(SHARES, gate)}"' in pages.get(f"/burgerbudget/{round.slug}/uitslag").html


def test_the_page_of_a_file_under_another_rule_recounts_by_the_rule_of_the_page(db, vault, pages):
    election = read_pb(FILE)
    own = write_pb(election, decide(election, SHARES), gate=Gate(top=2))

    round = imported(db, vault, own, rule=Rule(method=Method.GREEDY))

    greedy = remarks_on(Rule(method=Method.GREEDY), None)
    assert f'data-rule="{greedy}"' in pages.get(f"/burgerbudget/{round.slug}/uitslag").html


@pytest.mark.parametrize(
    "comment",
    ["", "#1: iets anders", "#1: method: greedy", "#1: method: equal-shares, add1: veel, lot_seed: None",
     remarks_on(SHARES, None) + " #2: top: 0, edge: all, lot_seed: None"],
)  # fmt: skip
def test_a_comment_that_is_not_a_rule_of_ours_means_greedy(db, vault, comment):
    round = imported(db, vault, FILE.replace("currency;PLN", f"currency;PLN\ncomment;{comment}"))

    assert round.outcomes[0].summary["rule"] == Rule(method=Method.GREEDY).parameters()


def test_a_file_that_does_not_say_what_it_is_gets_a_page_without_proof(db, vault, pages):
    round = imported(db, vault, FILE.replace("country;Nederland\n", ""), rule=SHARES)

    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag")

    assert "Bewijs van elke aankoop" not in sheet
    assert pages.raw(f"/burgerbudget/{round.slug}/uitslag-bewijs.json").status_code == 404


def test_a_nul_or_half_a_letter_is_a_fault_at_its_line(db, vault):
    with pytest.raises(NotAPbFile) as refusal:
        imported(db, vault, FILE.replace("Een brug", "Een \x00brug").replace("Een boom", "Een \ud800boom"))

    assert [fault.line for fault in refusal.value.faults] == [17, 18]


def test_an_import_says_how_far_it_is(db, vault):
    told = []

    imported(db, vault, progress=told.append)

    assert any(words.startswith("reading vote") for words in told)
    assert "explaining every project" in told


def test_the_command_refuses_what_it_cannot_read(tmp_path, capsys):
    bad = tmp_path / "stad.pb"
    bad.write_bytes(b"\xff\xfe")

    def answer(*arguments):
        parser = ArgumentParser()
        register(parser.add_subparsers())
        args = parser.parse_args(["budget", "import", *map(str, arguments)])
        return args.run(args)

    assert answer(tmp_path / "nergens.pb") == 2
    assert answer(bad) == 1
    assert "UTF-8" in capsys.readouterr().err
    bad.write_text(FILE, encoding="utf-8")
    assert answer(bad, "--top", "3") == 2
    assert answer(bad, "--rule", "greedy", "--complete", "greedy") == 2
    assert "--rule" in capsys.readouterr().err
