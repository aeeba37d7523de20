"""What the city does now about a question, with dates: written after the proclamation, and mended when it was wrong."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import Forbidden, NotThere
from spreekt.kernel.text import clean_line
from spreekt.modules.referendum.follow_up import Promise
from spreekt.modules.referendum.life import MODULE
from spreekt.modules.referendum.models import Question


def promise(db: Session, question: Question, on: date, text: str, *, by: Actor) -> None:
    """Write down one thing that the city does. Raises Invalid for a text that says nothing."""
    there, new = _there(db, question, by=by), _promise(on, text)
    _write(db, question, [*there, new], act="promise", reason=new.told, by=by)


def change(db: Session, question: Question, mark: str, on: date, text: str, *, by: Actor) -> None:
    """Write one of them anew. Raises NotThere when it does not stand so any more, Invalid as above."""
    there, new = _there(db, question, by=by), _promise(on, text)
    was = find(question, mark)
    there.remove(was)
    _write(db, question, [*there, new], act="promise-changed", reason=f"{was.told} → {new.told}", by=by)


def withdraw(db: Session, question: Question, mark: str, *, by: Actor) -> None:
    """Take one of them away. Raises NotThere when it does not stand so any more."""
    there = _there(db, question, by=by)
    was = find(question, mark)
    there.remove(was)
    _write(db, question, there, act="promise-withdrawn", reason=was.told, by=by)


def find(question: Question, mark: str) -> Promise:
    """The one with this mark. Raises NotThere."""
    found = next((each for each in question.promises if each.mark == mark), None)
    if found is None:
        raise NotThere
    return found


def _there(db: Session, question: Question, *, by: Actor) -> list[Promise]:
    """Those there are, while nobody else can write them."""
    if not by.has(Role.REFERENDUM, module=MODULE):
        raise Forbidden
    db.refresh(question, with_for_update=True)
    return question.promises


def _promise(on: date, text: str) -> Promise:
    return Promise(on, clean_line(text, most=300, least=3))


def _write(db: Session, question: Question, steps: Sequence[Promise], *, act: str, reason: str, by: Actor) -> None:
    question.follow_up = [each.stored for each in sorted(steps, key=lambda each: each.on)]
    db.flush()
    subject = f"referendum:{question.referendum_id}"
    audit.record(db, by=by, act=f"referendum.{act}", subject=subject, reason=reason)
