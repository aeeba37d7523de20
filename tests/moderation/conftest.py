"""A kind of submission that only tests know, with a public page that embeds reactions as any module does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from sqlalchemy import Connection, event

from spreekt.identity.permissions import ANYONE
from spreekt.moderation import domain
from spreekt.moderation.embeds import comment_form, thread_of
from spreekt.moderation.models import Submission
from spreekt.web.context import Answer, actor, db, page
from spreekt.web.rights import allow

notes = Blueprint("notes", __name__, url_prefix="/proef", template_folder=str(Path(__file__).parent))


class Note(Submission):
    """Something residents write, without a table of its own."""

    endpoint = "notes.show"
    kind_name = "proefstuk"

    __mapper_args__ = {"polymorphic_identity": "proefstuk"}


@notes.get("/<int:id>")
@allow(ANYONE)
def show(id: int) -> Answer:
    note = domain.readable(actor(), db().get(Submission, id))
    return page("note.html", note=note, thread=thread_of(note), reaction=comment_form())


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(notes)
    return app


@pytest.fixture
def statements(connection: Connection) -> Iterator[list[str]]:
    """Every statement that reaches the database, as it comes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)
