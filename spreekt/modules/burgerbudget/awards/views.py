"""Where publishers enter and confirm what the college decided about a round. What may be is decided in domain.py."""

from flask import Blueprint, request
from flask_babel import gettext as _

from spreekt.identity.permissions import PUBLISH
from spreekt.kernel.errors import DomainError
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.awards.forms import award_form
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.forms import PublishForm
from spreekt.web.context import Answer, actor, clock, db, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_awards", __name__, url_prefix="/beheer/rondes")


@bp.route("/<slug>/toekenning", methods=["GET", "POST"])
@allow(PUBLISH)
def award(slug: str) -> Answer:
    """One publisher enters the decision, another confirms it; everything needed for that is on this page."""
    round = queries.round_with(db(), slug, pots=True, outcomes=True)
    made, waits_for = db().get(CollegeDecision, round.id), awards.is_time(db(), round, clock())
    if waits_for or (made is not None and made.published_at is not None):
        return page("burgerbudget/staff/award.html", round=round, waits_for=_(waits_for) if waits_for else "",
                    made=made, form=None)  # fmt: skip
    put_forward = awards.proposal(db(), round)
    projects = queries.projects_of(db(), round.id)
    if "bevestig" in request.form:
        if PublishForm().validate_on_submit():
            awards.publish(db(), clock(), round, seen=request.form["bevestig"], by=actor())
        return see_other("budget_awards.award", slug=slug)
    form = award_form(projects, put_forward, made)
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                awards.prepare(db(), clock(), round, form.decision, by=actor())
            return see_other("budget_awards.award", slug=slug)
        except DomainError as refusal:
            form.blame("reason" if isinstance(refusal, awards.SaysNoReason) else "decided_on", refusal)
    return page("burgerbudget/staff/award.html", round=round, form=form, made=made, put_forward=put_forward,
                waits_for="", seen=awards.mark_of(made) if made is not None else "",
                prepared_here=made is not None and made.prepared_by_id == actor().id)  # fmt: skip
