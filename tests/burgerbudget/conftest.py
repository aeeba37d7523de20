"""What tests of Burgerbudget share: a round, its projects, and people who vote."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from spreekt.kernel.clock import Clock
from tests.builders import NOON


@pytest.fixture
def closed() -> Clock:
    """The clock at the second that the round of the builders closes."""
    return Clock(fixed=NOON + timedelta(days=7))


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every SQL statement that is sent, savepoints aside."""
    sent: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield sent
    event.remove(engine, "before_cursor_execute", listen)
