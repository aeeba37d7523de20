"""The phases of a round and the numbers of its regulation. The days of the budget game are those of its poll."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.kernel.regulations import JuryFormation, PhaseKind, VoteMethod
from spreekt.kernel.storage import Base, UtcDateTime, one_of
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge

ORDER = tuple(PhaseKind)
LATE_DAYS, ACCOUNT_DAYS = 14, 90
"""What a regulation begins with, and what holds in a round without one."""


class Phase(Base):
    """One phase of a round, at most once. The budget game has no row: its poll is the one place with its dates."""

    __tablename__ = "round_phases"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", "dates_in_order"),
        CheckConstraint("closes_at IS NOT NULL OR kind = 'archief'", "only_archive_stays_open"),
        CheckConstraint("kind <> 'budgetspel'", "game_is_the_poll"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    kind: Mapped[PhaseKind] = mapped_column(one_of(PhaseKind, "kind"), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Span:
    """One phase as everybody reads it, the budget game included."""

    kind: PhaseKind
    opens_at: datetime
    closes_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """From the opening second up to, not including, the closing second."""
        return self.opens_at <= now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        return self.closes_at is not None and now >= self.closes_at


class RoundRegulation(Base):
    """The numbers of a round's regulation; decision date and address stand on the round. Empty: no such limit.

    Money in cents. Each number stands still once the phase that uses it opened: see regulation.USED_FROM.
    """

    __tablename__ = "round_regulations"
    __table_args__ = (
        UniqueConstraint("round_id", "jury_formation"),
        CheckConstraint("applicants_least >= 1", "applicants_least"),
        CheckConstraint("addresses_least BETWEEN 1 AND applicants_least", "addresses_least"),
        CheckConstraint("adults_least BETWEEN 0 AND applicants_least", "adults_least"),
        CheckConstraint("applicant_age_least BETWEEN 0 AND 120 AND adult_age BETWEEN 0 AND 120", "ages"),
        CheckConstraint("applicant_age_most IS NULL OR applicant_age_most >= applicant_age_least", "ages_in_order"),
        CheckConstraint("project_least_cents IS NULL OR project_least_cents > 0", "project_least"),
        CheckConstraint(
            "project_most_cents IS NULL OR project_most_cents >= COALESCE(project_least_cents, 1)", "project_most"
        ),
        CheckConstraint("group_days > 0 AND mend_days > 0 AND reply_days > 0 AND advice_days > 0", "clocks"),
        CheckConstraint("(vote_method = 'coins') = (coins IS NOT NULL) OR vote_method IS NULL", "coins"),
        CheckConstraint("(vote_method = 'basket') = (basket_cents IS NOT NULL) OR vote_method IS NULL", "basket"),
        CheckConstraint("jury_weight_percent IS NULL OR jury_weight_percent BETWEEN 1 AND 99", "jury_weight"),
        CheckConstraint("(vote_method = 'points') = (points IS NOT NULL) OR vote_method IS NULL", "points"),
        CheckConstraint("(vote_method = 'ranking') = (ranks IS NOT NULL) OR vote_method IS NULL", "ranks"),
        CheckConstraint("reminder_days >= 0 AND late_days >= 0 AND account_days >= 0", "days_after"),
        CheckConstraint("first_instalment_percent BETWEEN 0 AND 100", "first_instalment"),
        CheckConstraint("jury_size >= 0 AND jury_reserves >= 0", "jury_size"),
        CheckConstraint("jury_age_least BETWEEN 0 AND 120", "jury_age"),
        CheckConstraint("winners_most IS NULL OR jury_size > 0", "winners_most"),
        CheckConstraint("themes_most IS NULL OR themes_most > 0", "themes_most"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    project_least_cents: Mapped[int | None] = mapped_column(BigInteger)
    project_most_cents: Mapped[int | None] = mapped_column(BigInteger)
    applicants_least: Mapped[int] = mapped_column(default=4)
    addresses_least: Mapped[int] = mapped_column(default=4)
    adults_least: Mapped[int] = mapped_column(default=1)
    adult_age: Mapped[int] = mapped_column(default=18)
    applicant_age_least: Mapped[int] = mapped_column(default=16)
    applicant_age_most: Mapped[int | None]
    """For everybody in the group but the adults it needs."""
    ideas_per_person_most: Mapped[int | None]
    group_days: Mapped[int] = mapped_column(default=14)
    """Days to make a group whole again."""
    mend_days: Mapped[int] = mapped_column(default=14)
    """Days to complete a dossier when the city asks."""
    reply_days: Mapped[int] = mapped_column(default=14)
    """Days to answer a refusal."""
    advice_days: Mapped[int] = mapped_column(default=21)
    """Days that a service has for its advice."""
    vote_method: Mapped[VoteMethod | None] = mapped_column(one_of(VoteMethod, "vote_method"))
    basket_cents: Mapped[int | None] = mapped_column(BigInteger)
    coins: Mapped[int | None]
    favourites: Mapped[int | None]
    points: Mapped[int | None]
    """Points that one voter divides."""
    ranks: Mapped[int | None]
    """Places of the longest ranking."""
    may_change_vote: Mapped[bool] = mapped_column(default=False)
    """Whoever kept the code on the receipt may replace their ballot until the close."""
    reminder_days: Mapped[int] = mapped_column(default=3)
    """Days before the close on which who began and did not cast gets one mail; 0: no mail."""
    buyers_least: Mapped[int | None]
    top: Mapped[int | None]
    top_edge: Mapped[AtTheEdge] = mapped_column(one_of(AtTheEdge, "top_edge"), default=AtTheEdge.ALL)
    jury_size: Mapped[int] = mapped_column(default=0)
    jury_formation: Mapped[JuryFormation] = mapped_column(
        one_of(JuryFormation, "jury_formation"), default=JuryFormation.DRAWN
    )
    """Candidates and experts hang on it by a key: with either of them there it does not change."""
    jury_reserves: Mapped[int] = mapped_column(default=0)
    jury_age_least: Mapped[int] = mapped_column(default=16)
    jury_weight_percent: Mapped[int | None]
    winners_most: Mapped[int | None]
    """Only with a jury; a rule alone goes on as long as there is money."""
    themes_most: Mapped[int | None]
    """Only in a round about themes: so many go on, those with the most votes."""
    carry_out_months: Mapped[int | None]
    first_instalment_percent: Mapped[int] = mapped_column(default=100)
    """Part of a grant that is paid when the agreement is signed; the rest follows the milestones."""
    late_days: Mapped[int] = mapped_column(default=LATE_DAYS)
    """Days after its day that a milestone without news is flagged to the area worker."""
    account_days: Mapped[int] = mapped_column(default=ACCOUNT_DAYS)
    """Days after the last payment, for what a bank sends back; then the bank account is erased."""
    preset: Mapped[str] = mapped_column(String(40), default="")
    """Code of the edition these numbers were taken from."""
    source: Mapped[str] = mapped_column(String(300), default="")
