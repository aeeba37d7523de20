"""Casting: who, when, what, once; and nothing that joins a voter to a choice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, inspect, select, text

from spreekt.electorate.domain import AlreadyVoted, NotEligible, PollClosed
from spreekt.electorate.models import UsedRight
from spreekt.kernel.clock import Clock
from spreekt.kernel.idempotency import SpentKey
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot
from spreekt.modules.burgerbudget.officers import counting
from spreekt.modules.burgerbudget.officers.counting import KeysMissing, StillSecret, tally
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.drafts import draft_of, save
from spreekt.modules.burgerbudget.voting.game import NotABallot, ticked
from tests.builders import NOON, a_project, a_resident, a_round, acting, an_account, officers_give_keys

SECOND = timedelta(seconds=1)


def a_ballot_paper(**fields):
    """A round with three projects: a, bb and ccc."""
    round = a_round(**fields)
    for code in ("a", "bb", "ccc"):
        a_project(round, code, title=f"Plan {code}")
    return round


def counted(db, model):
    return db.scalar(select(func.count()).select_from(model))


def test_a_ballot_and_a_used_right_come_together(db, vault, clock):
    round, voter = a_ballot_paper(), acting(a_resident())

    cast(db, vault, clock, round, ticked(["bb", "a"]), by=voter)

    assert (counted(db, BudgetBallot), counted(db, UsedRight)) == (1, 1)


def test_nobody_votes_twice_in_one_round(db, vault, clock):
    round, voter = a_ballot_paper(), acting(a_resident())
    cast(db, vault, clock, round, ticked(["a"]), by=voter)

    with pytest.raises(AlreadyVoted):
        cast(db, vault, clock, round, ticked(["bb"]), by=voter)

    assert counted(db, BudgetBallot) == 1


@pytest.mark.parametrize(
    "choice", [[], ["a", "a"], ["zz"], [""], ["-1"], ["NaN"], ["1e309"], ["a", "bb", "ccc"], ["a,bb"], ["A"]]
)
def test_V06_V17_a_malformed_ballot_is_refused_and_spends_no_right(db, vault, clock, choice):
    round, voter = a_ballot_paper(max_approvals=2), acting(a_resident())

    with pytest.raises(NotABallot):
        cast(db, vault, clock, round, ticked(choice), by=voter)

    assert (counted(db, BudgetBallot), counted(db, UsedRight)) == (0, 0)


def test_V06_a_project_of_another_round_is_no_choice(db, vault, clock):
    round, other = a_ballot_paper(), a_round()
    a_project(other, "elders")

    with pytest.raises(NotABallot):
        cast(db, vault, clock, round, ticked(["elders"]), by=acting(a_resident()))


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (NOON - SECOND, False),
        (NOON, True),
        (NOON + 60 * SECOND - SECOND, True),
        (NOON + 60 * SECOND, False),
        (NOON + 61 * SECOND, False),
    ],
)
def test_a_vote_counts_from_the_opening_second_up_to_the_closing_second(db, vault, moment, counts):
    round, voter = a_ballot_paper(opens_at=NOON, closes_at=NOON + 60 * SECOND), acting(a_resident())

    try:
        cast(db, vault, Clock(fixed=moment), round, ticked(["a"]), by=voter)
    except PollClosed:
        assert not counts

    assert counted(db, BudgetBallot) == counts


def test_only_residents_who_are_old_enough_vote(db, vault, clock):
    round = a_ballot_paper(minimum_age=16)
    child, stranger = acting(a_resident(born_on=date(2016, 1, 1))), acting(an_account())

    for who in (child, stranger, replace(stranger, id=None)):
        with pytest.raises(NotEligible):
            cast(db, vault, clock, round, ticked(["a"]), by=who)

    assert counted(db, UsedRight) == 0


def test_a_draft_is_kept_for_its_owner_and_goes_when_the_ballot_is_cast(db, vault, clock):
    round, voter, other = a_ballot_paper(), acting(a_resident()), acting(a_resident())
    save(db, vault, clock, round, ticked(["ccc", "a", "unknown"]), by=voter)

    assert draft_of(db, vault, round, by=voter).marks == {"a": 1, "ccc": 1}
    assert draft_of(db, vault, round, by=other) is None

    cast(db, vault, clock, round, ticked(["a"]), by=voter)

    assert counted(db, BallotDraft) == 0


def test_what_lies_at_rest_has_one_length_whatever_is_chosen(db, vault, clock):
    round = a_ballot_paper()
    for choice in (["a"], ["ccc"], ["a", "bb", "ccc"]):
        voter = acting(a_resident())
        save(db, vault, clock, round, ticked(choice), by=voter)
        cast(db, vault, clock, round, ticked(choice), by=voter)
        save(db, vault, clock, round, ticked(choice), by=acting(a_resident()))

    ballots = {len(sealed) for sealed in db.scalars(select(BudgetBallot.sealed_choice))}
    drafts = {len(sealed) for sealed in db.scalars(select(BallotDraft.sealed_choice))}
    assert (len(ballots), len(drafts)) == (1, 1)


def test_a_ballot_has_no_account_no_moment_and_no_order(db):
    columns = {column["name"] for column in inspect(db.connection()).get_columns("budget_ballots")}

    assert columns == {"id", "round_id", "sealed_choice", "change_mark"}


def test_no_row_in_any_table_holds_a_voter_and_a_choice_or_joins_them(db, vault, pages):
    round, voter = a_ballot_paper(), a_resident()
    browser = pages.as_(voter)
    browser.send(f"/burgerbudget/{round.slug}/stemmen", projects=["bb"])
    browser.send(f"/burgerbudget/{round.slug}/stemmen/nakijken", having=("marks",))
    ballot = db.scalars(select(BudgetBallot)).one()

    for table in inspect(db.connection()).get_table_names():
        if table == "budget_ballots":
            continue
        rows = db.execute(text(f'SELECT * FROM "{table}"')).all()
        assert not any(ballot.id in str(row) or ballot.sealed_choice in str(row) for row in rows), table


def test_what_is_marked_on_a_ballot_leaves_no_trace_in_the_keys_of_forms(db, pages):
    round = a_ballot_paper()
    for _ in range(2):
        pages.as_(a_resident()).send(f"/burgerbudget/{round.slug}/stemmen", projects=["bb"])

    assert not list(db.scalars(select(SpentKey.fingerprint)))


def test_nobody_can_count_before_closing(db, vault, clock):
    round = a_ballot_paper()
    cast(db, vault, clock, round, ticked(["a"]), by=acting(a_resident()))

    for moment in (NOON, round.poll.closes_at - SECOND):
        with pytest.raises(StillSecret):
            tally(db, vault, Clock(fixed=moment), round)

    after = Clock(fixed=round.poll.closes_at)
    with pytest.raises(KeysMissing):
        tally(db, vault, after, round)
    officers_give_keys(round)
    assert tally(db, vault, after, round) == [{"a": 1}]


def test_mixing_keeps_every_choice_and_no_id(db, vault, clock, closed):
    round = a_ballot_paper()
    for choice in (["a"], ["a", "bb"], ["ccc"]):
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    before = set(db.scalars(select(BudgetBallot.id)))
    officers_give_keys(round)

    counting.mix(db, round, tally(db, vault, closed, round))
    db.expire_all()

    assert tally(db, vault, closed, round) == [{"a": 1, "bb": 1}, {"a": 1}, {"ccc": 1}]
    assert before.isdisjoint(db.scalars(select(BudgetBallot.id)))


def test_a_resident_ticks_looks_over_and_casts_without_javascript(db, pages):
    round, voter = a_ballot_paper(), a_resident()
    browser = pages.as_(voter)

    review = browser.send(f"/burgerbudget/{round.slug}/stemmen", projects=["a", "ccc"])
    assert "Plan a" in review
    assert "Plan bb" not in review
    assert "Je hebt nog niet gestemd voor Burgerbudget 2026" in browser.get("/").html

    receipt = browser.send(f"/burgerbudget/{round.slug}/stemmen/nakijken", having=("marks",))
    assert "je stem is geregistreerd" in receipt.heading
    assert "Plan" not in receipt.html
    assert "DEMO – geen echte stemming" in receipt
    assert "Je hebt nog niet gestemd" not in browser.get("/").html

    again = browser.get(f"/burgerbudget/{round.slug}/stemmen")
    assert "Je hebt al gestemd" in again.heading
    assert "De stemming sluit op maandag 30 november 2026" in again


def test_the_same_sending_twice_gives_the_same_receipt(db, pages):
    round, browser = a_ballot_paper(), pages.as_(a_resident())
    browser.send(f"/burgerbudget/{round.slug}/stemmen", projects=["a"])
    url = f"/burgerbudget/{round.slug}/stemmen/nakijken"
    form = browser.get(url).form_with("marks")
    from tests.pages import values_of

    values = values_of(form)
    answers = [browser.client.post(url, data=values) for _ in range(3)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, f"/burgerbudget/{round.slug}/stemmen/gestemd")
    }
    assert counted(db, BudgetBallot) == 1


def test_voting_again_in_another_tab_changes_nothing_and_says_so(db, vault, clock, pages):
    round, voter = a_ballot_paper(), a_resident()
    browser = pages.as_(voter)
    browser.send(f"/burgerbudget/{round.slug}/stemmen", projects=["a"])
    url = f"/burgerbudget/{round.slug}/stemmen/nakijken"
    from tests.pages import values_of

    tabs = [values_of(browser.get(url).form_with("marks")) for _ in range(2)]
    answers = [browser.client.post(url, data=values) for values in tabs]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Er is niets verloren" in answers[1].get_data(as_text=True)
    assert counted(db, BudgetBallot) == 1


def test_V17_an_empty_or_too_full_ballot_comes_back_with_what_was_ticked(pages):
    round, browser = a_ballot_paper(max_approvals=1), pages.as_(a_resident())
    url = f"/burgerbudget/{round.slug}/stemmen"

    full = browser.send(url, status=422, projects=["a", "bb"])
    empty = browser.send(url, status=422, projects=[])

    assert "Je koos er te veel" in full
    assert full.html.count(" checked") == 2
    assert "Kies er minstens één" in empty


def test_a_draft_is_saved_for_later(pages):
    round, browser = a_ballot_paper(), pages.as_(a_resident())
    url = f"/burgerbudget/{round.slug}/stemmen"

    saved = browser.send(url, press="_later=1", projects=["bb"])

    assert "Je keuze is bewaard. Je hebt nog niet gestemd." in saved
    assert browser.get(url).html.count(" checked") == 1


def test_who_takes_back_a_draft_that_counts_is_not_counted_even_with_a_fault_in_the_ballot(db, vault, pages):
    round, voter = a_ballot_paper(max_approvals=2), a_resident()
    browser, url = pages.as_(voter), f"/burgerbudget/{round.slug}/stemmen"
    browser.send(url, press="_later=1", projects=["a"], telt_mee="1")

    browser.send(url, status=422, projects=["a", "bb", "ccc"], telt_mee=[])

    draft = draft_of(db, vault, round, by=acting(voter))
    assert (draft.counts_at_close, draft.is_ready) == (False, False)
    assert draft.marks == {"a": 1, "bb": 1, "ccc": 1}


def test_the_order_of_projects_is_fixed_for_a_voter_and_differs_between_voters(pages):
    round = a_round()
    for number in range(12):
        a_project(round, f"p{number}")
    url = f"/burgerbudget/{round.slug}/stemmen"
    browser = pages.as_(a_resident())

    def order(who):
        return [field.get("value") for field in who.get(url).all("input") if field.get("name") == "projects"]

    first, second, other = order(browser), order(browser), order(pages.as_(a_resident()))
    assert first == second
    assert first != other
    assert sorted(first) == sorted(other)


@pytest.mark.parametrize("page", ["stemmen", "stemmen/nakijken"])
@pytest.mark.parametrize("shift", [timedelta(days=1), timedelta(days=-30)])
def test_there_is_no_ballot_before_opening_or_after_closing(pages, page, shift):
    round = a_ballot_paper(opens_at=NOON + shift, closes_at=NOON + shift + timedelta(days=7))

    sheet = pages.as_(a_resident()).get(f"/burgerbudget/{round.slug}/{page}", status=409)

    assert not [field for field in sheet.all("input") if field.get("name") == "projects"]


def test_a_resident_who_is_too_old_for_a_youth_budget_reads_why_and_cannot_vote(db, vault, clock, pages):
    round, grown = a_ballot_paper(minimum_age=10, maximum_age=18), a_resident(born_on=date(2000, 1, 1))

    sheet = pages.as_(grown).get(f"/burgerbudget/{round.slug}/stemmen", status=403)

    assert "alleen voor jongere inwoners" in sheet
    assert "10 tot en met 18 jaar" in sheet
    assert "10 tot en met 18 jaar" in pages.get(f"/burgerbudget/{round.slug}")
    with pytest.raises(NotEligible):
        cast(db, vault, clock, round, ticked(["a"]), by=acting(grown))


def test_a_resident_who_is_too_young_reads_why(pages):
    round = a_ballot_paper(minimum_age=16)

    sheet = pages.as_(a_resident(born_on=date(2016, 1, 1))).get(f"/burgerbudget/{round.slug}/stemmen", status=403)

    assert "nog te jong" in sheet
