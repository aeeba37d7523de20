"""The life of a project: the city puts it on the list or takes it off. Hiding a text is the moderators' work."""

from typing import Any

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.moderation.models import State


def runs_rounds(actor: Actor, _subject: Any) -> bool:
    """Administrators, and the command line."""
    return actor is SYSTEM or actor.has(Role.ADMIN, module="burgerbudget")


PROJECTS = Workflow(
    initial=State.DRAFT,
    transitions=(
        Transition("publish", frozenset({State.DRAFT}), State.PUBLISHED, runs_rounds, "Zet op de lijst"),
        Transition("withdraw", frozenset({State.PUBLISHED}), State.WITHDRAWN, runs_rounds, "Haal van de lijst"),
    ),
)

ON_BALLOT = (State.PUBLISHED, State.HIDDEN)
"""A project whose text was hidden during the vote keeps its place and its votes."""
