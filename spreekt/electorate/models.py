"""Polls and rights. A right and a ballot share no key, no order and no time finer than a day."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of


class Channel(StrEnum):
    """The doors to one right."""

    WEB = "web"
    LETTER = "brief"
    DESK = "loket"
    PAPER = "papier"


def is_open(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """From the opening second up to, not including, the closing second."""
    return opens_at <= now < closes_at


class Poll(Identified, Base):
    """Something residents vote on once: when, and who may. The module keeps what it is about."""

    __tablename__ = "polls"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "dates_in_order"),
        CheckConstraint("minimum_age BETWEEN 0 AND 120", "minimum_age"),
        CheckConstraint("maximum_age BETWEEN minimum_age AND 120", "maximum_age"),
    )

    module: Mapped[str] = mapped_column(String(40))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minimum_age: Mapped[int]
    maximum_age: Mapped[int | None]
    """The last age with which one may vote, as in a youth budget; empty: no limit."""
    age_on: Mapped[date]
    """The day on which somebody must have these ages."""
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    """Only residents of this area; empty: of the whole city."""

    def is_open(self, now: datetime) -> bool:
        return is_open(self.opens_at, self.closes_at, now)

    def is_over(self, now: datetime) -> bool:
        return now >= self.closes_at


class UsedRight(Base):
    """One resident's right in one poll, used. The row must not be there twice; that is what counts.

    `voter_key` is made per poll, so that two polls cannot be laid side by side.
    """

    __tablename__ = "used_rights"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="RESTRICT"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
