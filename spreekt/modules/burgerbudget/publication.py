"""From ballots to a published result: the file first, then everything else as a function of that file.

One person prepares, another confirms. Nothing is counted before voting is over: see counting.py.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.electorate.domain import turnout
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks, rules_of
from spreekt.modules.burgerbudget.counting import ballots_in_box, mix, tally
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.queries import projects_of
from spreekt.modules.burgerbudget.rules.election import Ballot, Election
from spreekt.modules.burgerbudget.rules.election import Project as Candidate
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import rule_name, write_pb
from spreekt.modules.burgerbudget.rules.rule import Rule
from spreekt.modules.burgerbudget.summaries import summary_of


class AlreadyPrepared(DomainError):
    """Somebody counted before."""

    says = N_("De uitslag is al voorbereid. Een tweede persoon moet ze nakijken en publiceren.")


class NotPrepared(DomainError):
    """There is nothing to confirm."""

    says = N_("Er is nog geen uitslag voorbereid, of ze is al gepubliceerd.")


class SamePerson(DomainError):
    """Who prepared it may not confirm it."""

    says = N_("Jij bereidde deze uitslag voor. Iemand anders moet ze publiceren.")


class DoesNotAddUp(DomainError):
    """Rights used and ballots differ: this must be looked into before anything is published."""

    says = N_("Er zijn {0} stemmen en {1} gebruikte stemrechten. Dat klopt niet. Publiceer niet en bel de beheerder.")


class NothingToCount(DomainError):
    """A round without projects has no result."""

    says = N_("Deze ronde heeft geen projecten. Er valt niets te tellen.")


def prepare(
    db: Session, vault: Vault, clock: Clock, round: Round, *, city: str, by: Actor
) -> Sequence[PublishedOutcome]:
    """Count: mix the ballots, write one file per pot, and decide from the text of that file.

    Raises StillSecret, AlreadyPrepared, NothingToCount, DoesNotAddUp.
    """
    if not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    if round.outcomes:
        raise AlreadyPrepared
    locks.alone(db, round)
    now = clock.database_now(db)
    mix(db, vault, round, now)
    projects = projects_of(db, round.id, with_areas=False)
    if not projects:
        raise NothingToCount
    ballots, rights = ballots_in_box(db, round), turnout(db, round.poll)
    if ballots != rights:
        raise DoesNotAddUp(ballots, rights)
    choices = tally(db, vault, round, now)
    rule = rules_of.rule(round)
    for part, name, amount_cents, candidates in parts(round, projects):
        text = _file(round, rule, (city, name), amount_cents, candidates, choices)
        outcome = outcome_of_file(round, part, text, rule, now=now)
        outcome.prepared_by_id = by.id
        outcome.summary["name"] = name
        outcome.summary["ids"] = {project.code: project.id for project in candidates}
        round.outcomes.append(outcome)
    audit.record(db, by=by, act="round.prepare", subject=f"round:{round.id}")
    db.flush()
    return round.outcomes


def confirm(db: Session, clock: Clock, round: Round, *, by: Actor) -> None:
    """The second person agrees: everybody sees the result from the hour that was announced.

    Raises NotPrepared, SamePerson.
    """
    if not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    waiting = [outcome for outcome in round.outcomes if outcome.published_at is None]
    if not waiting:
        raise NotPrepared
    if any(outcome.prepared_by_id == by.id for outcome in waiting):
        raise SamePerson
    now = clock.database_now(db)
    for outcome in waiting:
        outcome.published_at, outcome.published_by_id = now, by.id
    hashes = " ".join(outcome.file_sha256 for outcome in waiting)
    audit.record(db, by=by, act="round.publish", subject=f"round:{round.id}", reason=f"sha256 {hashes}")
    db.flush()


def parts(round: Round, projects: Sequence[Project]) -> list[tuple[str, str, int, list[Project]]]:
    """What is decided apart: code and name of the area, its money in cents, and the projects that compete for it.

    With pots, the projects of a pot compete for its money only; everybody votes on everything. What the pots leave
    is for projects of the whole city.
    """
    found = [
        (pot.area.code, pot.area.name, pot.amount_cents, [project for project in projects if project.pot_id == pot.id])
        for pot in round.pots
    ]
    rest = round.amount_cents - sum(pot.amount_cents for pot in round.pots)
    whole_city = [project for project in projects if project.pot_id is None]
    if rest > 0:
        found.append(("", "", rest, whole_city))
    return [part for part in found if part[3]]


def outcome_of_file(round: Round, part: str, text: str, rule: Rule, *, now: datetime) -> PublishedOutcome:
    """The outcome as a function of the file's text and the rule, and nothing else."""
    election = read_pb(text)
    return PublishedOutcome(
        part=part,
        file=text,
        file_sha256=hashlib.sha256(text.encode()).hexdigest(),
        summary=summary_of(election, decide(election, rule), rules_of.others(rule, election)),
        prepared_at=now,
    )


def _file(
    round: Round,
    rule: Rule,
    place: tuple[str, str],
    amount_cents: int,
    projects: Sequence[Project],
    choices: Sequence[tuple[str, ...]],
) -> str:
    """The Pabulib file of one part, with who is selected. Amounts are read back from it, not from the database."""
    city, area = place
    here = {project.code for project in projects}
    opens, closes = round.poll.opens_at.astimezone(BRUSSELS), round.poll.closes_at.astimezone(BRUSSELS)
    meta = {
        "description": f"{round.title}{f', {area}' if area else ''}",
        "country": "Belgium",
        "unit": city,
        "instance": round.slug,
        "rule": rule_name(rule),
        "date_begin": opens.strftime("%d.%m.%Y"),
        "date_end": closes.strftime("%d.%m.%Y"),
        "language": "nl",
        "currency": round.currency,
    }
    if area:
        meta["district"] = area
    else:
        meta["min_length"] = "1"  # a ballot may hold nothing of one pot, never nothing at all
    if round.max_approvals is not None:
        meta["max_length"] = str(round.max_approvals)
    election = Election(
        budget=amount_cents,
        units=100,
        projects=tuple(
            Candidate(
                id=project.code,
                cost=project.cost_cents,
                name=project.shown_title,
                details={"category": project.theme} if project.theme else {},
            )
            for project in projects
        ),
        ballots=tuple(Ballot.approving(*(code for code in choice if code in here)) for choice in choices),
        meta=meta,
    )
    return write_pb(election, decide(election, rule))
