"""State machines: who may do which step from where, and the log row that comes with it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, IllegalTransition
from spreekt.kernel.workflow import Transition, Workflow, move

ANN, BO = Actor(id=None, display_name="Ann"), Actor(id=None, display_name="Bo")
LIFE = Workflow(
    initial="draft",
    transitions=(
        Transition("submit", frozenset({"draft"}), "pending", lambda who, _thing: who is ANN),
        Transition("publish", frozenset({"pending"}), "published", lambda who, _thing: who is BO),
    ),
)


class Thing:
    id, kind = 7, "thing"

    def __init__(self, state: str = "draft") -> None:
        self.state = state


def test_a_step_changes_the_state_and_writes_the_log_row(db: Session) -> None:
    thing = Thing()

    move(db, LIFE, thing, "submit", by=ANN, reason="klaar")

    assert thing.state == "pending"
    entry = db.scalars(select(LogEntry).order_by(LogEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.act, entry.subject, entry.reason) == ("thing.submit", "thing:7", "klaar")


@pytest.mark.parametrize(
    ("state", "step", "who", "refusal"),
    [
        ("pending", "submit", ANN, IllegalTransition),
        ("draft", "submit", BO, Forbidden),
        ("draft", "publish", BO, IllegalTransition),
        ("pending", "publish", ANN, Forbidden),
        ("draft", "burn", ANN, IllegalTransition),
    ],
)
def test_a_step_that_is_not_there_is_refused(
    db: Session, state: str, step: str, who: Actor, refusal: type[Exception]
) -> None:
    thing = Thing(state)

    with pytest.raises(refusal):
        move(db, LIFE, thing, step, by=who)

    assert thing.state == state


def test_only_possible_steps_are_offered() -> None:
    assert [step.name for step in LIFE.offered(Thing("pending"), to=BO)] == ["publish"]
    assert LIFE.offered(Thing("pending"), to=ANN) == ()
