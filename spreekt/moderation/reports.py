"""Readers who say that something should not be here: reporting it once, and what staff decide about it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox, workflow
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import TextRefused, clean_text
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.moderation.domain import Reasons, decide
from spreekt.moderation.house_rules import readers_reason
from spreekt.moderation.models import Report, ReportState, State, Submission
from spreekt.moderation.relations import is_too_close
from spreekt.moderation.workflow import may_judge

HANDLE_WITHIN = timedelta(days=2)
LONGEST = 1000


class AlreadyReported(DomainError):
    """One report a person and item."""

    says = N_("Je meldde dit al. We kijken het na en laten je weten wat we beslissen.")


class OwnItem(DomainError):
    """Nobody reports their own text."""

    status = 422
    says = N_("Dit schreef je zelf. Je kan het zelf weghalen.")


def may_handle(actor: Actor, report: Report) -> bool:
    """Who may judge the item decides about the report, unless they made it."""
    return may_judge(actor, report.submission) and report.reporter_id != actor.id


R = ReportState
UNDECIDED = frozenset({R.OPEN, R.ASSIGNED})
REPORTS = Workflow(
    initial=R.OPEN,
    transitions=(
        Transition("assign", UNDECIDED, R.ASSIGNED, may_handle, N_("Neem op")),
        Transition("release", frozenset({R.ASSIGNED}), R.OPEN, may_handle, N_("Geef terug")),
        Transition("uphold", UNDECIDED, R.UPHELD, may_handle, N_("Gegrond: verberg"), asks_reason=True, is_grave=True),
        Transition("dismiss", UNDECIDED, R.DISMISSED, may_handle, N_("Ongegrond: laat staan"), asks_reason=True),
    ),
)
REPORT_WORDS = {
    R.OPEN: N_("Nieuw"),
    R.ASSIGNED: N_("In behandeling"),
    R.UPHELD: N_("Gegrond"),
    R.DISMISSED: N_("Ongegrond"),
}


def report_item(
    db: Session, submission: Submission, *, reason_code: str, words: str, by: Actor, now: datetime
) -> Report:
    """Report something public. Raises NotThere, OwnItem, AlreadyReported or Invalid."""
    if not submission.is_public:
        raise NotThere
    if by.id is None:
        raise Forbidden
    if submission.author_id == by.id:
        raise OwnItem
    reason = readers_reason(reason_code)
    try:
        said = clean_text(words, most=LONGEST)
    except TextRefused as refusal:
        raise Invalid(str(refusal)) from None
    if db.scalar(select(Report.id).where(Report.submission_id == submission.id, Report.reporter_id == by.id)):
        raise AlreadyReported
    report = Report(
        submission=submission, reporter_id=by.id, reason_code=reason.code, words=said, created_at=now,
        state=REPORTS.initial,
    )  # fmt: skip
    db.add(report)
    db.flush()
    outbox.record(db, "report.made", report_id=report.id, submission_id=submission.id)
    return report


def assign(db: Session, report: Report, *, by: Actor) -> None:
    """Take a report on."""
    refuse_too_close(db, report, by)
    workflow.move(db, REPORTS, report, "assign", by=by)
    report.assignee_id = by.id


def release(db: Session, report: Report, *, by: Actor) -> None:
    """Give it back to everybody."""
    workflow.move(db, REPORTS, report, "release", by=by)
    report.assignee_id = None


def uphold(db: Session, report: Report, *, reasons: Reasons, by: Actor, now: datetime) -> None:
    """The reader was right: the item is hidden, if it was not already, and every open report on it is settled."""
    refuse_too_close(db, report, by)
    REPORTS.check(report, "uphold", by=by)
    submission = report.submission
    if submission.state == State.PUBLISHED:
        decide(db, submission, "hide", reasons=reasons, seen_version=None, by=by, now=now)
    settle_all(db, submission, reasons=reasons, by=by, now=now)


def dismiss(db: Session, report: Report, *, reasons: Reasons, by: Actor, now: datetime) -> None:
    """The item stays, and the reader is told why."""
    refuse_too_close(db, report, by)
    if not reasons.words.strip():
        raise Invalid(N_("Schrijf in je eigen woorden waarom."))
    _settle(db, report, "dismiss", reasons=reasons, by=by, now=now)


def refuse_too_close(db: Session, report: Report, actor: Actor) -> None:
    """Nobody decides about what is their own or of who lives with them, nor about a report they made."""
    if report.reporter_id == actor.id or is_too_close(db, actor, report.submission):
        raise Forbidden


def settle_all(db: Session, submission: Submission, *, reasons: Reasons, by: Actor, now: datetime) -> None:
    """The item is hidden: whoever reported it was right."""
    here = select(Report).where(Report.submission_id == submission.id, Report.state.in_(UNDECIDED)).order_by(Report.id)
    for report in db.scalars(here).all():
        if may_handle(by, report):
            _settle(db, report, "uphold", reasons=reasons, by=by, now=now)


def _settle(db: Session, report: Report, act: str, *, reasons: Reasons, by: Actor, now: datetime) -> None:
    REPORTS.check(report, act, by=by)
    report.decided_at, report.answer = now, reasons.words
    workflow.move(db, REPORTS, report, act, by=by, reason=reasons.code)
    outbox.record(db, "report.decided", report_id=report.id)
