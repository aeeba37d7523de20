"""Where staff appoint experts in a jury: one puts forward, another confirms."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import RUN_ROUNDS, SIGN_FOR_JURY
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget.jury import appointing
from spreekt.modules.burgerbudget.jury.call_models import JuryExpert
from spreekt.modules.burgerbudget.jury.forms import ExpertForm, WhyForm
from spreekt.modules.burgerbudget.jury.views import jury_of
from spreekt.web.context import Answer, actor, clock, db, find, page, see_other, vault
from spreekt.web.rights import allow

bp = Blueprint("budget_jury_experts", __name__, url_prefix="/beheer/rondes/<slug>/jury/experten")
ONE = "/<int(max=2147483647):id>"
BLAMES: dict[type[DomainError], str] = {
    appointing.CannotBeExpert: "email",
    appointing.DecisionHasNoAddress: "decision_uri",
    appointing.DecisionToCome: "decided_on",
}
"""The field that a refusal is about."""


@bp.route("", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def propose(slug: str) -> Answer:
    """Put an expert forward with the decision of the college."""
    round, standing = jury_of(slug)
    if not standing.is_appointed:
        raise NotThere
    form = ExpertForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                appointing.propose(db(), vault(), round, **form.expert, by=actor(), now=clock().database_now(db()))
            flash(_("De expert is voorgesteld. Iemand anders bevestigt."))
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame(BLAMES.get(type(refusal), "name"), refusal)
    return page("burgerbudget/jury/staff/propose.html", round=round, jury=standing, form=form)


@bp.route(ONE, methods=["GET", "POST"])
@allow(SIGN_FOR_JURY)
def confirm(slug: str, id: int) -> Answer:
    """The second person reads the decision and confirms, or gives the proposal back with a reason."""
    round, standing = jury_of(slug)
    expert, form = _proposed(slug, id), WhyForm()
    if request.method == "POST" and request.form.get("decision") == "bevestig":
        appointing.confirm(db(), vault(), expert, by=actor(), now=clock().database_now(db()))
        flash(_("De aanstelling is bevestigd. De expert krijgt nu een mail."))
        return see_other("budget_jury_staff.show", slug=slug)
    if form.validate_on_submit():
        appointing.withdraw(db(), expert, reason=form.reason.data, by=actor())
        return see_other("budget_jury_staff.show", slug=slug)
    return page("burgerbudget/jury/staff/confirm.html", round=round, jury=standing, expert=expert, form=form,
                address=vault().open(appointing.ADDRESS, expert.sealed_email))  # fmt: skip


@bp.route(f"{ONE}/weg", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def withdraw(slug: str, id: int) -> Answer:
    """Take back who was put forward."""
    round, standing = jury_of(slug)
    expert, form = _proposed(slug, id), WhyForm()
    if form.validate_on_submit():
        appointing.withdraw(db(), expert, reason=form.reason.data, by=actor())
        return see_other("budget_jury_staff.show", slug=slug)
    return page("burgerbudget/jury/staff/take_back.html", round=round, jury=standing, expert=expert, form=form)


def _proposed(slug: str, id: int) -> JuryExpert:
    """Who waits for the second person, or NotThere."""
    round, _standing = jury_of(slug)
    return find(JuryExpert, id=id, round_id=round.id, seat_id=None)
