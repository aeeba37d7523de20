"""The evaluation after the day: one page of fixed questions for the organiser, and the totals for staff."""

from typing import Any

from flask import Blueprint, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.identity.permissions import HANDLE_STREETS, SIGNED_IN
from spreekt.kernel.errors import NotThere
from spreekt.modules.gezellige_wijk import evaluations, queries
from spreekt.modules.gezellige_wijk.forms import attempt
from spreekt.modules.gezellige_wijk.staff_views import own_areas
from spreekt.modules.gezellige_wijk.workflow import writes
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.forms import Form, at_most, filled
from spreekt.web.rights import allow

bp = Blueprint("street_evaluations", __name__)
QUESTIONS = {
    "asking": _l("Hoe makkelijk was aanvragen?"),
    "help": _l("Hoe goed hielp de stad?"),
    "safety": _l("Hoe veilig was het in de straat?"),
    "neighbours": _l("Hoe tevreden waren de buren?"),
}


def _stars(question: Any) -> RadioField:
    words = {1: _l("1: slecht"), 2: "2", 3: "3", 4: "4", 5: _l("5: heel goed")}
    return RadioField(question, filled(_l("Kies één tot vijf.")),
                      choices=[SelectChoice(str(score), words[score]) for score in range(5, 0, -1)])  # fmt: skip


class EvaluationForm(Form):
    """A few fixed questions."""

    asking = _stars(QUESTIONS["asking"])
    help = _stars(QUESTIONS["help"])
    safety = _stars(QUESTIONS["safety"])
    neighbours = _stars(QUESTIONS["neighbours"])
    again = RadioField(_l("Zou je het nog eens doen?"), filled(_l("Kies ja of nee.")),
                       choices=[SelectChoice("ja", _l("Ja")), SelectChoice("nee", _l("Nee"))])  # fmt: skip
    words = TextAreaField(_l("Wat moeten we weten voor een volgende keer?"), [Optional(), at_most(1000)])


@bp.route("/gezellige-wijk/aanvragen/<int(max=2147483647):id>/evaluatie", methods=["GET", "POST"])
@allow(SIGNED_IN)
def give(id: int) -> Answer:
    asked, form = queries.case(db(), id), EvaluationForm()
    if asked is None or not writes(actor(), asked):
        raise NotThere
    if form.validate_on_submit():
        scores = {name: int(form[name].data) for name in evaluations.SCORES}
        if attempt(form, "asking", lambda: evaluations.give(
            db(), asked, scores, again=form.again.data == "ja", words=form.words.data or "", by=actor(), now=now()
        )):  # fmt: skip
            flash(_("Bedankt voor je antwoorden."))
            return see_other("gezellige_wijk.show", id=id)
    return page("gezellige_wijk/evaluate.html", form=form, asked=asked,
                is_open=evaluations.may_evaluate(db(), asked))  # fmt: skip


@bp.get("/beheer/wijk/evaluaties")
@allow(HANDLE_STREETS)
def totals() -> Answer:
    """What organisers in my areas say, all together, and what they want us to know."""
    mine = own_areas(actor())
    return page("gezellige_wijk/evaluations.html", totals=evaluations.totals(db(), area_ids=mine),
                questions=QUESTIONS, rows=evaluations.with_words(db(), area_ids=mine))  # fmt: skip
