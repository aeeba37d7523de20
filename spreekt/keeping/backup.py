"""Making a backup: one consistent look at the whole database, then the uploads, into one sealed file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, func, select

from spreekt import VERSION
from spreekt.keeping import refusals
from spreekt.keeping.contents import ContentsWriter, Manifest
from spreekt.keeping.sealed_file import LARGEST, new_file
from spreekt.keeping.tables import every_table, rows_in_order, to_line
from spreekt.kernel.clock import Clock, DatabaseClock
from spreekt.kernel.vault import Vault
from spreekt.web.engine import READ_ONLY
from spreekt.web.migrate import configuration

AT_A_TIME = 200
"""Rows that are in memory at once; few, because some hold a document."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds."""

    at: str
    revision: str
    bytes: int
    rows: int
    uploads: int


def back_up(
    path: Path, engine: Engine, vault: Vault, clock: Clock, *, city: str, uploads: Path, tell: Tell,
    at_a_time: int = AT_A_TIME,
) -> Made:  # fmt: skip
    """Write everything but the keys to a new file. Raises FileIsThere, UnknownRevision."""
    with new_file(path) as file:
        contents = ContentsWriter(file, vault)
        with one_look(engine) as connection:
            tables = every_table(connection)
            manifest = _manifest(connection, clock, tables, city)
            contents.manifest(manifest)
            for table in tables:
                _write_rows(contents, connection, table, at_a_time, tell)
        _write_uploads(contents, uploads, tell)
        contents.trailer()
    rows = sum(each.count for each in contents.tables.values())
    return Made(manifest.at, manifest.revision, path.stat().st_size, rows, contents.uploads.count)


@contextmanager
def one_look(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nothing changes, and which keeps nobody from writing meanwhile."""
    token = READ_ONLY.set(True)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
    finally:
        READ_ONLY.reset(token)


def revision_of(connection: Connection) -> str:
    """The Alembic revision of this database; empty when it has none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(engine: Engine, revision: str) -> bool:
    """Whether this code has the migration that leads there."""
    every = ScriptDirectory.from_config(configuration(engine)).walk_revisions()
    return revision in {step.revision for step in every}


def moment_of(connection: Connection, clock: Clock) -> datetime:
    """What time it is by the clock of this database."""
    return clock.told(connection.execute(select(DatabaseClock())).scalar_one())


def number_columns(tables: list[Table]) -> Iterator[tuple[str, str]]:
    """Tables whose only key is a whole number that the database may count by itself."""
    for table in tables:
        keys = list(table.primary_key.columns)
        if len(keys) == 1 and keys[0].type.python_type is int:
            yield table.name, keys[0].name


def _manifest(connection: Connection, clock: Clock, tables: list[Table], city: str) -> Manifest:
    revision = revision_of(connection)
    if not is_known(connection.engine, revision):
        raise refusals.UnknownRevision
    at = moment_of(connection, clock).isoformat()
    return Manifest(VERSION, revision, at, city, _sequences(connection, tables))


def _sequences(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """So that a number which was given out once, to a row that is gone, is not given out again."""
    if connection.dialect.name != "postgresql":
        return {}
    last = {
        name: connection.scalar(select(func.pg_sequence_last_value(func.pg_get_serial_sequence(name, column))))
        for name, column in number_columns(tables)
    }
    return {name: number for name, number in last.items() if number is not None}


def _write_rows(contents: ContentsWriter, connection: Connection, table: Table, at_a_time: int, tell: Tell) -> None:
    contents.table(table.name, tuple(column.name for column in table.columns))
    query = rows_in_order(table, connection.dialect.name).execution_options(yield_per=at_a_time)
    for heap in connection.execute(query).partitions():
        tell(f"Rows of {table.name}: {contents.tables[table.name].count + len(heap)}")
        for row in heap:
            contents.line(to_line(row))


def _write_uploads(contents: ContentsWriter, folder: Path, tell: Tell) -> None:
    """Every file that is whole. One that is removed meanwhile was thrown away by its owner, so it is left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix == ".part":
            continue
        name = path.relative_to(folder).as_posix()
        tell(f"Upload {contents.uploads.count + 1}: {name}")
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            contents.upload(name, path.stat().st_size)
            while block := file.read(LARGEST // 2):
                contents.upload_bytes(block)
