"""A dossier on the list and its project hold one text: when moderators hide or restore either, the other follows."""

from sqlalchemy.orm import Session

from spreekt.kernel import workflow
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.outbox import Message
from spreekt.moderation.models import State, Submission
from spreekt.modules.burgerbudget.domain import dossier_of
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.dossiers.workflow import TWINS
from spreekt.modules.burgerbudget.models import Project

FOLLOWS = {(State.HIDDEN, State.PUBLISHED): "hide", (State.PUBLISHED, State.HIDDEN): "restore"}
"""By the state of the text that was judged and that of its twin: what the twin does."""


def follow(db: Session, message: Message) -> None:
    """Bring the twin of what was judged to the state that it has now, however late or often this comes."""
    judged = db.get(Submission, message.payload["submission_id"])
    twin = _twin_of(db, judged)
    if judged is None or twin is None or (judged.state, twin.state) not in FOLLOWS:
        return
    workflow.move(db, TWINS, twin, FOLLOWS[judged.state, twin.state], by=SYSTEM, reason=f"{judged.kind}:{judged.id}")


def _twin_of(db: Session, submission: Submission | None) -> Submission | None:
    if isinstance(submission, Project):
        return dossier_of(db, submission)
    return db.get(Project, submission.project_id) if isinstance(submission, Dossier) and submission.project_id else None


SUBSCRIBERS = {"submission.decided": (follow,)}
