"""Accounts, sessions, links, second factors and roles. Mail addresses are sealed; a keyed fingerprint finds them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.actor import Role
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of

ERASED_NAME = "oud-deelnemer"


class Account(Identified, Base):
    """One person who takes part, or one member of staff. Never deleted: erasing empties it."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("erased_at IS NULL OR (email_key IS NULL AND sealed_email = '')", "erased_is_empty"),
    )

    display_name: Mapped[str] = mapped_column(String(60))
    email_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    sealed_email: Mapped[str] = mapped_column(Text, default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    created_on: Mapped[date]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_flags: Mapped[str] = mapped_column(String(120), default="")
    sealed_totp: Mapped[str] = mapped_column(Text, default="")
    totp_last_step: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised by a new password, another role or disabling; sessions of an older epoch are dead."""
    version: Mapped[int] = mapped_column(default=1)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", foreign_keys="RoleGrant.account_id", order_by="RoleGrant.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def has_totp(self) -> bool:
        return bool(self.sealed_totp)

    @property
    def may_sign_in(self) -> bool:
        return self.confirmed_at is not None and self.disabled_at is None and self.erased_at is None


class RoleGrant(Identified, Base):
    """One role of one account, everywhere or only in an area or a module."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index("uq_role_grants_once", "account_id", "role", text("coalesce(area_id, 0)"), "module", unique=True),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    module: Mapped[str] = mapped_column(String(40), default="")
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])


class SignInSession(Base):
    """One device that is signed in. Only the hash of its cookie is kept."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index("ix_sign_in_sessions_account_id", "account_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    epoch: Mapped[int]
    device: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fresh_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def handle(self) -> str:
        """Names this session on its owner's page, without helping anybody to guess its cookie."""
        return self.token_hash[:16]


class LinkPurpose(StrEnum):
    """What a link in a mail does when its button is pressed."""

    SIGN_IN = "aanmelden"
    REGISTER = "registreren"
    MOVE = "verhuizen"


class SignInLink(Identified, Base):
    """A link in a mail that works once. It follows from `nonce` and the secret key, which is outside the database."""

    __tablename__ = "sign_in_links"
    __table_args__ = (
        CheckConstraint("(purpose = 'verhuizen') = (sealed_email <> '')", "only_a_move_has_an_address"),
        Index("ix_sign_in_links_account_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose, "purpose"))
    nonce: Mapped[str] = mapped_column(String(43))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_email: Mapped[str] = mapped_column(Text, default="")
    """The new address that a move is about; other links go to the account's own."""
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    """The browser in which a registration was typed: a password typed elsewhere is not believed."""
    next_path: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressQuestion(Identified, Base):
    """A mail address that somebody typed. What we know of it is looked up afterwards, away from the page.

    So the page does the same work for an address with an account and one without. Kept for one day.
    """

    __tablename__ = "address_questions"
    __table_args__ = (Index("ix_address_questions_created_at", "created_at"),)

    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose, "purpose"))
    sealed_email: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """Who wants to move to this address."""
    display_name: Mapped[str] = mapped_column(String(60), default="")
    name_flags: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    next_path: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Identified, Base):
    """One way in for staff who lost their phone; works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_account_id", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptCounter(Base):
    """How often something was tried in one window of time. The key is a fingerprint: it names nobody."""

    __tablename__ = "attempt_counters"
    __table_args__ = (Index("ix_attempt_counters_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
