"""Writing, mending and taking back a reaction, and finding one under its subject."""

from typing import Any

from flask import Blueprint

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.moderation import comments, domain
from spreekt.moderation.forms import CommentForm
from spreekt.moderation.models import Comment, Submission
from spreekt.web.context import Answer, actor, db, find, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("comments", __name__, url_prefix="/reacties")


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


def _own(id: int) -> Comment:
    comment = find(Comment, id=id)
    if comment.author_id != actor().id:
        raise NotThere
    return comment


def back_to(comment: Comment) -> Answer:
    """The subject's page, at this reaction."""
    subject = comment.subject
    number = comments.page_of(db(), comment) if comment.is_public else 1
    where: dict[str, Any] = {"pagina": number} if number > 1 else {}
    return see_other(subject.endpoint, id=subject.id, **where, _anchor=f"reactie-{comment.id}")


@bp.get("/<int:id>")
@allow(ANYONE)
def show(id: int) -> Answer:
    comment = find(Comment, id=id)
    domain.readable(actor(), comment)
    domain.readable(actor(), comment.subject)
    return back_to(comment)


@bp.route("/bij/<int:subject_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def write(subject_id: int) -> Answer:
    subject = domain.readable(actor(), db().get(Submission, subject_id))
    form = CommentForm()
    if form.validate_on_submit():
        _count_one()
        try:
            with db().begin_nested():
                comment = comments.write_comment(db(), subject, body=form.body.data, by=actor(), now=now())
            return back_to(comment)
        except Invalid as refusal:
            form.blame("body", refusal)
    return page("moderation/write_comment.html", subject=subject, form=form)


@bp.route("/<int:id>/aanpassen", methods=["GET", "POST"])
@allow(SIGNED_IN)
def mend(id: int) -> Answer:
    comment = _own(id)
    form = CommentForm(body=comment.body)
    if form.validate_on_submit():
        _count_one()
        try:
            comments.mend_comment(db(), comment, body=form.body.data, by=actor(), now=now())
            return back_to(comment)
        except Invalid as refusal:
            form.blame("body", refusal)
    last = domain.last_decision(db(), comment)
    return page("moderation/mend_comment.html", comment=comment, form=form, decision=last)


@bp.post("/<int:id>/intrekken")
@allow(SIGNED_IN)
def withdraw(id: int) -> Answer:
    comment = _own(id)
    domain.withdraw(db(), comment, by=actor(), now=now())
    return see_other(comment.subject.endpoint, id=comment.subject_id, _anchor="reacties")
