"""Letters with a code for everybody who may vote: one person asks, another has them made, part by part.

A part is one transaction, so that voters never wait long and a server that dies loses nothing: the same part again
gives the same codes. How a letter looks and where it goes is the module's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.electorate.domain import as_voter, voter_key, why_not
from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.electorate.pass_models import LetterRun, VotePass
from spreekt.electorate.passes import code_hash, letter_code
from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_, DomainError, Forbidden
from spreekt.kernel.vault import Vault

PART = 250


class AlreadyAsked(DomainError):
    """Letters of this poll wait for the second person, or are being made."""

    says = N_("De brieven van deze stemming zijn al gevraagd. Wacht tot ze gemaakt zijn.")


class NotAsked(DomainError):
    """There is nothing to approve."""

    says = N_("Er zijn geen brieven gevraagd, of iemand keurde ze al goed.")


class SamePerson(DomainError):
    """Who asked may not approve."""

    says = N_("Jij vroeg deze brieven. Iemand anders laat ze maken.")


class TooLate(DomainError):
    """Nobody can use a code after the close."""

    says = N_("De stemming is gesloten. Een brief met een code heeft nu geen zin meer.")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to print."""

    entry: RegisterEntry = field(repr=False)
    code: str = field(repr=False)


def ask(db: Session, poll: Poll, *, by: Actor, now: datetime) -> LetterRun:
    """The first of two people. Raises TooLate, AlreadyAsked; two at once: the database lets one through."""
    if not by.has(Role.ADMIN, module=poll.module) or by.id is None:
        raise Forbidden
    if poll.is_over(now):
        raise TooLate
    run = LetterRun(poll_id=poll.id, asked_by_id=by.id, asked_at=now)
    try:
        with db.begin_nested():
            db.add(run)
    except IntegrityError:
        raise AlreadyAsked from None
    audit.record(db, by=by, act="vote-letters.ask", subject=f"poll:{poll.id}")
    return run


def approve(db: Session, poll: Poll, *, by: Actor, now: datetime) -> LetterRun:
    """The register keeper has them made. Raises NotAsked, SamePerson, TooLate."""
    if not by.has(Role.REGISTER, module=poll.module):
        raise Forbidden
    run = unfinished(db, poll, lock=True)
    if run is None or run.approved_at is not None:
        raise NotAsked
    if run.asked_by_id == by.id:
        raise SamePerson
    if poll.is_over(now):
        raise TooLate
    run.approved_by_id, run.approved_at = by.id, now
    run.entries = db.scalar(select(func.count()).select_from(RegisterEntry).where(*_may_vote(poll))) or 0
    db.flush()
    audit.record(db, by=by, act="vote-letters.make", subject=f"poll:{poll.id}", reason=f"{run.entries} inwoners")
    return run


def unfinished(db: Session, poll: Poll, *, lock: bool = False) -> LetterRun | None:
    """The run that waits or is being made."""
    query = select(LetterRun).where(LetterRun.poll_id == poll.id, LetterRun.finished_at.is_(None))
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def runs_of(db: Session, poll: Poll) -> Sequence[LetterRun]:
    """Every run, newest first."""
    return db.scalars(select(LetterRun).where(LetterRun.poll_id == poll.id).order_by(LetterRun.id.desc())).all()


def next_part(db: Session, vault: Vault, run: LetterRun, poll: Poll, *, now: datetime) -> list[Letter]:
    """The letters of the next part, with their passes. The run is finished when nobody is left."""
    entries = db.scalars(
        select(RegisterEntry)
        .where(*_may_vote(poll), RegisterEntry.person_key > run.last_key)
        .order_by(RegisterEntry.person_key)
        .limit(PART)
    ).all()
    if len(entries) < PART or poll.is_over(now):
        run.finished_at = now
    letters, rows = [], []
    keys = {voter_key(vault, poll, entry.person_key): entry for entry in entries}
    without = keys.keys() - _served(db, poll, list(keys))
    for key, entry in keys.items():
        if key in without and not why_not(poll, as_voter(vault, poll, entry)):
            code = letter_code(vault, poll, key, occasion=f"run {run.id}")
            letters.append(Letter(entry, code))
            rows.append(
                {
                    "poll_id": poll.id, "code_hash": code_hash(vault, poll, code), "voter_key": key,
                    "channel": Channel.LETTER, "expires_at": poll.closes_at,
                }
            )  # fmt: skip
    if rows:
        db.execute(insert(VotePass), sorted(rows, key=lambda row: str(row["code_hash"])))
    if entries:
        run.last_key = entries[-1].person_key
    run.seen, run.letters = run.seen + len(entries), run.letters + len(letters)
    run.part += bool(letters)
    db.flush()
    return letters


def _served(db: Session, poll: Poll, keys: list[str]) -> set[str]:
    """Who needs no letter: a code is on its way, or they voted."""
    coded = select(VotePass.voter_key).where(
        VotePass.poll_id == poll.id, VotePass.channel == Channel.LETTER, VotePass.voter_key.in_(keys)
    )
    voted = select(UsedRight.voter_key).where(UsedRight.poll_id == poll.id, UsedRight.voter_key.in_(keys))
    return {*db.scalars(coded), *db.scalars(voted)}


def _may_vote(poll: Poll) -> list[ColumnElement[bool]]:
    """Who in the register has the age and lives in the poll's area."""
    rules: list[ColumnElement[bool]] = [
        RegisterEntry.gone_on.is_(None), RegisterEntry.born_on <= _born_by(poll.age_on, poll.minimum_age)
    ]  # fmt: skip
    if poll.maximum_age is not None:
        rules.append(RegisterEntry.born_on > _born_by(poll.age_on, poll.maximum_age + 1))
    return rules if poll.area_id is None else [*rules, RegisterEntry.area_id == poll.area_id]


def _born_by(day: date, age: int) -> date:
    """The last birth date with which somebody is that old on that day."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February of a year that has none
        return day.replace(year=day.year - age, day=28)
