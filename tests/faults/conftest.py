"""One running platform for each kind of database, and the servers they need. What is asked of them is in the tests."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.live import Platform, migrated, platform
from tests.servers import Server, create_database, postgres, valkey

NUMBERS = itertools.count(1)
NewDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Server]:
    """A PostgreSQL server that writes to disk before it says so, as the platform demands."""
    with postgres(fsync=True, max_connections=80) as server:
        migrated(create_database(server.url, "template_of_all"))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with every migration, and nothing in it."""
    path = tmp_path_factory.mktemp("migrated") / "spreekt.sqlite3"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session", params=DATABASES)
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Makes empty, migrated databases of one kind."""

    def make(name: str) -> str:
        if request.param == "sqlite":
            path = tmp_path_factory.mktemp(name) / "spreekt.sqlite3"
            shutil.copy(request.getfixturevalue("migrated_file"), path)
            return f"sqlite:///{path}"
        server: Server = request.getfixturevalue("durable_postgres")
        return create_database(server.url, f"{name}_{next(NUMBERS)}", template="template_of_all")

    return make


@pytest.fixture(scope="session")
def live(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform without Redis: two servers that share one database. Nobody kills anything here."""
    with platform(tmp_path_factory.mktemp("live"), new_database("live")) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


@pytest.fixture(scope="module")
def redis_server(new_database: NewDatabase) -> Iterator[Server]:
    """A Redis-compatible server of this module's own, one for each kind of database, to be killed and paused."""
    with valkey() as server:
        yield server
