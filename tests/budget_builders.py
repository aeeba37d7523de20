"""Rounds with phases for tests: the clock stands in the phase that a test is about."""

from datetime import timedelta
from typing import Any

from spreekt.identity.models import Account
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.domain import write
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.dossiers.group import add_member
from spreekt.modules.burgerbudget.dossiers.models import CostKind, CostLine, Dossier, PlannedStep, Stage
from spreekt.modules.burgerbudget.models import Pot
from spreekt.modules.burgerbudget.phases import timeline
from spreekt.modules.burgerbudget.phases.models import RoundRegulation, Span
from tests.builders import DAY, NOON, _session, _vault, a_project, a_resident, a_round, acting, an_area, kept

WEEK = timedelta(days=7)
KINDS = (
    PhaseKind.PREPARATION,
    PhaseKind.SUBMISSION,
    PhaseKind.ADMISSIBILITY,
    PhaseKind.DIALOGUE,
    PhaseKind.GAME,
    PhaseKind.JURY,
    PhaseKind.AWARD,
    PhaseKind.EXECUTION,
    PhaseKind.EVALUATION,
)


def a_phased_round(now_in: PhaseKind = PhaseKind.SUBMISSION, *, numbers: dict[str, Any] | None = None, **fields: Any):
    """A round of one week a phase; it is noon on the first day of `now_in`."""
    before = KINDS.index(now_in)
    spans = [
        Span(kind, NOON - DAY + (place - before) * WEEK, NOON - DAY + (place - before + 1) * WEEK)
        for place, kind in enumerate(KINDS)
    ]
    round = a_round(amount_cents=10_000_000, **fields)
    defaults = {"project_most_cents": 5_000_000, "vote_method": None}
    kept(RoundRegulation(round_id=round.id, **(defaults | (numbers or {}))))
    timeline.store(_session(), round, (), spans, by=SYSTEM, now=NOON)
    _session().commit()
    return round


def without_game(round: Any) -> Any:
    """The same round, in which nobody votes."""
    spans = [span for span in timeline.timeline(_session(), round) if span.kind is not PhaseKind.GAME]
    timeline.store(_session(), round, (), spans, by=SYSTEM, now=NOON)
    _session().commit()
    return round


def a_group(people: int = 4, **fields: Any) -> list[Account]:
    """Residents of as many addresses."""
    return [a_resident(**fields) for _each in range(people)]


def a_dossier(
    round: Any,
    *,
    group: list[Account] | None = None,
    stage: Stage = Stage.DRAFT,
    title: str = "Pluktuin",
    **fields: Any,
) -> Dossier:
    """A whole dossier of four residents; the first leads."""
    session, vault = _session(), _vault()
    people = a_group() if group is None else group
    areas = fields.pop("areas", [an_area()])
    dossier = Dossier(
        round_id=round.id, author_id=people[0].id if people else None, created_at=NOON - 2 * DAY,
        place="Het grasveld", areas=areas,
    )  # fmt: skip
    write(dossier, title=title, body=fields.pop("body", "We planten bessen en kruiden voor de hele buurt. " * 4))
    session.add(dossier)
    session.flush()
    for place, account in enumerate(people):
        add_member(session, vault, dossier, who=acting(account), now=NOON - DAY, lead=place == 0)
    dossier.costs.append(CostLine(kind=CostKind.INVESTMENT, label="Planten", amount_cents=430_000))
    dossier.steps.append(PlannedStep(label="Planten", until=(NOON + 90 * DAY).date()))
    if stage not in {Stage.DRAFT, Stage.INCOMPLETE, Stage.SUBMITTED, Stage.COMPLETION, Stage.INADMISSIBLE}:
        dossier.published_at, dossier.state = NOON - DAY, State.PUBLISHED
    if stage is Stage.INCOMPLETE:
        fields = {"resumes": Stage.SUBMITTED, "due_at": NOON + 14 * DAY} | fields
    if stage is Stage.ON_BALLOT:
        project = a_project(round, cost_cents=430_000)
        fields = {"project_id": project.id, "frozen_sha256": "0" * 64} | fields
    if stage is Stage.MERGED:
        fields = {"merged_into_id": a_dossier(round, group=[], title="Ander plan", stage=Stage.ADMISSIBLE).id} | fields
    dossier.stage = stage
    dossier.submitted_at = None if stage is Stage.DRAFT else NOON - DAY
    for field, value in fields.items():
        setattr(dossier, field, value)
    return kept(dossier)


def a_pot(round: Any, area: Any, amount_cents: int) -> Pot:
    """A part of a round's money for one area."""
    return kept(Pot(round_id=round.id, code=area.code, area_id=area.id, amount_cents=amount_cents))


def a_game(method: str, *, codes: tuple[str, ...] = ("a", "bb", "ccc"), **fields: Any) -> Any:
    """A round that is open for votes with one way of voting; each project costs € 3.000. Numbers of the regulation
    stand among the fields."""
    sizes = {"coins": {"coins": 2}, "basket": {"basket_cents": 600_000}, "points": {"points": 10},
             "ranking": {"ranks": 2}, "approval": {}}  # fmt: skip
    numbers = {name: fields.pop(name) for name in [*fields] if hasattr(RoundRegulation, name)}
    round = a_round(**fields)
    kept(RoundRegulation(round_id=round.id, vote_method=method, **(sizes[method] | numbers)))
    for code in codes:
        a_project(round, code, title=f"Plan {code}")
    return round
