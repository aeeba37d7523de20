"""Who erased their account, kept outside the database, so that a restored backup does not bring them back.

The journal holds an account's number and a moment, nothing else.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, column, select, table
from sqlalchemy.orm import Session

from spreekt.home import own_records
from spreekt.identity.models import Account
from spreekt.keeping.sealed_file import sync_folder
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor, Level
from spreekt.kernel.outbox import Message
from spreekt.module import Module
from spreekt.web.context import settings

JOURNAL = "erasures.jsonl"
AGAIN = "erased after the backup that was restored"


@dataclass(frozen=True, slots=True)
class Read:
    """What journals say: the last erasure of each account, and lines that nobody can read."""

    at: Mapping[int, datetime]
    unreadable: Sequence[str]


def write_down(db: Session, message: Message) -> None:
    """A line for an account that was erased. Running twice writes it twice, which says the same."""
    account = db.get_one(Account, int(message.payload["account_id"]))
    if account.erased_at is not None:
        append(Path(settings().INSTANCE) / JOURNAL, account.id, account.erased_at)


def append(journal: Path, account_id: int, at: datetime) -> None:
    """One line, on the disk before this returns. A line that a power cut broke off does not spoil the next."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    is_new = not journal.exists()
    line = json.dumps({"account_id": account_id, "at": at.astimezone(UTC).isoformat()}) + "\n"
    descriptor = os.open(journal, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, f"\n{line}".encode() if is_torn else line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(journal.parent)


def read(journals: Iterable[Path]) -> Read:
    """Every erasure in these files. A line that cannot be read is named, never passed over in silence."""
    found: dict[int, datetime] = {}
    unreadable = []
    for journal in journals:
        for number, line in enumerate(journal.read_text("utf-8", "replace").splitlines(), 1):
            try:
                entry = json.loads(line)
                account_id, at = int(entry["account_id"]), datetime.fromisoformat(entry["at"]).astimezone(UTC)
            except (ValueError, TypeError, KeyError):
                if line.strip():
                    unreadable.append(f"{journal}: line {number}")
                continue
            found[account_id] = max(at, found.get(account_id, at))
    return Read(found, unreadable)


def in_database(connection: Connection) -> dict[int, datetime]:
    """Accounts that are erased in a database that is about to be replaced, whatever its revision."""
    accounts = table("accounts", column("id", Account.id.type), column("erased_at", Account.erased_at.type))
    query = select(accounts.c.id, accounts.c.erased_at).where(accounts.c.erased_at.is_not(None))
    return {row.id: row.erased_at for row in connection.execute(query)}


def erase_again(db: Session, modules: Sequence[Module], erased: Mapping[int, datetime], *, now: datetime) -> int:
    """Do for each account what its owner did on the page; returns for how many. Running twice erases nobody twice.

    A number can belong to somebody else since an older restore: who confirmed their address later than the erasure
    is not the one who erased.
    """
    number = 0
    for account_id, at in sorted(erased.items()):
        account = db.get(Account, account_id)
        if account is None or account.erased_at is not None or account.created_on > at.date():
            continue
        if account.confirmed_at is not None and account.confirmed_at > at:
            continue
        _take_roles(db, account)
        own_records.erase(db, modules, account, by=Actor(id=account.id, level=Level.CONFIRMED), now=now)
        number += 1
    return number


def _take_roles(db: Session, account: Account) -> None:
    """Nobody can erase an account that has a role, so these were taken before; the backup still has them."""
    for grant in list(account.grants):
        subject = f"account:{account.id} role:{grant.role.value}"
        db.delete(grant)
        audit.record(db, by=SYSTEM, act="role.taken", subject=subject, reason=AGAIN, about_account_id=account.id)
    db.flush()
    db.refresh(account)
