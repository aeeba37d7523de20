"""Keeping files of an organiser and saying who opens them. What may be a file is judged in payouts/proofs.py."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_, Forbidden, Invalid, NotThere
from spreekt.modules.gezellige_wijk import grants, surveys
from spreekt.modules.gezellige_wijk.case_models import Survey
from spreekt.modules.gezellige_wijk.document_models import StreetDocument
from spreekt.modules.gezellige_wijk.grant_models import Bill, Grant
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME, handles, writes
from spreekt.payouts.proofs import MOST_UPLOAD, NAME, harmless

MOST_FILES = 40
"""For one request, all files together."""


class EnoughFiles(Invalid):
    says = N_("Er staan al {0} bestanden bij deze aanvraag. Meer kan niet.")


def may_open(who: Actor, document: StreetDocument) -> bool:
    """Who handed it in, who handles the request and, for a bill, who pays."""
    if writes(who, document.request) or handles(who, document.request):
        return True
    return document.bill_id is not None and who.has(Role.FINANCE, module=MODULE_NAME)


def document_for(db: Session, name: str, *, by: Actor) -> StreetDocument:
    """A file by its name. Raises NotThere for whoever may not open it, as if there were none."""
    found = db.scalars(select(StreetDocument).where(StreetDocument.name == name)).one_or_none()
    if not NAME.fullmatch(name) or found is None or not may_open(by, found):
        raise NotThere
    if not writes(by, found.request):
        audit.record(db, by=by, act="street-document.opened", subject=f"street-document:{found.id}")
    return found


def add_answers(db: Session, survey: Survey, upload: IO[bytes], *, by: Actor, now: datetime) -> StreetDocument:
    """The organiser hands in a scan of answers on paper, while the survey is open. It counts nothing by itself."""
    if not writes(by, survey.request):
        raise NotThere
    surveys.refuse_when_closed(survey, now)
    return _keep(db, survey.request, upload, survey=survey, bill=None, now=now)


def add_bill_paper(
    db: Session, grant: Grant, bill: Bill, upload: IO[bytes], *, by: Actor, now: datetime
) -> StreetDocument:
    """The paper behind one bill."""
    if not grants.settles(by, grant):
        raise Forbidden
    return _keep(db, grant.request, upload, survey=None, bill=bill, now=now)


def check(db: Session, document: StreetDocument, *, by: Actor, now: datetime) -> None:
    """Staff typed in every answer that stands on a scan. Twice is once."""
    if document.survey_id is None or not handles(by, document.request):
        raise NotThere
    if document.checked_at is None:
        document.checked_at, document.checked_by_id = now, by.id
        audit.record(db, by=by, act="consent-survey.scan-checked", subject=f"street-document:{document.id}")
        db.flush()


def of_survey(db: Session, survey_id: int) -> Sequence[StreetDocument]:
    """Scans of a survey, in the order in which they came."""
    rows = select(StreetDocument).where(StreetDocument.survey_id == survey_id).order_by(StreetDocument.id)
    return db.scalars(rows).all()


def of_bills(db: Session, grant: Grant) -> dict[int, list[StreetDocument]]:
    """The papers behind the bills of a grant, by bill."""
    found: dict[int, list[StreetDocument]] = {bill.id: [] for bill in grant.bills}
    for row in db.scalars(select(StreetDocument).where(StreetDocument.bill_id.in_(found)).order_by(StreetDocument.id)):
        found[row.bill_id or 0].append(row)
    return found


def forget_answers(db: Session, request_id: int) -> None:
    """Scans of neighbours' answers are of no use any more; the totals stay."""
    mine = (StreetDocument.request_id == request_id) & StreetDocument.survey_id.is_not(None)
    db.execute(delete(StreetDocument).where(mine).execution_options(synchronize_session=False))


def _keep(
    db: Session, request: StreetRequest, upload: IO[bytes], *, survey: Survey | None, bill: Bill | None, now: datetime
) -> StreetDocument:
    here = select(func.count(StreetDocument.id)).where(StreetDocument.request_id == request.id)
    if (db.scalar(here) or 0) >= MOST_FILES:
        raise EnoughFiles(MOST_FILES)
    content, media_type = harmless(upload.read(MOST_UPLOAD + 1))
    kept = StreetDocument(
        request_id=request.id, survey_id=survey.id if survey else None, bill_id=bill.id if bill else None,
        name=secrets.token_hex(16), media_type=media_type, content=content, stored_at=now,
    )  # fmt: skip
    db.add(kept)
    db.flush()
    return kept
