"""What happens to a roll: files read in, movers, objections, and letters that are printed again. The roll is in models.

Every row here is about a referendum and a fingerprint under its own key; a name stands sealed in an objection only.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.referendum.models import Referendum

WAITING = "second_by_id IS NULL"


class RollImport(Identified, Base):
    """One roll file that was read in whole. The newest one made the roll; older ones tell what came before."""

    __tablename__ = "roll_imports"
    __table_args__ = (CheckConstraint("entries > 0", "entries"),)

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), index=True)
    file_sha256: Mapped[str] = mapped_column(String(64))
    entries: Mapped[int]
    roll_sha256: Mapped[str] = mapped_column(String(64))
    """Over the sorted voter keys: what two people agree on, and what is published."""
    reference_on: Mapped[date]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """Empty when it was read in by the command, on the server itself."""


class Change(StrEnum):
    """What a mover does to the roll."""

    ADD = "erbij"
    REMOVE = "eraf"


class RollChange(Identified, Base):
    """One resident put on or taken off the frozen roll: proposed by one person, in force once another confirms."""

    __tablename__ = "roll_changes"
    __table_args__ = (
        CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", "two_people"),
        CheckConstraint("(second_by_id IS NULL) = (second_at IS NULL)", "second_whole"),
        CheckConstraint("change <> 'erbij' OR (area_id IS NOT NULL AND birth_key IS NOT NULL)", "addition_whole"),
        Index(
            "uq_roll_changes_waiting",
            "referendum_id",
            "voter_key",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"))
    change: Mapped[Change] = mapped_column(one_of(Change, "change"))
    voter_key: Mapped[str] = mapped_column(String(64))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    birth_key: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    first_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def short_key(self) -> str:
        """Enough to talk about it, too little to look it up."""
        return self.voter_key[:8]


class ObjectionState(StrEnum):
    """How far an objection against the roll is."""

    NEW = "nieuw"
    UPHELD = "gegrond"
    DISMISSED = "ongegrond"


class RollObjection(Identified, Base):
    """Somebody says that the roll is wrong about them. Who and how to reach them is sealed, and wiped in the end."""

    __tablename__ = "roll_objections"
    __table_args__ = (
        CheckConstraint("(state = 'nieuw') = (decided_at IS NULL)", "decided_whole"),
        Index("ix_roll_objections_referendum_id_state", "referendum_id", "state"),
    )
    kind = "roll-objection"

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"))
    state: Mapped[ObjectionState] = mapped_column(one_of(ObjectionState, "state"), default=ObjectionState.NEW)
    sealed_who: Mapped[str] = mapped_column(Text)
    """Name, birth date, address, mail or telephone and words of their own; empty once wiped."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    """The day on which they have an answer at the latest."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(Text, default="")
    change_id: Mapped[int | None] = mapped_column(ForeignKey("roll_changes.id", ondelete="RESTRICT"))
    """The mover that mends it."""

    referendum: Mapped[Referendum] = relationship(lazy="joined", innerjoin=True)
    change: Mapped[RollChange | None] = relationship(lazy="joined")

    @property
    def change_waits(self) -> bool:
        """Upheld, but no second person confirmed it yet."""
        return self.change is not None and self.change.second_by_id is None


class LetterRequest(Identified, Base):
    """The same letter once more for one voter: one desk officer asked, another agreed or has yet to."""

    __tablename__ = "referendum_letter_requests"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> asked_by_id", "two_people"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", "approved_whole"),
        Index(
            "uq_referendum_letter_requests_waiting",
            "referendum_id",
            "voter_key",
            unique=True,
            sqlite_where=text("approved_by_id IS NULL"),
            postgresql_where=text("approved_by_id IS NULL"),
        ),
    )

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), index=True)
    voter_key: Mapped[str] = mapped_column(String(64))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def short_key(self) -> str:
        """Enough to talk about it, too little to look it up."""
        return self.voter_key[:8]
