"""Where finance pays and writes down what came back. Looking at a bank account is a press, and stands in the log."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _

from spreekt.identity.permissions import PAY
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import Invalid
from spreekt.modules.burgerbudget.dossiers.forms import PressForm
from spreekt.modules.burgerbudget.follow import ending, paying, progress
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.forms import BackForm, PaidForm
from spreekt.modules.burgerbudget.follow.models import Instalment
from spreekt.web.context import Answer, actor, db, find, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("budget_paying", __name__, url_prefix="/beheer/burgerbudget")
ONE = "/betalingen/<int(max=2147483647):id>"


@bp.get("/betalingen")
@allow(PAY)
def index() -> Answer:
    """What is to pay now and what must come back, the longest waiting first."""
    return page("burgerbudget/follow/payments.html", instalments=paying.to_pay(db()), back=paying.to_come_back(db()))


@bp.route(ONE, methods=["GET", "POST"])
@allow(PAY)
def pay(id: int) -> Answer:
    """One instalment: what for, how much, and writing down that it was paid."""
    found, form = find(Instalment, id=id), PaidForm(paid_on=now().astimezone(BRUSSELS).date())
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                paying.pay(db(), found, paid_on=form.paid_on.data, reference=form.reference.data, by=actor(), now=now())
            return see_other("budget_paying.index")
        except Invalid as refusal:
            form.blame("paid_on", refusal)
    return _page(found, form)


@bp.post(f"{ONE}/rekening")
@allow(PAY)
@every_time
def account(id: int) -> Answer:
    """The same page with the bank account open. That somebody looked stands in the log."""
    found, press = find(Instalment, id=id), PressForm()
    if not press.validate_on_submit():
        raise Invalid(_("Deze pagina stond te lang open. Probeer het opnieuw."))
    opened = paying.open_account(db(), vault(), found.execution, by=actor())
    form = PaidForm(formdata=None, paid_on=now().astimezone(BRUSSELS).date())
    return _page(found, form, account=opened)


@bp.route("/terug/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(PAY)
def back(id: int) -> Answer:
    """Write down that the money of a project came back."""
    execution, form = follow_queries.execution_with(db(), id), BackForm(returned_on=now().astimezone(BRUSSELS).date())
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                paying.take_back(db(), execution, returned_on=form.returned_on.data, by=actor(), now=now())
            return see_other("budget_paying.index")
        except Invalid as refusal:
            form.blame("returned_on", refusal)
    return page("burgerbudget/follow/back.html", form=form, execution=execution, project=execution.project,
                settlement=ending.settlement(db(), execution))  # fmt: skip


def _page(instalment: Instalment, form: PaidForm, **values: Any) -> Answer:
    execution = follow_queries.execution_with(db(), instalment.project_id)
    return page("burgerbudget/follow/pay.html", form=form, instalment=instalment, execution=execution,
                project=execution.project, expenses=progress.expenses_of(db(), execution.id),
                settlement=ending.settlement(db(), execution), shows_account="account" in values,
                shown_again=request.method == "POST", **{"account": None, **values})  # fmt: skip
