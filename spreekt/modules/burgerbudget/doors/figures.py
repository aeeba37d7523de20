"""How many voted through each door, in words. After the close small numbers are left out, with what would tell them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from spreekt.electorate.domain import turnout_by_door
from spreekt.electorate.models import Channel
from spreekt.kernel.errors import N_
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.paper import minutes as paper_minutes

DOOR_WORDS = {
    Channel.WEB: N_("Online, met een account"),
    Channel.LETTER: N_("Met de code uit een brief"),
    Channel.DESK: N_("Op een toestel in de stad"),
    Channel.PAPER: N_("Op papier"),
}
FEW = 10
"""Fewer than this through one door could be told apart by who saw them come."""


def shown(doors: Mapping[Channel, int]) -> Sequence[tuple[Channel, int | None]]:
    """Each door that was used. The total is public: when one small number would follow from it, the next goes too."""
    used = sorted(
        ((number, door) for door, number in doors.items() if number),
        key=lambda pair: (pair[1] is Channel.PAPER and pair[0] >= FEW, pair[0]),  # the minutes tell paper anyway
    )
    hidden: set[Channel] = set()
    left_out = 0
    for number, door in used:
        if number < FEW or (hidden and left_out < FEW) or len(hidden) == 1:
            hidden.add(door)
            left_out += number
    return [(door, None if door in hidden else number) for door, number in doors.items() if number]


def of_round(db: Session, round: Round) -> dict[str, Any]:
    """What the result page says: through which doors people came, and what became of paper."""
    doors = [] if round.is_imported else shown(turnout_by_door(db, round.poll))
    return {
        "doors": [(DOOR_WORDS[door], number) for door, number in doors],
        "minutes": paper_minutes.minutes_of(db, round),
        "few": FEW,
    }
