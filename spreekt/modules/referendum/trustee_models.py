"""Who holds a key of a referendum and what they published of it. No secret of a trustee ever reaches these tables."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.referendum.ballot.ceremony import Step


class TrusteeSeat(Identified, Base):
    """One trustee: a place in the ceremony and a personal link, of which only a fingerprint is kept."""

    __tablename__ = "referendum_trustees"
    __table_args__ = (
        UniqueConstraint("referendum_id", "number"),
        CheckConstraint("number >= 1", "number"),
    )

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"))
    number: Mapped[int]
    """From 1, as partial decryptions name their owner."""
    name: Mapped[str] = mapped_column(String(120))
    """Name or office, as it stands in the minutes: public."""
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When this trustee said: my file and my paper are safe, and the control code is the same as theirs."""


class KeyPiece(Base):
    """What a trustee published in one step, byte for byte."""

    __tablename__ = "key_pieces"

    seat_id: Mapped[int] = mapped_column(ForeignKey("referendum_trustees.id", ondelete="RESTRICT"), primary_key=True)
    step: Mapped[Step] = mapped_column(one_of(Step, "step"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyComplaint(Identified, Base):
    """A trustee says that what another one gave is wrong: the making of the key stops."""

    __tablename__ = "key_complaints"
    __table_args__ = (UniqueConstraint("by_seat_id", "about_seat_id"),)

    by_seat_id: Mapped[int] = mapped_column(ForeignKey("referendum_trustees.id", ondelete="RESTRICT"))
    about_seat_id: Mapped[int] = mapped_column(ForeignKey("referendum_trustees.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rehearsal(Identified, Base):
    """A box with test ballots that every trustee opens with the key file or paper they will use on the day."""

    __tablename__ = "key_rehearsals"
    __table_args__ = (CheckConstraint("(passed_at IS NULL) = (subsets IS NULL)", "passed_whole"),)

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"))
    archive: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    board_hash: Mapped[str] = mapped_column(String(64))
    expected: Mapped[list[list[int]]] = mapped_column(JSON)
    """What was put in, per question and slot."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subsets: Mapped[int | None]
    """How many groups of just enough trustees opened it, each of them to what was put in."""


class RehearsalPart(Base):
    """What one trustee opened in a rehearsal."""

    __tablename__ = "key_rehearsal_parts"

    rehearsal_id: Mapped[int] = mapped_column(ForeignKey("key_rehearsals.id", ondelete="RESTRICT"), primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
