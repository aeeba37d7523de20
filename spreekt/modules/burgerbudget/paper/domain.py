"""Paper ballots after the close: two people type a pile apart, it is compared, and what is equal goes in the box.

Nothing is typed before the close, and nobody sees what the other typed until both have the whole pile. What became of
paper that did not come back is in minutes.py.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from spreekt.electorate.domain import turnout
from spreekt.electorate.models import Channel
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import PublishedOutcome, Round
from spreekt.modules.burgerbudget.officers.counting import StillSecret
from spreekt.modules.burgerbudget.paper.models import PaperBatch, PaperEntry, PaperMinutes
from spreekt.modules.burgerbudget.paper.sheets import (
    MOST_SHEETS,
    Kind,
    Sheet,
    differing,
    read,
    sheet_of,
    words_of,
    written,
)
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.voting.ballots import sealed_ballot
from spreekt.modules.burgerbudget.voting.game import Game, game_of

MODULE = "burgerbudget"


class AlreadyCounted(DomainError):
    """The box was opened: no ballot can be added any more."""

    says = N_("De uitslag is al geteld. Er kan geen papier meer bij.")


class TwoAreTyping(DomainError):
    """Both seats of this batch are taken."""

    says = N_("Twee collega's typen deze stapel al. Neem een andere stapel.")


class BatchAccepted(DomainError):
    """Its ballots are in the box."""

    says = N_("Deze stapel is al aanvaard. De stemmen zitten in de stembus.")


class NotEqual(DomainError):
    """Two entries that are there and equal are needed."""

    says = N_("De twee invoeren zijn nog niet gelijk. Kijk de bladen na en verbeter wat fout getypt is.")


class NoSuchSheet(DomainError):
    """Sheets are typed one after the other."""

    status = 422
    says = N_("Typ de bladen in hun volgorde. Een stapel heeft hoogstens {0} bladen.")


class MoreThanHandedOut(DomainError):
    """The arguments are how many sheets there are and how many were handed out."""

    says = N_("Er zijn {0} bladen en er zijn er {1} meegegeven. Dat kan niet. Tel de stapels na en bel de beheerder.")


@dataclass(frozen=True, slots=True)
class Difference:
    """A sheet that two people typed in different ways, in their words; empty where one has no such sheet."""

    number: int
    one: str = field(repr=False)
    other: str = field(repr=False)


def batches_of(db: Session, round: Round) -> Sequence[PaperBatch]:
    """Every pile of a round, with who types it."""
    query = select(PaperBatch).where(PaperBatch.round_id == round.id).options(
        selectinload(PaperBatch.entries).joinedload(PaperEntry.counted_by)
    )  # fmt: skip
    return db.scalars(query.order_by(PaperBatch.number)).all()


def begin(db: Session, clock: Clock, round: Round, *, by: Actor) -> PaperBatch:
    """A new pile. Minutes that were there are no longer true and go. Raises StillSecret, AlreadyCounted."""
    may_count(by)
    locks.alone(db, round)
    after_the_close(db, clock, round)
    last = db.scalar(select(func.max(PaperBatch.number)).where(PaperBatch.round_id == round.id)) or 0
    now = clock.database_now(db)
    batch = PaperBatch(round_id=round.id, number=last + 1, prepared_by_id=by.id, made_at=now)
    db.add(batch)
    minutes = db.get(PaperMinutes, round.id)
    if minutes is not None:
        db.delete(minutes)
    db.flush()
    audit.record(db, by=by, act="round.paper-batch", subject=f"round:{round.id}", reason=f"stapel {batch.number}")
    return batch


def batch_of(db: Session, round: Round, number: int, *, lock: bool = False) -> PaperBatch:
    """One pile by its number, or NotThere."""
    query = select(PaperBatch).where(PaperBatch.round_id == round.id, PaperBatch.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalars(query.options(selectinload(PaperBatch.entries))).one_or_none()
    if found is None:
        raise NotThere
    return found


def drop(db: Session, clock: Clock, round: Round, number: int, *, by: Actor) -> None:
    """Take back a pile that was begun by mistake. Raises BatchAccepted, AlreadyCounted."""
    may_count(by)
    batch = _open_batch(db, clock, round, number)
    db.delete(batch)
    db.flush()
    audit.record(db, by=by, act="round.paper-dropped", subject=f"round:{round.id}", reason=f"stapel {number}")


def put(
    db: Session, vault: Vault, clock: Clock, round: Round, number: int, sheet: int, typed: str, *, by: Actor
) -> None:
    """What one person typed of one sheet: the next one, or one that is corrected.

    Raises StillSecret, AlreadyCounted, BatchAccepted, TwoAreTyping, NoSuchSheet, and what sheet_of raises.
    """
    may_count(by)
    batch = _open_batch(db, clock, round, number)
    game, costs = rules_of(db, round)
    good, entry = sheet_of(typed, game, costs), _seat(db, vault, batch, by)
    sheets = sheets_of(vault, entry)
    if not 1 <= sheet <= min(len(sheets) + 1, MOST_SHEETS):
        raise NoSuchSheet(MOST_SHEETS)
    sheets[sheet - 1 : sheet] = [good]
    _keep(db, vault, entry, sheets, game, costs)


def put_all(
    db: Session, vault: Vault, clock: Clock, round: Round, number: int, sheets: Sequence[Sheet], *, by: Actor
) -> None:
    """A whole pile from a scanner's file, in the place of what this person typed. Raises as `put`."""
    may_count(by)
    batch = _open_batch(db, clock, round, number)
    if not 1 <= len(sheets) <= MOST_SHEETS:
        raise NoSuchSheet(MOST_SHEETS)
    _keep(db, vault, _seat(db, vault, batch, by), sheets, *rules_of(db, round))


def take_back_last(db: Session, vault: Vault, clock: Clock, round: Round, number: int, *, by: Actor) -> None:
    """One sheet less than was typed. Raises as `put`."""
    may_count(by)
    entry = _mine(_open_batch(db, clock, round, number), by)
    _keep(db, vault, entry, sheets_of(vault, entry)[:-1], *rules_of(db, round))


def finish(db: Session, vault: Vault, clock: Clock, round: Round, number: int, *, by: Actor) -> None:
    """This person typed the whole pile. Raises as `put`, NoSuchSheet when nothing was typed."""
    may_count(by)
    entry = _mine(_open_batch(db, clock, round, number), by)
    if not sheets_of(vault, entry):
        raise NoSuchSheet(MOST_SHEETS)
    entry.is_done = True
    db.flush()


def differences(vault: Vault, batch: PaperBatch, game: Game) -> list[Difference] | None:
    """Where two people disagree; None until both typed the whole pile."""
    if len(batch.entries) < 2 or not all(entry.is_done for entry in batch.entries):
        return None
    one, other = (sheets_of(vault, entry) for entry in batch.entries)
    said = [{at: words_of(sheet, game) for at, sheet in enumerate(sheets, 1)} for sheets in (one, other)]
    return [Difference(at, said[0].get(at, ""), said[1].get(at, "")) for at in differing(one, other)]


def accept(db: Session, vault: Vault, clock: Clock, round: Round, number: int, *, by: Actor) -> PaperBatch:
    """Put the ballots of two equal entries in the box, in random order, and forget the entries.

    Only who typed it accepts it. Raises NotEqual, BatchAccepted, MoreThanHandedOut, StillSecret, AlreadyCounted.
    """
    may_count(by)
    batch = _open_batch(db, clock, round, number)
    _mine(batch, by)
    game, costs = rules_of(db, round)
    if differences(vault, batch, game) != []:
        raise NotEqual
    sheets = sheets_of(vault, batch.entries[0])
    handed_out = turnout(db, round.poll, channel=Channel.PAPER)
    together = sum(each.sheets for each in batches_of(db, round)) + len(sheets)
    if together > handed_out:
        raise MoreThanHandedOut(together, handed_out)
    good = [sheet for sheet in sheets if sheet.kind is Kind.VALID]
    for sheet in secrets.SystemRandom().sample(good, len(good)):
        db.add(sealed_ballot(round, game, game.check(sheet.marks, costs), costs))
    now = clock.database_now(db)  # before the numbers: asking it would write them without the moment
    batch.ballots = len(good)
    batch.blank = sum(sheet.kind is Kind.BLANK for sheet in sheets)
    batch.invalid = sum(sheet.kind is Kind.INVALID for sheet in sheets)
    batch.accepted_at, batch.approved_by_id = now, by.id
    batch.entries.clear()
    db.flush()
    audit.record(
        db, by=by, act="round.paper-accepted", subject=f"round:{round.id}",
        reason=f"stapel {number}: {batch.ballots} geldig, {batch.blank} blanco, {batch.invalid} ongeldig",
    )  # fmt: skip
    return batch


def sheets_of(vault: Vault, entry: PaperEntry) -> list[Sheet]:
    """What one person typed."""
    return read(vault.open(_purpose(entry.batch_id, entry.seat), entry.sealed_sheets)) if entry.sealed_sheets else []


def rules_of(db: Session, round: Round) -> tuple[Game, dict[str, int]]:
    """The way of voting and the projects with their prices."""
    return game_of(round, db.get(RoundRegulation, round.id)), costs_on_ballot(db, round.id)


def may_count(by: Actor) -> None:
    """Publishers and desk officers type paper; for anybody else it is as if it were not there."""
    if by.id is None or not by.has(Role.PUBLISHER, Role.DESK, module=MODULE):
        raise Forbidden


def after_the_close(db: Session, clock: Clock, round: Round) -> None:
    """Paper is typed between the close and the count. Raises StillSecret, AlreadyCounted."""
    if not round.poll.is_over(clock.database_now(db)):
        raise StillSecret
    if db.scalar(select(PublishedOutcome.part).where(PublishedOutcome.round_id == round.id).limit(1)) is not None:
        raise AlreadyCounted


def _open_batch(db: Session, clock: Clock, round: Round, number: int) -> PaperBatch:
    """The pile, for this transaction alone, while it may still change."""
    locks.alone(db, round)
    after_the_close(db, clock, round)
    batch = batch_of(db, round, number, lock=True)
    if batch.accepted_at is not None:
        raise BatchAccepted
    return batch


def _mine(batch: PaperBatch, by: Actor) -> PaperEntry:
    mine = [entry for entry in batch.entries if entry.counted_by_id == by.id]
    if not mine:
        raise NotThere
    return mine[0]


def _seat(db: Session, vault: Vault, batch: PaperBatch, by: Actor) -> PaperEntry:
    """What this person typed so far; a new entry when there is a seat left."""
    if any(entry.counted_by_id == by.id for entry in batch.entries):
        return _mine(batch, by)
    free = {1, 2} - {entry.seat for entry in batch.entries}
    if not free:
        raise TwoAreTyping
    entry = PaperEntry(seat=min(free), counted_by_id=by.id, sealed_sheets="", is_done=False)
    try:
        with db.begin_nested():
            batch.entries.append(entry)
    except IntegrityError:
        raise TwoAreTyping from None
    return entry


def _keep(
    db: Session, vault: Vault, entry: PaperEntry, sheets: Sequence[Sheet], game: Game, costs: dict[str, int]
) -> None:
    """Seal it, as long for every content: only the number of sheets shows."""
    longest = (game.longest(costs) + len('["ongeldig",],')) * max(len(sheets), 1) + 2
    entry.sealed_sheets = vault.seal(_purpose(entry.batch_id, entry.seat), written(sheets), padded_to=longest)
    db.flush()


def _purpose(batch_id: int, seat: int) -> str:
    return f"paper entry {batch_id} {seat}"
