"""What a jury decides: its sessions, its notes, a reasoned verdict per project, and the report that two people sign."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime
from spreekt.modules.burgerbudget.jury.call_models import JurySeat
from spreekt.modules.burgerbudget.models import Project


class JurySession(Identified, Base):
    """One time that the jury sat together. Who was there is known inside only; outside, how many."""

    __tablename__ = "jury_sessions"
    __table_args__ = (UniqueConstraint("id", "round_id"), Index("ix_jury_sessions_round_id", "round_id"))

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    held_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(200))

    presences: Mapped[list["JuryPresence"]] = relationship(overlaps="round_id")


class JuryPresence(Base):
    """A juror who was at a session of their own round."""

    __tablename__ = "jury_presences"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "round_id"], ["jury_sessions.id", "jury_sessions.round_id"],
                             ondelete="RESTRICT", name="fk_jury_presences_session"),
        ForeignKeyConstraint(["seat_id", "round_id"], [JurySeat.__table__.c.id, JurySeat.__table__.c.round_id],
                             ondelete="RESTRICT", name="fk_jury_presences_seat"),
    )  # fmt: skip

    session_id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int]


class JuryNote(Base):
    """What was said about one project, for inside."""

    __tablename__ = "jury_notes"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="RESTRICT"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), index=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class JuryVerdict(Base):
    """What the jury decides about one project, and why. `place` orders the chosen.

    The score is `score_points` of `score_most`, the sheets of all who might judge together. It is there from the
    moment that the report is closed, and empty when nobody could judge.
    """

    __tablename__ = "jury_verdicts"
    __table_args__ = (
        UniqueConstraint("round_id", "place"),
        CheckConstraint("chosen = (place IS NOT NULL)", "chosen_has_a_place"),
        CheckConstraint("place > 0", "place"),
        CheckConstraint("motivation <> ''", "motivation"),
        CheckConstraint("(score_points IS NULL) = (score_most IS NULL)", "score_whole"),
        CheckConstraint("score_most > 0 AND score_points BETWEEN 0 AND score_most", "score"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="RESTRICT"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    chosen: Mapped[bool]
    place: Mapped[int | None]
    motivation: Mapped[str] = mapped_column(Text)
    score_points: Mapped[int | None]
    score_most: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    project: Mapped[Project] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def score(self) -> Fraction | None:
        """The jury's score between 0 and 1, exact: what rules/jury.weigh takes."""
        if self.score_points is None or self.score_most is None:
            return None
        return Fraction(self.score_points, self.score_most)


class JuryReport(Base):
    """The report of a jury. One person closes it, another publishes it; `minutes` are the public account."""

    __tablename__ = "jury_reports"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", "closed_whole"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", "published_whole"),
        CheckConstraint("published_at IS NULL OR closed_at IS NOT NULL", "closed_before_published"),
        CheckConstraint("published_by_id <> closed_by_id", "two_people"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    minutes: Mapped[str] = mapped_column(Text, default="")
    jurors: Mapped[int] = mapped_column(default=0)
    """How many sat when it was closed."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
