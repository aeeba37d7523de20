"""What Burgerbudget tells the rest of the house about a resident, and what it forgets."""

from datetime import timedelta

from sqlalchemy import select

from spreekt.electorate.domain import turnout, voter_key
from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.residency_models import Residency
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget import cards
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.drafts import save
from spreekt.modules.burgerbudget.voting.game import ticked
from tests.builders import NOON, a_project, a_resident, a_round, acting, kept


def test_a_resident_reads_that_they_voted_never_what(db, vault, clock, app):
    round, account = a_round(), a_resident()
    a_project(round, "geheim", title="Geheim plan")
    cast(db, vault, clock, round, ticked(["geheim"]), by=acting(account))

    with app.test_request_context():
        (deed,) = cards.deeds(db, acting(account))
        kept_of_them = cards.export(db, account.id)
        assert cards.deeds(db, acting(a_resident())) == []

    assert deed.title == "Je stemde in Burgerbudget 2026"
    assert "eheim" not in f"{deed} {kept_of_them}"


def test_a_vote_through_another_door_is_a_deed_too(db, vault, app):
    round, account = a_round(), a_resident()
    person_key = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
    key = voter_key(vault, round.poll, person_key)
    kept(UsedRight(poll_id=round.poll_id, voter_key=key, channel=Channel.PAPER))

    with app.test_request_context():
        assert len(cards.deeds(db, acting(account))) == 1


def test_erasing_takes_the_draft_and_leaves_the_ballot(db, vault, clock):
    first, second, account = a_round(), a_round(), a_resident()
    for round in (first, second):
        a_project(round, "p1")
    cast(db, vault, clock, first, ticked(["p1"]), by=acting(account))
    save(db, vault, clock, second, ticked(["p1"]), by=acting(account))

    cards.erase(db, account.id)

    assert db.scalars(select(BallotDraft)).all() == []
    assert len(db.scalars(select(BudgetBallot)).all()) == 1


def test_the_sweep_leaves_an_open_vote_alone_and_counts_drafts_of_a_closed_one(db, vault, app):
    round, asked, silent = a_round(), a_resident(), a_resident()
    a_project(round, "p1")
    before = Clock(fixed=NOON - timedelta(hours=2))
    save(db, vault, before, round, ticked(["p1"]), by=acting(asked), counts_at_close=True)
    save(db, vault, before, round, ticked(["p1"]), by=acting(silent))

    with app.test_request_context():
        cards.sweep(db, NOON)
        assert (len(db.scalars(select(BallotDraft)).all()), turnout(db, round.poll)) == (2, 0)
        round.poll.closes_at = NOON
        db.commit()
        cards.sweep(db, NOON)

    assert db.scalars(select(BallotDraft)).all() == []
    assert (turnout(db, round.poll), ballots_in_box(db, round)) == (1, 1)


def test_an_open_round_is_on_the_home_page_with_its_last_moment(db, app):
    round = a_round()

    with app.test_request_context():
        (card,) = cards.open_now(db, NOON)
        assert cards.open_now(db, round.poll.closes_at) == []

    assert card.until == round.poll.closes_at
    assert "€\N{NO-BREAK SPACE}10.000" in card.title


def test_a_vote_without_keys_is_not_offered_on_the_home_page(db, app):
    a_project(a_round(ballot_keys=""), "park")

    with app.test_request_context():
        assert cards.open_now(db, NOON) == []


def test_only_who_began_is_reminded_and_only_while_it_helps(db, vault, clock, app):
    round, account, other = a_round(), a_resident(), a_resident()
    a_project(round, "p1")
    save(db, vault, clock, round, ticked(["p1"]), by=acting(account))

    with app.test_request_context():
        assert len(cards.reminders(db, acting(account), NOON)) == 1
        assert cards.reminders(db, acting(other), NOON) == []
        assert cards.reminders(db, acting(account), round.poll.closes_at) == []
