"""The agreement between a group and the city: what it says, who signs, and the instalments that follow from it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.storage import Json
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.follow.domain import first_cents, numbers_of
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution, ExecutionState, Instalment
from spreekt.modules.burgerbudget.follow.workflow import follows, move, signs_for


class NotDivided(Invalid):
    """The milestones do not add up to what is paid after signing. The argument is that amount in euros."""

    says = N_("De mijlpalen moeten samen {0} euro zijn. Pas hun bedragen aan tot het klopt.")


class SignedAlready(DomainError):
    """The plan on the table carries a signature."""

    says = N_("Deze afspraak is al getekend. Laad de pagina opnieuw.")


class PlanChanged(DomainError):
    """What was signed is not what stood on the page."""

    says = N_("Het plan is intussen veranderd. Lees het opnieuw en teken dan.")


class SameHands(DomainError):
    """One person cannot sign for both sides."""

    says = N_("Jij tekende al voor wie het project uitvoert. Een collega tekent voor de stad.")


def locked(db: Session, execution: Execution) -> Execution:
    """The same row, held until this transaction ends, as it is now. SQLite lets one writer in at a time anyway."""
    db.execute(select(Execution.project_id).where(Execution.project_id == execution.project_id).with_for_update())
    db.refresh(execution)
    db.expire(execution, ["milestones", "agreements", "instalments"])
    return execution


def plan_of(db: Session, execution: Execution) -> Json:
    """The plan as it stands now: what an agreement keeps."""
    round = execution.project.round
    rules, decision = numbers_of(db, round), db.get(CollegeDecision, round.id)
    return {
        "project": execution.project.title,
        "round": round.title,
        "decided_on": decision.decided_on.isoformat() if decision is not None else None,
        "decision_uri": decision.decision_uri if decision is not None else "",
        "award_cents": execution.award_cents,
        "first_cents": first_cents(execution.award_cents, rules.first_instalment_percent),
        "due_on": execution.due_on.isoformat() if execution.due_on else None,
        "late_days": rules.late_days,
        "milestones": [
            {"title": each.title, "due_on": each.due_on.isoformat(), "amount_cents": each.amount_cents}
            for each in execution.milestones
        ],
    }


def mark_of(plan: Any) -> str:
    """SHA-256 of a plan as canonical JSON: what was on the page is what is signed."""
    return hashlib.sha256(json.dumps(plan, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def left_to_divide(plan: Json) -> int:
    """In cents, what the milestones still miss of what is paid after signing; below zero when they promise too much."""
    given = sum(each["amount_cents"] for each in plan["milestones"])
    return int(plan["award_cents"]) - int(plan["first_cents"]) - int(given)


def sign(db: Session, execution: Execution, *, name: str, seen: str, by: Actor, now: datetime) -> Agreement:
    """The lead agrees to the plan as it was shown. Raises SignedAlready, PlanChanged, NotDivided, Invalid."""
    if not signs_for(by, execution):
        raise NotThere
    locked(db, execution)
    if execution.state is not ExecutionState.TO_START or execution.agreement is not None:
        raise SignedAlready
    plan = plan_of(db, execution)
    if seen != mark_of(plan):
        raise PlanChanged
    if left_to_divide(plan):
        raise NotDivided(f"{(plan['award_cents'] - plan['first_cents']) / 100:.2f}".replace(".", ","))
    number = (db.scalar(select(func.max(Agreement.number)).where(Agreement.project_id == execution.id)) or 0) + 1
    made = Agreement(
        project_id=execution.id, number=number, content=plan, content_sha256=mark_of(plan), account_id=by.id,
        signed_name=clean_line(name, most=80, least=3), signed_at=now,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(made)
            db.flush()
    except IntegrityError:
        raise SignedAlready from None
    db.expire(execution, ["agreements"])
    audit.record(db, by=by, act="execution.sign", subject=f"execution:{execution.id}", reason=made.content_sha256)
    outbox.record(db, "execution.signed", project_id=execution.id)
    return made


def send_back(db: Session, execution: Execution, *, reason: str, by: Actor, now: datetime) -> None:
    """The area worker gives the plan back before signing; the group changes it and signs a new number."""
    if not follows(by, execution):
        raise Forbidden
    found = locked(db, execution).agreement
    if found is None or found.approved_at is not None:
        raise SignedAlready
    found.lapsed_at, found.lapse_reason = now, clean_text(reason, most=1000, least=5)
    db.flush()
    audit.record(db, by=by, act="execution.send-back", subject=f"execution:{execution.id}")
    outbox.record(db, "execution.sent-back", agreement_id=found.id)


def countersign(db: Session, execution: Execution, *, by: Actor, now: datetime) -> None:
    """The area worker signs for the city: the project runs, and the money is cut in instalments.

    Raises SignedAlready, SameHands.
    """
    if not follows(by, execution):
        raise Forbidden
    found = locked(db, execution).agreement
    if found is None or found.approved_at is not None:
        raise SignedAlready
    if by.id is None or found.account_id == by.id:
        raise SameHands
    found.approved_at, found.approved_by_id, found.approved_name = now, by.id, by.display_name[:80]
    move(db, execution, "start", by=by)
    _cut(db, execution, int(found.content["first_cents"]), now)
    outbox.record(db, "execution.started", project_id=execution.id)


def _cut(db: Session, execution: Execution, first: int, now: datetime) -> None:
    """Piece after piece of the award: what is paid on signing, then one for each milestone with money."""
    pieces = [(None, first), *((each.id, each.amount_cents) for each in execution.milestones)]
    begins = 0
    for milestone_id, cents in pieces:
        if cents <= 0:
            continue
        db.add(
            Instalment(
                project_id=execution.id, award_cents=execution.award_cents, from_cents=begins,
                until_cents=begins + cents, after_cents=begins or None, payable_cents=cents, milestone_id=milestone_id,
                released_on=now.astimezone(BRUSSELS).date() if milestone_id is None else None,
            )
        )  # fmt: skip
        db.flush()
        begins += cents
    db.expire(execution, ["instalments"])
