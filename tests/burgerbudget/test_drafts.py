"""Drafts: kept for their owner from the first mark, and counted at the close for who asked for it. Once."""

from datetime import date

import pytest
from sqlalchemy import func, select

from spreekt.electorate.domain import AlreadyVoted, NotEligible, PollClosed, spend_right, voter_of
from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.residency_models import Residency
from spreekt.kernel.clock import Clock
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget import cards
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot
from spreekt.modules.burgerbudget.officers.counting import tally
from spreekt.modules.burgerbudget.voting import closing
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.drafts import draft_of, save
from tests.budget_builders import a_game
from tests.builders import NOON, a_resident, acting, an_account, officers_give_keys

GOOD = {"coins": {"a": 1, "bb": 1}, "basket": {"a": 1}, "points": {"a": 7, "ccc": 3}, "ranking": {"bb": 1, "a": 2},
        "approval": {"ccc": 1}}  # fmt: skip


def counted(db, model):
    return db.scalar(select(func.count()).select_from(model))


def told(db):
    return [message.payload for message in db.scalars(select(Message).where(Message.topic == "ballot.draft-counted"))]


def by_the_desk(db, vault, round, account):
    """This resident votes at the desk: only the right is of interest here."""
    voter = voter_of(db, vault, round.poll, account_id=account.id, now=NOON)
    spend_right(db, round.poll, voter, channel=Channel.DESK, now=NOON)


@pytest.mark.parametrize("method", GOOD)
def test_who_asked_for_it_votes_at_the_close(db, vault, clock, closed, method):
    round, account = a_game(method), a_resident()
    save(db, vault, clock, round, GOOD[method], by=acting(account), counts_at_close=True)

    closing.count_drafts(db, vault, closed, round)

    officers_give_keys(round)
    assert tally(db, vault, closed, round) == [GOOD[method]]
    assert (counted(db, UsedRight), counted(db, BallotDraft)) == (1, 0)
    assert told(db) == [{"round_id": round.id, "account_id": account.id}]


def test_what_lay_in_the_draft_lies_nowhere_in_the_box(db, vault, clock, closed):
    round = a_game("coins")
    save(db, vault, clock, round, {"a": 1}, by=acting(a_resident()), counts_at_close=True)
    in_draft = db.scalars(select(BallotDraft.sealed_choice)).one()

    closing.count_drafts(db, vault, closed, round)

    assert db.scalars(select(BudgetBallot.sealed_choice)).one() != in_draft


@pytest.mark.parametrize("method", ["coins", "basket", "points", "ranking"])
def test_a_draft_that_is_no_ballot_is_not_counted(db, vault, clock, closed, method):
    bad = {"points": {"a": 8, "bb": 8}, "ranking": {"a": 2}}.get(method, dict.fromkeys(("a", "bb", "ccc"), 1))
    round = a_game(method)
    save(db, vault, clock, round, bad, by=acting(a_resident()), counts_at_close=True)

    closing.count_drafts(db, vault, closed, round)

    assert (counted(db, BudgetBallot), counted(db, UsedRight), counted(db, BallotDraft), told(db)) == (0, 0, 0, [])


def test_who_did_not_ask_for_it_does_not_vote(db, vault, clock, closed):
    round, changed_mind = a_game("coins"), acting(a_resident())
    save(db, vault, clock, round, {"a": 1}, by=acting(a_resident()))
    save(db, vault, clock, round, {"a": 1}, by=changed_mind, counts_at_close=True)
    save(db, vault, clock, round, {"a": 1}, by=changed_mind, counts_at_close=False)

    closing.count_drafts(db, vault, closed, round)

    assert (counted(db, BudgetBallot), counted(db, BallotDraft)) == (0, 0)


def test_a_right_that_was_used_at_the_desk_meanwhile_is_not_used_twice(db, vault, clock, closed):
    round, account = a_game("coins"), a_resident()
    save(db, vault, clock, round, {"a": 1}, by=acting(account), counts_at_close=True)
    by_the_desk(db, vault, round, account)

    closing.count_drafts(db, vault, closed, round)

    assert (counted(db, BudgetBallot), counted(db, UsedRight), counted(db, BallotDraft), told(db)) == (0, 1, 0, [])


def test_who_is_no_resident_any_more_at_the_close_is_left_out(db, vault, clock, closed):
    round, account = a_game("coins"), a_resident()
    save(db, vault, clock, round, {"a": 1}, by=acting(account), counts_at_close=True)
    db.scalars(select(Residency).where(Residency.account_id == account.id)).one().ended_at = NOON

    closing.count_drafts(db, vault, closed, round)

    assert (counted(db, BudgetBallot), counted(db, BallotDraft), told(db)) == (0, 0, [])


def test_an_erased_account_leaves_no_draft_to_count(db, vault, clock, closed):
    round, account = a_game("coins"), a_resident()
    save(db, vault, clock, round, {"a": 1}, by=acting(account), counts_at_close=True)

    cards.erase(db, account.id)
    closing.count_drafts(db, vault, closed, round)

    assert (counted(db, BallotDraft), counted(db, BudgetBallot), told(db)) == (0, 0, [])


def test_counting_twice_counts_nothing_twice(db, vault, clock, closed):
    round = a_game("coins")
    for _each in range(3):
        save(db, vault, clock, round, {"a": 1}, by=acting(a_resident()), counts_at_close=True)

    for _turn in range(2):
        closing.count_all_drafts(db, vault, closed, closed.now())

    assert (counted(db, BudgetBallot), counted(db, UsedRight), len(told(db))) == (3, 3, 3)


def test_before_the_close_nothing_counts_and_nothing_goes(db, vault, clock):
    round = a_game("coins")
    save(db, vault, clock, round, {"a": 1}, by=acting(a_resident()), counts_at_close=True)

    closing.count_all_drafts(db, vault, clock, clock.now())
    closing.count_drafts(db, vault, clock, round)

    assert (counted(db, BudgetBallot), counted(db, BallotDraft)) == (0, 1)


def test_a_draft_keeps_too_much_but_nothing_that_is_no_mark(db, vault, clock):
    round, who = a_game("points"), acting(a_resident())

    save(db, vault, clock, round, {"a": 9, "bb": 9, "zz": 1, "ccc": -1}, by=who)

    assert draft_of(db, vault, round, by=who).marks == {"a": 9, "bb": 9}


def test_an_empty_draft_says_opened_and_not_begun(db, vault, clock):
    round, who = a_game("coins"), acting(a_resident())

    save(db, vault, clock, round, {}, by=who)

    assert not db.scalars(select(BallotDraft)).one().is_begun
    assert draft_of(db, vault, round, by=who).marks == {}


def test_who_voted_keeps_no_draft_any_more(db, vault, clock):
    round, web, desk = a_game("coins"), acting(a_resident()), a_resident()
    cast(db, vault, clock, round, {"a": 1}, by=web)
    by_the_desk(db, vault, round, desk)

    for who in (web, acting(desk)):
        with pytest.raises(AlreadyVoted):
            save(db, vault, clock, round, {"bb": 1}, by=who)


def test_who_cannot_vote_keeps_no_draft(db, vault, clock, closed):
    round, child = a_game("coins"), acting(a_resident(born_on=date(2016, 1, 1)))

    for who in (child, acting(an_account())):
        with pytest.raises(NotEligible):
            save(db, vault, clock, round, {"a": 1}, by=who)
    for moment in (closed, Clock(fixed=round.poll.opens_at.replace(year=2025))):
        with pytest.raises(PollClosed):
            save(db, vault, moment, round, {"a": 1}, by=acting(a_resident()))
