"""A dossier: what a group hands in for a round, the group itself, its costs, planning and attachments."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget.models import Round
from spreekt.territory.models import Area


class Stage(StrEnum):
    """Where a dossier stands."""

    DRAFT = "concept"
    INCOMPLETE = "groep-onvolledig"
    SUBMITTED = "ingediend"
    COMPLETION = "aan-te-vullen"
    INADMISSIBLE = "niet-ontvankelijk"
    ADMISSIBLE = "ontvankelijk"
    CHANGES = "haalbaar-mits"
    FEASIBLE = "haalbaar"
    NOT_FEASIBLE = "niet-haalbaar"
    ON_BALLOT = "op-de-lijst"
    LEFT_OUT = "niet-op-de-lijst"
    MERGED = "samengevoegd"
    WITHDRAWN = "ingetrokken"


GROUP_ACTS = frozenset({Stage.COMPLETION, Stage.CHANGES})
"""The city asked something of the group, by a day."""


class CostKind(StrEnum):
    """What a line of the cost table is."""

    INVESTMENT = "eenmalig"
    UPKEEP = "per-jaar"
    OWN = "eigen-bijdrage"


class Dossier(Submission):
    """A group's plan. Its moderation state says who may read its text; its stage how far the city is with it."""

    __tablename__ = "dossiers"
    __table_args__ = (
        CheckConstraint("(stage = 'groep-onvolledig') = (resumes IS NOT NULL)", "incomplete_knows_way_back"),
        CheckConstraint("(stage = 'op-de-lijst') = (project_id IS NOT NULL)", "on_ballot_has_project"),
        CheckConstraint("(project_id IS NULL) = (frozen_sha256 = '')", "on_ballot_has_hash"),
        CheckConstraint("(stage = 'samengevoegd') = (merged_into_id IS NOT NULL)", "merged_knows_into_what"),
        CheckConstraint("merged_into_id <> id", "not_into_itself"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "place_whole"),
        Index("ix_dossiers_round_id_stage", "round_id", "stage"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "stage"), default=Stage.DRAFT)
    resumes: Mapped[Stage | None] = mapped_column(one_of(Stage, "resumes"))
    """Where an incomplete dossier goes on once its group is whole again."""
    place: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    theme: Mapped[str] = mapped_column(String(60), default="")
    """For whose money it asks, in a round that is divided over themes."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id", ondelete="RESTRICT"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="RESTRICT"), unique=True)
    """What stands on the ballot."""
    frozen_sha256: Mapped[str] = mapped_column(String(64), default="")
    """Hash of text and price as they went on the ballot."""

    round: Mapped[Round] = relationship()
    members: Mapped[list["DossierMember"]] = relationship(back_populates="dossier", order_by="DossierMember.id")
    costs: Mapped[list["CostLine"]] = relationship(order_by="CostLine.id")
    steps: Mapped[list["PlannedStep"]] = relationship(order_by="(PlannedStep.until, PlannedStep.id)")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")

    endpoint = "budget_dossiers.show"
    kind_name = "voorstel voor het burgerbudget"

    __mapper_args__ = {"polymorphic_identity": "dossier", "inherit_condition": id == Submission.id}

    def total(self, kind: CostKind) -> int:
        """All lines of one kind together, in cents."""
        return sum(line.amount_cents for line in self.costs if line.kind is kind)

    @property
    def asked_cents(self) -> int:
        """What the group asks of the round: what it costs once, less what it brings itself. Never below zero."""
        return max(0, self.total(CostKind.INVESTMENT) - self.total(CostKind.OWN))

    def may_lie_in(self, areas: Sequence[Area]) -> bool:
        """Whether the call is for these areas (none: the whole city); a call without an area is for any."""
        only = self.round.poll.area_id
        return only is None or [area.id for area in areas] == [only]

    @property
    def active_members(self) -> list["DossierMember"]:
        return [member for member in self.members if member.left_at is None]


STILL_IN = "left_at IS NULL"
LEADS = "is_lead AND left_at IS NULL"


class DossierMember(Identified, Base):
    """One resident in one group. Neither address nor age is copied here: the register is asked each time."""

    __tablename__ = "dossier_members"
    __table_args__ = (
        Index("uq_dossier_members_person", "dossier_id", "applicant_key", unique=True, sqlite_where=text(STILL_IN),
              postgresql_where=text(STILL_IN)),
        Index("uq_dossier_members_lead", "dossier_id", unique=True, sqlite_where=text(LEADS),
              postgresql_where=text(LEADS)),
        Index("ix_dossier_members_account_id", "account_id"),
    )  # fmt: skip

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    applicant_key: Mapped[str] = mapped_column(String(64))
    """The resident's key in this round only."""
    is_lead: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    dossier: Mapped[Dossier] = relationship(back_populates="members")
    account: Mapped[Account | None] = relationship()


class Invitation(Identified, Base):
    """A link of one's own to join a group. The mail address is sealed, and gone once the link is used or too old."""

    __tablename__ = "dossier_invitations"
    __table_args__ = (CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", "one_answer"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    """What the lead calls the one who is asked."""
    sealed_email: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    dossier: Mapped[Dossier] = relationship()

    def is_alive(self, now: datetime) -> bool:
        return self.accepted_at is None and self.declined_at is None and now < self.expires_at


class CostLine(Identified, Base):
    """One line of the cost table."""

    __tablename__ = "dossier_costs"
    __table_args__ = (CheckConstraint("amount_cents > 0", "amount"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CostKind] = mapped_column(one_of(CostKind, "kind"))
    label: Mapped[str] = mapped_column(String(120))
    amount_cents: Mapped[int] = mapped_column(BigInteger)


class PlannedStep(Identified, Base):
    """What the group plans to have done by when."""

    __tablename__ = "dossier_steps"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(160))
    until: Mapped[date]


class Attachment(Identified, Base):
    """A PDF beside the plan: an offer, a sketch. In the database, so that it comes and goes with its dossier."""

    __tablename__ = "dossier_attachments"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
