"""How many opened their ballot, began to choose, and voted. For staff: never a choice or a name. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.electorate.domain import turnout
from spreekt.electorate.models import Channel
from spreekt.modules.burgerbudget.models import BallotDraft, Round

SMALLEST = 5
"""Below this many voters at one door nothing is said per door."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """`opened` and `started` are about the website; `cast` is all doors together."""

    opened: int
    started: int
    cast: int
    doors: Sequence[tuple[Channel, int]]
    """Votes per door; empty when only one door was used, or when a number would be small enough to guess who."""


def funnel_of(db: Session, round: Round) -> Funnel:
    """The numbers of this moment. After the close drafts are gone, and with them who only looked."""
    drafts = select(func.count()).select_from(BallotDraft).where(BallotDraft.round_id == round.id)
    used = {channel: turnout(db, round.poll, channel=channel) for channel in Channel}
    doors = [(channel, number) for channel, number in used.items() if number]
    return Funnel(
        opened=(db.scalar(drafts) or 0) + used[Channel.WEB],
        started=(db.scalar(drafts.where(BallotDraft.is_begun)) or 0) + used[Channel.WEB],
        cast=sum(used.values()),
        doors=doors if len(doors) > 1 and min(number for _channel, number in doors) >= SMALLEST else (),
    )
