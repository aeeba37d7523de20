"""What follows for a place when an adoption begins or ends: it is taken, comes free, and the next in line hears it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel.adoption_models import ASKING, HOLDING, Adoption, AdoptionState
from spreekt.modules.boomspiegel.models import Adoptable, PitState
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES


def locked(db: Session, place_id: int) -> Adoptable:
    """The place as it is now; others who want to change it wait until this transaction ends."""
    return db.scalars(
        select(Adoptable).where(Adoptable.id == place_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def holder_of(db: Session, place_id: int) -> Adoption | None:
    """The adoption that keeps this place from others."""
    return db.scalars(
        select(Adoption).where(Adoption.adoptable_id == place_id, Adoption.state.in_(HOLDING))
    ).one_or_none()


def next_number(db: Session, place_id: int) -> int:
    """The number of who now joins the waiting list. The place must be locked."""
    last = db.scalar(select(func.max(Adoption.queue_number)).where(Adoption.adoptable_id == place_id))
    return (last or 0) + 1


def end(db: Session, adoption: Adoption, step: str, *, by: Actor, words: str = "", today: date) -> None:
    """End an adoption or a request by one step; the place comes free and goes to the next in line."""
    place = locked(db, adoption.adoptable_id)
    ADOPTIONS.check(adoption, step, by=by)
    held = adoption.state in HOLDING
    adoption.ended_on, adoption.end_words, adoption.link_nonce = today, words, ""
    move(db, ADOPTIONS, adoption, step, by=by, reason=words)
    outbox.record(db, "adoption.ended", adoption_id=adoption.id)
    if held and place.state in {PitState.REQUESTED, PitState.ADOPTED}:
        move(db, PLACES, place, "free", by=SYSTEM)
        offer_to_next(db, place, today=today)


def offer_to_next(db: Session, place: Adoptable, *, today: date) -> Adoption | None:
    """Offer a free place to who waits longest. The place must be locked."""
    if place.state != PitState.AVAILABLE:
        return None
    first = db.scalars(
        select(Adoption)
        .where(Adoption.adoptable_id == place.id, Adoption.state == AdoptionState.WAITING)
        .order_by(Adoption.queue_number)
        .limit(1)
    ).first()
    if first is None:
        return None
    first.offer_until = today + timedelta(days=first.regulation.offer_days)
    move(db, ADOPTIONS, first, "offer", by=SYSTEM)
    move(db, PLACES, place, "request", by=SYSTEM)
    outbox.record(db, "adoption.offered", adoption_id=first.id)
    return first


def inherit_box(db: Session, adoption: Adoption, *, today: date) -> None:
    """A nest box that still hangs from before serves the adoption that begins; nobody takes it down and up again."""
    before = db.scalars(
        select(Adoption).where(
            Adoption.adoptable_id == adoption.adoptable_id, Adoption.id != adoption.id, Adoption.ended_on.is_not(None),
            Adoption.nest_box_done_on.is_not(None), Adoption.nest_box_gone_on.is_(None),
        )
    ).all()  # fmt: skip
    for old in before:
        old.nest_box_gone_on = adoption.nest_box_done_on = today


def resettle(db: Session, place: Adoptable, *, today: date) -> None:
    """Put a place that is allowed again back as its adoption says, or offer it to the next in line."""
    holder = holder_of(db, place.id)
    if holder is None:
        offer_to_next(db, place, today=today)
    elif holder.state in ASKING:
        move(db, PLACES, place, "back_in_request", by=SYSTEM)
    else:
        move(db, PLACES, place, "back_in_care", by=SYSTEM)


def close_all(db: Session, place: Adoptable, *, words: str, today: date) -> int:
    """End whatever still runs or waits for a place that can no longer be adopted; gives how many that were.

    The place is closed already, so nobody is offered it.
    """
    running = db.scalars(
        select(Adoption)
        .where(Adoption.adoptable_id == place.id, Adoption.state.in_(HOLDING | {AdoptionState.WAITING}))
        .order_by(Adoption.id)
    ).all()
    for adoption in running:
        end(db, adoption, "end_by_works", by=SYSTEM, words=words, today=today)
    return len(running)
