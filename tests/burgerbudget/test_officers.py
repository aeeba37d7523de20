"""Counting officers: who may be one, when keys stand still, and that a key is given after the close and not before."""

from datetime import timedelta
from itertools import combinations

import pytest
from nacl.public import PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.permissions import COUNT_BUDGET
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Grant, Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden, NotThere
from spreekt.modules.burgerbudget.models import BudgetBallot, Round
from spreekt.modules.burgerbudget.officers import domain as officers
from spreekt.modules.burgerbudget.officers.counting import BallotUnreadable, KeysMissing, StillSecret, given_keys, tally
from spreekt.modules.burgerbudget.officers.domain import (
    MAY_COUNT,
    SETTLED,
    KeyNotNeeded,
    KeyUsedBefore,
    MayNotCount,
    NotAKey,
    NotEnoughOfficers,
    VotingHasKeys,
    WrongKey,
    appoint,
    register_key,
)
from spreekt.modules.burgerbudget.officers.models import CountingOfficer
from spreekt.modules.burgerbudget.outcomes.publication import confirm, prepare
from spreekt.modules.burgerbudget.queries import costs_on_ballot, officers_of
from spreekt.modules.burgerbudget.voting.ballots import cast, sealed
from spreekt.modules.burgerbudget.voting.game import Game, ticked
from tests.builders import DAY, NOON, a_project, a_resident, acting, kept, staff
from tests.burgerbudget.officer_builders import AFTER, BEFORE, CLOSES, DURING, OPENS, Telling

ELSEWHERE = PrivateKey(b"\7" * 32)


def hexed(key: PrivateKey) -> str:
    return bytes(key.public_key).hex()


def voted(telling: Telling, choices: list[list[str]]) -> Telling:
    """Projects on the ballot, and these choices cast while the vote was open."""
    for code in ("a", "b"):
        a_project(telling.round, code, cost_cents=400_000)
    for choice in choices:
        cast(telling.db, telling.vault, DURING, telling.round, ticked(choice), by=acting(a_resident()))
    telling.db.commit()
    return telling


# Appointing


@pytest.mark.parametrize("role", list(Role))
def test_the_roles_that_may_count_are_those_of_the_permission(db, role):
    assert COUNT_BUDGET.allows(acting(staff(role))) is (role in MAY_COUNT)


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_COUNT))
def test_other_staff_hold_no_key(db, role):
    telling = Telling()
    people = [*telling.people[:2], staff(role)]

    with pytest.raises(MayNotCount):
        appoint(db, BEFORE, telling.round, people, needed=2, by=telling.admin)


def test_who_runs_rounds_holds_no_key_whatever_else_they_do(db):
    telling = Telling()

    with pytest.raises(MayNotCount):
        appoint(
            db, BEFORE, telling.round, [*telling.people, staff(Role.ADMIN, Role.AUDITOR)], needed=2, by=telling.admin
        )


@pytest.mark.parametrize("fields", [{"disabled_at": NOON}, {"confirmed_at": None}])
def test_who_cannot_sign_in_is_not_appointed(db, fields):
    telling = Telling()

    with pytest.raises(MayNotCount):
        appoint(db, BEFORE, telling.round, [*telling.people, staff(Role.DESK, **fields)], needed=2, by=telling.admin)


def test_a_task_for_another_module_is_no_task_here(db):
    telling = Telling()
    elsewhere = staff(Role.MODERATOR, module="boomspiegel")

    with pytest.raises(MayNotCount):
        appoint(db, BEFORE, telling.round, [*telling.people, elsewhere], needed=2, by=telling.admin)


def test_a_resident_is_not_appointed(db):
    telling = Telling()

    with pytest.raises(MayNotCount):
        appoint(db, BEFORE, telling.round, [*telling.people, a_resident()], needed=2, by=telling.admin)


@pytest.mark.parametrize(("people", "needed"), [(0, 2), (1, 1), (2, 1), (2, 3), (3, 0)])
def test_two_or_more_officers_open_a_box_and_no_more_than_there_are(db, people, needed):
    telling = Telling()

    with pytest.raises(NotEnoughOfficers):
        appoint(db, BEFORE, telling.round, telling.people[:people], needed=needed, by=telling.admin)


def test_nobody_holds_two_seats(db):
    telling = Telling()

    with pytest.raises(NotEnoughOfficers):
        appoint(db, BEFORE, telling.round, [telling.people[0]] * 2, needed=2, by=telling.admin)


def test_nine_officers_are_the_most(db):
    telling = Telling()
    nine = [staff(Role.DESK) for _ in range(9)]
    appoint(db, BEFORE, telling.round, nine, needed=9, by=telling.admin)
    assert len(officers_of(db, telling.round.id)) == 9

    with pytest.raises(NotEnoughOfficers):
        appoint(db, BEFORE, telling.round, [*nine, telling.people[0]], needed=9, by=telling.admin)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_who_runs_rounds_appoints(db, role):
    telling = Telling()

    with pytest.raises(Forbidden):
        appoint(db, BEFORE, telling.round, telling.people, needed=2, by=acting(staff(role)))


# Keys before the vote


def test_a_box_is_ready_once_every_officer_proved_their_key(db):
    telling = Telling()
    for seat in (1, 2, 3):
        telling.makes(seat)
        assert not telling.round.has_box
    for seat in (3, 1):
        telling.proves(seat)
        assert not telling.round.has_box
    telling.proves(2)

    assert telling.round.public_keys == tuple(bytes(key.public_key) for key in telling.keys)
    assert not telling.round.takes_votes(NOON)
    assert telling.round.takes_votes(OPENS)


def test_keys_that_come_in_at_once_make_the_box_ready(db, connection):
    """Two officers prove at the same moment: who comes second has read what was so before the first."""
    telling = Telling(2)
    telling.makes(1)
    telling.makes(2)
    db.commit()
    assert [seat.proven_at for seat in officers_of(db, telling.round.id)] == [None, None]
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as elsewhere:
        for officer in officers_of(elsewhere, telling.round.id):
            if officer.seat == 1:
                officer.proven_at = NOON
        elsewhere.commit()

    telling.proves(2)

    assert telling.round.has_box


def test_a_key_that_was_read_before_the_box_was_ready_is_refused_after_it(db, connection):
    telling = Telling(2, opens_at=NOON - DAY)
    db.commit()
    assert not telling.round.has_box
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as elsewhere:
        elsewhere.get_one(Round, telling.round.id).ballot_keys = "\n".join(hexed(key) for key in telling.keys)
        elsewhere.commit()

    with pytest.raises(VotingHasKeys):
        telling.makes(1)


@pytest.mark.parametrize(
    "text",
    ["", "00" * 32, "01" + "00" * 31, "ab" * 31, "ab" * 33, "zz" * 32, "ab " * 32, "é" * 64, "ab" * 31 + "a\n"],
    ids=["empty", "zero", "one", "short", "long", "letters", "spaced", "accents", "odd"],
)
def test_what_hides_nothing_is_no_key(db, text):
    telling = Telling()

    with pytest.raises(NotAKey):
        register_key(db, BEFORE, telling.round, text, by=acting(telling.people[0]))


def test_a_key_is_of_one_seat_in_one_round(db):
    telling, later = Telling(), Telling()
    telling.makes(1)

    for round_, who in ((telling.round, telling.people[1]), (later.round, later.people[0])):
        with pytest.raises(KeyUsedBefore):
            register_key(db, BEFORE, round_, hexed(telling.keys[0]).upper(), by=acting(who))


def test_the_same_key_once_more_stays_proven(db):
    telling = Telling().ready()
    telling.makes(1)
    telling.proves(1)

    assert telling.round.has_box
    assert acts(db).count("round.key-proven") == 3


def test_a_new_key_must_be_proven_anew(db):
    telling = Telling().ready()
    telling.keys[1] = ELSEWHERE
    telling.makes(2)
    assert not telling.round.has_box

    with pytest.raises(WrongKey):
        telling.proves(2, PrivateKey(b"\x08" * 32))
    telling.proves(2)
    assert telling.round.public_keys[1].hex() == hexed(ELSEWHERE)


@pytest.mark.parametrize("answered", ["", "0" * 64, "é" * 64, "x" * 10_000])
def test_a_wrong_answer_proves_nothing(db, vault, answered):
    telling = Telling()
    telling.makes(1)

    with pytest.raises(WrongKey):
        officers.prove(db, vault, BEFORE, telling.round, answered, by=acting(telling.people[0]))
    assert officers_of(db, telling.round.id)[0].proven_at is None


def test_an_answer_is_good_for_one_seat_and_one_key(db, vault):
    telling = Telling()
    telling.makes(1)
    telling.makes(2)
    first = officers_of(db, telling.round.id)[0]
    answered = officers.answer(telling.keys[0], officers.challenge(vault, first), first.public_key)

    with pytest.raises(WrongKey):
        officers.prove(db, vault, BEFORE, telling.round, answered, by=acting(telling.people[1]))


def test_nothing_is_proven_before_a_key_is_made(db, vault):
    telling = Telling()

    with pytest.raises(WrongKey):
        officers.prove(db, vault, BEFORE, telling.round, "0" * 64, by=acting(telling.people[0]))


def test_who_has_no_seat_or_no_second_factor_finds_nothing(db, vault):
    telling = Telling()
    without = acting(telling.people[0])
    object.__setattr__(without, "has_second_factor", False)

    for who in (acting(staff(Role.DESK)), telling.admin, SYSTEM, without):
        with pytest.raises(NotThere):
            register_key(db, BEFORE, telling.round, hexed(ELSEWHERE), by=who)
        with pytest.raises(NotThere):
            officers.give(db, vault, AFTER, telling.round, bytes(ELSEWHERE), by=who)


def test_replacing_an_officer_forgets_every_key(db):
    telling = Telling().ready()
    new = staff(Role.DESK, name="Nieuwe teller")
    appoint(db, BEFORE, telling.round, [*telling.people[:2], new], needed=2, by=telling.admin)

    assert not telling.round.has_box
    assert [seat.public_key for seat in officers_of(db, telling.round.id)] == ["", "", ""]
    with pytest.raises(NotThere):
        telling.makes(3)


@pytest.mark.parametrize("moment", [OPENS - SETTLED, OPENS, OPENS + DAY, CLOSES, CLOSES + DAY])
def test_officers_and_keys_stand_still_from_just_before_the_vote(db, moment):
    telling, clock = Telling().ready(), Clock(fixed=moment)

    with pytest.raises(VotingHasKeys):
        appoint(db, clock, telling.round, telling.people, needed=2, by=telling.admin)
    with pytest.raises(VotingHasKeys):
        register_key(db, clock, telling.round, hexed(ELSEWHERE), by=acting(telling.people[0]))
    with pytest.raises(VotingHasKeys):
        telling.proves(1, clock=clock)


def test_until_then_they_can_change(db):
    telling = Telling().ready()

    telling.proves(1, clock=Clock(fixed=OPENS - SETTLED - timedelta(seconds=1)))


def test_a_vote_that_opened_without_keys_waits_for_them(db):
    telling = Telling(opens_at=NOON - DAY)
    assert not telling.round.takes_votes(NOON)
    telling.ready()

    assert telling.round.takes_votes(NOON)
    with pytest.raises(VotingHasKeys):
        telling.makes(1)


# Giving after the close


@pytest.mark.parametrize("clock", [BEFORE, DURING, Clock(fixed=CLOSES - timedelta(seconds=1))])
def test_v15_no_key_is_given_before_the_close(db, vault, clock):
    telling = voted(Telling().ready(), [["a"]])

    with pytest.raises(StillSecret):
        telling.gives(1, clock=clock)
    with pytest.raises(StillSecret):
        tally(db, vault, clock, telling.round)
    assert given_keys(db, vault, telling.round) == {}


@pytest.mark.parametrize("secret", [b"", b"\1" * 31, b"\1" * 33, b"\1" * 32])
def test_another_key_is_refused(db, vault, secret):
    telling = Telling().ready()

    with pytest.raises(WrongKey):
        telling.gives(1, secret)
    assert given_keys(db, vault, telling.round) == {}


def test_the_key_of_another_seat_is_refused(db):
    telling = Telling().ready()

    with pytest.raises(WrongKey):
        telling.gives(1, bytes(telling.keys[1]))


def test_an_officer_who_never_had_a_key_gives_none(db):
    telling = Telling()
    telling.makes(1)

    with pytest.raises(KeyNotNeeded):
        telling.gives(1)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_v16_one_lost_key_of_three_still_opens_the_box_and_two_lost_keys_do_not(db, vault, lost):
    telling = voted(Telling().ready(), [["a"], ["b"], ["a", "b"]])
    first, second = sorted({1, 2, 3} - {lost})
    with pytest.raises(KeysMissing) as none:
        tally(db, vault, AFTER, telling.round)
    telling.gives(first)
    with pytest.raises(KeysMissing) as one:
        tally(db, vault, AFTER, telling.round)
    telling.gives(second)

    assert (none.value.args, one.value.args) == ((0, 2), (1, 2))
    assert tally(db, vault, AFTER, telling.round) == [ticked(each) for each in (["a", "b"], ["a"], ["b"])]


def test_every_group_of_enough_officers_counts_the_same(db, vault):
    for group in combinations((1, 2, 3, 4), 3):
        telling = voted(Telling(4, needed=3).ready(), [["a"], ["b"]])
        for seat in group:
            telling.gives(seat)
        assert tally(db, vault, AFTER, telling.round) == [ticked(["a"]), ticked(["b"])]


def test_a_box_that_nobody_voted_in_needs_no_key(db, vault):
    assert tally(db, vault, AFTER, Telling().ready().round) == []


def test_giving_twice_is_giving_once(db):
    telling = Telling().ready()
    telling.gives(1)
    kept_as = officers_of(db, telling.round.id)[0].sealed_key
    telling.gives(1)

    assert officers_of(db, telling.round.id)[0].sealed_key == kept_as
    assert acts(db).count("round.key-given") == 1


def test_a_key_is_given_by_the_clock_of_the_database(db, vault):
    telling = Telling().ready()
    telling.round.poll.opens_at, telling.round.poll.closes_at = NOON - 3000 * DAY, NOON - 2990 * DAY
    db.commit()
    telling.gives(2, clock=Clock())

    assert list(given_keys(db, vault, telling.round)) == [2]


def test_v11_a_ballot_of_another_round_is_refused(db, vault):
    """Even when it is sealed to the same officers."""
    telling, other = voted(Telling().ready(), [["a"]]), Telling()
    other.round.ballot_keys = telling.round.ballot_keys
    costs = costs_on_ballot(db, telling.round.id)
    foreign = sealed(other.round, Game(), ticked(["a"]), costs)
    kept(BudgetBallot(id="f" * 32, round_id=telling.round.id, sealed_choice=foreign))
    telling.gives(1)
    telling.gives(2)

    with pytest.raises(BallotUnreadable):
        tally(db, vault, AFTER, telling.round)


def test_v11_a_ballot_that_was_changed_is_refused(db, vault):
    telling = voted(Telling().ready(), [["a"], ["b"]])
    ballot = db.scalars(select(BudgetBallot).where(BudgetBallot.round_id == telling.round.id)).first()
    ballot.sealed_choice = ballot.sealed_choice[:-8] + ("A" * 8 if ballot.sealed_choice[-8:] != "A" * 8 else "B" * 8)
    db.commit()
    telling.gives(1)
    telling.gives(2)

    with pytest.raises(BallotUnreadable):
        tally(db, vault, AFTER, telling.round)


def test_keys_are_forgotten_once_the_result_is_published_and_no_longer_taken(db, vault):
    telling = voted(Telling().ready(), [["a"]])
    telling.gives(1)
    telling.gives(2)
    first, second = (acting(staff(Role.PUBLISHER)) for _ in range(2))
    prepare(db, vault, AFTER, telling.round, city="Kortrijk", by=first)
    assert len(given_keys(db, vault, telling.round)) == 2
    confirm(db, AFTER, telling.round, by=second)

    assert given_keys(db, vault, telling.round) == {}
    assert set(db.scalars(select(CountingOfficer.sealed_key))) == {""}
    for seat in (1, 3):
        with pytest.raises(KeyNotNeeded):
            telling.gives(seat)
    with pytest.raises(KeysMissing):
        tally(db, vault, AFTER, telling.round)  # the mixed ballots stay shut


# What is written down


def acts(db) -> list[str]:
    return list(db.scalars(select(LogEntry.act).order_by(LogEntry.seq)))


def test_the_log_says_who_did_what_and_holds_no_secret(db):
    telling = Telling().ready()
    telling.gives(3)
    rows = db.scalars(select(LogEntry).where(LogEntry.act.startswith("round.")).order_by(LogEntry.seq)).all()

    assert [row.act for row in rows] == [
        "round.officers", *["round.key", "round.key-proven"] * 3, "round.key-given",
    ]  # fmt: skip
    assert rows[0].reason == "2 van 3"
    assert rows[-1].actor_id == telling.people[2].id
    said = " ".join(f"{row.subject} {row.reason}" for row in rows)
    assert not any(bytes(key).hex() in said for key in telling.keys)
    assert list(audit.faults(db)) == []


def test_a_grant_for_this_module_alone_is_enough(db):
    telling = Telling()
    here = staff(Role.MODERATOR, module="burgerbudget")
    appoint(db, BEFORE, telling.round, [*telling.people[:2], here], needed=2, by=telling.admin)

    assert Grant(Role.MODERATOR, None, "burgerbudget") in acting(here).grants
    assert COUNT_BUDGET.allows(acting(here))
