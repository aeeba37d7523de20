"""What the console says about decisions of the college: those to enter, and those to look over."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor, Role
from spreekt.module import Work
from spreekt.modules.burgerbudget import queries


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """One heap for publishers, which opens at the first round that waits."""
    if not who.has(Role.PUBLISHER, module="burgerbudget"):
        return []
    waiting = queries.rounds_to_award(db, who.id, now)
    if not waiting:
        return []
    url = url_for("budget_awards.award", slug=waiting[0].slug)
    return [Work(_("besluiten van het college om in te voeren of na te kijken"), len(waiting), url)]
