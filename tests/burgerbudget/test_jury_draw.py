"""From call to jury: who may stand, what is kept of them, the frozen list, the draw by two people, reserves."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.identity.models import RoleGrant
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid, NotThere
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import lottery as jury_lottery
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import AgeBand, Gender, JuryCandidate, JuryDraw, JurySeat, SeatState
from spreekt.modules.burgerbudget.rules.jury_draw import draw
from spreekt.modules.burgerbudget.rules.jury_file import read_draw, read_list, sha256
from tests.builders import DAY, NOON, a_resident, acting, an_account, an_area, kept, staff
from tests.jury_builders import (
    SEED,
    SOURCE,
    AtWork,
    a_jury_round,
    an_age,
    candidates,
    drawn,
    frozen,
    numbers_of,
    organisers,
    stand,
)


def test_of_a_candidate_only_strata_are_kept(db):
    round, account = a_jury_round(), a_resident(area=an_area("Marke"), born_on=an_age(30))

    candidate = stand(round, account, gender=Gender.WOMAN)

    assert (candidate.age_band, candidate.area.name, candidate.gender) == (AgeBand.YOUNGER, "Marke", Gender.WOMAN)
    assert 10_000 <= candidate.number <= 99_999
    columns = set(JuryCandidate.__table__.columns.keys())
    assert columns == {"id", "round_id", "account_id", "candidate_key", "number", "age_band", "area_id", "gender",
                       "signed_up_at", "jury_formation"}  # fmt: skip


@pytest.mark.parametrize(
    ("age", "band"),
    [(16, "tot-24"), (24, "tot-24"), (25, "25-44"), (44, "25-44"), (45, "45-64"), (64, "45-64"), (65, "65-plus")],
)
def test_age_bands_are_by_whole_years(age, band):
    assert AgeBand.at(age) == band


def test_old_enough_is_old_enough_on_the_first_day_of_the_jury(db):
    round = a_jury_round()
    first = jury_queries.standing(db, round).age_on
    just = a_resident(born_on=first.replace(year=first.year - 16))
    late = a_resident(born_on=first.replace(year=first.year - 16) + DAY)

    assert stand(round, just).age_band is AgeBand.YOUNG
    with pytest.raises(jury_call.CannotBeCandidate, match="te jong"):
        stand(round, late)


@pytest.mark.parametrize("phase", [PhaseKind.PREPARATION, PhaseKind.GAME, PhaseKind.JURY, PhaseKind.AWARD])
def test_the_call_is_open_until_the_list_is_frozen(db, phase):
    round = a_jury_round(phase)

    assert stand(round, a_resident())

    frozen(round, organisers()[0])
    with pytest.raises(jury_call.CallIsClosed):
        stand(round, a_resident())


def test_a_round_without_a_jury_calls_nobody(db):
    with pytest.raises(jury_call.CallIsClosed):
        stand(a_jury_round(jury_size=0), a_resident())


def test_nobody_stands_twice_not_even_with_another_account(db):
    round, account, other = a_jury_round(), a_resident(), an_account()
    stand(round, account)
    with pytest.raises(jury_call.AlreadyCandidate):
        stand(round, account)

    residency = db.scalars(select(Residency).where(Residency.account_id == account.id)).one()
    residency.ended_at = NOON
    db.flush()
    kept(Residency(account_id=other.id, person_key=residency.person_key, method=residency.method, proven_at=NOON))

    with pytest.raises(jury_call.AlreadyCandidate):
        stand(round, other)


def test_staff_and_who_did_not_show_that_they_live_here_cannot_stand(db):
    round, worker = a_jury_round(), a_resident()
    kept(RoleGrant(account_id=worker.id, role=Role.SERVICE, granted_at=NOON))

    with pytest.raises(jury_call.CannotBeCandidate, match="werkt voor de stad"):
        stand(round, worker)
    with pytest.raises(jury_call.CannotBeCandidate, match="woont"):
        stand(round, an_account())


def test_a_candidate_takes_back_their_gender_or_stops(db):
    round, account = a_jury_round(), a_resident()
    stand(round, account, gender=Gender.MAN)

    jury_call.forget_gender(db, round, by=acting(account))
    assert jury_queries.candidate_of(db, round.id, account.id).gender is None
    jury_call.withdraw(db, round, by=acting(account))
    assert jury_queries.candidate_of(db, round.id, account.id) is None
    assert stand(round, account)


def test_freezing_fixes_the_list_and_its_hash_and_closes_the_call(db):
    round, (admin, _publisher) = a_jury_round(), organisers()
    candidates(round, 4)

    found = frozen(round, admin)

    listed = read_list(found.list_file)
    assert {each.number for each in listed.candidates} == numbers_of(round)
    assert found.list_sha256 == sha256(found.list_file)
    assert (found.candidates, listed.size, listed.reserves, listed.seed_source) == (4, 3, 2, SOURCE)
    assert db.scalars(select(LogEntry.reason).where(LogEntry.act == "jury.freeze")).one() == found.list_sha256
    with pytest.raises(jury_call.CallIsClosed):
        stand(round, a_resident())
    with pytest.raises(jury_lottery.ListIsFrozen):
        frozen(round, admin)


def test_targets_follow_the_people_of_the_register(db):
    round, (admin, _publisher) = a_jury_round(jury_size=4), organisers()
    for name, born_on, number in (("Heule", an_age(20), 3), ("Marke", an_age(50), 6), ("Marke", an_age(10), 9)):
        for _each in range(number):
            a_resident(area=an_area(name), born_on=born_on)
    stand(round, a_resident(area=an_area(), born_on=an_age(70)))

    listed = read_list(frozen(round, admin).list_file)

    assert {each.stratum: (each.people, each.seats) for each in listed.ages} == {
        "tot-24": (3, 1), "25-44": (0, 0), "45-64": (6, 3), "65-plus": (1, 0)
    }  # fmt: skip
    assert {each.stratum: (each.people, each.seats) for each in listed.areas} == {"heule": (4, 2), "marke": (6, 2)}


def test_who_moved_away_is_not_on_the_list_and_hears_it(db):
    round, (admin, _publisher) = a_jury_round(), organisers()
    goes, _stays = candidates(round, 2)
    key = db.scalars(select(Residency.person_key).where(Residency.account_id == goes.id)).one()
    db.get(RegisterEntry, key).gone_on = NOON.date()
    db.flush()

    assert frozen(round, admin).candidates == 1

    dropped = db.scalars(select(Message).where(Message.topic == "jury.dropped")).one()
    assert dropped.payload == {"round_id": round.id, "account_id": goes.id}


def test_the_seed_must_still_be_unknown_when_the_list_is_frozen(db):
    round, (admin, publisher) = a_jury_round(), organisers()
    candidates(round, 1)

    with pytest.raises(jury_lottery.SeedTooEarly):
        jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=NOON.date(), by=admin, now=NOON)
    with pytest.raises(Invalid):
        jury_lottery.freeze(db, round, seed_source="lotto", seed_on=(NOON + DAY).date(), by=admin, now=NOON)
    with pytest.raises(Forbidden):
        jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=(NOON + DAY).date(), by=publisher, now=NOON)


def test_an_empty_list_is_not_frozen(db):
    admin, _publisher = organisers()

    with pytest.raises(jury_lottery.NobodyToDraw):
        frozen(a_jury_round(), admin)


def test_the_seed_is_known_before_the_jury_ends(db):
    """Its last day is 13 December; a jury that is late gets as many days from today as it was given: seven."""
    round, (admin, _publisher) = a_jury_round(), organisers()
    candidates(round)
    late = NOON + 30 * DAY

    for now, seed_on in ((NOON, date(2026, 12, 14)), (NOON, date(2126, 11, 24)), (late, date(2026, 12, 31))):
        with pytest.raises(jury_lottery.SeedTooLate):
            jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=seed_on, by=admin, now=now)
    found = jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=date(2026, 12, 30), by=admin, now=late)

    assert found.seed_on == date(2026, 12, 30)


def test_a_second_person_discards_a_list_and_it_is_frozen_anew(db):
    round, (admin, publisher) = a_jury_round(), organisers()
    candidates(round)
    jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=date(2026, 12, 13), by=admin, now=NOON)

    with pytest.raises(jury_lottery.SameDiscarder):
        jury_lottery.discard(db, round, reason="Verkeerde dag.", by=admin, now=NOON)
    with pytest.raises(Forbidden):
        jury_lottery.discard(db, round, reason="Verkeerde dag.", by=acting(staff(Role.AUDITOR)), now=NOON)
    with pytest.raises(Invalid):
        jury_lottery.discard(db, round, reason="", by=publisher, now=NOON)
    jury_lottery.discard(db, round, reason="Verkeerde dag.", by=publisher, now=NOON)

    assert db.scalars(select(LogEntry.reason).where(LogEntry.act == "jury.discard")).one() == "Verkeerde dag."
    assert stand(round, a_resident())
    assert frozen(round, admin).candidates == 6


def test_nobody_discards_a_list_whose_seed_is_known_or_that_was_drawn(db):
    """Whoever knows the seed could throw lists away until the jury suits them."""
    round, (admin, publisher) = a_jury_round(), organisers()
    with pytest.raises(jury_lottery.NothingFrozen):
        jury_lottery.discard(db, round, reason="Verkeerde dag.", by=publisher, now=NOON)
    candidates(round)
    frozen(round, admin)

    with pytest.raises(jury_lottery.SeedIsKnown):
        jury_lottery.discard(db, round, reason="Verkeerde dag.", by=publisher, now=NOON + DAY)
    jury_lottery.draw_jury(db, round, SEED, by=publisher, now=NOON + DAY)
    with pytest.raises(jury_lottery.DrawnAlready):
        jury_lottery.discard(db, round, reason="Verkeerde dag.", by=publisher, now=NOON + DAY)


def test_a_jury_that_was_not_drawn_in_time_is_drawn_late(db):
    round = a_jury_round(PhaseKind.AWARD)

    seats, _admin, _publisher = drawn(
        round, now=jury_queries.standing(db, round).span.closes_at + DAY, signed_up=NOON - 30 * DAY
    )

    assert len(seats) == 5


def test_two_people_draw_once_and_not_before_the_day_of_the_seed(db):
    round, (admin, publisher) = a_jury_round(), organisers()
    candidates(round, 5)
    with pytest.raises(jury_lottery.NothingFrozen):
        jury_lottery.draw_jury(db, round, SEED, by=publisher, now=NOON)
    frozen(round, admin)

    with pytest.raises(jury_lottery.SeedNotKnown, match="24/11/2026"):
        jury_lottery.draw_jury(db, round, SEED, by=publisher, now=NOON)
    with pytest.raises(jury_lottery.SameDrawer):
        jury_lottery.draw_jury(db, round, SEED, by=admin, now=NOON + DAY)
    with pytest.raises(Forbidden):
        jury_lottery.draw_jury(db, round, SEED, by=acting(staff(Role.AUDITOR)), now=NOON + DAY)
    found = jury_lottery.draw_jury(db, round, SEED, by=publisher, now=NOON + DAY)
    with pytest.raises(jury_lottery.DrawnAlready):
        jury_lottery.draw_jury(db, round, "iets anders", by=publisher, now=NOON + DAY)

    told = read_draw(found.draw_file)
    assert draw(told.listed, SEED) == told.drawn
    assert told.list_sha256 == found.list_sha256
    assert len(told.drawn.jury) == 3
    assert len(told.drawn.reserves) == 2


def test_the_database_keeps_one_person_from_doing_both(db):
    round, (admin, _publisher) = a_jury_round(), organisers()
    candidates(round, 1)
    found = frozen(round, admin)

    found.seed, found.draw_file, found.drawn_at, found.drawn_by_id = "zaad", "{}", NOON, admin.id
    with pytest.raises(IntegrityError):
        db.flush()


def test_who_is_drawn_gets_the_role_and_is_asked_reserves_wait(db):
    seats, _admin, _publisher = drawn(a_jury_round())

    assert [seat.state for seat in seats] == [SeatState.ASKED] * 3 + [SeatState.RESERVE] * 2
    asked = {seat.account_id for seat in seats[:3]}
    granted = db.execute(select(RoleGrant.account_id, RoleGrant.module).where(RoleGrant.role == Role.JUROR)).all()
    assert {row.account_id for row in granted} == asked
    assert {row.module for row in granted} == {"burgerbudget"}
    topics = list(db.scalars(select(Message.payload).where(Message.topic == "jury.asked").order_by(Message.id)))
    assert [each["seat_id"] for each in topics] == [seat.id for seat in seats[:3]]
    assert seats[0].answer_by == (NOON + 9 * DAY).replace(hour=23) - DAY


def test_who_stopped_after_the_list_was_frozen_counts_as_a_no(db):
    round, (admin, publisher) = a_jury_round(), organisers()
    people = candidates(round, 3)
    frozen(round, admin)

    jury_call.withdraw(db, round, by=acting(people[0]))
    jury_lottery.draw_jury(db, round, SEED, by=publisher, now=NOON + DAY)

    states = [seat.state for seat in jury_queries.seats_of(db, round.id)]
    assert sorted(states) == sorted([SeatState.DECLINED, SeatState.ASKED, SeatState.ASKED])


def test_a_no_frees_the_seat_for_the_nearest_reserve_and_ends_the_role(db):
    seats, admin, _publisher = drawn(a_jury_round())
    jury_seats.answer(db, seats[0], False, by=AtWork.who(seats[0]))

    (empty,) = jury_seats.empty_seats(db, seats[0].round_id)
    reserve = jury_seats.suggested(db, empty)
    jury_seats.replace(db, empty, reserve_id=reserve.id, by=admin, now=NOON + DAY)

    assert empty == seats[0]
    assert (reserve.state, reserve.replaces_id) == (SeatState.ASKED, empty.id)
    assert jury_seats.empty_seats(db, empty.round_id) == []
    holders = set(db.scalars(select(RoleGrant.account_id).where(RoleGrant.role == Role.JUROR)))
    assert holders == {seats[1].account_id, seats[2].account_id, reserve.account_id}
    with pytest.raises(IllegalTransition):
        jury_seats.replace(db, empty, reserve_id=seats[4].id, by=admin, now=NOON + DAY)


def test_silence_frees_the_seat_but_a_late_yes_counts_until_a_reserve_is_asked(db):
    seats, admin, _publisher = drawn(a_jury_round())
    late = seats[0].answer_by

    jury_seats.sweep(db, late - timedelta(seconds=1))
    assert seats[0].state is SeatState.ASKED
    jury_seats.sweep(db, late)
    assert {seat.state for seat in seats[:3]} == {SeatState.SILENT}
    jury_seats.answer(db, seats[0], True, by=AtWork.who(seats[0]))
    assert seats[0].state is SeatState.SITS

    reserve = jury_seats.suggested(db, seats[1])
    jury_seats.replace(db, seats[1], reserve_id=reserve.id, by=admin, now=late)
    with pytest.raises(jury_seats.SeatIsTaken):
        jury_seats.answer(db, seats[1], True, by=AtWork.who(seats[1]))


def test_without_reserves_the_jury_goes_on_with_who_is_there(db):
    round = a_jury_round(jury_reserves=0)
    seats, admin, _publisher = drawn(round, 3)
    jury_seats.answer(db, seats[0], False, by=AtWork.who(seats[0]))

    assert jury_seats.suggested(db, seats[0]) is None
    with pytest.raises(jury_seats.NobodyLeft):
        jury_seats.replace(db, seats[0], reserve_id=1, by=admin, now=NOON)


ACTS = ("ask", "accept", "decline", "fall_silent", "step_down", "finish")
HOLDER, ADMIN, RULE = "holder", "admin", "rule"
MAY = {
    (SeatState.RESERVE, "ask"): {ADMIN, RULE}, (SeatState.RESERVE, "decline"): {HOLDER, ADMIN, RULE},
    (SeatState.ASKED, "accept"): {HOLDER}, (SeatState.ASKED, "decline"): {HOLDER, ADMIN, RULE},
    (SeatState.ASKED, "fall_silent"): {RULE}, (SeatState.SILENT, "accept"): {HOLDER},
    (SeatState.SILENT, "decline"): {HOLDER, ADMIN, RULE}, (SeatState.SITS, "step_down"): {HOLDER, ADMIN, RULE},
    (SeatState.SITS, "finish"): {ADMIN},
}  # fmt: skip


def test_the_life_of_a_seat_is_a_table(db):
    holder, admin = a_resident(), acting(staff(Role.ADMIN))
    who = {HOLDER: acting(holder), ADMIN: admin, RULE: SYSTEM, "other": acting(a_resident())}
    for state in SeatState:
        seat = JurySeat(account_id=holder.id, state=state, number=1, is_reserve=True, place=1)
        for name, actor in who.items():
            offered = {step.name for step in jury_seats.SEATS.offered(seat, to=actor)}
            assert offered == {act for act in ACTS if name in MAY.get((state, act), ())}, (state, name)


def test_candidates_who_were_not_drawn_are_forgotten_after_thirty_days(db):
    round = a_jury_round()
    seats, _admin, _publisher = drawn(round, 7)
    at = db.get(JuryDraw, round.id).drawn_at

    jury_seats.sweep(db, at + timedelta(days=29))
    assert len(numbers_of(round)) == 7
    jury_seats.sweep(db, at + timedelta(days=30))

    assert numbers_of(round) == {seat.number for seat in seats}


def test_erasing_takes_the_candidate_and_leaves_the_published_list(db):
    round, (admin, _publisher) = a_jury_round(), organisers()
    gone, _other = candidates(round, 2)
    found = frozen(round, admin)

    jury_seats.erase(db, gone.id)

    assert len(numbers_of(round)) == 1
    assert len(read_list(found.list_file).candidates) == 2


def test_a_stranger_answers_for_nobody(db):
    seats, _admin, _publisher = drawn(a_jury_round())

    with pytest.raises(Forbidden):
        jury_seats.answer(db, seats[0], True, by=acting(a_resident()))
    with pytest.raises(NotThere):
        jury_call.withdraw(db, db.merge(seats[0]).account and a_jury_round(), by=AtWork.who(seats[0]))
