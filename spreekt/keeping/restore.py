"""Putting a backup back. The whole file is read and judged before a single row is written.

Rows, erasures and held votes come in one transaction, so that whatever fails leaves the database as it was. Only a
backup of an older revision takes two: its rows, then, after the migrations, the rest; nothing serves in between.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from alembic import command
from flask import Flask
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from spreekt.keeping import aftermath, erasures, loading, notes, refusals, votes
from spreekt.keeping.backup import Tell, is_known, moment_of, one_look, revision_of
from spreekt.keeping.contents import Line, Manifest, TableBegins, UploadBegins, UploadBytes, parts
from spreekt.keeping.tables import every_table, from_line
from spreekt.keeping.uploads import Uploads
from spreekt.web.context import Services
from spreekt.web.migrate import configuration, migrate, pending
from spreekt.web.transaction import transaction

SOME = 1000
"""So many rows and whoever waits hears of it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator asked for."""

    replace: bool = False
    hold_votes: str = ""
    """The public reason; empty: a restore that would roll votes back is refused."""
    erasures: Sequence[Path] = ()


@dataclass(slots=True)
class Survey:
    """What one reading of the whole file tells."""

    manifest: Manifest
    seen: votes.Seen
    rows: Counter[str] = field(default_factory=Counter)
    uploads: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    made_at: str
    rows: int
    uploads: int
    erased_again: int
    held: tuple[str, ...]
    mails_given_up: int
    unreadable: tuple[str, ...]


def restore(file: BinaryIO, app: Flask, wishes: Wishes, *, tell: Tell) -> Restored:
    """Put everything back. Raises a Refusal, and then nothing was changed unless its words say so."""
    services: Services = app.extensions["spreekt"]
    engine, instance = services.engine, Path(services.settings.INSTANCE)
    journals = erasures.read([path for path in (instance / erasures.JOURNAL, *wishes.erasures) if path.exists()])
    survey = look_over(file, services, tell)
    empty = _judge_target(engine, survey.manifest, replace=wishes.replace)
    at_risk = _judge_votes(services, survey, wishes, empty=empty)
    was_unfinished = notes.begin_restore(instance)
    uploads = Uploads(services.settings.uploads)
    is_loaded = False
    try:
        if empty:
            _bring_to(engine, survey.manifest.revision)
        is_head = not pending(engine)
        finish = _finisher(app, wishes, at_risk, journals, survey)
        with transaction(services.sessions) as db:
            connection = db.connection()
            erased = {} if empty else erasures.in_database(connection)
            _load(file, connection, services, survey, uploads, empty=empty, tell=tell)
            if is_head:
                done = finish(db, erased)
            is_loaded = True  # should the commit itself fail, nobody knows what became of it
        if not is_head:
            tell("Migrating")
            migrate(engine, force=True)
            with transaction(services.sessions) as db:
                done = finish(db, erased)
    except BaseException as error:
        if not is_loaded:
            uploads.undo()
            if not was_unfinished:
                notes.end_restore(instance)
            raise (refusals.Busy() if _is_locked(error) else error) from None
        raise refusals.Unfinished(type(error).__name__) from error
    uploads.keep()
    notes.end_restore(instance)
    return done


def _is_locked(error: BaseException) -> bool:
    """Somebody else holds the database: PostgreSQL and SQLite both say so with this word."""
    return isinstance(error, OperationalError) and "lock" in str(error.orig)


def look_over(file: BinaryIO, services: Services, tell: Tell) -> Survey:
    """Read everything once, checking every piece and hash. Raises NotABackup, OtherKey, Damaged and their like."""
    survey: Survey | None = None
    table = TableBegins("", ())
    for part in parts(file, services.vault):
        match part:
            case Manifest():
                if not is_known(services.engine, part.revision):
                    raise refusals.NewerRevision(part.revision, part.version)
                survey = Survey(part, votes.Seen(services.modules))
                wanted = survey.seen.wanted
            case TableBegins():
                table = part
            case Line() if survey is not None:
                survey.rows[table.name] += 1
                if survey.rows[table.name] % SOME == 1:
                    tell(f"Checking {table.name}: {survey.rows[table.name]} rows")
                if table.name in wanted:
                    as_it_is: list[Callable[[object], object]] = [lambda value: value] * len(table.columns)
                    survey.seen.row(table.name, from_line(part.text, table.columns, as_it_is))
            case UploadBegins() if survey is not None:
                survey.uploads += 1
    if survey is None:
        raise refusals.Damaged("it has no manifest")
    return survey


def _judge_target(engine: Engine, manifest: Manifest, *, replace: bool) -> bool:
    """Whether the database is empty. Raises NotEmpty, OtherRevision."""
    with one_look(engine) as connection:
        if loading.is_empty(connection):
            return True
        here = revision_of(connection)
    if not replace:
        raise refusals.NotEmpty
    if here != manifest.revision:
        raise refusals.OtherRevision(here, manifest.revision)
    return False


def _judge_votes(services: Services, survey: Survey, wishes: Wishes, *, empty: bool) -> list[votes.AtRisk]:
    """The votes that this backup would roll back. Raises VotesRollBack unless they are to be held."""
    with one_look(services.engine) as connection:
        now = moment_of(connection, services.clock)
        here: Mapping[int, int] | None = None if empty else votes.rights_used(connection)
    at_risk = survey.seen.at_risk(backed_up_at=datetime.fromisoformat(survey.manifest.at), now=now)
    if at_risk and not wishes.hold_votes.strip():
        raise refusals.VotesRollBack([
            vote.line(None if here is None else here.get(vote.poll_id, 0)) for vote in at_risk
        ])  # fmt: skip
    return at_risk


def _bring_to(engine: Engine, revision: str) -> None:
    """An empty database in the form that the backup has."""
    with one_look(engine) as connection:
        here = revision_of(connection)
    if here > revision:  # revisions are numbered
        command.downgrade(configuration(engine), revision)
    elif here != revision:
        command.upgrade(configuration(engine), revision)


def _load(
    file: BinaryIO, connection: Connection, services: Services, survey: Survey, uploads: Uploads, *, empty: bool,
    tell: Tell,
) -> None:  # fmt: skip
    tables = every_table(connection)
    with loading.loading(connection, tables, empty_first=not empty):
        put = loading.Putter(connection, tables)
        for part in parts(file, services.vault):
            match part:
                case TableBegins():
                    put.begin(part)
                case Line():
                    put.line(part, tell)
                case UploadBegins():
                    uploads.begin(part)
                case UploadBytes():
                    uploads.write(part)
        put.finish()
        uploads.finish()
    loading.must_hold(connection, tables, survey.rows)
    loading.set_sequences(connection, tables, survey.manifest.sequences)


def _finisher(
    app: Flask, wishes: Wishes, at_risk: list[votes.AtRisk], journals: erasures.Read, survey: Survey
) -> Callable[[Session, Mapping[int, datetime]], Restored]:
    """What follows the rows, once the tables are in the newest form."""
    services: Services = app.extensions["spreekt"]

    def finish(db: Session, erased_here: Mapping[int, datetime]) -> Restored:
        with app.test_request_context("/", base_url=services.settings.PUBLIC_URL):
            now = services.clock.database_now(db)
            everyone = {**journals.at}
            for account_id, at in erased_here.items():
                everyone[account_id] = max(at, everyone.get(account_id, at))
            number = erasures.erase_again(db, services.modules, everyone, now=now)
            votes.hold(db, at_risk, wishes.hold_votes.strip(), now=now)
            given_up = aftermath.settle(db, services.modules, made_at=survey.manifest.at, now=now)
        return Restored(
            made_at=survey.manifest.at, rows=sum(survey.rows.values()), uploads=survey.uploads, erased_again=number,
            held=tuple(vote.title for vote in at_risk), mails_given_up=given_up,
            unreadable=tuple(journals.unreadable),
        )  # fmt: skip

    return finish
