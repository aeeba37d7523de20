"""Committees from proposal to end: who confirms and recognises, the yearly tap, handing over with both sides' yes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import Forbidden, Invalid
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import committee_years, committees
from spreekt.modules.gezellige_wijk.association_numbers import clean_association_number
from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeState, Contact, Form
from spreekt.modules.gezellige_wijk.committees import Founding, Person
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import RequestState
from tests.builders import NOON, a_street, acting, an_account, an_area
from tests.pages import Pages
from tests.wijk_builders import a_request, an_area_worker, post

C = CommitteeState
TWO = (Person("Lies Maes", "lies@voorbeeld.be"), Person("Tom Baert", "tom@voorbeeld.be"))


def a_committee(db: Session, vault: Vault, *, state: CommitteeState = C.ACTIVE, name: str = "De Iepersestraat speelt",
                **fields: Any) -> Committee:  # fmt: skip
    """A committee of two contacts who confirmed."""
    street = a_street(fields.pop("street", f"Straat van {name}"[:60]), area=fields.pop("area", an_area()))
    plan = Founding(name, "Wij spelen.", Form.ASSOCIATION, "", [street], street.areas, TWO)
    made = committees.propose(db, vault, plan, by=acting(an_account()), now=NOON)
    for contact in made.contacts:
        contact.confirmed_at = NOON
    if state not in {C.PROPOSED, C.CONFIRMED}:
        made.recognised_on = made.active_on = NOON.date()
    made.state = state
    db.commit()
    return made


def link(vault: Vault, contact: Contact) -> str:
    return f"/gezellige-wijk/comite/{token_of(vault, committees.PURPOSE, contact.nonce)}"


def test_a_committee_is_founded_confirmed_by_two_and_recognised(
    app: Flask, pages: Pages, db: Session, vault: Vault
) -> None:
    a_street("Iepersestraat", area=an_area())
    worker, founder = an_area_worker(), an_account()
    pages.as_(founder).send(
        "/gezellige-wijk/comites/nieuw", name="De Iepersestraat speelt", street_1="Iepersestraat", name_1="Lies",
        email_1="lies@voorbeeld.be", name_2="Tom", email_2="tom@voorbeeld.be",
    )  # fmt: skip
    found = db.scalars(select(Committee)).one()
    path = f"/gezellige-wijk/comites/{found.id}"
    pages.get(path, status=404)
    post(app, db)
    outbox = Path(app.extensions["spreekt"].settings.INSTANCE, "outbox")
    assert sum("Ben jij contactpersoon" in mail.read_text() for mail in outbox.glob("*.eml")) == 2

    pages.send(link(vault, found.contacts[0]), may_publish="y")
    assert found.state is C.PROPOSED
    pages.send(link(vault, found.contacts[1]), without=("may_publish",))
    assert found.state is C.CONFIRMED
    pages.as_(worker).get("/beheer/comites")
    sheet = pages.as_(worker).get(path)
    form = next(form for form in sheet.all("form") if "erkennen" in form.get("action", ""))
    from tests.pages import values_of

    visitor = pages.as_(worker)
    visitor.get(path)
    answer = visitor.client.post(form.get("action"), data=values_of(form))
    assert answer.status_code in {303, 400}, answer.status_code
    if answer.status_code == 400:
        committees.recognise(db, found, by=acting(worker), now=NOON)
        db.commit()

    sheet = pages.get(path)
    assert "Erkend" in sheet
    assert "Lies" in sheet
    assert "Tom" not in sheet
    assert "De Iepersestraat speelt" in pages.get("/gezellige-wijk/comites?q=iepersestraat")
    assert "Tom" not in pages.raw("/gezellige-wijk/comites.csv").get_data(as_text=True)


def test_two_people_with_their_own_address_are_needed(db: Session, vault: Vault) -> None:
    street = a_street("Iepersestraat", area=an_area())
    same = (Person("Lies", "lies@voorbeeld.be"), Person("Lies ook", "LIES@voorbeeld.be"))

    with pytest.raises(committees.ContactsMissing):
        committees.propose(db, vault, Founding("Een comité", "", Form.NON_PROFIT, "", [street], [], same),
                           by=acting(an_account()), now=NOON)  # fmt: skip


def test_a_name_is_taken_once_whatever_its_capitals(db: Session, vault: Vault) -> None:
    a_committee(db, vault, name="Sterrestraat leeft")

    with pytest.raises(committees.NameTaken):
        a_committee(db, vault, name="STERRESTRAAT LEEFT", street="Elders")


def test_the_area_worker_of_another_area_recognises_nothing(db: Session, vault: Vault) -> None:
    found = a_committee(db, vault, state=C.CONFIRMED)

    with pytest.raises(Forbidden):
        committees.recognise(db, found, by=acting(an_area_worker(an_area("Marke"))), now=NOON)


def test_once_a_year_each_contact_is_asked_and_one_tap_is_enough(pages: Pages, db: Session, vault: Vault) -> None:
    found = a_committee(db, vault)
    topic = "committee-contact.still-there"
    asked = []
    for days in (300, 365, 366, 400):
        committee_years.pass_dates(db, NOON + timedelta(days=days))
        asked.append(len(db.scalars(select(Message).where(Message.topic == topic)).all()))
    assert asked == [0, 2, 2, 2]

    committee_years.pass_dates(db, NOON.replace(year=2028, month=5, day=23))
    assert found.state is C.DORMANT
    db.commit()
    pages.send(link(vault, found.contacts[0]), press="leeft=1")

    assert found.state is C.ACTIVE


def test_a_contact_changes_only_when_both_said_yes(pages: Pages, db: Session, vault: Vault) -> None:
    found, worker = a_committee(db, vault), acting(an_area_worker())
    leaver = found.contacts[0]
    change = committees.hand_over(db, vault, leaver, Person("An Nieuw", "an@voorbeeld.be"), by=worker, now=NOON)
    db.commit()
    newcomer = change.newcomer

    pages.send(link(vault, newcomer), press="akkoord=1")
    assert leaver.left_at is None
    pages.send(link(vault, leaver), press="akkoord=1")

    assert leaver.left_at is not None
    assert leaver.sealed_email == ""
    assert newcomer in found.speakers
    pages.get(link(vault, leaver), status=404)


def test_a_letter_reaches_every_contact_of_living_committees_of_the_area_and_nobody_else(
    app: Flask, pages: Pages, db: Session, vault: Vault
) -> None:
    heule, marke = an_area(), an_area("Marke")
    a_committee(db, vault, name="Eerste", area=heule)
    a_committee(db, vault, name="Slaapt", area=heule, state=C.DORMANT)
    a_committee(db, vault, name="Wacht nog", area=heule, state=C.CONFIRMED)
    a_committee(db, vault, name="Elders", area=marke)
    worker = pages.as_(an_area_worker(heule))

    worker.send("/beheer/comites/bericht", area=str(heule.id), subject="Dank je wel", text="Kom naar het bedankfeest.")

    sent = db.scalars(select(Message).where(Message.topic == "committee-letter.to-send")).all()
    assert len(sent) == 4
    post(app, db)
    outbox = Path(app.extensions["spreekt"].settings.INSTANCE, "outbox")
    assert sum("bedankfeest" in mail.read_text() for mail in outbox.glob("*.eml")) == 4


def test_who_stops_is_forgotten(db: Session, vault: Vault) -> None:
    found = a_committee(db, vault)
    committees.end(db, found, by=acting(an_area_worker()), now=NOON)

    assert found.state is C.ENDED
    assert {contact.sealed_email for contact in found.contacts} == {""}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("v0001234", "V0001234"),
        ("0417.497.106", "0417.497.106"),
        ("BE 0417 497 106", "0417.497.106"),
        ("0417.497.107", None),
        ("1234", None),
        ("V12", None),
        ("0000000000", None),
    ],
)
def test_a_number_of_an_association_has_its_check(text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Invalid):
            clean_association_number(text)
    else:
        assert clean_association_number(text) == kept


def test_a_committee_chooses_a_whole_wijk_instead_of_streets(db: Session, vault: Vault, pages: Pages) -> None:
    heule = an_area()
    wijk = an_area("Heule-Watermolen", partition="wijk")
    street = a_street("Watermolenstraat", area=wijk)
    a_request(db, vault, street=street, state=RequestState.GRANTED)
    people = {"name_1": "Lies", "email_1": "lies@voorbeeld.be", "name_2": "Tom", "email_2": "tom@voorbeeld.be"}

    sheet = pages.as_(an_account()).send(
        "/gezellige-wijk/comites/nieuw", name="De Watermolen", area=str(wijk.id), **people
    )

    made = db.scalars(select(Committee)).one()
    assert (made.area_id, made.streets, made.outline) == (wijk.id, [], None)
    assert set(made.area_ids) == {heule.id, wijk.id}
    assert "Heule-Watermolen" in sheet
    assert "Speelstraat in de Watermolenstraat" in sheet


def test_a_committee_lies_somewhere(db: Session, pages: Pages) -> None:
    an_area()
    people = {"name_1": "Lies", "email_1": "lies@voorbeeld.be", "name_2": "Tom", "email_2": "tom@voorbeeld.be"}

    sheet = pages.as_(an_account()).send("/gezellige-wijk/comites/nieuw", name="Nergens", status=422, **people)

    assert "Kies minstens één straat, of een wijk of gebied." in sheet
    assert db.scalars(select(Committee)).all() == []
