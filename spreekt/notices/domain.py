"""Telling people: a notice in the inbox, and a mail when they want it. Running twice tells once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel import outbox
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.outbox import Message
from spreekt.kernel.storage import UtcDateTime
from spreekt.notices.models import Frequency, Notice, Preference

DIGEST_HOUR = 7
MOST_DIGESTS = 500
"""In one sweep; the next sweep takes the rest."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody is told: a title, a few lines, and a link with the words on its button."""

    title: str
    text: str
    url: str
    action: str


def tell(db: Session, message: Message, *, account_id: int | None, kind: str, words: Words, now: datetime) -> None:
    """Put a notice in somebody's inbox and have it mailed as they prefer; nothing when they were told already."""
    account = db.get(Account, account_id) if account_id is not None else None
    if account is None or account.erased_at is not None:
        return
    told = select(Notice.id).where(
        Notice.account_id == account.id, Notice.message_id == message.id, Notice.kind == kind
    )
    if db.scalar(told) is not None:
        return
    preference = db.get(Preference, account.id)
    frequency = preference.frequency if preference else Frequency.AT_ONCE
    notice = Notice(
        account_id=account.id,
        message_id=message.id,
        kind=kind,
        title=words.title[:200],
        text=words.text,
        url=words.url,
        action=words.action,
        created_at=now,
        mail_due=frequency in {Frequency.DAILY, Frequency.WEEKLY},
    )
    db.add(notice)
    db.flush()
    if frequency is Frequency.AT_ONCE:
        outbox.record(db, "notice.mail", notice_id=notice.id)


def mark_read(db: Session, account_id: int, *, now: datetime) -> None:
    """The inbox was opened."""
    db.execute(update(Notice).where(Notice.account_id == account_id, Notice.read_at.is_(None)).values(read_at=now))


def forget(db: Session, kind: str) -> None:
    """Delete every notice of one kind, whoever has it: what it says about people may no longer be known."""
    db.execute(delete(Notice).where(Notice.kind == kind).execution_options(synchronize_session=False))


def choose_frequency(db: Session, account_id: int, frequency: Frequency) -> None:
    """How often somebody wants mail, from now on. What waits for a digest goes out with the next one."""
    preference = db.get(Preference, account_id)
    if preference is None:
        preference = Preference(account_id=account_id)
        db.add(preference)
    preference.frequency = frequency
    if frequency is Frequency.NEVER:
        db.execute(update(Notice).where(Notice.account_id == account_id).values(mail_due=False))


def send_digests(db: Session, now: datetime) -> None:
    """Gather what waits for a digest: each day from 7 uur, or on Monday. Running it again the same day does nothing."""
    local = now.astimezone(BRUSSELS)
    if local.hour < DIGEST_HOUR:
        return
    wanted = [Frequency.DAILY, *([Frequency.WEEKLY] if local.weekday() == 0 else [])]
    due = db.execute(
        select(Notice.account_id, func.min(Notice.id), func.max(Notice.id))
        .join(Preference, Preference.account_id == Notice.account_id)
        .where(Notice.mail_due, Preference.frequency.in_(wanted))
        .where(or_(Preference.last_digest_on.is_(None), Preference.last_digest_on < local.date()))
        .group_by(Notice.account_id)
        .limit(MOST_DIGESTS)
    ).all()
    for account_id, first_id, last_id in due:
        outbox.record(db, "notice.digest", account_id=account_id, first_id=first_id, last_id=last_id)
    accounts = [account_id for account_id, _first, _last in due]
    db.execute(update(Preference).where(Preference.account_id.in_(accounts)).values(last_digest_on=local.date()))
    db.execute(update(Notice).where(Notice.account_id.in_(accounts), Notice.mail_due).values(mail_due=False))


def tell_all(db: Session, message: Message, accounts: Select[Any], *, kind: str, words: Words, now: datetime) -> None:
    """Tell everybody whose id the query gives, as `tell` does, in three statements however many they are."""
    chosen = func.coalesce(Preference.frequency, Frequency.AT_ONCE.value)
    rows = (
        select(
            Account.id, literal(message.id), literal(kind), literal(words.title[:200]), literal(words.text),
            literal(words.url), literal(words.action), literal(now, UtcDateTime),
            chosen.in_([Frequency.DAILY.value, Frequency.WEEKLY.value]),
        )
        .outerjoin(Preference, Preference.account_id == Account.id)
        .where(Account.id.in_(accounts), Account.erased_at.is_(None))
    )  # fmt: skip
    into = ["account_id", "message_id", "kind", "title", "text", "url", "action", "created_at", "mail_due"]
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = db.scalars(insert(Notice).from_select(into, rows).on_conflict_do_nothing().returning(Notice.id)).all()
    if not new:
        return
    at_once = (
        select(Notice.id)
        .outerjoin(Preference, Preference.account_id == Notice.account_id)
        .where(Notice.message_id == message.id, Notice.kind == kind, chosen == Frequency.AT_ONCE.value)
    )
    outbox.record_each(db, "notice.mail", "notice_id", sorted({*new} & {*db.scalars(at_once)}))
