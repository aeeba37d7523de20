"""When each phase of a round opens and closes, and how one may move. What a phase allows is asked where it matters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import last_day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.regulations import JuryFormation, PhaseKind
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import ORDER, Phase, RoundRegulation, Span
from spreekt.modules.burgerbudget.workflow import runs_rounds

PHASE_WORDS = {
    PhaseKind.PREPARATION: N_("Voorbereiding"),
    PhaseKind.SUBMISSION: N_("Indienen"),
    PhaseKind.ADMISSIBILITY: N_("Nazicht van de voorwaarden"),
    PhaseKind.DIALOGUE: N_("Gesprek met de diensten"),
    PhaseKind.GAME: N_("Budgetspel"),
    PhaseKind.JURY: N_("Burgerjury"),
    PhaseKind.AWARD: N_("Toekenning"),
    PhaseKind.EXECUTION: N_("Uitvoering"),
    PhaseKind.EVALUATION: N_("Evaluatie"),
    PhaseKind.ARCHIVE: N_("Archief"),
}


THEME_PHASES = frozenset({PhaseKind.PREPARATION, PhaseKind.GAME, PhaseKind.ARCHIVE})
"""A round about themes is a vote, with what comes before it and after it."""


class PhaseInverted(Invalid):
    """The argument is the name of a phase that would close before it opens."""

    says = N_("“{0}” zou dan sluiten voor ze opent. Kies een later einde, of verplaats eerst deze fase.")


class PhasesOverlap(Invalid):
    """The arguments are the names of two phases, the earlier one first."""

    says = N_("“{1}” zou dan beginnen terwijl “{0}” nog loopt. Laat “{0}” vroeger sluiten of “{1}” later beginnen.")


class PhaseHasBegun(DomainError):
    """What is past stays as it was; the argument is the name of the phase."""

    says = N_("“{0}” is al begonnen of voorbij. Alleen een einde dat nog komt, kan je verplaatsen, naar later dan nu.")


class PhaseInThePast(Invalid):
    """A phase is planned before now."""

    says = N_("“{0}” kan niet in het verleden beginnen. Kies een later begin.")


class PhaseNeedsAnEnd(Invalid):
    """Only the archive stays open for ever."""

    says = N_("Zeg wanneer “{0}” eindigt.")


class DeciderStandsStill(DomainError):
    """The jury cannot go any more; the argument is the name of the phase since when who chooses stands still."""

    says = N_("Wie de winnaars kiest, ligt vast sinds “{0}” begon. De data van de jury kan je wel verplaatsen.")


class ThemesOnlyVoted(Invalid):
    """Nothing is handed in or paid in a round about themes; the argument is the name of the phase."""

    says = N_("Een ronde over thema's is een stemming, met een voorbereiding en een archief. “{0}” past daar niet bij.")


class NoPhasesBesideAFile(DomainError):
    """A round that was read from a file of ballots is over."""

    says = N_("Deze ronde komt uit een bestand met stemmen. Ze krijgt geen fasen.")


def timeline(db: Session, round: Round) -> tuple[Span, ...]:
    """The phases of a round in order; none for a round that is a vote and nothing else."""
    return timelines(db, [round])[round.id]


def timelines(db: Session, rounds: Sequence[Round]) -> dict[int, tuple[Span, ...]]:
    """The phases of many rounds, in one statement."""
    found: dict[int, list[Span]] = {round.id: [] for round in rounds}
    for row in db.scalars(select(Phase).where(Phase.round_id.in_(found))):
        found[row.round_id].append(Span(row.kind, row.opens_at, row.closes_at))
    for round in rounds:
        if found[round.id] and not round.without_vote:
            found[round.id].append(Span(PhaseKind.GAME, round.poll.opens_at, round.poll.closes_at))
    return {key: tuple(in_order(spans)) for key, spans in found.items()}


def with_the_vote(db: Session, round: Round) -> tuple[Span, ...]:
    """What a change of phases starts from: a round without phases still has its vote."""
    vote = Span(PhaseKind.GAME, round.poll.opens_at, round.poll.closes_at)
    return timeline(db, round) or (() if round.without_vote else (vote,))


def in_order(spans: Sequence[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: ORDER.index(span.kind))


def phase(spans: Sequence[Span], kind: PhaseKind) -> Span | None:
    return next((span for span in spans if span.kind is kind), None)


def is_open(spans: Sequence[Span], kind: PhaseKind, now: datetime) -> bool:
    """Whether a phase is open at this moment, by the clock alone."""
    span = phase(spans, kind)
    return span is not None and span.is_open(now)


def has_reached(spans: Sequence[Span], kind: PhaseKind, now: datetime) -> bool:
    """Whether this phase or one that comes after it has opened: what it uses stands still from then on."""
    later = ORDER[ORDER.index(kind) :]
    return any(span.kind in later and span.opens_at <= now for span in spans)


def set_phase(
    db: Session, round: Round, kind: PhaseKind, opens_at: datetime, closes_at: datetime | None, *,
    by: Actor, now: datetime,
) -> tuple[Span, ...]:  # fmt: skip
    """Put a phase in the round or move it. `now` is the database's clock.

    When its end moves, the next phase moves its start along if it began at that end, or would now begin before it.
    Raises PhaseInverted, PhasesOverlap, PhaseHasBegun, PhaseInThePast, PhaseNeedsAnEnd, NoPhasesBesideAFile.
    """
    if round.is_imported:
        raise NoPhasesBesideAFile
    old = with_the_vote(db, round)
    spans = [span for span in old if span.kind is not kind]
    before, after = phase(old, kind), next((each for each in old if ORDER.index(each.kind) > ORDER.index(kind)), None)
    if closes_at is not None and after is not None:
        joined = before is not None and before.closes_at == after.opens_at
        if (joined and closes_at != after.opens_at) or closes_at > after.opens_at:
            spans[spans.index(after)] = replace(after, opens_at=closes_at)
    return store(db, round, old, [*spans, Span(kind, opens_at, closes_at)], by=by, now=now)


def leave_out(db: Session, round: Round, kind: PhaseKind, *, by: Actor, now: datetime) -> tuple[Span, ...]:
    """Take a phase that has not begun out of the round; its neighbours stay where they are.

    Without the phase of the jury there is no jury: the rule chooses. Raises PhaseHasBegun, DeciderStandsStill.
    """
    old = with_the_vote(db, round)
    return store(db, round, old, [span for span in old if span.kind is not kind], by=by, now=now)


def store(
    db: Session, round: Round, old: Sequence[Span], new: Sequence[Span], *, by: Actor, now: datetime
) -> tuple[Span, ...]:
    """Make these the phases of a round, or refuse with the reason. The command line may also write the past."""
    if not runs_rounds(by, None):
        raise Forbidden
    spans = in_order(new)
    check(spans)
    if round.is_about_themes:
        _check_themes(spans)
    if by is not SYSTEM:
        _check_past(old, spans, now, late=_late_jury(db, round, old, spans, now))
        if jury_size_of(db, round) and phase(old, PhaseKind.JURY) and not phase(spans, PhaseKind.JURY):
            _end_jury(db, round, old, by=by, now=now)
    game = phase(spans, PhaseKind.GAME)
    _set_poll(round, game or _stand_still(spans) or Span(PhaseKind.GAME, round.poll.opens_at, round.poll.closes_at))
    round.without_vote = game is None and bool(spans)
    db.execute(delete(Phase).where(Phase.round_id == round.id).execution_options(synchronize_session="fetch"))
    db.add_all(
        Phase(round_id=round.id, kind=span.kind, opens_at=span.opens_at, closes_at=span.closes_at)
        for span in spans
        if span.kind is not PhaseKind.GAME
    )
    db.flush()
    audit.record(db, by=by, act="round.phases", subject=f"round:{round.id}")
    return tuple(spans)


def check(spans: Sequence[Span]) -> None:
    """Refuse what cannot be: an end before a start, two phases at once. Raises PhaseInverted, PhasesOverlap."""
    for span in spans:
        if span.closes_at is None and span.kind is not PhaseKind.ARCHIVE:
            raise PhaseNeedsAnEnd(PHASE_WORDS[span.kind])
        if span.closes_at is not None and span.closes_at <= span.opens_at:
            raise PhaseInverted(PHASE_WORDS[span.kind])
    for first, second in pairwise(spans):
        if first.closes_at is None or first.closes_at > second.opens_at:
            raise PhasesOverlap(PHASE_WORDS[first.kind], PHASE_WORDS[second.kind])


def phase_words(rules: RoundRegulation | None) -> Mapping[PhaseKind, str]:
    """The names of the phases of a round with these numbers."""
    if rules is not None and rules.jury_formation is JuryFormation.APPOINTED:
        return PHASE_WORDS | {PhaseKind.JURY: N_("Jury van experten")}
    return PHASE_WORDS


def _check_themes(spans: Sequence[Span]) -> None:
    if phase(spans, PhaseKind.GAME) is None:
        raise Invalid(N_("Zonder budgetspel kiest niemand thema's. Laat die fase staan."))
    for span in spans:
        if span.kind not in THEME_PHASES:
            raise ThemesOnlyVoted(PHASE_WORDS[span.kind])


def jury_size_of(db: Session, round: Round) -> int:
    """How many jurors the regulation asks; none without a regulation."""
    rules = db.get(RoundRegulation, round.id)
    return rules.jury_size if rules is not None else 0


def _end_jury(db: Session, round: Round, old: Sequence[Span], *, by: Actor, now: datetime) -> None:
    """The rule chooses from now on. Raises DeciderStandsStill once people vote by who chooses."""
    if has_reached(old, PhaseKind.GAME, now):
        raise DeciderStandsStill(PHASE_WORDS[PhaseKind.GAME])
    rules = db.get_one(RoundRegulation, round.id)
    rules.jury_size, rules.jury_weight_percent, rules.winners_most = 0, None, None
    audit.record(db, by=by, act="round.numbers", subject=f"round:{round.id}", reason="jury_size jury_weight_percent")


def _late_jury(
    db: Session, round: Round, old: Sequence[Span], new: Sequence[Span], now: datetime
) -> frozenset[PhaseKind]:
    """The phases that may still begin on another day: a jury that was forgotten, and what comes right after it.

    The numbers ask a jury and no phase has it, so that nobody could ever award the round. Not once somebody entered
    what the college decided.
    """
    comes = phase(old, PhaseKind.JURY) is None and phase(new, PhaseKind.JURY) is not None
    if not comes or not has_reached(old, PhaseKind.AWARD, now) or not jury_size_of(db, round):
        return frozenset()
    if db.get(CollegeDecision, round.id) is not None:
        return frozenset()
    later = ORDER[ORDER.index(PhaseKind.JURY) + 1 :]
    return frozenset({PhaseKind.JURY, next(span.kind for span in old if span.kind in later)})


def _check_past(old: Sequence[Span], new: Sequence[Span], now: datetime, *, late: frozenset[PhaseKind]) -> None:
    for before in old:
        after, name = phase(new, before.kind), PHASE_WORDS[before.kind]
        moves = after is None or (after.opens_at != before.opens_at and before.kind not in late)
        if before.opens_at <= now and moves:
            raise PhaseHasBegun(name)
        if before.is_over(now) and (after is None or after.closes_at != before.closes_at):
            raise PhaseHasBegun(name)
        if before.kind is PhaseKind.GAME and before.opens_at <= now and after != before:
            raise PhaseHasBegun(name)
        moved = after is not None and after.closes_at != before.closes_at
        if moved and after is not None and after.closes_at is not None and after.closes_at <= now:
            raise PhaseHasBegun(name)
    for after in new:
        before_it = phase(old, after.kind)
        begins_anew = before_it is None or before_it.opens_at != after.opens_at
        if begins_anew and after.opens_at <= now and after.kind not in late:
            raise PhaseInThePast(PHASE_WORDS[after.kind])


def _stand_still(spans: Sequence[Span]) -> Span | None:
    """Without a budget game projects stand still when the first phase after it opens."""
    later = ORDER[ORDER.index(PhaseKind.GAME) + 1 :]
    return next((span for span in spans if span.kind in later and span.closes_at is not None), None)


def _set_poll(round: Round, game: Span) -> None:
    if game.closes_at is None or (round.poll.opens_at, round.poll.closes_at) == (game.opens_at, game.closes_at):
        return
    round.poll.opens_at, round.poll.closes_at = game.opens_at, game.closes_at
    round.poll.age_on = last_day(game.closes_at)
    round.publishes_at = max(round.publishes_at, game.closes_at)
