"""Home and health."""

from collections.abc import Sequence

from flask import Blueprint
from sqlalchemy import text

from spreekt.home.queries import NamedArea, current_areas
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.outbox import oldest_waiting
from spreekt.kernel.storage import utc_now
from spreekt.module import Card, Module
from spreekt.web.cache import public
from spreekt.web.context import Answer, city, db, now, page, services
from spreekt.web.listing import one_word
from spreekt.web.rights import allow

bp = Blueprint("home", __name__)
MOST_OUTCOMES = 6
OUTBOX_IS_LATE_AFTER = 900
"""Seconds that a message may wait before this installation calls itself not ready."""


@bp.get("/")
@allow(ANYONE)
@public
def index() -> Answer:
    """What is open now, what is near, what became of earlier input."""
    boroughs = current_areas(db(), city().partitions[0].code, now())
    wanted = one_word("deelgemeente")
    chosen = next((area for area in boroughs if area.code == wanted), None)
    modules: tuple[Module, ...] = services().modules
    open_now = [card for module in modules if module.open_now for card in module.open_now(db(), now())]
    outcomes = [card for module in modules if module.outcomes for card in module.outcomes(db(), now())]
    return page(
        "home/index.html",
        open_now=near(sorted(open_now, key=lambda card: not card.is_main), chosen),
        outcomes=near(outcomes, chosen)[:MOST_OUTCOMES],
        areas=[(area.code, area.name) for area in boroughs],
        chosen=chosen.code if chosen else "",
        chosen_name=chosen.name if chosen else "",
    )


def near(cards: Sequence[Card], area: NamedArea | None) -> list[Card]:
    """The cards that concern one area: those of that area, and those of the whole city."""
    return [card for card in cards if area is None or not card.area_ids or area.id in card.area_ids]


@bp.get("/healthz")
@allow(ANYONE)
def health() -> Answer:
    """The process runs."""
    return {"ok": True}


@bp.get("/readyz")
@allow(ANYONE)
def ready() -> Answer:
    """The database answers and nobody waits too long for mail."""
    db().execute(text("SELECT 1"))
    oldest = oldest_waiting(db())
    age = (utc_now() - oldest).total_seconds() if oldest else 0.0
    is_ready = age < OUTBOX_IS_LATE_AFTER
    return {"ok": is_ready, "outbox_age_seconds": round(age)}, 200 if is_ready else 503
