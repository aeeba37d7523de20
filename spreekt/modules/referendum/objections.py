"""Objections against the roll: "ik sta niet op de lijst". Each is answered within days, by somebody who looked.

Who wrote it and how to reach them is sealed, opened for the case only, and wiped some time after the answer.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import Transition, Workflow, move
from spreekt.modules.referendum import movers
from spreekt.modules.referendum.life import MODULE, keeps_the_roll
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.movers import Newcomer
from spreekt.modules.referendum.poll_keys import PollKey
from spreekt.modules.referendum.roll_models import ObjectionState, RollObjection

PURPOSE = "roll objection"
SEALED_LENGTH = 2_048
CONTACT_KEPT = timedelta(days=30)
"""After the answer; for a question about it."""


class NoObjectionsNow(DomainError):
    """Before the roll is frozen there is nothing to object to; after the codes it cannot be mended."""

    says = N_("Bezwaar maken tegen de kiezerslijst kan nu niet. Heb je een vraag? Bel {line}.")


@dataclass(frozen=True, slots=True)
class Who:
    """Who objects, in their own words."""

    name: str = field(repr=False)
    born_on: str = field(repr=False)
    street: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    words: str = field(default="", repr=False)

    @property
    def birth_day(self) -> date:
        return date.fromisoformat(self.born_on)


def keeps_register(actor: Actor, _objection: RollObjection) -> bool:
    return actor.has(Role.REGISTER, module=MODULE)


_NEW = frozenset({ObjectionState.NEW})
OBJECTIONS = Workflow(
    initial=ObjectionState.NEW,
    transitions=(
        Transition("uphold", _NEW, ObjectionState.UPHELD, keeps_register, N_("Zet deze persoon op de lijst")),
        Transition("dismiss", _NEW, ObjectionState.DISMISSED, keeps_register, N_("Wijs af"), asks_reason=True),
        Transition(
            "take-up-again",
            frozenset({ObjectionState.UPHELD}),
            ObjectionState.NEW,
            keeps_the_roll,
            N_("Behandel opnieuw"),
        ),
    ),
)


def object_to_roll(db: Session, vault: Vault, referendum: Referendum, who: Who, *, now: datetime) -> RollObjection:
    """Write an objection down. Raises NoObjectionsNow."""
    if not movers.may_mend(db, referendum):
        raise NoObjectionsNow
    today = now.astimezone(BRUSSELS).date()
    objection = RollObjection(
        referendum_id=referendum.id,
        sealed_who=vault.seal(PURPOSE, json.dumps(asdict(who), ensure_ascii=False), padded_to=SEALED_LENGTH),
        received_at=now,
        due_on=today + timedelta(days=referendum.regulation.objection_days),
    )
    db.add(objection)
    db.flush()
    outbox.record(db, "roll.objection-received", objection_id=objection.id)
    return objection


def open_who(db: Session, vault: Vault, objection: RollObjection, *, by: Actor) -> Who | None:
    """Who it is, for the case; the look goes into the log. Nothing once it was wiped."""
    if not objection.sealed_who:
        return None
    audit.record(db, by=by, act="roll-objection.opened", subject=f"roll-objection:{objection.id}")
    return who_of(vault, objection)


def who_of(vault: Vault, objection: RollObjection) -> Who:
    """For the mail that answers. Raises nacl.exceptions.CryptoError when sealed under another key."""
    return Who(**json.loads(vault.open(PURPOSE, objection.sealed_who)))


def uphold(
    db: Session, key: PollKey, objection: RollObjection, newcomer: Newcomer, *, reason: str, by: Actor, now: datetime
) -> None:
    """The register says so too: the person is proposed for the roll. They are told once a second person confirms.

    Raises what movers.add raises, IllegalTransition when it was decided before.
    """
    OBJECTIONS.check(objection, "uphold", by=by)
    objection.change = movers.add(db, key, objection.referendum, newcomer, reason=reason, by=by, now=now)
    _decide(db, objection, "uphold", reason=reason, by=by, now=now)


def dismiss(db: Session, objection: RollObjection, *, reason: str, by: Actor, now: datetime) -> None:
    """The roll is right about them, or it is too late; the reason is their answer. Raises Invalid without one."""
    if not reason.strip():
        raise Invalid(N_("Schrijf wat je antwoordt."))
    OBJECTIONS.check(objection, "dismiss", by=by)
    _decide(db, objection, "dismiss", reason=reason, by=by, now=now)
    _tell(db, objection)


def confirm_change(db: Session, referendum: Referendum, change_id: int, *, by: Actor, now: datetime) -> None:
    """The second person agrees with a mover; who objected hears it now. Raises what movers.confirm raises."""
    change = movers.confirm(db, referendum, change_id, by=by, now=now)
    objection = _mended_by(db, change.id)
    if objection is not None:
        _tell(db, objection)


def withdraw_change(db: Session, referendum: Referendum, change_id: int, *, by: Actor) -> None:
    """Take a mover back; an objection that it would have mended waits for an answer again. Raises NotThere."""
    objection = _mended_by(db, change_id)
    if objection is not None and objection.referendum_id == referendum.id and objection.change_waits:
        objection.change = objection.decided_at = objection.decided_by_id = None
        objection.reason = ""
        move(db, OBJECTIONS, objection, "take-up-again", by=by)
        db.flush()
    movers.withdraw(db, referendum, change_id, by=by)


def cases(db: Session, referendum: Referendum) -> Sequence[RollObjection]:
    """Those that wait first, the one that is due first on top."""
    mine = select(RollObjection).where(RollObjection.referendum_id == referendum.id)
    is_decided = RollObjection.state != ObjectionState.NEW
    return db.scalars(mine.order_by(is_decided, RollObjection.due_on, RollObjection.id).limit(500)).all()


def open_count(db: Session, referendum: Referendum) -> int:
    """How many wait for an answer."""
    waiting = (RollObjection.referendum_id == referendum.id, RollObjection.state == ObjectionState.NEW)
    return db.scalar(select(func.count()).select_from(RollObjection).where(*waiting)) or 0


def waiting(db: Session, today: date) -> tuple[int, int]:
    """For the console: how many wait in all, and how many of them too long."""
    late = func.count().filter(RollObjection.due_on < today)
    row = db.execute(select(func.count(), late).where(RollObjection.state == ObjectionState.NEW)).one()
    return row[0], row[1]


def wipe_contacts(db: Session, now: datetime) -> None:
    """Forget who objected, a month after the answer. For the periodic sweep."""
    old = (RollObjection.decided_at < now - CONTACT_KEPT, RollObjection.sealed_who != "")
    db.execute(update(RollObjection).where(*old).values(sealed_who=""))


def _decide(db: Session, objection: RollObjection, step: str, *, reason: str, by: Actor, now: datetime) -> None:
    objection.decided_at, objection.decided_by_id, objection.reason = now, by.id, reason.strip()
    move(db, OBJECTIONS, objection, step, by=by, reason=objection.reason)


def _mended_by(db: Session, change_id: int) -> RollObjection | None:
    return db.scalars(select(RollObjection).where(RollObjection.change_id == change_id)).one_or_none()


def _tell(db: Session, objection: RollObjection) -> None:
    outbox.record(db, "roll.objection-decided", objection_id=objection.id)
