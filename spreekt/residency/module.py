"""Living here as a plug: pages, the printing of letters, notices, work for staff, the register command."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from spreekt.identity import identity_cases
from spreekt.identity.permissions import DESK, KEEP_REGISTER
from spreekt.identity.residency_models import CaseState, CodeLetter, IdentityCase
from spreekt.kernel.actor import Actor
from spreekt.module import Module, Work
from spreekt.residency import desk_views, register_commands, register_views, subscribers, views


def work(db: Session, actor: Actor, _now: datetime) -> Sequence[Work]:
    """Cases for the register keeper, replacements for a second officer."""
    heaps = []
    if KEEP_REGISTER.allows(actor):
        heaps.append(Work("Zaken over verblijf", identity_cases.open_count(db), url_for("register.cases")))
    if DESK.allows(actor):
        waiting = select(func.count()).where(
            CodeLetter.asked_by_id.is_not(None), CodeLetter.approved_by_id.is_(None), CodeLetter.replaced_at.is_(None)
        )
        heaps.append(Work("Brieven voor een tweede collega", db.scalar(waiting) or 0, url_for("desk.overview")))
    return heaps


def erase(db: Session, account_id: int) -> None:
    """Nobody needs to decide on the residency of an account that is gone."""
    mine = (IdentityCase.account_id == account_id, IdentityCase.state == CaseState.OPEN)
    db.execute(delete(IdentityCase).where(*mine))


MODULE = Module(
    "residency",
    blueprints=(views.bp, desk_views.bp, register_views.bp),
    subscribers={
        "residency.letter": (subscribers.print_letter,),
        "residency.proven": (subscribers.tell_proven,),
        "residency.case-opened": (subscribers.tell_checking,),
        "residency.case-decided": (subscribers.tell_decided,),
    },
    commands=register_commands.register,
    work=work,
    erase=erase,
)
