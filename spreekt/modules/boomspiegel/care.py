"""What happens at a place from day to day: the care log, reports for staff, nest boxes, fellow carers, drought."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel.adoption_models import Adoption, CoAdopter
from spreekt.modules.boomspiegel.care_models import CareEntry, Concern, Deed, DroughtCall, PitReport
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.states import REPORTS, is_adopter, tends

MOST_LITRES = 500
LONGEST = 2000
ENTRIES_A_DAY = 10


class PlaceFull(DomainError):
    """No seat is left; the argument is how many may care together."""

    says = N_("Deze plek heeft al {0} verzorgers. Meer kan niet.")


def cares_for(who: Actor, adoption: Adoption) -> bool:
    """Whether somebody is the holder, or cares along."""
    return is_adopter(who, adoption) or any(carer.account_id == who.id for carer in adoption.carers)


def log(
    db: Session, adoption: Adoption, deed: Deed, *, litres: int | None, done_on: date, by: Actor, today: date
) -> CareEntry:
    """Write down what was done. Raises NotThere for others, Invalid for a wrong day or too much water."""
    if not adoption.is_caring or not cares_for(by, adoption):
        raise NotThere
    if done_on > today or (adoption.started_on is not None and done_on < adoption.started_on):
        raise Invalid(N_("Kies een dag tussen het begin van je adoptie en vandaag."))
    if deed is Deed.WATERED and not (litres is not None and 1 <= litres <= MOST_LITRES):
        raise Invalid(N_("Vul in hoeveel liter je goot: een getal van 1 tot 500."))
    db.execute(select(Adoption.id).where(Adoption.id == adoption.id).with_for_update())
    that_day = select(func.count()).select_from(CareEntry).where(
        CareEntry.adoption_id == adoption.id, CareEntry.done_on == done_on
    )  # fmt: skip
    if (db.scalar(that_day) or 0) >= ENTRIES_A_DAY:
        raise Invalid(N_("Voor die dag staat er al heel wat in je logboek. Kies een andere dag."))
    entry = CareEntry(
        adoption_id=adoption.id, account_id=by.id, deed=deed, litres=litres if deed is Deed.WATERED else None,
        done_on=done_on,
    )  # fmt: skip
    db.add(entry)
    db.flush()
    return entry


def report(db: Session, place: Adoptable, concern: Concern, words: str, *, by: Actor, now: datetime) -> PitReport:
    """Tell staff about a place; nobody else reads it. Raises Invalid without words."""
    said = PitReport(
        adoptable=place, account_id=by.id, concern=concern, words=clean_text(words, most=LONGEST, least=5),
        created_at=now,
    )  # fmt: skip
    db.add(said)
    db.flush()
    outbox.record(db, "pit.reported", report_id=said.id)
    return said


def handle(db: Session, said: PitReport, answer: str, *, by: Actor, now: datetime) -> None:
    """Staff looked at a report; the one who made it reads the answer. Raises Invalid without one."""
    REPORTS.check(said, "handle", by=by)
    said.answer = clean_text(answer, most=LONGEST, least=5)
    said.handled_on = now.astimezone(BRUSSELS).date()
    move(db, REPORTS, said, "handle", by=by)
    outbox.record(db, "pit.report-handled", report_id=said.id)


def hang_nest_box(db: Session, adoption: Adoption, *, done_on: date, by: Actor, today: date) -> None:
    """The crew hung the box that marks an adopted pit, for neighbours and for who mows."""
    if not tends(by, adoption) or not adoption.is_caring:
        raise Forbidden
    if done_on > today or (adoption.started_on is not None and done_on < adoption.started_on):
        raise Invalid(N_("Kies een dag tussen de start van de adoptie en vandaag."))
    adoption.nest_box_done_on = done_on
    db.flush()
    audit.record(db, by=by, act="adoptie.nest-box", subject=f"adoptie:{adoption.id}")


def take_down_nest_box(db: Session, adoption: Adoption, *, done_on: date, by: Actor, today: date) -> None:
    """The crew took the box away after the adoption ended. Raises Forbidden or Invalid."""
    if not tends(by, adoption) or not adoption.leaves_box:
        raise Forbidden
    if done_on > today or (adoption.ended_on is not None and done_on < adoption.ended_on):
        raise Invalid(N_("Kies een dag tussen het einde van de adoptie en vandaag."))
    adoption.nest_box_gone_on = done_on
    db.flush()
    audit.record(db, by=by, act="adoptie.nest-box-gone", subject=f"adoptie:{adoption.id}")


def join(db: Session, adoption: Adoption, *, by: Actor, today: date) -> None:
    """Care along, at the invitation of the holder. Twice is once. Raises PlaceFull, NotThere when it has ended."""
    if not adoption.is_caring or by.id is None:
        raise NotThere
    most = adoption.regulation.adopters_most
    for _attempt in range(most):
        if cares_for(by, adoption):
            return
        taken = {carer.seat for carer in adoption.carers}
        seat = next((seat for seat in range(2, most + 1) if seat not in taken), None)
        if seat is None:
            break
        try:
            with db.begin_nested():
                db.add(CoAdopter(adoption_id=adoption.id, seat=seat, account_id=by.id, joined_on=today))
            db.expire(adoption, ["carers"])
            return
        except IntegrityError:  # somebody else sat down first
            db.expire(adoption, ["carers"])
    raise PlaceFull(most)


def leave(db: Session, adoption: Adoption, account_id: int, *, by: Actor) -> None:
    """A fellow carer stops, or the holder says so."""
    found = next((carer for carer in adoption.carers if carer.account_id == account_id), None)
    if found is None or not (by.id == account_id or is_adopter(by, adoption)):
        raise NotThere
    db.delete(found)
    db.flush()
    db.expire(adoption, ["carers"])


def call_for_water(db: Session, *, area_id: int | None, words: str, by: Actor, now: datetime) -> DroughtCall:
    """Ask adopters of an area, or of the whole city, to give water. Raises Forbidden or Invalid."""
    areas = None if area_id is None else [area_id]
    everywhere = any(grant.role is Role.SERVICE and grant.area_id is None for grant in by.grants)
    if not by.has(Role.SERVICE, area_ids=areas, module="boomspiegel") or (area_id is None and not everywhere):
        raise Forbidden
    call = DroughtCall(area_id=area_id, words=clean_text(words, most=600, least=10), sent_at=now)
    db.add(call)
    db.flush()
    audit.record(db, by=by, act="adoptie.drought", subject=f"drought:{call.id}")
    outbox.record(db, "adoption.drought", call_id=call.id)
    return call
