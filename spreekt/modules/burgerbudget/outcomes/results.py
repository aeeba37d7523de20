"""A published result as one thing: what the ballots said and what was decided. Pages, files and API read it here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel.errors import NotThere
from spreekt.kernel.storage import Json
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.outcomes.summaries import named
from spreekt.modules.burgerbudget.themes.shares import shares_of


@dataclass(frozen=True, slots=True)
class Result:
    """A published result: what the ballots said, if there was a vote, and, where a decision followed, what is paid."""

    round: Round
    decision: CollegeDecision | None
    names: Mapping[str, str]
    """What its projects are called now, by code; a title that was hidden since is nowhere in a result."""

    @property
    def summaries(self) -> dict[str, dict[str, Any]]:
        """What each part of the result says."""
        return {outcome.part: named(outcome.summary, self.names) for outcome in self.round.outcomes}

    @property
    def is_final(self) -> bool:
        """Somebody won: by the rule alone, or by the college's decision."""
        return self.decision is not None or all(o.summary.get("decider", "rule") == "rule" for o in self.round.outcomes)

    @property
    def titles(self) -> list[str]:
        """The names of what comes, in order; without asking the database."""
        if self.decision is not None:
            return [award.project.shown_title for award in self.decision.awards]
        won = [row["code"] for outcome in self.round.outcomes for row in outcome.summary["projects"] if row["won"]]
        return [self.names[code] for code in won]

    @property
    def to_jury(self) -> int:
        """How many projects the vote sent on to the jury."""
        return sum(row.get("goes_on", False) for each in self.round.outcomes for row in each.summary["projects"])

    def weights(self, part: str) -> Mapping[str, Json]:
        """What public and jury gave each project of a part, by code; empty where they are not weighed together."""
        figures = self.decision.figures.get(part, {}) if self.decision is not None else {}
        weights: Mapping[str, Json] = figures.get("weights", {})
        return weights

    def winners(self, db: Session) -> list[tuple[Project, int]]:
        """What comes, with the money it gets, in order."""
        if self.decision is not None:
            return [(award.project, award.amount_cents) for award in self.decision.awards]
        projects = {project.code: project for project in queries.projects_of(db, self.round.id)}
        rows = [row for outcome in self.round.outcomes for row in outcome.summary["projects"] if row["won"]]
        return [(projects[row["code"]], row["cost_cents"]) for row in rows if row["code"] in projects]


def published_result(db: Session, slug: str, now: datetime) -> Result:
    """The result of a round, or NotThere before its hour."""
    round = queries.round_with(db, slug, outcomes=True)
    if not round.shows_outcome(now):
        raise NotThere
    return result_of(db, round)


def result_of(db: Session, round: Round) -> Result:
    """The result of a round as it would be read now; whether its hour has come is asked before."""
    return Result(round, queries.published_decision(db, round.id), queries.titles_of(db, [round.id])[round.id])


def outcome_document(db: Session, result: Result) -> dict[str, Any]:
    """A result as one object. Money in cents; about themes with what each of those that go on gets."""
    decision, names, summaries = result.decision, result.names, result.summaries
    return {
        "round": result.round.slug,
        "title": result.round.title,
        "is_final": result.is_final,
        "themes": [asdict(share) for share in shares_of(db, result.round)] if result.round.is_about_themes else None,
        "parts": [
            {"part": each.part, "file_sha256": each.file_sha256, **summaries[each.part]}
            for each in result.round.outcomes
        ],
        "decision": decision and {
            "decided_on": decision.decided_on.isoformat(),
            "uri": decision.decision_uri,
            "reason": decision.reason,
            "figures": {
                part: figures | {"complaints": [names[code] for code in figures["complaints"]]}
                for part, figures in decision.figures.items()
            },
            "awards": [{"code": award.project.code, "amount_cents": award.amount_cents} for award in decision.awards],
        },
    }  # fmt: skip
