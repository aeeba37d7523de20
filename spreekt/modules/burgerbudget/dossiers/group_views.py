"""The group of a dossier: who is in it, who is asked, joining by one's own link, and stepping out."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from spreekt.identity import limits
from spreekt.identity.permissions import RESIDENT, SIGNED_IN
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers import group, leading
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.forms import InviteForm, JoinForm, LeadForm, PressForm
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Invitation
from spreekt.modules.burgerbudget.dossiers.views import ID
from spreekt.modules.burgerbudget.dossiers.workflow import is_lead, may_mend_plan
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("budget_groups", __name__, url_prefix="/burgerbudget")
LINK = "/uitnodiging/<int(max=2147483647):id>/<token>"


@bp.route(f"{ID}/groep", methods=["GET", "POST"])
@allow(SIGNED_IN)
def members(id: int) -> Answer:
    """Who is in, how the group stands in numbers only, and a form for the lead to ask somebody."""
    dossier, form = _own(id), InviteForm()
    leads = is_lead(actor(), dossier)
    if leads and form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())
        try:
            group.invite(db(), vault(), dossier, label=form.label.data, email=form.email.data, by=actor(), now=now())
            return see_other("budget_groups.members", id=id)
        except DomainError as refusal:
            form.blame("label", refusal)
    return page(
        "burgerbudget/dossiers/group.html", form=form, dossier=dossier, round=dossier.round, leads=leads,
        may_mend=may_mend_plan(dossier), may_hand_over=leading.may_hand_over(actor(), dossier),
        rules=group.rules_of(db(), dossier), check=group.check(db(), dossier, now=now()),
        invitations=dossier_queries.invitations_of(db(), id),
    )  # fmt: skip


@bp.route(LINK, methods=["GET", "POST"])
@allow(RESIDENT)
def join(id: int, token: str) -> Answer:
    """Joining by one's own link: who shows to live here says yes, and sees only then whether they may."""
    invitation = group.opened(db(), vault(), id, token, now=now())
    form = JoinForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                locks.alone(db(), invitation.dossier.round)
                group.accept(db(), vault(), invitation, by=actor(), now=clock().database_now(db()))
            return see_other("budget_dossiers.show", id=invitation.dossier_id)
        except group.CannotJoin as refusal:
            form.blame("agrees", refusal)
    return page("burgerbudget/dossiers/join.html", form=form, **_of(invitation), token=token)


@bp.post(f"{LINK}/nee")
@allow(RESIDENT)
def decline(id: int, token: str) -> Answer:
    """No, thank you."""
    invitation = group.opened(db(), vault(), id, token, now=now())
    group.decline(db(), invitation, now=now())
    return page("burgerbudget/dossiers/declined.html")


@bp.route(f"{ID}/leiding", methods=["GET", "POST"])
@allow(SIGNED_IN)
def hand_over(id: int) -> Answer:
    """The lead gives the lead to another of the group: also after the ballot."""
    dossier = _own(id)
    if not leading.may_hand_over(actor(), dossier):
        raise NotThere
    form = LeadForm().offer(leading.who_can_lead(dossier))
    if form.validate_on_submit():
        leading.hand_over(db(), dossier, form.member_id.data, by=actor())
        return see_other("budget_groups.members", id=id)
    return page("burgerbudget/dossiers/lead.html", form=form, dossier=dossier, heading=_("Geef de leiding door"),
                back=url_for("budget_groups.members", id=id))  # fmt: skip


@bp.route(f"{ID}/uit-de-groep", methods=["GET", "POST"])
@allow(SIGNED_IN)
def leave(id: int) -> Answer:
    """Step out; the page says what that means for the others."""
    dossier, form = _own(id), PressForm()
    if form.validate_on_submit():
        locks.alone(db(), dossier.round)
        group.leave(db(), dossier, by=actor(), now=clock().database_now(db()))
        return see_other("home.mine")
    return page("burgerbudget/dossiers/leave.html", form=form, dossier=dossier, rules=group.rules_of(db(), dossier))


@bp.route(f"{ID}/intrekken", methods=["GET", "POST"])
@allow(SIGNED_IN)
def withdraw(id: int) -> Answer:
    """The lead stops it for everybody."""
    dossier, form = _own(id), PressForm()
    if form.validate_on_submit():
        dossiers.withdraw(db(), dossier, by=actor())
        return see_other("budget_dossiers.show", id=id)
    return page("burgerbudget/dossiers/withdraw.html", form=form, dossier=dossier)


def _own(id: int) -> Dossier:
    return dossiers.own(dossier_queries.dossier_with(db(), id), by=actor())


def _of(invitation: Invitation) -> dict[str, Any]:
    dossier = dossier_queries.dossier_with(db(), invitation.dossier_id)
    lead = next((member.account for member in dossier.active_members if member.is_lead), None)
    return {
        "invitation": invitation,
        "dossier": dossier,
        "round": dossier.round,
        "lead": lead.display_name if lead is not None else _("De groep"),
        "rules": group.rules_of(db(), dossier),
    }
