"""Home and health."""

from flask import Blueprint
from sqlalchemy import text

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.outbox import oldest_waiting
from spreekt.kernel.storage import utc_now
from spreekt.module import Card, Module
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now, page, services
from spreekt.web.rights import allow

bp = Blueprint("home", __name__)
OUTBOX_IS_LATE_AFTER = 900
"""Seconds that a message may wait before this installation calls itself not ready."""


@bp.get("/")
@allow(ANYONE)
@public
def index() -> Answer:
    modules: tuple[Module, ...] = services().modules
    open_now: list[Card] = [card for module in modules if module.open_now for card in module.open_now(db(), now())]
    outcomes: list[Card] = [card for module in modules if module.outcomes for card in module.outcomes(db(), now())]
    return page("home/index.html", open_now=open_now, outcomes=outcomes)


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
