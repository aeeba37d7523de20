"""The life of a referendum as one state machine: every step, from where to where, and who may take it.

Why a step cannot be taken yet is in gates.py; what it does besides is with the step's own rule.
"""

from typing import Any

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.modules.referendum.models import State

MODULE = "referendum"


def runs_it(who: Actor, _referendum: Any) -> bool:
    """Referendum managers do the work."""
    return who.has(Role.REFERENDUM, module=MODULE)


def runs_or_publishes(who: Actor, _referendum: Any) -> bool:
    """Two people among managers and publishers open, close and proclaim."""
    return who.has(Role.REFERENDUM, Role.PUBLISHER, module=MODULE)


def suspends(who: Actor, referendum: Any) -> bool:
    """The same people, and the house itself when a backup is put back that may lack ballots."""
    return who is SYSTEM or runs_or_publishes(who, referendum)


def keeps_the_roll(who: Actor, _referendum: Any) -> bool:
    return who.has(Role.REGISTER, Role.REFERENDUM, module=MODULE)


def _step(name: str, sources: tuple[State, ...], target: State, guard: Any, label: str, **more: Any) -> Transition:
    return Transition(name, frozenset(sources), target, guard, label, **more)


_UNDER_WAY = (
    State.ANNOUNCED, State.ROLL, State.KEYS, State.CREDENTIALS, State.OPEN, State.SUSPENDED, State.CLOSED,
    State.RECONCILED, State.DECRYPTED, State.PROCLAIMED, State.FOLLOW_UP,
)  # fmt: skip

LIFE = Workflow(
    initial=State.CONCEPT,
    transitions=(
        _step("to-council", (State.CONCEPT,), State.COUNCIL, runs_it, "Leg voor aan de gemeenteraad"),
        _step("rework", (State.COUNCIL,), State.CONCEPT, runs_it, "Terug naar ontwerp", asks_reason=True),
        _step("announce", (State.COUNCIL,), State.ANNOUNCED, runs_it, "Kondig aan en bevries", is_grave=True),
        _step("freeze-roll", (State.ANNOUNCED,), State.ROLL, keeps_the_roll, "Bevries de kiezerslijst", is_grave=True),
        _step("make-keys", (State.ROLL,), State.KEYS, runs_it, "Leg de sleutel vast", is_grave=True),
        _step("issue", (State.KEYS,), State.CREDENTIALS, runs_it, "Neem de publieke codes over", is_grave=True),
        _step("open", (State.CREDENTIALS,), State.OPEN, runs_or_publishes, "Open de stembus", is_grave=True),
        _step("suspend", (State.OPEN,), State.SUSPENDED, suspends, "Schort op", asks_reason=True),
        _step("resume", (State.SUSPENDED,), State.OPEN, runs_or_publishes, "Hervat", asks_reason=True),
        _step("close", (State.OPEN, State.SUSPENDED), State.CLOSED, runs_or_publishes, "Verzegel de stembus"),
        _step("reconcile", (State.CLOSED,), State.RECONCILED, runs_it, "Leg het verslag vast"),
        _step("decrypt", (State.RECONCILED,), State.DECRYPTED, runs_it, "Bereken de uitslag"),
        _step("proclaim", (State.DECRYPTED,), State.PROCLAIMED, runs_or_publishes, "Kondig de uitslag af"),
        _step("move-hour", (State.PROCLAIMED,), State.PROCLAIMED, runs_or_publishes, "Verander het uur"),
        _step("follow-up", (State.PROCLAIMED,), State.FOLLOW_UP, runs_it, "Begin de opvolging"),
        _step("archive", (State.PROCLAIMED, State.FOLLOW_UP), State.ARCHIVED, runs_or_publishes, "Archiveer"),
        _step("annul", _UNDER_WAY, State.ANNULLED, runs_or_publishes, "Vernietig", asks_reason=True, is_grave=True),
        _step("destroy", (State.ANNULLED,), State.ANNULLED, runs_or_publishes, "Wis wie welke code had", is_grave=True),
    ),
)
