"""Notices in somebody's inbox and how they want to be told. Links and short words; nothing sensitive."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of


class Frequency(StrEnum):
    """How often somebody wants mail. What they must know (a decision on their own text) is always in the inbox."""

    AT_ONCE = "meteen"
    DAILY = "dagelijks"
    WEEKLY = "wekelijks"
    NEVER = "nooit"


class Notice(Identified, Base):
    """One thing somebody is told, once per outbox message."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("account_id", "message_id", "kind"),
        Index("ix_notices_account_id_id", "account_id", "id"),
        Index("ix_notices_mail_due", "mail_due"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    message_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_due: Mapped[bool] = mapped_column(default=False)
    """True while it waits for a digest."""


class Preference(Base):
    """How somebody wants to be told. No row: at once."""

    __tablename__ = "notice_preferences"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(one_of(Frequency, "frequency"), default=Frequency.AT_ONCE)
    last_digest_on: Mapped[date | None]
