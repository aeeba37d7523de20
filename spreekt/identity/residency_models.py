"""What the population register told us, and which account is which resident. No number, no readable name."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of


class RegisterImport(Identified, Base):
    """One file from the city's population register, all of it or nothing."""

    __tablename__ = "register_imports"

    file_sha256: Mapped[str] = mapped_column(String(64))
    entries: Mapped[int]
    reference_on: Mapped[date]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))


class RegisterEntry(Base):
    """One resident as of the last import. `person_key` is the keyed fingerprint of the national number."""

    __tablename__ = "register_entries"
    __table_args__ = (
        Index("ix_register_entries_household_key", "household_key"),
        Index("ix_register_entries_born_on", "born_on"),
    )

    person_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    born_on: Mapped[date]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    household_key: Mapped[str] = mapped_column(String(64))
    """Keyed fingerprint of the address: equal for people who live together, and telling nothing else."""
    sealed_addressee: Mapped[str] = mapped_column(Text)
    """Name and postal address, sealed; opened only to print a letter or by the desk with the person present."""
    registered_since: Mapped[date]
    gone_on: Mapped[date | None]
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id", ondelete="RESTRICT"))

    def age_on(self, day: date) -> int:
        """Whole years on that day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


class ProofMethod(StrEnum):
    """How somebody showed that they live here."""

    LETTER = "brief"
    DESK = "loket"
    PROVIDER = "aanmelddienst"


class Residency(Identified, Base):
    """This account is that resident. At most one account a resident and one resident an account at a time."""

    __tablename__ = "residencies"
    __table_args__ = (
        Index("uq_residencies_account_id", "account_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("uq_residencies_person_key", "person_key", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    person_key: Mapped[str] = mapped_column(ForeignKey("register_entries.person_key", ondelete="RESTRICT"))
    method: Mapped[ProofMethod] = mapped_column(one_of(ProofMethod, "method"))
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[RegisterEntry] = relationship()
    account: Mapped[Account] = relationship()


LIVE_LETTER = "used_at IS NULL AND replaced_at IS NULL AND code_hash <> ''"


class CodeLetter(Identified, Base):
    """A letter with a code, sent to the address in the register. The code follows from the row and a key outside.

    `person_key` is empty when nobody in the register fits what was typed: such a letter behaves like any other,
    so that nothing tells who is in the register, but it is never printed and no code opens it.
    """

    __tablename__ = "code_letters"
    __table_args__ = (
        CheckConstraint("tries >= 0", "tries"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> asked_by_id", "two_people"),
        Index("ix_code_letters_account_id", "account_id"),
        Index("ix_code_letters_person_key", "person_key"),
        Index("uq_code_letters_live", "account_id", unique=True, sqlite_where=text(LIVE_LETTER),
              postgresql_where=text(LIVE_LETTER)),
    )  # fmt: skip

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    person_key: Mapped[str | None] = mapped_column(ForeignKey("register_entries.person_key", ondelete="RESTRICT"))
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    """Keyed hash of the code; empty while a replacement still waits for a second officer."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """The desk officer who asked for a replacement; empty when the resident did."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """The second officer, without whom a replacement is not printed."""

    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    @property
    def waits_for_second_officer(self) -> bool:
        return self.asked_by_id is not None and self.approved_by_id is None and self.replaced_at is None


class CaseState(StrEnum):
    """Where a case of two accounts for one resident stands."""

    OPEN = "open"
    KEPT = "behouden"
    MOVED = "verplaatst"


class IdentityCase(Identified, Base):
    """Somebody showed to be a resident who has an account already. Staff sort it out; neither is told of the other."""

    __tablename__ = "identity_cases"
    __table_args__ = (
        Index("uq_identity_cases_open", "account_id", "person_key", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )  # fmt: skip
    kind = "identity-case"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    person_key: Mapped[str] = mapped_column(ForeignKey("register_entries.person_key", ondelete="RESTRICT"))
    method: Mapped[ProofMethod] = mapped_column(one_of(ProofMethod, "method"))
    """How the newcomer showed to be that resident."""
    state: Mapped[CaseState] = mapped_column(one_of(CaseState, "state"), default=CaseState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(Text, default="")

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
