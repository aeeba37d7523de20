"""Where staff say what the city does now about a question, and mend a line that is wrong."""

from flask import Blueprint

from spreekt.identity.permissions import RUN_REFERENDA
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import promises, queries
from spreekt.modules.referendum.forms import FollowUpForm, PlainForm
from spreekt.modules.referendum.models import Question
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("referendum_follow_up", __name__, url_prefix="/beheer/referendum/<slug>/opvolging/<int:position>")


@bp.route("", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def add(slug: str, position: int) -> Answer:
    """What stands there, and one line more."""
    question, form = _question(slug, position), FollowUpForm()
    if form.validate_on_submit():
        try:
            promises.promise(db(), question, form.on.data, form.text.data, by=actor())
            return _back(question)
        except DomainError as refusal:
            form.blame("text", refusal)
    return page("referendum/staff/follow_up.html", form=form, referendum=question.referendum, question=question)


@bp.route("/<mark>", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def change(slug: str, position: int, mark: str) -> Answer:
    """One line that is wrong."""
    question = _question(slug, position)
    promise = promises.find(question, mark)
    form = FollowUpForm(data={"on": promise.on, "text": promise.text})
    if form.validate_on_submit():
        try:
            promises.change(db(), question, mark, form.on.data, form.text.data, by=actor())
            return _back(question)
        except DomainError as refusal:
            form.blame("text", refusal)
    return page("referendum/staff/promise.html", form=form, question=question, promise=promise)


@bp.post("/<mark>/weg")
@allow(RUN_REFERENDA)
def withdraw(slug: str, position: int, mark: str) -> Answer:
    """Take a line away."""
    question = _question(slug, position)
    if not PlainForm().validate_on_submit():
        raise NotThere
    promises.withdraw(db(), question, mark, by=actor())
    return _back(question)


def _question(slug: str, position: int) -> Question:
    """The question, where its outcome is told and holds."""
    referendum = queries.referendum_with(db(), slug, questions=True)
    question = next((each for each in referendum.questions if each.position == position), None)
    holds = referendum.shows_outcome(now()) and not (referendum.is_annulled or referendum.is_imported)
    if question is None or not holds:
        raise NotThere
    return question


def _back(question: Question) -> Answer:
    return see_other("referendum_follow_up.add", slug=question.referendum.slug, position=question.position)
