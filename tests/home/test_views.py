"""Home and health."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt.app import MODULES, create_app
from spreekt.home.queries import NamedArea
from spreekt.home.views import OUTBOX_IS_LATE_AFTER, near
from spreekt.kernel import outbox
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import utc_now
from spreekt.module import Card, Module
from tests.builders import DAY, NOON, a_resident, an_area
from tests.pages import Pages


def a_card(title: str, **fields: Any) -> Card:
    return Card(
        kind="burgerbudget", label="Burgerbudget", title=title, text="Kies mee.", url="/x", action="Stem", **fields
    )


def plug(app: Flask, *modules: Module) -> None:
    """Put modules beside those of the application, for one test."""
    services = app.extensions["spreekt"]
    app.extensions["spreekt"] = replace(services, modules=(*services.modules, *modules))


def test_home_opens_for_anybody(pages: Pages) -> None:
    home = pages.get("/")

    assert home.heading.startswith("Jij kent je straat")


def test_home_without_anything_open_shows_a_way_forward(pages: Pages, app: Flask) -> None:
    app.extensions["spreekt"] = replace(app.extensions["spreekt"], modules=())

    assert "Er loopt nu geen stemming" in pages.get("/")


def test_what_matters_most_stands_first(pages: Pages, app: Flask) -> None:
    cards = [a_card("Gewoon"), a_card("Groot", is_main=True, until=NOON + 3 * DAY)]
    plug(app, Module("een", open_now=lambda db, now: cards))

    home = pages.get("/").text

    assert home.index("Groot") < home.index("Gewoon")


def test_near_me_leaves_out_other_areas_and_keeps_the_whole_city() -> None:
    here, there = a_card("hier", area_ids=frozenset({1})), a_card("daar", area_ids=frozenset({2}))
    everywhere = a_card("overal")

    assert near([here, there, everywhere], NamedArea(1, "heule", "Heule")) == [here, everywhere]
    assert near([here, there, everywhere], None) == [here, there, everywhere]


def test_choosing_an_area_shows_what_concerns_it(pages: Pages, app: Flask) -> None:
    heule, marke = an_area("Heule"), an_area("Marke")
    cards = [
        a_card("Bank in Heule", area_ids=frozenset({heule.id})),
        a_card("Bank in Marke", area_ids=frozenset({marke.id})),
    ]
    plug(app, Module("een", outcomes=lambda db, now: cards))

    home = pages.get("/?deelgemeente=marke")

    assert "Bank in Marke" in home
    assert "Bank in Heule" not in home
    assert home.links()["Voorstellen in Marke"] == "/voorstellen?deelgemeente=marke"


def test_an_area_that_does_not_exist_shows_the_whole_city(pages: Pages) -> None:
    assert pages.get("/?deelgemeente=atlantis").status == 200


def test_z07_a_filter_given_twice_is_refused(pages: Pages) -> None:
    assert pages.raw("/?deelgemeente=heule&deelgemeente=marke").status_code == 400


def test_at_most_six_outcomes_are_shown(pages: Pages, app: Flask) -> None:
    plug(app, Module("een", outcomes=lambda db, now: [a_card(f"Afgerond {number}") for number in range(9)]))

    assert pages.get("/").text.count("Afgerond") == 6


def test_home_is_kept_for_strangers_and_never_for_who_signed_in(
    settings: Settings, engine: Engine, sessions: sessionmaker[Session], clock: Clock, db: Session
) -> None:
    app = create_app(replace(settings, PUBLIC_CACHE_SECONDS=60), engine=engine, sessions=sessions, clock=clock)
    stranger, resident = Pages(app, db), Pages(app, db).as_(a_resident())

    assert stranger.raw("/").headers["Cache-Control"] == "public, max-age=60"
    assert resident.raw("/").headers["Cache-Control"] == "no-store"
    assert "Mijn overzicht" not in stranger.raw("/").text


def test_home_asks_each_module_at_most_two_things(pages: Pages, db: Session, statements: list[str]) -> None:
    an_area("Heule")
    statements.clear()

    pages.raw("/")

    on_home = sum((module.open_now is not None) + (module.outcomes is not None) for module in MODULES)
    assert len(statements) <= 1 + on_home  # the areas, and one read for what is open and one for what came of it


def test_an_unknown_address_gets_a_kind_page(pages: Pages) -> None:
    lost = pages.get("/bestaat-niet", status=404)

    assert "Naar de beginpagina" in lost


def test_the_process_and_the_database_say_they_are_well(pages: Pages) -> None:
    assert pages.raw("/healthz").get_json() == {"ok": True}
    assert pages.raw("/readyz").get_json()["ok"] is True


def test_an_installation_that_lets_people_wait_for_mail_is_not_ready(pages: Pages, db: Session) -> None:
    message = outbox.record(db, "notice.mail", notice_id=1)
    message.created_at = utc_now() - timedelta(seconds=OUTBOX_IS_LATE_AFTER + 5)
    db.commit()

    answer = pages.raw("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["outbox_age_seconds"] > OUTBOX_IS_LATE_AFTER


@pytest.mark.parametrize("path", ["/metrics", "/console", "/.git/config", "/rq", "/static/", "/admin"])
def test_w14_what_is_nobodys_business_is_not_there(pages: Pages, path: str) -> None:
    answer = pages.raw(path)

    assert answer.status_code == 404
    assert "Server" not in answer.headers
    assert "Werkzeug" not in answer.text


@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.get("/mijn", headers={"X-HTTP-Method-Override": "POST"}),
        lambda client: client.get("/mijn", headers={"X-Original-URL": "/"}),
        lambda client: client.get("/mijn?_method=DELETE"),
        lambda client: client.head("/mijn"),
    ],
)
def test_z10_tricks_with_the_route_open_no_door(pages: Pages, send: Callable[[Any], Any]) -> None:
    answer = send(pages.client)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/aanmelden")


@pytest.mark.parametrize("path", ["/Mijn", "/mijn/", "/mijn;x", "/beheer/", "/%6dijn/%2e%2e/beheer"])
def test_z10_another_spelling_of_an_address_shows_nothing_personal(pages: Pages, path: str) -> None:
    assert pages.raw(path).status_code in {303, 308, 404}
