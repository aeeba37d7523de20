"""The `spreekt` command as people run it: exit codes, one JSON object, a sentence instead of a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Blueprint

from config import ROOT, Settings, fresh_key
from spreekt import app as composition
from spreekt.cli import find_faults
from spreekt.module import Module

ENVIRONMENT = {"SPREEKT_DEMO": "1", "SPREEKT_SECRET_KEY": fresh_key(), "SPREEKT_IDENTITY_KEY": fresh_key()}


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a command with a database of its own."""
    own = {"SPREEKT_DATABASE_URL": f"sqlite:///{folder / 'city.sqlite3'}", "SPREEKT_INSTANCE": str(folder)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPREEKT_")}
    return kept | ENVIRONMENT | own


def spreekt(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a database of its own; never a traceback, whatever it is given."""
    done = subprocess.run(
        [sys.executable, "-m", "spreekt", *arguments], env=surroundings(folder) | settings, cwd=ROOT,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated, empty city."""
    folder = tmp_path_factory.mktemp("city")
    assert spreekt(folder, "migrate").returncode == 0
    return folder


def test_a_city_without_its_migrations_is_not_well(tmp_path: Path) -> None:
    done = spreekt(tmp_path, "check", "--json")

    assert done.returncode == 1
    assert any("spreekt migrate" in fault for fault in json.loads(done.stdout)["faults"])


def test_a_migrated_city_is_well(city: Path) -> None:
    done = spreekt(city, "check", "--json")

    assert (done.returncode, json.loads(done.stdout)) == (0, {"ok": True, "faults": []}), done.stderr


def test_migrating_again_does_nothing(city: Path) -> None:
    done = spreekt(city, "migrate")

    assert (done.returncode, done.stdout) == (0, "0 migration(s) carried out.\n")


def test_an_untouched_log_is_whole(city: Path) -> None:
    done = spreekt(city, "audit", "verify", "--json")

    assert (done.returncode, json.loads(done.stdout)) == (0, {"ok": True, "faults": []})


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SPREEKT_SECRET_KEY": ""}, "SPREEKT_SECRET_KEY"),
        ({"SPREEKT_SECRET_KEY": "a" * 50}, "SPREEKT_SECRET_KEY"),
        ({"SPREEKT_DEMO": "0"}, "SPREEKT_PUBLIC_URL"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"SPREEKT_CITY_FILE": "/bestaat/niet.toml"}, "SPREEKT_CITY_FILE"),
    ],
)
def test_s04_an_unsafe_city_does_not_serve(city: Path, settings: dict[str, str], says: str) -> None:
    done = spreekt(city, "serve", "--port", "0", **settings)

    assert done.returncode == 1
    assert says in done.stderr


def test_a_demo_never_listens_to_the_world(city: Path) -> None:
    done = spreekt(city, "serve", "--host", "0.0.0.0")

    assert done.returncode == 1
    assert "this machine only" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "says"),
    [
        (["check"], {"SPREEKT_PROXY_HOPS": "twee"}, 1, "SPREEKT_PROXY_HOPS: write a whole number"),
        (["check"], {"SPREEKT_DATABASE_URL": "geen adres"}, 1, "SPREEKT_DATABASE_URL"),
        (["check"], {"SPREEKT_DATABASE_URL": "sqlite:////bestaat/niet/x.sqlite3"}, 1, "SPREEKT_DATABASE_URL"),
        (["worker"], {}, 1, "SPREEKT_REDIS_URL"),
        (["doe-iets"], {}, 2, "invalid choice"),
        ([], {}, 2, "required"),
    ],
)
def test_bad_input_ends_in_a_sentence(
    city: Path, arguments: list[str], settings: dict[str, str], code: int, says: str
) -> None:
    done = spreekt(city, *arguments, **settings)

    assert (done.returncode, says in done.stderr) == (code, True), done.stderr


def test_the_description_of_the_api_is_printed_as_json(city: Path) -> None:
    done = spreekt(city, "openapi")

    assert done.returncode == 0
    assert "/api/v1/areas" in json.loads(done.stdout)["paths"]


def test_a_reader_who_has_enough_is_no_fault(city: Path) -> None:
    """As in `spreekt openapi | head -1`, with a head that is gone before the first word."""
    command = [sys.executable, "-m", "spreekt", "openapi"]
    with subprocess.Popen(
        command, env=surroundings(city), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        words = run.stderr.read()
        run.wait(timeout=120)

    assert words == ""


def a_city(**settings: str) -> Settings:
    return Settings(SECRET_KEY=fresh_key(), IDENTITY_KEY=fresh_key(), DEMO=True, **settings)


def test_check_names_a_view_that_nobody_guards(monkeypatch: pytest.MonkeyPatch, city: Path) -> None:
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/bare", "open", lambda: "open to all")
    monkeypatch.setattr(composition, "MODULES", (*composition.MODULES, Module("bare", blueprints=(bare,))))

    assert any("bare.open" in fault for fault in find_faults(a_city(DATABASE_URL=f"sqlite:///{city / 'city.sqlite3'}")))


def test_check_names_a_database_that_could_lose_a_vote(postgres_url: str) -> None:
    """The server of the tests runs without fsync, as no city should."""
    assert "PostgreSQL must run with fsync = on." in find_faults(a_city(DATABASE_URL=postgres_url))
