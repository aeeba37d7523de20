"""Everything the database holds about one account, found by its foreign keys: as a file for its owner, and to erase.

Ballots are not here: no key leads to them. Keys, hashes and sealed texts are left out; the mail address is added open.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from spreekt.identity.accounts import email_of
from spreekt.identity.models import ERASED_NAME, Account
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.storage import Base, Json
from spreekt.kernel.vault import Vault
from spreekt.moderation import domain as moderation
from spreekt.moderation.models import Picture, Revision, State, Submission
from spreekt.module import Module

ABOUT_ME = frozenset({"account_id", "author_id", "reporter_id", "about_account_id"})
"""Columns that say whom a row is about."""
FOR_THE_CITY = frozenset(
    {
        "actor_id", "answered_by_id", "approved_by_id", "asked_by_id", "assignee_id", "checked_by_id", "closed_by_id",
        "confirmed_by_id", "counted_by_id", "decided_by_id", "drawn_by_id", "first_by_id", "frozen_by_id",
        "granted_by_id", "imported_by_id", "lift_asked_by_id", "paid_by_id", "prepared_by_id", "proposed_by_id",
        "published_by_id", "returned_by_id", "second_by_id",
    }
)  # fmt: skip
"""Columns that say who did something for the city: staff, whose names are not part of somebody else's file."""
OF_STAFF = frozenset({"reason", "subject", "flags", "name_flags"})
"""What staff wrote or noted for each other; it may be about somebody else too."""
NOT_READABLE = ("sealed_", "hash", "_key", "token", "nonce", "password", "totp")
STAYS = frozenset({"submissions", "log_entries"})
"""Rows that outlive their account: what others built on, and the log that nobody can change."""
EMPTIED_TITLE = N_("Gewist")
NOT_ONLINE = tuple(state for state in State if state is not State.PUBLISHED)


class HasARole(DomainError):
    """Staff cannot erase themselves: somebody must first take their roles."""

    says = N_("Je hebt nog een rol bij de stad. Vraag eerst aan de beheerder om die weg te nemen.")


def account_columns() -> Iterable[tuple[Table, Column[Any]]]:
    """Every column of every table that points at an account."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if "accounts" in {key.column.table.name for key in column.foreign_keys}:
                yield table, column


def _about_me() -> Iterable[tuple[Table, Column[Any]]]:
    return ((table, column) for table, column in account_columns() if column.name in ABOUT_ME)


def _of_submissions(name: str) -> Iterable[tuple[Table, Column[Any]]]:
    """Tables whose column `name` points at a submission: "id" for a module's own, "submission_id" for what hangs on."""
    for table in Base.metadata.sorted_tables:
        column = table.columns.get(name)
        if column is not None and any(key.column.table.name == "submissions" for key in column.foreign_keys):
            yield table, column


def _is_readable(column: Column[Any]) -> bool:
    return column.name not in FOR_THE_CITY | OF_STAFF and not any(part in column.name for part in NOT_READABLE)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _rows(db: Session, table: Table, column: Column[Any], values: Iterable[int]) -> list[Json]:
    shown = [each for each in table.columns if _is_readable(each)]
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
    for table, column in _about_me():
        rows = _rows(db, table, column, [account.id])
        if rows:
            found.setdefault(table.name, []).extend(rows)
    own = [row["id"] for row in found.get("submissions", [])]
    for table, column in (*_of_submissions("id"), *_of_submissions("submission_id")) if own else ():
        if column.name == "submission_id" and ABOUT_ME & set(table.columns.keys()):
            continue  # what others did with my texts, such as reporting them, is about them
        rows = _rows(db, table, column, own)
        if rows:
            found[table.name] = rows
    for module in modules:
        if module.export is not None:
            found[module.name] = dict(module.export(db, account.id))
    return found


def erase(db: Session, modules: Iterable[Module], account: Account, *, by: Actor, now: datetime) -> None:
    """Empty an account: what is online stays under "oud-deelnemer", the rest goes, ballots cannot be found.

    Raises HasARole while the account still works for the city.
    """
    if account.grants:
        raise HasARole
    for module in modules:
        if module.erase is not None:
            module.erase(db, account.id)
    _empty_what_is_not_online(db, account, by=by, now=now)
    for table, column in _about_me():
        if table.name in STAYS:
            continue
        mine = column == account.id
        if column.nullable:
            db.execute(update(table).where(mine).values({column: None}))
        else:
            db.execute(delete(table).where(mine))
    account.display_name = ERASED_NAME
    account.email_key, account.sealed_email, account.password_hash, account.sealed_totp = None, "", "", ""
    account.name_flags = ""
    account.epoch += 1
    account.erased_at = now
    outbox.record(db, "account.erased", account_id=account.id)
    audit.record(db, by=by, act="account.erase", subject=f"account:{account.id}", about_account_id=account.id)


def _empty_what_is_not_online(db: Session, account: Account, *, by: Actor, now: datetime) -> None:
    """Drafts vanish; what a moderator saw keeps its row, because decisions point at it, and loses its words."""
    mine = select(Submission).where(Submission.author_id == account.id)
    for submission in db.scalars(mine.where(Submission.state.in_((State.PENDING, State.CHANGES_ASKED)))):
        moderation.withdraw(db, submission, by=by, now=now)
    for submission in db.scalars(mine.where(Submission.state.in_(NOT_ONLINE), Submission.state != State.DRAFT)):
        moderation.write(submission, title=EMPTIED_TITLE, body="")
    db.flush()
    hidden = select(Submission.id).where(Submission.author_id == account.id, Submission.state.in_(NOT_ONLINE))
    for model in (Revision, Picture):
        db.execute(delete(model).where(model.submission_id.in_(hidden)))
    drafts = hidden.where(Submission.state == State.DRAFT)
    doomed = list(db.scalars(drafts))
    for table, column in reversed(list(_of_submissions("id"))):
        db.execute(delete(table).where(column.in_(doomed)))
    db.execute(delete(Submission).where(Submission.id.in_(doomed)).execution_options(synchronize_session=False))
