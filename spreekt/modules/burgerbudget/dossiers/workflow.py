"""The life of a dossier, declared once: pages, letters, database and tests ask this table. Words for it too."""

from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel import workflow
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.errors import N_
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Stage
from spreekt.modules.burgerbudget.workflow import runs_rounds

MODULE_NAME = "burgerbudget"


class Course:
    """A dossier as its workflow sees it: the stage is what moves, not whether its text may be read."""

    kind: Any = "dossier"

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.id: Any = dossier.id

    @property
    def state(self) -> Any:
        return self.dossier.stage

    @state.setter
    def state(self, stage: Any) -> None:
        self.dossier.stage = stage


def is_member(actor: Actor, course: Course | Dossier) -> bool:
    """One of the group, lead or not."""
    dossier = course.dossier if isinstance(course, Course) else course
    return actor.id is not None and any(member.account_id == actor.id for member in dossier.active_members)


def is_lead(actor: Actor, course: Course | Dossier) -> bool:
    """The one who speaks for the group."""
    dossier = course.dossier if isinstance(course, Course) else course
    return actor.id is not None and any(
        member.account_id == actor.id and member.is_lead for member in dossier.active_members
    )


def may_screen(actor: Actor, course: Course | Dossier) -> bool:
    """Area workers in their areas, administrators everywhere; what is for the whole city is for every area worker.

    Nobody judges the dossier of a group they are in.
    """
    dossier = course.dossier if isinstance(course, Course) else course
    if is_member(actor, dossier) or not actor.has_second_factor:
        return False
    area_ids = [area.id for area in dossier.areas]
    return actor.has(Role.ADMIN, module=MODULE_NAME) or actor.has(
        Role.AREA_WORKER, area_ids=area_ids or None, module=MODULE_NAME
    )


def areas_screened(actor: Actor) -> frozenset[int] | None:
    """The areas whose dossiers this member of staff judges; None: all of the city."""
    mine = [
        grant
        for grant in actor.grants
        if grant.role in {Role.AREA_WORKER, Role.ADMIN} and grant.module in {None, MODULE_NAME}
    ]
    if any(grant.area_id is None for grant in mine):
        return None
    return frozenset(grant.area_id for grant in mine if grant.area_id is not None)


def is_rule(actor: Actor, _subject: Any) -> bool:
    """A written rule decides, not a person."""
    return actor is SYSTEM


def may_reopen(actor: Actor, course: Course | Dossier) -> bool:
    """Who judges it takes a yes back; so does a rule, for a plan that becomes another one."""
    return is_rule(actor, course) or may_screen(actor, course)


def may_mend_plan(dossier: Dossier) -> bool:
    """Whether the group may change text, place, costs and planning now."""
    return dossier.stage in MAY_MEND and dossier.resumes not in STANDS_STILL


S = Stage
GOES_ON = (S.SUBMITTED, S.COMPLETION, S.ADMISSIBLE, S.CHANGES, S.FEASIBLE)
"""Where a dossier can lose a member and come back to."""
AWAITS_LIST = frozenset({S.INCOMPLETE, *GOES_ON})
"""Handed in and not refused: on the list or not is still open."""
RUNNING = frozenset({S.DRAFT, *AWAITS_LIST})
MAY_MEND = frozenset({S.DRAFT, S.INCOMPLETE, S.COMPLETION, S.ADMISSIBLE, S.CHANGES})
STANDS_STILL = frozenset({S.SUBMITTED, S.FEASIBLE})
"""While its group is mended, a dossier on its way back to here keeps the plan that the city judges or judged."""

DOSSIERS = Workflow(
    initial=S.DRAFT,
    transitions=(
        Transition("hand_in", frozenset({S.DRAFT}), S.SUBMITTED, is_member, N_("Dien in")),
        Transition("wait_for_group", frozenset({S.DRAFT}), S.INCOMPLETE, is_member, N_("Dien in")),
        Transition("lose_member", frozenset(GOES_ON), S.INCOMPLETE, is_rule),
        *(Transition(f"whole_{stage.name.lower()}", frozenset({S.INCOMPLETE}), stage, is_rule) for stage in GOES_ON),
        Transition("lapse", frozenset({S.INCOMPLETE}), S.WITHDRAWN, is_rule),
        Transition("ask_completion", frozenset({S.SUBMITTED}), S.COMPLETION, may_screen, N_("Vraag aan te vullen"),
                   asks_reason=True),
        Transition("complete", frozenset({S.COMPLETION}), S.SUBMITTED, is_member, N_("Stuur terug naar de stad")),
        Transition("admit", frozenset({S.SUBMITTED, S.COMPLETION}), S.ADMISSIBLE, may_screen, N_("Voldoet")),
        Transition("refuse", frozenset({S.SUBMITTED, S.COMPLETION}), S.INADMISSIBLE, may_screen, N_("Voldoet niet"),
                   asks_reason=True, is_grave=True),
        Transition("reply", frozenset({S.INADMISSIBLE}), S.SUBMITTED, is_lead, N_("Antwoord op de weigering")),
        Transition("deem_feasible", frozenset({S.ADMISSIBLE}), S.FEASIBLE, may_screen, N_("Haalbaar")),
        Transition("deem_feasible_if", frozenset({S.ADMISSIBLE}), S.CHANGES, may_screen, N_("Haalbaar met aanpassing"),
                   asks_reason=True),
        Transition("changed", frozenset({S.CHANGES}), S.ADMISSIBLE, is_member, N_("We hebben het aangepast")),
        Transition("deem_not_feasible", frozenset({S.ADMISSIBLE, S.CHANGES}), S.NOT_FEASIBLE, may_screen,
                   N_("Niet haalbaar"), asks_reason=True, is_grave=True),
        Transition("object", frozenset({S.NOT_FEASIBLE}), S.ADMISSIBLE, is_lead, N_("Antwoord op de weigering")),
        Transition("merge", frozenset({S.ADMISSIBLE, S.CHANGES, S.FEASIBLE}), S.MERGED, is_rule),
        Transition("reopen", frozenset({S.FEASIBLE}), S.ADMISSIBLE, may_reopen, N_("Bekijk opnieuw"), asks_reason=True),
        Transition("put_on_ballot", frozenset({S.FEASIBLE}), S.ON_BALLOT, runs_rounds, N_("Zet op de lijst")),
        Transition("take_off", frozenset({S.ON_BALLOT}), S.ADMISSIBLE, runs_rounds, N_("Haal van de lijst"),
                   asks_reason=True, is_grave=True),
        Transition("leave_out", AWAITS_LIST, S.LEFT_OUT, is_rule),
        Transition("withdraw", RUNNING, S.WITHDRAWN, is_lead, N_("Trek in")),
    ),
)  # fmt: skip

TEXTS = Workflow(
    initial=State.DRAFT,
    transitions=(Transition("publish", frozenset({State.DRAFT}), State.PUBLISHED, may_screen, N_("Zet online")),),
)
"""Who may read the text: the group and the city first, everybody once it is admissible. Hiding is for moderators."""

TWINS = Workflow(
    initial=State.PUBLISHED,
    transitions=(
        Transition("hide", frozenset({State.PUBLISHED}), State.HIDDEN, is_rule),
        Transition("restore", frozenset({State.HIDDEN}), State.PUBLISHED, is_rule),
    ),
)
"""What the other of a dossier and its project does when moderators hid or restored one of them: see twins.py."""

STAGE_WORDS = {
    S.DRAFT: N_("Concept"),
    S.INCOMPLETE: N_("Groep onvolledig"),
    S.SUBMITTED: N_("Wordt nagekeken"),
    S.COMPLETION: N_("Aan te vullen"),
    S.INADMISSIBLE: N_("Voldoet niet aan de voorwaarden"),
    S.ADMISSIBLE: N_("Voldoet aan de voorwaarden"),
    S.CHANGES: N_("Haalbaar met een aanpassing"),
    S.FEASIBLE: N_("Haalbaar"),
    S.NOT_FEASIBLE: N_("Niet haalbaar"),
    S.ON_BALLOT: N_("Op de lijst"),
    S.LEFT_OUT: N_("Niet op de lijst"),
    S.MERGED: N_("Samengevoegd"),
    S.WITHDRAWN: N_("Ingetrokken"),
}
STAGE_LOOKS = {
    S.DRAFT: "draft", S.INCOMPLETE: "waiting", S.SUBMITTED: "waiting", S.COMPLETION: "waiting",
    S.INADMISSIBLE: "refused", S.ADMISSIBLE: "open", S.CHANGES: "waiting", S.FEASIBLE: "done",
    S.NOT_FEASIBLE: "refused", S.ON_BALLOT: "done", S.LEFT_OUT: "closed", S.MERGED: "closed",
    S.WITHDRAWN: "closed",
}  # fmt: skip


def move(db: Session, dossier: Dossier, name: str, *, by: Actor, reason: str = "") -> None:
    """One step of a dossier, with its log row. Raises IllegalTransition or Forbidden."""
    step = DOSSIERS.check(Course(dossier), name, by=by)
    if step.target is S.INCOMPLETE:
        dossier.resumes = S.SUBMITTED if dossier.stage is S.DRAFT else dossier.stage
    elif dossier.stage is S.INCOMPLETE:
        dossier.resumes = None
    dossier.due_at = None
    with db.no_autoflush:
        workflow.move(db, DOSSIERS, Course(dossier), name, by=by, reason=reason)


def offered(dossier: Dossier, *, to: Actor) -> frozenset[str]:
    """The names of the steps that this actor may take now."""
    return frozenset(step.name for step in DOSSIERS.offered(Course(dossier), to=to))
