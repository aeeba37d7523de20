"""Which votes a restore would roll back: whoever voted after the backup was told that it counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import UsedRight
from spreekt.kernel.clock import BRUSSELS
from spreekt.module import Module, Votes

POLLS, RIGHTS = "polls", "used_rights"


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One vote that was open after the backup was made."""

    poll_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    ballots: int
    """Rights used in the backup."""
    how: Votes = field(repr=False)

    def line(self, ballots_here: int | None = None) -> str:
        """For who decides; with how many ballots are in the database that would be thrown away."""
        opens, closes = (f"{moment.astimezone(BRUSSELS):%Y-%m-%d %H:%M}" for moment in (self.opens_at, self.closes_at))
        words = f"{self.title}: open from {opens} to {closes}, {self.ballots} ballot(s) in the backup"
        if ballots_here is None:
            return words
        return f"{words}, {ballots_here} in the database here: {ballots_here - self.ballots} would be lost"


@dataclass(slots=True)
class Seen:
    """What is remembered of a backup while it goes by: a few rows of polls, and numbers."""

    modules: Sequence[Module]
    rights: Counter[int] = field(default_factory=Counter)
    _polls: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _votes: list[tuple[Votes, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def wanted(self) -> set[str]:
        """The tables whose rows matter here."""
        return {POLLS, RIGHTS, *(module.votes.table for module in self.modules if module.votes is not None)}

    def row(self, table: str, row: Mapping[str, Any]) -> None:
        """One row that goes by."""
        if table == RIGHTS:
            self.rights[row["poll_id"]] += 1
        elif table == POLLS:
            self._polls[row["id"]] = row
        for module in self.modules:
            if module.votes is not None and module.votes.table == table and module.votes.are_in(row):
                self._votes.append((module.votes, row))

    def at_risk(self, *, backed_up_at: datetime, now: datetime) -> list[AtRisk]:
        """Votes that were open at any moment between the backup and now, the first to open first."""
        found = []
        for how, row in self._votes:
            poll = self._polls[row["poll_id"]]
            opens_at, closes_at = (datetime.fromisoformat(poll[name]).replace(tzinfo=UTC) for name in OPEN)
            if opens_at <= now and closes_at > backed_up_at:
                ballots = self.rights[row["poll_id"]]
                found.append(AtRisk(row["poll_id"], row["title"], opens_at, closes_at, ballots, how))
        return sorted(found, key=lambda vote: (vote.opens_at, vote.title))


OPEN = ("opens_at", "closes_at")


def rights_used(connection: Connection) -> dict[int, int]:
    """How many rights are used in each poll of this database."""
    query = select(UsedRight.poll_id, func.count()).group_by(UsedRight.poll_id)
    return {row.poll_id: row[1] for row in connection.execute(query)}


def hold(db: Session, votes: Iterable[AtRisk], reason: str, *, now: datetime) -> None:
    """Stop each of them, with this reason for everybody to read."""
    for vote in votes:
        vote.how.hold(db, vote.poll_id, reason, now)
