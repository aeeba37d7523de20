"""A granted request founds its committee: what was filled in once is not asked again."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import Forbidden
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import committees, decisions, domain, handling
from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeState
from spreekt.modules.gezellige_wijk.decisions import Ruling, StewardsMissing
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from tests.builders import NOON, acting, an_account, an_area
from tests.gezellige_wijk.test_committees import a_committee
from tests.pages import Pages
from tests.wijk_builders import RULES, a_request, an_area_worker, post

S = RequestState
NAME = "De Heuleplaats leeft"
GRANTED = Ruling("grant", NOON.date())


def a_founding(db: Session, vault: Vault, *, stewards: int = 2, **fields: object) -> StreetRequest:
    asked = a_request(db, vault, kind="comite", stewards=stewards, state=S.DRAFT, **fields)  # type: ignore[arg-type]
    domain.put_more(asked, RULES.types["comite"], {"naam": NAME, "waarom": "Samen koken."})
    domain.hand_in(db, asked, regulations=RULES, by=committees.Actor(id=asked.account_id), now=NOON)
    asked.state = S.DECIDING
    db.commit()
    return asked


def grant(db: Session, vault: Vault, asked: StreetRequest) -> None:
    worker = acting(an_area_worker())
    decisions.decide(db, vault, asked, GRANTED, regulations=RULES, by=worker, now=NOON)
    db.commit()


def test_a_granted_founding_is_a_recognised_committee_with_the_people_who_confirmed(
    app: Flask, db: Session, vault: Vault, pages: Pages
) -> None:
    applicant = an_account(email="meter0@voorbeeld.be")
    asked = a_founding(db, vault, by=applicant)

    grant(db, vault, asked)

    made = db.scalars(select(Committee)).one()
    assert (made.name, made.about, made.state) == (NAME, "Samen koken.", CommitteeState.RECOGNISED)
    assert [street.name for street in made.streets] == ["Heuleplaats"]
    assert made.area_ids == asked.area_ids
    assert {contact.name for contact in made.speakers} == {"Meter 0", "Meter 1"}
    assert {contact.account_id for contact in made.speakers} == {applicant.id, None}
    assert not any(contact.may_publish for contact in made.contacts)
    assert asked.committee_id == made.id
    assert NAME in pages.get(f"/gezellige-wijk/comites/{made.id}")
    assert "Naar de pagina van het comité" in pages.get(f"/gezellige-wijk/aanvragen/{asked.id}")
    post(app, db)
    outbox = Path(app.extensions["spreekt"].settings.INSTANCE, "outbox")
    assert sum("Je link als contactpersoon" in mail.read_text() for mail in outbox.glob("*.eml")) == 2


def test_nothing_is_founded_before_two_people_said_yes(db: Session, vault: Vault) -> None:
    asked = a_founding(db, vault)
    asked.stewards[0].confirmed_at = None
    db.commit()

    with pytest.raises(StewardsMissing):
        grant(db, vault, asked)

    db.rollback()
    assert db.scalar(select(func.count(Committee.id))) == 0


def test_a_name_that_is_taken_is_told_where_the_decision_is_written(db: Session, vault: Vault, pages: Pages) -> None:
    a_committee(db, vault, name=NAME, street="Elders")
    asked = a_founding(db, vault)

    sheet = pages.as_(an_area_worker()).send(
        f"/beheer/wijk/{asked.id}/beslissing", act="grant", college_on="2026-11-20", sure="y", status=422
    )

    assert "Er is al een comité met deze naam" in sheet
    db.expire_all()
    assert asked.state is S.DECIDING


def test_a_refused_founding_founds_nothing(db: Session, vault: Vault) -> None:
    asked = a_founding(db, vault)
    no = Ruling("refuse", NOON.date(), law_code="plek", words="Er is al een comité in deze straat.")

    decisions.decide(db, vault, asked, no, regulations=RULES, by=acting(an_area_worker()), now=NOON)

    assert db.scalar(select(func.count(Committee.id))) == 0


def test_a_founding_is_decided_and_not_just_noted(db: Session, vault: Vault) -> None:
    asked = a_founding(db, vault, closes=False)
    asked.state = S.SUBMITTED

    with pytest.raises(handling.NeedsDecision):
        handling.step(db, asked, "note", by=acting(an_area_worker()), now=NOON)


def test_the_area_worker_of_another_area_founds_nothing(db: Session, vault: Vault) -> None:
    asked = a_founding(db, vault)

    with pytest.raises(Forbidden):
        decisions.decide(db, vault, asked, GRANTED, regulations=RULES, by=acting(an_area_worker(an_area("Marke"))),
                         now=NOON)  # fmt: skip


def test_who_founds_is_asked_for_contacts_and_not_for_stewards(db: Session, vault: Vault, pages: Pages) -> None:
    account = an_account()
    asked = a_request(db, vault, kind="comite", stewards=1, state=S.DRAFT, by=account)

    sheet = pages.as_(account).get(f"/gezellige-wijk/aanvragen/{asked.id}/stap/meters")

    assert "Wie spreekt voor het comité?" in sheet
    assert "Peter of meter" not in sheet
    assert "minstens 2 contactpersonen" in pages.as_(account).get(f"/gezellige-wijk/aanvragen/{asked.id}")
