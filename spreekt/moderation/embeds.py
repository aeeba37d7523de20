"""What the page of another module takes from here: its reactions, and the shelf for its photos."""

from flask import request

from spreekt.moderation import comments
from spreekt.moderation.comments import Thread
from spreekt.moderation.forms import CommentForm
from spreekt.moderation.models import Submission
from spreekt.moderation.pictures import FolderShelf
from spreekt.web.context import actor, db, settings
from spreekt.web.listing import whole_number


def thread_of(subject: Submission) -> Thread:
    """The reactions under a subject as this reader sees them: page ?pagina=, order ?volgorde=oudste."""
    return comments.thread(
        db(),
        subject.id,
        reader_id=actor().id,
        number=whole_number("pagina"),
        newest_first=request.args.get("volgorde") != "oudste",
    )


def comment_form() -> CommentForm | None:
    """An empty form for a reaction; none for who did not sign in, so that their page sets no cookie."""
    return CommentForm(formdata=None) if actor().is_signed_in else None


def shelf() -> FolderShelf:
    """Where this installation keeps its pictures."""
    return FolderShelf(settings().uploads)
