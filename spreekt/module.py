"""The plug: what a module tells the house about itself, as one frozen value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.outbox import Message
from spreekt.notices.mail import Mail

if TYPE_CHECKING:
    from spreekt.moderation.models import Submission

Subscriber = Callable[[Session, Message], None]
MailMaker = Callable[[Session, Message], Mail | None]


@dataclass(frozen=True, slots=True)
class Card:
    """Something on the home page: what is open now, or what became of earlier input."""

    kind: str
    label: str
    title: str
    text: str
    url: str
    action: str
    until: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()
    area_ids: frozenset[int] = frozenset()
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something the reader began and did not finish: the bar under the header."""

    text: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of "what I did and what came of it" on a resident's own page."""

    at: datetime
    title: str
    url: str
    state: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One heap of work that waits for staff, on the console."""

    label: str
    count: int
    url: str
    overdue: int = 0
    oldest_at: datetime | None = None
    """Since when the oldest of them waits; the console puts the longest wait first."""


@dataclass(frozen=True, slots=True)
class Votes:
    """How a restore finds the votes of a module in a backup, and stops them until two people let them go on."""

    table: str
    """The table with `poll_id` and `title`: one row for each vote."""
    hold: Callable[[Session, int, str, datetime], None]
    """Nobody votes in this poll (its id) any more, from a moment on; the reason is public. In the caller's transaction,
    and logged."""
    are_in: Callable[[Mapping[str, Any]], bool] = lambda row: True
    """Whether residents vote in what this row is, by its columns."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the platform. Every field but the name may be left out."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    nav: tuple[str, str] | None = None
    """Label and endpoint in the header."""
    submissions: tuple[type["Submission"], ...] = ()
    subscribers: Mapping[str, Sequence[Subscriber]] = field(default_factory=dict)
    """What happens inside the house when something is in the outbox, by topic; running twice does no harm."""
    mails: Mapping[str, MailMaker] = field(default_factory=dict)
    """Topics that are one mail each. Reading happens in a transaction, sending outside of it."""
    commands: Callable[[Any], None] | None = None
    """Adds this module's commands to the argparse subparsers of `spreekt`."""
    open_now: Callable[[Session, datetime], Sequence[Card]] | None = None
    outcomes: Callable[[Session, datetime], Sequence[Card]] | None = None
    reminders: Callable[[Session, Actor, datetime], Sequence[Reminder]] | None = None
    deeds: Callable[[Session, Actor], Sequence[Deed]] | None = None
    work: Callable[[Session, Actor, datetime], Sequence[Work]] | None = None
    export: Callable[[Session, int], Mapping[str, Any]] | None = None
    """What this module keeps of one account (its id), for the resident's own file."""
    erase: Callable[[Session, int], None] | None = None
    """Forget one account as far as the module's written rule allows."""
    votes: Votes | None = None
    restored: Callable[[Session], None] | None = None
    """A backup was put back: files that were made from the newer database no longer fit."""
    sweep: Callable[[Session, datetime], None] | None = None
    """Periodic work: reminders, clocks that ran out."""
    api: Mapping[str, Any] | None = None
    """OpenAPI path items of this module, by path: what /api/v1/openapi.json is put together from."""
