"""Objections against the roll: little is asked, it is sealed, somebody looks and answers in time, and it is wiped."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from spreekt.identity.residency import person_key
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import IllegalTransition
from spreekt.kernel.idempotency import SpentKey
from spreekt.modules.referendum import movers, objection_views, objections, roll, roll_freeze
from spreekt.modules.referendum.models import RollEntry, State
from spreekt.modules.referendum.objections import Who
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.roll_models import ObjectionState, RollObjection
from tests.builders import DAY, NOON, a_moderator, a_resident, acting, an_area, staff
from tests.identity.mailbox import mails_to, text_of
from tests.pages import Sheet, values_of
from tests.referendum.roll_builders import NUMBER, a_coming_referendum, a_file, read_in
from tests.referendum.test_roll_pages import press

ANNA = "00010199974"
MAIL = "anna@voorbeeld.example"
TELLS = {
    "name": "Anna Demeester", "born_on": "2000-01-01", "street": "Heuleplaats 4", "email": MAIL,
    "phone": "", "words": "Ik kreeg geen brief.",
}  # fmt: skip


@pytest.fixture
def keeper(db):
    return staff(Role.REGISTER)


@pytest.fixture
def referendum(db, vault, keeper):
    """With a frozen roll of two, on which Anna does not stand."""
    referendum = a_coming_referendum(vault)
    report = read_in(db, vault, referendum, a_file(), by=acting(keeper))
    roll_freeze.propose_freeze(db, referendum, by=acting(keeper), now=NOON)
    about = roll.agreed_text(report.entries, report.sha256)
    roll_freeze.confirm_freeze(db, referendum, about=about, by=acting(staff(Role.REFERENDUM)), now=NOON)
    db.commit()
    return referendum


def tell(pages, referendum, status=303, **more):
    return pages.send(f"/referendum/{referendum.slug}/lijst", status=status, **(TELLS | more))


@pytest.fixture
def objection(db, vault, referendum):
    who = Who("Anna Demeester", "2000-01-01", "Heuleplaats 4", MAIL)
    made = objections.object_to_roll(db, vault, referendum, who, now=NOON)
    db.commit()
    return made


def case_url(referendum, objection, rest=""):
    return f"/beheer/referendum/{referendum.slug}/bezwaren/{objection.id}{rest}"


def uphold(browser, db, referendum, objection, status=303, **more):
    heule = an_area("Heule")
    given = {"number": ANNA, "born_on": "2000-01-01", "area": str(heule.id), "reason": "Stond er niet in"} | more
    return browser.send(case_url(referendum, objection, "/op-de-lijst"), status=status, **given)


def confirm_change(browser, referendum, objection, what="bevestiging"):
    url = f"/beheer/referendum/{referendum.slug}/kiezerslijst"
    assert press(browser, url, f"{url}/veranderingen/{objection.change_id}/{what}").status_code == 303


def test_anybody_says_that_they_are_not_on_the_roll_and_hears_by_when_there_is_an_answer(app, pages, db, referendum):
    sheet = tell(pages, referendum)

    assert sheet.heading == "We kijken het na"
    assert "5 dagen" in sheet
    made = db.scalars(select(RollObjection)).one()
    assert made.due_on == NOON.date() + timedelta(days=5)
    (mail,) = mails_to(app, MAIL)
    assert "28 november 2026" in text_of(mail)


def test_P01_who_objects_is_sealed_and_not_kept_with_the_form(pages, db, vault, referendum):
    tell(pages, referendum)

    made = db.scalars(select(RollObjection)).one()
    assert "Anna" not in made.sealed_who
    assert objections.who_of(vault, made).name == "Anna Demeester"
    assert not any("Anna" in kept.body for kept in db.scalars(select(SpentKey)))


def test_an_answer_must_be_able_to_reach_them_by_mail_or_telephone(pages, referendum):
    sheet = tell(pages, referendum, status=422, email="")

    assert "e-mailadres of een telefoonnummer" in sheet
    assert "Anna Demeester" in sheet.html  # what was typed is still there
    assert tell(pages, referendum, email="", phone="0470 00 00 00").heading == "We kijken het na"


@pytest.mark.parametrize(
    ("state", "said"),
    [(State.ANNOUNCED, "is er nog niet"), (State.CREDENTIALS, "niet meer veranderen"), (State.OPEN, "niet meer")],
)
def test_outside_its_time_the_page_says_what_to_do_instead(pages, db, referendum, state, said):
    referendum.state = state
    if state is State.ANNOUNCED:
        referendum.roll_sha256 = ""
    db.commit()

    sheet = pages.get(f"/referendum/{referendum.slug}/lijst")

    assert said in sheet
    assert not [form for form in sheet.all("form") if form.get("method") == "post"]


def test_a_referendum_that_is_not_announced_has_no_such_page(pages, vault):
    referendum = a_coming_referendum(vault, state=State.CONCEPT)

    assert pages.raw(f"/referendum/{referendum.slug}/lijst").status_code == 404


def test_one_network_objects_a_few_times_an_hour(pages, referendum, monkeypatch):
    monkeypatch.setattr(
        objection_views, "OBJECTING", objection_views.limits.Limit("test", 1, objection_views.OBJECTING.window)
    )
    tell(pages, referendum)

    tell(pages, referendum, status=429)


def test_cases_stand_with_the_first_due_on_top_and_say_when_they_are_late(
    pages, db, vault, referendum, keeper, objection
):
    objection.due_on = NOON.date() - timedelta(days=1)
    db.commit()

    sheet = pages.as_(keeper).get(f"/beheer/referendum/{referendum.slug}/bezwaren")

    assert "Wacht op antwoord" in sheet
    assert "te laat" in sheet
    assert objections.waiting(db, NOON.date()) == (1, 1)


def test_nothing_to_answer_is_said_kindly(pages, referendum, keeper):
    assert "Niemand maakte bezwaar" in pages.as_(keeper).get(f"/beheer/referendum/{referendum.slug}/bezwaren")


def test_P06_who_it_is_opens_on_request_and_that_look_is_logged(pages, db, referendum, keeper, objection):
    browser = pages.as_(keeper)
    sheet = browser.get(case_url(referendum, objection))
    assert "Anna" not in sheet

    form = next(form for form in sheet.all("form") if form.get("action") == case_url(referendum, objection, "/wie"))
    opened = Sheet(browser.client.post(form.get("action"), data=values_of(form)), "wie")

    assert "Anna Demeester" in opened
    db.expire_all()
    assert "roll-objection.opened" in db.scalars(select(LogEntry.act)).all()


def test_an_objection_is_dismissed_with_a_reason_that_goes_to_who_wrote_it(
    app, pages, db, referendum, keeper, objection
):
    browser = pages.as_(keeper)
    browser.send(case_url(referendum, objection), press="decision=dismiss", reason="  ", status=422)
    assert objection.state is ObjectionState.NEW

    browser.send(case_url(referendum, objection), press="decision=dismiss", reason="Je woont in Kuurne.")

    assert objection.state is ObjectionState.DISMISSED
    assert any("Je woont in Kuurne." in text_of(mail) for mail in mails_to(app, MAIL))
    assert "Ongegrond" in browser.get(case_url(referendum, objection))


def test_an_objection_that_is_right_puts_them_on_the_roll_by_two_people(
    app, pages, db, vault, referendum, keeper, objection
):
    uphold(pages.as_(keeper), db, referendum, objection)

    assert objection.state is ObjectionState.UPHELD
    assert referendum.roll_count == 2
    assert not any("Je hebt gelijk" in text_of(mail) for mail in mails_to(app, MAIL))
    confirm_change(pages.as_(staff(Role.REFERENDUM)), referendum, objection)
    db.expire_all()
    voter_key = key_of(vault, referendum).voter(person_key(vault, ANNA))
    assert db.get(RollEntry, (referendum.id, voter_key)) is not None
    assert referendum.roll_count == 3
    assert any("Je hebt gelijk" in text_of(mail) for mail in mails_to(app, MAIL))


def test_an_objection_waits_for_an_answer_again_when_its_mover_is_taken_back(
    app, pages, db, referendum, keeper, objection
):
    uphold(pages.as_(keeper), db, referendum, objection)

    confirm_change(pages.as_(staff(Role.REFERENDUM)), referendum, objection, what="intrekking")

    db.expire_all()
    assert (objection.state, objection.change, objection.decided_at) == (ObjectionState.NEW, None, None)
    assert movers.changes(db, referendum) == []
    assert not any("Je hebt gelijk" in text_of(mail) for mail in mails_to(app, MAIL))


def test_who_is_on_the_roll_already_or_too_young_is_not_upheld(pages, db, referendum, keeper, objection):
    browser = pages.as_(keeper)

    assert "staat al op" in uphold(browser, db, referendum, objection, status=422, number=NUMBER, born_on="1985-07-30")
    assert "nog geen 16 jaar" in uphold(browser, db, referendum, objection, status=422, born_on="2015-01-01")
    assert objection.state is ObjectionState.NEW


def test_an_objection_is_decided_once(db, keeper, objection):
    objections.dismiss(db, objection, reason="Nagekeken.", by=acting(keeper), now=NOON)

    with pytest.raises(IllegalTransition):
        objections.dismiss(db, objection, reason="Toch niet.", by=acting(keeper), now=NOON)


@pytest.mark.parametrize(
    "somebody", [a_resident, a_moderator, lambda: staff(Role.DESK), lambda: staff(Role.REFERENDUM)]
)
def test_only_the_register_keeper_sees_cases(pages, referendum, objection, somebody):
    browser = pages.as_(somebody())

    for url in (f"/beheer/referendum/{referendum.slug}/bezwaren", case_url(referendum, objection),
                case_url(referendum, objection, "/op-de-lijst")):  # fmt: skip
        assert browser.raw(url).status_code == 404


def test_P04_who_objected_is_wiped_a_month_after_the_answer(pages, db, referendum, keeper, objection):
    objections.dismiss(db, objection, reason="Nagekeken.", by=acting(keeper), now=NOON)

    objections.wipe_contacts(db, NOON + 29 * DAY)
    assert objection.sealed_who
    objections.wipe_contacts(db, NOON + 31 * DAY)
    db.commit()
    db.expire_all()

    assert objection.sealed_who == ""
    assert "is gewist" in pages.as_(keeper).get(case_url(referendum, objection))
