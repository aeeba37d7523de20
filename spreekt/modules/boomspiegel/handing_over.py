"""Passing a place on: by the holder who moves away, and by somebody whose account is erased."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, NotThere
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life, regulation
from spreekt.modules.boomspiegel.adoption_models import (
    CARING,
    HOLDING,
    AcceptedRule,
    AdopterKind,
    Adoption,
    AdoptionState,
    CoAdopter,
    Nearness,
    PlannedPlant,
)
from spreekt.modules.boomspiegel.domain import NotFinished, TooManyAdoptions, own
from spreekt.modules.boomspiegel.regulation import months_after
from spreekt.modules.boomspiegel.states import ADOPTIONS


class StillOpen(DomainError):
    """Who takes over asked for this very place before, and still waits."""

    says = N_("Je vroeg deze plek al zelf aan. Trek die aanvraag eerst in.")


def open_door(db: Session, adoption: Adoption, *, by: Actor) -> str:
    """What the links to care along or to take over are made of; the same until `close_door`."""
    own(adoption, by=by)
    if not adoption.is_caring:
        raise NotThere
    if not adoption.link_nonce:
        adoption.link_nonce = secrets.token_hex(8)
        db.flush()
    return adoption.link_nonce


def close_door(db: Session, adoption: Adoption, *, by: Actor) -> None:
    """Make every link that was given out dead."""
    own(adoption, by=by)
    adoption.link_nonce = ""
    db.flush()


def take_over(
    db: Session, old: Adoption, *, codes: set[str], kind: AdopterKind, nearness: Nearness, by: Actor, now: datetime
) -> Adoption:
    """Somebody with the link becomes the holder: same place, same plants, today's rules accepted one by one.

    Raises NotThere when it ended meanwhile, NotFinished, TooManyAdoptions or StillOpen.
    """
    place = life.locked(db, old.adoptable_id)
    db.execute(select(Adoption.id).where(Adoption.id == old.id).with_for_update())
    db.refresh(old, ["state", "account_id"])
    if old.state not in CARING or by.id is None or old.account_id == by.id:
        raise NotThere
    today = now.astimezone(BRUSSELS).date()
    rules = regulation.in_force(db, place.kind, on=today)
    if any(rule["code"] not in codes for rule in rules.rules):
        raise NotFinished(N_("Vink elke regel aan. Zonder kan je deze plek niet overnemen."))
    mine = list(db.scalars(select(Adoption).where(Adoption.account_id == by.id, Adoption.state.in_(HOLDING))))
    if len(mine) >= rules.adoptions_most:
        raise TooManyAdoptions(rules.adoptions_most)
    waiting = select(Adoption.id).where(
        Adoption.account_id == by.id, Adoption.adoptable_id == place.id,
        Adoption.state.in_((AdoptionState.WAITING, AdoptionState.DRAFT)),
    )  # fmt: skip
    if db.scalar(waiting) is not None:
        raise StillOpen
    old.ended_on, old.link_nonce, old.ends_on = today, "", None
    old.nest_box_gone_on = today if old.nest_box_done_on else None
    move(db, ADOPTIONS, old, "hand_over", by=SYSTEM)
    new = Adoption(
        adoptable=place, account_id=by.id, regulation=rules, created_at=now, submitted_at=now, adopter_kind=kind,
        nearness=nearness, plan_words=old.plan_words, plan_hits=old.plan_hits, has_plan=True, decided_on=old.decided_on,
        decision_url=old.decision_url, started_on=today, nest_box_done_on=old.nest_box_done_on,
        check_due_on=months_after(today, rules.check_months),
        plants=[PlannedPlant(plant_code=row.plant_code) for row in old.plants],
        accepted=[AcceptedRule(rule_code=rule["code"], accepted_at=now) for rule in rules.rules],
    )  # fmt: skip
    db.add(new)
    db.flush()
    move(db, ADOPTIONS, new, "take_over", by=by)
    for carer in list(old.carers):
        if carer.account_id != by.id:
            db.add(CoAdopter(adoption_id=new.id, seat=carer.seat, account_id=carer.account_id,
                             joined_on=carer.joined_on))  # fmt: skip
        db.delete(carer)
    db.flush()
    db.expire(old, ["carers"])
    db.expire(new, ["carers"])
    outbox.record(db, "adoption.handed-over", adoption_id=new.id, old_id=old.id)
    return new


def forget(db: Session, account_id: int, *, now: datetime) -> None:
    """Somebody erases their account: what they hold comes free, what they began goes, their names are emptied."""
    today = now.astimezone(BRUSSELS).date()
    me = Actor(id=account_id)
    mine = db.scalars(select(Adoption).where(Adoption.account_id == account_id).order_by(Adoption.id)).all()
    for adoption in mine:
        if adoption.state == AdoptionState.DRAFT:
            db.delete(adoption)
            continue
        if adoption.state in CARING:
            life.end(db, adoption, "end", by=SYSTEM, today=today)
        elif adoption.state in HOLDING | {AdoptionState.WAITING}:
            life.end(db, adoption, "withdraw", by=me, today=today)
        adoption.group_name, adoption.first_name, adoption.plan_words, adoption.plan_hits = "", "", "", ""
        adoption.advice_words, adoption.end_words = "", ""
    db.flush()
