"""A referendum whose backup was put back while it may lack ballots: it is suspended until two people resume it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.workflow import move
from spreekt.modules.referendum import incidents, two_people
from spreekt.modules.referendum.audit_pack import archive_of
from spreekt.modules.referendum.life import LIFE
from spreekt.modules.referendum.models import Act, Referendum, State


def begin_archives_anew(db: Session) -> None:
    """The archive on disk may be ahead of a backup that was put back: it is made again, and the old one is kept."""
    for referendum in db.scalars(select(Referendum)):
        archive_of(referendum).set_aside()


def hold(db: Session, poll_id: int, reason: str, now: datetime) -> None:
    """Suspend it with this public reason. For the restore of a backup, in its transaction.

    One that two people had not opened yet in the backup stays shut until they do; then the log is where the reason is.
    What one person proposed before lapses: they did not know then that ballots may be missing.
    """
    referendum = db.scalars(select(Referendum).where(Referendum.poll_id == poll_id)).one()
    for act in two_people.waiting(db, referendum).keys() & {Act.OPEN, Act.SUSPEND, Act.RESUME}:
        two_people.withdraw(db, referendum, act, by=SYSTEM)
    if referendum.state is State.OPEN:
        move(db, LIFE, referendum, "suspend", by=SYSTEM, reason=reason)
        outbox.record(db, "referendum.suspend", referendum_id=referendum.id)
    else:
        subject = f"referendum:{referendum.id}"
        audit.record(db, by=SYSTEM, act="referendum.held", subject=subject, reason=reason)
    if referendum.state is State.SUSPENDED:
        referendum.public_reason = reason
        incidents.note(db, referendum, incidents.Kind.STOPPED, reason, now=now)
