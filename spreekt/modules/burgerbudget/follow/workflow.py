"""The life of a project that won and of its milestones, declared once; and who acts for it, follows it and pays it."""

from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel import workflow
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.modules.burgerbudget.dossiers import workflow as dossier_workflow
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, Milestone, MilestoneState
from spreekt.payouts import accounts

E, M = ExecutionState, MilestoneState


def _of(subject: Execution | Milestone) -> Execution:
    return subject.execution if isinstance(subject, Milestone) else subject


def _at_work(actor: Actor, execution: Execution, *roles: Role) -> bool:
    areas = [area.id for area in execution.project.areas]
    return actor.has_second_factor and actor.has(*roles, area_ids=areas or None, module=MODULE_NAME)


def acts_for(actor: Actor, subject: Execution | Milestone) -> bool:
    """Who carries it out: the group; for a project of the city itself, services and area workers of its areas."""
    execution = _of(subject)
    if execution.dossier is not None:
        return dossier_workflow.is_member(actor, execution.dossier)
    return _at_work(actor, execution, Role.SERVICE, Role.AREA_WORKER)


def signs_for(actor: Actor, subject: Execution | Milestone) -> bool:
    """Who may bind the others: the lead of the group."""
    execution = _of(subject)
    if execution.dossier is not None:
        return dossier_workflow.is_lead(actor, execution.dossier)
    return acts_for(actor, execution)


def follows(actor: Actor, subject: Execution | Milestone) -> bool:
    """Who follows it for the city: area workers in their areas, administrators; nobody their own group."""
    execution = _of(subject)
    if execution.dossier is not None and dossier_workflow.is_member(actor, execution.dossier):
        return False
    return (actor.has_second_factor and actor.has(Role.ADMIN, module=MODULE_NAME)) or _at_work(
        actor, execution, Role.AREA_WORKER
    )


def may_see_inside(actor: Actor, execution: Execution) -> bool:
    """The agreement, the expenses and their proofs: who carries out, who follows, who pays."""
    pays = actor.has_second_factor and accounts.pays(actor, MODULE_NAME)
    return acts_for(actor, execution) or follows(actor, execution) or pays


EXECUTIONS = Workflow(
    initial=E.TO_START,
    transitions=(
        Transition("start", frozenset({E.TO_START}), E.RUNNING, follows, N_("Teken de afspraak")),
        Transition("deliver", frozenset({E.RUNNING}), E.DONE, follows, N_("Rond af")),
        Transition("stop", frozenset({E.TO_START, E.RUNNING}), E.STOPPED, follows, N_("Zet stop"), asks_reason=True,
                   is_grave=True),
    ),
)  # fmt: skip

MILESTONES = Workflow(
    initial=M.OPEN,
    transitions=(
        Transition("report", frozenset({M.OPEN}), M.REPORTED, acts_for, N_("Meld dat het klaar is")),
        Transition("ask-more", frozenset({M.REPORTED}), M.OPEN, follows, N_("Vraag meer"), asks_reason=True),
        Transition("approve", frozenset({M.REPORTED}), M.APPROVED, follows, N_("Keur goed")),
    ),
)

STATE_WORDS = {
    E.TO_START: N_("Start binnenkort"),
    E.RUNNING: N_("In uitvoering"),
    E.DONE: N_("Uitgevoerd"),
    E.STOPPED: N_("Gestopt"),
}
STATE_LOOKS = {E.TO_START: "waiting", E.RUNNING: "open", E.DONE: "done", E.STOPPED: "refused"}
MILESTONE_WORDS = {M.OPEN: N_("Nog te doen"), M.REPORTED: N_("Gemeld, de stad kijkt na"), M.APPROVED: N_("Klaar")}
MILESTONE_LOOKS = {M.OPEN: "waiting", M.REPORTED: "open", M.APPROVED: "done"}


def move(db: Session, subject: Any, name: str, *, by: Actor, reason: str = "") -> None:
    """One step of a project or a milestone, with its log row. Raises IllegalTransition or Forbidden."""
    machine = MILESTONES if isinstance(subject, Milestone) else EXECUTIONS
    with db.no_autoflush:
        workflow.move(db, machine, subject, name, by=by, reason=reason)


def offered(subject: Execution | Milestone, *, to: Actor) -> frozenset[str]:
    """The names of the steps that this actor may take now."""
    machine = MILESTONES if isinstance(subject, Milestone) else EXECUTIONS
    return frozenset(step.name for step in machine.offered(subject, to=to))
