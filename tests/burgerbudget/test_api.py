"""Budget rounds for programs: what they read, and that they read no sooner than people do."""

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.outcomes.publication import confirm, prepare
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import ticked
from tests.builders import NOON, a_project, a_resident, a_round, acting, kept, officers_give_keys, staff

COINS = {"vote_method": VoteMethod.COINS, "coins": 5, "top": 15}


def got(pages, path):
    return pages.raw(f"/api/v1/budget-rounds{path}").get_json()


def test_a_round_says_how_one_votes_and_who_decides(pages):
    round = a_round(amount_cents=500_000)
    kept(RoundRegulation(round_id=round.id, jury_size=16, **COINS))
    a_project(round, "p1", title="Bank", cost_cents=100_000)

    said = got(pages, f"/{round.slug}")

    assert said["voting"] == {"method": "coins", "most": 5}
    assert (said["shortlist"], said["decided_by"]) == ({"top": 15, "edge": "all"}, "jury")
    assert said["jury"] == {"size": 16, "formation": "drawn", "weight_percent": None}
    assert said["is_open"]
    assert "outcome" not in said["links"]
    assert [each["slug"] for each in got(pages, "")["items"]] == [round.slug]
    (project,) = got(pages, f"/{round.slug}/projects")["items"]
    assert (project["code"], project["cost_cents"]) == ("p1", 100_000)


def test_a_result_is_not_there_before_its_hour(db, vault, clock, closed, pages):
    round = a_round()
    a_project(round, "p1", cost_cents=100_000)
    cast(db, vault, clock, round, ticked(["p1"]), by=acting(a_resident()))
    assert pages.raw(f"/api/v1/budget-rounds/{round.slug}/outcome").status_code == 404

    officers_give_keys(round)
    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    assert pages.raw(f"/api/v1/budget-rounds/{round.slug}/outcome").status_code == 404
    round.publishes_at = NOON
    db.commit()

    said = got(pages, f"/{round.slug}/outcome")
    assert said["is_final"]
    assert [row["code"] for row in said["parts"][0]["projects"] if row["won"]] == ["p1"]


def test_an_unknown_round_is_not_there(pages):
    for path in ("/geen", "/geen/projects", "/geen/outcome"):
        assert pages.raw(f"/api/v1/budget-rounds{path}").status_code == 404
