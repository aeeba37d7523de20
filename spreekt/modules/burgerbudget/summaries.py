"""What a result page says, taken from an outcome and kept beside the file. Money in cents; sentences in templates."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from spreekt.kernel.storage import Json
from spreekt.modules.burgerbudget.budget_commands import options_of
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.outcome import Outcome


def summary_of(election: Election, outcome: Outcome, others: Mapping[str, Outcome]) -> Json:
    """Winners in order, then the losers by votes, each with its reason; and what other rules would have given."""
    order = {code: place for place, code in enumerate(outcome.winners, start=1)}
    sequence = sorted(
        (project.id for project in election.projects),
        key=lambda code: (order.get(code, len(order) + 1), -election.score[code]),
    )
    return {
        "rule": outcome.rule.parameters(),
        "command": options_of(outcome.rule),
        "share": None if outcome.share is None else float(election.currency(outcome.share)),
        "share_cents": None if outcome.share is None else _cents(election, outcome.share),
        "currency": election.meta.get("currency", "EUR"),
        "budget_cents": _cents(election, election.budget),
        "spent_cents": _cents(election, outcome.spent),
        "voters": election.voters,
        "has_points": election.ballot_type.has_points or election.score != election.votes,
        "projects": [_project(election, outcome, code, order.get(code)) for code in sequence],
        "without_project": float(outcome.fairness.without_project),
        "complaints": list(outcome.fairness.complaints),
        "others": [_other(election, outcome, name, other) for name, other in others.items()],
    }


def _project(election: Election, outcome: Outcome, code: str, place: int | None) -> dict[str, Any]:
    verdict, project = outcome.verdicts[code], election.project[code]
    row: dict[str, Any] = {
        "code": code,
        "title": project.name or f"Project {code}",
        "cost_cents": _cents(election, project.cost),
        "votes": verdict.votes,
        "score": verdict.score,
        "won": verdict.won,
        "place": place,
        "reason": verdict.reason.value,
    }
    if verdict.turn is not None:
        row["left_cents"] = _cents(election, verdict.turn.left)
    if (bought := verdict.purchase) and election.score == election.votes:  # with points, a price is one of a point
        row["price_cents"] = _cents(election, bought.price)
        row["paid_less"] = bought.paid_less
    if lost := verdict.shortfall:
        row["money_left_cents"] = _cents(election, lost.money_left)
        row["money_at_start_cents"] = _cents(election, lost.money_at_start)
        row["support"] = float(lost.effective_support)
        row["taken_by"] = [
            {"title": election.project[name].name or f"Project {name}", "cents": _cents(election, taken)}
            for name, taken in lost.taken_by
        ]
    return row


def _other(election: Election, outcome: Outcome, name: str, other: Outcome) -> dict[str, Any]:
    """How another rule differs, project by project."""
    mine, theirs = set(outcome.winners), set(other.winners)
    titles = {project.id: project.name or f"Project {project.id}" for project in election.projects}
    return {
        "rule": name,
        "winners": len(theirs),
        "spent_cents": _cents(election, other.spent),
        "without_project": float(other.fairness.without_project),
        "more": [titles[code] for code in other.winners if code not in mine],
        "fewer": [titles[code] for code in outcome.winners if code not in theirs],
    }


def _cents(election: Election, amount: Fraction | int) -> int:
    """Exact for every amount that is whole in cents, which ours are; rounded to show others'."""
    return round(election.currency(amount) * 100)
