"""The life of a project that won, as a table: for each state and each kind of reader, the steps that are offered."""

import pytest

from spreekt.kernel.actor import NOBODY, SYSTEM, Role
from spreekt.kernel.errors import Forbidden, IllegalTransition
from spreekt.modules.burgerbudget.follow import progress
from spreekt.modules.burgerbudget.follow.models import ExecutionState, MilestoneState
from spreekt.modules.burgerbudget.follow.workflow import (
    EXECUTIONS,
    MILESTONE_LOOKS,
    MILESTONE_WORDS,
    MILESTONES,
    STATE_LOOKS,
    STATE_WORDS,
    move,
    offered,
)
from tests.builders import NOON, a_resident, acting, an_area, staff
from tests.follow_builders import TEXT, a_worker, accounts_of, an_execution, lead_of

E, M = ExecutionState, MilestoneState
DESK = {E.TO_START: {"start", "stop"}, E.RUNNING: {"deliver", "stop"}}
OF_MILESTONE = {M.OPEN: ({"report"}, set()), M.REPORTED: (set(), {"approve", "ask-more"}), M.APPROVED: (set(), set())}


def readers(execution):
    """Who asks, and which of two sides they are on: carrying out, following, or neither."""
    group = accounts_of(execution)
    return {
        "lead": (acting(group[0]), "carries"),
        "member": (acting(group[1]), "carries"),
        "stranger": (acting(a_resident()), ""),
        "nobody": (NOBODY, ""),
        "the system": (SYSTEM, ""),
        "area worker here": (acting(staff(Role.AREA_WORKER, area=an_area("Heule"))), "follows"),
        "area worker elsewhere": (acting(staff(Role.AREA_WORKER, area=an_area("Marke"))), ""),
        "area worker of another module": (acting(staff(Role.AREA_WORKER, module="voorstellen")), ""),
        "administrator": (acting(staff(Role.ADMIN)), "follows"),
        **{role.value: (acting(staff(role)), "") for role in Role if role not in {Role.ADMIN, Role.AREA_WORKER}},
    }


@pytest.mark.parametrize("state", list(E))
def test_each_reader_is_offered_exactly_these_steps_of_a_project(db, state):
    execution = an_execution(state)

    for who, (actor, side) in readers(execution).items():
        assert offered(execution, to=actor) == (DESK.get(state, set()) if side == "follows" else set()), who


@pytest.mark.parametrize("state", list(M))
def test_each_reader_is_offered_exactly_these_steps_of_a_milestone(db, state):
    execution = an_execution(E.RUNNING)
    milestone = execution.milestones[0]
    if state is not M.OPEN:
        progress.report(db, execution, milestone, text=TEXT, by=lead_of(execution), now=NOON)
    if state is M.APPROVED:
        progress.approve(db, milestone, by=a_worker(), now=NOON)

    carries, follows = OF_MILESTONE[state]
    for who, (actor, side) in readers(execution).items():
        assert offered(milestone, to=actor) == {"carries": carries, "follows": follows}.get(side, set()), who


def test_a_project_of_the_city_is_carried_out_by_services_and_area_workers_of_its_areas(db):
    execution = an_execution(E.RUNNING, with_group=False)
    milestone = execution.milestones[0]

    assert "report" in offered(milestone, to=acting(staff(Role.SERVICE)))
    assert "report" in offered(milestone, to=a_worker())
    assert "report" not in offered(milestone, to=acting(staff(Role.SERVICE, area=an_area("Marke"))))
    assert "report" not in offered(milestone, to=acting(a_resident()))


def test_nobody_follows_the_project_of_their_own_group(db):
    execution, worker = an_execution(), staff(Role.AREA_WORKER)
    execution.dossier.members[1].account_id = worker.id
    db.commit()
    db.expire_all()

    assert offered(execution, to=acting(worker)) == frozenset()


def test_a_step_that_does_not_exist_from_here_or_is_not_yours_is_refused(db):
    execution = an_execution()

    with pytest.raises(IllegalTransition):
        move(db, execution, "deliver", by=a_worker())
    with pytest.raises(Forbidden):
        move(db, execution, "start", by=lead_of(execution))
    assert execution.state is E.TO_START


def test_every_state_has_words_and_a_look_and_can_be_reached():
    assert set(STATE_WORDS) == set(STATE_LOOKS) == set(E)
    assert set(MILESTONE_WORDS) == set(MILESTONE_LOOKS) == set(M)
    assert {step.target for step in EXECUTIONS.transitions} | {EXECUTIONS.initial} == set(E)
    assert {step.target for step in MILESTONES.transitions} | {MILESTONES.initial} == set(M)
