"""The call for a jury, who answers it, the draw, and experts whom the city appoints instead.

Of a candidate only strata are kept: no address, no birth date.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.regulations import JuryFormation
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.territory.models import Area


class AgeBand(StrEnum):
    """How old a juror is when the jury begins, in four steps."""

    YOUNG = "tot-24"
    YOUNGER = "25-44"
    OLDER = "45-64"
    SENIOR = "65-plus"

    @property
    def least(self) -> int:
        """The youngest of this band, in years."""
        return {"tot-24": 0, "25-44": 25, "45-64": 45, "65-plus": 65}[self]

    @classmethod
    def at(cls, age: int) -> "AgeBand":
        """The band of somebody of this age."""
        return [band for band in cls if band.least <= age][-1]


class Gender(StrEnum):
    """What a candidate says, if anything."""

    WOMAN = "vrouw"
    MAN = "man"
    X = "x"


class JuryCall(Base):
    """What the city says in its call: how many hours, when, and how long who is drawn may think."""

    __tablename__ = "jury_calls"
    __table_args__ = (
        CheckConstraint("hours BETWEEN 1 AND 200", "hours"),
        CheckConstraint("sessions BETWEEN 1 AND 30", "sessions"),
        CheckConstraint("answer_days BETWEEN 1 AND 30", "answer_days"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    hours: Mapped[int] = mapped_column(default=12)
    sessions: Mapped[int] = mapped_column(default=3)
    planning: Mapped[str] = mapped_column(Text, default="")
    """Days, hours and place, in words."""
    answer_days: Mapped[int] = mapped_column(default=7)
    """Days in which who is drawn says yes or no."""


FORMATION = ["round_id", "jury_formation"]
REGULATED = ["round_regulations.round_id", "round_regulations.jury_formation"]
"""The key by which candidates and experts hang on what the regulation says of the jury."""


class JuryCandidate(Identified, Base):
    """One candidate. Outside of this table they are a random number with an age band and an area."""

    __tablename__ = "jury_candidates"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "account_id"),
        UniqueConstraint("round_id", "candidate_key"),
        CheckConstraint("number BETWEEN 10000 AND 99999", "number"),
        ForeignKeyConstraint(FORMATION, REGULATED, ondelete="RESTRICT", name="fk_jury_candidates_formation"),
        CheckConstraint("jury_formation = 'drawn'", "only_where_a_lot_chooses"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    jury_formation: Mapped[JuryFormation] = mapped_column(
        one_of(JuryFormation, "jury_formation"), default=JuryFormation.DRAWN
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"), index=True)
    candidate_key: Mapped[str] = mapped_column(String(64))
    """The resident's key in this call only: nobody stands in it twice."""
    number: Mapped[int]
    age_band: Mapped[AgeBand] = mapped_column(one_of(AgeBand, "age_band"))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    gender: Mapped[Gender | None] = mapped_column(one_of(Gender, "gender"))
    signed_up_at: Mapped[datetime] = mapped_column(UtcDateTime)

    area: Mapped[Area] = relationship()


class JuryDraw(Base):
    """One draw: the list that somebody froze, and the jury that somebody else drew from it with the seed."""

    __tablename__ = "jury_draws"
    __table_args__ = (
        CheckConstraint("length(list_sha256) = 64 AND list_file <> ''", "list"),
        CheckConstraint("seed_source <> ''", "seed_was_announced"),
        CheckConstraint("(drawn_at IS NULL) = (seed = '')", "drawn_with_a_seed"),
        CheckConstraint("(drawn_at IS NULL) = (draw_file = '')", "drawn_has_a_file"),
        CheckConstraint("(drawn_at IS NULL) = (drawn_by_id IS NULL)", "drawn_by_somebody"),
        CheckConstraint("drawn_by_id <> frozen_by_id", "two_people"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    list_file: Mapped[str] = mapped_column(Text, deferred=True)
    list_sha256: Mapped[str] = mapped_column(String(64))
    candidates: Mapped[int]
    seed_source: Mapped[str] = mapped_column(String(300))
    seed_on: Mapped[date]
    """The day on which the seed becomes known; the list was frozen before it."""
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    seed: Mapped[str] = mapped_column(String(200), default="")
    draw_file: Mapped[str] = mapped_column(Text, deferred=True, default="")
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None


class SeatState(StrEnum):
    """Where somebody who was drawn or appointed stands."""

    RESERVE = "reserve"
    ASKED = "gevraagd"
    SITS = "jurylid"
    DECLINED = "zei-nee"
    SILENT = "zonder-antwoord"
    LEFT = "gestopt"
    DONE = "klaar"


class JurySeat(Identified, Base):
    """A juror or a reserve of one round. `account_id` is empty once its owner erased their account."""

    __tablename__ = "jury_seats"
    __table_args__ = (
        UniqueConstraint("id", "round_id"),
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "account_id"),
        UniqueConstraint("round_id", "is_reserve", "place"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("place > 0", "place"),
        CheckConstraint("state <> 'gevraagd' OR answer_by IS NOT NULL", "asked_has_a_clock"),
        CheckConstraint("is_reserve OR (state <> 'reserve' AND replaces_id IS NULL)", "only_a_reserve_replaces"),
        CheckConstraint("replaces_id <> id", "not_oneself"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int]
    """The candidate's number in the published list; of an expert the place."""
    is_reserve: Mapped[bool]
    place: Mapped[int]
    """In the order of the lot, jurors and reserves apart; experts in the order in which they were confirmed."""
    state: Mapped[SeatState] = mapped_column(one_of(SeatState, "state"))
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("jury_seats.id", ondelete="RESTRICT"))

    account: Mapped[Account | None] = relationship()
    expert: Mapped["JuryExpert | None"] = relationship(viewonly=True)
    kind = "jury-seat"

    @property
    def shown_name(self) -> str:
        """For who runs the jury; for everybody only the name of an expert who said yes, see JuryExpert."""
        if self.expert is not None and self.expert.name:
            return self.expert.name
        return self.account.display_name if self.account is not None else str(self.number)


class JuryExpert(Identified, Base):
    """An expert whom the college appointed: one person puts them forward, another confirms and has them asked.

    Who said yes is public by name, with the decision. The mail address is sealed, and gone once confirmed: from then
    on it stands with the account of the seat.
    """

    __tablename__ = "jury_experts"
    __table_args__ = (
        ForeignKeyConstraint(FORMATION, REGULATED, ondelete="RESTRICT", name="fk_jury_experts_formation"),
        ForeignKeyConstraint(["seat_id", "round_id"], ["jury_seats.id", "jury_seats.round_id"], ondelete="RESTRICT",
                             name="fk_jury_experts_seat"),
        UniqueConstraint("seat_id"),
        CheckConstraint("jury_formation = 'appointed'", "only_where_the_city_appoints"),
        CheckConstraint("decision_uri <> ''", "decision"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", "confirmed_by_somebody"),
        CheckConstraint("(confirmed_at IS NULL) = (seat_id IS NULL)", "confirmed_has_a_seat"),
        CheckConstraint("(confirmed_at IS NULL) = (sealed_email <> '')", "address_until_confirmed"),
        CheckConstraint("confirmed_by_id <> proposed_by_id", "two_people"),
        Index("ix_jury_experts_round_id", "round_id"),
    )  # fmt: skip

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    jury_formation: Mapped[JuryFormation] = mapped_column(
        one_of(JuryFormation, "jury_formation"), default=JuryFormation.APPOINTED
    )
    seat_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(60))
    """Empty once somebody who never sat erased their account."""
    expertise: Mapped[str] = mapped_column(String(160))
    sealed_email: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    decision_uri: Mapped[str] = mapped_column(String(300))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    seat: Mapped[JurySeat | None] = relationship(viewonly=True)
