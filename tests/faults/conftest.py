"""One running platform for each kind of database, and the servers they need. What is asked of them is in the tests."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete

from spreekt.identity.models import AttemptCounter
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


@pytest.fixture(scope="session")
def new_sqlite(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Makes empty, migrated SQLite databases."""

    def make(name: str) -> str:
        path = tmp_path_factory.mktemp(name) / "spreekt.sqlite3"
        shutil.copy(migrated_file, path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture(scope="session")
def new_postgres(durable_postgres: Server) -> NewDatabase:
    """Makes empty, migrated databases of PostgreSQL."""
    return lambda name: create_database(durable_postgres.url, f"{name}_{next(NUMBERS)}", template="template_of_all")


@pytest.fixture(scope="session", params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="session")
def new_database(kind: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes empty, migrated databases of one kind."""
    chosen: NewDatabase = request.getfixturevalue(f"new_{kind}")
    return chosen


@pytest.fixture(scope="session")
def live_on_sqlite(new_sqlite: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with two_servers(tmp_path_factory.mktemp("live"), new_sqlite("live")) as made:
        yield made


@pytest.fixture(scope="session")
def live_on_postgres(new_postgres: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with two_servers(tmp_path_factory.mktemp("live"), new_postgres("live")) as made:
        yield made


@pytest.fixture(scope="session")
def live(kind: str, request: pytest.FixtureRequest) -> Platform:
    """The platform without Redis: two servers that share one database. Nobody kills anything here.

    On each kind of database it is started once for a whole run: every file asks for both kinds in turn.
    """
    chosen: Platform = request.getfixturevalue(f"live_on_{kind}")
    return chosen


@pytest.fixture(autouse=True)
def nobody_tried_before(request: pytest.FixtureRequest) -> None:
    """What earlier tests sent from this address to a shared platform does not count against the next one."""
    if "live" in request.fixturenames:
        shared: Platform = request.getfixturevalue("live")
        with shared.sessions() as db:
            db.execute(delete(AttemptCounter))
            db.commit()


@contextmanager
def two_servers(folder: Path, database_url: str) -> Iterator[Platform]:
    with platform(folder, database_url) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


@pytest.fixture(scope="module")
def redis_server(new_database: NewDatabase) -> Iterator[Server]:
    """A Redis-compatible server of this module's own, one for each kind of database, to be killed and paused."""
    with valkey() as server:
        yield server
