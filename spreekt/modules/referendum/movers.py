"""One resident put on or taken off the frozen roll, by two people and with a reason, until the codes are taken over.

After each change count and hash are published again; the version before stays readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity.register_file import age_on
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.modules.referendum import box, exhibits
from spreekt.modules.referendum.life import keeps_the_roll
from spreekt.modules.referendum.models import Referendum, RollEntry, State
from spreekt.modules.referendum.poll_keys import PollKey
from spreekt.modules.referendum.roll import last_import
from spreekt.modules.referendum.roll_freeze import publish_again
from spreekt.modules.referendum.roll_models import Change, RollChange
from spreekt.modules.referendum.two_people import SamePerson

_MENDABLE = frozenset({State.ROLL, State.KEYS})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who should be on the roll, as the register knows them: fingerprint of the number, birth date, area."""

    person_key: str = field(repr=False)
    born_on: date = field(repr=False)
    area_id: int


class RollCannotChange(DomainError):
    """Not frozen yet, or codes were made for it."""

    says = N_("De kiezerslijst kan nu niet meer veranderen: de codes zijn al gemaakt, of ze ligt nog niet vast.")


class CodesAreThere(RollCannotChange):
    """The codes were taken over for exactly the voters who stand on it."""

    says = N_(
        "De codes zijn al overgenomen, voor precies deze kiezerslijst. Moet ze nog veranderen? "
        "Vraag de referendumbeheerder om de codes eerst weg te gooien."
    )


class AlreadyOnRoll(DomainError):
    """Nothing to add."""

    status = 422
    says = N_("Deze persoon staat al op de kiezerslijst.")


class NotOnThisRoll(DomainError):
    """Nothing to take off."""

    status = 422
    says = N_("Deze persoon staat niet op de kiezerslijst.")


class ChangeWaits(DomainError):
    """The same resident is being put on or taken off already."""

    says = N_("Voor deze persoon wacht al een verandering op een tweede collega.")


class TooYoung(DomainError):
    """Not old enough on the day that counts."""

    status = 422
    says = N_("Deze persoon is nog geen {0} jaar op {1}. Wie jonger is, kan niet op de lijst.")


class ElsewhereThanTheVote(DomainError):
    """The referendum is for one area only."""

    status = 422
    says = N_("Dit referendum is voor één gebied, en deze persoon woont daar niet.")


def may_mend(db: Session, referendum: Referendum) -> bool:
    """Whether the roll is frozen and no codes were taken over for it."""
    return referendum.state in _MENDABLE and not _has_codes(db, referendum)


def check_mendable(db: Session, referendum: Referendum) -> None:
    """Raises RollCannotChange, CodesAreThere."""
    if referendum.state not in _MENDABLE:
        raise RollCannotChange
    if _has_codes(db, referendum):
        raise CodesAreThere


def add(
    db: Session, key: PollKey, referendum: Referendum, newcomer: Newcomer, *, reason: str, by: Actor, now: datetime
) -> RollChange:
    """Propose to put somebody on the roll. Raises RollCannotChange, AlreadyOnRoll, TooYoung, ElsewhereThanTheVote."""
    _check_change(db, referendum, reason, by)
    poll = referendum.poll
    if age_on(newcomer.born_on, poll.age_on) < poll.minimum_age:
        raise TooYoung(poll.minimum_age, f"{poll.age_on:%d/%m/%Y}")
    if poll.area_id is not None and poll.area_id != newcomer.area_id:
        raise ElsewhereThanTheVote
    voter_key = key.voter(newcomer.person_key)
    if db.get(RollEntry, (referendum.id, voter_key)) is not None:
        raise AlreadyOnRoll
    change = RollChange(
        change=Change.ADD,
        voter_key=voter_key,
        area_id=newcomer.area_id,
        birth_key=key.birth(voter_key, newcomer.born_on),
    )
    return _propose(db, referendum, change, reason=reason, by=by, now=now)


def remove(
    db: Session, key: PollKey, referendum: Referendum, person_key: str, *, reason: str, by: Actor, now: datetime
) -> RollChange:
    """Propose to take somebody off the roll. Raises RollCannotChange, NotOnThisRoll."""
    _check_change(db, referendum, reason, by)
    voter_key = key.voter(person_key)
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise NotOnThisRoll
    return _propose(
        db, referendum, RollChange(change=Change.REMOVE, voter_key=voter_key), reason=reason, by=by, now=now
    )


def confirm(db: Session, referendum: Referendum, change_id: int, *, by: Actor, now: datetime) -> RollChange:
    """The second person agrees: the roll changes, and its count and hash are published anew.

    Raises NotThere when it does not wait any more, SamePerson, RollCannotChange.
    """
    box.alone(db, referendum)  # or codes are taken over meanwhile for the roll as it was
    change = _waiting(db, referendum, change_id)
    _check_change(db, referendum, change.reason, by)
    if change.first_by_id == by.id:
        raise SamePerson
    entry = db.get(RollEntry, (referendum.id, change.voter_key))
    if change.change is Change.ADD and entry is None and change.area_id is not None and change.birth_key is not None:
        db.add(
            RollEntry(
                referendum_id=referendum.id, voter_key=change.voter_key, area_id=change.area_id,
                birth_key=change.birth_key,
            )
        )  # fmt: skip
    elif change.change is Change.REMOVE and entry is not None:
        db.delete(entry)
    change.second_by_id, change.second_at = by.id, now
    db.flush()
    last = last_import(db, referendum)
    if last is None:
        raise RollCannotChange
    publish_again(db, referendum, last.reference_on, version(db, referendum))
    _log(db, change, "confirmed", by)
    return change


def withdraw(db: Session, referendum: Referendum, change_id: int, *, by: Actor) -> None:
    """Take a proposal back, whoever made it; also when it is too late to confirm it. Raises NotThere."""
    change = _waiting(db, referendum, change_id)
    if not keeps_the_roll(by, referendum):
        raise Forbidden
    _log(db, change, "withdrawn", by)
    db.delete(change)


def changes(db: Session, referendum: Referendum) -> Sequence[RollChange]:
    """All of them, the newest first."""
    wanted = select(RollChange).where(RollChange.referendum_id == referendum.id).order_by(RollChange.id.desc())
    return db.scalars(wanted.limit(200)).all()


def waiting_count(db: Session, referendum: Referendum) -> int:
    """How many wait for a second person."""
    waiting = (RollChange.referendum_id == referendum.id, RollChange.second_by_id.is_(None))
    return db.scalar(select(func.count()).select_from(RollChange).where(*waiting)) or 0


def _propose(
    db: Session, referendum: Referendum, change: RollChange, *, reason: str, by: Actor, now: datetime
) -> RollChange:
    change.referendum_id, change.reason = referendum.id, reason.strip()
    change.first_by_id, change.first_at = by.id or 0, now
    try:
        with db.begin_nested():
            db.add(change)
    except IntegrityError:
        raise ChangeWaits from None
    _log(db, change, "proposed", by)
    return change


def _check_change(db: Session, referendum: Referendum, reason: str, by: Actor) -> None:
    if not keeps_the_roll(by, referendum):
        raise Forbidden
    check_mendable(db, referendum)
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom. De reden komt in het logboek."))


def _has_codes(db: Session, referendum: Referendum) -> bool:
    return exhibits.CREDENTIALS in exhibits.hashes(db, referendum.id)


def _waiting(db: Session, referendum: Referendum, change_id: int) -> RollChange:
    change = db.get(RollChange, change_id, with_for_update=True)
    if change is None or change.referendum_id != referendum.id or change.second_by_id is not None:
        raise NotThere
    return change


def version(db: Session, referendum: Referendum) -> int:
    """Which version of the roll was published last; the first one is 1."""
    return 1 + _confirmed(db, referendum)


def _confirmed(db: Session, referendum: Referendum) -> int:
    done = (RollChange.referendum_id == referendum.id, RollChange.second_by_id.is_not(None))
    return db.scalar(select(func.count()).select_from(RollChange).where(*done)) or 0


def _log(db: Session, change: RollChange, what: str, by: Actor) -> None:
    audit.record(
        db, by=by, act=f"referendum.roll-change-{what}", subject=f"referendum:{change.referendum_id}",
        reason=f"{change.change.value} {change.short_key}: {change.reason}",
    )  # fmt: skip
