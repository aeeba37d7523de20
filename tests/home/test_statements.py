"""Statements, help and the small files for machines: what must stand on them, and nothing that is not so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt.app import create_app
from spreekt.home.statement_views import NOT_FOR_ROBOTS
from tests.builders import NOON
from tests.pages import Pages


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/toegankelijkheid", ["De site voldoet gedeeltelijk.", "WCAG 2.2", "Kaarten", "Vlaamse Ombudsdienst", "1777"]),
        ("/privacy", ["Je rijksregisternummer", "bewaren we niet", "Zonder genoeg tellers kan niemand een stem openen",
                      "Cookies", "Vlaamse Toezichtcommissie", "Niemand kan zien welke stem van jou is"]),
        ("/hulp", ["Wat is het?", "Wie kan meedoen?", "Hoe werkt het?", "Wat gebeurt er met je gegevens?", "1777",
                   "OC De Vonke", "voorbeelden van openingsuren"]),
    ],
)  # fmt: skip
def test_a_statement_says_what_it_must(pages: Pages, path: str, words: list[str]) -> None:
    sheet = pages.get(path)

    assert [each for each in words if each not in sheet] == []


def test_the_statement_offers_a_way_to_complain_and_to_ask(pages: Pages) -> None:
    links = pages.get("/toegankelijkheid").links().values()

    assert "tel:1777" in links
    assert "mailto:spreekt@kortrijk.example" in links
    assert "https://www.vlaamseombudsdienst.be" in links


def test_every_cookie_that_we_set_is_on_the_page(pages: Pages, app: Flask) -> None:
    page = pages.get("/privacy").text

    assert app.config["SESSION_COOKIE_NAME"] in page
    assert "spreekt" in page


def test_a_demo_is_not_for_search_engines(pages: Pages) -> None:
    assert pages.raw("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_of_a_real_city_robots_may_see_what_is_public(
    settings: Settings, engine: Engine, sessions: sessionmaker[Session], db: Session
) -> None:
    app = create_app(replace(settings, DEMO=False), engine=engine, sessions=sessions)

    lines = app.test_client().get("/robots.txt").text.splitlines()

    assert {f"Disallow: {path}" for path in NOT_FOR_ROBOTS} < set(lines)
    assert "Disallow: /" not in lines


def test_weaknesses_can_be_reported_and_the_file_is_not_stale(pages: Pages) -> None:
    answer = pages.raw("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())

    assert answer.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:spreekt@kortrijk.example"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert NOON < expires < NOON + timedelta(days=365)
