"""What returns for committees: the yearly question, falling asleep and waking, a mail to all of an area."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, Forbidden, Invalid
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeLetter, Contact
from spreekt.modules.gezellige_wijk.committees import ALIVE, LIFE, C
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME
from spreekt.territory.models import Area

SLEEPS_AFTER_MONTHS = 18
"""Without a sign of life for so long a committee sleeps. Source: practice elsewhere; to be confirmed by the city."""
ASK_AFTER = timedelta(days=365)


def still_active(db: Session, committee: Committee, *, now: datetime) -> None:
    """One tap: yes, we exist. Wakes who slept."""
    committee.active_on = now.astimezone(BRUSSELS).date()
    if committee.state in {C.RECOGNISED, C.DORMANT}:
        move(db, LIFE, committee, "wake", by=SYSTEM)
    db.flush()


def write_to_all(db: Session, area: Area, *, subject: str, text: str, by: Actor) -> int:
    """A mail to every contact of every living committee of an area. Gives how many; each gets their own mail."""
    if not by.has(Role.AREA_WORKER, area_ids=[area.id], module=MODULE_NAME):
        raise Forbidden
    words = clean_text(text, most=5000)
    if len(words) < 10:
        raise Invalid(N_("Schrijf je bericht."))
    title = clean_line(subject, most=120, least=3)
    kept = CommitteeLetter(area_id=area.id, subject=title, text=words, prepared_by_id=by.id)
    db.add(kept)
    db.flush()
    contacts = db.scalars(
        select(Contact.id)
        .join(Committee)
        .where(Committee.state.in_(ALIVE), Committee.areas.any(Area.id == area.id))
        .where(Contact.confirmed_at.is_not(None), Contact.left_at.is_(None))
    ).all()
    for contact_id in contacts:
        outbox.record(db, "committee-letter.to-send", letter_id=kept.id, contact_id=contact_id)
    audit.record(db, by=by, act="committee-letter.sent", subject=f"area:{area.id}")
    return len(contacts)


def pass_dates(db: Session, now: datetime) -> None:
    """Ask once a year whether they still exist; who gave no sign for eighteen months sleeps. Again does nothing."""
    today = now.astimezone(BRUSSELS).date()
    asked_before = today - ASK_AFTER
    living = db.scalars(select(Committee).where(Committee.state.in_((C.RECOGNISED, C.ACTIVE))).limit(1000)).all()
    for committee in living:
        last = committee.active_on or committee.recognised_on or today
        if months_between(last, today) >= SLEEPS_AFTER_MONTHS:
            move(db, LIFE, committee, "sleep", by=SYSTEM)
        elif last <= asked_before and (committee.asked_on is None or committee.asked_on <= asked_before):
            committee.asked_on = today
            for contact in committee.speakers:
                outbox.record(db, "committee-contact.still-there", contact_id=contact.id, year=today.year)
    db.flush()


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
