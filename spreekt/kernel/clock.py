"""What time it is. One clock for pages, and the database's own for whatever counts to the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

BRUSSELS = ZoneInfo("Europe/Brussels")


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
