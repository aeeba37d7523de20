"""Who leads a group: stepping out, handing over, and naming somebody where nobody leads. Joining is in group.py."""

from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import Forbidden, NotThere
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember, Stage
from spreekt.modules.burgerbudget.dossiers.workflow import is_lead, is_member, may_screen

OVER = frozenset({Stage.MERGED, Stage.WITHDRAWN})
"""Here a group has nothing left to speak or sign for."""


def has_lead(dossier: Dossier) -> bool:
    """Whether somebody who can still sign in speaks for the group."""
    return any(member.is_lead and _is_here(member) for member in dossier.active_members)


def may_hand_over(actor: Actor, dossier: Dossier) -> bool:
    """The lead, as long as the group has something to speak or sign for: also while the project is carried out."""
    return is_lead(actor, dossier) and dossier.stage not in OVER


def may_name_lead(actor: Actor, dossier: Dossier) -> bool:
    """Who judges the dossier, when nobody leads its group."""
    return may_screen(actor, dossier) and dossier.stage not in OVER and not has_lead(dossier)


def who_can_lead(dossier: Dossier) -> list[DossierMember]:
    """The others of the group who can still sign in, who is in it longest first."""
    return [member for member in dossier.active_members if not member.is_lead and _is_here(member)]


def hand_over(db: Session, dossier: Dossier, member_id: int, *, by: Actor) -> None:
    """The lead gives the lead to another of the group, who said yes. Raises NotThere, Forbidden."""
    if not is_member(by, dossier) or dossier.stage in OVER:
        raise NotThere
    if not is_lead(by, dossier):
        raise Forbidden
    _appoint(db, dossier, member_id, by=by)


def name_lead(db: Session, dossier: Dossier, member_id: int, *, by: Actor) -> None:
    """The city names a lead for a group without one, who said yes. Raises NotThere, Forbidden."""
    if not may_screen(by, dossier):
        raise Forbidden
    if not may_name_lead(by, dossier):
        raise NotThere
    _appoint(db, dossier, member_id, by=by)


def step_out(db: Session, dossier: Dossier, mine: DossierMember, *, by: Actor, now: datetime) -> None:
    """Somebody is out of the group. A lead hands over to who is in it longest."""
    was_lead, mine.left_at = mine.is_lead, now
    db.flush()
    audit.record(db, by=by, act="dossier.leave", subject=f"dossier:{dossier.id}")
    others = who_can_lead(dossier)
    if was_lead and others:
        _lead(db, dossier, others[0])


def _appoint(db: Session, dossier: Dossier, member_id: int, *, by: Actor) -> None:
    chosen = next((member for member in who_can_lead(dossier) if member.id == member_id), None)
    if chosen is None:
        raise NotThere
    for member in dossier.active_members:
        member.is_lead = False
    db.flush()  # first nobody: the table knows one lead
    _lead(db, dossier, chosen)
    audit.record(db, by=by, act="dossier.hand-over", subject=f"dossier:{dossier.id}")


def _lead(db: Session, dossier: Dossier, member: DossierMember) -> None:
    member.is_lead, dossier.author_id = True, member.account_id
    db.flush()
    if dossier.stage not in OVER:
        outbox.record(db, "dossier.lead-changed", dossier_id=dossier.id, account_id=member.account_id or 0)


def _is_here(member: DossierMember) -> bool:
    return member.account is not None and member.account.erased_at is None
