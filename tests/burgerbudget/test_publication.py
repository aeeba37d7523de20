"""From ballots to a published result: when, by whom, and that the file says it all."""

from datetime import timedelta

import pytest
from pabulib.checker import Checker
from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.awards import cards as award_cards
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.officers.counting import StillSecret
from spreekt.modules.burgerbudget.outcomes.publication import (
    AlreadyPrepared,
    DoesNotAddUp,
    NothingToCount,
    NotPrepared,
    SamePerson,
    confirm,
    prepare,
)
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from spreekt.modules.burgerbudget.voting.ballots import cast, sealed_ballot
from spreekt.modules.burgerbudget.voting.game import game_of, ticked
from tests.budget_builders import a_pot
from tests.builders import DAY, NOON, a_project, a_resident, a_round, acting, an_area, kept, officers_give_keys, staff

VOTES = [["a", "b"], ["a"], ["b"], ["a", "c"], ["c"]]


@pytest.fixture
def voted(db, vault, clock):
    """A round of € 10.000 with five voters; a costs 7.000, b 4.000, c 2.500."""
    round = a_round()
    for code, cost in (("a", 700_000), ("b", 400_000), ("c", 250_000)):
        a_project(round, code, title=f"Plan {code}", cost_cents=cost)
    for choice in VOTES:
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    officers_give_keys(round)
    return round


def a_publisher():
    return staff(Role.PUBLISHER)


def winners(outcome):
    return [row["code"] for row in outcome.summary["projects"] if row["won"]]


def test_a_result_is_counted_by_the_rule_of_the_round_with_a_reason_for_each_project(db, vault, closed, voted):
    (outcome,) = prepare(db, vault, closed, voted, city="Kortrijk", by=acting(a_publisher()))

    rows = {row["code"]: (row["votes"], row["reason"]) for row in outcome.summary["projects"]}
    assert rows == {"a": (3, "enough_votes"), "c": (2, "enough_votes"), "b": (2, "did_not_fit")}


@pytest.mark.parametrize("rule", ["greedy", "greedy-no-skip", "greedy-per-cost"])
def test_the_file_alone_gives_the_published_winners(db, vault, closed, voted, rule):
    voted.rule = RuleName(rule)
    (outcome,) = prepare(db, vault, closed, voted, city="Kortrijk", by=acting(a_publisher()))

    election = read_pb(outcome.file)
    assert list(decide(election, Rule(method=Method(rule))).winners) == winners(outcome)
    assert selected(election) == frozenset(winners(outcome))
    assert election.voters == len(VOTES)


@pytest.mark.parametrize("early", [timedelta(days=7), timedelta(seconds=1)])
def test_nothing_is_prepared_before_closing(db, vault, closed, voted, early):
    with pytest.raises(StillSecret):
        prepare(db, vault, Clock(fixed=closed.now() - early), voted, city="Kortrijk", by=acting(a_publisher()))


def test_who_prepares_a_result_does_not_confirm_it(db, vault, closed, voted):
    first, second = acting(a_publisher()), acting(a_publisher())
    prepare(db, vault, closed, voted, city="Kortrijk", by=first)

    with pytest.raises(SamePerson):
        confirm(db, closed, voted, by=first)
    with pytest.raises(AlreadyPrepared):
        prepare(db, vault, closed, voted, city="Kortrijk", by=second)
    confirm(db, closed, voted, by=second)

    with pytest.raises(NotPrepared):
        confirm(db, closed, voted, by=second)


def test_a_confirmed_result_shows_from_the_announced_hour(db, vault, closed, voted):
    prepare(db, vault, closed, voted, city="Kortrijk", by=acting(a_publisher()))
    assert not voted.shows_outcome(voted.publishes_at)

    confirm(db, closed, voted, by=acting(a_publisher()))

    assert not voted.shows_outcome(voted.publishes_at - timedelta(seconds=1))
    assert voted.shows_outcome(voted.publishes_at)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLISHER])
def test_only_publishers_count_and_confirm(db, vault, closed, voted, role):
    who = acting(staff(role))

    with pytest.raises(Forbidden):
        prepare(db, vault, closed, voted, city="Kortrijk", by=who)
    with pytest.raises(Forbidden):
        confirm(db, closed, voted, by=who)


def test_a_ballot_too_many_stops_the_count(db, vault, closed, voted):
    kept(sealed_ballot(voted, game_of(voted, None), ticked(["b"]), {"b": 400_000}))

    with pytest.raises(DoesNotAddUp):
        prepare(db, vault, closed, voted, city="Kortrijk", by=acting(a_publisher()))


def test_a_round_without_projects_has_nothing_to_count(db, vault, closed):
    with pytest.raises(NothingToCount):
        prepare(db, vault, closed, a_round(), city="Kortrijk", by=acting(a_publisher()))


def test_projects_of_a_pot_compete_for_its_money_and_each_pot_has_its_file(db, vault, clock, closed):
    heule, marke = an_area("Heule"), an_area("Marke")
    round = a_round(amount_cents=1_000_000)
    pots = [a_pot(round, area, 400_000) for area in (heule, marke)]
    for code, pot in (("h1", pots[0]), ("h2", pots[0]), ("m1", pots[1]), ("stad", None)):
        cost = 200_000 if code == "stad" else 300_000
        a_project(round, code, cost_cents=cost, pot_id=pot.id if pot else None)
    for choice in (["h1", "h2", "stad"], ["h1", "m1"], ["h1", "h2"]):
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    officers_give_keys(round)

    prepare(db, vault, closed, round, city="Kortrijk", by=acting(a_publisher()))

    assert {outcome.part: winners(outcome) for outcome in round.outcomes} == {
        "heule": ["h1"], "marke": ["m1"], "": ["stad"],
    }  # fmt: skip
    for outcome in round.outcomes:
        assert list(decide(read_pb(outcome.file), Rule(method=Method.GREEDY)).winners) == winners(outcome)
        assert outcome.summary["voters"] == 3
    assert {outcome.part: read_pb(outcome.file).voters for outcome in round.outcomes} == {"heule": 3, "marke": 1, "": 1}
    for outcome in round.outcomes:
        report = Checker().process_files([outcome.file])
        (name,) = set(report) - {"metadata", "summary"}
        assert report[name]["results"]["errors"].keys() <= {"all projects funded"}, "in Marke and the city all fit"


@pytest.mark.parametrize("rule", list(RuleName))
def test_a_pot_that_nobody_voted_for_has_no_winner_and_stops_no_count(db, vault, clock, closed, rule):
    round = a_round(rule=rule)
    pot = a_pot(round, an_area("Heule"), 400_000)
    a_project(round, "h1", cost_cents=300_000, pot_id=pot.id)
    a_project(round, "stad", cost_cents=200_000)
    cast(db, vault, clock, round, ticked(["stad"]), by=acting(a_resident()))
    officers_give_keys(round)

    prepare(db, vault, closed, round, city="Kortrijk", by=acting(a_publisher()))

    assert {outcome.part: winners(outcome) for outcome in round.outcomes} == {"heule": [], "": ["stad"]}


def test_no_page_file_or_feed_shows_a_count_before_the_result_is_published(db, pages, voted):
    roles = [None, a_resident(), *(staff(role) for role in Role)]
    urls = ["", "/projecten", "/uitslag", "/projecten.csv", "/projecten.atom", "/projecten.geojson"]
    for account in roles:
        browser = pages.as_(account)
        for url in urls:
            body = browser.raw(f"/burgerbudget/{voted.slug}{url}").get_data(as_text=True)
            assert "stemmen</small>" not in body
            assert "stemmen per project" not in body.lower()
        assert browser.raw(f"/burgerbudget/{voted.slug}/uitslag.pb").status_code == 404


def test_turnout_is_the_only_number_while_voting_is_open(pages, voted):
    sheet = pages.get(f"/burgerbudget/{voted.slug}")

    assert "5 inwoners" in sheet
    assert "De uitslag staat hier na het einde van de stemming" in pages.get(f"/burgerbudget/{voted.slug}/uitslag")


def test_two_publishers_walk_from_closing_to_the_result(db, pages, voted):
    voted.poll.closes_at = NOON - timedelta(hours=1)
    voted.publishes_at = NOON
    db.commit()
    first, second = pages.as_(a_publisher()), pages.as_(a_publisher())
    url = f"/beheer/rondes/{voted.slug}/publiceer"

    counted = first.send(url, press="stap=tel")
    assert "Iemand anders kijkt na" in counted
    assert "twee mensen kijken de uitslag na" in pages.get(f"/burgerbudget/{voted.slug}/uitslag")

    assert "De uitslag is gepubliceerd" in second.send(url, press="stap=bevestig")

    sheet = pages.get(f"/burgerbudget/{voted.slug}/uitslag")
    assert "Gekozen op plaats 1, met 3 stemmen" in sheet
    assert "Niet gekozen: toen dit project met 2 stemmen aan de beurt kwam" in sheet
    file = pages.raw(f"/burgerbudget/{voted.slug}/uitslag.pb")
    assert selected(read_pb(file.get_data(as_text=True))) == {"a", "c"}
    import hashlib

    assert hashlib.sha256(file.get_data()).hexdigest() in sheet
    assert "2 projecten komen er" in pages.get("/")


@pytest.mark.parametrize("rule", [RuleName.GREEDY, RuleName.EQUAL_SHARES])
@pytest.mark.parametrize("code", ["a", "b"])
def test_a_title_that_is_hidden_after_the_count_is_nowhere_in_the_result(
    db, vault, closed, voted, pages, app, rule, code
):
    """Except in the file whose hash everybody has; whoever hides it reads that."""
    voted.rule = rule
    prepare(db, vault, closed, voted, city="Kortrijk", by=acting(a_publisher()))
    confirm(db, closed, voted, by=acting(a_publisher()))
    voted.publishes_at = NOON
    project = db.scalars(select(Project).where(Project.round_id == voted.id, Project.code == code)).one()
    project.state = State.HIDDEN
    db.commit()
    url = f"/burgerbudget/{voted.slug}/uitslag"

    for address in (url, f"{url}.csv", f"{url}.json", f"/api/v1/budget-rounds/{voted.slug}/outcome"):
        said = pages.raw(address).get_data(as_text=True)
        assert f"Plan {code}" not in said, address
        assert f"Project {code} (tekst verborgen)" in said, address
    with app.test_request_context("/"):
        assert not any(f"Plan {code}" in card.text for card in award_cards.outcomes(db, NOON))
    assert f"Plan {code}" in pages.raw(f"{url}.pb").get_data(as_text=True)
    assert "telbestand (.pb)" in pages.as_(staff(Role.MODERATOR)).get(f"/moderatie/{project.id}")


def test_counting_while_voting_is_open_is_refused_on_the_page_too(pages, voted):
    browser = pages.as_(a_publisher())
    url = f"/beheer/rondes/{voted.slug}/publiceer"

    assert not browser.get(url).all("form") or "Tel de stemmen" not in browser.get(url)


def test_publishing_asks_for_a_fresh_sign_in(pages, voted):
    answer = pages.as_(a_publisher(), fresh=False).raw(
        f"/beheer/rondes/{voted.slug}/publiceer", headers={"Accept": "application/json"}
    )

    assert answer.status_code == 401


def test_the_hours_between_closing_and_publishing_are_said_honestly(pages, db, voted):
    voted.poll.closes_at = NOON - DAY / 24
    db.commit()

    assert "De stemming is gesloten. Er wordt geteld" in pages.get(f"/burgerbudget/{voted.slug}/uitslag")
