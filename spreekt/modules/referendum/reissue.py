"""The same letter once more: a desk officer asks, a second one agrees, and the credential authority prints it.

The platform never has the code. What leaves it is a slip with the voter's key; the authority's escrow knows the rest.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from spreekt.identity.models import Account
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, NotThere
from spreekt.kernel.storage import Json
from spreekt.modules.referendum import refusals
from spreekt.modules.referendum.models import Referendum, RollEntry, State
from spreekt.modules.referendum.roll_models import LetterRequest
from spreekt.modules.referendum.two_people import SamePerson

WITH_LETTERS = frozenset({State.CREDENTIALS, State.OPEN, State.SUSPENDED})


class NoLettersNow(DomainError):
    """Nobody has a letter yet, or a letter is of no use any more."""

    says = N_("Een brief opnieuw vragen kan alleen tussen het versturen van de brieven en het sluiten van de stembus.")


class AlreadyAsked(DomainError):
    """It waits for a second officer."""

    says = N_("Voor deze persoon wacht al een aanvraag op een tweede collega.")


class AnotherVoter(DomainError):
    """The card that the second officer saw is not of the voter for whom the letter was asked."""

    says = N_("Deze aanvraag is van iemand anders. Kijk het nummer van de kaart na.")


def ask(db: Session, referendum: Referendum, voter_key: str, *, by: Actor, now: datetime) -> LetterRequest:
    """The first officer asks, with the identity card seen. Raises NoLettersNow, NotOnRoll, AlreadyAsked."""
    if referendum.state not in WITH_LETTERS or referendum.poll.is_over(now):
        raise NoLettersNow
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise refusals.NotOnRoll
    request = LetterRequest(referendum_id=referendum.id, voter_key=voter_key, asked_by_id=by.id, asked_at=now)
    try:
        with db.begin_nested():
            db.add(request)
    except IntegrityError:
        raise AlreadyAsked from None
    _log(db, request, "asked", by)
    return request


def approve(
    db: Session, referendum: Referendum, request_id: int, voter_key: str, *, by: Actor, now: datetime
) -> LetterRequest:
    """The second officer, who looked the voter up too, agrees: the slip may go to the authority.

    Raises NotThere, SamePerson, AnotherVoter, NoLettersNow.
    """
    request = of(db, referendum, request_id, lock=True)
    if request.approved_by_id is not None:
        raise NotThere
    if request.asked_by_id == by.id:
        raise SamePerson
    if request.voter_key != voter_key:
        raise AnotherVoter
    if referendum.state not in WITH_LETTERS or referendum.poll.is_over(now):
        raise NoLettersNow
    request.approved_by_id, request.approved_at = by.id, now
    db.flush()
    _log(db, request, "approved", by)
    return request


def hand_over(db: Session, referendum: Referendum, request: LetterRequest, *, by: Actor) -> Json:
    """The slip, noted like paper that is handed over: what the authority needs to find the letter, and who agreed.

    Raises NotThere before a second officer agreed.
    """
    if request.approved_by is None or request.approved_at is None:
        raise NotThere
    _log(db, request, "slip-handed-over", by)
    return {
        "referendum": referendum.slug, "uuid": referendum.uuid, "aanvraag": request.id, "kiezer": request.voter_key,
        "gevraagd": _signed(request.asked_by, request.asked_at),
        "goedgekeurd": _signed(request.approved_by, request.approved_at),
    }  # fmt: skip


def of(db: Session, referendum: Referendum, request_id: int, *, lock: bool = False) -> LetterRequest:
    """One request of this referendum. Raises NotThere."""
    request = db.get(LetterRequest, request_id, with_for_update=lock)
    if request is None or request.referendum_id != referendum.id:
        raise NotThere
    return request


def waiting_for(db: Session, referendum: Referendum, voter_key: str) -> LetterRequest | None:
    """The request for this voter that a second officer has yet to agree to."""
    return db.scalars(
        select(LetterRequest).where(
            LetterRequest.referendum_id == referendum.id,
            LetterRequest.voter_key == voter_key,
            LetterRequest.approved_by_id.is_(None),
        )
    ).one_or_none()


def requests(db: Session, referendum: Referendum) -> Sequence[LetterRequest]:
    """The newest first; those that wait are on top."""
    mine = select(LetterRequest).where(LetterRequest.referendum_id == referendum.id)
    return db.scalars(
        mine.options(joinedload(LetterRequest.asked_by))
        .order_by(LetterRequest.approved_by_id.is_not(None), LetterRequest.id.desc())
        .limit(100)
    ).all()


def _signed(officer: Account, moment: datetime) -> Json:
    return {"door": officer.display_name, "op": moment.isoformat(timespec="seconds")}


def _log(db: Session, request: LetterRequest, what: str, by: Actor) -> None:
    audit.record(
        db, by=by, act=f"referendum.letter-{what}", subject=f"referendum:{request.referendum_id}",
        reason=f"aanvraag {request.id}",
    )  # fmt: skip
