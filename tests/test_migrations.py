"""Migrations build exactly what the models say, upward and down again, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, literal_column, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel.storage import Base
from spreekt.modules.burgerbudget.models import Round, RoundHold
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


UGLY = "Zoë 'O'Neill'; -- \N{LATIN SMALL LETTER E WITH ACUTE}\N{RIGHT-TO-LEFT MARK}"
ROWS = {
    "0001": "INSERT INTO partitions (id, code, name, plural) VALUES (1, 'wijk', :ugly, '')",
    "0002": "INSERT INTO accounts (id, display_name, sealed_email, password_hash, created_on, name_flags, sealed_totp, "
    "totp_last_step, epoch, version) VALUES (1, :ugly, '', '', '2026-01-01', '', '', 0, 0, 1)",
    "0003": "INSERT INTO log_entries (seq, at, act, subject, reason, previous_hash, hash) "
    "VALUES (1, '2026-01-01', 'x', 'y', :ugly, '0', '1')",
    "0004": "INSERT INTO polls (id, module, opens_at, closes_at, minimum_age, age_on) "
    "VALUES (1, :ugly, '2026-01-01', '2026-01-02', 16, '2026-01-02')",
    "0006": "INSERT INTO submissions (id, kind, author_id, title, body, body_html, state, version, created_at, flags) "
    "VALUES (1, 'voorstel', 1, 'x', :ugly, '', 'concept', 1, '2026-01-01', '')",
    "0008": "INSERT INTO rounds (id, slug, title, intro, poll_id, amount_cents, currency, rule, rule_options, "
    "decision_uri, publishes_at, is_imported, without_vote, is_about_themes, officers_needed, ballot_keys, "
    "mixed_ballots, version) "
    "VALUES (1, 'x', 'x', :ugly, 1, 100, 'EUR', 'greedy', '{}', '', '2026-01-03', false, false, false, 2, 'aa', 0, 1)",
}
KEPT = {
    "polls": "module",
    "rounds": "intro",
    "partitions": "name",
    "accounts": "display_name",
    "log_entries": "reason",
    "submissions": "body",
}


def test_each_migration_goes_up_on_data_and_leaves_it_as_it_was(empty_url: str) -> None:
    engine = make_engine(empty_url)
    for revision in pending(engine):
        command.upgrade(configuration(engine), revision)
        if revision in ROWS:
            with engine.begin() as connection:
                connection.execute(text(ROWS[revision]), {"ugly": UGLY})

    with engine.connect() as connection:
        for table, column in KEPT.items():
            assert connection.execute(select(literal_column(column)).select_from(text(table))).scalars().all() == [UGLY]
    command.downgrade(configuration(engine), "0002")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT display_name FROM accounts")).scalars().all() == [UGLY]
    engine.dispose()


def test_a_round_that_was_there_before_rounds_could_be_held_still_takes_votes(empty_url: str) -> None:
    engine = make_engine(empty_url)
    for revision in (step for step in pending(engine) if step <= "0016"):
        command.upgrade(configuration(engine), revision)
        if revision in ROWS:
            with engine.begin() as connection:
                connection.execute(text(ROWS[revision]), {"ugly": UGLY})

    migrate(engine, force=True)

    with Session(engine) as db:
        round = db.scalars(select(Round)).one()
        assert round.takes_votes(datetime(2026, 1, 1, 12, tzinfo=UTC))
        round.hold = RoundHold(reason="", held_at=datetime(2026, 1, 1, tzinfo=UTC))
        with pytest.raises(IntegrityError):
            db.flush()
    engine.dispose()


def test_every_migration_goes_down_again(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine)

    command.downgrade(configuration(engine), "base")

    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
