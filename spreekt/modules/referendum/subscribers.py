"""What follows when ballots appear on the board, and when a referendum moves on: owners of ballots are told."""

import json
from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.identity.residency_models import Residency
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import audit_pack, board
from spreekt.modules.referendum.models import Ballot, Referendum, RollEntry
from spreekt.modules.referendum.poll_keys import KeyDestroyed, key_of
from spreekt.notices.domain import Words, tell_all
from spreekt.web.context import city, now, vault

AT_ONCE = 500


def tell_owners(db: Session, message: Message) -> None:
    """Every resident with a ballot in this batch hears that one arrived, never what is in it.

    Told per batch and not per ballot, so that no mail says at which minute somebody voted. The last batch may be of
    fewer voters than the regulation's least: then nobody is told, for the notice would say whose ballots these are.
    """
    referendum = db.get(Referendum, message.payload["referendum_id"])
    batch = int(message.payload["batch"])
    if referendum is None or board.voters_in_batch(db, referendum, batch) < referendum.regulation.batch_least:
        return
    try:
        accounts = accounts_in_batch(db, vault(), referendum, batch)
    except KeyDestroyed:
        return
    words = Words(
        title=_("Er kwam een stem van jou aan: %(title)s", title=referendum.title),
        text=_(
            "Met de code uit jouw brief is gestemd. Wat er gestemd is, weet niemand. Was jij dat niet? Bel %(line)s.",
            line=city().help_line,
        ),
        url=url_for("referendum.bulletin", slug=referendum.slug),
        action=_("Zoek je volgcode op"),
    )
    for start in range(0, len(accounts), AT_ONCE):
        some = select(Account.id).where(Account.id.in_(accounts[start : start + AT_ONCE]))
        tell_all(db, message, some, kind=board.notice_kind(referendum), words=words, now=now())


def bring_up_archive(db: Session, message: Message) -> None:
    """The public file grows with the board, so that nobody waits for it when they download."""
    referendum = db.get(Referendum, message.payload["referendum_id"])
    if referendum is not None:
        audit_pack.archive_of(referendum).bring_up(db, referendum, now())


def accounts_in_batch(db: Session, vault: Vault, referendum: Referendum, batch: int) -> list[int]:
    """The accounts of residents with a ballot in a batch. Works only while the referendum's own key exists."""
    key = key_of(vault, referendum)
    voters: set[str] = set()
    for some in _in_parts([key.credential(public) for public in _credentials(db, referendum, batch)]):
        voters.update(
            db.scalars(
                select(RollEntry.voter_key).where(
                    RollEntry.referendum_id == referendum.id, RollEntry.credential_key.in_(some)
                )
            )
        )
    if not voters:
        return []
    people = db.execute(
        select(Residency.account_id, Residency.person_key)
        .where(Residency.ended_at.is_(None))
        .execution_options(yield_per=AT_ONCE)
    )
    return sorted(row.account_id for row in people if key.voter(row.person_key) in voters)


def _credentials(db: Session, referendum: Referendum, batch: int) -> Iterator[str]:
    bodies = db.scalars(
        select(Ballot.body)
        .where(Ballot.referendum_id == referendum.id, Ballot.batch == batch)
        .execution_options(yield_per=AT_ONCE)
    )
    for body in bodies:
        yield json.loads(body or "")["credential"]


def _in_parts(items: list[str]) -> Iterator[list[str]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
