"""Who may take which step from which state: one row a state, one column an actor. The database has the states too."""

import pytest
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel.actor import NOBODY, Actor, Role
from spreekt.kernel.errors import Forbidden, IllegalTransition
from spreekt.modules.boomspiegel.adoption_models import (
    CARING,
    HOLDING,
    IS_CARING,
    IS_HOLDING,
    IS_OPEN,
    OPEN,
    AdoptionState,
)
from spreekt.modules.boomspiegel.models import PitState
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES, follows
from tests.builders import a_moderator, a_resident, acting, an_area, staff
from tests.tree_builders import TODAY, a_pit, an_adoption

A, P = AdoptionState, PitState
CARE = "visit end_by_city"
OVER = (A.LAPSED, A.REFUSED, A.WITHDRAWN, A.EXPIRED, A.TRANSFERRED, A.ENDED_BY_ADOPTER, A.ENDED_BY_CITY,
        A.ENDED_BY_WORKS)  # fmt: skip
TABLE = {
    # state: (adopter, service here, area worker here, publisher, service elsewhere, moderator, another resident)
    A.DRAFT: ("submit queue take_over", "", "", "", "", "", ""),
    A.WAITING: ("withdraw", "", "", "", "", "", ""),
    A.OFFERED: ("accept withdraw", "", "", "", "", "", ""),
    A.REQUESTED: ("withdraw", "ask_changes advise", "", "", "", "", ""),
    A.CHANGES_ASKED: ("withdraw mend", "", "", "", "", "", ""),
    A.ADVISED: ("withdraw", "", "", "approve refuse", "", "", ""),
    A.ACTIVE: ("", CARE, CARE, "", "", "", ""),
    A.VISIT: ("answer", "keep warn end_by_city", "keep warn end_by_city", "", "", "", ""),
    A.WARNED: ("", "keep lapse end_by_city", "keep lapse end_by_city", "", "", "", ""),
    **dict.fromkeys(OVER, ("", "", "", "", "", "", "")),
}  # fmt: skip
PLACE_TABLE = {
    # state: (service here, area worker here, publisher, resident)
    P.AVAILABLE: ("pause refuse", "", "", ""),
    P.REQUESTED: ("pause refuse", "", "", ""),
    P.ADOPTED: ("pause refuse", "", "", ""),
    P.UNSUITABLE: ("allow", "", "", ""),
    P.PAUSED: ("refuse allow", "", "", ""),
    P.REMOVED: ("", "", "", ""),
}


@pytest.mark.parametrize(
    ("states", "condition"), [(HOLDING, IS_HOLDING), (CARING, IS_CARING), (OPEN, IS_OPEN)], ids=["hold", "care", "open"]
)
def test_the_database_knows_the_same_sets_of_states(states: frozenset[A], condition: str) -> None:
    assert condition == f"state IN ({', '.join(repr(state.value) for state in sorted(states))})"


def chosen(workflow: object, subject: object, who: Actor) -> str:
    """The steps that somebody may choose now; those that follow by themselves are nobody's choice."""
    offered = workflow.offered(subject, to=who)  # type: ignore[attr-defined]
    return " ".join(step.name for step in offered if step.guard is not follows)


def actors(adopter: Account) -> tuple[Actor, ...]:
    here, there = an_area("Kortrijk"), an_area("Marke")
    return (
        acting(adopter), acting(staff(Role.SERVICE, area=here)), acting(staff(Role.AREA_WORKER, area=here)),
        acting(staff(Role.PUBLISHER)), acting(staff(Role.SERVICE, area=there)), acting(a_moderator()),
        acting(a_resident()),
    )  # fmt: skip


def test_every_state_of_an_adoption_has_a_row() -> None:
    assert set(TABLE) == set(A)
    assert set(PLACE_TABLE) == set(P)


@pytest.mark.parametrize("state", list(A))
def test_steps_of_an_adoption_by_role_and_state(db: Session, state: AdoptionState) -> None:
    adopter = a_resident()
    adoption = an_adoption(a_pit(), adopter, state=state)

    assert tuple(chosen(ADOPTIONS, adoption, who) for who in actors(adopter)) == TABLE[state]
    assert chosen(ADOPTIONS, adoption, NOBODY) == ""


@pytest.mark.parametrize("state", list(P))
def test_steps_of_a_place_by_role_and_state(db: Session, state: PitState) -> None:
    pit = a_pit(state=state, gone_on=TODAY if state == P.REMOVED else None)
    _adopter, service, worker, publisher, elsewhere, _moderator, resident = actors(a_resident())

    assert tuple(chosen(PLACES, pit, who) for who in (service, worker, publisher, resident)) == PLACE_TABLE[state]
    assert chosen(PLACES, pit, elsewhere) == ""


def test_staff_without_their_second_step_decide_nothing(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=A.REQUESTED)
    service = acting(staff(Role.SERVICE))
    without = Actor(id=service.id, grants=service.grants, level=service.level, has_second_factor=False)

    assert chosen(ADOPTIONS, adoption, without) == ""


def test_a_role_for_another_module_decides_nothing_here(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=A.REQUESTED)

    assert chosen(ADOPTIONS, adoption, acting(staff(Role.SERVICE, module="voorstel"))) == ""
    assert chosen(ADOPTIONS, adoption, acting(staff(Role.SERVICE, module="boomspiegel"))) == "ask_changes advise"


def test_staff_never_decide_on_what_is_their_own(db: Session) -> None:
    service = staff(Role.SERVICE)
    adoption = an_adoption(a_pit(), service, state=A.WARNED)

    with pytest.raises(Forbidden):
        ADOPTIONS.check(adoption, "lapse", by=acting(service))


def test_an_adoption_that_ended_takes_no_step_at_all(db: Session) -> None:
    ended = an_adoption(a_pit(), a_resident(), state=A.LAPSED)

    for step in ADOPTIONS.transitions:
        with pytest.raises((IllegalTransition, Forbidden)):
            ADOPTIONS.check(ended, step.name, by=acting(ended.account))
