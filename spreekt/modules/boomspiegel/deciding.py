"""What staff decide about a request: the advice of the green service, and what the college decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.text import clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life
from spreekt.modules.boomspiegel.adoption_models import Adoption, Advice
from spreekt.modules.boomspiegel.models import PitState
from spreekt.modules.boomspiegel.regulation import months_after
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES

LONGEST = 2000


def ask_changes(db: Session, adoption: Adoption, words: str, *, by: Actor, now: datetime) -> None:
    """Ask for another planting plan. Raises Invalid without words, IllegalTransition, Forbidden."""
    ADOPTIONS.check(adoption, "ask_changes", by=by)
    adoption.advice_words = clean_text(words, most=LONGEST, least=5)
    adoption.mend_by = _today(now) + timedelta(days=adoption.regulation.mend_days)
    move(db, ADOPTIONS, adoption, "ask_changes", by=by)
    outbox.record(db, "adoption.changes-asked", adoption_id=adoption.id)


def advise(db: Session, adoption: Adoption, advice: Advice, words: str, *, by: Actor, now: datetime) -> None:
    """The green service's advice to the college; anything but a plain yes says why. Raises Invalid."""
    ADOPTIONS.check(adoption, "advise", by=by)
    adoption.advice_words = clean_text(words, most=LONGEST, least=0 if advice is Advice.POSITIVE else 5)
    adoption.advice, adoption.advised_on = advice, _today(now)
    move(db, ADOPTIONS, adoption, "advise", by=by, reason=advice.value)


def approve(db: Session, adoption: Adoption, *, decided_on: date, decision_url: str, by: Actor, now: datetime) -> None:
    """Write down that the college said yes: the agreement begins today. Raises Invalid."""
    ADOPTIONS.check(adoption, "approve", by=by)
    place = life.locked(db, adoption.adoptable_id)
    _decision(adoption, decided_on, decision_url, now=now)
    today = _today(now)
    adoption.started_on = today
    life.inherit_box(db, adoption, today=today)
    adoption.check_due_on = months_after(today, adoption.regulation.check_months)
    move(db, ADOPTIONS, adoption, "approve", by=by, reason=decision_url)
    if place.state != PitState.PAUSED:
        move(db, PLACES, place, "adopt", by=SYSTEM)
    outbox.record(db, "adoption.approved", adoption_id=adoption.id)


def refuse(
    db: Session, adoption: Adoption, words: str, *, decided_on: date, decision_url: str, by: Actor, now: datetime
) -> None:
    """Write down that the college said no, and why. The place goes to the next in line. Raises Invalid."""
    ADOPTIONS.check(adoption, "refuse", by=by)
    _decision(adoption, decided_on, decision_url, now=now)
    life.end(db, adoption, "refuse", by=by, words=clean_text(words, most=LONGEST, least=5), today=_today(now))


def _decision(adoption: Adoption, decided_on: date, decision_url: str, *, now: datetime) -> None:
    if decided_on > _today(now):
        raise Invalid(N_("De dag van de beslissing kan niet in de toekomst liggen."))
    if adoption.submitted_at is not None and decided_on < _today(adoption.submitted_at):
        raise Invalid(N_("Het college kan niet beslist hebben voor de aanvraag er was. Kijk de dag na."))
    if not (decision_url.startswith("https://") and len(decision_url) <= 300 and decision_url.isprintable()
            and " " not in decision_url):  # fmt: skip
        raise Invalid(N_("Geef het adres van het besluit. Het begint met https://."))
    adoption.decided_on, adoption.decision_url = decided_on, decision_url


def _today(now: datetime) -> date:
    return now.astimezone(BRUSSELS).date()
