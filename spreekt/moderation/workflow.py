"""The life of a submission, declared once: pages, API, database and tests all ask this table."""

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.moderation.models import Comment, State, Submission


def is_author(actor: Actor, submission: Submission) -> bool:
    """Whether this is the actor's own."""
    return actor.id is not None and submission.author_id == actor.id


def is_own_or_related(actor: Actor, submission: Submission) -> bool:
    """Own content, or a reaction under it: nobody judges that. (Housemates: see `queue.related_by_household`.)"""
    if is_author(actor, submission):
        return True
    return isinstance(submission, Comment) and is_author(actor, submission.subject)


def may_judge(actor: Actor, submission: Submission) -> bool:
    """Moderators judge everything, area workers what lies in their areas; nobody what is their own or related."""
    if is_own_or_related(actor, submission):
        return False
    area_ids = [area.id for area in submission.areas]
    return actor.has(Role.MODERATOR, area_ids=area_ids or None, module=submission.kind) or (
        bool(area_ids) and actor.has(Role.AREA_WORKER, area_ids=area_ids, module=submission.kind)
    )


def is_rule(actor: Actor, _submission: Submission) -> bool:
    """A written rule decides, not a person: see `comments.Screening`."""
    return actor == SYSTEM


S = State

MODERATION = Workflow(
    initial=S.DRAFT,
    transitions=(
        Transition("submit", frozenset({S.DRAFT, S.CHANGES_ASKED, S.REJECTED}), S.PENDING, is_author, "Verstuur"),
        Transition("withdraw", frozenset({S.DRAFT, S.PENDING, S.CHANGES_ASKED, S.PUBLISHED}), S.WITHDRAWN, is_author,
                   "Trek in"),
        Transition("appear", frozenset({S.PENDING}), S.PUBLISHED, is_rule),
        Transition("publish", frozenset({S.PENDING}), S.PUBLISHED, may_judge, "Publiceer"),
        Transition("ask_changes", frozenset({S.PENDING}), S.CHANGES_ASKED, may_judge, "Vraag een aanpassing",
                   asks_reason=True),
        Transition("reject", frozenset({S.PENDING, S.CHANGES_ASKED}), S.REJECTED, may_judge, "Wijs af",
                   asks_reason=True, is_grave=True),
        Transition("hide", frozenset({S.PUBLISHED}), S.HIDDEN, may_judge, "Verberg", asks_reason=True, is_grave=True),
        Transition("restore", frozenset({S.HIDDEN}), S.PUBLISHED, may_judge, "Zet terug", asks_reason=True),
    ),
)  # fmt: skip

JUDGEMENTS = ("publish", "ask_changes", "reject", "hide", "restore")
"""The steps that staff take; the others belong to the author and to written rules."""

STATE_WORDS = {
    S.DRAFT: "Concept",
    S.PENDING: "Wordt nagekeken",
    S.CHANGES_ASKED: "Aan te passen",
    S.PUBLISHED: "Gepubliceerd",
    S.REJECTED: "Niet gepubliceerd",
    S.HIDDEN: "Verborgen",
    S.WITHDRAWN: "Ingetrokken",
}

ACT_WORDS = {
    "publish": "Gepubliceerd",
    "ask_changes": "Aanpassing gevraagd",
    "reject": "Niet gepubliceerd",
    "hide": "Verborgen",
    "restore": "Teruggezet",
}
"""What a judgement did, as residents read it."""
