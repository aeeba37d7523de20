"""What the house shows, exports, forgets and measures of Gezellige Wijk."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from spreekt.home import own_records
from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import grants, loans
from spreekt.modules.gezellige_wijk.models import RequestState, Steward, StreetRequest
from tests.builders import NOON, an_account, staff
from tests.gezellige_wijk.test_committees import a_committee
from tests.pages import Pages
from tests.wijk_builders import AUGUST, RULES, a_request, an_area_worker, an_item

S = RequestState


def erased(app: Flask, db: Session, account: Any) -> None:
    with app.test_request_context():
        own_records.erase(db, app.extensions["spreekt"].modules, account, by=SYSTEM, now=NOON)
    db.commit()
    db.expire_all()


def test_the_home_page_and_my_page_say_what_i_asked(pages: Pages, db: Session, vault: Vault) -> None:
    account = an_account()
    a_request(db, vault, by=account, state=S.DECIDING)

    assert "Een feest, een speelstraat, een comité?" in pages.get("/")
    mine = pages.as_(account).get("/mijn")
    assert "Speelstraat, Heuleplaats" in mine
    assert "Wacht op het college" in mine


def test_a_draft_that_was_left_lying_is_reminded_of(pages: Pages, db: Session, vault: Vault) -> None:
    account = an_account()
    request = a_request(db, vault, by=account, state=S.DRAFT)
    request.created_at = NOON - timedelta(hours=3)
    db.commit()

    assert "is nog niet verstuurd" in pages.as_(account).get("/gezellige-wijk").html


@pytest.mark.parametrize(
    ("role", "heap"),
    [(Role.AREA_WORKER, "Aanvragen in je gebied"), (Role.FINANCE, "Toelagen om te betalen")],
)
def test_the_console_counts_what_waits(pages: Pages, db: Session, vault: Vault, role: Role, heap: str) -> None:
    request = a_request(db, vault, kind="straatfeest", state=S.DRAFT, stewards=0)
    grants.put(db, vault, request, RULES.rule(request.rule_code), asks=True, cents=None, iban="BE68539007547034")
    request.state, request.submitted_at = S.SUBMITTED, NOON
    grant = grants.grant_of(db, request.id)
    assert grant is not None
    grant.state, grant.promised_cents = grants.G.PROMISED, 10_000
    db.commit()

    assert heap in pages.as_(staff(role)).get("/beheer")


def test_erasing_withdraws_what_was_not_decided_and_keeps_what_took_place_without_the_person(
    app: Flask, db: Session, vault: Vault
) -> None:
    account = an_account()
    draft = a_request(db, vault, by=account, state=S.DRAFT).id
    waiting = a_request(db, vault, by=account, state=S.ADVICE)
    held = a_request(db, vault, by=account, state=S.HELD)
    loans.reserve(db, waiting, an_item(stock=3), 3)
    db.commit()

    erased(app, db, account)

    assert db.get(StreetRequest, draft) is None
    assert (waiting.state, waiting.account_id) == (S.WITHDRAWN, None)
    assert (held.state, held.account_id) == (S.HELD, None)
    assert {loan.state.value for loan in loans.loans_of(db, waiting.id)} == {"vrijgegeven"}


def test_erasing_takes_a_contact_out_of_their_committee(app: Flask, db: Session, vault: Vault) -> None:
    account, found = an_account(), a_committee(db, vault)
    found.contacts[0].account_id = account.id
    db.commit()

    erased(app, db, account)

    gone = found.contacts[0]
    assert (gone.name, gone.sealed_email, gone.account_id) == ("oud-deelnemer", "", None)
    assert gone not in found.speakers


def test_my_file_holds_my_requests_and_no_bank_account(app: Flask, db: Session, vault: Vault) -> None:
    account = an_account()
    request = a_request(db, vault, kind="straatfeest", by=account, stewards=0)
    grants.put(db, vault, request, RULES.rule(request.rule_code), asks=True, cents=None, iban="BE68539007547034")
    db.commit()

    with app.test_request_context():
        mine = own_records.own_file(db, vault, app.extensions["spreekt"].modules, account)

    assert mine["gezellige_wijk"]["aanvragen"][0]["titel"] == request.title
    assert "BE68" not in json.dumps(mine)


def test_programs_read_the_same_as_people(pages: Pages, db: Session, vault: Vault) -> None:
    a_request(db, vault, state=S.GRANTED)
    a_request(db, vault, state=S.ADVICE)
    a_committee(db, vault)

    requests = pages.raw("/api/v1/street-requests").get_json()
    committees = pages.raw("/api/v1/committees").get_json()

    assert [row["status"] for row in requests["items"]] == ["toegestaan"]
    assert committees["items"][0]["contacts"] == []
    assert "/api/v1/street-requests" in pages.raw("/api/v1/openapi.json").get_json()["paths"]


def statements(engine: Engine, pages: Pages, path: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert pages.raw(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in seen if not each.startswith(("SAVEPOINT", "RELEASE", "PRAGMA"))])


def test_a_month_with_many_events_asks_the_database_as_often_as_one_with_few(
    engine: Engine, pages: Pages, db: Session, vault: Vault
) -> None:
    account = an_account()
    paths = ("/gezellige-wijk/kalender?maand=2027-08", "/gezellige-wijk/kalender.geojson?maand=2027-08",
             "/gezellige-wijk/kalender.ics", "/gezellige-wijk/aanvragen")  # fmt: skip
    a_request(db, vault, by=account, state=S.GRANTED)
    few = [statements(engine, pages, path) for path in paths]
    for number in range(20):
        a_request(db, vault, by=account, state=S.GRANTED, first=AUGUST + timedelta(days=number % 10))

    assert [statements(engine, pages, path) for path in paths] == few
    assert max(few) <= 6


def test_the_calendar_of_the_benchmark_is_a_busy_month(pages: Pages, db: Session) -> None:
    from tests.bench_city import add_street_events

    add_street_events(db, 62)

    assert "62\N{NO-BREAK SPACE}keer iets te doen" in pages.get("/gezellige-wijk/kalender?maand=2027-08").html


def test_stewards_names_never_reach_a_public_page(pages: Pages, db: Session, vault: Vault) -> None:
    request = a_request(db, vault, state=S.GRANTED)
    name = db.scalar(select(Steward.name).where(Steward.request_id == request.id))

    for path in (f"/gezellige-wijk/aanvragen/{request.id}", "/gezellige-wijk/aanvragen.csv", "/api/v1/street-requests"):
        assert str(name) not in pages.raw(path).get_data(as_text=True)


def test_every_staff_page_opens_also_when_it_is_empty(pages: Pages, db: Session) -> None:
    doors = {
        Role.AREA_WORKER: ("/beheer/wijk", "/beheer/comites", "/beheer/comites/bericht"),
        Role.ADVISER: ("/beheer/adviezen",),
        Role.SERVICE: ("/beheer/adviezen", "/beheer/uitleen"),
        Role.FINANCE: ("/beheer/toelagen",),
    }
    for role, paths in doors.items():
        visitor = pages.as_(an_area_worker() if role is Role.AREA_WORKER else staff(role))
        for path in paths:
            visitor.get(path)
    assert pages.raw("/gezellige-wijk/formulier.pdf?soort=speelstraat").get_data().startswith(b"%PDF")
    for path in ("/gezellige-wijk", "/gezellige-wijk/aanvragen", "/gezellige-wijk/kalender", "/gezellige-wijk/comites"):
        pages.get(path)
