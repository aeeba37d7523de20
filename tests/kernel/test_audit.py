"""The log only grows, and whoever changes it behind its back is found out."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM


def three_acts(db: Session) -> None:
    for act in ("een", "twee", "drie"):
        audit.record(db, by=SYSTEM, act=act, subject="test:1", reason="omdat")
    db.commit()


def test_a_log_that_nobody_touched_is_whole(db: Session) -> None:
    three_acts(db)

    assert list(audit.faults(db)) == []


@pytest.mark.parametrize("change", ["UPDATE log_entries SET reason = 'anders'", "DELETE FROM log_entries"])
def test_the_database_refuses_to_change_the_log(db: Session, change: str) -> None:
    three_acts(db)

    with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
        db.execute(text(change))


def test_a_changed_row_is_named(db: Session) -> None:
    three_acts(db)
    first = db.get_one(audit.LogEntry, 1)
    db.expunge(first)

    first.reason = "anders"

    assert first.computed_hash() != first.hash


def test_a_missing_row_is_named(db: Session) -> None:
    three_acts(db)
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER log_entries_no_delete"))
    else:
        db.execute(text("ALTER TABLE log_entries DISABLE TRIGGER USER"))
    db.execute(text("DELETE FROM log_entries WHERE seq = 2"))

    found = list(audit.faults(db))

    assert found == ["row 2 is missing", "row 3 does not follow the row before it"]
