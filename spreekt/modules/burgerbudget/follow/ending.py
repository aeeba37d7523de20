"""How a project ends: delivered or stopped, and the account that is made up then, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.text import clean_text
from spreekt.modules.burgerbudget.follow import progress
from spreekt.modules.burgerbudget.follow.agreements import locked
from spreekt.modules.burgerbudget.follow.models import Execution, Instalment
from spreekt.modules.burgerbudget.follow.workflow import EXECUTIONS, move


class NotFinishedYet(DomainError):
    """A milestone or the report at the end is missing."""

    says = N_("Afronden kan als alle mijlpalen goedgekeurd zijn en het eindverslag er is.")


@dataclass(frozen=True, slots=True)
class Settlement:
    """The account at the end, in cents. The city bears what was spent and proven, and never more than the award."""

    award_cents: int
    spent_cents: int
    paid_cents: int

    @property
    def borne_cents(self) -> int:
        return min(self.award_cents, self.spent_cents)

    @property
    def to_pay_cents(self) -> int:
        """What the group still gets."""
        return max(0, self.borne_cents - self.paid_cents)

    @property
    def to_return_cents(self) -> int:
        """What the group pays back."""
        return max(0, self.paid_cents - self.borne_cents)


def settlement(db: Session, execution: Execution) -> Settlement:
    """As it would be if the project ended now."""
    spent = execution.spent_cents
    if spent is None:
        spent = progress.spent_cents(db, execution.id)
    return Settlement(execution.award_cents, spent, execution.paid_cents)


def deliver(db: Session, execution: Execution, *, by: Actor, now: datetime) -> Settlement:
    """It is there. Raises NotFinishedYet, IllegalTransition, Forbidden."""
    EXECUTIONS.check(execution, "deliver", by=by)
    locked(db, execution)
    if execution.next_milestone is not None or not progress.has_final_report(db, execution.id):
        raise NotFinishedYet
    made = _end(db, execution, "deliver", reason="", by=by, now=now)
    outbox.record(db, "execution.delivered", project_id=execution.id)
    return made


def stop(db: Session, execution: Execution, *, reason: str, by: Actor, now: datetime) -> Settlement:
    """It will not be there; everybody reads why. Raises IllegalTransition, Forbidden, Invalid."""
    EXECUTIONS.check(execution, "stop", by=by)
    locked(db, execution)
    made = _end(db, execution, "stop", reason=clean_text(reason, most=1000, least=10), by=by, now=now)
    outbox.record(db, "execution.stopped", project_id=execution.id)
    return made


def _end(db: Session, execution: Execution, act: str, *, reason: str, by: Actor, now: datetime) -> Settlement:
    """Make up the account and end the project in one statement: the table asks for all of it at once."""
    made = settlement(db, execution)
    today, shares = now.astimezone(BRUSSELS).date(), share_out(execution.instalments, made.to_pay_cents)
    with db.no_autoflush:
        for instalment, cents in shares:
            instalment.payable_cents = cents
            if cents and instalment.released_on is None:
                instalment.released_on = today
        execution.spent_cents, execution.to_return_cents = made.spent_cents, made.to_return_cents
        execution.ended_on, execution.stop_reason = today, reason
        move(db, execution, act, by=by)
    return made


def share_out(instalments: Sequence[Instalment], cents: int) -> list[tuple[Instalment, int]]:
    """What is still to pay, over the instalments that are not paid, in order and no more than each holds."""
    found = []
    for instalment in instalments:
        if instalment.payment is None:
            given = min(cents, instalment.until_cents - instalment.from_cents)
            found.append((instalment, given))
            cents -= given
    return found
