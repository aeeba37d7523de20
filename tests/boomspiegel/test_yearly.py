"""Every term of the regulation on its own day: the yearly question, silence, warnings, notices, offers, pauses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.outbox import Message
from spreekt.modules.boomspiegel import desk, domain, places, yearly
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState
from spreekt.modules.boomspiegel.desk import Heap
from spreekt.modules.boomspiegel.models import PitState
from spreekt.modules.boomspiegel.regulation import months_after
from spreekt.modules.boomspiegel.yearly import TermRuns
from tests.builders import DAY, NOON, a_resident, acting
from tests.tree_builders import TODAY, a_pit, an_adoption, green, the_rules

A = AdoptionState


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def questions(db: Session) -> int:
    return db.scalar(select(func.count()).where(Message.topic == "adoption.still-caring")) or 0


def swept(db: Session, adoption: Adoption, day: date) -> AdoptionState:
    """The state after the sweep of that day; a second sweep the same day changes nothing."""
    yearly.sweep(db, noon_of(day))
    asked = questions(db)
    yearly.sweep(db, noon_of(day))
    assert questions(db) == asked
    db.refresh(adoption)
    return adoption.state


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_year_later_is_the_same_day_also_around_a_leap_day(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


def test_the_question_comes_on_its_day_and_not_before(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident(), check_due_on=TODAY)

    swept(db, adoption, TODAY - DAY)
    assert (questions(db), adoption.is_asked(TODAY - DAY)) == (0, False)
    swept(db, adoption, TODAY)
    assert (questions(db), adoption.is_asked(TODAY)) == (1, True)


def test_two_silences_make_a_visit_each_after_the_days_of_the_regulation(db: Session) -> None:
    days = the_rules().check_answer_days
    adoption = an_adoption(a_pit(), a_resident(), check_due_on=TODAY)
    swept(db, adoption, TODAY)
    second = TODAY + timedelta(days=days + 1)

    assert swept(db, adoption, second - DAY) is A.ACTIVE
    assert (questions(db), adoption.missed_checks) == (1, 0)
    assert swept(db, adoption, second) is A.ACTIVE
    assert (questions(db), adoption.missed_checks) == (2, 1)
    assert swept(db, adoption, second + timedelta(days=days)) is A.ACTIVE
    assert swept(db, adoption, second + timedelta(days=days + 1)) is A.VISIT
    assert adoption.visit_by == second + timedelta(days=days + 1 + 14)


@pytest.mark.parametrize("silences", [0, 1])
def test_an_answer_moves_the_next_question_a_year_on(db: Session, silences: int) -> None:
    adoption = an_adoption(a_pit(), a_resident(), check_due_on=TODAY, asked_on=TODAY, missed_checks=silences)

    yearly.answer_yes(db, adoption, today=TODAY)
    yearly.answer_yes(db, adoption, today=TODAY + DAY)

    assert (adoption.missed_checks, adoption.asked_on) == (0, None)
    assert adoption.check_due_on == date(2027, 11, 23)


def test_who_answers_while_a_visit_is_planned_goes_on(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=A.VISIT)

    yearly.answer_yes(db, adoption, today=TODAY)

    assert adoption.state == A.ACTIVE


def test_an_answer_does_not_undo_a_warning(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=A.WARNED)

    yearly.answer_yes(db, adoption, today=TODAY)

    assert adoption.state == A.WARNED


def test_a_warning_gives_its_whole_term_and_then_a_person_ends_it(db: Session) -> None:
    pit = a_pit()
    adoption = an_adoption(pit, a_resident(), state=A.VISIT)
    waiting = an_adoption(pit, a_resident(), state=A.WAITING)
    worker = acting(green())
    yearly.warn(db, adoption, "Er staat hoog onkruid.", by=worker, today=TODAY)
    last = TODAY + 28 * DAY

    assert adoption.warning_until == last
    with pytest.raises(TermRuns):
        yearly.lapse(db, adoption, by=worker, today=last)
    assert swept(db, adoption, last + 30 * DAY) is A.WARNED
    yearly.lapse(db, adoption, by=worker, today=last + DAY)

    assert (adoption.state, waiting.state, pit.state) == (A.LAPSED, A.OFFERED, PitState.REQUESTED)


@pytest.mark.parametrize("state", [A.VISIT, A.WARNED])
def test_a_place_in_order_goes_on_as_if_nothing_happened(db: Session, state: AdoptionState) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=state, missed_checks=2)

    yearly.keep(db, adoption, by=acting(green()), today=TODAY)

    assert (adoption.state, adoption.missed_checks, adoption.warning_until) == (A.ACTIVE, 0, None)


def test_notice_ends_after_its_days_and_may_be_taken_back_until_then(db: Session) -> None:
    pit = a_pit()
    adoption = an_adoption(pit, a_resident())
    yearly.give_notice(db, adoption, today=TODAY)
    yearly.take_notice_back(db, adoption)
    assert swept(db, adoption, TODAY + 14 * DAY) is A.ACTIVE

    yearly.give_notice(db, adoption, today=TODAY)
    yearly.give_notice(db, adoption, today=TODAY + 5 * DAY)
    assert swept(db, adoption, TODAY + 13 * DAY) is A.ACTIVE
    assert swept(db, adoption, TODAY + 14 * DAY) is A.ENDED_BY_ADOPTER
    assert pit.state == PitState.AVAILABLE


def test_an_offer_that_nobody_takes_goes_to_the_next_in_line(db: Session) -> None:
    pit = a_pit()
    first = an_adoption(pit, a_resident(), state=A.OFFERED, offer_until=TODAY)
    second = an_adoption(pit, a_resident(), state=A.WAITING)

    assert swept(db, first, TODAY) is A.OFFERED
    assert swept(db, first, TODAY + DAY) is A.EXPIRED
    db.refresh(second)
    assert (second.state, second.offer_until) == (A.OFFERED, TODAY + 15 * DAY)


def test_a_pause_keeps_the_adoption_and_ends_by_its_date(db: Session) -> None:
    pit = a_pit()
    adoption = an_adoption(pit, a_resident())
    places.decide(db, pit, "pause", reason="nutswerken", until=TODAY + 10 * DAY, by=acting(green()), today=TODAY)

    assert swept(db, adoption, TODAY + 10 * DAY) is A.ACTIVE
    assert pit.state == PitState.PAUSED
    swept(db, adoption, TODAY + 11 * DAY)
    assert (adoption.state, pit.state, pit.state_reason) == (A.ACTIVE, PitState.ADOPTED, "")


def test_who_stops_during_a_pause_leaves_the_place_to_the_next_when_it_opens(db: Session) -> None:
    pit = a_pit()
    adoption = an_adoption(pit, a_resident())
    waiting = an_adoption(pit, a_resident(), state=A.WAITING)
    places.decide(db, pit, "pause", reason="nutswerken", until=None, by=acting(green()), today=TODAY)
    yearly.give_notice(db, adoption, today=TODAY)

    assert swept(db, adoption, TODAY + 14 * DAY) is A.ENDED_BY_ADOPTER
    assert (waiting.state, pit.state) == (A.WAITING, PitState.PAUSED)
    places.decide(db, pit, "allow", reason="", until=None, by=acting(green()), today=TODAY + 20 * DAY)
    assert (waiting.state, pit.state) == (A.OFFERED, PitState.REQUESTED)


def test_an_unsuitable_place_ends_what_ran_and_waited(db: Session) -> None:
    pit = a_pit()
    adoption = an_adoption(pit, a_resident())
    waiting = an_adoption(pit, a_resident(), state=A.WAITING)

    places.decide(db, pit, "refuse", reason="een nieuw zebrapad", until=None, by=acting(green()), today=TODAY)

    assert (adoption.state, waiting.state, pit.state) == (A.ENDED_BY_WORKS, A.ENDED_BY_WORKS, PitState.UNSUITABLE)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 1, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_days_are_those_of_a_clock_in_kortrijk_also_when_it_changes(db: Session, written: datetime, day: date) -> None:
    adoption = an_adoption(a_pit(), a_resident(), check_due_on=day)

    yearly.sweep(db, written)

    assert adoption.asked_on == day


def test_terms_of_staff_come_from_the_regulation_of_the_request(db: Session) -> None:
    requested = an_adoption(a_pit(), a_resident(), state=A.REQUESTED, submitted_at=NOON)
    caring = an_adoption(a_pit(), a_resident(), started_on=TODAY)
    warned = an_adoption(a_pit(), a_resident(), state=A.WARNED)

    assert desk.due_on(Heap.ADVISE, requested) == TODAY + 21 * DAY
    assert desk.due_on(Heap.NEST_BOX, caring) == TODAY + 60 * DAY
    assert desk.due_on(Heap.WARNED, warned) == TODAY + 8 * DAY
    assert desk.due_on(Heap.COLLEGE, requested) is None


def test_an_offer_is_accepted_by_who_it_is_for(db: Session) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me, state=A.OFFERED)

    domain.accept_offer(db, adoption, by=acting(me), now=NOON)

    assert swept(db, adoption, TODAY + 90 * DAY) is A.REQUESTED
