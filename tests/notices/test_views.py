"""The inbox, the choice how often we mail, and the way out from a mail."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from spreekt.notices import post
from spreekt.notices.models import Frequency
from spreekt.notices.queries import frequency_of
from tests.builders import a_resident
from tests.notices.test_domain import told
from tests.pages import Pages


def way_out(app: Flask, account_id: int) -> str:
    with app.app_context():
        return post.unsubscribe_path(account_id)


def test_the_inbox_is_mine_alone_and_newest_first(pages: Pages, db: Session) -> None:
    me, other = a_resident(), a_resident()
    told(db, other)

    assert "Je hebt nog geen berichten" in pages.as_(me).get("/mijn/berichten")
    assert "Je voorstel staat online" in pages.as_(other).get("/mijn/berichten")


def test_everything_can_be_marked_as_read(pages: Pages, db: Session) -> None:
    me = a_resident()
    told(db, me)
    mine = pages.as_(me)
    assert "Nieuw" in mine.get("/mijn/berichten")

    after = mine.client.post("/mijn/berichten/gelezen", data=_guards(mine))

    assert after.status_code == 303
    assert "Nieuw" not in mine.get("/mijn/berichten")


def _guards(visitor: Pages) -> dict[str, str]:
    form = visitor.get("/mijn/berichten").form_with("csrf_token", "_once")
    return {field.get("name", ""): field.get("value", "") for field in form.iter("input")}


def test_the_inbox_is_paged(pages: Pages, db: Session) -> None:
    me = a_resident()
    for _number in range(23):
        told(db, me)

    first, second = (pages.as_(me).get(f"/mijn/berichten?pagina={number}") for number in (1, 2))

    assert first.text.count("Proficiat.") == 20
    assert second.text.count("Proficiat.") == 3


@pytest.mark.parametrize("frequency", list(Frequency))
def test_a_choice_of_frequency_is_kept(pages: Pages, db: Session, frequency: Frequency) -> None:
    me = a_resident()

    pages.as_(me).send("/mijn/meldingen", frequency=frequency.value)

    db.expire_all()
    assert frequency_of(db, me.id) is frequency


def test_a_choice_that_does_not_exist_is_refused(pages: Pages, db: Session) -> None:
    me = a_resident()

    pages.as_(me).send("/mijn/meldingen", frequency="elk-uur", status=422)

    assert frequency_of(db, me.id) is Frequency.AT_ONCE


def test_p11_opening_the_way_out_changes_nothing(pages: Pages, app: Flask, db: Session) -> None:
    me = a_resident()

    for _prefetch in range(2):
        pages.get(way_out(app, me.id))
    pages.client.head(way_out(app, me.id))

    assert frequency_of(db, me.id) is Frequency.AT_ONCE


def test_choosing_on_the_way_out_works_without_signing_in(pages: Pages, app: Flask, db: Session) -> None:
    me = a_resident()

    pages.send(way_out(app, me.id), frequency=Frequency.NEVER.value)

    db.expire_all()
    assert frequency_of(db, me.id) is Frequency.NEVER
    assert pages.raw("/mijn").status_code == 303


@pytest.mark.parametrize("token", ["x", "MQ.abc", "1", "..%2f"])
def test_a_way_out_that_we_did_not_make_is_not_there(pages: Pages, token: str) -> None:
    assert pages.raw(f"/uitschrijven/{token}").status_code == 404


def test_the_way_out_shows_nobodys_name_or_address(pages: Pages, app: Flask) -> None:
    me = a_resident(name="Kanarie Vogelaere", email="kanarie@voorbeeld.example")

    sheet = pages.get(way_out(app, me.id))

    assert "Kanarie" not in sheet.html
    assert "kanarie" not in sheet.html
