"""Who may take which step from which state: one row a state, one column an actor; and every state is in the table."""

import pytest
from sqlalchemy.orm import Session

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import committees
from spreekt.modules.gezellige_wijk.committee_models import CommitteeState
from spreekt.modules.gezellige_wijk.models import RequestState
from spreekt.modules.gezellige_wijk.workflow import CASE
from tests.builders import acting, an_account, an_area, staff
from tests.gezellige_wijk.test_committees import a_committee
from tests.wijk_builders import a_request, an_area_worker

S, C = RequestState, CommitteeState
NOTHING = ""
# state: what the applicant, the area worker of the area, and a date by itself may do
TABLE = {
    S.DRAFT: ("submit withdraw", NOTHING, "expire"),
    S.SUBMITTED: ("withdraw", "ask-more note ask-advice survey to-college queue hold", "expire"),
    S.INCOMPLETE: ("submit withdraw", NOTHING, "expire"),
    S.ADVICE: ("withdraw", "ask-more survey to-college queue hold", "expire"),
    S.SURVEY: ("withdraw", "ask-more to-college hold", "expire"),
    S.DECIDING: ("withdraw", "ask-more queue grant grant-with refuse hold", "expire"),
    S.WAITING_LIST: ("withdraw", "to-college hold", "expire"),
    S.NOTED: ("cancel", "end cancel", "end"),
    S.GRANTED: ("cancel", "prepare end cancel", "end"),
    S.CONDITIONAL: ("cancel", "prepare end cancel", "end"),
    S.PREPARED: ("cancel", "end cancel", "end"),
    S.REFUSED: (NOTHING, NOTHING, NOTHING),
    S.HELD: ("report", "report close", NOTHING),
    S.REPORTED: (NOTHING, "close", NOTHING),
    S.CLOSED: (NOTHING, NOTHING, NOTHING),
    S.ON_HOLD: ("withdraw", "resume-in-advies", "expire"),
    S.WITHDRAWN: (NOTHING, NOTHING, NOTHING),
    S.CANCELLED: (NOTHING, NOTHING, NOTHING),
    S.EXPIRED: (NOTHING, NOTHING, NOTHING),
}
COMMITTEES = {
    # state: a contact, the area worker of the area, and a date by itself
    C.PROPOSED: ("end", "refuse end", "confirm"),
    C.CONFIRMED: ("end", "recognise refuse end", NOTHING),
    C.RECOGNISED: ("end", "end", "wake sleep"),
    C.ACTIVE: ("end", "end", "sleep"),
    C.DORMANT: ("end", "end", "wake"),
    C.ENDED: (NOTHING, NOTHING, NOTHING),
}


def names(workflow: object, subject: object, who: Actor) -> str:
    return " ".join(step.name for step in workflow.offered(subject, to=who))  # type: ignore[attr-defined]


def test_every_state_has_its_row() -> None:
    assert set(TABLE) == set(RequestState)
    assert set(COMMITTEES) == set(CommitteeState)


@pytest.mark.parametrize("state", RequestState)
def test_each_takes_the_steps_of_the_table_and_no_other(db: Session, vault: Vault, state: RequestState) -> None:
    account = an_account()
    request = a_request(db, vault, by=account)
    request.state = state
    if state is S.ON_HOLD:
        request.held_from, request.hold_reason = S.ADVICE, "Werken in de straat"
    db.commit()

    assert names(CASE, request, acting(account)) == TABLE[state][0]
    assert names(CASE, request, acting(an_area_worker())) == TABLE[state][1]
    assert names(CASE, request, SYSTEM) == TABLE[state][2]


@pytest.mark.parametrize("state", RequestState)
def test_everybody_else_takes_no_step_at_all(db: Session, vault: Vault, state: RequestState) -> None:
    request = a_request(db, vault)
    request.state = state
    if state is S.ON_HOLD:
        request.held_from, request.hold_reason = S.ADVICE, "Werken in de straat"
    db.commit()
    others = [staff(role) for role in Role if role is not Role.AREA_WORKER]
    elsewhere = an_area_worker(an_area("Marke"))
    for account in (an_account(), elsewhere, *others):
        assert names(CASE, request, acting(account)) == NOTHING, account.display_name


def test_an_area_worker_does_not_judge_their_own_request(db: Session, vault: Vault) -> None:
    worker = an_area_worker()
    request = a_request(db, vault, by=worker)

    assert names(CASE, request, acting(worker)) == "withdraw"


@pytest.mark.parametrize("state", CommitteeState)
def test_each_takes_the_steps_of_a_committee_in_the_table(db: Session, vault: Vault, state: CommitteeState) -> None:
    from tests.builders import NOON

    found = a_committee(db, vault)
    speaker = an_account()
    found.contacts[0].account_id = speaker.id
    found.state, found.ended_on = state, NOON.date() if state is C.ENDED else None
    db.commit()

    assert names(committees.LIFE, found, acting(speaker)) == COMMITTEES[state][0]
    assert names(committees.LIFE, found, acting(an_area_worker())) == COMMITTEES[state][1]
    assert names(committees.LIFE, found, SYSTEM) == COMMITTEES[state][2]
    assert names(committees.LIFE, found, acting(an_account())) == NOTHING


def test_every_step_has_its_words_in_the_log() -> None:
    from spreekt.home.log_words import STEPS, THINGS
    from spreekt.modules.gezellige_wijk.advice import ADVISING
    from spreekt.modules.gezellige_wijk.grants import MONEY
    from spreekt.modules.gezellige_wijk.loans import LENDING

    steps = {step.name for flow in (CASE, ADVISING, MONEY, LENDING, committees.LIFE) for step in flow.transitions}

    assert {name for name in steps if not name.startswith("resume-")} <= set(STEPS)
    assert {"street-request", "street-advice", "street-grant", "loan", "committee"} <= set(THINGS)
