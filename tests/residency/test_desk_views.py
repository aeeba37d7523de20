"""/loket: one resident at a time, every look logged, nothing of it kept; a new letter takes two officers."""

import pytest
from sqlalchemy import select

from spreekt.identity import code_letters
from spreekt.identity.residency_models import CodeLetter, IdentityCase, ProofMethod, Residency
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.idempotency import SpentKey
from spreekt.notices.models import Notice
from spreekt.worker import deliver_due
from tests.builders import NOON, a_moderator, a_register_entry, a_resident, an_account, staff
from tests.pages import Sheet, values_of

NUMBER = "85073099932"
MAIL = "noemie@voorbeeld.example"


def an_officer(**fields):
    return staff(Role.DESK, **fields)


def look_up(browser, number=NUMBER, *, purpose="aan-het-loket", status=200):
    return browser.send("/loket", number=number, purpose=purpose, status=status)


def press(browser, sheet, decision, *, email=MAIL, card_seen="y"):
    """Fill in the form of the resident's page, which has no address of its own."""
    values = values_of(sheet.form_with("subject", "email"))
    values["email"], values["decision"] = email, decision
    if card_seen:
        values["card_seen"] = card_seen
    answer = browser.client.post("/loket/verblijf", data=values)
    browser.db.expire_all()
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"])
    return Sheet(answer, "/loket/verblijf")


def test_the_desk_compares_the_card_with_name_and_address(pages, db):
    a_register_entry(national_number=NUMBER)

    sheet = look_up(pages.as_(an_officer()), "85.07.30-999.32")

    assert "Noémie Dewaele" in sheet
    assert "Sint-Denijsestraat 12 bus 3, 8500 Kortrijk" in sheet
    assert "Nog geen account" in sheet


def test_every_look_is_logged_with_its_reason(pages, db):
    entry = a_register_entry(national_number=NUMBER)
    officer = an_officer()

    look_up(pages.as_(officer), purpose="vraag-over-brief")

    row = db.scalars(select(LogEntry).where(LogEntry.act == "register.looked-up")).one()
    assert (row.actor_id, row.reason) == (officer.id, "vraag-over-brief")
    assert row.subject == f"resident:{entry.person_key[:16]}"


def test_a_look_for_nobody_is_logged_too(pages, db):
    look_up(pages.as_(an_officer()), status=422)

    assert db.scalars(select(LogEntry.act)).all() == ["register.looked-up"]


def test_no_look_without_a_reason(pages, db):
    a_register_entry(national_number=NUMBER)

    sheet = look_up(pages.as_(an_officer()), purpose="", status=422)

    assert "Kies een reden" in sheet
    assert db.scalars(select(LogEntry)).first() is None


def test_what_the_desk_saw_is_not_kept_with_the_form(pages, db):
    a_register_entry(national_number=NUMBER)

    look_up(pages.as_(an_officer()))

    assert not any("Dewaele" in kept.body for kept in db.scalars(select(SpentKey)))


def test_a_number_never_comes_in_an_address(pages):
    browser = pages.as_(an_officer())

    assert browser.raw(f"/loket/inwoner?number={NUMBER}").status_code == 405


@pytest.mark.parametrize("somebody", [a_resident, a_moderator, lambda: staff(Role.REGISTER)])
def test_only_desk_officers_come_behind_the_counter(pages, somebody):
    browser = pages.as_(somebody())

    assert browser.raw("/loket").status_code == 404
    assert browser.client.post("/loket/inwoner", data={"number": NUMBER}).status_code in {400, 404}


def test_the_desk_proves_residence_with_the_card_seen(app, pages, db):
    entry = a_register_entry(national_number=NUMBER)
    account = an_account(email=MAIL)
    browser = pages.as_(an_officer())

    done = press(browser, look_up(browser), "prove", email="Noemie@Voorbeeld.example")

    residency = db.scalars(select(Residency)).one()
    assert done.heading == "Het verblijf is getoond"
    assert (residency.account_id, residency.person_key) == (account.id, entry.person_key)
    assert residency.method is ProofMethod.DESK
    logged = db.scalars(select(LogEntry).where(LogEntry.act == "residency.proven-at-desk")).one()
    assert (logged.about_account_id, logged.reason) == (account.id, "identiteitskaart gezien")
    deliver_due(app)
    assert db.scalars(select(Notice)).one().account_id == account.id


def test_without_the_card_nothing_is_proven(pages, db):
    a_register_entry(national_number=NUMBER)
    an_account(email=MAIL)
    browser = pages.as_(an_officer())

    sheet = press(browser, look_up(browser), "prove", card_seen="")

    assert sheet.status == 422
    assert "Kijk eerst de identiteitskaart na" in sheet
    assert db.scalars(select(Residency)).first() is None


def test_a_piece_of_a_mail_address_finds_no_account(pages, db):
    a_register_entry(national_number=NUMBER)
    an_account(email=MAIL)
    browser = pages.as_(an_officer())

    sheet = press(browser, look_up(browser), "prove", email="noemi@voorbeeld.example")

    assert "geen account met precies dit adres" in sheet


def test_an_officer_does_not_serve_themselves(pages, db):
    a_register_entry(national_number=NUMBER)
    browser = pages.as_(an_officer(email=MAIL))

    for decision in ("prove", "letter"):
        assert "Vraag het aan een collega" in press(browser, look_up(browser), decision)


def test_a_resident_who_has_an_account_becomes_a_case(pages, db):
    entry = a_register_entry(national_number=NUMBER)
    holder = an_account(name="Oude Naam")
    db.add(Residency(account_id=holder.id, person_key=entry.person_key, method=ProofMethod.LETTER, proven_at=NOON))
    newcomer = an_account(email=MAIL)
    browser = pages.as_(an_officer())

    sheet = look_up(browser)
    done = press(browser, sheet, "prove")

    assert "Heeft een account" in sheet
    assert "Oude Naam" not in sheet.html
    assert done.heading == "De dienst kijkt dit na"
    assert db.scalars(select(IdentityCase)).one().account_id == newcomer.id


def test_another_officer_or_a_changed_field_must_look_up_again(pages, db):
    a_register_entry(national_number=NUMBER)
    an_account(email=MAIL)
    sheet = look_up(pages.as_(an_officer()))
    other = pages.as_(an_officer())
    other.get("/loket")

    assert press(other, sheet, "prove").status in {400, 409}
    assert db.scalars(select(Residency)).first() is None


def test_a_new_letter_waits_for_a_second_officer(app, pages, db, tmp_path):
    a_register_entry(national_number=NUMBER)
    account = an_account(email=MAIL)
    first = pages.as_(an_officer())

    press(first, look_up(first), "letter")
    deliver_due(app)

    assert not list(tmp_path.glob("letters/*"))
    assert code_letters.live_letter(db, account.id) is None
    assert "Jij vroeg deze brief" in first.get("/loket")
    letter = db.scalars(select(CodeLetter)).one()
    refused = first.client.post(f"/loket/brieven/{letter.id}", data=values_of(first.get("/loket").form_with("number")))
    assert refused.status_code == 409

    second = pages.as_(an_officer())
    pressed = second.get("/loket").all("form")[-1]
    second.client.post(pressed.get("action"), data=values_of(pressed))
    deliver_due(app)

    assert len(list(tmp_path.glob("letters/*.pdf"))) == 1
    db.expire_all()
    assert code_letters.live_letter(db, account.id).id == letter.id


def test_a_letter_is_approved_once(pages, db):
    a_register_entry(national_number=NUMBER)
    an_account(email=MAIL)
    first, second = pages.as_(an_officer()), pages.as_(an_officer())
    press(first, look_up(first), "letter")
    form = second.get("/loket").all("form")[-1]
    values = values_of(form)
    second.client.post(form.get("action"), data=values)
    values["_once"] = "another"

    assert second.client.post(form.get("action"), data=values).status_code == 404
