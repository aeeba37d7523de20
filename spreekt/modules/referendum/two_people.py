"""What one person proposes and another confirms: opening, closing, publishing and their like."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.modules.referendum.models import Act, Referendum, TwoPersonAct


class SamePerson(DomainError):
    """Who proposed it cannot confirm it."""

    says = N_("Jij stelde dit voor. Iemand anders moet het bevestigen.")


class AlreadyProposed(DomainError):
    """It waits for somebody to confirm it."""

    says = N_("Dit is al voorgesteld. Iemand anders moet het bevestigen of intrekken.")


class NotProposed(DomainError):
    """There is nothing to confirm."""

    says = N_("Dit is nog niet voorgesteld, of het is al gebeurd.")


class AboutSomethingElse(DomainError):
    """What was proposed is not what stands on the second person's screen."""

    says = N_("Het voorstel is intussen veranderd. Laad de pagina opnieuw en lees het na.")


def waiting(db: Session, referendum: Referendum) -> dict[Act, TwoPersonAct]:
    """What waits for a second person, by act."""
    rows = db.scalars(
        select(TwoPersonAct).where(TwoPersonAct.referendum_id == referendum.id, TwoPersonAct.second_by_id.is_(None))
    )
    return {row.act: row for row in rows}


def all_waiting(db: Session) -> Sequence[TwoPersonAct]:
    """What waits for a second person, in any referendum."""
    return db.scalars(select(TwoPersonAct).where(TwoPersonAct.second_by_id.is_(None))).all()


def agreed_at(db: Session, referendum: Referendum, act: Act) -> datetime | None:
    """When a second person last confirmed an act."""
    agreed = (TwoPersonAct.referendum_id == referendum.id, TwoPersonAct.act == act)
    return db.scalar(
        select(TwoPersonAct.second_at)
        .where(*agreed, TwoPersonAct.second_by_id.is_not(None))
        .order_by(TwoPersonAct.second_at.desc())
        .limit(1)
    )


def propose(db: Session, referendum: Referendum, act: Act, *, about: str, by: Actor, now: datetime) -> TwoPersonAct:
    """The first person's half. Raises AlreadyProposed; two at once: the database lets one through."""
    about = _with_plain_line_ends(about)
    proposed = TwoPersonAct(referendum_id=referendum.id, act=act, about=about, first_by_id=by.id, first_at=now)
    try:
        with db.begin_nested():
            db.add(proposed)
    except IntegrityError:
        raise AlreadyProposed from None
    audit.record(db, by=by, act=f"referendum.propose-{act}", subject=f"referendum:{referendum.id}", reason=about)
    return proposed


def confirm(db: Session, referendum: Referendum, act: Act, *, about: str, by: Actor, now: datetime) -> TwoPersonAct:
    """The second person's half; what they agreed on is its `about`. Raises NotProposed, SamePerson, AboutSomethingElse.

    A form sends every line end as CR LF, whatever stood in the page: that is no other text.
    """
    proposed = db.scalars(
        select(TwoPersonAct)
        .where(
            TwoPersonAct.referendum_id == referendum.id,
            TwoPersonAct.act == act,
            TwoPersonAct.second_by_id.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if proposed is None:
        raise NotProposed
    if proposed.first_by_id == by.id:
        raise SamePerson
    if proposed.about != _with_plain_line_ends(about):
        raise AboutSomethingElse
    proposed.second_by_id, proposed.second_at = by.id, now
    audit.record(
        db, by=by, act=f"referendum.confirm-{act}", subject=f"referendum:{referendum.id}", reason=proposed.about
    )
    db.flush()
    return proposed


def withdraw(db: Session, referendum: Referendum, act: Act, *, by: Actor) -> None:
    """Take a proposal back, whoever made it; never one that somebody confirms meanwhile. Raises NotProposed."""
    proposed = delete(TwoPersonAct).where(
        TwoPersonAct.referendum_id == referendum.id, TwoPersonAct.act == act, TwoPersonAct.second_by_id.is_(None)
    )
    if db.execute(proposed.returning(TwoPersonAct.id)).first() is None:
        raise NotProposed
    audit.record(db, by=by, act=f"referendum.withdraw-{act}", subject=f"referendum:{referendum.id}")


def _with_plain_line_ends(about: str) -> str:
    return about.replace("\r\n", "\n").replace("\r", "\n")
