"""What residents do to adopt a place: begin, answer question by question, send, wait, accept, take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Invalid, NeedsResidence, NotThere
from spreekt.kernel.names import judge_name
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life, plants, regulation
from spreekt.modules.boomspiegel.adoption_models import (
    HOLDING,
    OPEN,
    AcceptedRule,
    AdopterKind,
    Adoption,
    AdoptionState,
    Nearness,
    PlannedPlant,
)
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES, is_adopter

LONGEST_PLAN = 2000
GROUPS = frozenset({AdopterKind.SCHOOL, AdopterKind.COMMITTEE})
MAY_ANSWER = frozenset({AdoptionState.DRAFT, AdoptionState.CHANGES_ASKED})


class NotAdoptable(DomainError):
    """The place cannot be adopted; the argument says why."""

    says = N_("Deze plek kan je niet adopteren: {0}.")


class TooManyAdoptions(DomainError):
    """The argument is the limit."""

    says = N_("Je hebt al {0} plekken. Meer kan niet per persoon: zo blijft er plaats voor anderen.")


class TooMuchWaiting(DomainError):
    """The argument is the limit."""

    says = N_("Je staat al op {0} wachtlijsten. Verlaat er eerst een.")


class NotFinished(Invalid):
    """A question has no answer yet: the argument says what to do."""


class ForbiddenInWords(Invalid):
    """The words of a plan name forbidden plants; the arguments are their names with the reason."""

    says = N_("Je noemt een plant die niet mag: {0}.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to plant. `keeps_words`: they read the warning and do not mean those plants."""

    codes: tuple[str, ...]
    words: str
    keeps_words: bool = False


def own(adoption: Adoption | None, *, by: Actor) -> Adoption:
    """The adoption, if it is the actor's own; NotThere as if it did not exist."""
    if adoption is None or not is_adopter(by, adoption):
        raise NotThere
    return adoption


def begin(db: Session, place: Adoptable, *, by: Actor, now: datetime) -> Adoption:
    """The actor's open request for a place, new when there is none. Raises NotAdoptable."""
    if not (place.is_free or place.takes_names):
        raise NotAdoptable(place.state_reason or N_("ze bestaat niet meer"))
    found = db.scalars(
        select(Adoption).where(
            Adoption.adoptable_id == place.id, Adoption.account_id == by.id, Adoption.state.in_(OPEN)
        )
    ).one_or_none()
    if found is not None:
        return found
    rules = regulation.in_force(db, place.kind, on=now.astimezone(BRUSSELS).date())
    adoption = Adoption(adoptable=place, account_id=by.id, regulation=rules, created_at=now)
    try:
        with db.begin_nested():
            db.add(adoption)
    except IntegrityError:  # the same person pressed twice at once
        return begin(db, place, by=by, now=now)
    return adoption


def say_who(adoption: Adoption, kind: AdopterKind, group_name: str, *, by: Actor) -> None:
    """Person, family, school or committee. Raises Invalid when a group has no name."""
    _may_answer(adoption, by=by)
    name = clean_line(group_name, most=80)
    if kind in GROUPS and len(name) < 2:
        raise Invalid(N_("Vul de naam van de school of het comité in."))
    adoption.adopter_kind, adoption.group_name = kind, name if kind in GROUPS else ""


def say_where(adoption: Adoption, nearness: Nearness, first_name: str, *, by: Actor) -> None:
    """Why the place is near, and the first name that may be shown; empty: nothing is shown. Raises Invalid."""
    _may_answer(adoption, by=by)
    name = clean_line(first_name, most=40)
    if name:
        verdict = judge_name(name, most=40)
        if " " in verdict.clean or verdict.flags:
            raise Invalid(N_("Vul alleen je voornaam in, in gewone letters."))
        name = verdict.clean
    adoption.nearness, adoption.first_name = nearness, name


def plan(db: Session, adoption: Adoption, wanted: Plan, *, by: Actor) -> None:
    """What will grow here. Raises ForbiddenPlant, TooHigh, ForbiddenInWords or Invalid."""
    _may_answer(adoption, by=by)
    limit = regulation.height_limit(adoption.regulation, adoption.adoptable)
    chosen = plants.chosen(list(wanted.codes), height_most_cm=limit)
    words = clean_text(wanted.words, most=LONGEST_PLAN)
    if not chosen and len(words) < 10:
        raise Invalid(N_("Kies minstens één plant, of beschrijf wat je wil planten."))
    hits = plants.forbidden_in(words)
    if hits and not wanted.keeps_words:
        raise ForbiddenInWords(", ".join(f"{plant.name} ({plant.reason})" for plant in hits))
    adoption.plan_words, adoption.plan_hits = words, ", ".join(plant.name for plant in hits)[:300]
    kept = {row.plant_code: row for row in adoption.plants}
    adoption.plants = [kept.get(plant.code) or PlannedPlant(plant_code=plant.code) for plant in chosen]
    adoption.has_plan = True
    db.flush()


def accept_rules(db: Session, adoption: Adoption, codes: set[str], *, by: Actor, now: datetime) -> None:
    """Accept the regulation of this request rule by rule. Raises NotFinished while one is missing."""
    _may_answer(adoption, by=by)
    missing = [rule["code"] for rule in adoption.regulation.rules if rule["code"] not in codes]
    if missing:
        raise NotFinished(N_("Vink elke regel aan. Zonder kan je deze plek niet adopteren."))
    known = {row.rule_code for row in adoption.accepted}
    for rule in adoption.regulation.rules:
        if rule["code"] not in known:
            adoption.accepted.append(AcceptedRule(rule_code=rule["code"], accepted_at=now))
    db.flush()


def unanswered(adoption: Adoption) -> str:
    """The first question that still needs an answer: who, where, plan or rules; empty when all is there."""
    accepted = {row.rule_code for row in adoption.accepted}
    open_questions = {
        "wie": adoption.adopter_kind is None,
        "waar": adoption.nearness is None,
        "planten": not adoption.has_plan,
        "regels": any(rule["code"] not in accepted for rule in adoption.regulation.rules),
    }
    return next((name for name, is_open in open_questions.items() if is_open), "")


def submit(db: Session, adoption: Adoption, *, by: Actor, now: datetime) -> AdoptionState:
    """Send the request: the first comes to the service, who comes later stands on the waiting list, in order.

    The row of the account and that of the place are locked, so that twenty at once leave one holder and nobody
    gets above the limit; the unique index on the holder is what guarantees it. Raises NotFinished, NeedsResidence,
    NotAdoptable, TooManyAdoptions or TooMuchWaiting.
    """
    own(adoption, by=by)
    if unanswered(adoption):
        raise NotFinished(N_("Er ontbreekt nog een antwoord. Ga terug en vul het aan."))
    if adoption.state == AdoptionState.CHANGES_ASKED:
        move(db, ADOPTIONS, adoption, "mend", by=by)
        outbox.record(db, "adoption.requested", adoption_id=adoption.id)
        return adoption.state
    rules = adoption.regulation
    if rules.residents_only and adoption.adopter_kind not in GROUPS and not by.is_resident:
        raise NeedsResidence
    db.execute(select(Account.id).where(Account.id == by.id).with_for_update())
    place = life.locked(db, adoption.adoptable_id)
    if not (place.is_free or place.takes_names):
        raise NotAdoptable(place.state_reason or N_("ze bestaat niet meer"))
    _refuse_too_many(db, adoption, by=by)
    adoption.submitted_at = now
    if place.is_free:
        try:
            with db.begin_nested():
                move(db, ADOPTIONS, adoption, "submit", by=by)
                move(db, PLACES, place, "request", by=by)
            outbox.record(db, "adoption.requested", adoption_id=adoption.id)
            return adoption.state
        except IntegrityError:
            db.refresh(place)
            db.refresh(adoption)
            adoption.submitted_at = now
    adoption.queue_number = life.next_number(db, place.id)
    move(db, ADOPTIONS, adoption, "queue", by=by)
    return adoption.state


def accept_offer(db: Session, adoption: Adoption, *, by: Actor, now: datetime) -> None:
    """The next in line still wants the place. Raises TooManyAdoptions."""
    own(adoption, by=by)
    ADOPTIONS.check(adoption, "accept", by=by)
    adoption.submitted_at = now
    move(db, ADOPTIONS, adoption, "accept", by=by)
    outbox.record(db, "adoption.requested", adoption_id=adoption.id)


def withdraw(db: Session, adoption: Adoption, *, by: Actor, now: datetime) -> None:
    """Take a request or a place on the waiting list back."""
    own(adoption, by=by)
    life.end(db, adoption, "withdraw", by=by, today=now.astimezone(BRUSSELS).date())


def discard(db: Session, adoption: Adoption, *, by: Actor) -> None:
    """Throw a request away that was never sent. Its photo must be gone already."""
    own(adoption, by=by)
    if adoption.state != AdoptionState.DRAFT:
        raise NotThere
    db.delete(adoption)
    db.flush()


def _may_answer(adoption: Adoption, *, by: Actor) -> None:
    own(adoption, by=by)
    if adoption.state not in MAY_ANSWER:
        raise NotThere


def _refuse_too_many(db: Session, adoption: Adoption, *, by: Actor) -> None:
    """An offered place counts: whoever has their number of places cannot wait for more than they may have."""
    mine = select(func.count()).select_from(Adoption).where(Adoption.account_id == by.id)
    rules = adoption.regulation
    if (db.scalar(mine.where(Adoption.state.in_(HOLDING))) or 0) >= rules.adoptions_most:
        raise TooManyAdoptions(rules.adoptions_most)
    if (db.scalar(mine.where(Adoption.state == AdoptionState.WAITING)) or 0) >= rules.waiting_most:
        raise TooMuchWaiting(rules.waiting_most)
