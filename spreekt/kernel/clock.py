"""What time it is. One clock for pages, and the database's own for whatever counts to the second."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, String, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from spreekt.kernel.errors import N_, Invalid

BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""What is written outside these is a slip of the pen, and at the ends of the calendar nothing can be reckoned."""


class NoSuchHour(Invalid):
    """The clock jumps over this hour when summer time begins."""

    says = N_("Dit uur bestaat niet: die nacht springt de klok van 2 naar 3 uur. Kies een ander uur.")


class NoSuchYear(Invalid):
    """A year in which nothing here happens."""

    says = N_("Kijk het jaartal na: kies een jaar van 1900 tot 2200.")


class HourComesTwice(Invalid):
    """The clock shows this hour twice when summer time ends."""

    says = N_("Dit uur komt die nacht twee keer: de klok gaat terug. Kies een uur voor 2 uur of vanaf 3 uur.")


def on_the_clock(written: datetime) -> datetime:
    """The one moment that a clock in Brussels shows as this day and hour (without zone).

    Raises NoSuchHour in the hour that summer time skips, HourComesTwice in the one that winter time repeats,
    NoSuchYear far from now.
    """
    if not FIRST_YEAR <= written.year <= LAST_YEAR:
        raise NoSuchYear
    early, late = (written.replace(tzinfo=BRUSSELS, fold=fold) for fold in (0, 1))
    if early.astimezone(UTC).astimezone(BRUSSELS).replace(tzinfo=None) != written:
        raise NoSuchHour
    if early.utcoffset() != late.utcoffset():
        raise HourComesTwice
    return early.astimezone(UTC)


def last_day(ends_at: datetime) -> date:
    """The day in Brussels on which a period ends: for one that ends at midnight, the day before."""
    return (ends_at - timedelta(microseconds=1)).astimezone(BRUSSELS).date()


def end_of_day(moment: datetime, *, days: int) -> datetime:
    """The midnight after the day that comes so many `days` later, in UTC: what is due on a day may come all day."""
    on = moment.astimezone(BRUSSELS).date() + timedelta(days=days + 1)
    return datetime.combine(on, time(), BRUSSELS).astimezone(UTC)


class _ToldMoment(TypeDecorator[datetime]):
    """A moment as each database tells it; here it is aware and in UTC."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value.astimezone(UTC)


class DatabaseClock(FunctionElement[datetime]):
    """The database's clock as a column, for a statement that asks more than the time; `Clock.told` reads it."""

    type = _ToldMoment()
    inherit_cache = True


@compiles(DatabaseClock, "sqlite")
def _on_sqlite(*_: object, **__: object) -> str:
    return "strftime('%Y-%m-%dT%H:%M:%f', 'now')"


@compiles(DatabaseClock, "postgresql")
def _on_postgresql(*_: object, **__: object) -> str:
    return "clock_timestamp()"


_ASK_DATABASE = select(DatabaseClock())


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time, moved by `shift` in a demo city, or standing still at `fixed` in tests."""

    shift: timedelta = timedelta()
    fixed: datetime | None = None

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return self.fixed or datetime.now(UTC) + self.shift

    def database_now(self, db: Session) -> datetime:
        """This moment by the database's clock, which all server processes share.

        Decides whether a vote came in time, so it must be asked inside the transaction that stores the vote.
        """
        return self.fixed or self.told(db.execute(_ASK_DATABASE).scalar_one())

    def told(self, moment: datetime) -> datetime:
        """What this clock says at a moment that the database told (DatabaseClock)."""
        return self.fixed or moment + self.shift
