"""Money for a request: asking, promising, settling on an account, paying. Only finance ever sees a bank account."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.text import clean_line
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import Transition, Workflow, move
from spreekt.modules.gezellige_wijk.grant_models import Bill, Grant, GrantState
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.rules.days import Unit, counted_on
from spreekt.modules.gezellige_wijk.rules.regulation import GrantRule, Regulation
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME, handles, writes
from spreekt.payouts import accounts

IBAN_PURPOSE = "street grant iban"
G = GrantState
REMIND_DAYS = 14
"""An account that is not there is asked for again so many days before it is due, and once when it is late."""


class NoGrant(Invalid):
    says = N_("Voor deze soort aanvraag is er geen toelage.")


class TooMuch(Invalid):
    says = N_("Je vraagt meer dan er kan: hoogstens {0} euro.")


class NoBills(Invalid):
    says = N_("Zet eerst minstens één rekening in je afrekening.")


class NotYet(DomainError):
    """The account or the report must be there first."""

    says = N_("Dit kan nog niet: de afrekening en het verslag moeten er eerst zijn.")


def pays(actor: Actor, _grant: Grant) -> bool:
    """Finance pays."""
    return accounts.pays(actor, MODULE_NAME)


def settles(actor: Actor, grant: Grant) -> bool:
    """Who asked for it accounts for it."""
    return writes(actor, grant.request)


def decides(actor: Actor, grant: Grant) -> bool:
    """The area worker who handles the request, with the decision."""
    return handles(actor, grant.request)


def is_rule(actor: Actor, _grant: Grant) -> bool:
    return actor == SYSTEM


MONEY = Workflow(
    initial=G.ASKED,
    transitions=(
        Transition("promise", frozenset({G.ASKED}), G.PROMISED, decides, N_("Zeg de toelage toe")),
        Transition("refuse", frozenset({G.ASKED}), G.REFUSED, decides, N_("Geen toelage")),
        Transition("pay-half", frozenset({G.PROMISED}), G.HALF_PAID, pays, N_("Betaal de eerste helft")),
        Transition("settle", frozenset({G.PROMISED, G.HALF_PAID}), G.SETTLING, settles, N_("Verstuur de afrekening")),
        Transition("pay", frozenset({G.PROMISED, G.SETTLING}), G.PAID, pays, N_("Betaal")),
        Transition("lapse", frozenset({G.ASKED, G.PROMISED, G.HALF_PAID}), G.LAPSED, is_rule),
    ),
)


def grant_of(db: Session, request_id: int) -> Grant | None:
    """The money of a request, with its bills."""
    return db.scalars(
        select(Grant).where(Grant.request_id == request_id).options(selectinload(Grant.bills))
    ).one_or_none()


def amount_for(rule: GrantRule, expected: int | None, wanted_cents: int | None) -> int:
    """What may be asked, in cents: the flat amount, or what is wanted up to the most. Raises Invalid."""
    if rule.flat_cents is not None:
        if rule.flat_below is not None and (expected or 0) >= rule.flat_below:
            raise Invalid(
                N_("Deze toelage is voor minder dan {0} mensen. Vraag een buurtfeest aan.").format(rule.flat_below)
            )
        return rule.flat_cents
    if not wanted_cents:
        raise Invalid(N_("Vul in hoeveel je vraagt."))
    if rule.most_cents is not None and wanted_cents > rule.most_cents:
        raise TooMuch(rule.most_cents // 100)
    return wanted_cents


def put(
    db: Session, vault: Vault, request: StreetRequest, rule: Regulation, *, asks: bool, cents: int | None, iban: str
) -> None:
    """The applicant asks for money or does not. A bank account is sealed at once and never shown again to them."""
    grant = grant_of(db, request.id)
    if not asks:
        request.asks_grant = False
        if grant is not None and grant.state is G.ASKED:
            db.delete(grant)
        db.flush()
        return
    if rule.grant is None:
        raise NoGrant
    wanted = amount_for(rule.grant, request.expected, cents)
    if not iban and (grant is None or not grant.sealed_iban):
        raise Invalid(N_("Vul het rekeningnummer in waarop we de toelage storten."))
    if grant is None:
        grant = Grant(request_id=request.id, request=request, rule_name=rule.grant.name, asked_cents=wanted)
        db.add(grant)
    grant.asked_cents, grant.rule_name = wanted, rule.grant.name
    grant.halves, grant.needs_account = rule.grant.halves, rule.grant.flat_cents is None
    if iban:
        grant.sealed_iban = accounts.sealed(vault, IBAN_PURPOSE, accounts.bank_account(iban))
    request.asks_grant = True
    db.flush()


def promise(db: Session, grant: Grant, cents: int, *, months: int, by: Actor) -> None:
    """With the decision: so much, to be settled so many months after the last day."""
    if not 0 < cents <= grant.asked_cents:
        raise Invalid(N_("Zeg een bedrag toe boven nul, en niet meer dan er gevraagd is."))
    grant.promised_cents = cents
    if grant.needs_account and grant.request.last_on is not None:
        grant.settle_by = counted_on(grant.request.last_on, months, Unit.MONTHS)
    move(db, MONEY, grant, "promise", by=by)
    outbox.record(db, "street-grant.promised", grant_id=grant.id)


@dataclass(frozen=True, slots=True)
class Line:
    """One bill as it is filled in."""

    what: str
    cents: int
    bought_on: date


def add_bill(db: Session, grant: Grant, line: Line, *, by: Actor) -> Bill:
    """Put a bill in the account."""
    if not settles(by, grant):
        raise Forbidden
    if grant.state not in {G.PROMISED, G.HALF_PAID} or len(grant.bills) >= 60:
        raise NotYet
    if line.cents <= 0:
        raise Invalid(N_("Vul een bedrag boven nul in."))
    bill = Bill(what=clean_line(line.what, most=120, least=2), cents=line.cents, bought_on=line.bought_on)
    grant.bills.append(bill)
    db.flush()
    return bill


def settle(db: Session, grant: Grant, *, signed: str, by: Actor, now: datetime) -> None:
    """Sign the account and send it. After the event only; late is told, not refused."""
    if not grant.bills:
        raise NoBills
    request = grant.request
    if request.state not in {RequestState.HELD, RequestState.REPORTED, RequestState.CLOSED}:
        raise NotYet
    grant.signed, grant.settled_at = clean_line(signed, most=80, least=3), now
    move(db, MONEY, grant, "settle", by=by)
    outbox.record(db, "street-grant.settled", grant_id=grant.id)


def due_cents(grant: Grant) -> int:
    """What finance pays now: all of a flat amount, half of one in halves, and what the bills bear after that."""
    if not grant.needs_account:
        return grant.promised_cents - grant.paid_cents if grant.state is G.PROMISED else 0
    if grant.state is G.PROMISED and grant.halves:
        return grant.promised_cents // 2
    if grant.state is G.SETTLING and grant.request.state in {RequestState.REPORTED, RequestState.CLOSED}:
        return max(0, min(grant.promised_cents, sum(bill.cents for bill in grant.bills)) - grant.paid_cents)
    return 0


def pay(db: Session, grant: Grant, *, by: Actor) -> int:
    """Finance paid what is due; gives how much. Raises NotYet when nothing is."""
    cents = due_cents(grant)
    settled = grant.state is G.SETTLING and grant.paid_cents > 0
    if cents <= 0 and not settled:
        raise NotYet
    step = "pay-half" if grant.needs_account and grant.state is G.PROMISED else "pay"
    MONEY.check(grant, step, by=by)
    grant.paid_cents += cents
    move(db, MONEY, grant, step, by=by)
    outbox.record(db, "street-grant.paid", grant_id=grant.id, cents=cents)
    return cents


def open_iban(db: Session, vault: Vault, grant: Grant, *, by: Actor) -> str:
    """The bank account, for finance; that they looked stands in the log."""
    found = accounts.opened(
        db, vault, IBAN_PURPOSE, grant.sealed_iban, act="street-grant.iban-seen", subject=f"street-grant:{grant.id}",
        module=MODULE_NAME, by=by,
    )  # fmt: skip
    return found.iban if found else ""


def to_pay(db: Session) -> list[Grant]:
    """Grants of which something is due now, oldest first."""
    rows = db.scalars(
        select(Grant)
        .where(Grant.state.in_([G.PROMISED, G.SETTLING]))
        .options(selectinload(Grant.bills), selectinload(Grant.request))
        .order_by(Grant.id)
        .limit(300)
    )
    return [grant for grant in rows if due_cents(grant) > 0]


def remind(db: Session, now: datetime) -> None:
    """Ask once more for accounts that are nearly due or late: once before, once after. Running again asks nothing."""
    today = now.astimezone(BRUSSELS).date()
    rows = db.scalars(
        select(Grant).where(
            Grant.state.in_([G.PROMISED, G.HALF_PAID]), Grant.needs_account, Grant.settle_by.is_not(None)
        )
    )
    for grant in rows:
        by = grant.settle_by
        if by is None or (by - today).days > REMIND_DAYS:
            continue
        if grant.reminded_on is None or (today > by and grant.reminded_on <= by):
            grant.reminded_on = today
            outbox.record(db, "street-grant.account-due", grant_id=grant.id, on=today.isoformat())
    db.flush()
