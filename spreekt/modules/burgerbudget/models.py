"""Rounds, their pots and projects; ballots that belong to nobody; drafts that do; and the published outcomes."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.electorate.models import Poll
from spreekt.kernel.errors import N_
from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, one_of
from spreekt.moderation.models import State, Submission
from spreekt.territory.models import Area

if TYPE_CHECKING:
    from spreekt.modules.burgerbudget.awards.models import CollegeDecision


class Rule(StrEnum):
    """How winners follow from votes; the same words as in the command and the exported file."""

    GREEDY = "greedy"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_PER_COST = "greedy-per-cost"
    EQUAL_SHARES = "equal-shares"


class Round(Identified, Base):
    """One participatory budget: an amount, a regulation, dates. "Open" follows from the clock, never from a flag."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", "amount"),
        CheckConstraint("max_approvals IS NULL OR max_approvals > 0", "max_approvals"),
        CheckConstraint("officers_needed BETWEEN 1 AND 9", "officers_needed"),
        CheckConstraint("NOT is_about_themes OR rule = 'greedy'", "themes_by_votes"),
        CheckConstraint("themes_from_id <> id", "not_from_itself"),
    )
    kind = "round"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="RESTRICT"), unique=True)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    rule: Mapped[Rule] = mapped_column(one_of(Rule, "rule"), default=Rule.GREEDY)
    rule_options: Mapped[Json] = mapped_column(JSON, default=dict)
    max_approvals: Mapped[int | None]
    """At most so many projects on a ballot; empty: as many as one likes."""
    decided_on: Mapped[date | None]
    decision_uri: Mapped[str] = mapped_column(String(300), default="")
    publishes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_imported: Mapped[bool] = mapped_column(default=False)
    without_vote: Mapped[bool] = mapped_column(default=False)
    """No budget game: a jury or the city chooses. The poll then only says when projects stand still."""
    is_about_themes: Mapped[bool] = mapped_column(default=False)
    """What stands on the ballot are themes, without a price; the best `themes_most` of the regulation go on. Their
    amount is what a later round divides over them."""
    themes_from_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    """The round about themes whose result gave this one its pots, or its list of themes."""
    officers_needed: Mapped[int] = mapped_column(default=2)
    """So many counting officers together open the ballots."""
    ballot_keys: Mapped[str] = mapped_column(Text, default="")
    """Public keys of the counting officers by seat, hexadecimal, one a line. Empty until all of them are ready."""
    mixed_ballots: Mapped[int] = mapped_column(default=0)
    """How many ballots were in the box when it was mixed last."""
    version: Mapped[int] = mapped_column(default=1)

    poll: Mapped[Poll] = relationship(lazy="joined", innerjoin=True)
    pots: Mapped[list["Pot"]] = relationship(back_populates="round", order_by="Pot.id")
    outcomes: Mapped[list["PublishedOutcome"]] = relationship(back_populates="round", order_by="PublishedOutcome.part")
    decision: Mapped["CollegeDecision | None"] = relationship(back_populates="round")
    hold: Mapped["RoundHold | None"] = relationship(lazy="joined", cascade="all, delete-orphan")
    themes_from: Mapped["Round | None"] = relationship(remote_side="Round.id")

    __mapper_args__ = {"version_id_col": version}

    def takes_votes(self, now: datetime) -> bool:
        """Within its dates, not held, and with a box that is sealed to the counting officers."""
        return self.has_box and self.hold is None and self.poll.is_open(now)

    @property
    def has_box(self) -> bool:
        """There are keys to seal ballots to; without them nobody can vote."""
        return bool(self.ballot_keys) and not self.without_vote

    @property
    def public_keys(self) -> tuple[bytes, ...]:
        return tuple(bytes.fromhex(line) for line in self.ballot_keys.split())

    def may_change(self, now: datetime) -> bool:
        """Until voting opens; from then on amount, rule, projects and prices stand still."""
        return now < self.poll.opens_at

    def shows_outcome(self, now: datetime) -> bool:
        """Two people agreed on it and its hour has come; without a vote, two people published what was decided."""
        if self.without_vote:
            return self.decision is not None and self.decision.published_at is not None
        published = bool(self.outcomes) and all(outcome.published_at is not None for outcome in self.outcomes)
        return published and now >= self.publishes_at

    @property
    def is_prepared(self) -> bool:
        """Counted, but the second person has not confirmed it."""
        return any(outcome.published_at is None for outcome in self.outcomes)


class RoundHold(Base):
    """A round in which nobody can vote for now, after a backup was put back that may lack ballots. Gone once lifted.

    Only a restore makes one, and it empties every table first: no vote that is under way can have missed it.
    """

    __tablename__ = "round_holds"
    __table_args__ = (
        CheckConstraint("reason <> ''", "has_a_reason"),
        CheckConstraint("(lift_asked_by_id IS NULL) = (lift_asked_at IS NULL)", "asked_whole"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    """Everybody reads it."""
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lift_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    lift_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pot(Identified, Base):
    """A share of the amount that is for one area only, or for one theme. A round has pots of one kind, or none."""

    __tablename__ = "pots"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("amount_cents > 0", "amount"),
        CheckConstraint("(area_id IS NULL) <> (theme = '')", "of_area_or_theme"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(60))
    """In the names of files and addresses: the area's, or the theme in plain letters."""
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    theme: Mapped[str] = mapped_column(String(60), default="")
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    round: Mapped[Round] = relationship(back_populates="pots")
    area: Mapped[Area | None] = relationship()

    @property
    def name(self) -> str:
        return self.area.name if self.area is not None else self.theme


class Project(Submission):
    """Something a round can pay for. Price and text cannot change once voting has opened."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("cost_cents > 0", "cost"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    """The project's id in the exported file and on paper ballots."""
    cost_cents: Mapped[int] = mapped_column(BigInteger)
    theme: Mapped[str] = mapped_column(String(60), default="")
    pot_id: Mapped[int | None] = mapped_column(ForeignKey("pots.id", ondelete="RESTRICT"))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="RESTRICT"))
    """The proposal it grew from."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    round: Mapped[Round] = relationship()
    pot: Mapped[Pot | None] = relationship()

    @property
    def shown_title(self) -> str:
        """What stands on the ballot and in the file. A project whose text is hidden still counts."""
        return self.title if self.state != State.HIDDEN else f"Project {self.code} (tekst verborgen)"

    @property
    def stays_in(self) -> str:
        """The file of a counted vote cannot change: everybody has its hash."""
        if not self.round.outcomes:
            return ""
        return N_("De titel blijft staan in het telbestand (.pb) van de uitslag: dat kan niemand nog veranderen.")

    endpoint = "burgerbudget.project"
    kind_name = "project"

    __mapper_args__ = {"polymorphic_identity": "project", "inherit_condition": id == Submission.id}


class BudgetBallot(Base):
    """One ballot: a random id and a choice sealed to the counting officers, padded. No account, no moment, no order.

    `change_mark` recognises the voter who shows the code of their receipt, and without that code nobody.
    """

    __tablename__ = "budget_ballots"
    __table_args__ = (Index("ix_budget_ballots_round_id", "round_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    sealed_choice: Mapped[str] = mapped_column(Text)
    change_mark: Mapped[str | None] = mapped_column(String(64), unique=True)


class BallotDraft(Base):
    """What somebody ticked and did not cast yet. It goes the moment the ballot is cast.

    `is_ready`: its owner asked that it counts at the close, and it is a good ballot.
    """

    __tablename__ = "ballot_drafts"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"), primary_key=True)
    sealed_choice: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_begun: Mapped[bool] = mapped_column(default=False)
    """Something is marked; a draft that is empty only says that the ballot was opened."""
    counts_at_close: Mapped[bool] = mapped_column(default=False)
    is_ready: Mapped[bool] = mapped_column(default=False)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PublishedOutcome(Base):
    """The result of a round or of one of its pots: the file that anyone can recount, its hash, and what it says.

    One person prepares it and another confirms it; both are empty for a round that was imported.
    """

    __tablename__ = "published_outcomes"
    __table_args__ = (
        CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL) OR prepared_by_id IS NULL", "confirmed_whole"
        ),
        CheckConstraint("published_by_id <> prepared_by_id", "two_people"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    """Code of the pot; empty for what belongs to the whole city."""
    file: Mapped[str] = mapped_column(Text, deferred=True)
    file_sha256: Mapped[str] = mapped_column(String(64))
    witness: Mapped[str] = mapped_column(Text, deferred=True, default="")
    """Proof of the purchases for anyone to check in one pass; empty for rules that need none."""
    summary: Mapped[Json] = mapped_column(JSON)
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    round: Mapped[Round] = relationship(back_populates="outcomes")
