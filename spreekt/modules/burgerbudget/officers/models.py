"""The counting officers of a round: who holds a key to the ballots, and whether it was given after the close."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, UtcDateTime


class CountingOfficer(Base):
    """One seat at the count. Only the public key is known here until the officer gives the other after the close."""

    __tablename__ = "counting_officers"
    __table_args__ = (
        UniqueConstraint("round_id", "account_id"),
        CheckConstraint("seat BETWEEN 1 AND 9", "seat"),
        CheckConstraint("proven_at IS NULL OR public_key <> ''", "proves_a_key"),
        CheckConstraint("(given_at IS NULL) OR proven_at IS NOT NULL", "gives_a_proven_key"),
        CheckConstraint("sealed_key = '' OR given_at IS NOT NULL", "key_was_given"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    public_key: Mapped[str] = mapped_column(String(64), default="")
    """X25519, hexadecimal."""
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the officer showed that the paper or file they keep opens what is sealed to it."""
    sealed_key: Mapped[str] = mapped_column(Text, default="")
    """The secret key, sealed, from the moment it is given until the result is published."""
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
