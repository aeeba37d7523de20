"""One running platform for each kind of database, and the servers they need. What is asked of them is in the tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from tests.conftest import DATABASES
from tests.live import Platform, platform
from tests.servers import Server, create_database, postgres, valkey


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Server]:
    """A PostgreSQL server that writes to disk before it says so, as the platform demands."""
    with postgres(fsync=True, max_connections=80) as server:
        migrate_new(create_database(server.url, "template_of_all"))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with every migration, and nothing in it."""
    path = tmp_path_factory.mktemp("migrated") / "spreekt.sqlite3"
    migrate_new(f"sqlite:///{path}")
    return path


def migrate_new(url: str) -> None:
    """Carry out the real migrations."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


@pytest.fixture(scope="module", params=DATABASES)
def fresh_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty, migrated database for this module, of each kind."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("live") / "spreekt.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    server: Server = request.getfixturevalue("durable_postgres")
    name = request.module.__name__.rpartition(".")[2]
    return create_database(server.url, name, template="template_of_all")


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Server]:
    """A Redis-compatible server of this module's own, to be killed and paused."""
    with valkey() as server:
        yield server


@pytest.fixture(scope="module")
def live(fresh_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform without Redis, on two servers that share one database."""
    with platform(tmp_path_factory.mktemp("platform"), fresh_url) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


@pytest.fixture(scope="module")
def live_with_redis(
    fresh_url: str, redis_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The platform with Redis: one server, and a worker."""
    with platform(tmp_path_factory.mktemp("platform"), fresh_url, redis_url=redis_server.url) as made:
        web = made.serve(wait=False)
        made.work()
        web.server.await_answer()
        yield made
