"""The call for a jury: what the city says in it, who may answer, and how a candidate comes and goes."""

import secrets
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.dossiers.group import entry_of
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import AgeBand, Gender, JuryCall, JuryCandidate
from spreekt.modules.burgerbudget.jury.queries import Standing
from spreekt.modules.burgerbudget.jury.score_models import JuryCriterion
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.workflow import runs_rounds

AGE_WORDS = {
    AgeBand.YOUNG: N_("tot en met 24 jaar"),
    AgeBand.YOUNGER: N_("25 tot en met 44 jaar"),
    AgeBand.OLDER: N_("45 tot en met 64 jaar"),
    AgeBand.SENIOR: N_("65 jaar en ouder"),
}
AGE_SHORT = {
    AgeBand.YOUNG: N_("tot 24"),
    AgeBand.YOUNGER: N_("25–44"),
    AgeBand.OLDER: N_("45–64"),
    AgeBand.SENIOR: N_("65+"),
}
"""For columns of tables."""
GENDER_WORDS = {Gender.WOMAN: N_("Vrouw"), Gender.MAN: N_("Man"), Gender.X: N_("X")}
PROPOSED_CRITERIA = (
    (N_("Goed voor de buurt"), N_("Worden veel mensen hier beter van, ook wie niet vaak meedoet?")),
    (N_("Samen"), N_("Brengt het mensen samen die elkaar nog niet kennen?")),
    (N_("Haalbaar"), N_("Lukt dit met deze groep, dit plan en dit bedrag?")),
    (N_("Het blijft"), N_("Is er over enkele jaren nog iets van te merken?")),
)
MOST_CRITERIA = 10


class CallIsClosed(DomainError):
    """Before the round opened, or once the list is frozen or the report closed."""

    says = N_("De oproep voor de jury is niet open. Je kan je nu niet kandidaat stellen.")


class JuryIsAppointed(DomainError):
    """Nobody stands for it."""

    says = N_(
        "De jury van deze ronde bestaat uit experten die de stad aanstelt. Je kan je er geen kandidaat voor stellen."
    )


class CannotBeCandidate(DomainError):
    """Why somebody cannot stand, for them alone."""

    says = "{0}"


class AlreadyCandidate(DomainError):
    """One resident, one candidate."""

    says = N_("Je bent al kandidaat.")


class CriteriaStandStill(DomainError):
    """Somebody gave points by them, or the report is closed."""

    says = N_("De jury gaf al punten. Waarop ze let, ligt nu vast.")


def sign_up(
    db: Session, vault: Vault, round: Round, *, gender: Gender | None, by: Actor, now: datetime
) -> JuryCandidate:
    """Stand for the jury. Age band and area come from the register; nothing else of it is kept.

    `now` is the database's clock. Raises JuryIsAppointed, CallIsClosed, CannotBeCandidate,
    AlreadyCandidate.
    """
    locks.with_others(db, round)
    standing = jury_queries.standing(db, round)
    if standing.is_appointed:
        raise JuryIsAppointed
    if not standing.takes_candidates(now):
        raise CallIsClosed
    entry = entry_of(db, by.id, now)
    if entry is None or by.id is None:
        raise CannotBeCandidate(N_("Toon eerst dat je in de stad woont."))
    refuse(standing, entry, by=by)
    key = vault.fingerprint(f"jury candidates of round {round.id}", entry.person_key)
    taken = set(db.scalars(select(JuryCandidate.number).where(JuryCandidate.round_id == round.id)))
    candidate = JuryCandidate(
        round_id=round.id, account_id=by.id, candidate_key=key, number=_free_number(taken), area_id=entry.area_id,
        age_band=AgeBand.at(entry.age_on(standing.age_on or now.date())), gender=gender, signed_up_at=now,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(candidate)
    except IntegrityError:
        raise AlreadyCandidate from None
    outbox.record(db, "jury.signed-up", candidate_id=candidate.id)
    return candidate


def refuse(standing: Standing, entry: RegisterEntry, *, by: Actor) -> None:
    """Raise CannotBeCandidate for who may not stand."""
    on, area = standing.age_on, standing.round.poll.area_id
    least = standing.rules.jury_age_least if standing.rules else 0
    if by.is_staff:
        raise CannotBeCandidate(N_("Je werkt voor de stad aan dit platform. Daarom kan je niet in de jury."))
    if not fits(entry, on, least, area):
        if on is not None and entry.age_on(on) < least:
            raise CannotBeCandidate(N_("Je bent nog te jong op de eerste dag van de jury."))
        raise CannotBeCandidate(N_("Deze jury is voor wie in een ander deel van de stad woont."))


def fits(entry: RegisterEntry, on: date | None, age_least: int, area_id: int | None) -> bool:
    """Old enough, and in the area of the round when it is for one area."""
    return on is not None and entry.age_on(on) >= age_least and area_id in (None, entry.area_id)


def withdraw(db: Session, round: Round, *, by: Actor) -> None:
    """Stop being a candidate: the row goes. Who was drawn already says no to the seat instead."""
    locks.with_others(db, round)
    candidate = jury_queries.candidate_of(db, round.id, by.id)
    if candidate is None or jury_queries.seat_of(db, round.id, by.id) is not None:
        raise NotThere
    db.execute(delete(JuryCandidate).where(JuryCandidate.id == candidate.id))
    db.expunge(candidate)


def forget_gender(db: Session, round: Round, *, by: Actor) -> None:
    """Take back what one said. The frozen list keeps its number without a name. Raises NotThere."""
    candidate = jury_queries.candidate_of(db, round.id, by.id)
    if candidate is None:
        raise NotThere
    candidate.gender = None
    db.flush()


def change_call(
    db: Session, round: Round, *, hours: int, sessions: int, planning: str, answer_days: int, by: Actor
) -> None:
    """What the call says. Raises Forbidden."""
    if not runs_rounds(by, None):
        raise Forbidden
    call = db.get(JuryCall, round.id) or JuryCall(round_id=round.id)
    call.hours, call.sessions, call.answer_days = hours, sessions, answer_days
    call.planning = clean_text(planning, most=1000)
    db.add(call)
    db.flush()
    audit.record(db, by=by, act="jury.call", subject=f"round:{round.id}")


def add_criterion(
    db: Session, round: Round, *, title: str, explanation: str, points_most: int, by: Actor
) -> JuryCriterion:
    """One more thing to score by. Raises CriteriaStandStill once somebody gave points."""
    _may_set(db, round, by=by)
    before = jury_queries.criteria_of(db, round.id)
    if len(before) >= MOST_CRITERIA:
        raise Invalid(N_("Tien criteria is genoeg. Haal er eerst één weg."))
    criterion = JuryCriterion(
        round_id=round.id, place=max((each.place for each in before), default=0) + 1, points_most=points_most,
        title=clean_line(title, most=80, least=3), explanation=clean_line(explanation, most=400),
    )  # fmt: skip
    db.add(criterion)
    db.flush()
    audit.record(db, by=by, act="jury.criterion", subject=f"round:{round.id}", reason=criterion.title)
    return criterion


def remove_criterion(db: Session, round: Round, criterion_id: int, *, by: Actor) -> None:
    """Score by it no longer. Raises CriteriaStandStill, NotThere."""
    _may_set(db, round, by=by)
    criterion = db.get(JuryCriterion, criterion_id)
    if criterion is None or criterion.round_id != round.id:
        raise NotThere
    db.delete(criterion)
    db.flush()
    audit.record(db, by=by, act="jury.criterion-gone", subject=f"round:{round.id}", reason=criterion.title)


def _may_set(db: Session, round: Round, *, by: Actor) -> None:
    if not runs_rounds(by, None):
        raise Forbidden
    locks.alone(db, round)
    if not jury_queries.standing(db, round).may_set_criteria:
        raise CriteriaStandStill


def _free_number(taken: set[int]) -> int:
    """A random number of five digits: it tells neither when somebody signed up nor who they are."""
    while (number := 10_000 + secrets.randbelow(90_000)) in taken:
        pass
    return number
