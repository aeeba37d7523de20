"""Telling how it was: a text with photos for everybody, and two numbers for the city. Photos are kept by the view."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere
from spreekt.kernel.text import clean_text
from spreekt.kernel.workflow import move
from spreekt.moderation import domain as moderation
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.report_models import EventReport
from spreekt.modules.gezellige_wijk.workflow import CASE, is_applicant, writes


class NotHeldYet(DomainError):
    """There is nothing to tell before it is over, and once is enough."""

    says = N_("Een verslag sturen kan als het voorbij is, en één keer.")


def report_of(db: Session, request_id: int) -> EventReport | None:
    """The report of a request, with its photos."""
    return db.scalars(
        select(EventReport).where(EventReport.request_id == request_id).options(selectinload(EventReport.pictures))
    ).one_or_none()


def write(
    db: Session, request: StreetRequest, *, text: str, attendance: int, rating: int, by: Actor, now: datetime
) -> EventReport:
    """Put the report down. It waits for a moderator; the request moves on at once, so that the money can."""
    if not writes(by, request):
        raise NotThere
    if request.state is not RequestState.HELD or report_of(db, request.id) is not None:
        raise NotHeldYet
    body = clean_text(text, most=3000)
    if len(body) < 20:
        raise Invalid(N_("Vertel in een paar zinnen hoe het was."))
    if not 0 <= attendance <= 100_000 or not 1 <= rating <= 5:
        raise Invalid(N_("Vul in hoeveel mensen er waren, en geef één tot vijf sterren."))
    report = EventReport(
        request_id=request.id, request=request, author_id=by.id if is_applicant(by, request) else None,
        attendance=attendance, rating=rating, created_at=now,
    )  # fmt: skip
    moderation.write(report, title=f"Verslag: {request.title}"[:120], body=body)
    report.areas = list(request.areas)
    db.add(report)
    db.flush()
    if report.author_id is not None:
        moderation.submit(db, report, by=by, now=now)
    move(db, CASE, request, "report", by=by)
    outbox.record(db, "street-request.reported", request_id=request.id)
    return report
