"""Experts in a jury: one person puts them forward with the college's decision, another confirms and has them asked.

Whoever is confirmed holds a seat like any juror from then on; see seats.py.
"""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.identity.accounts import account_of, create_account, normal_email
from spreekt.identity.models import Account
from spreekt.kernel import audit
from spreekt.kernel.actor import NEEDS_NO_SECOND_FACTOR, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JuryExpert, JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.lottery import answer_by, ask, is_second
from spreekt.modules.burgerbudget.jury.queries import GAVE_UP, Standing
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.workflow import runs_rounds

ADDRESS = "jury expert"


class CannotAppoint(DomainError):
    """A jury that is drawn, or one whose report is closed."""

    says = N_("In deze jury kan de stad nu geen experten aanstellen.")


class JuryIsFull(DomainError):
    """As many experts as the regulation has places."""

    says = N_("Alle plaatsen in de jury zijn ingenomen of voorgesteld.")


class CannotBeExpert(Invalid):
    """One sentence for every reason, so that a mail address tells nothing."""

    says = N_(
        "Deze persoon kan geen expert zijn in deze jury: wie in een groep van deze ronde zit, voor de stad aan dit "
        "platform werkt of al gevraagd is, komt niet in aanmerking."
    )


class DecisionToCome(Invalid):
    """First the college decides."""

    says = N_("Deze dag moet nog komen. Stel iemand voor nadat het college besliste.")


class DecisionHasNoAddress(Invalid):
    """Everybody must be able to read the decision."""

    says = N_("Vul een volledig webadres in, met https:// ervoor.")


class SameAppointer(DomainError):
    """Two people."""

    says = N_("Jij stelde deze expert voor. Iemand anders kijkt het besluit na en bevestigt.")


def propose(
    db: Session, vault: Vault, round: Round, *, name: str, expertise: str, email: str, decided_on: date,
    decision_uri: str, by: Actor, now: datetime,
) -> JuryExpert:  # fmt: skip
    """Put an expert forward whom the college appointed. `now` is the database's clock.

    Raises CannotAppoint, JuryIsFull, DecisionToCome, DecisionHasNoAddress, CannotBeExpert.
    """
    if not runs_rounds(by, None) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    standing = _open(db, round)
    if not standing.free_places:
        raise JuryIsFull
    if decided_on > now.astimezone(BRUSSELS).date():
        raise DecisionToCome
    uri = clean_line(decision_uri, most=300, least=8)
    if not uri.startswith(("https://", "http://")):
        raise DecisionHasNoAddress
    address = normal_email(email)
    waiting = {vault.open(ADDRESS, each.sealed_email).casefold() for each in standing.proposed}
    if address.casefold() in waiting:
        raise CannotBeExpert
    _refuse(db, round, account_of(db, vault, address), by=by)
    expert = JuryExpert(
        round_id=round.id, name=clean_line(name, most=60, least=2), expertise=clean_line(expertise, most=160, least=3),
        sealed_email=vault.seal(ADDRESS, address, padded_to=256), decided_on=decided_on, proposed_at=now,
        decision_uri=uri, proposed_by_id=by.id,
    )  # fmt: skip
    db.add(expert)
    db.flush()
    audit.record(db, by=by, act="jury.propose", subject=f"round:{round.id}", reason=expert.decision_uri)
    return expert


def withdraw(db: Session, expert: JuryExpert, *, reason: str, by: Actor) -> None:
    """Take back who was put forward and not confirmed; why stands in the log. Raises NotThere."""
    if not (runs_rounds(by, None) or is_second(by)):
        raise Forbidden
    round = _alone(db, expert)
    words = clean_line(reason, most=300, least=3)
    db.delete(expert)
    db.flush()
    audit.record(db, by=by, act="jury.not-appointed", subject=f"round:{round.id}", reason=words)


def confirm(db: Session, vault: Vault, expert: JuryExpert, *, by: Actor, now: datetime) -> JurySeat:
    """The second person read the decision: the expert gets a seat and is asked. `now` is the database's clock.

    Who has no account yet gets one that opens with a link by mail. Raises SameAppointer, CannotAppoint, JuryIsFull,
    CannotBeExpert, NotThere.
    """
    if not is_second(by) or by.id is None:
        raise Forbidden
    round = _alone(db, expert)
    if by.id == expert.proposed_by_id:
        raise SameAppointer
    standing = _open(db, round)
    seats = jury_queries.seats_of(db, round.id)
    if sum(seat.state not in GAVE_UP for seat in seats) >= standing.size:
        raise JuryIsFull
    address = vault.open(ADDRESS, expert.sealed_email)
    account = account_of(db, vault, address)
    _refuse(db, round, account, by=by)
    account = account or create_account(db, vault, email=address, display_name=expert.name, now=now)
    place = len(seats) + 1
    seat = JurySeat(
        round_id=round.id, account_id=account.id, number=place, is_reserve=False, place=place, state=SeatState.ASKED,
        answer_by=answer_by(db, round.id, now),
    )  # fmt: skip
    db.add(seat)
    db.flush()
    expert.seat_id, expert.sealed_email = seat.id, ""
    expert.confirmed_at, expert.confirmed_by_id = now, by.id
    db.flush()
    audit.record(db, by=by, act="jury.appoint", subject=f"round:{round.id}", reason=expert.decision_uri)
    ask(db, seat, by=by, now=now)
    return seat


def _open(db: Session, round: Round) -> Standing:
    standing = jury_queries.standing(db, round)
    if not standing.is_planned or not standing.is_appointed or standing.is_closed:
        raise CannotAppoint
    return standing


def _alone(db: Session, expert: JuryExpert) -> Round:
    """One act on the experts of a round at a time, on what the one before left. Raises NotThere once confirmed."""
    round = db.get_one(Round, expert.round_id)
    locks.alone(db, round)
    found = db.scalars(
        select(JuryExpert).where(JuryExpert.id == expert.id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.seat_id is not None:
        raise NotThere
    return round


def _refuse(db: Session, round: Round, account: Account | None, *, by: Actor) -> None:
    """Raise CannotBeExpert for oneself, staff, a closed account, who is in a group, and who was asked before."""
    if account is None:
        return
    in_a_group = (
        select(func.count())
        .select_from(DossierMember)
        .join(Dossier, Dossier.id == DossierMember.dossier_id)
        .where(Dossier.round_id == round.id, DossierMember.account_id == account.id, DossierMember.left_at.is_(None))
    )
    if (
        account.id == by.id
        or account.disabled_at is not None
        or any(grant.role not in NEEDS_NO_SECOND_FACTOR for grant in account.grants)
        or jury_queries.seat_of(db, round.id, account.id) is not None
        or db.scalar(in_a_group)
    ):
        raise CannotBeExpert
