"""Putting rows into a database: emptying it first where asked, all in the caller's transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import DDL, Connection, Table, and_, delete, exists, func, insert, inspect, literal_column, select, text
from sqlalchemy import table as bare_table
from sqlalchemy.schema import ForeignKeyConstraint

from spreekt.keeping import refusals
from spreekt.keeping.backup import Tell, number_columns
from spreekt.keeping.contents import Line, TableBegins
from spreekt.keeping.tables import NOT_STATE, from_line, readers

AT_A_TIME = 200


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing that could be lost: no tables, or no rows in them."""
    names = set(inspect(connection).get_table_names()) - NOT_STATE
    return not any(
        connection.execute(select(literal_column("1")).select_from(bare_table(name)).limit(1)).first() for name in names
    )


@contextmanager
def loading(connection: Connection, tables: list[Table], *, empty_first: bool) -> Iterator[None]:
    """Inside, rows may come in any order within a table; on the way out the database checks every reference.

    The log refuses to be changed, so its guard stands aside while the log is replaced whole, and is back before the
    transaction ends.
    """
    if connection.dialect.name == "postgresql":
        with _on_postgresql(connection, tables, empty_first=empty_first):
            yield
    else:
        with _on_sqlite(connection, tables, empty_first=empty_first):
            yield


@contextmanager
def _on_postgresql(connection: Connection, tables: list[Table], *, empty_first: bool) -> Iterator[None]:
    name = connection.dialect.identifier_preparer
    if empty_first:
        # Truncating waits for every transaction that has read one of these tables: no vote that began before a restore
        # is stored after it.
        connection.execute(text("ALTER TABLE log_entries DISABLE TRIGGER USER"))
        names = ", ".join(name.format_table(table) for table in tables)
        _run(connection, "TRUNCATE %(names)s", names=names)
        connection.execute(text("ALTER TABLE log_entries ENABLE TRIGGER USER"))
    own = [
        {"own": name.format_table(table), "key": name.format_constraint(key) or ""}
        for table in tables
        for key in _to_itself(table)
    ]
    for words in own:
        _run(connection, "ALTER TABLE %(own)s ALTER CONSTRAINT %(key)s DEFERRABLE INITIALLY DEFERRED", **words)
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for words in own:
        _run(connection, "ALTER TABLE %(own)s ALTER CONSTRAINT %(key)s NOT DEFERRABLE", **words)


@contextmanager
def _on_sqlite(connection: Connection, tables: list[Table], *, empty_first: bool) -> Iterator[None]:
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    if empty_first:
        guards = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for guard in guards:
            quoted = connection.dialect.identifier_preparer.quote(guard.name)
            _run(connection, "DROP TRIGGER %(name)s", name=quoted)
        for table in reversed(tables):
            _empty(connection, table)
        for guard in guards:
            connection.exec_driver_sql(guard.sql)
    yield
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise refusals.Damaged("a row points at one that is not there")
    connection.execute(text("PRAGMA defer_foreign_keys = OFF"))


def _empty(connection: Connection, table: Table) -> None:
    """Rows of a table that points at itself go from the last one back: RESTRICT does not wait."""
    for key in _to_itself(table):
        child = table.alias()
        points = and_(*(child.c[each.parent.name] == each.column for each in key.elements))
        while connection.execute(delete(table).where(~exists().where(points))).rowcount:
            continue
    connection.execute(delete(table))


def _run(connection: Connection, statement: str, **names: str) -> None:
    """A statement about the tables themselves; the names are quoted by the database's own rules."""
    connection.execute(DDL(statement, context=names))  # type: ignore[no-untyped-call]


def _to_itself(table: Table) -> list[ForeignKeyConstraint]:
    return [key for key in table.foreign_key_constraints if key.referred_table is table]


class Putter:
    """Inserts rows as they come by, a heap at a time."""

    def __init__(self, connection: Connection, tables: list[Table]) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in tables}
        self._heap: list[dict[str, Any]] = []

    def begin(self, part: TableBegins) -> None:
        """The rows that follow are of this table."""
        self.finish()
        if part.name not in self._tables:
            raise refusals.StrangeTable(part.name)
        self._table, self._names, self._number = self._tables[part.name], part.columns, 0
        self._readers = readers(self._table, self._names)

    def line(self, line: Line, tell: Tell) -> None:
        self._heap.append(from_line(line.text, self._names, self._readers))
        self._number += 1
        if len(self._heap) >= AT_A_TIME:
            tell(f"Rows of {self._table.name}: {self._number}")
            self.finish()

    def finish(self) -> None:
        """What is left of the heap."""
        if self._heap:
            self._connection.execute(insert(self._table), self._heap)
            self._heap = []


def must_hold(connection: Connection, tables: list[Table], expected: Mapping[str, int]) -> None:
    """Count once more, in the database. Raises Damaged."""
    for table in tables:
        if connection.scalar(select(func.count()).select_from(table)) != expected.get(table.name, 0):
            raise refusals.Damaged(f"not every row of {table.name} arrived")


def set_sequences(connection: Connection, tables: list[Table], last: Mapping[str, int]) -> None:
    """The next row gets a number that was never given out. SQLite follows from the rows by itself."""
    if connection.dialect.name != "postgresql":
        return
    by_name = {table.name: table for table in tables}
    for name, column in number_columns(tables):
        sequence = connection.scalar(select(func.pg_get_serial_sequence(name, column)))
        highest = connection.scalar(select(func.max(by_name[name].c[column]))) or 0
        reached = max(highest, last.get(name, 0))
        if sequence is not None:
            connection.execute(select(func.setval(sequence, max(reached, 1), reached > 0)))
