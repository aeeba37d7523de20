"""The demo city in instance/: whether it stands, on which database, and how it comes and goes."""

from __future__ import annotations

import shutil
import subprocess

from tools.clone import ROOT, SPREEKT, Stop, fingerprint, say

CITY = ROOT / "instance"
DATABASE = "SPREEKT_DATABASE_URL"
FORM = "demo.form"
"""The file that says of which migrations the city was built."""


def settings() -> dict[str, str]:
    """The SPREEKT_… settings, which the demo city writes last when it is built; empty when it is not."""
    path = CITY / "demo.env"
    if not path.exists():
        return {}
    lines = (line for line in path.read_text().splitlines() if line.startswith("SPREEKT_") and "=" in line)
    return {name: value.strip("\"'") for name, value in (line.split("=", 1) for line in lines)}


def stands_on(database: str | None) -> bool:
    """Whether the demo city stands on this database; None is the SQLite file in its own folder."""
    built_on = settings().get(DATABASE, "")
    return built_on == database if database else built_on.startswith("sqlite")


def must_be_of_this_version() -> None:
    """Raises Stop when the city was built by an older Spreekt: its tables may lack what this one asks for."""
    path = CITY / FORM
    if not path.exists() or path.read_text() != _form():
        raise Stop("The demo city is of another version of Spreekt. Build it anew: python3 dev.py --fresh")


def _form() -> str:
    return fingerprint(*sorted((ROOT / "migrations").rglob("*.py")))


def build(environment: dict[str, str]) -> None:
    """The demo city, anew. Raises Stop; half a city is removed, and what is no demo city is left alone."""
    if settings():
        say("Throwing the demo city away…")
    elif CITY.exists() and any(CITY.iterdir()):
        raise Stop(f"{CITY} holds something else than a finished demo city. Move it aside, then try again.")
    shutil.rmtree(CITY, ignore_errors=True)
    say("Building the demo city…")
    built = False
    try:
        done = subprocess.run([str(SPREEKT), "demo", "--dir", CITY.name], cwd=ROOT, env=environment)
        built = done.returncode == 0 and bool(settings())
    finally:
        if not built:
            shutil.rmtree(CITY, ignore_errors=True)
    if built:
        (CITY / FORM).write_text(_form())
    else:
        raise Stop("The demo city could not be built; the reason stands above.")
