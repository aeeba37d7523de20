"""While a budget is voted on its box is mixed: no order and no number in the database says whose ballot is whose."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from spreekt.electorate.domain import AlreadyVoted, voter_key
from spreekt.electorate.models import UsedRight
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.modules.burgerbudget.models import BudgetBallot, Round
from spreekt.modules.burgerbudget.voting import mixing
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import ticked
from tests.budget_builders import a_game
from tests.builders import NOON, a_project, a_resident, acting
from tests.burgerbudget.officer_builders import DURING, Telling
from tests.orders import rank_correlation

SECOND = timedelta(seconds=1)


def key_of(db, vault, round, account):
    person = select(RegisterEntry.person_key).join(Residency).where(Residency.account_id == account.id)
    return voter_key(vault, round.poll, db.scalar(person))


def cast_by(db, vault, clock, round, accounts):
    """Each casts in turn, in a transaction of their own; the id of each one's ballot."""
    found = []
    for account in accounts:
        before = set(db.scalars(select(BudgetBallot.id)))
        cast(db, vault, clock, round, ticked(["a"]), by=acting(account))
        db.commit()
        [ballot] = set(db.scalars(select(BudgetBallot.id))) - before
        found.append(ballot)
    return found


def in_place(db, column):
    """A column of all rows as the database keeps them."""
    is_numbered = db.get_bind().dialect.name == "postgresql"
    return db.scalars(select(column).order_by(text("ctid") if is_numbered else column)).all()


def transactions(db):
    """The numbers of the transactions that wrote ballots and rights, where the database keeps any."""
    if db.get_bind().dialect.name != "postgresql":
        return set()
    tables = ("budget_ballots", "used_rights")
    return {number for table in tables for number in db.scalars(text(f"SELECT DISTINCT xmin::text FROM {table}"))}


def test_V18_no_order_in_the_database_says_whose_budget_ballot_is_whose(db, vault, clock):
    """100 known casts in a known order; then rows of rights and rows of ballots are laid side by side."""
    round, voters = a_game("approval"), [a_resident() for _each in range(100)]
    random.Random(11).shuffle(voters)
    ballots = cast_by(db, vault, clock, round, voters)
    rights = [key_of(db, vault, round, voter) for voter in voters]

    mixing.mix_waiting(db, NOON)
    db.commit()

    turn_of_rights = [rights.index(key) for key in in_place(db, UsedRight.voter_key)]
    turn_of_ballots = [ballots.index(id) for id in in_place(db, BudgetBallot.id)]
    for one, other in (
        (turn_of_rights, turn_of_ballots),
        (turn_of_rights, list(range(100))),
        (turn_of_ballots, list(range(100))),
    ):
        assert abs(rank_correlation(one, other)) < 0.4
    assert sum(a == b for a, b in zip(turn_of_rights, turn_of_ballots, strict=True)) <= 8
    assert len(transactions(db)) <= 1


def test_mixing_loses_no_ballot_and_no_right(db, vault, clock):
    round, voters = a_game("approval"), [a_resident() for _each in range(20)]
    cast_by(db, vault, clock, round, voters)
    everything = select(BudgetBallot.id, BudgetBallot.sealed_choice, BudgetBallot.change_mark)
    before = set(db.execute(everything).all())

    mixing.mix(db, round)
    db.commit()

    assert (
        set(db.execute(select(BudgetBallot.id, BudgetBallot.sealed_choice, BudgetBallot.change_mark)).all()) == before
    )
    with pytest.raises(AlreadyVoted):
        cast(db, vault, clock, round, ticked(["a"]), by=acting(voters[3]))


def mixed(db, round):
    db.expire_all()
    return db.scalar(select(Round.mixed_ballots).where(Round.id == round.id))


def test_a_small_heap_waits_for_company_until_the_close(db, vault, clock):
    if db.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite keeps both tables by their random keys: there is nothing to mix")
    round = a_game("approval")
    cast_by(db, vault, clock, round, [a_resident() for _each in range(mixing.FEWEST - 1)])
    mixing.mix_waiting(db, NOON)
    assert mixed(db, round) == 0

    cast_by(db, vault, clock, round, [a_resident()])
    mixing.mix_waiting(db, NOON)
    assert mixed(db, round) == mixing.FEWEST

    cast_by(db, vault, clock, round, [a_resident()])
    mixing.mix_waiting(db, round.poll.closes_at - SECOND)
    assert mixed(db, round) == mixing.FEWEST
    mixing.mix_waiting(db, round.poll.closes_at)
    db.commit()
    assert mixed(db, round) == mixing.FEWEST + 1
    assert len(transactions(db)) == 1


def test_the_box_is_mixed_before_a_key_is_taken(db, vault):
    if db.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite keeps both tables by their random keys: there is nothing to mix")
    telling = Telling().ready()
    a_project(telling.round, "a")
    cast_by(db, vault, DURING, telling.round, [a_resident() for _each in range(3)])
    assert len(transactions(db)) > 1

    telling.gives(1)
    db.commit()

    assert (mixed(db, telling.round), len(transactions(db))) == (3, 1)
    assert db.scalar(select(func.count()).select_from(UsedRight)) == 3
