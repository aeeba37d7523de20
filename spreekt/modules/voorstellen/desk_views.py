"""Where services and area workers see what waits for an answer, and give it."""

from flask import Blueprint

from spreekt.identity.permissions import ANSWER
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.voorstellen import answers, lists, queries
from spreekt.modules.voorstellen.filters import borough
from spreekt.modules.voorstellen.forms import ANSWER_WORDS, AnswerForm
from spreekt.modules.voorstellen.progress import story
from spreekt.modules.voorstellen.views import theme_words
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.listing import PER_PAGE, Page, whole_number
from spreekt.web.rights import allow

bp = Blueprint("proposal_answers", __name__, url_prefix="/beheer/voorstellen")


@bp.get("")
@allow(ANSWER)
def work() -> Answer:
    """What waits for an answer here, the longest overdue first."""
    number, today = whole_number("pagina"), now().astimezone(BRUSSELS).date()
    area_ids = answers.areas_answered_by(actor())
    waiting, late = lists.count_to_answer(db(), area_ids=area_ids, today=today)
    items = lists.to_answer(db(), borough=borough(), area_ids=area_ids, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    listing = Page(items, waiting, number)
    return page("voorstellen/work.html", listing=listing, waiting=waiting, late=late, today=today, themes=theme_words())


@bp.route("/<int(max=2147483647):id>/antwoord", methods=["GET", "POST"])
@allow(ANSWER)
def answer(id: int) -> Answer:
    found = queries.proposal_page(db(), id, reader_id=actor().id)
    proposal = found[0] if found else None
    if proposal is None or not proposal.is_public or not answers.may_answer(actor(), proposal):
        raise NotThere
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                answers.answer(db(), proposal, form.reply, by=actor(), now=now())
            return see_other("voorstellen.show", id=id)
        except DomainError as refusal:
            form.blame("text", refusal)
    return page("voorstellen/answer.html", proposal=proposal, form=form, story=story(proposal), answers=ANSWER_WORDS,
                today=now().astimezone(BRUSSELS).date(), themes=theme_words())  # fmt: skip
