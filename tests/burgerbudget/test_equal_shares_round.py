"""A round by equal shares on the pages: staff set the rule, residents read it, the result explains itself."""

from datetime import timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.modules.burgerbudget.models import Round, Rule
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules_of import rule
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import ticked
from tests.builders import NOON, a_project, a_resident, a_round, acting, officers_give_keys, staff

SHARES = {"step_cents": 10, "add1_stop": "exhaustive", "complete": "none", "lot_seed": "lotto van 3 mei"}
FORM = {
    "title": "Burgerbudget 2027", "slug": "budget-2027", "amount_cents": "10000", "opens_at": "2026-12-01T12:00",
    "closes_at": "2026-12-10T12:00", "publishes_at": "2026-12-11T12:00", "minimum_age": "14",
    "rule": "equal-shares", "step_cents": "0,10", "completes": "y", "lot_seed": "lotto van 3 mei",
}  # fmt: skip


@pytest.fixture
def voted(db, vault, clock):
    """€ 9.000 for four voters, so € 2.250 each. The bank takes most of what the swing's supporters have."""
    round = a_round(rule=Rule.EQUAL_SHARES, rule_options=SHARES, amount_cents=900_000)
    for code, title, cost in (("a", "Bank", 600_000), ("b", "Schommel", 400_000), ("c", "Fontein", 800_000)):
        a_project(round, code, title=title, cost_cents=cost)
    for choice in (["a", "b"], ["a", "b"], ["a"], ["c"]):
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    officers_give_keys(round)
    return round


@pytest.fixture
def published(db, pages, voted):
    voted.poll.closes_at = NOON - timedelta(hours=1)
    voted.publishes_at = NOON
    db.commit()
    url = f"/beheer/rondes/{voted.slug}/publiceer"
    for step in ("tel", "bevestig"):
        pages.as_(staff(Role.PUBLISHER)).send(url, press=f"stap={step}")
    return voted


def test_staff_choose_equal_shares_with_its_steps_completion_and_lot(db, pages, clock):
    browser = pages.as_(staff(Role.ADMIN))

    browser.send("/beheer/rondes/nieuw", **FORM)

    round = db.query(Round).filter_by(slug="budget-2027").one()
    assert rule(round).parameters() == {
        "method": "equal-shares", "add1": "0.1", "add1_stop": "exhaustive", "floor_share": False,
        "complete": "greedy", "utility": "cost", "ties": "cost, votes, lot", "lot_seed": "lotto van 3 mei",
    }  # fmt: skip
    form = browser.get(f"/beheer/rondes/{round.slug}/bewerken").html
    assert 'value="lotto van 3 mei"' in form
    assert 'value="0,10"' in form


def test_a_greedy_round_keeps_no_share_that_it_has_not(db, pages, clock):
    pages.as_(staff(Role.ADMIN)).send("/beheer/rondes/nieuw", **FORM | {"rule": "greedy"})

    round = db.query(Round).filter_by(slug="budget-2027").one()
    assert round.rule_options == {"lot_seed": "lotto van 3 mei"}


def test_words_for_the_lot_that_could_break_a_file_come_back(pages, clock):
    sheet = pages.as_(staff(Role.ADMIN)).send("/beheer/rondes/nieuw", status=422, **FORM | {"lot_seed": 'a; b, "c"'})

    assert "Gebruik letters, cijfers en spaties." in sheet


def test_everybody_reads_the_rule_before_voting(pages, voted):
    sheet = pages.get(f"/burgerbudget/{voted.slug}")

    assert "Iedereen die stemt, beslist over een even groot deel van het geld." in sheet
    assert "dan groeit ieders deel telkens met € 0,10" in sheet
    assert "loting met de woorden “lotto van 3 mei”" in sheet


def test_the_result_says_with_numbers_what_each_paid_and_where_the_money_went(pages, published):
    sheet = pages.get(f"/burgerbudget/{published.slug}/uitslag")

    assert "had op het einde een deel van € 2.250" in sheet
    assert "Gekozen op plaats 1, met 3 stemmen: ieder betaalde hoogstens € 2.000" in sheet
    assert "Niet gekozen: wie hiervoor stemde, had samen nog € 500. Het project kost € 4.000" in sheet
    assert "Hun geld ging vooral naar Bank" in sheet
    assert "Niet gekozen met 1 stem: wie ervoor stemde, had samen € 2.250. Het project kost € 8.000" in sheet
    assert "--rule equal-shares --add1 0.1 --add1-stop exhaustive --lot-seed" in sheet
    file = read_pb(pages.raw(f"/burgerbudget/{published.slug}/uitslag.pb").get_data(as_text=True))
    assert selected(file) == {"a"}
    assert "lot_seed: lotto van 3 mei" in file.meta["comment"]


def test_nobody_but_who_runs_rounds_sets_a_rule(pages, clock):
    pages.as_(staff(Role.MODERATOR)).get("/beheer/rondes/nieuw", status=404)


def test_a_regulation_without_steps_says_only_how_ties_end(pages, clock):
    round = a_round(rule=Rule.GREEDY)

    sheet = pages.get(f"/burgerbudget/{round.slug}")

    assert "Bij een gelijke stand gaat het goedkoopste project voor" in sheet
    assert "loting" not in sheet
