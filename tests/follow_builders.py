"""Projects that won, for tests: a decision, a group, and as much of the way as a test is about."""

import io
from datetime import date, timedelta
from typing import Any

from PIL import Image

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.awards.models import Award, CollegeDecision
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, MilestoneState
from spreekt.modules.burgerbudget.models import Project
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import DAY, NOON, _session, _vault, a_project, acting, an_area, staff

TODAY = NOON.astimezone(BRUSSELS).date()
IBAN = "BE68 5390 0754 7034"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
TEXT = "De bedden liggen er, en de buren plantten samen de eerste bessen."


def a_decision(round: Any, *awards: tuple[Any, int], decided_on: date = TODAY) -> CollegeDecision:
    """What the college awards: projects with their amount in cents, published by two people."""
    decision = CollegeDecision(
        round_id=round.id, decided_on=decided_on, decision_uri="https://besluiten.example/1", prepared_at=NOON - DAY,
        prepared_by_id=staff(Role.ADMIN).id, published_at=NOON, published_by_id=staff(Role.PUBLISHER).id,
    )  # fmt: skip
    _session().add(decision)
    _session().flush()
    for place, (project, cents) in enumerate(awards, start=1):
        _session().add(Award(project_id=project.id, round_id=round.id, place=place, amount_cents=cents))
    _session().commit()
    return decision


def a_worker(area: Any = None) -> Any:
    """The area worker of Heule, acting."""
    return acting(staff(Role.AREA_WORKER, area=area or an_area(), name="Gerda Wijk"))


def an_execution(
    state: ExecutionState = ExecutionState.TO_START, *, cents: int = 430_000, percent: int = 40,
    months: int | None = 24, people: list[Any] | None = None, with_group: bool = True, steps: int = 1,
    round: Any = None,
) -> Execution:  # fmt: skip
    """A project of € 4.300 that won, brought to this state by the real steps. Its first member leads."""
    session = _session()
    numbers = {"first_instalment_percent": percent, "carry_out_months": months}
    round = round or a_phased_round(PhaseKind.EXECUTION, numbers=numbers)
    if with_group:
        dossier = a_dossier(round, group=people or a_group(), stage=Stage.ON_BALLOT)
        for number in range(1, steps):
            dossier.steps.append(type(dossier.steps[0])(label=f"Stap {number}", until=TODAY + timedelta(100 + number)))
        session.flush()
        project = session.get_one(Project, dossier.project_id)
        project.title = dossier.title
        project.areas = list(dossier.areas)
    else:
        project = a_project(round, areas=[an_area()])
    decision = a_decision(round, (project, cents))
    follow.begin(session, decision, by=acting(staff(Role.PUBLISHER)), now=NOON)
    session.commit()
    execution = follow_queries.execution_with(session, project.id)
    if state is not ExecutionState.TO_START:
        started(execution)
    if state is ExecutionState.DONE:
        finished(execution)
        ending.deliver(session, execution, by=a_worker(), now=NOON)
    if state is ExecutionState.STOPPED:
        ending.stop(session, execution, reason="De eigenaar van de grond trok zich terug.", by=a_worker(), now=NOON)
    session.commit()
    return execution


def lead_of(execution: Execution) -> Any:
    """Who leads the group, acting; for a project of the city, a service."""
    if execution.dossier is None:
        return acting(staff(Role.SERVICE))
    return acting(execution.dossier.active_members[0].account)


def accounts_of(execution: Execution) -> list[Any]:
    return [member.account for member in execution.dossier.active_members] if execution.dossier else []


def signed(execution: Execution) -> Any:
    """Signed by the lead."""
    plan = agreements.plan_of(_session(), execution)
    return agreements.sign(_session(), execution, name="Ine Vermeersch", seen=agreements.mark_of(plan),
                           by=lead_of(execution), now=NOON)  # fmt: skip


def started(execution: Execution, *, with_account: bool = True) -> None:
    """Signed by both, and with a bank account."""
    signed(execution)
    if with_account:
        paying.give_account(_session(), _vault(), execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))
    agreements.countersign(_session(), execution, by=a_worker(), now=NOON)
    _session().commit()


def an_expense(execution: Execution, cents: int, **fields: Any) -> Any:
    return progress.add_expense(
        _session(), execution, what=fields.get("what", "Planten"), cents=cents,
        spent_on=fields.get("spent_on", TODAY), proof=io.BytesIO(fields.get("proof", PDF)),
        by=fields.get("by", lead_of(execution)), now=NOON,
    )  # fmt: skip


def finished(execution: Execution) -> None:
    """Every milestone approved, and the report at the end is there."""
    session = _session()
    for milestone in list(execution.milestones):
        if milestone.state is MilestoneState.OPEN:
            progress.report(session, execution, milestone, text=TEXT, by=lead_of(execution), now=NOON)
        if milestone.state is MilestoneState.REPORTED:
            progress.approve(session, milestone, by=a_worker(), now=NOON)
    progress.report(session, execution, None, text=TEXT, by=lead_of(execution), now=NOON)
    session.commit()


def finance() -> Any:
    return acting(staff(Role.FINANCE, name="Filip Kas"))


def a_picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (20, 120, 60)).save(file, "JPEG")
    file.seek(0)
    return file
