"""The toolkit: one transaction, one effect per form, guarded doors, headers on every answer, no shared nonce."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt import app as composition
from spreekt.app import create_app
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import TooMany
from spreekt.kernel.outbox import Message
from spreekt.module import Module
from spreekt.web import context
from spreekt.web.engine import READ_ONLY, make_engine
from spreekt.web.errors import error_page, words_of
from spreekt.web.rights import UnguardedView
from spreekt.web.transaction import only_looking
from tests.builders import a_resident, staff
from tests.pages import Pages
from tests.web.toy import toy


@pytest.fixture
def with_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "MODULES", (*composition.MODULES, Module("toy", blueprints=(toy,))))


@pytest.fixture
def client(with_toy: None, app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def cached(
    with_toy: None, settings: Settings, engine: Engine, sessions: sessionmaker[Session], db: Session
) -> FlaskClient:
    app = create_app(replace(settings, PUBLIC_CACHE_SECONDS=60), engine=engine, sessions=sessions)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def made(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Message).where(Message.topic == "toy.made")) or 0


@pytest.mark.parametrize(("fail", "status"), [("rule", 422), ("bug", 500)])
def test_what_is_refused_leaves_nothing_behind(client: FlaskClient, db: Session, fail: str, status: int) -> None:
    answer = client.post("/toy/make", data={"fail": fail, "_once": "a"})

    assert answer.status_code == status
    assert made(db) == 0


def test_f16_the_same_form_sent_again_makes_one_thing_and_gets_the_same_answer(
    client: FlaskClient, db: Session
) -> None:
    answers = [client.post("/toy/make", data={"_once": "key-1"}) for _click in range(3)]

    assert made(db) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_v04_the_same_key_with_other_contents_is_refused(client: FlaskClient) -> None:
    client.post("/toy/make", data={"_once": "key-1"})

    assert client.post("/toy/make", data={"_once": "key-1", "more": "x"}).status_code == 409


def test_a_refused_form_may_be_sent_again_with_its_key(client: FlaskClient, db: Session) -> None:
    client.post("/toy/make", data={"_once": "key-1", "fail": "rule"})

    client.post("/toy/make", data={"_once": "key-1", "fail": ""})

    assert made(db) == 1


def test_an_application_with_an_unguarded_view_does_not_start(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine
) -> None:
    from flask import Blueprint

    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/bare", "bare", lambda: "open to all")
    monkeypatch.setattr(composition, "MODULES", (Module("bare", blueprints=(bare,)),))

    with pytest.raises(UnguardedView, match=r"bare\.bare"):
        create_app(settings, engine=engine)


def test_who_may_not_in_sees_a_page_that_does_not_exist(with_toy: None, pages: Pages) -> None:
    assert pages.raw("/toy/mine").headers["Location"] == "/aanmelden?next=/toy/mine"
    assert pages.as_(a_resident()).raw("/toy/rounds").status_code == 404
    admin = staff(Role.ADMIN)
    assert pages.as_(admin).raw("/toy/rounds").status_code == 200
    assert pages.as_(admin, second_factor=False).raw("/toy/rounds").headers["Location"].startswith("/aanmelden/")


def test_w05_every_answer_carries_a_strict_policy_and_its_own_nonce(client: FlaskClient) -> None:
    policies = [client.get(url).headers["Content-Security-Policy"] for url in ("/", "/", "/nergens", "/toy/public")]

    assert len(set(policies)) == len(policies)
    for policy in policies:
        assert "unsafe" not in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy


def test_a_kept_page_gets_a_fresh_nonce_each_time(cached: FlaskClient) -> None:
    answers = [cached.get("/toy/public?q=kept") for _visit in range(3)]

    nonces = [re.findall(r'nonce="([^"]+)"', answer.text)[0] for answer in answers]
    assert len(set(nonces)) == 3
    for answer, nonce in zip(answers, nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_an_unchanged_page_is_not_sent_again(cached: FlaskClient) -> None:
    etag = cached.get("/toy/public?q=same").headers["ETag"]

    answer = cached.get("/toy/public?q=same", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert "Content-Security-Policy" not in answer.headers


def test_w07_a_page_is_never_shared_with_somebody_who_has_a_cookie(cached: FlaskClient) -> None:
    cached.get("/toy/public?q=mine")
    cached.set_cookie("anything", "1")

    answer = cached.get("/toy/public?q=mine")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


HOSTILE: list[tuple[str, dict[str, Any], int]] = [
    ("/toy/make", {"data": {"x": "a\x00b"}}, 422),
    ("/?q=%00", {}, 400),
    ("/toy/make", {"data": {f"f{n}": "x" for n in range(2)}, "headers": {"Host": "evil.example"}}, 400),
    ("/toy/make", {"data": b"x" * 13_000_000, "content_type": "application/x-www-form-urlencoded"}, 413),
]


@pytest.mark.parametrize(("url", "options", "status"), HOSTILE)
def test_w09_w12_what_no_form_sends_is_refused(
    client: FlaskClient, url: str, options: dict[str, Any], status: int
) -> None:
    send = client.post if options else client.get

    assert send(url, **options).status_code == status


def test_json_has_one_meaning_and_a_bottom(client: FlaskClient, app: Flask) -> None:
    for given in ('{"a":1,"a":2}', '{"a":NaN}', "[" * 100_000, "[" * 30 + "]" * 30):
        with pytest.raises(ValueError, match=r"."):
            app.json.loads(given)
    assert app.json.loads('{"a":[1,{"b":2}]}') == {"a": [1, {"b": 2}]}


def test_what_a_thread_does_after_a_page_was_read_may_write(client: FlaskClient) -> None:
    client.get("/")

    assert not READ_ONLY.get()


def test_who_only_looks_before_the_work_keeps_nobody_from_writing(settings: Settings, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'looked.sqlite3'}", connect_args={"timeout": 0.2})
    with engine.begin() as writer:
        writer.execute(text("CREATE TABLE written (by TEXT)"))

    with create_app(settings, engine=engine).test_request_context(method="POST"):
        with only_looking() as session:
            seen = session.execute(text("SELECT count(*) FROM written")).scalar_one()
            with engine.begin() as writer:
                writer.execute(text("INSERT INTO written VALUES ('another')"))
        context.db().execute(text("INSERT INTO written SELECT 'this request after ' || count(*) FROM written"))
        context.db().commit()

    with engine.connect() as reader:
        assert seen == 0
        assert reader.execute(text("SELECT by FROM written")).scalars().all() == ["another", "this request after 1"]
    engine.dispose()


@pytest.fixture
def elsewhere(app: Flask) -> Flask:
    """The application of a city where people call another number."""
    services = app.extensions["spreekt"]
    contact = replace(services.city.contact, help_line="09 210 10 10")
    app.extensions["spreekt"] = replace(services, city=replace(services.city, contact=contact))
    return app


def test_what_a_refusal_says_names_the_help_line_of_the_city(elsewhere: Flask) -> None:
    with elsewhere.test_request_context():
        said = words_of(TooMany("5 minuten", retry_after=300))

    assert said == "Je probeerde dit te vaak. Wacht 5 minuten en probeer dan opnieuw. Of bel 09 210 10 10."


def test_every_page_names_the_help_line_of_the_city_also_when_its_template_fails(
    elsewhere: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with elsewhere.test_request_context():
        whole = error_page(500).get_data(as_text=True)
        monkeypatch.delitem(elsewhere.jinja_env.globals, "url_for")
        plain = error_page(500).get_data(as_text=True)

    assert 'href="tel:09 210 10 10"' in whole
    assert "Hulp nodig? Bel 09 210 10 10." in plain
