"""Addresses that nobody needs any more are wiped after a term: of stewards, of contacts, of who asked on paper."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from spreekt.identity.models import ERASED_NAME
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.clock import BRUSSELS
from spreekt.modules.gezellige_wijk import documents
from spreekt.modules.gezellige_wijk.committee_models import Contact
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest

S = RequestState
DONE = frozenset({S.CLOSED, S.REFUSED, S.WITHDRAWN, S.CANCELLED, S.EXPIRED})
"""Nothing follows; the applicant need not be reached."""
NO_STEWARDS = DONE | {S.HELD, S.REPORTED}
"""The day is behind us: nobody need reach the stewards."""
AT_ONCE = 500
R = StreetRequest


def pass_dates(db: Session, wipe_days: int, now: datetime) -> None:
    """Note what is over, and wipe what was over for `wipe_days`. Running it again does nothing."""
    today = now.astimezone(BRUSSELS).date()
    for request in db.scalars(
        select(R).where(R.over_on.is_(None), or_(R.state.in_(NO_STEWARDS), R.committee_id.is_not(None))).limit(AT_ONCE)
    ):
        request.over_on = today
    db.flush()
    due = today - timedelta(days=wipe_days)
    _wipe_requests(db, due, today=today)
    _wipe_contacts(db, now - timedelta(days=wipe_days), now=now)
    db.flush()


def _wipe_requests(db: Session, due: date, *, today: date) -> None:
    rows = select(R).where(R.over_on <= due, R.wiped_on.is_(None)).options(selectinload(R.stewards)).limit(AT_ONCE)
    for request in db.scalars(rows).all():
        for steward in request.stewards:
            steward.sealed_email, steward.email_key = "", f"gewist-{steward.id}"
        documents.forget_answers(db, request.id)
        request.wiped_on = today
        audit.record(db, by=SYSTEM, act="street-request.wiped", subject=f"street-request:{request.id}")
    asked_on_paper = select(R).where(R.over_on <= due, R.state.in_(DONE), R.sealed_contact != "").limit(AT_ONCE)
    for request in db.scalars(asked_on_paper).all():
        request.sealed_contact = ""


def _wipe_contacts(db: Session, due: datetime, *, now: datetime) -> None:
    """Who left so long ago, and who never answered their invitation: the link of the latter is over too."""
    left = Contact.left_at <= due
    never = Contact.confirmed_at.is_(None) & Contact.left_at.is_(None) & (Contact.invited_at <= due)
    rows = select(Contact).where(or_(left, never), ~Contact.email_key.startswith("gewist-")).limit(AT_ONCE)
    for contact in db.scalars(rows).all():
        contact.left_at = contact.left_at or now
        contact.sealed_email, contact.email_key, contact.name = "", f"gewist-{contact.id}", ERASED_NAME
        contact.may_publish = False
        audit.record(db, by=SYSTEM, act="committee.contact-wiped", subject=f"committee:{contact.committee_id}")
