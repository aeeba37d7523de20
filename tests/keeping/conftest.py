"""Cities of their own, on a database that really commits: what is backed up, wiped and put back."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from config import Settings
from spreekt.app import create_app
from spreekt.cli import main
from spreekt.keeping.backup import Made, back_up
from spreekt.keeping.contents import Line, TableBegins, parts
from spreekt.keeping.restore import Restored, Wishes, restore
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from tests.builders import NOON, building_in
from tests.conftest import DATABASES
from tests.servers import create_database
from tests.test_cli import ENVIRONMENT

_numbers = itertools.count(1)


@dataclass
class City:
    """One installation: its database, its folder, and its clock."""

    settings: Settings
    app: Flask
    kind: str

    @property
    def services(self) -> Any:
        return self.app.extensions["spreekt"]

    @property
    def vault(self) -> Vault:
        return self.services.vault

    @property
    def instance(self) -> Path:
        return Path(self.settings.INSTANCE)

    def at(self, moment: datetime) -> None:
        """From now on it is this moment."""
        self.app.extensions["spreekt"] = replace(self.services, clock=Clock(fixed=moment))

    @contextmanager
    def db(self) -> Iterator[Session]:
        """A session in which builders build."""
        with self.services.sessions() as db, building_in(db, self.vault):
            yield db
            db.commit()

    def back_up(self, path: Path, **options: Any) -> Made:
        services = self.services
        return back_up(path, services.engine, self.vault, services.clock, city="Proefstad",
                       uploads=self.settings.uploads, tell=lambda words: None, **options)  # fmt: skip

    def restore(self, path: Path, **wishes: Any) -> Restored:
        with path.open("rb") as file:
            return restore(file, self.app, Wishes(**wishes), tell=lambda words: None)


def rows_in(path: Path, vault: Vault) -> dict[str, list[bytes]]:
    """The lines of each table of a backup, in the order of the file."""
    found: dict[str, list[bytes]] = defaultdict(list)
    name = ""
    with path.open("rb") as file:
        for part in parts(file, vault):
            if isinstance(part, TableBegins):
                name = part.name
            elif isinstance(part, Line):
                found[name].append(part.text)
    return dict(found)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """A migrated, empty database of each kind, made when the first test asks for it."""
    made: dict[str, str] = {}

    def template(kind: str) -> str:
        if kind not in made:
            made[kind] = (
                f"sqlite:///{tmp_path_factory.mktemp('template') / 'city.sqlite3'}"
                if kind == "sqlite"
                else create_database(request.getfixturevalue("postgres_url"), "keeping_template")
            )
            engine = make_engine(made[kind])
            migrate(engine)
            engine.dispose()
        return made[kind]

    return template


@pytest.fixture
def new_city(
    tmp_path: Path, request: pytest.FixtureRequest, templates: Callable[[str], str]
) -> Iterator[Callable[..., City]]:
    """Makes an installation, with its tables or (`bare`) with a database that has none."""
    engines = []

    def make(kind: str, *, bare: bool = False) -> City:
        number = next(_numbers)
        folder = tmp_path / f"city{number}"
        folder.mkdir()
        if kind == "sqlite":
            path = folder / "city.sqlite3"
            if not bare:
                path.write_bytes(Path(templates(kind).removeprefix("sqlite:///")).read_bytes())
            url = f"sqlite:///{path}"
        else:
            template = None if bare else make_url(templates(kind)).database
            url = create_database(request.getfixturevalue("postgres_url"), f"keeping{number}", template=template)
        engine = make_engine(url)
        if kind == "sqlite":
            event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA synchronous=OFF"))
            event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA busy_timeout=200"))
        engines.append(engine)
        settings = Settings(SECRET_KEY="s" * 40, IDENTITY_KEY="i" * 40, INSTANCE=str(folder), DATABASE_URL=url,
                            DEMO=True, PUBLIC_CACHE_SECONDS=0)  # fmt: skip
        return City(settings, create_app(settings, engine=engine, clock=Clock(fixed=NOON)), kind)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def city(new_city: Callable[..., City], kind: str) -> City:
    """A city on each database in turn."""
    return new_city(kind)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "city.backup"


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, on the installation in a folder."""

    def run(folder: Path, *arguments: object, **settings: str) -> Done:
        own = {"SPREEKT_DATABASE_URL": f"sqlite:///{folder / 'city.sqlite3'}", "SPREEKT_INSTANCE": str(folder)}
        for name, value in (ENVIRONMENT | own | settings).items():
            monkeypatch.setenv(name, value)
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    return run
