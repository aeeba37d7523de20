"""What staff do at the desk: judge an item, take it on, give it back. The life of an item is in workflow.py."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import Forbidden, StaleVersion
from spreekt.moderation import reports
from spreekt.moderation.domain import Reasons, decide
from spreekt.moderation.house_rules import reason_for
from spreekt.moderation.models import Decision, State, Submission
from spreekt.moderation.relations import is_too_close
from spreekt.moderation.workflow import MODERATION, may_judge


def judge(
    db: Session,
    submission: Submission,
    act: str,
    *,
    reason_code: str,
    words: str,
    due_on: date | None,
    seen_version: int | None,
    by: Actor,
    now: datetime,
) -> Decision:
    """Decide about an item with a reason of the house rules. Hiding it settles every open report on it.

    Raises Forbidden to who is too close, StaleVersion to who comes second, Invalid when the reason does not fit.
    """
    if is_too_close(db, by, submission):
        raise Forbidden
    if seen_version is None or seen_version != submission.version:
        raise StaleVersion
    reasons = Reasons(words=words.strip(), due_on=due_on if act == "ask_changes" else None)
    if MODERATION.check(submission, act, by=by).asks_reason:
        reason = reason_for(reason_code, act)
        reasons = Reasons(code=reason.code, rule=reason.rule, words=reasons.words, due_on=reasons.due_on)
    decision = decide(db, submission, act, reasons=reasons, seen_version=seen_version, by=by, now=now)
    if submission.state == State.HIDDEN:
        reports.settle_all(db, submission, reasons=reasons, by=by, now=now)
    return decision


def take_on(db: Session, submission: Submission, *, by: Actor) -> None:
    """Say that one is busy with it. The version stays: a colleague who was typing loses nothing.

    Raises StaleVersion when somebody else took it a moment ago.
    """
    if is_too_close(db, by, submission) or not may_judge(by, submission):
        raise Forbidden
    free = or_(Submission.assignee_id.is_(None), Submission.assignee_id == by.id)
    _assign(db, submission, by.id, free, by=by, act="take-on")


def give_back(db: Session, submission: Submission, *, by: Actor) -> None:
    """Leave it to whoever comes next."""
    _assign(db, submission, None, Submission.assignee_id == by.id, by=by, act="give-back")


def _assign(
    db: Session, submission: Submission, to: int | None, condition: ColumnElement[bool], *, by: Actor, act: str
) -> None:
    here = and_(Submission.id == submission.id, Submission.state == State.PENDING, condition)
    changed = db.execute(update(Submission).where(here).values(assignee_id=to).returning(Submission.id)).first()
    if changed is None:
        raise StaleVersion
    db.expire(submission, ["assignee_id", "assignee"])
    audit.record(db, by=by, act=f"{submission.kind}.{act}", subject=f"{submission.kind}:{submission.id}")
