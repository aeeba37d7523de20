"""Addresses go when nobody needs them: not a day before their term, and only once."""

import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.identity.models import ERASED_NAME
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import documents, surveys, wiping
from spreekt.modules.gezellige_wijk.committee_models import CommitteeState
from spreekt.modules.gezellige_wijk.document_models import StreetDocument
from spreekt.modules.gezellige_wijk.models import RequestState
from tests.builders import NOON, a_street, acting, an_account
from tests.gezellige_wijk.test_committees import a_committee
from tests.gezellige_wijk.test_documents import A_PDF
from tests.wijk_builders import RULES, a_request, an_area_worker, houses

S = RequestState
TERM = timedelta(days=RULES.wipe_days)
DAY = timedelta(days=1)


def sweep(db: Session, at: datetime) -> None:
    wiping.pass_dates(db, RULES.wipe_days, at)
    db.commit()


@pytest.mark.parametrize("state", sorted(wiping.NO_STEWARDS))
def test_addresses_of_stewards_go_when_their_term_after_the_end_is_over(
    db: Session, vault: Vault, state: RequestState
) -> None:
    request = a_request(db, vault, state=state, stewards=2)

    sweep(db, NOON)
    sweep(db, NOON + TERM - DAY)
    assert all(steward.sealed_email for steward in request.stewards)
    sweep(db, NOON + TERM)

    assert [steward.sealed_email for steward in request.stewards] == ["", ""]
    assert {steward.email_key for steward in request.stewards} == {f"gewist-{each.id}" for each in request.stewards}
    assert [steward.name for steward in request.stewards] == ["Meter 0", "Meter 1"]
    assert request.wiped_on == (NOON + TERM).date()


@pytest.mark.parametrize("state", sorted(set(S) - wiping.NO_STEWARDS - {S.ON_HOLD}))
def test_nothing_goes_while_a_request_runs(db: Session, vault: Vault, state: RequestState) -> None:
    request = a_request(db, vault, state=state)

    sweep(db, NOON)
    sweep(db, NOON + 9 * TERM)

    assert request.stewards[0].sealed_email


def test_who_asked_on_paper_is_reached_until_the_request_is_closed(db: Session, vault: Vault) -> None:
    held = a_request(db, vault, state=S.HELD, sealed_contact="v1:x")
    closed = a_request(db, vault, state=S.CLOSED, sealed_contact="v1:y")

    sweep(db, NOON)
    sweep(db, NOON + TERM)

    assert (held.sealed_contact, closed.sealed_contact) == ("v1:x", "")


def test_scans_of_answers_go_with_the_addresses(db: Session, vault: Vault) -> None:
    organiser, street = an_account(), a_street("Iepersestraat")
    houses(street, "1")
    request = a_request(db, vault, street=street, by=organiser)
    survey = surveys.start(db, vault, request, regulations=RULES, by=acting(an_area_worker()), now=NOON)
    documents.add_answers(db, survey, io.BytesIO(A_PDF), by=acting(organiser), now=NOON)
    request.state = S.CLOSED
    db.commit()

    sweep(db, NOON)
    sweep(db, NOON + TERM)

    assert db.scalar(select(func.count(StreetDocument.id))) == 0


def test_contacts_who_left_are_forgotten_and_those_who_speak_are_not(db: Session, vault: Vault) -> None:
    found = a_committee(db, vault, state=CommitteeState.ACTIVE)
    gone, stays = found.contacts
    gone.left_at, gone.sealed_email = NOON, ""
    db.commit()

    sweep(db, NOON + TERM - DAY)
    assert gone.name != ERASED_NAME
    sweep(db, NOON + TERM)
    sweep(db, NOON + TERM)

    assert (gone.name, gone.email_key) == (ERASED_NAME, f"gewist-{gone.id}")
    assert stays.sealed_email
    assert stays in found.speakers


def test_an_invitation_that_nobody_answered_is_over_after_the_term(db: Session, vault: Vault) -> None:
    found = a_committee(db, vault, state=CommitteeState.PROPOSED)
    silent = found.contacts[1]
    silent.confirmed_at = None
    db.commit()

    sweep(db, NOON + TERM)

    assert silent.left_at == NOON + TERM
    assert silent.sealed_email == ""
