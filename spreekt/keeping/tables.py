"""The tables as the database itself has them, and their rows as lines of JSON that any database takes back.

Tables are read from the database and not from the models, so that a backup of an older revision can be loaded too.
"""

import base64
import json
import warnings
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    Time,
    collate,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import TypeDecorator

NOT_STATE = frozenset({"alembic_version"})
"""The revision travels in the manifest."""


class JsonText(TypeDecorator[str]):
    """A JSON column as the text that stands in it, so that no NULL, order or number in it changes on the way."""

    impl = Text
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return sql_cast(bindvalue, JSON())

    def column_expression(self, column: Any) -> Any:
        return sql_cast(column, Text())


def every_table(connection: Connection) -> list[Table]:
    """All tables but the revision's, those that others point at first; JSON in them is plain text."""
    found = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of indexes that cannot be read; rows do not need them
        found.reflect(connection)
    raw: Any = JsonText() if connection.dialect.name == "postgresql" else Text()
    tables = [table for table in found.sorted_tables if table.name not in NOT_STATE]
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = raw
    return tables


def rows_in_order(table: Table, dialect: str) -> Select[Any]:
    """Every row, by primary key: the order in which rows were written must not leave with a backup.

    A used right and a ballot have random keys, so in this order nothing says who came when, nor which belong together.
    """
    by_bytes = "C" if dialect == "postgresql" else "BINARY"  # the same order everywhere
    return select(table).order_by(
        *(collate(key, by_bytes) if isinstance(key.type, String) else key for key in table.primary_key.columns)
    )


def to_line(row: Sequence[Any]) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_written).encode() + b"\n"


def _written(value: object) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def readers(table: Table, names: Sequence[str]) -> list[Callable[[Any], Any]]:
    """How each value of a line becomes a value of its column again."""
    return [_reader(table.columns[name]) for name in names]


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kinds: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (DateTime, datetime.fromisoformat), (Date, date.fromisoformat), (Time, time.fromisoformat),
        (LargeBinary, base64.b64decode),
    )  # fmt: skip
    return next((read for kind, read in kinds if isinstance(column.type, kind)), lambda value: value)


def from_line(line: bytes, names: Sequence[str], read: Sequence[Callable[[Any], Any]]) -> dict[str, Any]:
    """A line as the row it was."""
    values = json.loads(line)
    return {
        name: None if value is None else reader(value) for name, value, reader in zip(names, values, read, strict=True)
    }
