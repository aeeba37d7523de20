"""What the green service decides about one place: stand still for works, unsuitable, allowed again."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, IllegalTransition, Invalid
from spreekt.kernel.text import clean_line
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.states import PLACES
from spreekt.modules.boomspiegel.yearly import resume

STAFF_STEPS = ("pause", "refuse", "allow")


def decide(
    db: Session, place: Adoptable, step: str, *, reason: str, until: date | None, by: Actor, today: date
) -> None:
    """Take one step with a place. A pause keeps its adoption; unsuitable ends it and tells who it concerns.

    Raises Invalid without a reason or with a day that is past, IllegalTransition, Forbidden.
    """
    if step not in STAFF_STEPS:
        raise IllegalTransition(step)
    place = life.locked(db, place.id)
    PLACES.check(place, step, by=by)
    if step == "allow":
        resume(db, place, by=by, today=today)
        return
    words = clean_line(reason, most=200)
    if len(words) < 5:
        raise Invalid(N_("Schrijf waarom. Iedereen kan het lezen op de pagina van deze plek."))
    if until is not None and until <= today:
        raise Invalid(N_("Kies een dag na vandaag, of laat dit leeg."))
    place.state_reason, place.paused_until = words, until if step == "pause" else None
    move(db, PLACES, place, step, by=by, reason=words)
    if step == "refuse":
        life.close_all(db, place, words=words, today=today)
