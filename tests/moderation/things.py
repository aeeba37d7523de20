"""Notes and reactions for the tests of moderation."""

from datetime import datetime
from typing import Any

from spreekt.identity.models import Account
from spreekt.moderation.comments import write_comment
from spreekt.moderation.domain import submit, write
from spreekt.moderation.models import Comment, State, Submission
from tests.builders import NOON, _session, acting, an_account, kept
from tests.moderation.conftest import Note

WORDS = "Op warme dagen is het op het plein niet uit te houden. We zetten er banken onder zeildoeken."


def a_note(*, state: State = State.PUBLISHED, author: Account | None = None, **fields: Any) -> Note:
    """A text that is public, unless another state is asked; its dates follow."""
    title, body = fields.pop("title", "Een schaduwterras op het Volksplein"), fields.pop("body", WORDS)
    note = Note(author_id=(author or an_account()).id, created_at=NOON, state=state, **fields)
    write(note, title=title, body=body)
    if state in {State.PUBLISHED, State.HIDDEN}:
        note.published_at = note.published_at or NOON
    if state == State.PENDING:
        note.submitted_at, note.due_at = note.submitted_at or NOON, note.due_at or NOON
    found: Note = kept(note)
    return found


def a_submitted_note(*, author: Account | None = None, now: datetime = NOON, **fields: Any) -> Note:
    """A text that its author handed in, the way that a page does it."""
    author = author or an_account()
    note = a_note(state=State.DRAFT, author=author, **fields)
    submit(_session(), note, by=acting(author), now=now)
    _session().commit()
    return note


def a_comment(subject: Submission, *, author: Account | None = None, body: str = "Mooi idee!") -> Comment:
    """A reaction as its author sends it."""
    comment = write_comment(_session(), subject, body=body, by=acting(author or an_account()), now=NOON)
    _session().commit()
    return comment
