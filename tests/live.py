"""The platform as it really runs, for tests of races and faults: server processes, workers, one database.

What speaks to it over the network is in wire.py; what is asked of it stands in tests/faults.
"""

import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import redis
from sqlalchemy.orm import Session, sessionmaker

from config import ROOT, Settings, fresh_key
from spreekt.identity.models import Account, SignInSession
from spreekt.identity.sessions import hash_of
from spreekt.kernel.storage import utc_now
from spreekt.kernel.vault import Vault
from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from tests import builders
from tests.builders import NOON
from tests.servers import Server
from tests.wire import Visitor

SECRET_KEY, IDENTITY_KEY = fresh_key(), fresh_key()


class Web:
    """One `spreekt serve`, perhaps with several server processes, on a port of its own."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port

    def visitor(self, token: str = "") -> Visitor:
        """Somebody with a browser; with a token, somebody who is signed in."""
        return Visitor(self.port, token)

    @property
    def worker_pids(self) -> list[int]:
        """The server processes that answer requests, without the one that watches over them."""
        return [
            child.pid
            for child in psutil.Process(self.server.pid).children(recursive=True)
            if "resource_tracker" not in " ".join(child.cmdline())
        ]


class Platform:
    """One installation: a folder, a database that is up to date, and every process that runs on it.

    Its clock says NOON of the builders when the platform is made, and then goes on; `at` shifts one server.
    """

    def __init__(self, folder: Path, database_url: str, *, redis_url: str = "", **settings: str) -> None:
        self.folder, self.database_url, self.redis_url = folder, database_url, redis_url
        self.made_at = utc_now()
        self.extra = settings
        self.vault = Vault(IDENTITY_KEY.encode())
        self.engine = make_engine(database_url)
        self.sessions: sessionmaker[Session] = sessionmaker(self.engine, expire_on_commit=False)
        self.running: list[Server] = []
        self.webs: list[Web] = []
        self.workers: list[Server] = []

    @property
    def kind(self) -> str:
        return self.engine.dialect.name

    def now(self) -> datetime:
        """What the platform's own clock says."""
        return NOON + (utc_now() - self.made_at)

    def environment(self, *, port: int = 0, at: datetime | None = None, **settings: str) -> dict[str, str]:
        """The settings of one process. `at` is what its clock says when it starts."""
        start = {"SPREEKT_DEMO_NOW": NOON.isoformat(), "SPREEKT_DEMO_BUILT_AT": self.made_at.isoformat()}
        if at is not None:
            start = {"SPREEKT_DEMO_NOW": at.isoformat(), "SPREEKT_DEMO_BUILT_AT": utc_now().isoformat()}
        named = {f"SPREEKT_{name}": value for name, value in {**self.extra, **settings}.items()}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SPREEKT_", "PYTEST_"))},
            "PYTHONPATH": str(ROOT),
            "SPREEKT_DATABASE_URL": self.database_url,
            "SPREEKT_REDIS_URL": self.redis_url,
            "SPREEKT_SECRET_KEY": SECRET_KEY,
            "SPREEKT_IDENTITY_KEY": IDENTITY_KEY,
            "SPREEKT_INSTANCE": str(self.folder),
            "SPREEKT_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SPREEKT_DEMO": "1",
            **start,
            **named,
        }

    def serve(self, *, workers: int = 1, at: datetime | None = None, wait: bool = True, **settings: str) -> Web:
        """Start a server and, unless told otherwise, wait until it is ready."""
        port = free_port()
        command = ("serve", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers))
        environment = self.environment(port=port, at=at, **settings)
        server = self._process(f"web-{port}", command, environment, lambda _server: is_ready(port))
        web = Web(server, port)
        self.webs.append(web)
        server.launch()
        if wait:
            server.await_answer()
        return web

    def work(self, **settings: str) -> Server:
        """Start a worker and wait until Redis knows it."""
        name = f"worker-{len(self.running)}"
        environment = self.environment(**settings)
        worker = self._process(name, ("worker",), environment, lambda server: works(self.redis_url, server.pid))
        self.workers.append(worker)
        worker.start()
        return worker

    def sign_in(self, account: Account, *, at: datetime | None = None) -> str:
        """The token in the browser of somebody who signed in, with every factor: just now, or `at` that moment."""
        token = secrets.token_urlsafe(32)
        now = at or self.now()
        with self.sessions() as db:
            db.add(
                SignInSession(
                    token_hash=hash_of(token), account_id=account.id, epoch=account.epoch, device="Test",
                    created_at=now, fresh_at=now, expires_at=now + timedelta(days=1),
                    second_factor_at=now if db.get_one(Account, account.id).grants else None,
                )
            )  # fmt: skip
            db.commit()
        return token

    @contextmanager
    def building(self) -> Iterator[Session]:
        """Builders put what they make in this platform's database."""
        with self.sessions() as db, builders.building_in(db, self.vault):
            yield db

    def settings(self) -> Settings:
        """The settings of its processes, for code that runs in the test itself."""
        return Settings.from_environment(self.environment())

    def logs(self) -> str:
        """What all processes said so far."""
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("run/*/log")))

    def stop(self) -> None:
        """End every process."""
        for server in reversed(self.running):
            server.kill()
        self.engine.dispose()

    def _process(
        self, name: str, command: tuple[str, ...], environment: Mapping[str, str], ready: Callable[[Server], bool]
    ) -> Server:
        folder = self.folder / "run" / name
        folder.mkdir(parents=True)
        server: Server = Server(
            [sys.executable, "-m", "spreekt", *command],
            url="",
            folder=folder,
            answers=lambda: ready(server),
            environment=environment,
        )
        self.running.append(server)
        return server


@contextmanager
def platform(folder: Path, database_url: str, **settings: Any) -> Iterator[Platform]:
    """A platform that leaves no process behind, whatever happens."""
    made = Platform(folder, database_url, **settings)
    try:
        yield made
    finally:
        made.stop()


def migrated(url: str) -> str:
    """Carry out the real migrations on an empty database; gives its URL."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    return url


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_ready(port: int) -> bool:
    """Whether the server on this port says that it can do its work."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def works(redis_url: str, pid: int) -> bool:
    """Whether Redis knows an RQ worker with this process id."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=2) as client:
            pids = {client.hget(key, "pid") for key in client.smembers("rq:workers")}
    except redis.RedisError:
        return False
    return str(pid).encode() in pids
