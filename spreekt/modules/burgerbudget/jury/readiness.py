"""What keeps the report of a jury open, in words: missing sheets, projects without a verdict, too little money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel.errors import N_
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury.conflicts import JuryIsNotOpen
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.jury.queries import Standing
from spreekt.modules.burgerbudget.models import Pot, Project, Round
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.election import Project as RuleProject
from spreekt.modules.burgerbudget.rules.gates import Shortlist
from spreekt.modules.burgerbudget.rules.jury import NotAJuryChoice, chosen_by_jury


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the money, and what the jury spends of it. `name` is empty for what belongs to the whole city."""

    name: str
    amount_cents: int
    spent_cents: int

    @property
    def over_cents(self) -> int:
        return max(0, self.spent_cents - self.amount_cents)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps the report open: a sentence, what belongs in it, and for {money} an amount in cents."""

    says: str
    values: tuple[object, ...] = ()
    cents: int = 0


def parts(db: Session, round: Round, projects: Sequence[Project], verdicts: Sequence[JuryVerdict]) -> list[Part]:
    """What the chosen cost, of each share of the money."""
    pots = db.scalars(select(Pot).where(Pot.round_id == round.id).options(joinedload(Pot.area)).order_by(Pot.id)).all()
    chosen = {each.project_id for each in verdicts if each.chosen}

    def spent(pot_id: int | None) -> int:
        return sum(each.cost_cents for each in projects if each.id in chosen and each.pot_id == pot_id)

    rest = round.amount_cents - sum(pot.amount_cents for pot in pots)
    found = [Part(pot.name, pot.amount_cents, spent(pot.id)) for pot in pots]
    return [Part("", rest, spent(None)), *found] if rest or spent(None) else found


def obstacles(db: Session, standing: Standing, now: datetime) -> list[Obstacle]:
    """Everything that keeps the report from being closed, in words. Without anybody it only says why, see close."""
    if not standing.is_closed and jury_queries.has_nobody(db, standing, now):
        return []
    if not standing.is_open(now):
        return [Obstacle(JuryIsNotOpen.says)]
    round, projects = standing.round, shortlist.projects(db, standing.round, now)
    verdicts = [each for each in jury_queries.verdicts_of(db, round.id) if each.project in projects]
    return [*_of_the_work(db, round, projects), *_of_the_verdicts(standing, projects, verdicts),
            *_of_the_money(db, standing, projects, verdicts)]  # fmt: skip


def _of_the_work(db: Session, round: Round, projects: Sequence[Project]) -> Iterator[Obstacle]:
    if not projects:
        yield Obstacle(N_("Er zijn nog geen projecten voor de jury."))
    if not jury_queries.criteria_of(db, round.id):
        yield Obstacle(N_("Er zijn geen criteria, dus kan niemand punten geven."))
    missing = sum(total.missing for total in jury_scores.totals(db, round.id, projects).values())
    if missing == 1:
        yield Obstacle(N_("Eén scoreblad is nog niet doorgegeven."))
    elif missing:
        yield Obstacle(N_("Nog {0} scorebladen zijn niet doorgegeven."), (missing,))
    if not jury_queries.sessions_of(db, round.id):
        yield Obstacle(N_("Er is nog geen zitting genoteerd."))


def _of_the_verdicts(
    standing: Standing, projects: Sequence[Project], verdicts: Sequence[JuryVerdict]
) -> Iterator[Obstacle]:
    decided = {each.project_id for each in verdicts}
    for project in projects:
        if project.id not in decided:
            yield Obstacle(N_("Over “{0}” is nog niets beslist."), (project.shown_title,))
    most, chosen = standing.rules.winners_most if standing.rules else None, sum(each.chosen for each in verdicts)
    if most is not None and chosen > most:
        yield Obstacle(N_("De jury koos {0} projecten. Het reglement laat er hoogstens {1} toe."), (chosen, most))
    if standing.is_weighed and chosen:
        yield Obstacle(N_("In deze ronde kiest de jury niet apart. Zet elk project op “niet gekozen”."))


def _of_the_money(
    db: Session, standing: Standing, projects: Sequence[Project], verdicts: Sequence[JuryVerdict]
) -> Iterator[Obstacle]:
    """What does not fit in a share of the money; rules/jury.py has the last word on every choice."""
    over = [each for each in parts(db, standing.round, projects, verdicts) if each.over_cents]
    for part in over:
        says = N_("De keuze kost {money} meer dan er is voor {0}.") if part.name else N_(
            "De keuze kost {money} meer dan er is."
        )  # fmt: skip
        yield Obstacle(says, (part.name,), part.over_cents)
    codes = {each.id: each.code for each in projects}
    election = Election(
        budget=standing.round.amount_cents, units=100, ballots=(),
        projects=tuple(RuleProject(id=each.code, cost=each.cost_cents) for each in projects),
    )  # fmt: skip
    try:
        chosen_by_jury(election, Shortlist(tuple(codes.values()), {}, None),
                       [codes[each.project_id] for each in verdicts if each.chosen])  # fmt: skip
    except NotAJuryChoice as refusal:
        if not over:
            yield Obstacle("{0}", (str(refusal),))
