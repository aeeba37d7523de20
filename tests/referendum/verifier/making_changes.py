"""Ways to change a published archive, for the tables of changes beside this file."""

from collections.abc import Callable
from typing import Any

from spreekt.modules.referendum.ballot.group import P
from tests.referendum.verifier.archives import Draft

Change = Callable[[Draft], Any]


def edited(kind: str, change: Callable[[Any], Any], *, nth: int = 0, member: int = 0) -> Change:
    """A change of the JSON of one record."""
    return lambda draft: draft.edit(kind, change, nth=nth, member=member)


def put(*path: str | int, to: Any) -> Callable[[Any], None]:
    """Give the value at a path another value; `to` may be a function of the old one."""

    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to(value[path[-1]]) if callable(to) else to

    return change


def more(text: str) -> str:
    """The next number: still below Q or P."""
    return str(int(text) + 1)


def negative(text: str) -> str:
    """An element times -1: between 0 and P, and just outside the group."""
    return str(P - int(text))


def unlinked(change: Change) -> Change:
    """A change after which what names other records is left as it was."""

    def made(draft: Draft) -> None:
        draft.raw()
        draft.links = False
        change(draft)

    return made


def event(at: int, **values: Any) -> Change:
    """Other values in one event."""

    def made(draft: Draft) -> None:
        draft.change_event = lambda event: event | values if event["height"] == at else event

    return made


def bytes_at(place: Callable[[bytes], int], value: bytes) -> Change:
    """Other bytes in the finished file."""

    def spoil(raw: bytearray) -> None:
        at = place(bytes(raw))
        raw[at : at + len(value)] = value

    return lambda draft: setattr(draft, "spoil", spoil)


def whole_file(change: Callable[[bytes], bytes]) -> Change:
    return lambda draft: setattr(draft, "spoil", lambda raw: change(bytes(raw)))


def steps(change: Callable[[list[Any]], Any]) -> Change:
    """Another order or number of events, chained again."""
    return lambda draft: change(draft.steps)
