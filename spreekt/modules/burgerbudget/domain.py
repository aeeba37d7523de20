"""Preparing rounds and their projects. From the second that voting opens nothing here changes anything any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import audit, workflow
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import last_day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, StaleVersion
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.storage import Json
from spreekt.moderation.domain import keep_revision, write
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget.codes import check_code
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.models import Project, Round, Rule
from spreekt.modules.burgerbudget.phases.regulation import LotWithoutWords, NumberStandsStill, lacks_lot, regulation_of
from spreekt.modules.burgerbudget.phases.timeline import PHASE_WORDS, check, has_reached, timeline
from spreekt.modules.burgerbudget.pots import check_pots, check_price, pot_id, set_pots, themes_of
from spreekt.modules.burgerbudget.themes.names import PLACE, check_name
from spreekt.modules.burgerbudget.workflow import PROJECTS, runs_rounds
from spreekt.territory.models import Area


class VotingHasOpened(DomainError):
    """Amount, rule, projects and prices stand still from the opening on."""

    says = N_("De stemming is begonnen. Aan de ronde en de projecten kan je niets meer veranderen.")


class DatesInverted(Invalid):
    """The dates of a round do not follow each other."""


class AgesInverted(Invalid):
    """Nobody is both old enough and young enough to vote."""

    says = N_("De hoogste leeftijd ligt onder de laagste. Kies een hogere, of laat ze leeg.")


class AmountIsDivided(DomainError):
    """Residents divided this amount over themes."""

    says = N_("Inwoners verdeelden dit bedrag over thema's. Laat die verdeling eerst los om het te veranderen.")


class PlanIsFrozen(Invalid):
    """What a group put on the list stays as it was frozen."""

    says = N_("Tekst, prijs en plaats van dit project liggen vast: een groep diende het in. Haal het van de lijst als "
              "er iets niet klopt.")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """Everything a regulation says about a round. Money in cents; pots by id of the area, or by theme."""

    slug: str
    title: str
    intro: str
    amount_cents: int
    opens_at: datetime
    closes_at: datetime
    publishes_at: datetime
    minimum_age: int
    maximum_age: int | None = None
    rule: Rule
    rule_options: Json = field(default_factory=dict)
    max_approvals: int | None = None
    decided_on: date | None = None
    decision_uri: str = ""
    pots: Mapping[int, int] = field(default_factory=dict)
    theme_pots: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """One project as it will stand on the ballot."""

    code: str
    title: str
    body: str
    cost_cents: int
    theme: str = ""
    area_ids: frozenset[int] = frozenset()
    origin_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def create_round(db: Session, plan: RoundPlan, *, by: Actor, now: datetime) -> Round:
    """A new round. It is announced at once, with its dates.

    Raises DatesInverted, AgesInverted, PotsExceedAmount, TwoDivisions.
    """
    if not runs_rounds(by, None):
        raise Forbidden
    if db.scalar(select(Round.id).where(Round.slug == plan.slug)) is not None:
        raise Invalid(N_("Er is al een ronde met dit woord in het adres. Kies een ander woord."))
    _check(plan, now)
    poll = Poll(module="burgerbudget", opens_at=plan.opens_at, closes_at=plan.closes_at,
                minimum_age=plan.minimum_age, maximum_age=plan.maximum_age,
                age_on=last_day(plan.closes_at))  # fmt: skip
    round = Round(slug=plan.slug, poll=poll, **_of_round(plan))
    db.add_all([poll, round])
    db.flush()
    set_pots(db, round, areas=plan.pots, themes=plan.theme_pots)
    audit.record(db, by=by, act="round.create", subject=f"round:{round.id}")
    return round


def change_round(
    db: Session, round: Round, plan: RoundPlan, *, seen_version: int | None, by: Actor, now: datetime
) -> None:
    """Change a round before voting opens. `now` is the database's clock.

    Raises VotingHasOpened, StaleVersion, DatesInverted, PotsExceedAmount, TwoDivisions, TooExpensive, NoMoneyForTheme,
    DivisionStandsStill, AmountIsDivided, LotWithoutWords.
    """
    _may_change(round, by=by, now=now)
    if seen_version is not None and seen_version != round.version:
        raise StaleVersion
    _check(plan, now)
    spans = timeline(db, round)
    if plan.amount_cents != round.amount_cents and has_reached(spans, PhaseKind.SUBMISSION, now):
        raise NumberStandsStill(PHASE_WORDS[PhaseKind.SUBMISSION], field="amount_cents")
    if plan.amount_cents != round.amount_cents and round.themes_from_id is not None and not round.is_about_themes:
        raise AmountIsDivided
    round.poll.minimum_age, round.poll.maximum_age = plan.minimum_age, plan.maximum_age
    if not round.without_vote:
        round.poll.opens_at, round.poll.closes_at = plan.opens_at, plan.closes_at
        round.poll.age_on = last_day(plan.closes_at)
    check(timeline(db, round))
    for name, value in _of_round(plan).items():
        setattr(round, name, value)
    if lacks_lot(round, regulation_of(db, round)):
        raise LotWithoutWords
    if round.themes_from_id is None:
        set_pots(db, round, areas=plan.pots, themes=plan.theme_pots, now=now)
    audit.record(db, by=by, act="round.change", subject=f"round:{round.id}")


def add_project(db: Session, round: Round, plan: ProjectPlan, *, by: Actor, now: datetime) -> Project:
    """Put a project on the list of a round that has not opened.

    Raises VotingHasOpened, TooExpensive, NoMoneyForTheme, CodeTaken, CodeIsAWord; for a theme ListIsTaken, ThemesAlike.
    """
    _may_change(round, by=by, now=now)
    check_code(db, round.id, plan.code, but=None)
    if round.is_about_themes:
        check_name(db, round, plan.title, but=None)
    areas = _areas(db, plan.area_ids)
    project = Project(round_id=round.id, code=plan.code, origin_id=plan.origin_id, created_at=now, published_at=now)
    _fill(round, project, plan, areas)
    db.add(project)
    db.flush()
    workflow.move(db, PROJECTS, project, "publish", by=by)
    keep_revision(db, project, now=now)
    return project


def change_project(
    db: Session, project: Project, plan: ProjectPlan, *, seen_version: int | None, by: Actor, now: datetime
) -> None:
    """Change a project before voting opens; the earlier text stays readable. `now` is the database's clock.

    Of what a group handed in only code and theme may change, and a theme that has money of its own may not. Raises
    VotingHasOpened, StaleVersion, PlanIsFrozen, TooExpensive, NoMoneyForTheme, CodeTaken, CodeIsAWord; about themes
    ListIsTaken, ThemesAlike.
    """
    _may_change(project.round, by=by, now=now)
    if seen_version is not None and seen_version != project.version:
        raise StaleVersion
    frozen = replace(plan, code=project.code, theme=plan.theme if themes_of(project.round) else project.theme)
    if dossier_of(db, project) and frozen != plan_as_is(project):
        raise PlanIsFrozen
    check_code(db, project.round_id, plan.code, but=project.id)
    if project.round.is_about_themes:
        check_name(db, project.round, plan.title, but=project.id)
    project.code = plan.code
    _fill(project.round, project, plan, _areas(db, plan.area_ids))
    db.flush()
    keep_revision(db, project, now=now)
    audit.record(db, by=by, act="project.change", subject=f"project:{project.id}")


def dossier_of(db: Session, project: Project) -> Dossier | None:
    """The dossier of a group that stands on the list as this project."""
    return db.scalars(select(Dossier).where(Dossier.project_id == project.id)).one_or_none()


def plan_as_is(project: Project) -> ProjectPlan:
    """A project as it stands on the list."""
    return ProjectPlan(
        code=project.code, title=project.title, body=project.body, cost_cents=project.cost_cents,
        theme=project.theme, area_ids=frozenset(area.id for area in project.areas), origin_id=project.origin_id,
        latitude=project.latitude, longitude=project.longitude,
    )  # fmt: skip


def theme_plan(code: str, name: str, body: str = "") -> ProjectPlan:
    """A theme as it stands on a ballot: a name, perhaps a text, and one place."""
    return ProjectPlan(code=code, title=name, body=body, cost_cents=PLACE)


def withdraw_project(db: Session, project: Project, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a project off the list before voting opens; with a dossier behind it: see balloting.take_off_ballot.

    Raises VotingHasOpened, Invalid without a reason.
    """
    _may_change(project.round, by=by, now=now)
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom dit project van de lijst gaat."))
    workflow.move(db, PROJECTS, project, "withdraw", by=by, reason=reason)


def plan_from(proposal: Submission) -> dict[str, Any]:
    """What a project takes over from the proposal it grows from; its pictures stay with the proposal."""
    return {
        "title": proposal.title,
        "body": proposal.body,
        "area_ids": frozenset(area.id for area in proposal.areas),
        "origin_id": proposal.id,
    }


def _may_change(round: Round, *, by: Actor, now: datetime) -> None:
    if not runs_rounds(by, None):
        raise Forbidden
    if not round.may_change(now):
        raise VotingHasOpened


def _check(plan: RoundPlan, now: datetime) -> None:
    if plan.opens_at <= now:
        raise DatesInverted(N_("De stemming moet in de toekomst openen. Kies een later begin."))
    if plan.closes_at <= plan.opens_at:
        raise DatesInverted(N_("De stemming sluit voor ze opent. Kies een later einde."))
    if plan.publishes_at < plan.closes_at:
        raise DatesInverted(N_("De uitslag kan er niet zijn voor de stemming sluit. Kies een later moment."))
    if plan.maximum_age is not None and plan.maximum_age < plan.minimum_age:
        raise AgesInverted
    check_pots(plan.amount_cents, plan.pots, plan.theme_pots)


def _of_round(plan: RoundPlan) -> dict[str, Any]:
    names = (
        "title", "intro", "amount_cents", "rule", "rule_options",
        "max_approvals", "decided_on", "decision_uri", "publishes_at",
    )  # fmt: skip
    return {name: getattr(plan, name) for name in names}


def _fill(round: Round, project: Project, plan: ProjectPlan, areas: Sequence[Area]) -> None:
    pot = pot_id(round.pots, plan.area_ids, plan.theme)
    if plan.cost_cents <= 0:
        raise Invalid(N_("Vul een bedrag boven nul in."))
    check_price(round, plan.cost_cents, pot)
    write(project, title=plan.title, body=plan.body)
    project.cost_cents, project.theme, project.pot_id = plan.cost_cents, plan.theme, pot
    project.latitude, project.longitude = plan.latitude, plan.longitude
    project.areas = list(areas)


def _areas(db: Session, area_ids: frozenset[int]) -> Sequence[Area]:
    found = db.scalars(select(Area).where(Area.id.in_(area_ids))).all()
    if len(found) != len(area_ids):
        raise Invalid(N_("We kennen een van deze deelgemeenten niet. Kies opnieuw."))
    return found
