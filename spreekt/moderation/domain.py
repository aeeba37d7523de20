"""What may happen to a submission and what comes with it: log row, revision, decision and message, in one breath."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox, workflow
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_, IllegalTransition, Invalid, NotThere, StaleVersion
from spreekt.kernel.markup import render_markdown
from spreekt.moderation.flags import Flag, flags_in, read, stored
from spreekt.moderation.models import Decision, Revision, State, Submission
from spreekt.moderation.workflow import JUDGEMENTS, MODERATION, is_author, may_judge

DECISION_WITHIN = timedelta(days=2)
"""A working day and a night; shown to staff as overdue after it."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why staff decided: code of the house rule, the rule itself, words to the author, and by when they may mend it."""

    code: str = ""
    rule: str = ""
    words: str = ""
    due_on: date | None = None


def may_read(actor: Actor, submission: Submission) -> bool:
    """What is public is for all; a draft for its author; the rest also for staff who may judge it."""
    if submission.is_public or is_author(actor, submission):
        return True
    at_the_desk = may_judge(actor, submission) or actor.has(Role.AUDITOR)
    return submission.state != State.DRAFT and actor.has_second_factor and at_the_desk


def readable(actor: Actor, submission: Submission | None) -> Submission:
    """The submission, or NotThere as if it did not exist."""
    if submission is None or not may_read(actor, submission):
        raise NotThere
    return submission


def write(submission: Submission, *, title: str, body: str) -> None:
    """Put a text in a submission; the HTML is made here, once, and never from anything but the text."""
    submission.title = title
    submission.body = body
    submission.body_html = render_markdown(body)
    submission.flags = stored(flags_in(f"{title}\n{body}"))


def keep_revision(db: Session, submission: Submission, *, now: datetime) -> Revision | None:
    """Keep the text as it is now, when it differs from the last one kept."""
    last = db.scalars(
        select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.number.desc()).limit(1)
    ).first()
    if last is not None and (last.title, last.body) == (submission.title, submission.body):
        last.is_public = last.is_public or submission.is_public
        return None
    revision = Revision(
        submission_id=submission.id,
        number=last.number + 1 if last else 1,
        title=submission.title,
        body=submission.body,
        saved_at=now,
        is_public=submission.is_public,
    )
    db.add(revision)
    return revision


def submit(db: Session, submission: Submission, *, by: Actor, now: datetime) -> None:
    """The author hands it in: it waits for a moderator."""
    if submission.author is not None and submission.author.name_flags:
        submission.flags = stored(frozenset({*read(submission.flags), Flag.NAME}))
    move(db, submission, "submit", by=by, now=now)
    keep_revision(db, submission, now=now)


def withdraw(db: Session, submission: Submission, *, by: Actor, now: datetime) -> None:
    """The author takes it back."""
    move(db, submission, "withdraw", by=by, now=now)


def decide(
    db: Session,
    submission: Submission,
    act: str,
    *,
    reasons: Reasons,
    seen_version: int | None,
    by: Actor,
    now: datetime,
) -> Decision:
    """Staff judge. The second of two moderators is told that the first was quicker.

    Raises StaleVersion when the text or its state changed since it was shown, Invalid when a needed reason is missing.
    """
    if seen_version is not None and seen_version != submission.version:
        raise StaleVersion
    if act not in JUDGEMENTS:
        raise IllegalTransition(act)
    step = MODERATION.check(submission, act, by=by)
    if step.asks_reason and not (reasons.code and reasons.words.strip()):
        raise Invalid(N_("Kies een reden en schrijf in je eigen woorden waarom."))
    if act == "ask_changes" and reasons.due_on is None:
        raise Invalid(N_("Zeg tegen wanneer de aanpassing er moet zijn."))
    move(db, submission, act, by=by, now=now, reason=reasons.code, due_on=reasons.due_on)
    decision = Decision(
        submission_id=submission.id,
        act=act,
        reason_code=reasons.code,
        rule=reasons.rule,
        words=reasons.words,
        due_on=reasons.due_on,
        decided_by_id=by.id,
        decided_at=now,
        seen_version=submission.version,
    )
    db.add(decision)
    if submission.state == State.PUBLISHED:
        keep_revision(db, submission, now=now)
    db.flush()
    outbox.record(db, "submission.decided", decision_id=decision.id, submission_id=submission.id)
    return decision


def move(
    db: Session,
    submission: Submission,
    act: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    due_on: date | None = None,
) -> None:
    """One step of the workflow, with the dates that follow from it."""
    if MODERATION.check(submission, act, by=by).target == State.PUBLISHED:
        submission.published_at = submission.published_at or now  # before the state: the table asks for both at once
    workflow.move(db, MODERATION, submission, act, by=by, reason=reason)
    if submission.state == State.PENDING:
        submission.submitted_at = now
        submission.due_at = now + DECISION_WITHIN
        outbox.record(db, "submission.pending", submission_id=submission.id)
    elif submission.state == State.CHANGES_ASKED and due_on is not None:
        submission.due_at = datetime(due_on.year, due_on.month, due_on.day, 22, tzinfo=now.tzinfo)
    else:
        submission.due_at = None
    if submission.state != State.PENDING:
        submission.assignee_id = None


def last_decision(db: Session, submission: Submission) -> Decision | None:
    """The latest judgement on a submission."""
    of_this = select(Decision).where(Decision.submission_id == submission.id)
    return db.scalars(of_this.order_by(Decision.id.desc()).limit(1)).first()


def waiting(db: Session) -> int:
    """How many submissions wait for a moderator."""
    return db.scalar(select(func.count()).select_from(Submission).where(Submission.state == State.PENDING)) or 0
