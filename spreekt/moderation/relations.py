"""Who is too close to judge: the author, whose page it stands on, and who lives with them."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.actor import Actor
from spreekt.kernel.workflow import Transition
from spreekt.moderation.models import Comment, Submission
from spreekt.moderation.workflow import JUDGEMENTS, MODERATION, is_own_or_related


def lives_with(account_id: int | None, *others: object) -> ColumnElement[bool]:
    """Whether an account and one of the others (columns or ids) show the same address in the register."""
    mine, theirs = aliased(Residency), aliased(Residency)
    my_entry, their_entry = aliased(RegisterEntry), aliased(RegisterEntry)
    return exists(
        select(mine.id)
        .join(my_entry, my_entry.person_key == mine.person_key)
        .join(their_entry, their_entry.household_key == my_entry.household_key)
        .join(theirs, theirs.person_key == their_entry.person_key)
        .where(
            mine.account_id == account_id,
            mine.ended_at.is_(None),
            theirs.ended_at.is_(None),
            or_(*(theirs.account_id == other for other in others)),
        )
    )


def is_too_close(db: Session, actor: Actor, submission: Submission) -> bool:
    """Whether this actor must leave the judging of a submission to somebody else."""
    if is_own_or_related(actor, submission):
        return True
    authors = {submission.author_id, submission.subject.author_id if isinstance(submission, Comment) else None}
    known = [author for author in authors if author is not None]
    return bool(known) and bool(db.scalar(select(lives_with(actor.id, *known))))


def offered(submission: Submission, *, to: Actor, too_close: bool) -> tuple[Transition, ...]:
    """The judgements that an actor may make now; none on what is too close."""
    if too_close:
        return ()
    return tuple(step for step in MODERATION.offered(submission, to=to) if step.name in JUDGEMENTS)
