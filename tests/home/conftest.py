"""What tests of the pages without a module share: the statements that a page sends to the database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every SELECT, INSERT, UPDATE and DELETE that the database was asked, as it was sent."""
    sent: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest) -> None:  # type: ignore[no-untyped-def]
        if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
