"""Is somebody still caring? The yearly question, what follows on silence, and how an adoption ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import day
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.text import clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life
from spreekt.modules.boomspiegel.adoption_models import CARING, Adoption, AdoptionState
from spreekt.modules.boomspiegel.models import Adoptable, PitState
from spreekt.modules.boomspiegel.regulation import months_after
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES

MOST_AT_ONCE = 500
"""In one sweep; the next sweep takes the rest."""
LONGEST = 2000


class TermRuns(DomainError):
    """The adopter still has time; the argument is the last day."""

    says = N_("De adoptant heeft nog tijd tot en met {0}. Daarna kan je beëindigen.")


def answer_yes(db: Session, adoption: Adoption, *, today: date) -> None:
    """The adopter still cares: the next question comes a year from now. Answering twice does nothing more."""
    if adoption.state == AdoptionState.VISIT:
        _carry_on(adoption, today=today)
        move(db, ADOPTIONS, adoption, "answer", by=Actor(id=adoption.account_id))
    elif adoption.is_asked(today):
        _carry_on(adoption, today=today)
        db.flush()


def plan_visit(db: Session, adoption: Adoption, *, by: Actor, today: date) -> None:
    """Staff want to look, for instance after a report."""
    adoption.visit_by = today + timedelta(days=adoption.regulation.visit_days)
    move(db, ADOPTIONS, adoption, "visit", by=by)


def keep(db: Session, adoption: Adoption, *, by: Actor, today: date) -> None:
    """Staff went to look, and the place is in order."""
    ADOPTIONS.check(adoption, "keep", by=by)
    _carry_on(adoption, today=today)
    move(db, ADOPTIONS, adoption, "keep", by=by)
    outbox.record(db, "adoption.kept", adoption_id=adoption.id)


def warn(db: Session, adoption: Adoption, words: str, *, by: Actor, today: date) -> None:
    """Staff went to look, and nobody cares for the place: the adopter gets a term to mend it. Raises Invalid."""
    ADOPTIONS.check(adoption, "warn", by=by)
    adoption.end_words = clean_text(words, most=LONGEST, least=5)
    adoption.warning_until = today + timedelta(days=adoption.regulation.warning_days)
    move(db, ADOPTIONS, adoption, "warn", by=by)
    outbox.record(db, "adoption.warned", adoption_id=adoption.id)


def lapse(db: Session, adoption: Adoption, *, by: Actor, today: date) -> None:
    """End it after a warning that ran out. A person presses this: nobody loses a place by a clock alone.

    Raises TermRuns up to and on the last day of the warning.
    """
    ADOPTIONS.check(adoption, "lapse", by=by)
    if adoption.warning_until is None or today <= adoption.warning_until:
        raise TermRuns(day(adoption.warning_until or today))
    life.end(db, adoption, "lapse", by=by, words=adoption.end_words, today=today)


def end_by_city(db: Session, adoption: Adoption, words: str, *, by: Actor, today: date) -> None:
    """Staff end it at once and say why. Raises Invalid without a reason."""
    ADOPTIONS.check(adoption, "end_by_city", by=by)
    life.end(db, adoption, "end_by_city", by=by, words=clean_text(words, most=LONGEST, least=5), today=today)


def give_notice(db: Session, adoption: Adoption, *, today: date) -> None:
    """The adopter stops, after the days of the regulation; until then they may think again."""
    if adoption.state in CARING and adoption.ends_on is None:
        adoption.ends_on = today + timedelta(days=adoption.regulation.notice_days)
        db.flush()


def take_notice_back(db: Session, adoption: Adoption) -> None:
    """The adopter goes on after all."""
    if adoption.state in CARING:
        adoption.ends_on = None
        db.flush()


def sweep(db: Session, now: datetime) -> None:
    """What dates decide, some hundreds at a time: notices that ran out, offers nobody took, questions, pauses."""
    today = now.astimezone(BRUSSELS).date()
    for adoption in _some(db, Adoption.state.in_(CARING), Adoption.ends_on <= today):
        life.end(db, adoption, "end", by=SYSTEM, today=today)
    for adoption in _some(db, Adoption.state == AdoptionState.OFFERED, Adoption.offer_until < today):
        life.end(db, adoption, "expire", by=SYSTEM, today=today)
    _ask(db, today)
    paused = select(Adoptable).where(Adoptable.state == PitState.PAUSED, Adoptable.paused_until < today)
    for place in db.scalars(paused.order_by(Adoptable.id).limit(MOST_AT_ONCE)).all():
        resume(db, place, by=SYSTEM, today=today)


def resume(db: Session, place: Adoptable, *, by: Actor, today: date) -> None:
    """A place that stood still or was unsuitable may be cared for again."""
    place = life.locked(db, place.id)
    PLACES.check(place, "allow", by=by)
    place.paused_until = None
    move(db, PLACES, place, "allow", by=by)
    place.state_reason = ""
    life.resettle(db, place, today=today)


def _ask(db: Session, today: date) -> None:
    """Ask who is due. Whoever stayed silent is asked again, or gets a visit once that was enough times."""
    for adoption in _some(db, Adoption.state == AdoptionState.ACTIVE, Adoption.check_due_on <= today):
        rules = adoption.regulation
        if adoption.asked_on is None or adoption.asked_on < (adoption.check_due_on or today):
            adoption.asked_on = today
            outbox.record(db, "adoption.still-caring", adoption_id=adoption.id)
        elif adoption.asked_on + timedelta(days=rules.check_answer_days) < today:
            adoption.missed_checks += 1
            if adoption.missed_checks >= rules.misses_most:
                adoption.visit_by = today + timedelta(days=rules.visit_days)
                move(db, ADOPTIONS, adoption, "missed", by=SYSTEM)
            else:
                adoption.asked_on = today
                outbox.record(db, "adoption.still-caring", adoption_id=adoption.id)
    db.flush()


def _carry_on(adoption: Adoption, *, today: date) -> None:
    adoption.missed_checks, adoption.asked_on = 0, None
    adoption.visit_by, adoption.warning_until, adoption.end_words = None, None, ""
    adoption.check_due_on = months_after(today, adoption.regulation.check_months)


def _some(db: Session, *conditions: ColumnElement[bool]) -> list[Adoption]:
    """Those that fit; who was asked longest ago first, so that nobody waits behind others for ever."""
    asked = (Adoption.asked_on.is_not(None), Adoption.asked_on, Adoption.id)
    query = select(Adoption).where(*conditions).order_by(*asked).limit(MOST_AT_ONCE)
    return list(db.scalars(query.with_for_update(skip_locked=True)))
