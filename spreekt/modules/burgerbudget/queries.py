"""What Burgerbudget asks of the database. Reads only; sealed choices are opened in counting.py and ballots.py alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from spreekt.electorate.models import Poll
from spreekt.kernel.errors import NotThere
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import State, Submission
from spreekt.modules.burgerbudget.awards.models import Award, CollegeDecision
from spreekt.modules.burgerbudget.jury.models import JuryReport
from spreekt.modules.burgerbudget.models import Pot, Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.officers.models import CountingOfficer
from spreekt.modules.burgerbudget.phases.models import Phase, RoundRegulation
from spreekt.modules.burgerbudget.rules.ties import natural_order
from spreekt.modules.burgerbudget.workflow import ON_BALLOT
from spreekt.territory.models import Area, Partition

BOROUGHS = "deelgemeente"


def round_with(db: Session, slug: str, *, pots: bool = False, outcomes: bool = False) -> Round:
    """One round by the word in its address, with what the page needs, or NotThere."""
    query = select(Round).where(Round.slug == slug).options(*_with(pots, outcomes))
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotThere
    return found


def round_and_rules(
    db: Session, slug: str, *, pots: bool = False, outcomes: bool = False
) -> tuple[Round, RoundRegulation | None]:
    """One round and the numbers of its regulation, in one statement, with what the page needs, or NotThere."""
    query = select(Round, RoundRegulation).outerjoin(RoundRegulation, RoundRegulation.round_id == Round.id)
    found = db.execute(query.where(Round.slug == slug).options(*_with(pots, outcomes))).one_or_none()
    if found is None:
        raise NotThere
    return found[0], found[1]


def regulations_of(db: Session, rounds: Sequence[Round]) -> dict[int, RoundRegulation]:
    """The regulations of many rounds by round, in one statement."""
    query = select(RoundRegulation).where(RoundRegulation.round_id.in_([round.id for round in rounds]))
    return {rules.round_id: rules for rules in db.scalars(query)}


def _with(pots: bool, outcomes: bool) -> list[ExecutableOption]:
    more = [selectinload(Round.pots).joinedload(Pot.area), selectinload(Round.themes_from)] if pots else []
    return [*more, selectinload(Round.outcomes), joinedload(Round.decision)] if outcomes else [*more]


def all_rounds(db: Session, *, pots: bool = False) -> Sequence[Round]:
    """Every round with its outcomes and its decision, newest vote first; with pots also the round they came from."""
    query = select(Round).join(Poll).options(*_with(pots, True)).order_by(Poll.closes_at.desc(), Round.id)
    return db.scalars(query).all()


def open_rounds(db: Session, now: datetime) -> Sequence[Round]:
    """Rounds in which one can vote now, the first to close first."""
    is_open = (Poll.opens_at <= now) & (Poll.closes_at > now) & Round.without_vote.is_(False) & ~Round.hold.has()
    found = db.scalars(select(Round).join(Poll).where(is_open).order_by(Poll.closes_at, Poll.id))
    return [round for round in found if round.takes_votes(now)]


def published_rounds(db: Session, now: datetime, *, most: int = 3) -> Sequence[Round]:
    """Rounds about projects whose result everybody may see, newest first."""
    published = select(PublishedOutcome.round_id).where(PublishedOutcome.published_at.is_not(None))
    since = case((Round.without_vote, CollegeDecision.published_at), else_=Round.publishes_at)
    query = (
        select(Round)
        .outerjoin(Round.decision)
        .where(or_(Round.without_vote, Round.id.in_(published)), since <= now, ~Round.is_about_themes)
        .options(selectinload(Round.outcomes), contains_eager(Round.decision))
        .order_by(since.desc(), Round.id)
        .limit(most)
    )
    return [round for round in db.scalars(query).all() if round.shows_outcome(now)]


def projects_of(db: Session, round_id: int, *, with_areas: bool = True) -> list[Project]:
    """The projects on the ballot of a round, in the natural order of their codes."""
    query = select(Project).where(Project.round_id == round_id, Project.state.in_(ON_BALLOT))
    if with_areas:
        query = query.options(selectinload(Project.areas))
    return sorted(db.scalars(query).all(), key=lambda project: natural_order(project.code))


def titles_of(db: Session, round_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By round and code, what each project is called now; a hidden title is not among them."""
    found: dict[int, dict[str, str]] = {round_id: {} for round_id in round_ids}
    of_a_title = (Project.round_id, Project.code, Project.title, Project.state)
    for project in db.scalars(select(Project).where(Project.round_id.in_(round_ids)).options(load_only(*of_a_title))):
        found[project.round_id][project.code] = project.shown_title
    return found


def project_of(db: Session, slug: str, project_id: int) -> Project:
    """One project of one round with its areas, whatever its state, or NotThere."""
    query = (
        select(Project)
        .join(Round, Round.id == Project.round_id)
        .where(Project.id == project_id, Round.slug == slug)
        .options(selectinload(Project.areas), joinedload(Project.round))
    )
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotThere
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader wants to see of a list of projects."""

    area: str = ""
    theme: str = ""
    words: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.area or self.theme or self.words)

    def keeps(self, project: Project) -> bool:
        """Whether this project is wanted. A round has at most some hundreds, so this is asked in memory.

        Only what may be read is searched: words that were hidden find nothing.
        """
        text = f"{project.shown_title} {project.body if project.is_public else ''}".casefold()
        return (
            (not self.area or any(area.code == self.area for area in project.areas))
            and (not self.theme or project.theme == self.theme)
            and all(word in text for word in self.words.casefold().split())
        )


def shuffled(projects: Sequence[Project], seed: str) -> list[Project]:
    """An order that favours nobody, the same for the same seed."""
    return sorted(projects, key=lambda project: hashlib.sha256(f"{seed} {project.code}".encode()).digest())


def boroughs(db: Session, now: datetime) -> list[Area]:
    """The areas over which an amount can be divided."""
    query = select(Area).join(Partition).where(Partition.code == BOROUGHS).order_by(Area.name)
    return [area for area in db.scalars(query) if area.holds_on(now.date())]


def areas_of_call(db: Session, round: Round, now: datetime) -> list[Area]:
    """Where a plan for this round can lie: in the one area that the call is for, or in any."""
    only = round.poll.area_id
    return boroughs(db, now) if only is None else [db.get_one(Area, only)]


def proposals_to_grow(db: Session, round_id: int, words: str, *, most: int = 50) -> Sequence[Submission]:
    """Published proposals that are not in this round yet, newest first."""
    grown = select(Project.origin_id).where(Project.round_id == round_id, Project.origin_id.is_not(None))
    query = (
        select(Submission)
        .where(Submission.kind == "voorstel", Submission.state == State.PUBLISHED, Submission.id.not_in(grown))
        .order_by(Submission.published_at.desc(), Submission.id.desc())
        .limit(most)
    )
    for word in words.split():
        query = query.where(or_(Submission.title.icontains(word, autoescape=True),
                                Submission.body.icontains(word, autoescape=True)))  # fmt: skip
    return db.scalars(query).all()


def costs_on_ballot(db: Session, round_id: int) -> dict[str, int]:
    """The projects that may stand on a ballot of this round: code and price in cents."""
    query = select(Project.code, Project.cost_cents).where(Project.round_id == round_id, Project.state.in_(ON_BALLOT))
    return {row.code: row.cost_cents for row in db.execute(query.order_by(Project.code))}


def rounds_that_took(db: Session, round_id: int) -> Sequence[Round]:
    """Rounds that took their themes, or the money for them, from a round about themes."""
    return db.scalars(select(Round).where(Round.themes_from_id == round_id).order_by(Round.id)).all()


def number_of_projects(db: Session, round_id: int) -> int:
    """How many projects are on the ballot."""
    on_ballot = select(Project.id).where(Project.round_id == round_id, Project.state.in_(ON_BALLOT)).subquery()
    return db.scalar(select(func.count()).select_from(on_ballot)) or 0


def published_decision(db: Session, round_id: int) -> CollegeDecision | None:
    """What the college decided and two people published, with its awards in order, their projects and their areas."""
    query = (
        select(CollegeDecision)
        .where(CollegeDecision.round_id == round_id, CollegeDecision.published_at.is_not(None))
        .options(selectinload(CollegeDecision.awards).joinedload(Award.project).selectinload(Project.areas))
    )
    return db.scalars(query).one_or_none()


def published_decisions(db: Session, round_ids: Sequence[int]) -> dict[int, CollegeDecision]:
    """What the college decided about each of these rounds, with the titles of its awards in order."""
    query = (
        select(CollegeDecision)
        .where(CollegeDecision.round_id.in_(round_ids), CollegeDecision.published_at.is_not(None))
        .options(selectinload(CollegeDecision.awards).joinedload(Award.project))
    )
    return {decision.round_id: decision for decision in db.scalars(query)}


def rounds_to_award(db: Session, who_id: int | None, now: datetime) -> Sequence[Round]:
    """Rounds whose college decision waits for this publisher: to be entered in its phase, or to be confirmed.

    In a round of phases that has none for the award, it is time once the result, or the report of its jury, is out.
    A round about themes waits for nobody: nothing in it is paid.
    """
    other = aliased(Phase)
    has_phases = select(other.kind).where(other.round_id == Round.id).exists()
    has_jury = select(RoundRegulation.round_id).where(
        RoundRegulation.round_id == Round.id, RoundRegulation.jury_size > 0
    ).exists()  # fmt: skip
    has_report = select(JuryReport.round_id).where(
        JuryReport.round_id == Round.id, JuryReport.published_at.is_not(None)
    ).exists()  # fmt: skip
    has_result = Round.outcomes.any(PublishedOutcome.published_at.is_not(None))
    is_out = has_phases & or_(has_report, has_result & ~has_jury)
    query = (
        select(Round)
        .outerjoin(Phase, (Phase.round_id == Round.id) & (Phase.kind == PhaseKind.AWARD))
        .outerjoin(CollegeDecision, CollegeDecision.round_id == Round.id)
        .where(
            CollegeDecision.published_at.is_(None),
            ~Round.is_about_themes,
            or_(
                CollegeDecision.round_id.is_(None) & or_(Phase.opens_at <= now, Phase.round_id.is_(None) & is_out),
                CollegeDecision.round_id.is_not(None) & (CollegeDecision.prepared_by_id != who_id),
            ),
        )
        .order_by(Round.id)
    )
    return db.scalars(query).all()


def officers_of(db: Session, round_id: int) -> Sequence[CountingOfficer]:
    """The counting officers of a round by seat, as they are now: keys come in one by one, perhaps at once."""
    query = (
        select(CountingOfficer).where(CountingOfficer.round_id == round_id).options(joinedload(CountingOfficer.account))
    )
    fresh = query.order_by(CountingOfficer.seat).execution_options(populate_existing=True)
    return db.scalars(fresh).all()
