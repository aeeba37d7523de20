"""A resident's own reactions on their own page: what they wrote and what came of it."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.moderation.models import Comment, State
from spreekt.moderation.workflow import STATE_WORDS
from spreekt.module import Deed

MOST = 30
NEXT = {
    State.PENDING: "Een moderator kijkt je reactie na. Dat duurt meestal minder dan één werkdag.",
    State.CHANGES_ASKED: "Pas je reactie aan. In je berichten lees je wat er anders moet.",
    State.REJECTED: "In je berichten lees je waarom. Je mag je reactie aanpassen en opnieuw insturen.",
}


def reactions(db: Session, who: Actor) -> Sequence[Deed]:
    """The newest reactions of the actor, each with its state in words."""
    rows = db.execute(
        select(Comment.id, Comment.title, Comment.state, Comment.created_at)
        .where(Comment.author_id == who.id)
        .order_by(Comment.id.desc())
        .limit(MOST)
    )
    return [
        Deed(
            at=row.created_at,
            title=_("Je reactie bij “%(title)s”", title=row.title),
            url=url_for("comments.show", id=row.id),
            state=_(STATE_WORDS[row.state]),
            next_step=_(NEXT[row.state]) if row.state in NEXT else "",
        )
        for row in rows
    ]
