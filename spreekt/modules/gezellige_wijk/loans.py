"""Lending things: reserving without ever promising more than there are, giving out, taking back, damage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.errors import N_, DomainError, IllegalTransition, Invalid
from spreekt.kernel.text import clean_line
from spreekt.kernel.workflow import Transition, Workflow, move
from spreekt.modules.gezellige_wijk.loan_models import Loan, LoanDay, LoanItem, LoanState, Transport
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME


def lends(actor: Actor, _loan: Loan | None = None) -> bool:
    """Services lend things."""
    return actor.has(Role.SERVICE, module=MODULE_NAME)


def follows_request(actor: Actor, _loan: Loan) -> bool:
    """Things come and go with the request they are for; nobody decides that by itself."""
    return actor == SYSTEM


LENDING = Workflow(
    initial=LoanState.RESERVED,
    transitions=(
        Transition("reserve", frozenset({LoanState.RELEASED}), LoanState.RESERVED, follows_request),
        Transition("release", frozenset({LoanState.RESERVED}), LoanState.RELEASED, follows_request),
        Transition("give-out", frozenset({LoanState.RESERVED}), LoanState.OUT, lends, N_("Geef mee")),
        Transition("take-back", frozenset({LoanState.OUT}), LoanState.RETURNED, lends, N_("Neem terug")),
    ),
)


class NotEnough(DomainError):
    """Fewer are free than were asked. The arguments: what, and how many there are on every one of the days."""

    says = N_("Er zijn niet genoeg stuks vrij van “{0}” op die dagen. Nog vrij: {1}. Kies minder, of iets anders.")


class NoDays(Invalid):
    says = N_("Kies eerst wanneer het is. Dan zien we wat er die dagen vrij is.")


def span(item: LoanItem, request: StreetRequest) -> tuple[date, date]:
    """First and last day that things are away, with the days to bring and check them. Raises NoDays."""
    if request.first_on is None or request.last_on is None:
        raise NoDays
    spare = timedelta(days=item.spare_days)
    return request.first_on - spare, request.last_on + spare


def free(db: Session, item: LoanItem, from_on: date, until_on: date) -> int:
    """How many of an item are free on every day from one to another."""
    query = select(func.min(LoanDay.stock - LoanDay.taken)).where(
        LoanDay.item_id == item.id, LoanDay.on_day.between(from_on, until_on)
    )
    least = db.scalar(query)
    return item.stock if least is None else min(item.stock, least)


@dataclass(frozen=True, slots=True)
class Offer:
    """One item as the applicant may choose it."""

    item: LoanItem
    free: int
    mine: int
    instead: LoanItem | None
    """What is offered when there are none left."""


def offers(db: Session, request: StreetRequest) -> list[Offer]:
    """Everything that is lent, with what is free on the days of this request. Three statements."""
    items = db.scalars(select(LoanItem).where(LoanItem.is_lent).order_by(LoanItem.name, LoanItem.id)).all()
    if request.first_on is None or request.last_on is None:
        raise NoDays
    widest = timedelta(days=max((item.spare_days for item in items), default=0))
    days = db.execute(
        select(LoanDay.item_id, LoanDay.on_day, LoanDay.taken).where(
            LoanDay.on_day.between(request.first_on - widest, request.last_on + widest)
        )
    ).all()
    mine = {loan.item_id: loan.number for loan in loans_of(db, request.id) if loan.state is LoanState.RESERVED}
    by_id = {item.id: item for item in items}
    taken: dict[int, int] = {}
    for item_id, on_day, number in days:
        if (item := by_id.get(item_id)) is not None:
            first, last = span(item, request)
            if first <= on_day <= last:
                taken[item_id] = max(taken.get(item_id, 0), number)
    left = {item.id: max(0, item.stock - taken.get(item.id, 0)) for item in items}
    return [
        Offer(item, left[item.id] + mine.get(item.id, 0), mine.get(item.id, 0),
              _instead(item, by_id, left) if not left[item.id] + mine.get(item.id, 0) else None)
        for item in items
    ]  # fmt: skip


def _instead(item: LoanItem, items: dict[int, LoanItem], left: dict[int, int]) -> LoanItem | None:
    other = items.get(item.alternative_id or 0)
    return other if other is not None and left[other.id] else None


def loans_of(db: Session, request_id: int) -> Sequence[Loan]:
    """What a request has or had, always in the order of items, so that no two who change them wait for each other."""
    return db.scalars(
        select(Loan).where(Loan.request_id == request_id).options(joinedload(Loan.item)).order_by(Loan.item_id)
    ).all()


def reserve(
    db: Session, request: StreetRequest, item: LoanItem, number: int, *, transport: Transport = Transport.PICK_UP
) -> Loan | None:
    """Have exactly so many of an item for this request; 0 gives them back. All days or none.

    Raises NotEnough with what is free. Two who ask at once queue up behind the days; a table constraint has the last
    word, so nothing is ever promised twice.
    """
    if not 0 <= number <= 10_000:
        raise Invalid(N_("Vul een aantal in van nul of meer."))
    loan = db.scalars(select(Loan).where(Loan.request_id == request.id, Loan.item_id == item.id)).one_or_none()
    if loan is not None and loan.state not in {LoanState.RESERVED, LoanState.RELEASED}:
        raise IllegalTransition(loan.state)
    from_on, until_on = span(item, request)
    try:
        with db.begin_nested():
            if loan is not None and loan.state is LoanState.RESERVED:
                _take(db, item, loan.from_on, loan.until_on, -loan.number)
            if number:
                _take(db, item, from_on, until_on, number)
    except IntegrityError as fault:
        own = loan.number if loan is not None and loan.state is LoanState.RESERVED else 0
        raise NotEnough(item.name, free(db, item, from_on, until_on) + own) from fault
    if loan is None:
        if not number:
            return None
        loan = Loan(request_id=request.id, item_id=item.id, number=number, from_on=from_on, until_on=until_on)
        db.add(loan)
    elif loan.state is LoanState.RELEASED and number:
        move(db, LENDING, loan, "reserve", by=SYSTEM)
    elif loan.state is LoanState.RESERVED and not number:
        move(db, LENDING, loan, "release", by=SYSTEM)
    loan.number = number or loan.number
    loan.from_on, loan.until_on, loan.transport = from_on, until_on, transport
    db.flush()
    return loan


def _days(from_on: date, until_on: date) -> Iterator[date]:
    for number in range((until_on - from_on).days + 1):
        yield from_on + timedelta(days=number)


def _take(db: Session, item: LoanItem, from_on: date, until_on: date, number: int) -> None:
    """Count so many more (or fewer) as away on each day, days in order so that no two ever wait for each other."""
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    days = list(_days(from_on, until_on))
    empty = [{"item_id": item.id, "on_day": day, "taken": 0, "stock": item.stock} for day in days]
    db.execute(insert(LoanDay).on_conflict_do_nothing(), empty)
    for day in days:
        db.execute(
            update(LoanDay)
            .where(LoanDay.item_id == item.id, LoanDay.on_day == day)
            .values(taken=LoanDay.taken + number)
            .execution_options(synchronize_session=False)
        )


def release(db: Session, request: StreetRequest) -> None:
    """Give everything back that is still reserved: others may have it."""
    for loan in loans_of(db, request.id):
        if loan.state is LoanState.RESERVED:
            _take(db, loan.item, loan.from_on, loan.until_on, -loan.number)
            move(db, LENDING, loan, "release", by=SYSTEM)


def change_stock(db: Session, item: LoanItem, stock: int, *, today: date) -> None:
    """There are more or fewer from today on. Raises Invalid when more than that are promised on some day."""
    if not 0 <= stock <= 100_000:
        raise Invalid(N_("Vul een aantal in van nul of meer."))
    try:
        with db.begin_nested():
            db.execute(
                update(LoanDay)
                .where(LoanDay.item_id == item.id, LoanDay.on_day >= today)
                .values(stock=stock)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as fault:
        raise Invalid(N_("Er zijn op een dag al meer stuks toegezegd. Bel eerst die aanvragers.")) from fault
    item.stock = stock
    db.flush()


def follow_days(db: Session, request: StreetRequest) -> list[str]:
    """The days changed: reservations move along. Gives the names of what is not free then, and lets those go."""
    lost = []
    for loan in loans_of(db, request.id):
        if loan.state is LoanState.RESERVED:
            try:
                reserve(db, request, loan.item, loan.number, transport=loan.transport)
            except NotEnough:
                reserve(db, request, loan.item, 0)
                lost.append(loan.item.name)
    return lost


def give_out(db: Session, loan: Loan, *, by: Actor) -> None:
    """It left the depot."""
    move(db, LENDING, loan, "give-out", by=by)


def take_back(db: Session, loan: Loan, *, returned: int, damaged: int, damage: str, by: Actor) -> None:
    """It came back and was looked at. What did not come back counts as damage and is told."""
    if not 0 <= returned <= loan.number or not 0 <= damaged <= returned:
        raise Invalid(N_("Kijk de aantallen na: er komen er niet meer terug dan er weg waren."))
    words = clean_line(damage, most=400)
    if (damaged or returned < loan.number) and len(words) < 3:
        raise Invalid(N_("Schrijf wat er stuk of weg is."))
    loan.returned, loan.damaged, loan.damage = returned, damaged + loan.number - returned, words
    first, last = loan.from_on, loan.until_on
    move(db, LENDING, loan, "take-back", by=by)
    _take(db, loan.item, first, last, -loan.number)
    if loan.damaged:
        outbox.record(db, "street-loan.damaged", loan_id=loan.id)
