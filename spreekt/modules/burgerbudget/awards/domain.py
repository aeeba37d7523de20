"""From vote and jury to money: what they propose, what the college decides, and who publishes that. Two people.

The college decides; where it leaves the proposal it says why. Nothing here counts votes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.dutch import day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, StaleVersion
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.storage import Json
from spreekt.kernel.text import clean_text
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.awards.models import Award, CollegeDecision
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.phases.timeline import has_reached, phase, timeline
from spreekt.modules.burgerbudget.queries import projects_of
from spreekt.modules.burgerbudget.rules.fairness import judge
from spreekt.modules.burgerbudget.rules.gates import Gate, shortlist
from spreekt.modules.burgerbudget.rules.jury import weigh
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.ties import tie_key
from spreekt.modules.burgerbudget.voting.game import Decider, decider_of, gate_of


class NotYetAwarded(DomainError):
    """The argument is what must come first."""

    says = "{0}"


class DecidedBefore(DomainError):
    """There is a published decision."""

    says = N_("Het besluit over deze ronde is al gepubliceerd.")


class OverAmount(Invalid):
    """More is awarded than there is."""

    says = N_("Samen is dat meer dan er te verdelen is. Maak een bedrag kleiner of haal een project weg.")


class MoreThanAsked(Invalid):
    """The argument is the project."""

    says = N_("“{0}” krijgt meer dan het kost. Kies een bedrag tot en met de prijs van het project.")


class SaysNoReason(Invalid):
    """A decision that leaves the proposal needs a reason."""

    says = N_("Het besluit wijkt af van wat stemming of jury voorstelden. Schrijf waarom.")


class NothingAwarded(Invalid):
    """A decision without a project."""

    says = N_("Kies minstens één project dat geld krijgt.")


class WrongDecisionDay(Invalid):
    """The argument is the first day on which the college can have decided, in words."""

    says = N_("Kies de dag waarop het college besliste: van {0} tot en met vandaag.")


class SamePublisher(DomainError):
    """Who prepared it may not publish it."""

    says = N_("Jij bereidde dit besluit voor. Iemand anders moet het publiceren.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The projects that vote or jury put forward, in order, and who did. `weights` says how public and jury weighed."""

    decider: Decider
    projects: tuple[Project, ...]
    weights: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody enters of the college's decision: amounts in cents by project id, in order of place."""

    decided_on: date
    decision_uri: str
    amounts: Mapping[int, int]
    reason: str = ""


def is_time(db: Session, round: Round, clock: Clock) -> str:
    """Why the college cannot decide yet, or never; empty when it can."""
    now, spans = clock.database_now(db), timeline(db, round)
    if round.is_about_themes:
        return N_("In een ronde over thema's wordt niets toegekend. De volgende ronde neemt de uitslag over.")
    if not round.without_vote and not any(outcome.published_at for outcome in round.outcomes):
        return N_("Eerst moet de uitslag van de stemming gepubliceerd zijn.")
    if not round.without_vote and not round.shows_outcome(now):
        return N_("De uitslag van de stemming staat nog niet op de website. Wacht tot het aangekondigde uur.")
    decides = decider_of(regulation_of(db, round))
    if decides is not Decider.RULE and jury_queries.published_report(db, round.id) is None:
        return N_("Eerst moet het verslag van de jury gepubliceerd zijn.")
    if phase(spans, PhaseKind.AWARD) is not None and not has_reached(spans, PhaseKind.AWARD, now):
        return N_("De fase van de toekenning is nog niet begonnen.")
    return ""


def proposal(db: Session, round: Round) -> Proposal:
    """What vote and jury put before the college."""
    rules = regulation_of(db, round)
    decides = decider_of(rules)
    projects = {project.code: project for project in projects_of(db, round.id)}
    if decides is Decider.JURY:
        chosen = [verdict for verdict in jury_queries.verdicts_of(db, round.id) if verdict.chosen]
        by_id = {project.id: project for project in projects.values()}
        order = sorted(chosen, key=lambda verdict: verdict.place or 0)
        return Proposal(decides, tuple(by_id[verdict.project_id] for verdict in order), {})
    if decides is Decider.RULE:
        won = [row for outcome in round.outcomes for row in outcome.summary["projects"] if row["won"]]
        return Proposal(decides, tuple(projects[row["code"]] for row in won), {})
    report = jury_queries.published_report(db, round.id)
    if report is not None and not report.jurors:
        return Proposal(decides, (), {})  # the vote alone is not what the regulation promised
    codes, weights = _weighed(db, round, projects)
    return Proposal(decides, tuple(projects[code] for code in codes), weights)


def _weighed(db: Session, round: Round, projects: Mapping[str, Project]) -> tuple[list[str], dict[str, Json]]:
    """Public and jury together, part by part, by the weight in the regulation.

    Where the regulation lets fewer projects win than fit, those with the most go before, whatever their part.
    """
    rules = regulation_of(db, round)
    public_percent = 100 - (rules.jury_weight_percent or 0 if rules is not None else 0)
    scores = {verdict.project_id: verdict.score for verdict in jury_queries.verdicts_of(db, round.id)}
    lot_seed = round.rule_options.get("lot_seed")
    won: list[tuple[Any, ...]] = []
    weights: dict[str, Json] = {}
    for outcome in round.outcomes:
        election = read_pb(outcome.file)
        passed = shortlist(election, gate_of(round, rules) or Gate())
        of_jury = {code: scores[projects[code].id] for code in passed.names}
        for row in weigh(election, passed, of_jury, public_percent=public_percent, lot_seed=lot_seed):
            weights[row.project_id] = {
                "public": float(row.public), "jury": None if row.jury is None else float(row.jury),
                "together": float(row.together),
                "public_percent": public_percent,
            }  # fmt: skip
            if row.won:
                won.append((-row.together, tie_key(election, row.project_id, lot_seed), row.project_id))
    kept = sorted(won)[: rules.winners_most if rules is not None else None]
    return [row[-1] for row in won if row in kept], weights


def prepare(db: Session, clock: Clock, round: Round, decision: Decision, *, by: Actor) -> CollegeDecision:
    """Enter what the college decided; entering it again replaces what nobody published yet.

    Raises NotYetAwarded, DecidedBefore, WrongDecisionDay, NothingAwarded, MoreThanAsked, OverAmount, SaysNoReason.
    """
    if not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    locks.alone(db, round)
    waits_for = is_time(db, round, clock)
    if waits_for:
        raise NotYetAwarded(waits_for)
    _check_day(db, round, decision.decided_on, clock.database_now(db))
    known = {project.id: project for project in projects_of(db, round.id)}
    awarded = [(known[number], cents) for number, cents in decision.amounts.items() if number in known]
    _check(round, awarded)
    proposed = [project.id for project in proposal(db, round).projects]
    reason = clean_text(decision.reason, most=2000)
    full = all(cents == project.cost_cents for project, cents in awarded)
    if not reason and (sorted(proposed) != sorted(project.id for project, _cents in awarded) or not full):
        raise SaysNoReason
    old = _entered(db, round)
    if old is not None:
        if old.published_at is not None:
            raise DecidedBefore
        for award in old.awards:
            db.delete(award)
        db.flush()
        db.delete(old)
        db.flush()
    made = CollegeDecision(
        round_id=round.id, decided_on=decision.decided_on, decision_uri=decision.decision_uri, reason=reason,
        prepared_at=clock.database_now(db), prepared_by_id=by.id,
        awards=[Award(project_id=project.id, place=place, amount_cents=cents)
                for place, (project, cents) in enumerate(awarded, start=1)],
    )  # fmt: skip
    db.add(made)
    db.flush()
    audit.record(db, by=by, act="round.award", subject=f"round:{round.id}", reason=decision.decision_uri)
    return made


def mark_of(decision: CollegeDecision) -> str:
    """SHA-256 of what the college decided, as canonical JSON: what was on the page is what is published."""
    said = {
        "decided_on": decision.decided_on.isoformat(),
        "decision_uri": decision.decision_uri,
        "reason": decision.reason,
        "awards": [(award.project_id, award.amount_cents) for award in decision.awards],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def publish(db: Session, clock: Clock, round: Round, *, seen: str, by: Actor) -> CollegeDecision:
    """The second person agrees with what they saw: the decision is public, the groups hear of it, work begins.

    Raises NotYetAwarded, DecidedBefore, SamePublisher, StaleVersion when `seen` is not the mark of the decision.
    """
    if not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    locks.alone(db, round)
    decision = _entered(db, round)
    if decision is None:
        raise NotYetAwarded(N_("Er is nog geen besluit ingevoerd."))
    if decision.published_at is not None:
        raise DecidedBefore
    if decision.prepared_by_id == by.id:
        raise SamePublisher
    if seen != mark_of(decision):
        raise StaleVersion
    decision.published_at, decision.published_by_id = clock.database_now(db), by.id
    decision.figures = figures_of(db, round, decision)
    db.flush()
    follow.begin(db, decision, by=by, now=decision.published_at)
    awarded = [award.project_id for award in decision.awards]
    lost = select(Dossier.id).where(
        Dossier.round_id == round.id, Dossier.project_id.is_not(None), Dossier.project_id.not_in(awarded)
    )
    outbox.record_each(db, "dossier.not-awarded", "dossier_id", db.scalars(lost).all())
    audit.record(db, by=by, act="round.award-publish", subject=f"round:{round.id}", reason=decision.decision_uri)
    return decision


def _entered(db: Session, round: Round) -> CollegeDecision | None:
    """The decision as it is now: whoever waited for the lock sees what came before."""
    decision = db.get(CollegeDecision, round.id, populate_existing=True)
    if decision is not None:
        db.expire(decision, ["awards"])
    return decision


def figures_of(db: Session, round: Round, decision: CollegeDecision) -> Json:
    """How fair the awards are to who voted, part by part, and how public and jury weighed; empty without a vote."""
    codes = {award.project.code for award in decision.awards}
    weights = proposal(db, round).weights
    return {outcome.part: _figures(outcome, codes, weights) for outcome in round.outcomes}


def _figures(outcome: PublishedOutcome, codes: set[str], weights: Mapping[str, Json]) -> Json:
    election = read_pb(outcome.file)
    fairness = judge(election, codes & election.project.keys())
    return {
        "without_project": float(fairness.without_project),
        "complaints": list(fairness.complaints),
        "weights": {code: weights[code] for code in weights if code in election.project},
    }


def _check_day(db: Session, round: Round, decided_on: date, now: datetime) -> None:
    """Every term of the projects begins on this day, so it is a day between what was to be decided and now."""
    reached = [span.opens_at for span in timeline(db, round) if has_reached([span], PhaseKind.AWARD, now)]
    opened = reached[0] if round.without_vote and reached else round.poll.closes_at
    first, today = (moment.astimezone(BRUSSELS).date() for moment in (opened, now))
    if not first <= decided_on <= today:
        raise WrongDecisionDay(day(first))


def _check(round: Round, awarded: Sequence[tuple[Project, int]]) -> None:
    if not awarded:
        raise NothingAwarded
    for project, cents in awarded:
        if not 0 < cents <= project.cost_cents:
            raise MoreThanAsked(project.title)
    pots = {pot.id: pot.amount_cents for pot in round.pots}
    of_the_city = round.amount_cents - sum(pots.values())
    for pot_id, amount in ((None, of_the_city), *pots.items()):
        if sum(cents for project, cents in awarded if project.pot_id == pot_id) > amount:
            raise OverAmount
