"""What the city lends: items, how many are taken each day, and what a request has. A table of days holds the stock."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, one_of
from spreekt.modules.gezellige_wijk.models import StreetRequest


class LoanItem(Identified, Base):
    """One kind of thing to lend. `alternative_id` is offered when there are not enough."""

    __tablename__ = "loan_items"
    __table_args__ = (CheckConstraint("stock >= 0", "stock"),)

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    stock: Mapped[int]
    spare_days: Mapped[int] = mapped_column(default=1)
    """Days before and after that an item is away, for bringing and checking it."""
    alternative_id: Mapped[int | None] = mapped_column(ForeignKey("loan_items.id", ondelete="RESTRICT"))
    is_lent: Mapped[bool] = mapped_column(default=True)

    alternative: Mapped["LoanItem | None"] = relationship(remote_side="LoanItem.id")


class LoanDay(Base):
    """How many of one item are away on one day. The database refuses to lend more than there are."""

    __tablename__ = "loan_days"
    __table_args__ = (CheckConstraint("taken BETWEEN 0 AND stock", "never_overbooked"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("loan_items.id", ondelete="RESTRICT"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
    stock: Mapped[int]


class LoanState(StrEnum):
    """Where borrowed things are."""

    RESERVED = "gereserveerd"
    OUT = "weg"
    RETURNED = "terug"
    RELEASED = "vrijgegeven"


class Transport(StrEnum):
    """How things get there."""

    PICK_UP = "afhalen"
    DELIVERY = "leveren"


class Loan(Identified, Base):
    """So many of one item for one request, from a day to a day, spare days included."""

    __tablename__ = "loans"
    __table_args__ = (
        UniqueConstraint("request_id", "item_id"),
        CheckConstraint("number > 0", "number"),
        CheckConstraint("from_on <= until_on", "days_in_order"),
        CheckConstraint("returned BETWEEN 0 AND number", "returned"),
        CheckConstraint("damaged >= 0 AND (damaged = 0 OR damage <> '')", "damage_is_told"),
        Index("ix_loans_state_from_on", "state", "from_on"),
    )
    kind = "loan"

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("loan_items.id", ondelete="RESTRICT"))
    number: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    transport: Mapped[Transport] = mapped_column(one_of(Transport, "transport"), default=Transport.PICK_UP)
    state: Mapped[LoanState] = mapped_column(one_of(LoanState, "state"), default=LoanState.RESERVED)
    returned: Mapped[int | None]
    damaged: Mapped[int] = mapped_column(default=0)
    damage: Mapped[str] = mapped_column(String(400), default="")

    request: Mapped[StreetRequest] = relationship()
    item: Mapped[LoanItem] = relationship()
