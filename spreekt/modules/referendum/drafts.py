"""Preparing a referendum: what is asked, when, under which rules. Nothing here works once it is announced."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.places import Outline
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import poll_keys
from spreekt.modules.referendum.ballot.election import Question as BallotQuestion
from spreekt.modules.referendum.ballot.election import Template, new_uuid
from spreekt.modules.referendum.ballot.refusals import BadElection
from spreekt.modules.referendum.life import MODULE
from spreekt.modules.referendum.models import Question, Referendum
from spreekt.modules.referendum.regulation import Regulation

LEAST_ANSWERS = 2
FEWEST_TO_OPEN, MOST_TRUSTEES = 2, 9


class StandsStill(DomainError):
    """Announced: every word of it is published with its hash."""

    says = N_(
        "Dit referendum is aangekondigd. De vraag, de uitleg en de regels liggen vast en kunnen niet meer veranderen."
    )


class SlugTaken(DomainError):
    """Another referendum has this word in its address."""

    says = N_("Dit woord is al het adres van een ander referendum. Kies een ander.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The head of a referendum as it is typed."""

    title: str
    intro: str
    opens_at: datetime
    closes_at: datetime
    decided_on: date | None = None
    decision_uri: str = ""
    trustee_count: int = 3
    threshold: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as it is typed."""

    text: str
    answers: tuple[str, ...] = ("Ja", "Nee")
    allows_blank: bool = True
    explanation: str = ""
    arguments_for: tuple[str, ...] = ()
    arguments_against: tuple[str, ...] = ()


def create(db: Session, vault: Vault, *, slug: str, draft: Draft, rules: Regulation, by: Actor) -> Referendum:
    """A new referendum, not public yet. Raises Invalid when dates or keys contradict each other."""
    _must_run(by)
    _check(draft)
    if db.scalar(select(Referendum.id).where(Referendum.slug == slug)) is not None:
        raise SlugTaken
    referendum = Referendum(slug=slug, uuid=new_uuid(), rules=rules.stored, poll=_poll(draft, rules), title=draft.title)
    poll_keys.give_key(vault, referendum)
    _write(referendum, draft)
    db.add(referendum)
    db.flush()
    audit.record(db, by=by, act="referendum.create", subject=f"referendum:{referendum.id}")
    return referendum


def change(db: Session, referendum: Referendum, draft: Draft, *, by: Actor) -> None:
    """Change the head. Raises StandsStill, Invalid."""
    _must_run(by)
    _must_change(referendum)
    _check(draft)
    _write(referendum, draft)
    _set_poll(referendum.poll, draft, referendum.regulation)
    db.flush()
    audit.record(db, by=by, act="referendum.change", subject=f"referendum:{referendum.id}")


def set_rules(db: Session, referendum: Referendum, rules: Mapping[str, Any], *, by: Actor) -> None:
    """Change fields of the regulation for this referendum. Raises StandsStill, NotARegulation."""
    _must_run(by)
    _must_change(referendum)
    regulation = Regulation.of({**referendum.rules, **rules})
    referendum.rules = regulation.stored
    referendum.poll.minimum_age = regulation.minimum_age
    db.flush()
    audit.record(
        db, by=by, act="referendum.rules", subject=f"referendum:{referendum.id}", reason=", ".join(sorted(rules))
    )


def set_place(db: Session, referendum: Referendum, name: str, outline: object, *, by: Actor) -> None:
    """Say where the question applies: words, and a GeoJSON shape. No name takes the place away.

    Raises StandsStill, PlaceRefused for a shape that is none.
    """
    _must_run(by)
    _must_change(referendum)
    shape = Outline.from_geojson(outline).as_geojson() if name else None
    referendum.place = {"name": name, "outline": shape} if name else None
    db.flush()
    audit.record(db, by=by, act="referendum.place", subject=f"referendum:{referendum.id}", reason=name)


def ask(db: Session, referendum: Referendum, questions: Sequence[Asked], *, by: Actor) -> None:
    """Put these questions in this order in place of those there were. Raises StandsStill, Invalid."""
    _must_run(by)
    _must_change(referendum)
    for question in questions:
        if not question.text.strip() or len(set(question.answers)) != len(question.answers):
            raise Invalid(N_("Elke vraag heeft een tekst nodig, en antwoorden die van elkaar verschillen."))
        if len(question.answers) < LEAST_ANSWERS:
            raise Invalid(N_("Geef minstens twee antwoorden, elk op een eigen regel."))
    referendum.questions.clear()
    db.flush()
    referendum.questions.extend(
        Question(position=position, **_columns(question)) for position, question in enumerate(questions, start=1)
    )
    _must_be_askable(referendum)
    db.flush()
    audit.record(
        db, by=by, act="referendum.ask", subject=f"referendum:{referendum.id}", reason=f"{len(questions)} vragen"
    )


def write_question(db: Session, referendum: Referendum, position: int, asked: Asked, *, by: Actor) -> None:
    """Write the question at this place (from 1), or add one behind the last. Raises StandsStill, Invalid."""
    questions = [_asked(question) for question in referendum.questions]
    questions[position - 1 : position] = [asked]
    ask(db, referendum, questions, by=by)


def drop_question(db: Session, referendum: Referendum, position: int, *, by: Actor) -> None:
    """Leave one question out; the ones behind it move up. Raises StandsStill."""
    questions = [_asked(question) for question in referendum.questions if question.position != position]
    ask(db, referendum, questions, by=by)


def _asked(question: Question) -> Asked:
    return Asked(
        text=question.text,
        answers=tuple(question.answers),
        allows_blank=question.allows_blank,
        explanation=question.explanation,
        arguments_for=tuple(question.arguments_for),
        arguments_against=tuple(question.arguments_against),
    )


def _columns(question: Asked) -> dict[str, Any]:
    columns = asdict(question)
    return columns | {name: list(columns[name]) for name in ("answers", "arguments_for", "arguments_against")}


def _must_be_askable(referendum: Referendum) -> None:
    try:
        if referendum.questions:
            template_of(referendum)
    except BadElection as refusal:
        raise Invalid(str(refusal)) from None


def template_of(referendum: Referendum) -> Template:
    """What the ballots are made for, before there is a key. Raises BadElection."""
    return Template(
        name=referendum.title,
        description=referendum.intro,
        questions=tuple(
            BallotQuestion(question.text, tuple(question.answers), blank=question.allows_blank)
            for question in referendum.questions
        ),
    )


def _must_run(by: Actor) -> None:
    if not by.has(Role.REFERENDUM, module=MODULE):
        raise Forbidden


def _must_change(referendum: Referendum) -> None:
    if not referendum.may_change:
        raise StandsStill


def _check(draft: Draft) -> None:
    if draft.closes_at <= draft.opens_at:
        raise Invalid(N_("De stembus moet later sluiten dan ze opent."))
    if draft.threshold < FEWEST_TO_OPEN:
        raise Invalid(
            N_("Er zijn minstens 2 sleutelhouders nodig om te openen: anders opent elk van hen de bus alleen.")
        )
    if not draft.threshold < draft.trustee_count <= MOST_TRUSTEES:
        raise Invalid(
            N_(
                "Kies 3 tot 9 sleutelhouders, en minstens 1 meer dan er nodig zijn. "
                "Anders is elke stem verloren zodra één sleutel kwijt is."
            )
        )


def _write(referendum: Referendum, draft: Draft) -> None:
    referendum.title, referendum.intro = draft.title, draft.intro
    referendum.decided_on, referendum.decision_uri = draft.decided_on, draft.decision_uri
    referendum.trustee_count, referendum.threshold = draft.trustee_count, draft.threshold


def _poll(draft: Draft, rules: Regulation) -> Poll:
    poll = Poll(module=MODULE)
    _set_poll(poll, draft, rules)
    return poll


def _set_poll(poll: Poll, draft: Draft, rules: Regulation) -> None:
    poll.opens_at, poll.closes_at = draft.opens_at, draft.closes_at
    poll.minimum_age = rules.minimum_age
    poll.age_on = draft.closes_at.astimezone(BRUSSELS).date()
