"""My own overview: deeds of all modules in one list, newest first, and links that lead somewhere."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from spreekt.app import MODULES
from spreekt.module import Deed, Module
from tests.builders import DAY, NOON, a_resident, an_account
from tests.home.test_own_records import a_notice
from tests.home.test_views import plug
from tests.pages import Pages


def test_deeds_of_all_modules_stand_in_one_list_newest_first(pages: Pages, app: Flask) -> None:
    old, new = (Deed(at=NOON - days * DAY, title=title, url="/x", state="Gepubliceerd") for days, title in
                ((9, "Oud idee"), (1, "Nieuwe stem")))  # fmt: skip
    plug(app, Module("een", deeds=lambda db, who: [old]), Module("twee", deeds=lambda db, who: [new]))

    mine = pages.as_(a_resident()).get("/mijn").text

    assert mine.index("Nieuwe stem") < mine.index("Oud idee")


def test_a_deed_says_what_comes_next(pages: Pages, app: Flask) -> None:
    deed = Deed(
        at=NOON, title="Bank", url="/voorstellen/1", state="Wordt nagekeken", next_step="Je hoort iets woensdag."
    )
    plug(app, Module("een", deeds=lambda db, who: [deed]))

    assert "Je hoort iets woensdag." in pages.as_(a_resident()).get("/mijn")


def test_somebody_new_is_shown_a_way_forward(pages: Pages) -> None:
    mine = pages.as_(a_resident()).get("/mijn")

    assert "Je deed nog niets" in mine
    assert mine.links()["Doe een voorstel"] == "/voorstellen/nieuw"


def test_who_did_not_show_where_they_live_is_told_what_that_brings(pages: Pages) -> None:
    assert "Toon dat je hier woont" in pages.as_(an_account()).get("/mijn")
    assert "Toon dat je hier woont" not in pages.as_(a_resident()).get("/mijn")


def test_unread_messages_are_counted(pages: Pages) -> None:
    me = a_resident()
    a_notice(me)

    assert "Mijn berichten (1 nieuw)" in pages.as_(me).get("/mijn").links()


def test_my_overview_asks_each_module_a_few_things_however_much_i_did(pages: Pages, statements: list[str]) -> None:
    me = pages.as_(a_resident())
    statements.clear()

    me.raw("/mijn")

    each = [2 * (module.deeds is not None) + (module.reminders is not None) for module in MODULES]
    assert len(statements) <= 2 + sum(each)  # who asks, my messages, two for what I did and one for what I left


@pytest.mark.parametrize("page", ["/mijn", "/mijn/gegevens", "/hulp", "/privacy", "/toegankelijkheid", "/"])
def test_every_link_leads_to_a_page_of_ours(pages: Pages, app: Flask, page: str) -> None:
    adapter = app.url_map.bind("")

    lost = []
    for address in pages.as_(a_resident()).get(page).links().values():
        path = urlsplit(address).path
        if urlsplit(address).scheme or not path.startswith("/"):
            continue
        try:
            adapter.match(path, method="GET")
        except RequestRedirect:
            continue
        except (NotFound, MethodNotAllowed):
            lost.append(path)
    assert not lost
