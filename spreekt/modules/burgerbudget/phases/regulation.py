"""The numbers of a round: where they come from, from when on each stands still, and how the rest may change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, last_day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.regulations import BudgetPreset, PhaseKind, VoteMethod
from spreekt.modules.burgerbudget.models import Pot, Round
from spreekt.modules.burgerbudget.phases.models import ORDER, RoundRegulation, Span
from spreekt.modules.burgerbudget.phases.timeline import PHASE_WORDS, has_reached, phase, store, timeline
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge
from spreekt.modules.burgerbudget.workflow import runs_rounds

_USES: Mapping[PhaseKind, tuple[str, ...]] = {
    PhaseKind.SUBMISSION: (
        "project_least_cents", "project_most_cents", "applicants_least", "addresses_least", "adults_least",
        "adult_age", "applicant_age_least", "applicant_age_most", "ideas_per_person_most", "group_days",
    ),
    PhaseKind.ADMISSIBILITY: ("mend_days", "reply_days"),
    PhaseKind.DIALOGUE: ("advice_days",),
    PhaseKind.GAME: (
        "vote_method", "basket_cents", "coins", "favourites", "points", "ranks", "may_change_vote", "reminder_days",
        "buyers_least", "top", "top_edge", "jury_size", "jury_formation", "jury_weight_percent",
        "winners_most", "themes_most",
    ),
    PhaseKind.JURY: ("jury_reserves", "jury_age_least"),
    PhaseKind.AWARD: ("carry_out_months",),
    PhaseKind.EXECUTION: ("first_instalment_percent", "late_days", "account_days"),
}  # fmt: skip
USED_FROM: Mapping[str, PhaseKind] = {name: kind for kind, names in _USES.items() for name in names}
"""The first phase that uses each number; from its opening on the number stands still."""
_OF_THEMES = frozenset({
    "vote_method", "coins", "favourites", "points", "ranks", "may_change_vote", "reminder_days", "themes_most",
})  # fmt: skip
_OF_PRESET = tuple(name for name in USED_FROM if name in BudgetPreset.__dataclass_fields__)


class NumberStandsStill(DomainError):
    """The argument is the name of the phase that uses the number already."""

    says = N_("Dit getal ligt vast sinds “{0}” begon. Zet de oude waarde terug om de rest te bewaren.")

    def __init__(self, phase_name: str, *, field: str) -> None:
        super().__init__(phase_name)
        self.field = field


class JuryHasNoPhase(Invalid):
    """A jury without days would never begin, and the round would wait for it for ever."""

    says = N_("Een jury heeft een fase nodig. Voeg eerst de fase “Burgerjury” toe.")


class NumbersContradict(Invalid):
    """Two numbers of a regulation cannot both hold."""

    says = N_(
        "Deze getallen spreken elkaar tegen. Kijk na: niet meer adressen of volwassenen dan leden in de groep, "
        "het minimum niet boven het maximum, munten of een korf alleen bij die manier van stemmen, en een hoogste "
        "aantal winnaars alleen met een jury. Zijn er al kandidaten of experten, dan verandert ook niet meer hoe de "
        "jury er komt."
    )


class LotWithoutWords(Invalid):
    """A lot at the edge of the top needs words that everybody knows before the vote."""

    says = N_("Als een loting beslist, kent iedereen de woorden daarvan vooraf. Vul ze in bij “Verander de ronde”.")
    field: ClassVar[str] = "top_edge"


class VoteNeedsMethod(Invalid):
    """A round with a vote cannot lose its way of voting."""

    says = N_("In deze ronde wordt gestemd. Kies hoe, of laat eerst de fase “Budgetspel” weg.")


class ThemesContradict(Invalid):
    """A round about themes has no prices, no jury and no threshold; any other round has no themes that go on."""

    says = N_("Zeg hoeveel thema's doorgaan, en laat inwoners stemmen met favorieten, munten, punten of een volgorde.")
    field: ClassVar[str] = "themes_most"


class SlugIsTaken(Invalid):
    """Two rounds cannot have one address."""

    says = N_("Er is al een ronde met dit woord in het adres. Kies een ander woord.")


def regulation_of(db: Session, round: Round) -> RoundRegulation | None:
    """The numbers of a round; None for a round without phases, which is a vote and nothing else."""
    return db.get(RoundRegulation, round.id)


def not_asked(round: Round) -> frozenset[str]:
    """The numbers that mean nothing in this round: about themes most of them, elsewhere those about themes."""
    return frozenset(USED_FROM) - _OF_THEMES if round.is_about_themes else frozenset({"themes_most"})


def standing_still(round: Round, spans: Sequence[Span], now: datetime) -> frozenset[str]:
    """The numbers that a phase which opened uses already. A round without phases is its vote."""
    spans = spans or [Span(PhaseKind.GAME, round.poll.opens_at, round.poll.closes_at)]
    return frozenset(name for name, kind in USED_FROM.items() if has_reached(spans, kind, now))


def change_numbers(db: Session, round: Round, values: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Change numbers of a regulation. `now` is the database's clock.

    Raises NumberStandsStill for what is in use, VoteNeedsMethod, JuryHasNoPhase, ThemesContradict, LotWithoutWords,
    and NumbersContradict when the database says no.
    """
    if not runs_rounds(by, None):
        raise Forbidden
    spans = timeline(db, round)
    still = standing_still(round, spans, now)
    try:
        with db.begin_nested():
            rules = regulation_of(db, round) or _blank(db, round)
            changed = sorted(name for name, value in values.items() if getattr(rules, name) != value)
            for name in changed:
                if name in still:
                    raise NumberStandsStill(PHASE_WORDS[USED_FROM[name]], field=name)
                if name == "vote_method" and values[name] is None and not round.without_vote:
                    raise VoteNeedsMethod
                setattr(rules, name, values[name])
            if contradicts_themes(round, rules):
                raise ThemesContradict
            if "jury_size" in changed and rules.jury_size and phase(spans, PhaseKind.JURY) is None:
                raise JuryHasNoPhase
            if {"top", "top_edge"} & set(changed) and lacks_lot(round, rules):
                raise LotWithoutWords
            db.flush()
    except IntegrityError:
        db.expire_all()
        raise NumbersContradict from None
    audit.record(db, by=by, act="round.numbers", subject=f"round:{round.id}", reason=" ".join(changed))


def lacks_lot(round: Round, rules: RoundRegulation | None) -> bool:
    """The regulation lets a lot decide at the edge of the top, and the round has no words to draw it by."""
    draws = rules is not None and rules.top is not None and rules.top_edge is AtTheEdge.LOT
    return draws and not round.rule_options.get("lot_seed")


def contradicts_themes(round: Round, rules: RoundRegulation) -> bool:
    """The numbers are not those of a round of this kind."""
    if not round.is_about_themes:
        return rules.themes_most is not None
    gates = rules.jury_size or rules.buyers_least or rules.top
    return rules.themes_most is None or bool(gates) or rules.vote_method in (None, VoteMethod.BASKET)


def _blank(db: Session, round: Round) -> RoundRegulation:
    rules = RoundRegulation(round_id=round.id)
    db.add(rules)
    db.flush()
    return rules


def start_from(
    db: Session, preset: BudgetPreset, *, slug: str, title: str, amount_cents: int, starts_at: datetime,
    area_id: int | None, by: Actor, now: datetime,
) -> Round:  # fmt: skip
    """A new round with the numbers and the lengths of a known edition, from one phase into the next."""
    if preset.is_for_one_area and area_id is None:
        raise Invalid(N_("Deze oproep is voor één deelgemeente. Kies welke."))
    spans = _laid_out(preset.phase_days, starts_at)
    round = _begin(db, slug=slug, title=title, amount_cents=amount_cents, spans=spans, by=by,
                   ages=(preset.voter_age_least, preset.voter_age_most), area_id=area_id)  # fmt: skip
    round.decision_uri = preset.source.decision or ""
    round.max_approvals = preset.favourites or preset.coins
    round.is_about_themes = preset.is_about_themes
    numbers = {name: getattr(preset, name) for name in _OF_PRESET}
    db.add(RoundRegulation(round_id=round.id, preset=preset.code, source=preset.source.told_by[:300], **numbers))
    db.flush()
    store(db, round, (), spans, by=by, now=now)
    return round


def clone(db: Session, old: Round, *, slug: str, title: str, starts_at: datetime, by: Actor, now: datetime) -> Round:
    """A new round with the numbers, the pots and the lengths of an old one. Its decision and its projects are its own,
    and what residents divided in another round stays with the old one.

    Raises SlugIsTaken, PhaseInThePast, Invalid when the old round has no phases.
    """
    before = timeline(db, old)
    if not before:
        raise Invalid(N_("Deze ronde heeft geen fasen om over te nemen. Start een nieuwe uit een voorbeeld."))
    shift = _local_midnights(before[0].opens_at, starts_at)
    spans = [
        Span(each.kind, _later(each.opens_at, shift), _later(each.closes_at, shift) if each.closes_at else None)
        for each in before
    ]
    round = _begin(db, slug=slug, title=title, amount_cents=old.amount_cents, spans=spans, by=by,
                   ages=(old.poll.minimum_age, old.poll.maximum_age), area_id=old.poll.area_id)  # fmt: skip
    round.intro, round.currency, round.rule = old.intro, old.currency, old.rule
    round.rule_options = {name: value for name, value in old.rule_options.items() if name != "lot_seed"}
    round.max_approvals, round.is_about_themes = old.max_approvals, old.is_about_themes
    rules = regulation_of(db, old)
    if rules is not None:
        kept = {name: getattr(rules, name) for name in (*USED_FROM, "preset", "source")}
        db.add(RoundRegulation(round_id=round.id, **kept))
    for pot in db.scalars(select(Pot).where(Pot.round_id == old.id).order_by(Pot.id)):
        if old.themes_from_id is None:
            db.add(Pot(round_id=round.id, code=pot.code, area_id=pot.area_id, theme=pot.theme,
                       amount_cents=pot.amount_cents))  # fmt: skip
    db.flush()
    store(db, round, (), spans, by=by, now=now)
    return round


def _begin(
    db: Session, *, slug: str, title: str, amount_cents: int, spans: Sequence[Span], by: Actor,
    ages: tuple[int, int | None], area_id: int | None,
) -> Round:  # fmt: skip
    if not runs_rounds(by, None):
        raise Forbidden
    if db.scalar(select(Round.id).where(Round.slug == slug)) is not None:
        raise SlugIsTaken
    later = ORDER[ORDER.index(PhaseKind.GAME) :]
    vote = phase(spans, PhaseKind.GAME) or next((span for span in spans if span.kind in later), None)
    if vote is None or vote.closes_at is None:
        raise Invalid(N_("Een ronde heeft een budgetspel, een jury of een toekenning nodig."))
    poll = Poll(module="burgerbudget", opens_at=vote.opens_at, closes_at=vote.closes_at, minimum_age=ages[0],
                maximum_age=ages[1], age_on=last_day(vote.closes_at), area_id=area_id)  # fmt: skip
    round = Round(slug=slug, title=title, poll=poll, amount_cents=amount_cents, publishes_at=vote.closes_at)
    db.add_all([poll, round])
    db.flush()
    audit.record(db, by=by, act="round.create", subject=f"round:{round.id}")
    return round


def _laid_out(days: Mapping[PhaseKind, int], starts_at: datetime) -> list[Span]:
    spans, opens_at = [], starts_at
    for kind in (kind for kind in ORDER if kind in days):
        closes_at = _later(opens_at, timedelta(days=days[kind]))
        spans.append(Span(kind, opens_at, closes_at))
        opens_at = closes_at
    return spans


def _later(moment: datetime, by: timedelta) -> datetime:
    """As many days later at the same hour of the clock in Brussels, also when summer time lies between."""
    there = moment.astimezone(BRUSSELS).replace(tzinfo=None) + by
    return there.replace(tzinfo=BRUSSELS)


def _local_midnights(first: datetime, second: datetime) -> timedelta:
    """The difference on the clock in Brussels."""
    one, other = (each.astimezone(BRUSSELS).replace(tzinfo=None) for each in (first, second))
    return other - one


def at_midnight(day: Any) -> datetime:
    """The first second of a day in Brussels."""
    return datetime.combine(day, time(), BRUSSELS)
