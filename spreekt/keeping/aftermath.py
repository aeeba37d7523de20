"""What must not simply go on after a restore: sessions, links that work once, mails that were about to leave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from spreekt.identity.models import SignInLink, SignInSession
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.outbox import Message
from spreekt.module import Module

GIVEN_UP = "Restored"
"""What staff see as the reason beside a mail that was given up."""


def settle(db: Session, modules: Sequence[Module], *, made_at: str, now: datetime) -> int:
    """End sessions and links, give up waiting mails, log the restore; returns how many mails were given up.

    A mail that waited when the backup was made left minutes later, as far as anybody knows: it is not sent again by
    itself but stands with the messages that failed, where staff send it with one press. What waits for the house
    itself runs again, since whatever it did is gone; running twice does no harm.
    """
    db.execute(delete(SignInSession))
    unused = (SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    db.execute(update(SignInLink).where(*unused).values(expires_at=now))  # it may have been used since
    topics = {topic for module in modules for topic in module.mails}
    waiting = update(Message).where(Message.next_attempt_at.is_not(None), Message.topic.in_(topics))
    given_up = db.execute(
        waiting.values(dead_at=now, next_attempt_at=None, last_error=GIVEN_UP).returning(Message.id)
    ).all()
    for module in modules:
        if module.restored is not None:
            module.restored(db)
    audit.record(db, by=SYSTEM, act="backup.restored", subject=f"backup:{made_at}")
    return len(given_up)
