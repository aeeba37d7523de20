"""When the vote opens the list is fixed: until when a group can still act, and what happens to who is not on it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.clock import end_of_day
from spreekt.kernel.errors import N_, DomainError
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.dossiers.workflow import AWAITS_LIST, move
from spreekt.modules.burgerbudget.models import Round


class ListIsFixed(DomainError):
    """What a group sends now can no longer bring it on the list."""

    says = N_("De lijst van projecten ligt vast. Jullie kunnen voor deze ronde niets meer insturen.")


def due_after(dossier: Dossier, now: datetime, *, days: int) -> datetime:
    """The end of so many days, and never after the vote opens: what comes in then changes nothing."""
    return min(end_of_day(now, days=days), dossier.round.poll.opens_at)


def leave_out(db: Session, now: datetime) -> None:
    """Dossiers of rounds whose vote opened and that are not on the list end here; each group hears it once."""
    late = (
        select(Dossier)
        .join(Round, Round.id == Dossier.round_id)
        .join(Poll, Poll.id == Round.poll_id)
        .where(Dossier.stage.in_(AWAITS_LIST), Poll.opens_at <= now)
        .order_by(Dossier.id)
    )
    for dossier in db.scalars(late).all():
        move(db, dossier, "leave_out", by=SYSTEM)
        outbox.record(db, "dossier.left-out", dossier_id=dossier.id)
