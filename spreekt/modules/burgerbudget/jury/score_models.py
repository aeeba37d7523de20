"""What jurors score by, their sheets, and the conflicts of interest that take a juror off a project."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of


class JuryCriterion(Identified, Base):
    """One thing that jurors score, from 0 to `points_most`. Stands still once the jury phase opened."""

    __tablename__ = "jury_criteria"
    __table_args__ = (
        UniqueConstraint("round_id", "place"),
        UniqueConstraint("id", "points_most"),
        CheckConstraint("points_most BETWEEN 1 AND 100", "points_most"),
        CheckConstraint("place > 0", "place"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    explanation: Mapped[str] = mapped_column(String(400), default="")
    points_most: Mapped[int]


class Conflict(StrEnum):
    """Why a juror is off a project."""

    GROUP = "groep"
    DECLARED = "gemeld"


class JurySheet(Base):
    """One juror on one project: scoring it, or off it because of a conflict of interest."""

    __tablename__ = "jury_sheets"
    __table_args__ = (
        UniqueConstraint("seat_id", "project_id", "judges"),
        ForeignKeyConstraint(["seat_id", "round_id"], ["jury_seats.id", "jury_seats.round_id"], ondelete="RESTRICT",
                             name="fk_jury_sheets_seat_of_the_round"),
        CheckConstraint("judges = (conflict IS NULL)", "off_for_a_reason"),
        CheckConstraint("judges OR (handed_in_at IS NULL AND note = '')", "no_sheet_in_a_conflict"),
        CheckConstraint("NOT judges OR why = ''", "only_a_conflict_has_a_reason"),
        Index("ix_jury_sheets_round_id", "round_id"),
    )  # fmt: skip

    seat_id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="RESTRICT"), primary_key=True)
    round_id: Mapped[int]
    judges: Mapped[bool] = mapped_column(default=True)
    conflict: Mapped[Conflict | None] = mapped_column(one_of(Conflict, "conflict"))
    why: Mapped[str] = mapped_column(String(300), default="")
    """What a juror says of the conflict; for who organises the jury only."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For the juror alone until the sheet is handed in; then for the jury. Never public."""
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    scores: Mapped[list["JuryScore"]] = relationship(back_populates="sheet")


class JuryScore(Base):
    """Points for one criterion. The keys say that it is on a sheet that judges, and at most what there is to give."""

    __tablename__ = "jury_scores"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seat_id", "project_id", "judges"],
            ["jury_sheets.seat_id", "jury_sheets.project_id", "jury_sheets.judges"],
            ondelete="RESTRICT", name="fk_jury_scores_sheet_that_judges",
        ),
        ForeignKeyConstraint(["criterion_id", "points_most"], ["jury_criteria.id", "jury_criteria.points_most"],
                             ondelete="RESTRICT", name="fk_jury_scores_criterion"),
        CheckConstraint("judges", "only_who_may_judge"),
        CheckConstraint("points BETWEEN 0 AND points_most", "points"),
        Index("ix_jury_scores_criterion_id", "criterion_id"),
    )  # fmt: skip

    seat_id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(primary_key=True)
    judges: Mapped[bool] = mapped_column(default=True)
    points: Mapped[int]
    points_most: Mapped[int]

    sheet: Mapped[JurySheet] = relationship(back_populates="scores", overlaps="scores")
