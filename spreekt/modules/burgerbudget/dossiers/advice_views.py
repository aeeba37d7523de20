"""Where services see what they are asked and give their advice."""

from flask import Blueprint

from spreekt.identity.permissions import ADVISE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget.dossiers import advice_queries, advising
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest, Verdict
from spreekt.modules.burgerbudget.dossiers.screening_forms import AdviceForm
from spreekt.modules.burgerbudget.dossiers.views import LOOKS
from spreekt.web.context import Answer, actor, db, find, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_advice", __name__, url_prefix="/beheer/adviezen-burgerbudget")


@bp.get("")
@allow(ADVISE)
def index() -> Answer:
    """What waits for advice, the longest silent first."""
    found = [each for each in advice_queries.advice_to_give(db()) if advising.may_advise(actor(), each.dossier)]
    return page("burgerbudget/desk/advice.html", requests=found, today=now().astimezone(BRUSSELS).date(), **LOOKS)


@bp.route("/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(ADVISE)
def give(id: int) -> Answer:
    """One question, one answer: a summary for everybody, a note for colleagues."""
    asked = find(AdviceRequest, id=id)
    dossier = dossier_queries.dossier_with(db(), asked.dossier_id)
    if not advising.may_advise(actor(), dossier):
        raise NotThere
    form = AdviceForm()
    if form.validate_on_submit():
        try:
            advising.give(db(), asked, verdict=Verdict(form.verdict.data), public_summary=form.public_summary.data,
                          internal_note=form.internal_note.data or "", by=actor(), now=now())  # fmt: skip
            return see_other("budget_advice.index")
        except DomainError as refusal:
            form.blame("public_summary", refusal)
    return page("burgerbudget/desk/give_advice.html", form=form, asked=asked, dossier=dossier, round=dossier.round,
                today=now().astimezone(BRUSSELS).date(), **LOOKS)  # fmt: skip
