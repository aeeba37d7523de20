"""The money of a project: the sealed bank account, what finance pays now, what comes back. Settling: ending.py."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.follow.agreements import locked
from spreekt.modules.burgerbudget.follow.models import Execution, Instalment, Payment
from spreekt.modules.burgerbudget.follow.workflow import follows, signs_for
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.phases.models import ACCOUNT_DAYS, RoundRegulation
from spreekt.payouts import accounts
from spreekt.payouts.accounts import BankAccount

PURPOSE = "award bank account"


class AlreadyPaid(DomainError):
    """Another payment of the same instalment stands in the books."""

    says = N_("Dit deel is al betaald. Laad de lijst opnieuw. Hier is niets dubbel geboekt.")


class NothingDue(DomainError):
    """The milestone is not approved, or nothing of it remains."""

    says = N_("Dit deel is nu niet te betalen. Laad de lijst opnieuw.")


class NoAccount(DomainError):
    """The group did not say where the money goes."""

    says = N_("De groep vulde nog geen rekeningnummer in. Vraag het haar eerst.")


class AccountStands(DomainError):
    """An account is filled in once."""

    says = N_("Het rekeningnummer staat er al. Is het fout? Vraag de gebiedswerker om het te wissen.")


def give_account(db: Session, vault: Vault, execution: Execution, *, iban: str, holder: str, by: Actor) -> None:
    """The lead says where the money goes, once. Sealed at once.

    Raises NotAnIban, AccountStands, NothingDue when nothing goes to it any more.
    """
    if not signs_for(by, execution):
        raise NotThere
    if locked(db, execution).sealed_account:
        raise AccountStands
    if not execution.needs_account:
        raise NothingDue
    account = accounts.bank_account(iban, clean_line(holder, most=80, least=3))
    execution.sealed_account = accounts.sealed(vault, PURPOSE, account)
    execution.account_ending = account.last_four
    db.flush()
    audit.record(db, by=by, act="execution.account-given", subject=f"execution:{execution.id}")


def clear_account(db: Session, execution: Execution, *, by: Actor) -> None:
    """Wipe an account that is wrong, so that the lead can fill it in again: who follows or pays asks for it."""
    if not follows(by, execution) and not accounts.pays(by, MODULE_NAME):
        raise Forbidden
    _wipe(execution)
    db.flush()
    audit.record(db, by=by, act="execution.account-cleared", subject=f"execution:{execution.id}")


def open_account(db: Session, vault: Vault, execution: Execution, *, by: Actor) -> BankAccount | None:
    """The account, for finance; that they looked stands in the log. Raises Forbidden."""
    return accounts.opened(
        db, vault, PURPOSE, execution.sealed_account, act="execution.account-seen",
        subject=f"execution:{execution.id}", module=MODULE_NAME, by=by,
    )  # fmt: skip


def to_pay(db: Session) -> Sequence[Instalment]:
    """Every instalment that may be paid now, the longest waiting first."""
    paid = select(Payment.instalment_id)
    query = (
        select(Instalment)
        .where(Instalment.released_on.is_not(None), Instalment.payable_cents > 0, Instalment.id.not_in(paid))
        .options(
            joinedload(Instalment.execution).joinedload(Execution.project).joinedload(Project.round),
            joinedload(Instalment.milestone),
        )
        .order_by(Instalment.released_on, Instalment.id)
    )
    return db.scalars(query).all()


def number_to_pay(db: Session) -> int:
    """How many of them there are, without reading them."""
    paid = select(Payment.instalment_id)
    due = (Instalment.released_on.is_not(None), Instalment.payable_cents > 0, Instalment.id.not_in(paid))
    return db.scalar(select(func.count()).select_from(Instalment).where(*due)) or 0


def to_come_back(db: Session) -> Sequence[Execution]:
    """Projects that must pay money back, the longest waiting first."""
    query = (
        select(Execution)
        .where(Execution.to_return_cents > 0, Execution.returned_on.is_(None))
        .options(joinedload(Execution.project).joinedload(Project.round))
        .order_by(Execution.ended_on, Execution.project_id)
    )
    return db.scalars(query).all()


def pay(db: Session, instalment: Instalment, *, paid_on: date, reference: str, by: Actor, now: datetime) -> Payment:
    """Write down that an instalment was paid. The same once more is the same payment.

    Raises AlreadyPaid when it was paid otherwise, NothingDue, NoAccount, Invalid.
    """
    if by.id is None or not accounts.pays(by, MODULE_NAME):
        raise Forbidden
    words = clean_line(reference, most=60, least=2)
    locked(db, instalment.execution)
    db.refresh(instalment, ["payable_cents", "released_on", "payment"])
    if instalment.payment is not None:
        return _same(instalment.payment, paid_on, words)
    if not instalment.is_due:
        raise NothingDue
    if not instalment.execution.sealed_account:
        raise NoAccount
    if instalment.released_on is None or not instalment.released_on <= paid_on <= _today(now):
        raise Invalid(N_("Kies een dag vanaf toen het betaald mocht worden, en ten laatste vandaag."))
    made = Payment(instalment_id=instalment.id, paid_on=paid_on, reference=words, paid_by_id=by.id)
    try:
        with db.begin_nested():
            db.add(made)
            db.flush()
    except IntegrityError:  # somebody else was quicker
        found = db.get(Payment, instalment.id, populate_existing=True)
        if found is None:
            raise
        return _same(found, paid_on, words)
    db.expire(instalment, ["payment"])
    audit.record(db, by=by, act="instalment.pay", subject=f"instalment:{instalment.id}")
    outbox.record(db, "instalment.paid", instalment_id=instalment.id)
    return made


def _same(found: Payment, paid_on: date, reference: str) -> Payment:
    if (found.paid_on, found.reference) != (paid_on, reference):
        raise AlreadyPaid
    return found


def take_back(db: Session, execution: Execution, *, returned_on: date, by: Actor, now: datetime) -> None:
    """Write down that the money came back. Twice is once. Raises NothingDue, Invalid."""
    if by.id is None or not accounts.pays(by, MODULE_NAME):
        raise Forbidden
    locked(db, execution)
    if execution.returned_on is not None:
        return
    if not execution.to_return_cents or execution.ended_on is None:
        raise NothingDue
    if not execution.ended_on <= returned_on <= _today(now):
        raise Invalid(N_("Kies een dag vanaf het einde van het project, en ten laatste vandaag."))
    execution.returned_on, execution.returned_by_id = returned_on, by.id
    db.flush()
    audit.record(db, by=by, act="execution.returned", subject=f"execution:{execution.id}")


def forget_accounts(db: Session, now: datetime) -> None:
    """Erase bank accounts that nothing goes to any more. Running it again does nothing."""
    rows = db.execute(
        select(Execution, func.coalesce(RoundRegulation.account_days, ACCOUNT_DAYS))
        .join(Project, Project.id == Execution.project_id)
        .outerjoin(RoundRegulation, RoundRegulation.round_id == Project.round_id)
        .where(Execution.sealed_account != "")
        .options(selectinload(Execution.instalments).joinedload(Instalment.payment))
    )
    for execution, account_days in rows:
        open_parts = [each for each in execution.instalments if each.payment is None and each.payable_cents > 0]
        days = [each.payment.paid_on for each in execution.instalments if each.payment is not None]
        if execution.ended_on is not None:
            days.append(execution.ended_on)
        if not open_parts and days and max(days) + timedelta(days=account_days) <= _today(now):
            _wipe(execution)
            audit.record(db, by=SYSTEM, act="execution.account-erased", subject=f"execution:{execution.id}")
    db.flush()


def _wipe(execution: Execution) -> None:
    execution.sealed_account, execution.account_ending = "", ""


def _today(now: datetime) -> date:
    return now.astimezone(BRUSSELS).date()
