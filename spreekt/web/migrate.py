"""Bringing a database to the newest form with Alembic. Never by itself: the command asks for it."""

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from config import ROOT
from spreekt.kernel.errors import DomainError
from spreekt.kernel.storage import utc_now


class VoteIsOpen(DomainError):
    """A schema does not change under a running vote."""

    says = "A vote is open: wait until it has closed, or use --force."


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for this engine; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = engine
    return config


def pending(engine: Engine) -> list[str]:
    """Revisions that this database does not have yet, oldest first."""
    script = ScriptDirectory.from_config(configuration(engine))
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_heads()
    known = {step.revision for head in have for step in script.iterate_revisions(head, "base")}
    return [step.revision for step in reversed(list(script.walk_revisions())) if step.revision not in known]


def migrate(engine: Engine, *, force: bool = False) -> int:
    """Upgrade to head; returns how many revisions were carried out. Raises VoteIsOpen unless forced."""
    waiting = pending(engine)
    if waiting and not force and _a_vote_is_open(engine):
        raise VoteIsOpen
    if waiting:
        command.upgrade(configuration(engine), "head")
    return len(waiting)


def _a_vote_is_open(engine: Engine) -> bool:
    if not inspect(engine).has_table("polls"):
        return False
    now: Any = utc_now().replace(tzinfo=None)
    with engine.connect() as connection:
        open_polls = text("SELECT count(*) FROM polls WHERE opens_at <= :now AND closes_at > :now")
        return bool(connection.execute(open_polls, {"now": now}).scalar())
