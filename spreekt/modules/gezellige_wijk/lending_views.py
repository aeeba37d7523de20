"""The lending desk and the payments: what goes out, what comes back, what there is; and what finance pays."""

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import IntegerField, StringField
from wtforms.validators import Optional

from spreekt.identity.permissions import LEND, PAY
from spreekt.modules.gezellige_wijk import documents, grants, loans
from spreekt.modules.gezellige_wijk.at_hand import today
from spreekt.modules.gezellige_wijk.forms import PressForm, attempt
from spreekt.modules.gezellige_wijk.grant_models import Grant
from spreekt.modules.gezellige_wijk.loan_models import Loan, LoanItem, LoanState
from spreekt.modules.gezellige_wijk.models import Segment, StreetRequest
from spreekt.web.context import Answer, actor, db, find, page, see_other, vault
from spreekt.web.forms import Form, filled
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("street_lending", __name__, url_prefix="/beheer")


class BackForm(Form):
    """What came back."""

    returned = IntegerField(_l("Hoeveel kwamen er terug?"), filled(_l("Vul in hoeveel er terugkwamen.")))
    damaged = IntegerField(_l("Hoeveel daarvan zijn stuk?"), [Optional()], default=0)
    damage = StringField(_l("Wat is er stuk of weg?"), [Optional()])


class StockForm(Form):
    """How many there are."""

    stock = IntegerField(_l("Hoeveel zijn er?"), filled(_l("Vul een aantal in.")))


@bp.get("/uitleen")
@allow(LEND)
def index() -> Answer:
    """What goes out and comes back, by day; and the stock."""
    rows = db().scalars(
        select(Loan)
        .where(Loan.state.in_([LoanState.RESERVED, LoanState.OUT]))
        .options(joinedload(Loan.item),
                 joinedload(Loan.request).selectinload(StreetRequest.segments).joinedload(Segment.street))
        .order_by(Loan.from_on, Loan.id)
        .limit(300)
    ).all()  # fmt: skip
    items = db().scalars(select(LoanItem).order_by(LoanItem.name, LoanItem.id)).all()
    return page("gezellige_wijk/lending.html", loans=rows, items=items, today=today(), press=PressForm())


@bp.post("/uitleen/<int(max=2147483647):id>/mee")
@allow(LEND)
def give_out(id: int) -> Answer:
    loans.give_out(db(), find(Loan, id=id), by=actor())
    return see_other("street_lending.index")


@bp.route("/uitleen/<int(max=2147483647):id>/terug", methods=["GET", "POST"])
@allow(LEND)
def take_back(id: int) -> Answer:
    loan, form = find(Loan, id=id), BackForm()
    if form.validate_on_submit() and attempt(form, "damage", lambda: loans.take_back(
        db(), loan, returned=form.returned.data, damaged=form.damaged.data or 0, damage=form.damage.data or "",
        by=actor(),
    )):  # fmt: skip
        return see_other("street_lending.index")
    return page("gezellige_wijk/take_back.html", form=form, loan=loan)


@bp.route("/uitleen/voorraad/<code>", methods=["GET", "POST"])
@allow(LEND)
def stock(code: str) -> Answer:
    item = find(LoanItem, code=code)
    form = StockForm(stock=item.stock)
    if form.validate_on_submit() and attempt(
        form, "stock", lambda: loans.change_stock(db(), item, form.stock.data, today=today())
    ):
        return see_other("street_lending.index")
    return page("gezellige_wijk/stock.html", form=form, item=item)


@bp.get("/toelagen")
@allow(PAY)
def payments() -> Answer:
    """What is due. The bank account is one page further, where looking at it is written down."""
    rows = [(grant, grants.due_cents(grant)) for grant in grants.to_pay(db())]
    return page("gezellige_wijk/payments.html", rows=rows)


@bp.route("/toelagen/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(PAY)
@every_time
def pay(id: int) -> Answer:
    """One payment: the account is opened by a press, and that it was opened stands in the log.

    Each press is a deed of its own; what is paid once is not due twice, so `grants.pay` refuses the second.
    """
    grant = find(Grant, id=id)
    db().refresh(grant, ["bills", "request"])
    form, iban = PressForm(), ""
    if form.validate_on_submit():
        if "tonen" in request.form:
            iban = grants.open_iban(db(), vault(), grant, by=actor())
        else:
            grants.pay(db(), grant, by=actor())
            return see_other("street_lending.payments")
    return page("gezellige_wijk/pay.html", form=form, grant=grant, due=grants.due_cents(grant), iban=iban,
                papers=documents.of_bills(db(), grant))  # fmt: skip
