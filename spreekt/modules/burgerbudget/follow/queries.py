"""What carrying out asks of the database: one project with all of it, lists for readers and for staff. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.kernel.errors import NotThere
from spreekt.moderation.models import State, submission_areas
from spreekt.modules.burgerbudget.awards.models import Award
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.follow.models import (
    Agreement,
    Execution,
    ExecutionState,
    Instalment,
    Milestone,
    MilestoneState,
)
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.models import Project
from spreekt.territory.models import Area


def execution_with(db: Session, project_id: int) -> Execution:
    """One project that won with its plan, its agreement, its money and its group, or NotThere."""
    query = (
        select(Execution)
        .where(Execution.project_id == project_id)
        .options(
            joinedload(Execution.project).joinedload(Project.round),
            joinedload(Execution.project).selectinload(Project.areas).defer(Area.outline),
            joinedload(Execution.dossier).selectinload(Dossier.members).joinedload(DossierMember.account),
            selectinload(Execution.milestones),
            selectinload(Execution.agreements),
            selectinload(Execution.instalments).joinedload(Instalment.payment),
            selectinload(Execution.instalments).joinedload(Instalment.milestone),
        )
    )
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotThere
    return found


def executions_of(db: Session, round_id: int) -> Sequence[Execution]:
    """Everything of a round that is carried out, in the order of the award."""
    query = (
        select(Execution)
        .join(Award, Award.project_id == Execution.project_id)
        .where(Award.round_id == round_id)
        .options(
            joinedload(Execution.project).selectinload(Project.areas).defer(Area.outline),
            selectinload(Execution.milestones),
            selectinload(Execution.dossier).selectinload(Dossier.members),
            selectinload(Execution.agreements),
            selectinload(Execution.instalments).joinedload(Instalment.payment),
        )
        .order_by(Award.place)
    )
    return db.scalars(query).all()


def delivered(db: Session, round_ids: Collection[int]) -> dict[int, int]:
    """How many projects of each round stand in the street; a round of which none does is not in it."""
    query = (
        select(Award.round_id, func.count())
        .join(Execution, Execution.project_id == Award.project_id)
        .where(Award.round_id.in_(round_ids), Execution.state == ExecutionState.DONE)
        .group_by(Award.round_id)
    )
    return {row.round_id: row[1] for row in db.execute(query)}


def open_executions(db: Session) -> Sequence[Execution]:
    """Everything that is not over, of all rounds, the oldest first: what somebody still follows."""
    query = (
        select(Execution)
        .where(Execution.state.in_([ExecutionState.TO_START, ExecutionState.RUNNING]))
        .options(
            joinedload(Execution.project).joinedload(Project.round),
            joinedload(Execution.project).selectinload(Project.areas).defer(Area.outline),
            selectinload(Execution.milestones),
            selectinload(Execution.agreements),
            selectinload(Execution.dossier).selectinload(Dossier.members),
        )
        .order_by(Execution.began_at, Execution.project_id)
    )
    return db.scalars(query).all()


def latest_news(db: Session, project_ids: Collection[int]) -> dict[int, ProgressReport]:
    """The last news of each project that everybody may read, with its photos."""
    newest = (
        select(func.max(ProgressReport.id))
        .where(ProgressReport.project_id.in_(project_ids), ProgressReport.state == State.PUBLISHED)
        .group_by(ProgressReport.project_id)
        .correlate(None)
    )
    query = select(ProgressReport).where(ProgressReport.id.in_(newest)).options(selectinload(ProgressReport.pictures))
    return {report.project_id: report for report in db.scalars(query)}


def public_news(db: Session, project_id: int) -> Sequence[ProgressReport]:
    """All news of a project that everybody may read, oldest first."""
    query = (
        select(ProgressReport)
        .where(ProgressReport.project_id == project_id, ProgressReport.state == State.PUBLISHED)
        .options(selectinload(ProgressReport.pictures))
        .order_by(ProgressReport.published_at, ProgressReport.id)
    )
    return db.scalars(query).all()


def carried_by(db: Session, account_id: int) -> Sequence[Execution]:
    """Projects that won of the groups an account is in, newest first."""
    query = (
        select(Execution)
        .join(Dossier, Dossier.project_id == Execution.project_id)
        .join(DossierMember, DossierMember.dossier_id == Dossier.id)
        .where(DossierMember.account_id == account_id, DossierMember.left_at.is_(None))
        .options(joinedload(Execution.project), selectinload(Execution.milestones), selectinload(Execution.agreements))
        .order_by(Execution.project_id.desc())
    )
    return db.scalars(query).all()


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """What waits for who follows projects: signatures, reports, projects to round off."""

    to_sign: int
    to_judge: int

    @property
    def number(self) -> int:
        return self.to_sign + self.to_judge


def at_the_desk(db: Session, area_ids: Collection[int] | None, *, but: int | None) -> AtTheDesk:
    """What waits in these areas (None: all). `but` is the account that looks: it does not follow its own group."""
    own = exists().where(
        Dossier.project_id == Execution.project_id, DossierMember.dossier_id == Dossier.id,
        DossierMember.account_id == but, DossierMember.left_at.is_(None),
    )  # fmt: skip
    here = (_lies_in(area_ids), ~own)
    signed = (Agreement.approved_at.is_(None), Agreement.lapsed_at.is_(None),
              Execution.state == ExecutionState.TO_START)  # fmt: skip
    to_sign = select(func.count()).select_from(Agreement).join(Execution).where(*signed, *here).scalar_subquery()
    told = (Milestone.state == MilestoneState.REPORTED, Execution.state == ExecutionState.RUNNING)
    to_judge = select(func.count()).select_from(Milestone).join(Execution).where(*told, *here).scalar_subquery()
    return AtTheDesk(*db.execute(select(to_sign, to_judge)).one())


def _lies_in(area_ids: Collection[int] | None) -> ColumnElement[bool]:
    if area_ids is None:
        return true()
    any_area = exists().where(submission_areas.c.submission_id == Execution.project_id)
    return or_(any_area.where(submission_areas.c.area_id.in_(area_ids)), ~any_area)


def next_day(execution: Execution) -> date | None:
    """The day to look out for: of the milestone that comes now, else the last day."""
    if execution.has_ended:
        return None
    coming = execution.next_milestone
    return coming.due_on if coming is not None else execution.due_on
