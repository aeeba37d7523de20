"""What an author does with a proposal: begin, mend, place, hand in, throw away. Support and answers live elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere, StaleVersion
from spreekt.kernel.markup import plain_excerpt
from spreekt.kernel.places import Point
from spreekt.kernel.regulations import OwnProposals
from spreekt.kernel.text import clean_line, clean_text
from spreekt.moderation import domain as moderation
from spreekt.moderation.models import State
from spreekt.moderation.workflow import is_author
from spreekt.modules.voorstellen.models import Proposal
from spreekt.modules.voorstellen.words import search_key
from spreekt.territory.models import Area, Street

LONGEST_TITLE = 100
LONGEST_TEXT = 5000
SHORTEST_TEXT = 20
SUMMARY = 200
EDITED = "na-publicatie"
"""Flag for the moderators: this text changed after it was published."""
MAY_MEND = frozenset({State.DRAFT, State.PENDING, State.CHANGES_ASKED, State.REJECTED, State.PUBLISHED})
MAY_HAND_IN = frozenset({State.DRAFT, State.CHANGES_ASKED, State.REJECTED})


class CannotChange(DomainError):
    """Hidden or withdrawn: its text stays as it was."""

    says = N_("Dit voorstel kan je niet meer veranderen.")


class NotFinished(Invalid):
    """Something that a moderator needs is still empty; the argument says what."""


@dataclass(frozen=True, slots=True)
class Idea:
    """The words of a proposal, cleaned."""

    title: str
    body: str
    theme: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is about: one street, or one area, or with neither the whole city; and perhaps a point on the map."""

    street: Street | None = None
    area: Area | None = None
    point: Point | None = None

    @property
    def areas(self) -> list[Area]:
        if self.street is not None:
            return list(self.street.areas)
        return [self.area] if self.area is not None else []


def clean_title(text: str) -> str:
    """A title as it is stored. Raises TextRefused."""
    return clean_line(text, most=LONGEST_TITLE, least=3)


def clean_body(text: str) -> str:
    """A text as it is stored. Raises TextRefused."""
    return clean_text(text, most=LONGEST_TEXT)


def begin(db: Session, idea: Idea, *, by: Actor, rules: OwnProposals, now: datetime) -> Proposal:
    """A new draft, for its author's eyes only."""
    proposal = Proposal(
        author_id=by.id,
        created_at=now,
        support_needed=rules.support_threshold,
        answer_days=rules.answer_days,
    )
    put(proposal, idea)
    db.add(proposal)
    db.flush()
    return proposal


def own(proposal: Proposal | None, *, by: Actor) -> Proposal:
    """The proposal, if it is the actor's and its text may change; NotThere as if it did not exist, or CannotChange."""
    if proposal is None or not is_author(by, proposal):
        raise NotThere
    if proposal.state not in MAY_MEND:
        raise CannotChange
    return proposal


def put(proposal: Proposal, idea: Idea) -> None:
    """Put the words in, with everything that follows from them."""
    moderation.write(proposal, title=idea.title, body=idea.body)
    proposal.theme = idea.theme
    proposal.summary = plain_excerpt(proposal.body_html, SUMMARY)
    proposal.search_key = search_key(idea.title, idea.body)


def mend(db: Session, proposal: Proposal, idea: Idea, *, seen_version: int | None, by: Actor, now: datetime) -> None:
    """The author changes the words. What is public shows them at once, as a new version that moderators look at after.

    Raises StaleVersion when the proposal was saved elsewhere since it was shown.
    """
    _guard(proposal, seen_version, by=by)
    if proposal.is_public:
        finished(idea)
        moderation.keep_revision(db, proposal, now=now)
    put(proposal, idea)
    if proposal.is_public:
        proposal.flags = f"{proposal.flags} {EDITED}".strip()
    if proposal.state != State.DRAFT:
        moderation.keep_revision(db, proposal, now=now)
    db.flush()


def put_at(db: Session, proposal: Proposal, place: Place, *, seen_version: int | None, by: Actor) -> None:
    """The author says where it is about. Once it was published its place holds: people supported it there."""
    _guard(proposal, seen_version, by=by)
    if proposal.was_published:
        raise CannotChange
    proposal.street = place.street
    proposal.areas = place.areas
    point = place.point.rounded() if place.point else None
    proposal.latitude = point.latitude if point else None
    proposal.longitude = point.longitude if point else None
    db.flush()


def hand_in(
    db: Session, proposal: Proposal, *, seen_version: int | None, by: Actor, rules: OwnProposals, now: datetime
) -> None:
    """The author sends it to the moderators. Raises NotFinished when something they need is missing."""
    _guard(proposal, seen_version, by=by)
    finished(Idea(proposal.title, proposal.body, proposal.theme))
    proposal.support_needed, proposal.answer_days = rules.support_threshold, rules.answer_days
    moderation.submit(db, proposal, by=by, now=now)


def discard(db: Session, proposal: Proposal, *, by: Actor) -> None:
    """Throw a draft away. What was ever handed in is withdrawn instead, so that the log keeps its subject."""
    if own(proposal, by=by).state != State.DRAFT or proposal.submitted_at is not None:
        raise CannotChange
    db.delete(proposal)
    db.flush()


def finished(idea: Idea) -> None:
    """Whether readers can understand it. Raises NotFinished with what to do."""
    if not idea.theme:
        raise NotFinished(N_("Kies een thema."))
    if len(idea.body) < SHORTEST_TEXT:
        raise NotFinished(N_("Vertel wat je wil en waarom, in minstens twee zinnen."))


def _guard(proposal: Proposal, seen_version: int | None, *, by: Actor) -> None:
    own(proposal, by=by)
    if seen_version is not None and seen_version != proposal.version:
        raise StaleVersion
