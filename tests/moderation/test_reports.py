"""Reports of readers: one a person and item, handled within reach, told to who made them and to nobody else."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.limits import REPORTING
from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid, NotThere
from spreekt.kernel.outbox import Message
from spreekt.moderation import reports, subscribers
from spreekt.moderation.domain import Reasons
from spreekt.moderation.models import Report, ReportState, State, Submission
from spreekt.moderation.reports import AlreadyReported, OwnItem, report_item
from spreekt.notices.models import Notice
from tests.builders import NOON, a_moderator, acting, an_account, an_area, staff
from tests.moderation.things import a_note
from tests.pages import Pages

WHY = Reasons(code="reclame", rule="Maak geen reclame", words="Deze link verkoopt iets.")


def a_report(note: Submission, db: Session, *, by: Account | None = None, code: str = "reclame") -> Report:
    report = report_item(db, note, reason_code=code, words="", by=acting(by or an_account()), now=NOON)
    db.commit()
    return report


def test_a_reader_reports_from_the_page_and_is_thanked(pages: Pages, db: Session) -> None:
    note = a_note()

    thanks = pages.as_(an_account()).send(
        f"/moderatie/meldingen/nieuw/{note.id}", reason="privacy", words="Mijn naam", status=200
    )

    assert thanks.heading == "Bedankt voor je melding"
    assert db.scalars(select(Report.reason_code)).one() == "privacy"


def test_a_person_reports_an_item_once(db: Session) -> None:
    note, reader = a_note(), an_account()
    a_report(note, db, by=reader)

    with pytest.raises(AlreadyReported):
        a_report(note, db, by=reader, code="haat")


def test_nobody_reports_their_own(db: Session) -> None:
    author = an_account()

    with pytest.raises(OwnItem):
        a_report(a_note(author=author), db, by=author)


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_only_what_is_public_is_reported(db: Session, pages: Pages, state: State) -> None:
    note = a_note(state=state)

    with pytest.raises(NotThere):
        a_report(note, db)
    assert pages.as_(an_account()).raw(f"/moderatie/meldingen/nieuw/{note.id}").status_code == 404


@pytest.mark.parametrize("code", ["", "onduidelijk", "nieuw-nazicht", "bestaat-niet"])
def test_a_report_needs_a_reason_for_readers(db: Session, code: str) -> None:
    with pytest.raises(Invalid):
        a_report(a_note(), db, code=code)


def test_reporting_has_a_limit(pages: Pages) -> None:
    browser, note = pages.as_(an_account()), a_note()
    url = f"/moderatie/meldingen/nieuw/{note.id}"
    browser.send(url, reason="haat", status=200)
    for _number in range(REPORTING.times - 1):
        browser.send(url, reason="haat", status=422)

    browser.send(url, reason="haat", status=429)


def test_what_is_upheld_is_hidden_and_settles_every_report(db: Session) -> None:
    note = a_note()
    first, second = a_report(note, db), a_report(note, db)

    reports.uphold(db, first, reasons=WHY, by=acting(a_moderator()), now=NOON)

    assert note.state is State.HIDDEN
    assert {first.state, second.state} == {ReportState.UPHELD}


def test_what_is_dismissed_stays_with_words(db: Session) -> None:
    note = a_note()
    report = a_report(note, db)
    by = acting(a_moderator())

    with pytest.raises(Invalid):
        reports.dismiss(db, report, reasons=Reasons(code="reclame"), by=by, now=NOON)
    reports.dismiss(db, report, reasons=WHY, by=by, now=NOON)

    assert (note.state, report.state) == (State.PUBLISHED, ReportState.DISMISSED)
    with pytest.raises(IllegalTransition):
        reports.uphold(db, report, reasons=WHY, by=by, now=NOON)


def test_nobody_handles_their_own_report_nor_one_on_their_own_text(db: Session) -> None:
    moderator = a_moderator()
    made = a_report(a_note(), db, by=moderator)
    about = a_report(a_note(author=moderator), db)

    for report in (made, about):
        with pytest.raises(Forbidden):
            reports.uphold(db, report, reasons=WHY, by=acting(moderator), now=NOON)


def test_an_area_worker_sees_reports_of_the_own_area_alone(pages: Pages, db: Session) -> None:
    here = a_report(a_note(areas=[an_area()], title="In Heule"), db)
    there = a_report(a_note(areas=[an_area("Marke")], title="In Marke"), db)
    worker = pages.as_(staff(Role.AREA_WORKER, area=an_area()))

    sheet = worker.get("/moderatie/meldingen")

    assert "In Heule" in sheet
    assert "In Marke" not in sheet
    assert worker.raw(f"/moderatie/meldingen/{here.id}").status_code == 200
    assert worker.raw(f"/moderatie/meldingen/{there.id}").status_code == 404


def test_a_report_is_taken_on_and_decided_through_the_pages(pages: Pages, db: Session) -> None:
    note = a_note()
    report = a_report(note, db)
    browser, url = pages.as_(a_moderator()), f"/moderatie/meldingen/{report.id}"

    browser.send(url, press="decision=assign")
    assert db.get_one(Report, report.id).state is ReportState.ASSIGNED
    browser.send(url, press="decision=uphold", words="  ", status=422)
    browser.send(url, press="decision=uphold", words="Dit is reclame.")

    assert db.get_one(Submission, note.id).state is State.HIDDEN
    assert "Dit is reclame." in browser.get(url)


def test_who_reported_is_told_what_came_of_it_and_nobody_sees_who_it_was(app: Flask, pages: Pages, db: Session) -> None:
    reader, author = an_account(name="Lezer Verhaeghe"), an_account()
    note = a_note(author=author)
    report = a_report(note, db, by=reader)
    reports.uphold(db, report, reasons=WHY, by=acting(a_moderator()), now=NOON)
    db.commit()
    told = db.scalars(select(Message).where(Message.topic == "report.decided")).one()

    with app.app_context():
        subscribers.tell_reporter(db, told)
        subscribers.tell_reporter(db, told)

    notice = db.scalars(select(Notice)).one()
    assert notice.account_id == reader.id
    assert "je had gelijk" in notice.text.lower()
    moderator = pages.as_(a_moderator())
    for url in (f"/moderatie/meldingen/{report.id}", f"/moderatie/{note.id}", "/moderatie/meldingen?status=gegrond"):
        assert "Lezer Verhaeghe" not in moderator.get(url).html
