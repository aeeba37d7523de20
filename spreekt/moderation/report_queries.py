"""What the desk asks about reports of readers: which ones wait, and one with its item. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from spreekt.identity.models import Account
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import NotThere
from spreekt.moderation.models import Report, ReportState, Submission
from spreekt.moderation.queries import in_reach, kind_names
from spreekt.moderation.reports import HANDLE_WITHIN, UNDECIDED

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Reported:
    """One line of the list of reports."""

    id: int
    title: str
    kind_name: str
    reason_code: str
    state: ReportState
    made_at: datetime
    assignee_name: str | None

    @property
    def due_at(self) -> datetime | None:
        return self.made_at + HANDLE_WITHIN if self.state in UNDECIDED else None

    def is_overdue(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now


def reported(
    db: Session, actor: Actor, *, state: ReportState | None, number: int = 1
) -> tuple[Sequence[Reported], int]:
    """One page of reports within reach and how many there are: undecided ones oldest first, decided newest first."""
    worker = aliased(Account)
    chosen = Report.state.in_(UNDECIDED) if state is None else Report.state == state
    decided = state in {ReportState.UPHELD, ReportState.DISMISSED}
    order = (Report.decided_at.desc(), Report.id.desc()) if decided else (Report.created_at, Report.id)
    rows = db.execute(
        select(
            Report.id,
            Submission.title,
            Submission.kind,
            Report.reason_code,
            Report.state,
            Report.created_at,
            worker.display_name,
            func.count().over().label("total"),
        )
        .join(Submission, Submission.id == Report.submission_id)
        .outerjoin(worker, worker.id == Report.assignee_id)
        .where(chosen, in_reach(actor))
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    names = kind_names()
    lines = [
        Reported(row.id, row.title, names.get(row.kind, row.kind), row.reason_code, row.state, row.created_at,
                 row.display_name)
        for row in rows
    ]  # fmt: skip
    return lines, rows[0].total if rows else 0


def report_at(db: Session, actor: Actor, report_id: int) -> Report:
    """A report on something within reach. Raises NotThere."""
    report = db.scalars(
        select(Report)
        .join(Submission, Submission.id == Report.submission_id)
        .options(joinedload(Report.submission), joinedload(Report.assignee))
        .where(Report.id == report_id, in_reach(actor))
    ).one_or_none()
    if report is None:
        raise NotThere
    return report
