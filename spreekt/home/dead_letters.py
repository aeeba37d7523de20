"""What could not be delivered, tried again on somebody's word. Delivering itself is the worker's."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.identity.permissions import ADMINISTER
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.outbox import Message
from spreekt.module import Work


def retry_all(db: Session, ids: Collection[int] | None, *, by: Actor, reason: str, now: datetime) -> int:
    """Give dead messages a new life: these, or all of them when `ids` is None. Gives how many; each act is logged."""
    dead = select(Message).where(Message.dead_at.is_not(None)).order_by(Message.id)
    messages = db.scalars(dead if ids is None else dead.where(Message.id.in_(ids))).all()
    for message in messages:
        outbox.retry(message, now=now)
        if ids is not None:
            audit.record(db, by=by, act="message.retry", subject=f"message:{message.id}", reason=reason)
    if ids is None and messages:
        last = f"messages:{messages[0].id}-{messages[-1].id}"
        audit.record(db, by=by, act="message.retry-all", subject=last, reason=reason)
    if messages:
        db.info["outbox_has_news"] = True
    return len(messages)


def work(db: Session, who: Actor, _now: datetime) -> Sequence[Work]:
    """The heap of failed messages, for who may see it."""
    if not ADMINISTER.allows(who):
        return ()
    count, oldest = db.execute(
        select(func.count(Message.id), func.min(Message.dead_at)).where(Message.dead_at.is_not(None))
    ).one()
    return (Work(_("mislukte berichten"), count, "/beheer/berichten", overdue=count, oldest_at=oldest),)
