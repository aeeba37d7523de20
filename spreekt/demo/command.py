"""`spreekt demo --dir DIR`: builds the demo city from nothing, and says last where it stands."""

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from config import Settings, fresh_key
from spreekt.app import create_app
from spreekt.demo import story
from spreekt.kernel.storage import Base
from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from spreekt.worker import deliver_due

DEMO_NOW = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
"""Wednesday 25 November 2026: the moment at which every demo city begins."""


def settings_for(folder: Path, database: str, redis: str) -> Settings:
    """Settings of a new demo city in `folder`, with keys of its own."""
    return replace(
        Settings.from_environment(),
        DATABASE_URL=database or f"sqlite:///{folder / 'spreekt.sqlite3'}",
        REDIS_URL=redis,
        SECRET_KEY=fresh_key(),
        IDENTITY_KEY=fresh_key(),
        INSTANCE=str(folder),
        DEMO=True,
        DEMO_NOW=DEMO_NOW.isoformat(),
        DEMO_BUILT_AT=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def build(args: argparse.Namespace) -> int:
    """Throw away what the database holds, and tell the story of the city from its beginning to now."""
    folder = Path(args.dir).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_for(folder, os.environ.get("SPREEKT_DATABASE_URL", ""), os.environ.get("SPREEKT_REDIS_URL", ""))
    engine = make_engine(settings.DATABASE_URL)
    if inspect(engine).has_table("accounts"):
        Base.metadata.drop_all(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    migrate(engine, force=True)
    app = create_app(settings, engine=engine)
    with app.app_context():
        story.tell(app.extensions["spreekt"], folder=folder, now=DEMO_NOW.astimezone(UTC))
    deliver_due(app)
    engine.dispose()
    _write_environment(folder / "demo.env", settings)
    return 0


def _write_environment(path: Path, settings: Settings) -> None:
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "IDENTITY_KEY", "INSTANCE", "DEMO_NOW", "DEMO_BUILT_AT")
    lines = ["SPREEKT_DEMO=1", *(f"SPREEKT_{name}={getattr(settings, name)}" for name in names)]
    half = path.with_suffix(".part")
    half.write_text("\n".join(lines) + "\n", encoding="utf-8")
    half.chmod(0o600)
    half.rename(path)


def add_command(commands: Any) -> None:
    """Add `demo` to the subparsers of `spreekt`."""
    words = "build the demo city (fixed seed, fixed moment)"
    command = commands.add_parser("demo", help=words, description=words)
    command.add_argument("--dir", required=True, metavar="DIR", help="the folder it stands in")
    command.set_defaults(run=build)
