"""Cookies keep to themselves: host-bound under TLS, plain on this machine, never on a public page. (A08)"""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt.app import create_app
from tests.builders import an_account
from tests.pages import Pages

PUBLIC = ("/", "/voorstellen", "/burgerbudget", "/privacy", "/hulp", "/huisregels", "/moderatie/logboek")


@pytest.fixture
def under_tls(settings: Settings, engine: Engine, sessions: sessionmaker[Session], db: Session) -> Flask:
    """The platform behind a proxy with TLS."""
    secure = replace(settings, PUBLIC_URL="https://spreekt.example", ALLOWED_HOSTS="spreekt.example", DEMO=False)
    return create_app(secure, engine=engine, sessions=sessions)


def test_a08_under_tls_every_cookie_is_bound_to_this_host(under_tls: Flask) -> None:
    client = under_tls.test_client()

    answer = client.get("/aanmelden", base_url="https://spreekt.example")

    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
        assert len(cookie) < 4096


def test_a08_a_session_cookie_is_bound_to_this_host_too(under_tls: Flask) -> None:
    from flask import request

    from spreekt.identity.sessions import cookie_name

    with under_tls.test_request_context("/", base_url="https://spreekt.example"):
        assert request.is_secure
        assert cookie_name() == "__Host-spreekt"


@pytest.mark.parametrize("url", PUBLIC)
def test_a08_a_public_page_sets_no_cookie(pages: Pages, url: str) -> None:
    assert "Set-Cookie" not in pages.raw(url).headers


def test_w07_what_is_personal_is_never_stored(pages: Pages) -> None:
    mine = pages.as_(an_account())

    for url in ("/mijn", "/mijn/berichten", "/mijn/gegevens.json", "/voorstellen", "/"):
        assert mine.raw(url).headers["Cache-Control"] == "no-store", url


def test_w06_a_foreign_host_is_refused(under_tls: Flask) -> None:
    client = under_tls.test_client()

    assert client.get("/", base_url="https://kwaad.example").status_code == 400


def test_a08_what_a_voter_keeps_of_a_budget_is_bound_to_this_host_too(under_tls: Flask) -> None:
    from spreekt.modules.burgerbudget.doors import pass_session
    from spreekt.modules.burgerbudget.voting import receipts
    from tests.builders import a_round

    round = a_round()
    with under_tls.test_request_context("/"):
        assert receipts.cookie_name(round) == f"__Host-bewijs-{round.id}"
        assert pass_session.cookie_name(round) == f"__Host-stembiljet-{round.id}"
        answer = receipts.with_code("", round, "7KQ2M-7KQ2M-7KQ2M-7KQ2M")

    assert {"Secure", "HttpOnly", "Path=/"} <= set(answer.headers["Set-Cookie"].split("; "))
