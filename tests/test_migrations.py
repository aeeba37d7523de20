"""Migrations build exactly what the models say, upward and down again, on both databases."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from spreekt.kernel.storage import Base
from spreekt.web.engine import make_engine
from spreekt.web.migrate import configuration, migrate, pending
from tests.servers import create_database


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return create_database(request.getfixturevalue("postgres_url"), f"migrations_{tmp_path.name}"[:60])


def test_all_migrations_together_equal_the_models(empty_url: str) -> None:
    engine = make_engine(empty_url)

    assert migrate(engine) > 0

    assert pending(engine) == []
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_every_migration_goes_down_again(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine)

    command.downgrade(configuration(engine), "base")

    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
