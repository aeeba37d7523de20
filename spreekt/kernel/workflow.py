"""State machines as values. Here is the only function that changes a state, and it writes the log row with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import Forbidden, IllegalTransition

Guard = Callable[[Actor, Any], bool]


class Stateful(Protocol):
    """Anything a workflow can move."""

    id: Any
    state: Any
    kind: Any


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from any of `sources` to `target`, for whom `guard` says yes."""

    name: str
    sources: frozenset[Any]
    target: Any
    guard: Guard
    label: str = ""
    asks_reason: bool = False
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """A state machine: where things start and every step there is."""

    initial: Any
    transitions: tuple[Transition, ...]

    def step(self, name: str) -> Transition:
        """The step with this name; IllegalTransition when there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise IllegalTransition(name)

    def check(self, subject: Stateful, name: str, *, by: Actor) -> Transition:
        """The step, if it may be taken now by this actor. Raises IllegalTransition or Forbidden."""
        transition = self.step(name)
        if not transition.guard(by, subject):
            raise Forbidden(name)
        if subject.state not in transition.sources:
            raise IllegalTransition(name)
        return transition

    def offered(self, subject: Stateful, *, to: Actor) -> tuple[Transition, ...]:
        """The steps that this actor may take now, in the order of declaration."""
        return tuple(
            transition
            for transition in self.transitions
            if subject.state in transition.sources and transition.guard(to, subject)
        )


def move(db: Session, workflow: Workflow, subject: Any, name: str, *, by: Actor, reason: str = "") -> Transition:
    """Take one step and write it in the log, or refuse. The only place where a state is assigned."""
    transition = workflow.check(subject, name, by=by)
    subject.state = transition.target
    db.flush()
    audit.record(db, by=by, act=f"{subject.kind}.{name}", subject=f"{subject.kind}:{subject.id}", reason=reason)
    return transition
