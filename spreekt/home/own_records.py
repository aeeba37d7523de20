"""Everything the database holds about one account, found by its foreign keys: as a file for its owner, and to erase.

Ballots are not here: no key leads to them. Keys, hashes and sealed texts are left out; the seals' contents are added open.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from spreekt.identity.accounts import email_of
from spreekt.identity.models import ERASED_NAME, Account, RecoveryCode, RoleGrant, SignInLink, SignInSession
from spreekt.identity.residency_models import CodeLetter, Residency
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.storage import Base, Json
from spreekt.kernel.vault import Vault
from spreekt.moderation import domain as moderation
from spreekt.moderation.models import State, Submission
from spreekt.module import Module
from spreekt.notices.models import Notice, Preference

ABOUT_ME = frozenset({"account_id", "author_id", "reporter_id", "about_account_id"})
"""Columns that say whom a row is about; others, such as decided_by_id, say who did it for the city."""
NOT_READABLE = ("sealed_", "hash", "_key", "token", "password", "totp")


class HasARole(DomainError):
    """Staff cannot erase themselves: somebody must first take their roles."""

    says = N_("Je hebt nog een rol bij de stad. Vraag eerst aan de beheerder om die weg te nemen.")


def _subject_columns() -> Iterable[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            points_at = {key.column.table.name for key in column.foreign_keys}
            if column.name in ABOUT_ME and "accounts" in points_at:
                yield table, column


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _rows(db: Session, table: Table, column: Column[Any], values: Iterable[int]) -> list[Json]:
    shown = [each for each in table.columns if not any(part in each.name for part in NOT_READABLE)]
    rows = db.execute(select(*shown).where(column.in_(list(values))).limit(10_000)).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def own_file(db: Session, vault: Vault, modules: Iterable[Module], account: Account) -> Json:
    """All we hold about an account, by table, ready for JSON."""
    found: Json = {
        "account": {
            "naam": account.display_name,
            "e-mailadres": email_of(vault, account),
            "sinds": account.created_on.isoformat(),
            "bevestigd": _plain(account.confirmed_at),
        }
    }
    for table, column in _subject_columns():
        rows = _rows(db, table, column, [account.id])
        if rows:
            found.setdefault(table.name, []).extend(rows)
    own = [row["id"] for row in found.get("submissions", [])]
    for table in Base.metadata.sorted_tables:
        extends = table.columns.get("id")
        if own and extends is not None and any(key.column.table.name == "submissions" for key in extends.foreign_keys):
            rows = _rows(db, table, extends, own)
            if rows:
                found[table.name] = rows
    for module in modules:
        if module.export is not None:
            found[module.name] = dict(module.export(db, account.id))
    return found


def erase(db: Session, modules: Iterable[Module], account: Account, *, by: Actor, now: datetime) -> None:
    """Empty an account: what is public stays under "oud-deelnemer", what was not public goes, ballots cannot be found.

    Raises HasARole while the account still works for the city.
    """
    if account.grants:
        raise HasARole
    for module in modules:
        if module.erase is not None:
            module.erase(db, account.id)
    unfinished = {State.PENDING, State.CHANGES_ASKED}
    for submission in db.scalars(
        select(Submission).where(Submission.author_id == account.id, Submission.state.in_(unfinished))
    ):
        moderation.withdraw(db, submission, by=by, now=now)
    db.flush()
    drafts = select(Submission.id).where(Submission.author_id == account.id, Submission.state == State.DRAFT)
    for table in reversed(Base.metadata.sorted_tables):
        extends = table.columns.get("id")
        if extends is not None and any(key.column.table.name == "submissions" for key in extends.foreign_keys):
            db.execute(delete(table).where(extends.in_(drafts)))
    db.execute(delete(Submission.__table__).where(Submission.__table__.c.id.in_(drafts)))  # type: ignore[arg-type]
    for model in (Notice, Preference, SignInSession, SignInLink, RecoveryCode, CodeLetter, RoleGrant):
        db.execute(delete(model).where(model.account_id == account.id))
    db.execute(
        update(Residency).where(Residency.account_id == account.id, Residency.ended_at.is_(None)).values(ended_at=now)
    )
    account.display_name = ERASED_NAME
    account.email_key, account.sealed_email, account.password_hash, account.sealed_totp = None, "", "", ""
    account.name_flags = ""
    account.epoch += 1
    account.erased_at = now
    audit.record(db, by=by, act="account.erase", subject=f"account:{account.id}", about_account_id=account.id)
