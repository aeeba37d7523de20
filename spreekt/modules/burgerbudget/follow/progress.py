"""While a project runs: news of milestones, what the area worker says to it, expenses with proof, and who is late."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line, clean_text
from spreekt.moderation import domain as moderation
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.follow.agreements import SameHands, locked
from spreekt.modules.burgerbudget.follow.domain import refuse_day
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, Instalment, Milestone, MilestoneState
from spreekt.modules.burgerbudget.follow.report_models import Expense, ProgressReport
from spreekt.modules.burgerbudget.follow.workflow import MILESTONES, acts_for, follows, may_see_inside, move
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.phases.models import LATE_DAYS, RoundRegulation
from spreekt.payouts.proofs import MOST_UPLOAD, NAME, harmless

LONGEST, SHORTEST = 3000, 20
MOST_EXPENSES = 200


class NotRunning(DomainError):
    """Not signed yet, or over."""

    says = N_("Dit kan alleen terwijl het project loopt: na het tekenen van de afspraak en voor het einde.")


class OwnReport(SameHands):
    """Who reports does not approve."""

    says = N_("Jij meldde deze mijlpaal zelf. Een collega keurt ze goed.")


def report(
    db: Session, execution: Execution, milestone: Milestone | None, *, text: str, by: Actor, now: datetime
) -> ProgressReport:
    """Tell that a milestone is done, or (None) how it all went in the end.

    It waits for a moderator before anybody reads it; the money does not wait for that.
    Raises NotThere, NotRunning, IllegalTransition, Invalid.
    """
    if not acts_for(by, execution) or (milestone is not None and milestone.project_id != execution.id):
        raise NotThere
    if locked(db, execution).state is not ExecutionState.RUNNING:
        raise NotRunning
    if milestone is None and execution.next_milestone is not None:
        raise Invalid(N_("Eerst moeten alle mijlpalen klaar zijn. Dan volgt het eindverslag."))
    body = clean_text(text, most=LONGEST)
    if len(body) < SHORTEST:
        raise Invalid(N_("Vertel in een paar zinnen wat er gebeurde."))
    about = milestone.title if milestone is not None else N_("het is klaar")
    made = ProgressReport(
        project_id=execution.id, milestone_id=milestone.id if milestone is not None else None, author_id=by.id,
        created_at=now, areas=list(execution.project.areas),
    )  # fmt: skip
    moderation.write(made, title=f"{execution.project.title}: {about}"[:120], body=body)
    db.add(made)
    db.flush()
    moderation.submit(db, made, by=by, now=now)
    if milestone is not None:
        milestone.asked = ""
        move(db, milestone, "report", by=by)
    outbox.record(db, "milestone.reported", report_id=made.id)
    return made


def ask_more(db: Session, milestone: Milestone, *, reason: str, by: Actor) -> None:
    """The area worker is not sure yet and says what is missing. Raises IllegalTransition, Forbidden, Invalid."""
    MILESTONES.check(milestone, "ask-more", by=by)
    milestone.asked = clean_text(reason, most=1000, least=5)
    move(db, milestone, "ask-more", by=by)
    outbox.record(db, "milestone.asked", milestone_id=milestone.id)


def approve(db: Session, milestone: Milestone, *, by: Actor, now: datetime) -> None:
    """The milestone is done; its instalment may be paid. Raises OwnReport, NotRunning, IllegalTransition, Forbidden."""
    MILESTONES.check(milestone, "approve", by=by)
    if locked(db, milestone.execution).state is not ExecutionState.RUNNING:
        raise NotRunning
    db.refresh(milestone)
    last = select(ProgressReport.author_id).where(ProgressReport.milestone_id == milestone.id)
    if by.id is None or db.scalar(last.order_by(ProgressReport.id.desc()).limit(1)) == by.id:
        raise OwnReport
    today = now.astimezone(BRUSSELS).date()
    milestone.approved_on, milestone.approved_by_id = today, by.id
    move(db, milestone, "approve", by=by)
    instalment = db.scalars(select(Instalment).where(Instalment.milestone_id == milestone.id)).one_or_none()
    if instalment is not None and instalment.released_on is None:
        instalment.released_on = today
    db.flush()
    outbox.record(db, "milestone.approved", milestone_id=milestone.id)


def postpone(db: Session, milestone: Milestone, *, due_on: date, reason: str, by: Actor, now: datetime) -> None:
    """The area worker gives a milestone a later day; why stands in the log. Raises NotRunning, WrongDay, Invalid."""
    execution = milestone.execution
    if not follows(by, execution):
        raise Forbidden
    if execution.state is not ExecutionState.RUNNING or milestone.state is not MilestoneState.OPEN:
        raise NotRunning
    refuse_day(execution, due_on, now)
    if due_on <= milestone.due_on:
        raise Invalid(N_("Kies een dag na de dag die er nu staat."))
    words = clean_line(reason, most=200, least=5)
    milestone.due_on, milestone.late_told_on = due_on, None
    db.flush()
    audit.record(db, by=by, act="milestone.postpone", subject=f"milestone:{milestone.id}", reason=words)
    outbox.record(db, "milestone.postponed", milestone_id=milestone.id)


def add_expense(
    db: Session, execution: Execution, *, what: str, cents: int, spent_on: date, proof: IO[bytes], by: Actor,
    now: datetime,
) -> Expense:  # fmt: skip
    """Put a bill with its proof in the books of a project. Raises NotThere, NotRunning, Invalid."""
    if not acts_for(by, execution):
        raise NotThere
    if locked(db, execution).state is not ExecutionState.RUNNING:
        raise NotRunning
    here = db.scalar(select(func.count()).select_from(Expense).where(Expense.project_id == execution.id)) or 0
    if here >= MOST_EXPENSES:
        raise Invalid(N_("Er staan al heel veel uitgaven. Bel ons: we zoeken samen een andere weg."))
    if cents <= 0:
        raise Invalid(N_("Vul een bedrag boven nul in."))
    if spent_on > now.astimezone(BRUSSELS).date():
        raise Invalid(N_("Kies de dag die op de rekening staat. Die ligt niet in de toekomst."))
    label = clean_line(what, most=120, least=2)
    content, media_type = harmless(proof.read(MOST_UPLOAD + 1))
    made = Expense(
        project_id=execution.id, account_id=by.id, what=label, amount_cents=cents, spent_on=spent_on,
        name=secrets.token_hex(16), media_type=media_type, content=content, stored_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def drop_expense(db: Session, expense: Expense, *, by: Actor) -> None:
    """Take a bill out of the books, as long as the project runs. Raises NotThere, NotRunning."""
    if not acts_for(by, expense.execution):
        raise NotThere
    if locked(db, expense.execution).state is not ExecutionState.RUNNING:
        raise NotRunning
    db.delete(expense)
    db.flush()


def judge_expense(db: Session, expense: Expense, *, counts: bool, refusal: str = "", by: Actor) -> None:
    """The area worker counts a bill, or does not and says why. Raises NotRunning, Invalid."""
    if not follows(by, expense.execution):
        raise Forbidden
    if locked(db, expense.execution).has_ended:
        raise NotRunning
    expense.refusal = "" if counts else clean_line(refusal, most=300, least=5)
    db.flush()
    act = "expense.accept" if counts else "expense.refuse"
    audit.record(db, by=by, act=act, subject=f"expense:{expense.id}", reason=expense.refusal)
    outbox.record(db, "expense.judged", expense_id=expense.id)


def proof_for(db: Session, name: str, *, by: Actor) -> Expense:
    """The proof with this name, for who may see inside; for others it does not exist. A look of staff is logged."""
    found = db.scalars(select(Expense).where(Expense.name == name)).one_or_none()
    if not NAME.fullmatch(name) or found is None or not may_see_inside(by, found.execution):
        raise NotThere
    if not acts_for(by, found.execution):
        audit.record(db, by=by, act="expense.proof-seen", subject=f"expense:{found.id}")
    return found


def expenses_of(db: Session, project_id: int) -> Sequence[Expense]:
    """Bills by their day."""
    query = select(Expense).where(Expense.project_id == project_id).order_by(Expense.spent_on, Expense.id)
    return db.scalars(query).all()


def spent_cents(db: Session, project_id: int) -> int:
    """What the accepted bills come to."""
    counted = (Expense.project_id == project_id, Expense.refusal == "")
    return int(db.scalar(select(func.coalesce(func.sum(Expense.amount_cents), 0)).where(*counted)) or 0)


def is_late(milestone: Milestone, late_days: int, today: date) -> bool:
    """Its day is past by more than the regulation allows, and nobody told anything."""
    return milestone.state is MilestoneState.OPEN and milestone.due_on + timedelta(days=late_days) < today


def late_milestones(db: Session, today: date) -> list[Milestone]:
    """Every milestone of a running project that is late, the latest first."""
    query = (
        select(Milestone, func.coalesce(RoundRegulation.late_days, LATE_DAYS))
        .join(Execution, Execution.project_id == Milestone.project_id)
        .join(Project, Project.id == Milestone.project_id)
        .outerjoin(RoundRegulation, RoundRegulation.round_id == Project.round_id)
        .where(Execution.state == ExecutionState.RUNNING, Milestone.state == MilestoneState.OPEN,
               Milestone.due_on < today)
        .options(
            joinedload(Milestone.execution).joinedload(Execution.project).selectinload(Project.areas),
            joinedload(Milestone.execution).selectinload(Execution.dossier).selectinload(Dossier.members),
        )
        .order_by(Milestone.due_on, Milestone.id)
    )  # fmt: skip
    return [milestone for milestone, late_days in db.execute(query) if is_late(milestone, late_days, today)]


def tell_late(db: Session, now: datetime) -> None:
    """Tell each group once that a milestone is late. Running it again tells nothing."""
    today = now.astimezone(BRUSSELS).date()
    for milestone in late_milestones(db, today):
        if milestone.late_told_on is None:
            milestone.late_told_on = today
            audit.record(db, by=SYSTEM, act="milestone.late", subject=f"milestone:{milestone.id}")
            outbox.record(db, "milestone.late", milestone_id=milestone.id)
    db.flush()


def reports_of(db: Session, project_id: int) -> Sequence[ProgressReport]:
    """All news of one project, newest first, whatever readers may see of it."""
    query = (
        select(ProgressReport)
        .where(ProgressReport.project_id == project_id)
        .options(joinedload(ProgressReport.pictures))
        .order_by(ProgressReport.id.desc())
    )
    return db.scalars(query).unique().all()


def has_final_report(db: Session, project_id: int) -> bool:
    """Whether the group told how it went in the end."""
    at_end = (ProgressReport.project_id == project_id, ProgressReport.milestone_id.is_(None))
    return db.scalar(select(ProgressReport.id).where(*at_end).limit(1)) is not None
