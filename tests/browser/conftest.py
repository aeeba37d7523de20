"""Chromium, and one running platform for the tests of a module: SQLite, no Redis, a city that counts to one."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from config import ROOT
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.city import read_city
from spreekt.territory.territory_import import import_territory, read_territory
from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from tests.browser.conditions import ARGUMENTS, chromium_path
from tests.browser.reader import Reader
from tests.live import Platform, Web, platform

NewReader = Callable[..., Reader]
SETTLED_ON = date(2024, 1, 1)
POLL_MS = 500
"""As often the page of a trustee asks here how far all are."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium, without a window."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with the areas and streets of the city, where one resident's support starts the clock."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(ROOT / "city", folder / "city")
    words = (ROOT / "city.toml").read_text("utf-8")
    assert "support_threshold = 50" in words
    (folder / "city.toml").write_text(words.replace("support_threshold = 50", "support_threshold = 1"), "utf-8")
    url = f"sqlite:///{folder / 'spreekt.sqlite3'}"
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    settings = {"CITY_FILE": str(folder / "city.toml"), "PUBLIC_CACHE_SECONDS": "0", "TRUSTEE_POLL_MS": str(POLL_MS)}
    with platform(folder, url, **settings) as made:
        with made.sessions() as db:
            import_territory(
                db, read_territory(read_city(folder / "city.toml"), on=SETTLED_ON), by=SYSTEM, on=SETTLED_ON
            )
            db.commit()
        yield made


@pytest.fixture(scope="module")
def web(city: Platform) -> Web:
    return city.serve()


@pytest.fixture
def a_reader(chromium: Browser, city: Platform, web: Web) -> Iterator[NewReader]:
    """Makes people with a browser each; `account` is who they are, `at` what the clock says when they signed in."""
    made: list[Reader] = []

    def make(account: Any = None, *, at: datetime | None = None, **options: Any) -> Reader:
        token = city.sign_in(account, at=at) if account is not None else ""
        reader = Reader(chromium, options.pop("address", address_of(web)), token=token, **options)
        made.append(reader)
        return reader

    yield make
    for reader in made:
        reader.close()


def address_of(web: Web) -> str:
    return f"http://127.0.0.1:{web.port}"
