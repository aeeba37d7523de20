"""From ballots to a published result: the file first, then everything else as a function of that file.

One person prepares, another confirms. Nothing is counted before voting is over: see officers/counting.py.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.electorate.domain import turnout
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden
from spreekt.kernel.storage import Json
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import rules_of
from spreekt.modules.burgerbudget.budget_commands import options_of_gate
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box, mix, tally
from spreekt.modules.burgerbudget.officers.domain import forget_keys
from spreekt.modules.burgerbudget.outcomes.summaries import gate_json, summary_of
from spreekt.modules.burgerbudget.paper import minutes as paper_minutes
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.pots import themes_of
from spreekt.modules.burgerbudget.queries import projects_of
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.election import Project as Candidate
from spreekt.modules.burgerbudget.rules.gates import Gate, Shortlist, among, shortlist
from spreekt.modules.burgerbudget.rules.outcome import Outcome, Progress, decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import IncompleteMeta, write_pb
from spreekt.modules.burgerbudget.rules.rule import Rule
from spreekt.modules.burgerbudget.rules.witness import write_witness
from spreekt.modules.burgerbudget.themes.names import PLACE
from spreekt.modules.burgerbudget.voting import closing
from spreekt.modules.burgerbudget.voting.game import Decider, Game, Marks, decider_of, game_of, gate_of


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


class RoundIsHeld(DomainError):
    """Ballots may be missing: what to do about that comes first."""

    says = N_("Deze stemming ligt stil: er kunnen stemmen ontbreken. Twee personen moeten ze eerst hervatten.")


class NothingToCount(DomainError):
    """A round without projects has no result."""

    says = N_("Deze ronde heeft geen projecten. Er valt niets te tellen.")


def prepare(
    db: Session, vault: Vault, clock: Clock, round: Round, *, city: str, by: Actor
) -> Sequence[PublishedOutcome]:
    """Count: open and mix the ballots, write one file per pot, and decide from the text of that file.

    Raises RoundIsHeld, StillSecret, KeysMissing, AlreadyPrepared, NothingToCount, PileUnfinished, PaperUnexplained,
    DoesNotAddUp.
    """
    if not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    if round.outcomes:
        raise AlreadyPrepared
    if round.hold is not None:
        raise RoundIsHeld
    closing.count_drafts(db, vault, clock, round)
    paper_minutes.must_be_settled(db, clock, round)
    projects = projects_of(db, round.id, with_areas=False)
    if not projects:
        raise NothingToCount
    choices = tally(db, vault, clock, round)
    _reconcile(db, round)
    mix(db, round, choices)
    now, rules = clock.database_now(db), regulation_of(db, round)
    game, terms = game_of(round, rules), _terms(round, rules)
    for part, name, amount_cents, candidates in parts(round, projects):
        budget = rules.themes_most * PLACE if rules is not None and rules.themes_most else amount_cents
        election = _election(round, game, (city, name), budget, candidates, choices)
        outcome = outcome_of_file(part, file_of(election, terms), terms, now=now)
        outcome.prepared_by_id = by.id
        outcome.summary["name"] = name
        outcome.summary["voters"] = len(choices)  # of the whole round; the file counts who voted for this part
        if round.is_about_themes:
            outcome.summary["currency"] = ""
        outcome.summary["ids"] = {project.code: project.id for project in candidates}
        round.outcomes.append(outcome)
    audit.record(db, by=by, act="round.prepare", subject=f"round:{round.id}")
    db.flush()
    return round.outcomes


def _reconcile(db: Session, round: Round) -> None:
    """Every ballot has a right; exactly so many rights have no ballot as the minutes of the paper say."""
    rights, ballots = turnout(db, round.poll), ballots_in_box(db, round)
    if rights - ballots != paper_minutes.explained(db, round):
        raise DoesNotAddUp(ballots, rights)


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
    forget_keys(db, round)
    hashes = " ".join(outcome.file_sha256 for outcome in waiting)
    audit.record(db, by=by, act="round.publish", subject=f"round:{round.id}", reason=f"sha256 {hashes}")
    db.flush()


def parts(round: Round, projects: Sequence[Project]) -> list[tuple[str, str, int, list[Project]]]:
    """What is decided apart: code and name of the pot, its money in cents, and the projects that compete for it.

    With pots, the projects of a pot compete for its money only; everybody votes on everything. What the pots leave
    is for projects of the whole city.
    """
    found = [
        (pot.code, pot.name, pot.amount_cents, [project for project in projects if project.pot_id == pot.id])
        for pot in round.pots
    ]
    rest = round.amount_cents - sum(pot.amount_cents for pot in round.pots)
    whole_city = [project for project in projects if project.pot_id is None]
    if rest > 0:
        found.append(("", "", rest, whole_city))
    return [part for part in found if part[3]]


@dataclass(frozen=True, slots=True)
class Terms:
    """How winners follow from the ballots of a round: its rule, what the game asks first, and who decides."""

    rule: Rule
    gate: Gate | None = None
    decider: Decider = Decider.RULE
    jury_percent: int | None = None

    def judged(self, election: Election) -> tuple[Election, Shortlist | None]:
        """The election that the rule sees, and how each project came through the gate."""
        if self.gate is None:
            return election, None
        passed = shortlist(election, self.gate)
        return among(election, passed.names), passed

    def decide(self, election: Election, *, progress: Progress | None = None) -> Outcome | None:
        """What the rule gives, or None when a jury has its say first."""
        if self.decider is not Decider.RULE:
            return None
        return decide(self.judged(election)[0], self.rule, progress=progress)

    def says_who(self) -> Json | None:
        """Who decides where it is not the rule alone, as the file says it; the seed breaks the ties of a weighing."""
        if self.decider is Decider.RULE:
            return None
        said: Json = {"decider": self.decider.value}
        if self.decider is Decider.WEIGHED:
            said |= {"jury_weight_percent": self.jury_percent, "lot_seed": self.rule.lot_seed}
        return said


def file_of(election: Election, terms: Terms) -> str:
    """The Pabulib file, with who is selected where a rule selects."""
    return write_pb(election, terms.decide(election), gate=terms.gate, decider=terms.says_who())


def outcome_of_file(
    part: str, text: str, terms: Terms, *, now: datetime, progress: Progress | None = None
) -> PublishedOutcome:
    """The outcome as a function of the file's text and the terms, and nothing else."""
    election = read_pb(text)
    judged, passed = terms.judged(election)
    outcome = terms.decide(election, progress=progress)
    beside = judged if outcome is not None else election
    others = rules_of.others(terms.rule if outcome is not None else None, beside, progress=progress)
    summary = summary_of(election, outcome, others, passed=passed)
    command = f"{summary['command']} {options_of_gate(terms.gate, alone=outcome is None)}".strip()
    gate = None if terms.gate is None else gate_json(terms.gate)
    witness = _witness(election, outcome, terms)
    summary |= {"decider": terms.decider.value, "gate": gate, "command": command, "has_proof": bool(witness)}
    return PublishedOutcome(
        part=part,
        file=text,
        file_sha256=hashlib.sha256(text.encode()).hexdigest(),
        witness=witness,
        summary=summary,
        prepared_at=now,
    )


def _witness(election: Election, outcome: Outcome | None, terms: Terms) -> str:
    """The proof of what was bought; empty without purchases, or when a file from elsewhere does not say what it is."""
    if outcome is None or outcome.spree is None:
        return ""
    try:
        return write_witness(election, outcome, gate=terms.gate)
    except IncompleteMeta:
        return ""


def _terms(round: Round, rules: RoundRegulation | None) -> Terms:
    percent = rules.jury_weight_percent if rules is not None else None
    return Terms(rules_of.rule(round), gate_of(round, rules), decider_of(rules), percent)


def _election(
    round: Round,
    game: Game,
    place: tuple[str, str],
    amount_cents: int,
    projects: Sequence[Project],
    choices: Sequence[Marks],
) -> Election:
    """One part of a round as the engine takes it, with all that its file says."""
    city, part = place
    here = {project.code for project in projects}
    opens, closes = round.poll.opens_at.astimezone(BRUSSELS), round.poll.closes_at.astimezone(BRUSSELS)
    meta = {
        "description": f"{round.title}{f', {part}' if part else ''}",
        "country": "Belgium",
        "unit": city,
        "instance": round.slug,
        "rule": "unknown",  # until the file says who decides
        "date_begin": opens.strftime("%d.%m.%Y"),
        "date_end": closes.strftime("%d.%m.%Y"),
        "language": "nl",
        **game.limits(),
    }
    if not round.is_about_themes:  # a theme takes one place of those there are
        meta["currency"] = round.currency
    if game.most is not None:
        meta["max_length"] = str(min(game.most, len(projects)))
    if part and not themes_of(round):
        meta["district"] = part
    meta["min_length"] = "1"  # who chose nothing of this part does not stand in its file
    return Election(
        budget=amount_cents,
        units=100,
        ballot_type=game.ballot_type,
        projects=tuple(
            Candidate(
                id=project.code,
                cost=project.cost_cents,
                name=project.shown_title,
                details={"category": project.theme} if project.theme else {},
            )
            for project in projects
        ),
        ballots=tuple(game.ballot(marks, here) for marks in choices if here & marks.keys()),
        meta=meta,
    )
