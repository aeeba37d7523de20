"""What every test stands on: a database of each kind, the application on it, a clock, and checked pages."""

import fcntl
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as of_hypothesis
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

from config import ROOT, Settings
from spreekt.app import create_app
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.web.engine import make_engine
from tests import builders
from tests.builders import NOON
from tests.compiled import RememberedRule, RememberedTemplates
from tests.pages import Pages
from tests.servers import create_database, postgres_server

DATABASES = ("sqlite", "postgres")
TEMPLATES = RememberedTemplates()
PATIENCE_SECONDS = 600
SLOW_PACKAGES = ("browser", "faults", "demo")
of_hypothesis.register_profile("untimed", deadline=None)
of_hypothesis.load_profile("untimed")  # a busy machine is no fault of a rule


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: whatever comes last is short, so that no process is left alone with a long one."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW_PACKAGES)


def pytest_collection_finish() -> None:
    """What is here now stays for the whole run: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def routes_compile_once() -> Iterator[None]:
    """Making the application again costs its routes no second compilation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", RememberedRule)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for this worker, gone when the tests are."""
    with postgres_server() as server:
        yield getattr(server, "url", server)


@pytest.fixture(scope="session")
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo city, built once for all processes of a run. It is for reading: who writes copies it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "demo-city"
    with (shared / "demo-city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demo.env").exists():
            clean = {name: value for name, value in os.environ.items() if not name.startswith("SPREEKT_")}
            command = [sys.executable, "-m", "spreekt", "demo", "--dir", str(folder)]
            subprocess.run(command, cwd=ROOT, env=clean, check=True, timeout=PATIENCE_SECONDS, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """SQLite with every table; nothing needs to survive a crash here, and rows come in the order nobody asked for.

    Who does not say ORDER BY gets the rows as it happens; in ten thousand runs that is the order they were written in,
    and then it is not. Here it is always the other way round, so that whoever relied on it is told at once.
    """
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('db') / 'spreekt.sqlite3'}")
    for pragma in ("synchronous = OFF", "reverse_unordered_selects = ON"):
        event.listen(engine, "connect", lambda connection, _entry, asked=pragma: connection.execute(f"PRAGMA {asked}"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """PostgreSQL with every table."""
    engine = make_engine(create_database(postgres_url, "tests"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", params=DATABASES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn, made once for a whole run; tests undo what they do."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One connection inside a transaction that is always undone."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def sessions(connection: Connection) -> sessionmaker[Session]:
    """Sessions that believe they commit."""
    return sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return Settings(
        SECRET_KEY="s" * 40, IDENTITY_KEY="i" * 40, INSTANCE=str(tmp_path), DEMO=True, PUBLIC_CACHE_SECONDS=0
    )


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault(settings.identity_key)


@pytest.fixture
def db(sessions: sessionmaker[Session], vault: Vault) -> Iterator[Session]:
    """A session for the test itself; builders put their rows in it."""
    with sessions() as session, builders.building_in(session, vault):
        yield session


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=NOON)


@pytest.fixture
def app(settings: Settings, engine: Engine, sessions: sessionmaker[Session], clock: Clock, db: Session) -> Flask:
    """The whole application on the test's database, at noon."""
    app = create_app(settings, engine=engine, sessions=sessions, clock=clock)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


@pytest.fixture
def pages(app: Flask, db: Session) -> Pages:
    """A browser that looks at every page it opens."""
    return Pages(app, db)
