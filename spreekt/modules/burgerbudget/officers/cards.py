"""What the console says about counting officers: rounds that lack keys, keys to make, keys to give."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.module import Work
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers.domain import MAY_COUNT
from spreekt.modules.burgerbudget.officers.stages import SOON, Stage, seats_of, waits_for_keys


def without_keys(rounds: Sequence[Round], now: datetime) -> list[Work]:
    """For who runs rounds: those in which nobody can vote yet."""
    waiting = [round for round in rounds if waits_for_keys(round, now)]
    return _heap(_("tellers niet klaar"), waiting, "budget_officers.appoint", now)


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """For officers: keys to make and keys to give."""
    found = []
    if who.id is not None and who.has(*MAY_COUNT, module="burgerbudget"):
        seats = seats_of(db, who.id, now)
        to_make = [round for round, stage in seats if stage in {Stage.MAKE, Stage.PROVE}]
        to_give = [round for round, stage in seats if stage is Stage.GIVE]
        found += _heap(_("sleutels te maken"), to_make, "budget_officers.own_key", now)
        late = sum(round.publishes_at <= now for round in to_give)
        if to_give:
            url = url_for("budget_officers.own_key", slug=to_give[0].slug)
            found.append(Work(label=_("sleutels te geven"), count=len(to_give), url=url, overdue=late))
    return found


def _heap(label: str, rounds: Sequence[Round], endpoint: str, now: datetime) -> list[Work]:
    """Rounds whose vote comes; late in the last week before it opens."""
    if not rounds:
        return []
    soonest = min(rounds, key=lambda round: round.poll.opens_at)
    late = sum(round.poll.opens_at - now <= SOON for round in rounds)
    return [Work(label=label, count=len(rounds), url=url_for(endpoint, slug=soonest.slug), overdue=late)]
