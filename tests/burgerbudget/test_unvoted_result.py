"""The result of a round without a vote: what the college decided, once two people published that."""

from datetime import date, timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.awards import cards as award_cards
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.awards.domain import Decision
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.outcomes.pb_import import import_round
from spreekt.modules.burgerbudget.phases.models import Phase, RoundRegulation
from spreekt.modules.burgerbudget.queries import published_rounds
from tests.builders import DAY, NOON, a_project, a_round, acting, an_area, kept, staff
from tests.burgerbudget.test_awards import URI, with_verdicts
from tests.burgerbudget.test_pb_import import FILE

CLOCK = Clock(fixed=NOON)
URL = "/burgerbudget/wijk"


@pytest.fixture
def unvoted(db) -> Round:
    """A jury sat until eight days ago and the award has begun; a costs € 3.000 and b € 2.000."""
    round = a_round(slug="wijk", without_vote=True, opens_at=NOON - 9 * DAY, closes_at=NOON - 8 * DAY,
                    publishes_at=NOON - 8 * DAY)  # fmt: skip
    kept(RoundRegulation(round_id=round.id, vote_method=None, jury_size=3))
    for kind, days in ((PhaseKind.JURY, 9), (PhaseKind.AWARD, 8)):
        opens_at = NOON - days * DAY
        kept(Phase(round_id=round.id, kind=kind, opens_at=opens_at, closes_at=opens_at + DAY))
    a_project(round, "a", title="Plan a", areas=[an_area("Heule")], latitude=50.83, longitude=3.26)
    a_project(round, "b", title="Plan b", cost_cents=200_000)
    db.commit()
    return round


def decided(db, round: Round) -> None:
    """The college follows the jury, which chose a; a second person publishes that."""
    projects = with_verdicts(db, round, ["a"])
    decision = Decision(decided_on=date(2026, 11, 20), decision_uri=URI, amounts={projects["a"].id: 300_000})
    made = awards.prepare(db, CLOCK, round, decision, by=acting(staff(Role.PUBLISHER)))
    awards.publish(db, CLOCK, round, seen=awards.mark_of(made), by=acting(staff(Role.PUBLISHER)))
    db.commit()


def at_home(db, app) -> list[str]:
    with app.test_request_context("/"):
        return [card.text.replace("\xa0", " ") for card in award_cards.outcomes(db, NOON)]


def test_without_a_vote_nothing_says_that_votes_are_counted(db, pages, app, unvoted):
    sheet = pages.get(f"{URL}/uitslag")

    assert "zodra het college beslist heeft" in sheet
    assert "stemming" not in sheet.text.split("Uitslag van")[-1].split("Terug naar de ronde")[0]
    assert "gestemd." not in sheet.text.replace("wordt niet gestemd.", "")
    assert "Jury en stad kiezen" in pages.get(URL)
    assert at_home(db, app) == []
    for path in (f"{URL}/uitslag.csv", f"{URL}/uitslag.json", f"{URL}/uitslag.geojson"):
        assert pages.raw(path).status_code == 404
    assert pages.raw("/api/v1/budget-rounds/wijk/outcome").status_code == 404


def test_while_the_decision_waits_for_a_second_person_the_report_of_the_jury_is_named(db, pages, unvoted):
    projects = with_verdicts(db, unvoted, ["a"])
    decision = Decision(decided_on=date(2026, 11, 20), decision_uri=URI, amounts={projects["a"].id: 300_000})
    awards.prepare(db, CLOCK, unvoted, decision, by=acting(staff(Role.PUBLISHER)))
    db.commit()

    sheet = pages.get(f"{URL}/uitslag")
    assert sheet.links()["Lees het verslag van de jury"] == f"{URL}/jury/verslag"
    assert "Plan a" not in sheet


def test_without_a_vote_the_decision_is_the_result_everywhere(db, pages, app, unvoted):
    decided(db, unvoted)

    sheet = pages.get(f"{URL}/uitslag")
    for words in ("1 project is gekozen.", "Dit komt er", "Plan a", "Een jury koos"):
        assert words in sheet.text.replace("\N{NO-BREAK SPACE}", " ")
    assert URI in sheet.html
    assert f"{URL}/uitslag.geojson" in sheet.html
    assert sheet.links()["Lees het verslag van de jury"] == f"{URL}/jury/verslag"
    assert "De uitslag is er" in pages.get(URL)
    assert "De uitslag is er" in pages.get("/burgerbudget")
    assert at_home(db, app) == ["1 project komt er: Plan a."]


def test_without_a_vote_the_result_goes_along_as_files(db, pages, unvoted):
    decided(db, unvoted)

    rows = pages.raw(f"{URL}/uitslag.csv").get_data(as_text=True).splitlines()[1:]
    assert [row.split(",")[:5] + row.split(",")[8:10] for row in rows] == [
        ["", "a", "Plan a", "3000.00", "EUR", "ja", "3000.00"], ["", "b", "Plan b", "2000.00", "EUR", "nee", "0.00"],
    ]  # fmt: skip
    said = pages.raw(f"{URL}/uitslag.json").get_json()
    assert said == pages.raw("/api/v1/budget-rounds/wijk/outcome").get_json()
    assert (said["is_final"], said["parts"]) == (True, [])
    assert said["decision"]["awards"] == [{"code": "a", "amount_cents": 300_000}]
    (place,) = pages.raw(f"{URL}/uitslag.geojson").get_json()["features"]
    assert place["properties"]["title"] == "Plan a"
    links = pages.raw("/api/v1/budget-rounds/wijk").get_json()["links"]
    assert ("outcome" in links, "ballots" in links) == (True, False)
    assert pages.raw(f"{URL}/uitslag.pb").status_code == 404


def test_at_home_a_decision_counts_from_the_day_it_was_published(db, unvoted):
    imported = import_round(db, FILE, now=NOON, name="buurt")
    imported.publishes_at = NOON - DAY
    assert published_rounds(db, NOON) == [imported]

    decided(db, unvoted)

    assert published_rounds(db, NOON) == [unvoted, imported]
    assert published_rounds(db, NOON - timedelta(seconds=1)) == [imported]
