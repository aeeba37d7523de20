"""Referenda, their roll, their box and what was frozen on the way. A voter and a ballot share no column.

The roll knows residents as keyed fingerprints, the box knows public credentials. The key that joins the two is
sealed in the referendum, under a key outside the database, and is thrown away after the appeal period.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.electorate.models import Poll, is_open
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.markup import render_markdown
from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, one_of
from spreekt.modules.referendum.follow_up import Promise
from spreekt.modules.referendum.regulation import Regulation
from spreekt.modules.referendum.standing import Standing


class State(StrEnum):
    """How far a referendum is; protocol section 3. Whether votes are taken also depends on the clock."""

    CONCEPT = "ontwerp"
    COUNCIL = "gemeenteraad"
    ANNOUNCED = "aangekondigd"
    ROLL = "lijst"
    KEYS = "sleutels"
    CREDENTIALS = "codes"
    OPEN = "open"
    SUSPENDED = "opgeschort"
    CLOSED = "gesloten"
    RECONCILED = "nagerekend"
    DECRYPTED = "geteld"
    PROCLAIMED = "afgekondigd"
    FOLLOW_UP = "opvolging"
    ARCHIVED = "archief"
    ANNULLED = "vernietigd"


PUBLIC = frozenset(State) - {State.CONCEPT, State.COUNCIL}
BEFORE_OPENING = (State.CONCEPT, State.COUNCIL, State.ANNOUNCED, State.ROLL, State.KEYS, State.CREDENTIALS)
WITH_RESULT = frozenset({State.PROCLAIMED, State.FOLLOW_UP, State.ARCHIVED})


def takes_votes(state: State, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Two people opened it, nobody suspended it, and the clock is between opening and closing."""
    return state is State.OPEN and is_open(opens_at, closes_at, now)


class Referendum(Identified, Base):
    """One referendum: what is asked, under which regulation, and how far it is."""

    __tablename__ = "referenda"
    __table_args__ = (
        CheckConstraint("trustee_count >= threshold AND threshold >= 1", "threshold"),
        CheckConstraint("roll_count IS NULL OR roll_count >= 0", "roll_count"),
    )
    kind = "referendum"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    uuid: Mapped[str] = mapped_column(String(22), unique=True)
    """Names the election in every ballot and file: base58, so that no other election's ballot fits."""
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.CONCEPT)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="RESTRICT"), unique=True)
    rules: Mapped[Json] = mapped_column(JSON)
    """The regulation's fields as they hold for this referendum; see regulation.py."""
    place: Mapped[Json | None] = mapped_column(JSON)
    """What the question is about on the map: {"name": words, "outline": GeoJSON}; empty when it has no place."""
    trustee_count: Mapped[int] = mapped_column(default=3)
    threshold: Mapped[int] = mapped_column(default=2)
    decided_on: Mapped[date | None]
    decision_uri: Mapped[str] = mapped_column(String(300), default="")
    frozen_sha256: Mapped[str] = mapped_column(String(64), default="")
    """Of the exhibit that holds question, options, order, explanation and rules, from the announcement on."""
    roll_count: Mapped[int | None]
    roll_sha256: Mapped[str] = mapped_column(String(64), default="")
    fingerprint: Mapped[str] = mapped_column(String(43), default="")
    """phi of the protocol: SHA-256 of the election file, Base64 without padding. Empty until the keys are made."""
    sealed_key: Mapped[str] = mapped_column(Text, default="")
    """The key that joins roll and credentials, sealed under the identity key; empty once it is thrown away."""
    publishes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    public_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is suspended or annulled."""
    outcome: Mapped[Json | None] = mapped_column(JSON)
    """What was counted, per question and channel; see outcome.py. Only after closing."""
    is_imported: Mapped[bool] = mapped_column(default=False)
    """Held before this platform: figures only, no archive to check."""
    version: Mapped[int] = mapped_column(default=1)

    poll: Mapped[Poll] = relationship(lazy="joined", innerjoin=True)
    questions: Mapped[list["Question"]] = relationship(
        back_populates="referendum", order_by="Question.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def regulation(self) -> Regulation:
        return Regulation.of(self.rules)

    @property
    def reference_on(self) -> date:
        """The day on which a voter must be registered in the city: so many days before the box opens."""
        return self.poll.opens_at.astimezone(BRUSSELS).date() - timedelta(days=self.regulation.reference_days)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_annulled(self) -> bool:
        return self.state is State.ANNULLED

    @property
    def may_change(self) -> bool:
        """Until the announcement; from then on every word stands still."""
        return self.state in (State.CONCEPT, State.COUNCIL)

    def takes_votes(self, now: datetime) -> bool:
        return takes_votes(self.state, self.poll.opens_at, self.poll.closes_at, now)

    def standing(self, now: datetime) -> Standing:
        """What residents are told about it at this moment."""
        if self.is_annulled or (self.state is State.SUSPENDED and not self.poll.is_over(now)):
            return Standing(self.state.value)
        if self.state in WITH_RESULT:
            return Standing.DONE if self.shows_outcome(now) else Standing.COUNTING
        if self.state in (*BEFORE_OPENING, State.OPEN) and now < self.poll.opens_at:
            return Standing.COMING
        if self.state in BEFORE_OPENING:
            return Standing.NEVER_OPENED if self.poll.is_over(now) else Standing.LATE
        return Standing.OPEN if self.takes_votes(now) else Standing.COUNTING

    def shows_outcome(self, now: datetime) -> bool:
        """Proclaimed by two people, and its hour has come; also when it was annulled after that."""
        return (
            (self.state in WITH_RESULT or self.is_annulled)
            and self.publishes_at is not None
            and now >= self.publishes_at
        )


class Question(Identified, Base):
    """One question: judged by itself, with its own answers and arguments of equal length."""

    __tablename__ = "referendum_questions"
    __table_args__ = (UniqueConstraint("referendum_id", "position"), CheckConstraint("position >= 1", "position"))

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    answers: Mapped[list[str]] = mapped_column(JSON)
    """In the order of the ballot; the first of two is the one that the question proposes."""
    allows_blank: Mapped[bool] = mapped_column(default=True)
    explanation: Mapped[str] = mapped_column(Text, default="")
    arguments_for: Mapped[list[str]] = mapped_column(JSON, default=list)
    arguments_against: Mapped[list[str]] = mapped_column(JSON, default=list)
    follow_up: Mapped[list[Json]] = mapped_column(JSON, default=list)
    """What the city does now: {"on": date, "text": …}, after the proclamation."""

    referendum: Mapped[Referendum] = relationship(back_populates="questions")

    @property
    def promises(self) -> list[Promise]:
        """What the city does now, and by when, the first first."""
        return [Promise.of(step) for step in self.follow_up]

    @property
    def explanation_html(self) -> str:
        """The explanation as it is shown; its text is what is frozen."""
        return render_markdown(self.explanation)


class Exhibit(Base):
    """A text that was frozen at one moment of the referendum and is published byte for byte."""

    __tablename__ = "referendum_exhibits"

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text, deferred=True)


class RollEntry(Base):
    """One resident who may vote, under keys of this referendum only: no name, no address, no number."""

    __tablename__ = "roll_entries"
    __table_args__ = (UniqueConstraint("referendum_id", "credential_key"), {"sqlite_with_rowid": False})

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    birth_key: Mapped[str] = mapped_column(String(64))
    """Fingerprint of voter_key and birth date: recognises the date, does not tell it."""
    credential_key: Mapped[str | None] = mapped_column(String(64))
    """Fingerprint of the public credential under the referendum's own key; empty until the letters are made."""


class BallotKind(StrEnum):
    """A ballot is in the box, or its maker opened it to see whether it was made honestly: never both."""

    CAST = "cast"
    TESTED = "tested"


class Ballot(Base):
    """One sealed ballot, named by its own hash. No account, no moment, no serial number, no fingerprint of a voter."""

    __tablename__ = "referendum_ballots"
    __table_args__ = (
        UniqueConstraint("referendum_id", "credential_hash", "nth"),
        UniqueConstraint("referendum_id", "cast_key"),
        CheckConstraint("(kind = 'cast') = (body IS NOT NULL AND credential_hash IS NOT NULL)", "cast_is_whole"),
        CheckConstraint("nth IS NULL OR nth >= 1", "nth"),
        Index("ix_referendum_ballots_batch", "referendum_id", "batch"),
        {"sqlite_with_rowid": False},
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), primary_key=True)
    kind: Mapped[BallotKind] = mapped_column(one_of(BallotKind, "kind"))
    credential_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the decimal public credential, which anyone can compute from the ballot itself."""
    nth: Mapped[int | None]
    """First, second … ballot of this credential; the last one counts."""
    cast_key: Mapped[str | None] = mapped_column(String(32))
    """Random, made by the booth: the same sending twice is one ballot."""
    batch: Mapped[int | None]
    """With which batch it appeared on the board; empty until then."""
    body: Mapped[str | None] = mapped_column(Text, deferred=True)


class RefusedAttempts(Base):
    """How many attempts were refused for one reason in one hour: published with the result."""

    __tablename__ = "refused_attempts"

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    times: Mapped[int]


class Act(StrEnum):
    """What two people must agree on."""

    ROLL = "lijst"
    OPEN = "openen"
    SUSPEND = "opschorten"
    RESUME = "hervatten"
    CLOSE = "sluiten"
    PROCLAIM = "afkondigen"
    ANNUL = "vernietigen"
    DESTROY = "wissen"


class TwoPersonAct(Identified, Base):
    """One act that the first person proposed and a second one confirmed, or has yet to."""

    __tablename__ = "two_person_acts"
    __table_args__ = (
        CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", "two_people"),
        CheckConstraint("(second_by_id IS NULL) = (second_at IS NULL)", "second_whole"),
        Index(
            "uq_two_person_acts_waiting",
            "referendum_id",
            "act",
            unique=True,
            sqlite_where=text("second_by_id IS NULL"),
            postgresql_where=text("second_by_id IS NULL"),
        ),
    )

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"))
    act: Mapped[Act] = mapped_column(one_of(Act, "act"))
    about: Mapped[str] = mapped_column(Text, default="")
    """What they agree on: a hash, an hour, a public reason. The second person confirms exactly this."""
    first_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaperCount(Base):
    """The paper ballots as one person counted them; two people count apart, and both must find the same."""

    __tablename__ = "paper_counts"

    referendum_id: Mapped[int] = mapped_column(ForeignKey("referenda.id", ondelete="RESTRICT"), primary_key=True)
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"), primary_key=True)
    counts: Mapped[list[list[int]]] = mapped_column(JSON)
    """Per question: blank first where it is allowed, then each answer, as in the electronic result."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
