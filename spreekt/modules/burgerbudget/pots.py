"""The parts a round's money is divided into, over areas or over themes, and which part a project competes for."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.models import Pot, Project, Round
from spreekt.modules.burgerbudget.phases.timeline import PHASE_WORDS, has_reached, timeline
from spreekt.modules.burgerbudget.themes.names import check_code_of
from spreekt.territory.models import Area


class PotsExceedAmount(Invalid):
    """The parts are more than the whole."""

    says = N_("De verdeling is samen meer dan het bedrag van de ronde. Maak een deel kleiner.")


class TwoDivisions(Invalid):
    """One project would compete in two pots."""

    says = N_("Verdeel het bedrag over deelgemeenten of over thema's, niet over allebei. Maak een van de twee leeg.")


class TooExpensive(Invalid):
    """No rule could ever choose this project."""

    says = N_("Dit project kost meer dan er te verdelen is. Kies een lagere prijs.")


class NoMoneyForTheme(Invalid):
    """All the money is divided over themes, and this project has none of them. The argument names the themes."""

    says = N_("Voor dit thema is er geen geld in deze ronde. Kies een van deze thema's: {0}.")


class DivisionStandsStill(DomainError):
    """Groups apply for the money of a theme; the argument is the name of the phase since when it stands still."""

    says = N_("De verdeling over thema's ligt vast sinds “{0}” begon. Zet ze terug om de rest te bewaren.")


def check_pots(amount_cents: int, areas: Mapping[int, int], themes: Mapping[str, int]) -> None:
    """Refuse parts that cannot be. Raises TwoDivisions, PotsExceedAmount, Invalid for a part of nothing."""
    amounts = [*areas.values(), *themes.values()]
    if areas and themes:
        raise TwoDivisions
    if any(amount <= 0 for amount in amounts):
        raise Invalid(N_("Een deel van de verdeling moet meer dan nul zijn, of leeg."))
    if sum(amounts) > amount_cents:
        raise PotsExceedAmount


def set_pots(
    db: Session, round: Round, *, areas: Mapping[int, int], themes: Mapping[str, int], now: datetime | None = None
) -> None:
    """Make the pots these, in this order, and keep every project in its pot. Money in cents.

    With `now`, the database's clock, pots of themes stand still once groups may apply. Raises DivisionStandsStill,
    ThemesAlike, TooExpensive, NoMoneyForTheme.
    """
    here = {pot.code: pot for pot in db.scalars(select(Pot).where(Pot.round_id == round.id).order_by(Pot.id))}
    wanted = _of_areas(db, areas) | _of_themes(themes)
    before = {pot.theme: pot.amount_cents for pot in here.values() if pot.theme}
    if now is not None and before != dict(themes) and has_reached(timeline(db, round), PhaseKind.SUBMISSION, now):
        raise DivisionStandsStill(PHASE_WORDS[PhaseKind.SUBMISSION])
    kept = {}
    for code, (area_id, theme, amount_cents) in wanted.items():
        pot = kept[code] = here.get(code) or Pot(round_id=round.id, code=code)
        pot.area_id, pot.theme, pot.amount_cents = area_id, theme, amount_cents
        db.add(pot)
    db.flush()
    query = select(Project).where(Project.round_id == round.id).options(selectinload(Project.areas))
    projects = db.scalars(query.order_by(Project.id)).all()
    for project in projects:
        project.pot_id = pot_id(kept.values(), {area.id for area in project.areas}, project.theme)
    db.flush()
    for code, pot in here.items():
        if code not in wanted:
            db.delete(pot)
    db.flush()
    db.expire(round, ["pots"])
    for project in projects:
        if project.state == State.PUBLISHED:
            check_price(round, project.cost_cents, project.pot_id)


def pot_id(pots: Iterable[Pot], area_ids: Collection[int], theme: str) -> int | None:
    """The pot a project competes for: that of its theme, or of its one area. None: that of the whole city."""
    fitting = [pot.id for pot in pots if (pot.theme == theme if pot.theme else set(area_ids) == {pot.area_id})]
    return fitting[0] if fitting else None


def most(round: Round, pot_id: int | None) -> int:
    """What there is to divide where a project competes, in cents."""
    pots = {pot.id: pot.amount_cents for pot in round.pots}
    return pots[pot_id] if pot_id is not None else round.amount_cents - sum(pots.values())


def themes_of(round: Round) -> list[str]:
    """The themes that have money of their own; none in a round that is not divided over themes."""
    return [pot.theme for pot in round.pots if pot.theme]


def needs_theme(round: Round) -> bool:
    """All the money is for themes: who competes must have one of them."""
    return bool(themes_of(round)) and most(round, None) == 0


def check_price(round: Round, cost_cents: int, pot_id: int | None) -> None:
    """Refuse what no rule could ever choose; a theme has no price. Raises TooExpensive, NoMoneyForTheme."""
    if round.is_about_themes:
        return
    if pot_id is None and needs_theme(round):
        raise NoMoneyForTheme(", ".join(themes_of(round)))
    if cost_cents > most(round, pot_id):
        raise TooExpensive


def _of_areas(db: Session, amounts: Mapping[int, int]) -> dict[str, tuple[int | None, str, int]]:
    areas = db.scalars(select(Area).where(Area.id.in_(amounts)).order_by(Area.id))
    return {area.code: (area.id, "", amounts[area.id]) for area in areas}


def _of_themes(amounts: Mapping[str, int]) -> dict[str, tuple[int | None, str, int]]:
    found: dict[str, tuple[int | None, str, int]] = {}
    for theme, amount_cents in amounts.items():
        code = check_code_of(theme, {code: name for code, (_area, name, _amount) in found.items()})
        found[code] = (None, theme, amount_cents)
    return found
