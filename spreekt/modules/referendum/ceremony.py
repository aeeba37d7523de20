"""Making the key of a referendum: who takes part, what they publish and when it is done. Secrets never come here.

The steps themselves are in ballot/ceremony.py, the rehearsal that follows in rehearsal.py.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import rehearsal
from spreekt.modules.referendum.ballot.canonical import compact, read_json
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, NotYet, Step
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.election import Election, make_election
from spreekt.modules.referendum.ballot.strict import Malformed, parsed
from spreekt.modules.referendum.ballot.trustees import read_trustees, written_trustees
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import Referendum, State
from spreekt.modules.referendum.trustee_models import KeyComplaint, KeyPiece, Rehearsal, TrusteeSeat

LINK_PURPOSE = "trustee link"
MAKING_KEYS = (State.ANNOUNCED, State.ROLL)
"""While a referendum is in one of these, its key may be made."""


class NotNow(DomainError):
    """The referendum is not where its key is made, or no longer."""

    says = N_("De sleutel kan nu niet gemaakt of veranderd worden. Vraag de referendumbeheerder hoe ver het staat.")


class WaitForOthers(DomainError):
    """A step that opens when all did the one before."""

    says = N_("Nog even wachten: sleutelhouder {0} is nog niet zover.")


class WrongPiece(Invalid):
    """What came from a trustee does not fit: {0} is the number of the trustee, {1} says why."""

    says = N_("Wat sleutelhouder {0} stuurde, klopt niet ({1}). Er is niets bewaard. Laad de pagina opnieuw.")


class AlreadyGiven(DomainError):
    """Another text for a step that is done."""

    says = N_("Deze stap heb je al gezet, met een ander sleutelbestand. Gebruik het eerste bestand.")


class Contested(DomainError):
    """A trustee complained: nobody goes on."""

    says = N_("Een sleutelhouder meldde een fout. De referendumbeheerder laat jullie opnieuw beginnen.")


def invite(db: Session, vault: Vault, referendum: Referendum, names: Sequence[str], *, by: Actor) -> list[str]:
    """Give every trustee a place; gives the secret parts of their links, in order. Raises NotNow, Invalid."""
    if referendum.state not in MAKING_KEYS:
        raise NotNow
    names = [" ".join(name.split()) for name in names]
    if len(names) != referendum.trustee_count or not all(0 < len(name) <= 120 for name in names):
        raise Invalid(f"Vul {referendum.trustee_count} namen in, elk hoogstens 120 tekens.")
    if len(set(names)) < len(names):
        raise Invalid(N_("Twee sleutelhouders hebben dezelfde naam. Het moeten verschillende personen zijn."))
    if seats_of(db, referendum):
        raise Invalid(N_("De sleutelhouders zijn al uitgenodigd. Geef wie dat nodig heeft een nieuwe link."))
    links = []
    for number, name in enumerate(names, 1):
        seat = TrusteeSeat(referendum_id=referendum.id, number=number, name=name, link_hash="")
        links.append(_fresh_link(vault, seat))
        db.add(seat)
    audit.record(db, by=by, act="referendum.invite-trustees", subject=f"referendum:{referendum.id}")
    return links


def new_link(db: Session, vault: Vault, referendum: Referendum, number: int, *, by: Actor) -> str:
    """Another personal link for a trustee; the old one is dead. Raises NotThere."""
    seat = next((seat for seat in seats_of(db, referendum) if seat.number == number), None)
    if seat is None:
        raise NotThere
    link = _fresh_link(vault, seat)
    subject = f"referendum:{referendum.id}"
    audit.record(db, by=by, act="referendum.new-trustee-link", subject=subject, reason=f"sleutelhouder {number}")
    return link


def seat_of(db: Session, vault: Vault, referendum: Referendum, link: str) -> TrusteeSeat:
    """Whose personal link this is. Raises NotThere."""
    link_hash = vault.fingerprint(LINK_PURPOSE, link)
    seat = db.scalars(select(TrusteeSeat).where(TrusteeSeat.link_hash == link_hash)).one_or_none()
    if seat is None or seat.referendum_id != referendum.id:
        raise NotThere
    return seat


def seats_of(db: Session, referendum: Referendum) -> Sequence[TrusteeSeat]:
    """All trustees, by number."""
    wanted = select(TrusteeSeat).where(TrusteeSeat.referendum_id == referendum.id).order_by(TrusteeSeat.number)
    return db.scalars(wanted).all()


def pieces_of(db: Session, referendum: Referendum) -> dict[Step, dict[int, str]]:
    """What was published, by step and number of the trustee, byte for byte."""
    rows = db.execute(
        select(KeyPiece.step, TrusteeSeat.number, KeyPiece.body)
        .join(TrusteeSeat, TrusteeSeat.id == KeyPiece.seat_id)
        .where(TrusteeSeat.referendum_id == referendum.id)
    )
    pieces: dict[Step, dict[int, str]] = {step: {} for step in STEPS}
    for row in rows:
        pieces[row.step][row.number] = row.body
    return pieces


def ceremony_of(referendum: Referendum, pieces: Mapping[Step, Mapping[int, str]]) -> Ceremony:
    """The ceremony as far as it is."""
    read = {step: {index: read_json(body) for index, body in given.items()} for step, given in pieces.items()}
    return Ceremony(referendum.trustee_count, referendum.threshold, read)


def publish(db: Session, referendum: Referendum, seat: TrusteeSeat, step: Step, body: str, *, now: datetime) -> None:
    """Take what a trustee gives in a step, once it is right. The same text again does no harm.

    Raises NotNow, Contested, WaitForOthers, WrongPiece, AlreadyGiven.
    """
    _must_make_keys(db, referendum)
    if complaints_of(db, referendum):
        raise Contested
    pieces = pieces_of(db, referendum)
    if (before := pieces[step].get(seat.number)) is not None:
        if before != body:
            raise AlreadyGiven
        return
    try:
        content = parsed(body)
        if compact(content) != body:
            raise Malformed("the fields are not written in the one way")
        ceremony_of(referendum, pieces).check(step, seat.number, content)
    except NotYet as refusal:
        raise WaitForOthers(", ".join(map(str, refusal.waiting_for))) from None
    except TrusteeFault as fault:
        raise WrongPiece(fault.trustee or seat.number, fault.words) from None
    except Malformed as fault:
        raise WrongPiece(seat.number, str(fault)) from None
    db.add(KeyPiece(seat_id=seat.id, step=step, body=body, given_at=now))
    db.flush()


def complain(db: Session, referendum: Referendum, seat: TrusteeSeat, about: int, *, now: datetime) -> None:
    """Stop the making of the key: what trustee `about` gave does not fit. Raises NotNow, NotThere."""
    _must_make_keys(db, referendum)
    accused = next((other for other in seats_of(db, referendum) if other.number == about and other.id != seat.id), None)
    if accused is None:
        raise NotThere
    if (seat.number, about) not in complaints_of(db, referendum):
        db.add(KeyComplaint(by_seat_id=seat.id, about_seat_id=accused.id, made_at=now))
        audit.record(db, by=SYSTEM, act="referendum.key-complaint", subject=f"referendum:{referendum.id}",
                     reason=f"{seat.number} -> {about}")  # fmt: skip


def complaints_of(db: Session, referendum: Referendum) -> list[tuple[int, int]]:
    """Who complained of whom, by their numbers."""
    seats = {seat.id: seat.number for seat in seats_of(db, referendum)}
    rows = db.scalars(select(KeyComplaint).where(KeyComplaint.by_seat_id.in_(seats)).order_by(KeyComplaint.id))
    return [(seats[row.by_seat_id], seats[row.about_seat_id]) for row in rows]


def confirm(db: Session, referendum: Referendum, seat: TrusteeSeat, *, now: datetime) -> None:
    """A trustee has file and paper in hand and read the same control code. Raises NotNow, WaitForOthers."""
    if referendum.state not in MAKING_KEYS:
        raise NotNow
    missing = ceremony_of(referendum, pieces_of(db, referendum)).missing(STEPS[-1])
    if missing:
        raise WaitForOthers(", ".join(map(str, missing)))
    seat.confirmed_at = seat.confirmed_at or now


def begin_again(db: Session, referendum: Referendum, *, by: Actor, reason: str) -> None:
    """Throw away all that was published; the trustees keep their places and links. Raises NotNow, Invalid."""
    if not reason.strip():
        raise Invalid(N_("Zeg waarom jullie opnieuw beginnen. Het komt in het logboek."))
    _must_make_keys(db, referendum)
    seats = seats_of(db, referendum)
    ids = [seat.id for seat in seats]
    rehearsal.forget(db, referendum)
    db.execute(delete(KeyComplaint).where(KeyComplaint.by_seat_id.in_(ids)))
    db.execute(delete(KeyPiece).where(KeyPiece.seat_id.in_(ids)))
    for seat in seats:
        seat.confirmed_at = None
    audit.record(db, by=by, act="referendum.keys-again", subject=f"referendum:{referendum.id}", reason=reason.strip())


def prepare_rehearsal(db: Session, referendum: Referendum, *, by: Actor, now: datetime) -> Rehearsal:
    """Put a box with test ballots ready, once every trustee is done. Raises NotNow."""
    _must_make_keys(db, referendum)
    if not is_complete(db, referendum):
        raise NotNow
    return rehearsal.prepare(db, referendum, template_of(referendum), trustees_text(db, referendum), by=by, now=now)


def is_complete(db: Session, referendum: Referendum) -> bool:
    """Whether every trustee published all steps and confirmed, and nobody complained."""
    seats = seats_of(db, referendum)
    if len(seats) != referendum.trustee_count or not all(seat.confirmed_at for seat in seats):
        return False
    return len(pieces_of(db, referendum)[STEPS[-1]]) == len(seats) and not complaints_of(db, referendum)


def rehearsal_passed(db: Session, referendum: Referendum) -> bool:
    """Whether every group of just enough trustees opened the last rehearsal to what was put in."""
    last = rehearsal.last_of(db, referendum)
    return last is not None and last.passed_at is not None


def trustees_text(db: Session, referendum: Referendum) -> str:
    """The trustees file. Raises WaitForOthers while a step misses."""
    try:
        return written_trustees([("Pedersen", ceremony_of(referendum, pieces_of(db, referendum)).parameters())])
    except NotYet as refusal:
        raise WaitForOthers(", ".join(map(str, refusal.waiting_for))) from None


def election_of(db: Session, referendum: Referendum) -> Election:
    """The election under the key that the trustees made. Raises WaitForOthers while a step misses."""
    key = read_trustees(trustees_text(db, referendum)).election_key
    return make_election(template_of(referendum), referendum.uuid, key)


def alone(db: Session, referendum: Referendum) -> None:
    """Whoever changes or fixes the key goes one at a time: what is checked after this is what is stored."""
    lock: Any = select(TrusteeSeat.id).where(TrusteeSeat.referendum_id == referendum.id).order_by(TrusteeSeat.id)
    db.execute(lock.with_for_update()).all()
    db.refresh(referendum)


def _must_make_keys(db: Session, referendum: Referendum) -> None:
    alone(db, referendum)
    if referendum.state not in MAKING_KEYS:
        raise NotNow


def _fresh_link(vault: Vault, seat: TrusteeSeat) -> str:
    link = secrets.token_urlsafe(24)
    seat.link_hash = vault.fingerprint(LINK_PURPOSE, link)
    return link
