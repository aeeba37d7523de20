"""The ground under every model: base class, names of constraints, moments in UTC, checked enumerations."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the platform."""

    metadata = MetaData(naming_convention=NAMES)


class Identified:
    """A plain integer id. Ballots must not have one: it would tell their order."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database. A naive one is refused: it means nothing here."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(values: type[StrEnum], name: str) -> Enum:
    """A text column that the database itself holds to these values, under CHECK constraint `name`."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda kind: [member.value for member in kind],
    )


def utc_now() -> datetime:
    """Real time for the plumbing (delivery, locks). Rules get their clock as a parameter instead."""
    return datetime.now(UTC)


Json = dict[str, Any]
