"""From the decision to the plan: the executions of a round, and the milestones until both have signed."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, dutch, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line
from spreekt.modules.burgerbudget.awards.models import Award, CollegeDecision
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, Milestone
from spreekt.modules.burgerbudget.follow.workflow import follows, signs_for
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import ACCOUNT_DAYS, LATE_DAYS, RoundRegulation
from spreekt.modules.burgerbudget.phases.regulation import regulation_of

MOST_MILESTONES = 20
MONTHS_WITHOUT_TERM = 12
"""How far ahead a plan looks where the regulation gives no months."""


class PlanStandsStill(DomainError):
    """Somebody signed it, or the project ended."""

    says = N_("Aan dit plan verandert niets meer: er is al getekend. Vraag de gebiedswerker om het terug te geven.")


class WrongDay(Invalid):
    """A milestone lies before today or after the last day of the project."""

    says = N_("Kies een dag tussen vandaag en de laatste dag voor de uitvoering.")


class WrongTerm(Invalid):
    """The arguments are the first and the last day that it may become, in words."""

    says = N_("Kies een dag van {0} tot en met {1}.")


class HasNoTerm(DomainError):
    """It ended, or nobody ever set a last day."""

    says = N_("Dit project is afgelopen of heeft geen laatste dag. Er valt niets te verlengen.")


def numbers_of(db: Session, round: Round) -> RoundRegulation:
    """The numbers of a round; for a round that is a vote and nothing else, those that a regulation begins with."""
    return regulation_of(db, round) or RoundRegulation(
        round_id=round.id,
        carry_out_months=None,
        first_instalment_percent=100,
        late_days=LATE_DAYS,
        account_days=ACCOUNT_DAYS,
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_cents(award_cents: int, percent: int) -> int:
    """What is paid on signing, in whole cents, rounded down."""
    return award_cents * percent // 100


def divided(cents: int, over: int) -> list[int]:
    """An amount in equal parts; what does not divide goes to the last."""
    part = cents // over
    return [*[part] * (over - 1), cents - part * (over - 1)]


def begin(db: Session, decision: CollegeDecision, *, by: Actor, now: datetime) -> Sequence[Execution]:
    """Start following what the college awarded, once however often it is called. Gives what is new."""
    awards = db.scalars(select(Award).where(Award.round_id == decision.round_id).order_by(Award.place)).all()
    known = set(db.scalars(select(Execution.project_id).where(
        Execution.project_id.in_([award.project_id for award in awards])
    )))  # fmt: skip
    rules = numbers_of(db, decision.round)
    months = rules.carry_out_months
    made = []
    for award in awards:
        if award.project_id in known:
            continue
        execution = Execution(
            project_id=award.project_id, award_cents=award.amount_cents, began_at=now,
            due_on=months_after(decision.decided_on, months) if months else None,
        )  # fmt: skip
        db.add(execution)
        db.flush()
        _fill_plan(db, execution, first_cents(award.amount_cents, rules.first_instalment_percent), now)
        audit.record(db, by=by, act="execution.begin", subject=f"execution:{execution.id}")
        outbox.record(db, "execution.begun", project_id=execution.id)
        made.append(execution)
    return made


def _fill_plan(db: Session, execution: Execution, first: int, now: datetime) -> None:
    """The steps that the group planned become milestones, none of them in the past; without any, one at the end."""
    today, last = now.astimezone(BRUSSELS).date(), execution.due_on
    dossier = db.scalars(select(Dossier).where(Dossier.project_id == execution.project_id)).one_or_none()
    steps = [(step.label, step.until) for step in dossier.steps][:MOST_MILESTONES] if dossier is not None else []
    if not steps:
        steps = [(N_("Het project is klaar"), last or months_after(today, MONTHS_WITHOUT_TERM))]
    rest = execution.award_cents - first
    for (label, until), cents in zip(steps, divided(rest, len(steps)), strict=True):
        day = max(until, today) if last is None else min(max(until, today), max(last, today))
        db.add(Milestone(project_id=execution.project_id, title=label, due_on=day, amount_cents=cents))
    db.flush()
    db.expire(execution, ["milestones"])


def may_plan(actor: Actor, execution: Execution) -> bool:
    """Until the first of both signs, the one who signs for the group and the area worker may change the plan."""
    is_open = execution.state is ExecutionState.TO_START and execution.agreement is None
    return is_open and (signs_for(actor, execution) or follows(actor, execution))


def put_milestone(
    db: Session, execution: Execution, milestone: Milestone | None, *, title: str, due_on: date, amount_cents: int,
    by: Actor, now: datetime,
) -> Milestone:  # fmt: skip
    """Add a milestone, or change this one. Raises PlanStandsStill, WrongDay, Invalid."""
    _guard(execution, by)
    if milestone is not None and milestone.project_id != execution.project_id:
        raise NotThere
    if milestone is None and len(execution.milestones) >= MOST_MILESTONES:
        raise Invalid(N_("Dit zijn al heel veel mijlpalen. Neem er enkele samen."))
    refuse_day(execution, due_on, now)
    if amount_cents < 0:
        raise Invalid(N_("Vul een bedrag in, of nul."))
    kept = milestone or Milestone(project_id=execution.project_id)
    kept.title, kept.due_on, kept.amount_cents = clean_line(title, most=160, least=2), due_on, amount_cents
    db.add(kept)
    db.flush()
    db.expire(execution, ["milestones"])
    return kept


def drop_milestone(db: Session, execution: Execution, milestone: Milestone, *, by: Actor) -> None:
    """Take a milestone out of the plan. Raises PlanStandsStill; Invalid for the last one."""
    _guard(execution, by)
    if milestone.project_id != execution.project_id:
        raise NotThere
    if len(execution.milestones) < 2:
        raise Invalid(N_("Een plan heeft minstens één mijlpaal. Verander deze, of voeg er eerst een toe."))
    db.delete(milestone)
    db.flush()
    db.expire(execution, ["milestones"])


def refuse_day(execution: Execution, day: date, now: datetime) -> None:
    """Raises WrongDay."""
    if day < now.astimezone(BRUSSELS).date() or (execution.due_on is not None and day > execution.due_on):
        raise WrongDay


def extend(db: Session, execution: Execution, *, due_on: date, reason: str, by: Actor, now: datetime) -> None:
    """Give a project that is not over a later last day, by at most as much as the regulation gave at first.

    Why stands in the log; the group and the story hear the day. Raises Forbidden, HasNoTerm, WrongTerm, Invalid.
    """
    if not follows(by, execution):
        raise Forbidden
    if execution.has_ended or execution.due_on is None:
        raise HasNoTerm
    today = now.astimezone(BRUSSELS).date()
    months = numbers_of(db, execution.project.round).carry_out_months or MONTHS_WITHOUT_TERM
    first = max(execution.due_on + timedelta(days=1), today)
    last = months_after(max(execution.due_on, today), months)
    if not first <= due_on <= last:
        raise WrongTerm(dutch.day(first), dutch.day(last))
    words = clean_line(reason, most=200, least=5)
    execution.due_on, execution.extended_on = due_on, today
    db.flush()
    audit.record(db, by=by, act="execution.extend", subject=f"execution:{execution.id}", reason=words)
    outbox.record(db, "execution.extended", project_id=execution.id)


def _guard(execution: Execution, by: Actor) -> None:
    if not signs_for(by, execution) and not follows(by, execution):
        raise Forbidden
    if not may_plan(by, execution):
        raise PlanStandsStill
