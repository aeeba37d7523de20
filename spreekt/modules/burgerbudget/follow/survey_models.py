"""What people think of a round afterwards. An answer has no account, no moment and no order."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.kernel.storage import Base


class SurveyAnswer(Base):
    """One answer. Its key is a keyed fingerprint of the account in this round, and chance once the survey closed."""

    __tablename__ = "round_survey_answers"
    __table_args__ = (
        CheckConstraint("easy BETWEEN 1 AND 5 AND clear BETWEEN 1 AND 5", "beginning"),
        CheckConstraint("fair BETWEEN 1 AND 5 AND better BETWEEN 1 AND 5 AND again BETWEEN 1 AND 5", "rest"),
        CheckConstraint("helped BETWEEN 1 AND 5", "helped"),
        CheckConstraint("in_group OR helped IS NULL", "helped_is_for_groups"),
        Index("ix_round_survey_answers_round_id", "round_id"),
        {"sqlite_with_rowid": False},
    )

    answer_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_loose: Mapped[bool] = mapped_column(default=False)
    """Nobody can find whose it is any more."""
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    in_group: Mapped[bool]
    easy: Mapped[int]
    clear: Mapped[int]
    fair: Mapped[int]
    better: Mapped[int]
    again: Mapped[int]
    helped: Mapped[int | None]
    """For who was in a group: how well the city helped."""
    words: Mapped[str] = mapped_column(Text, default="")
    """For staff only."""
