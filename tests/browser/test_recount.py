"""Counting a published result again in the browser: the same winners in the same order, for every kind of rule."""

from datetime import timedelta

import pytest

from spreekt.modules.burgerbudget import rules_of
from spreekt.modules.burgerbudget.models import Rule
from spreekt.modules.burgerbudget.outcomes.publication import Terms, file_of, outcome_of_file
from spreekt.modules.burgerbudget.rules import rule as engine
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate
from spreekt.modules.burgerbudget.rules.remarks import remarks_on
from spreekt.modules.burgerbudget.voting.game import Decider
from tests import builders
from tests.browser.conftest import NewReader
from tests.builders import NOON
from tests.burgerbudget.rules.small_elections import a_busy_election, a_tie_heavy_election
from tests.live import Platform, Web

SHARES = {"step_cents": 25, "add1_stop": "overspend", "complete": "greedy", "lot_seed": "lotto van 3 mei"}
BEFORE = NOON - timedelta(days=3)


@pytest.mark.parametrize(
    ("name", "rule", "options", "election"),
    [
        ("greedy", Rule.GREEDY, {"lot_seed": "lotto van 3 mei"}, a_tie_heavy_election(20)),
        ("shares", Rule.EQUAL_SHARES, SHARES, a_busy_election(6)),
        ("ties", Rule.EQUAL_SHARES, {"step_cents": 50}, a_tie_heavy_election(38)),
    ],
)
def test_a_browser_counts_a_published_file_to_the_same_winners(
    city: Platform, web: Web, a_reader: NewReader, name: str, rule: Rule, options: dict[str, object], election: Election
) -> None:
    slug = f"natellen-{name}"
    winners = published(city, slug, rule, options, election)
    reader = a_reader().open(f"/burgerbudget/{slug}/uitslag")

    reader.page.get_by_role("button", name="Tel na in deze browser").click()
    reader.page.get_by_text("Klopt: je toestel vindt dezelfde").wait_for()

    counted = reader.page.locator("[data-recount] li")
    assert [counted.nth(place).get_attribute("data-code") for place in range(counted.count())] == list(winners)


@pytest.mark.parametrize("edge", list(AtTheEdge))
@pytest.mark.parametrize("decider", [Decider.RULE, Decider.JURY])
def test_a_browser_lets_the_same_projects_through_the_gate(
    city: Platform, web: Web, a_reader: NewReader, edge: AtTheEdge, decider: Decider
) -> None:
    slug = f"natellen-{edge.value}-{decider.value}"
    gate = Gate(buyers=2, top=3, edge=edge, lot_seed="lotto van 3 mei" if edge is AtTheEdge.LOT else None)
    through = published(city, slug, Rule.EQUAL_SHARES, SHARES, a_tie_heavy_election(142), gate=gate, decider=decider)
    reader = a_reader().open(f"/burgerbudget/{slug}/uitslag")

    reader.page.get_by_role("button", name="Tel na in deze browser").click()
    reader.page.get_by_text("Klopt: je toestel vindt dezelfde").wait_for()

    counted = reader.page.locator("[data-recount] li")
    assert [counted.nth(place).get_attribute("data-code") for place in range(counted.count())] == list(through)


def test_a_file_that_says_other_winners_is_not_called_the_same(city: Platform, web: Web, a_reader: NewReader) -> None:
    published(city, "natellen-anders", Rule.GREEDY, {}, a_busy_election(6), forged=True)
    reader = a_reader().open("/burgerbudget/natellen-anders/uitslag")

    reader.page.get_by_role("button", name="Tel na in deze browser").click()

    reader.page.get_by_text("Je toestel vindt een andere uitslag.").wait_for()


def test_a_file_from_elsewhere_is_counted_by_the_rule_of_its_page(
    city: Platform, web: Web, a_reader: NewReader
) -> None:
    published(city, "natellen-elders", Rule.GREEDY, {}, a_busy_election(6), written_under=Rule.EQUAL_SHARES)
    reader = a_reader().open("/burgerbudget/natellen-elders/uitslag")

    reader.page.get_by_role("button", name="Tel na in deze browser").click()

    reader.page.get_by_text("Klopt: je toestel vindt dezelfde").wait_for()


def test_without_scripts_nothing_offers_to_count(city: Platform, web: Web, a_reader: NewReader) -> None:
    published(city, "natellen-kaal", Rule.GREEDY, {}, a_busy_election(6))
    reader = a_reader(scripts=False).open("/burgerbudget/natellen-kaal/uitslag")

    assert not reader.page.locator("[data-recount]").is_visible()
    assert "Natellen kan met deze opdracht" in reader.text


def published(
    city: Platform, slug: str, rule: Rule, options: dict[str, object], election: Election, *, forged: bool = False,
    gate: Gate | None = None, decider: Decider = Decider.RULE, written_under: Rule | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """A round whose result is out; forged, it calls a loser a winner. Returns who won, or who goes on, in order."""
    with city.building() as db:
        round = builders.a_round(
            slug=slug, rule=rule, rule_options=options, opens_at=BEFORE,
            closes_at=BEFORE + timedelta(days=1), publishes_at=BEFORE + timedelta(days=1),
        )  # fmt: skip
        terms = Terms(rules_of.rule(round), gate, decider)
        _judged, passed = terms.judged(election)
        outcome = terms.decide(election)
        winners = outcome.winners if outcome is not None else passed.names
        assert 1 < len(winners) < len(election.projects), "this election tells rules apart"
        text = file_of(election, terms)
        if written_under is not None:
            other = Terms(engine.Rule(method=engine.Method(written_under.value)), Gate(top=2))
            text = file_of(election, other)
            assert set(other.decide(election).winners) != set(winners)
        outcome = outcome_of_file("", text, terms, now=BEFORE)
        if written_under is not None:
            outcome.summary["remarks"] = remarks_on(terms.rule, gate)
        if forged:
            rows = outcome.summary["projects"]
            next(row for row in rows if not row["won"])["won"] = True
        outcome.published_at = BEFORE + timedelta(days=1)
        round.outcomes.append(outcome)
        db.commit()
    return winners
