"""What time it is. One clock for pages, and the database's own for whatever counts to the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, Invalid

BRUSSELS = ZoneInfo("Europe/Brussels")


class NoSuchHour(Invalid):
    """The clock jumps over this hour when summer time begins."""

    says = N_("Dit uur bestaat niet: die nacht springt de klok van 2 naar 3 uur. Kies een ander uur.")


class HourComesTwice(Invalid):
    """The clock shows this hour twice when summer time ends."""

    says = N_("Dit uur komt die nacht twee keer: de klok gaat terug. Kies een uur voor 2 uur of vanaf 3 uur.")


def on_the_clock(written: datetime) -> datetime:
    """The one moment that a clock in Brussels shows as this day and hour (without zone).

    Raises NoSuchHour in the hour that summer time skips, HourComesTwice in the one that winter time repeats.
    """
    early, late = (written.replace(tzinfo=BRUSSELS, fold=fold) for fold in (0, 1))
    if early.astimezone(UTC).astimezone(BRUSSELS).replace(tzinfo=None) != written:
        raise NoSuchHour
    if early.utcoffset() != late.utcoffset():
        raise HourComesTwice
    return early.astimezone(UTC)


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
        if self.fixed is not None:
            return self.fixed
        if db.get_bind().dialect.name == "sqlite":
            written = db.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
            moment = datetime.fromisoformat(str(written)).replace(tzinfo=UTC)
        else:
            moment = db.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
        return moment + self.shift
