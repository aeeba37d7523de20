"""The survey after a round: answering it, what everybody together says, and what people wrote for staff."""

from flask import Blueprint

from spreekt.identity.permissions import ANYONE, SEE_ROUNDS, SIGNED_IN
from spreekt.kernel.small_numbers import FEWEST
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.follow import survey
from spreekt.modules.burgerbudget.follow.forms import SurveyForm
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.rights import allow

bp = Blueprint("budget_survey", __name__)


@bp.route("/burgerbudget/<slug>/bevraging", methods=["GET", "POST"])
@allow(SIGNED_IN)
def answer(slug: str) -> Answer:
    """A few sentences to agree with or not, and room for words."""
    round = queries.round_with(db(), slug)
    span = survey.span_of(db(), round)
    is_open = span is not None and span.is_open(now())
    form = SurveyForm() if survey.in_group(db(), round, actor()) else SurveyForm().for_everybody()
    answered = survey.has_answered(db(), vault(), round, actor())
    if is_open and not answered and form.validate_on_submit():
        survey.answer(db(), vault(), round, scores=form.scores(), words=form.words.data or "", by=actor(), now=now())
        return see_other("budget_survey.answer", slug=slug)
    return page("burgerbudget/follow/survey.html", form=form, round=round, span=span, is_open=is_open,
                answered=answered)  # fmt: skip


@bp.get("/burgerbudget/<slug>/bevraging/resultaat")
@allow(ANYONE)
def outcome(slug: str) -> Answer:
    """What everybody together says, once the survey closed."""
    round = queries.round_with(db(), slug)
    span = survey.span_of(db(), round)
    over = span is not None and span.is_over(now())
    return page("burgerbudget/follow/survey_outcome.html", round=round, span=span, over=over, fewest=FEWEST,
                totals=survey.totals(db(), round.id) if over else None)  # fmt: skip


@bp.get("/beheer/rondes/<slug>/bevraging")
@allow(SEE_ROUNDS)
def words(slug: str) -> Answer:
    """What people wrote, once the survey closed."""
    round = queries.round_with(db(), slug)
    span = survey.span_of(db(), round)
    over = span is not None and span.is_over(now())
    return page("burgerbudget/follow/survey_words.html", round=round, span=span, over=over,
                answers=survey.words_of(db(), round.id) if over else ())  # fmt: skip
