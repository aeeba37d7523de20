"""The desk of who follows projects for the city: what waits, a round at a glance, one project on one screen."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from spreekt.identity.permissions import FOLLOW_PROJECTS
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.agreement_letter import as_read, terms
from spreekt.modules.burgerbudget.follow.carrying_views import INSIDE
from spreekt.modules.burgerbudget.follow.forms import LaterForm, RefusalForm, WhyForm
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, Milestone, MilestoneState
from spreekt.modules.burgerbudget.follow.report_models import Expense
from spreekt.modules.burgerbudget.follow.workflow import acts_for, follows, offered
from spreekt.web.context import Answer, actor, db, find, now, page, see_other
from spreekt.web.forms import Form
from spreekt.web.rights import allow

bp = Blueprint("budget_follow_desk", __name__, url_prefix="/beheer")
ONE = "/rondes/<slug>/uitvoering/<int(max=2147483647):id>"


@bp.get("/burgerbudget/uitvoering")
@allow(FOLLOW_PROJECTS)
def waiting() -> Answer:
    """What waits for who asks, over all rounds: the late ones first."""
    today = now().astimezone(BRUSSELS).date()
    late = [each for each in progress.late_milestones(db(), today) if follows(actor(), each)]
    rows = [each for each in follow_queries.open_executions(db()) if follows(actor(), each)]
    return page(
        "burgerbudget/follow/waiting.html", late=late, today=today,
        to_sign=[each for each in rows if _waits_for_signature(each)],
        to_judge=[milestone for each in rows for milestone in each.milestones
                  if milestone.state is MilestoneState.REPORTED],
        to_end=[each for each in rows if each.state is ExecutionState.RUNNING and each.next_milestone is None],
        **INSIDE,
    )  # fmt: skip


@bp.get("/rondes/<slug>/uitvoering")
@allow(FOLLOW_PROJECTS)
def index(slug: str) -> Answer:
    """Every project of a round that this member of staff follows or carries out."""
    round, today = queries.round_with(db(), slug), now().astimezone(BRUSSELS).date()
    late_days = follow.numbers_of(db(), round).late_days
    rows = [each for each in follow_queries.executions_of(db(), round.id) if _may_come_in(each)]
    late = {each.id for each in rows if each.state is ExecutionState.RUNNING
            and any(progress.is_late(milestone, late_days, today) for milestone in each.milestones)}  # fmt: skip
    return page("burgerbudget/follow/desk_index.html", round=round, late=late,
                rows=sorted(rows, key=lambda each: each.id not in late), **INSIDE)  # fmt: skip


@bp.get(ONE)
@allow(FOLLOW_PROJECTS)
def show(slug: str, id: int) -> Answer:
    """One project with all there is to know and to decide."""
    return _desk(_at_the_desk(slug, id))


@bp.post(f"{ONE}/teken")
@allow(FOLLOW_PROJECTS)
def countersign(slug: str, id: int) -> Answer:
    """The city signs."""
    agreements.countersign(db(), _at_the_desk(slug, id), by=actor(), now=now())
    return see_other("budget_follow_desk.show", slug=slug, id=id)


@bp.route(f"{ONE}/terug", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def send_back(slug: str, id: int) -> Answer:
    """Give the plan back before signing."""
    execution, form = _at_the_desk(slug, id), WhyForm()
    return _explained(form, execution, "send_back", lambda: agreements.send_back(
        db(), execution, reason=form.reason.data, by=actor(), now=now()
    ))  # fmt: skip


@bp.post(f"{ONE}/mijlpaal/<int(max=2147483647):number>/goed")
@allow(FOLLOW_PROJECTS)
def approve(slug: str, id: int, number: int) -> Answer:
    """The milestone is done."""
    _at_the_desk(slug, id)
    progress.approve(db(), find(Milestone, id=number, project_id=id), by=actor(), now=now())
    return see_other("budget_follow_desk.show", slug=slug, id=id)


@bp.route(f"{ONE}/mijlpaal/<int(max=2147483647):number>/meer", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def ask_more(slug: str, id: int, number: int) -> Answer:
    """Say what is missing."""
    execution, form = _at_the_desk(slug, id), WhyForm()
    found = find(Milestone, id=number, project_id=id)
    return _explained(form, execution, "ask_more", lambda: progress.ask_more(
        db(), found, reason=form.reason.data, by=actor()
    ), milestone=found)  # fmt: skip


@bp.route(f"{ONE}/mijlpaal/<int(max=2147483647):number>/later", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def postpone(slug: str, id: int, number: int) -> Answer:
    """Give a milestone a later day."""
    execution, form = _at_the_desk(slug, id), LaterForm()
    found = find(Milestone, id=number, project_id=id)
    return _explained(form, execution, "postpone", lambda: progress.postpone(
        db(), found, due_on=form.due_on.data, reason=form.reason.data, by=actor(), now=now()
    ), milestone=found, field="due_on")  # fmt: skip


@bp.route(f"{ONE}/meer-tijd", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def extend(slug: str, id: int) -> Answer:
    """Give the whole project a later last day."""
    execution, form = _at_the_desk(slug, id), LaterForm()
    return _explained(form, execution, "extend", lambda: follow.extend(
        db(), execution, due_on=form.due_on.data, reason=form.reason.data, by=actor(), now=now()
    ), field="due_on")  # fmt: skip


@bp.route(f"{ONE}/uitgave/<int(max=2147483647):number>", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def judge_expense(slug: str, id: int, number: int) -> Answer:
    """Does this bill count?"""
    execution, found = _at_the_desk(slug, id), find(Expense, id=number, project_id=id)
    form = RefusalForm(refusal=found.refusal)
    return _explained(form, execution, "expense", lambda: progress.judge_expense(
        db(), found, counts="telt" in request.form, refusal=form.refusal.data or "", by=actor()
    ), expense=found, field="refusal")  # fmt: skip


@bp.route(f"{ONE}/stop", methods=["GET", "POST"])
@allow(FOLLOW_PROJECTS)
def stop(slug: str, id: int) -> Answer:
    """It will not be there; the page says first what that means for the money."""
    execution, form = _at_the_desk(slug, id), WhyForm()
    return _explained(form, execution, "stop", lambda: ending.stop(
        db(), execution, reason=form.reason.data, by=actor(), now=now()
    ), settlement=ending.settlement(db(), execution))  # fmt: skip


@bp.post(f"{ONE}/klaar")
@allow(FOLLOW_PROJECTS)
def deliver(slug: str, id: int) -> Answer:
    """It is there."""
    ending.deliver(db(), _at_the_desk(slug, id), by=actor(), now=now())
    return see_other("budget_follow_desk.show", slug=slug, id=id)


@bp.post(f"{ONE}/rekening-weg")
@allow(FOLLOW_PROJECTS)
def clear_account(slug: str, id: int) -> Answer:
    """The bank account is wrong: the lead fills it in again."""
    paying.clear_account(db(), _at_the_desk(slug, id), by=actor())
    return see_other("budget_follow_desk.show", slug=slug, id=id)


def _desk(execution: Execution) -> Answer:
    round, agreement = execution.project.round, execution.agreement
    plan = as_read(agreement.content if agreement is not None else agreements.plan_of(db(), execution))
    return page(
        "burgerbudget/follow/desk.html", execution=execution, project=execution.project, round=round,
        agreement=agreement, plan=plan, terms=terms(plan), offered=offered(execution, to=actor()),
        waits_for_signature=_waits_for_signature(execution), reports=progress.reports_of(db(), execution.id),
        expenses=progress.expenses_of(db(), execution.id), settlement=ending.settlement(db(), execution),
        has_final=progress.has_final_report(db(), execution.id), today=now().astimezone(BRUSSELS).date(),
        late_days=follow.numbers_of(db(), round).late_days, is_late=progress.is_late,
        follows=follows(actor(), execution), carries=acts_for(actor(), execution), **INSIDE,
    )  # fmt: skip


def _explained(
    form: Form, execution: Execution, name: str, change: Callable[[], object], *, field: str = "reason",
    **values: Any,
) -> Answer:  # fmt: skip
    """A decision with a reason on a page of its own; done, it goes back to the project."""
    slug, id = execution.project.round.slug, execution.id
    if not follows(actor(), execution):
        raise NotThere
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                change()
            return see_other("budget_follow_desk.show", slug=slug, id=id)
        except NotThere:
            raise
        except DomainError as refusal:
            db().expire_all()
            form.blame(field, refusal)
    return page(f"burgerbudget/follow/{name}.html", form=form, execution=execution, project=execution.project,
                round=execution.project.round, **values)  # fmt: skip


def _at_the_desk(slug: str, id: int) -> Execution:
    execution = follow_queries.execution_with(db(), id)
    if execution.project.round.slug != slug or not _may_come_in(execution):
        raise NotThere
    return execution


def _may_come_in(execution: Execution) -> bool:
    """Who follows it, and the service that carries out a project of the city itself."""
    of_the_city = execution.dossier is None and acts_for(actor(), execution)
    return follows(actor(), execution) or of_the_city


def _waits_for_signature(execution: Execution) -> bool:
    agreement = execution.agreement
    return execution.state is ExecutionState.TO_START and agreement is not None and agreement.approved_at is None
