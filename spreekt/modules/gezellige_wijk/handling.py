"""What the area worker and the applicant do with a request that was handed in. Advice and decision have own files."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, IllegalTransition, Invalid
from spreekt.kernel.text import clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.gezellige_wijk import loans, queries
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.workflow import CASE

SIMPLE = frozenset({"ask-more", "note", "queue", "to-college", "prepare", "end", "close", "withdraw", "cancel", "hold"})
"""Steps that need no more than a reason, if that."""
DRAFT_LIVES = timedelta(days=180)


class NeedsPermission(Invalid):
    says = N_("Hier wordt een straat afgesloten of advies gevraagd. Neem geen kennis, maar vraag advies.")


class NeedsDecision(Invalid):
    says = N_("Een comité erken je met een beslissing. Leg de aanvraag voor.")


class NoReason(Invalid):
    says = N_("Schrijf in je eigen woorden waarom. De aanvrager leest dit.")


def step(db: Session, request: StreetRequest, name: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Take one of the simple steps. Raises NoReason where the applicant must read why.

    What is cancelled, withdrawn or expired gives its material back in the same breath.
    """
    if name == "resume" and request.held_from is not None:
        name = f"resume-{request.held_from.value}"
    elif name not in SIMPLE:
        raise IllegalTransition(name)
    transition = CASE.check(request, name, by=by)
    words = clean_text(reason, most=400)
    if transition.asks_reason and len(words.strip()) < 5:
        raise NoReason
    if name == "note" and request.closes_street:
        raise NeedsPermission
    if name == "note" and request.founds_committee:
        raise NeedsDecision
    if name == "hold":
        request.held_from, request.hold_reason = request.state, words
    elif name.startswith("resume-"):
        request.held_from, request.hold_reason = None, ""
    elif transition.asks_reason:
        request.hold_reason = words
    with db.no_autoflush:
        _move(db, request, name, by=by, reason=words, now=now)


def _move(db: Session, request: StreetRequest, name: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    move(db, CASE, request, name, by=by, reason="" if name in {"withdraw", "cancel"} else reason)
    if request.state in {RequestState.WITHDRAWN, RequestState.CANCELLED, RequestState.EXPIRED, RequestState.REFUSED}:
        loans.release(db, request)
    outbox.record(db, "street-request.moved", request_id=request.id, act=name)


def pass_dates(db: Session, now: datetime) -> None:
    """What is over ends, and what nobody decided in time expires. Running it again does nothing."""
    today = now.astimezone(BRUSSELS).date()
    for request in queries.over(db, today):
        _move(db, request, "end", by=SYSTEM, now=now)
    for request in queries.undecided_too_long(db, today, today - DRAFT_LIVES):
        request.held_from, request.hold_reason = None, ""
        with db.no_autoflush:
            _move(db, request, "expire", by=SYSTEM, now=now)
