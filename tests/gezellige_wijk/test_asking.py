"""Asking something for the street, screen by screen: what is kept, what is refused, and what the city hears."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import stewards
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import RequestState, Steward, StreetRequest
from spreekt.notices.models import Notice
from tests.builders import a_street, an_account, an_area, staff
from tests.pages import Pages
from tests.wijk_builders import a_request, an_area_worker, an_item, post
from tests.words import says

NEW = "/gezellige-wijk/aanvragen/nieuw"


def the_request(db: Session) -> StreetRequest:
    db.expire_all()
    return db.scalars(select(StreetRequest).order_by(StreetRequest.id.desc())).first()  # type: ignore[return-value]


def asked(pages: Pages, db: Session, *, first: str = "2027-08-14", last: str = "2027-08-24", bus: str = "nee") -> str:
    """A play street filled in up to the last screen; gives its address."""
    pages.send(NEW, kind="speelstraat")
    base = f"/gezellige-wijk/aanvragen/{the_request(db).id}"
    pages.send(f"{base}/stap/plaats", street_1="Heuleplaats", from_1="1", to_1="48")
    pages.send(f"{base}/stap/wanneer", first=first, last=last, starts="14:00", ends="19:00")
    pages.send(f"{base}/stap/straat", closes="ja", speed="ja", residential="ja", through="nee", bus=bus)
    pages.send(f"{base}/stap/meters", name="Lies Maes", email="lies@voorbeeld.be")
    pages.send(f"{base}/stap/praktisch", expected="40", music="nee", food="nee", insurance="stad")
    return base


def test_a_play_street_is_asked_screen_by_screen_and_reaches_the_area_worker(
    app: Flask, pages: Pages, db: Session
) -> None:
    heule = an_area()
    a_street("Heuleplaats", area=heule)
    an_item("nadar", 20)
    worker, elsewhere = an_area_worker(heule), an_area_worker(an_area("Marke"))
    organiser = pages.as_(an_account())
    base = asked(organiser, db)
    organiser.send(f"{base}/stap/materiaal", nadar="4")

    sheet = organiser.send(f"{base}/nakijken")

    assert "Ingediend" in sheet
    assert the_request(db).state is RequestState.SUBMITTED
    assert not the_request(db).is_late
    post(app, db)
    told = {notice.account_id: notice.title for notice in db.scalars(select(Notice))}
    assert told == {the_request(db).account_id: "We hebben je aanvraag", worker.id: "Een nieuwe aanvraag in je gebied"}
    assert "Speelstraat, Heuleplaats" in pages.as_(worker).get("/beheer/wijk")
    assert "Speelstraat, Heuleplaats" not in pages.as_(elsewhere).get("/beheer/wijk")


def test_too_late_is_said_at_once_and_goes_to_the_area_worker_all_the_same(
    app: Flask, pages: Pages, db: Session
) -> None:
    heule = an_area()
    a_street("Heuleplaats", area=heule)
    worker = an_area_worker(heule)
    organiser = pages.as_(an_account())
    base = asked(organiser, db, first="2026-12-20", last="")

    assert "ten laatste op zondag 8 november 2026" in organiser.get(f"{base}/nakijken")

    organiser.send(f"{base}/nakijken")

    assert the_request(db).is_late
    post(app, db)
    title = db.scalar(select(Notice.title).where(Notice.account_id == worker.id))
    assert title == "Een aanvraag kwam te laat"


def test_a_bus_line_is_said_to_be_against_the_rule(pages: Pages, db: Session) -> None:
    a_street("Heuleplaats", area=an_area())
    organiser = pages.as_(an_account())
    base = asked(organiser, db, bus="ja")

    sheet = organiser.get(f"{base}/nakijken")

    assert "Mag niet Er rijdt geen bus door de straat" in sheet


def test_what_is_missing_is_named_and_nothing_is_sent(pages: Pages, db: Session) -> None:
    organiser = pages.as_(an_account())
    organiser.send(NEW, kind="straatfeest")
    base = f"/gezellige-wijk/aanvragen/{the_request(db).id}"

    sheet = organiser.send(f"{base}/nakijken", status=422)

    assert "Je aanvraag is nog niet volledig" in sheet or "ontbreekt" in sheet.text.lower()
    assert the_request(db).state is RequestState.DRAFT


@pytest.mark.parametrize(
    ("step", "given", "says"),
    [
        ("plaats", {"street_1": "Nergensstraat"}, "We vinden deze straat niet"),
        ("plaats", {"street_1": "Heuleplaats", "from_1": "9", "to_1": "2"}, "Draai ze om"),
        ("wanneer", {"first": "2027-08-14", "last": "2027-08-13", "starts": "14:00", "ends": "19:00"}, "Draai ze om"),
        ("wanneer", {"first": "2027-08-14", "starts": "19:00", "ends": "14:00"}, "Het einduur moet na het beginuur"),
        ("meters", {"name": "Lies", "email": "geen adres"}, "Vul een e-mailadres in"),
        ("praktisch", {"expected": "0", "music": "nee", "food": "nee", "insurance": "stad"}, "getal boven nul"),
    ],
)
def test_a_slip_comes_back_with_what_was_typed(
    pages: Pages, db: Session, step: str, given: dict[str, str], says: str
) -> None:
    a_street("Heuleplaats", area=an_area())
    organiser = pages.as_(an_account())
    organiser.send(NEW, kind="speelstraat")

    sheet = organiser.send(f"/gezellige-wijk/aanvragen/{the_request(db).id}/stap/{step}", status=422, **given)

    assert says in sheet
    assert all(value in sheet.html for value in given.values())


def test_every_wednesday_in_july_is_five_days_less_one(pages: Pages, db: Session) -> None:
    organiser = pages.as_(an_account())
    organiser.send(NEW, kind="speelstraat")
    base = f"/gezellige-wijk/aanvragen/{the_request(db).id}"

    organiser.send(f"{base}/stap/wanneer", first="2027-07-01", last="2027-07-31", weekdays=["2"], starts="14:00",
                   ends="18:00")  # fmt: skip

    assert [day.on_day for day in the_request(db).days] == [date(2027, 7, on) for on in (7, 14, 21, 28)]


def test_a_request_saved_in_another_window_is_not_written_over_in_silence(
    pages: Pages, db: Session, vault: Vault
) -> None:
    account = an_account()
    request = a_request(db, vault, by=account, state=RequestState.DRAFT)
    organiser, path = pages.as_(account), f"/gezellige-wijk/aanvragen/{request.id}/stap/praktisch"
    old = str(request.version)
    organiser.send(path, expected="60")

    sheet = organiser.send(path, status=409, expected="70", version=old)

    assert "in een ander venster bewaard" in sheet
    assert the_request(db).expected == 60


def test_nobody_reads_or_changes_the_draft_of_somebody_else(pages: Pages, db: Session, vault: Vault) -> None:
    request = a_request(db, vault, state=RequestState.DRAFT)
    base = f"/gezellige-wijk/aanvragen/{request.id}"
    for visitor in (pages, pages.as_(an_account())):
        visitor.get(base, status=404)
    pages.as_(an_account()).get(f"{base}/stap/plaats", status=404)


def test_a_steward_confirms_by_a_link_of_their_own_and_only_as_an_adult_who_lives_there(
    pages: Pages, db: Session, vault: Vault
) -> None:
    request = a_request(db, vault)
    steward = db.scalars(select(Steward)).one()
    steward.confirmed_at, steward.is_adult, steward.lives_there = None, False, False
    db.commit()
    path = f"/gezellige-wijk/meter/{token_of(vault, stewards.PURPOSE, steward.nonce)}"

    assert "meerderjarig" in pages.send(path, status=422, press="ja=1", adult="y")
    assert "Jij bent peter of meter" in pages.send(path, press="ja=1", adult="y", here="y")
    assert db.get(Steward, steward.id).confirmed_at is not None  # type: ignore[union-attr]
    assert "Je zei nee" in pages.send(path, press="nee=1")
    assert db.get(Steward, steward.id).confirmed_at is None  # type: ignore[union-attr]
    pages.get(f"/gezellige-wijk/meter/{steward.nonce}-{'0' * 32}", status=404)
    request.state = RequestState.WITHDRAWN
    db.commit()
    pages.get(path, status=404)


def test_a_steward_gets_one_mail_with_a_link_that_works(app: Flask, pages: Pages, db: Session, vault: Vault) -> None:
    from pathlib import Path

    request = a_request(db, vault, state=RequestState.DRAFT, stewards=0)
    organiser = pages.as_(request.account)
    organiser.send(f"/gezellige-wijk/aanvragen/{request.id}/stap/meters", name="Lies", email="lies@voorbeeld.be")
    organiser.send(f"/gezellige-wijk/aanvragen/{request.id}/nakijken")
    post(app, db)
    mails = [path.read_text() for path in Path(app.extensions["spreekt"].settings.INSTANCE, "outbox").glob("*.eml")]

    assert sum("To: lies@voorbeeld.be" in mail for mail in mails) == 1


def test_staff_fill_in_a_request_for_somebody_who_comes_by(pages: Pages, db: Session, vault: Vault) -> None:
    from spreekt.kernel.actor import Role

    a_street("Heuleplaats", area=an_area())
    officer = staff(Role.DESK)
    desk = pages.as_(officer)
    desk.send(
        "/gezellige-wijk/aanvragen/voor-iemand", kind="picknicktafel", contact="Jan, 056 00 00 17", place="OC Heule"
    )
    request = the_request(db)
    base = f"/gezellige-wijk/aanvragen/{request.id}"
    desk.send(f"{base}/stap/plaats", street_1="Heuleplaats")
    desk.send(f"{base}/stap/meer", plek="Onder de linde", onderhoud="Wij zelf")
    desk.send(f"{base}/nakijken")

    assert (request.account_id, request.prepared_by_id, request.helped_at) == (None, officer.id, "OC Heule")
    assert "056 00" not in request.sealed_contact
    assert not says(request.sealed_contact, "Jan")
    assert the_request(db).state is RequestState.SUBMITTED
    assert "OC Heule" in pages.as_(an_area_worker()).get(base)


def test_withdrawing_gives_the_material_and_the_day_back(pages: Pages, db: Session, vault: Vault) -> None:
    from spreekt.modules.gezellige_wijk import loans

    item, account = an_item(stock=10), an_account()
    request = a_request(db, vault, by=account)
    loans.reserve(db, request, item, 10)
    db.commit()

    pages.as_(account).send(f"/gezellige-wijk/aanvragen/{request.id}/stop", reason="We verhuizen")

    assert the_request(db).state is RequestState.WITHDRAWN
    assert loans.free(db, item, date(2027, 8, 13), date(2027, 8, 15)) == 10


def test_the_public_pages_open_and_show_what_is_granted_only(pages: Pages, db: Session, vault: Vault) -> None:
    granted = a_request(db, vault, state=RequestState.GRANTED, title="Feest op het plein")
    a_request(db, vault, state=RequestState.ADVICE, title="Nog geheim")

    for path in ("/gezellige-wijk", "/gezellige-wijk/aanvragen", "/gezellige-wijk/kalender?maand=2027-08"):
        sheet = pages.get(path)
        assert "Nog geheim" not in sheet
    assert "Feest op het plein" in pages.get("/gezellige-wijk/aanvragen?q=heuleplaats")
    assert "Feest op het plein" in pages.get("/gezellige-wijk/kalender?maand=2027-08")
    assert "Meter 0" not in pages.get(f"/gezellige-wijk/aanvragen/{granted.id}").html
    for ending in ("csv", "atom", "geojson"):
        text = pages.raw(f"/gezellige-wijk/aanvragen.{ending}").get_data(as_text=True)
        assert "Feest op het plein" in text
        assert "Nog geheim" not in text
    ical = pages.raw("/gezellige-wijk/kalender.ics").get_data(as_text=True)
    assert "DTSTART:20270814T120000Z" in ical
    assert "Nog geheim" not in ical
    assert "Zwijndrecht" in pages.get("/gezellige-wijk/regels")
    assert pages.raw("/gezellige-wijk/kalender?maand=2027-13").status_code == 400
