"""What a result page says, taken from an outcome and kept beside the file. Money in cents; sentences in templates."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from spreekt.kernel.storage import Json
from spreekt.modules.burgerbudget.budget_commands import options_of
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate, Passage, Shortlist
from spreekt.modules.burgerbudget.rules.outcome import Outcome


def summary_of(
    election: Election, outcome: Outcome | None, others: Mapping[str, Outcome], *, passed: Shortlist | None = None
) -> Json:
    """Winners in order, then the losers by votes, each with its reason; and what other rules would have given.

    Without an outcome a jury decides later: then nobody won yet, and `goes_on` says who is before the jury.
    """
    winners = outcome.winners if outcome is not None else ()
    order = {code: place for place, code in enumerate(winners, start=1)}
    first = {code: place for place, code in enumerate(passed.names if passed else ())}
    sequence = sorted(
        (project.id for project in election.projects),
        key=lambda code: (order.get(code, len(order) + 1), first.get(code, len(first)), -election.score[code]),
    )
    share = outcome.share if outcome is not None else None
    return {
        "rule": outcome.rule.parameters() if outcome is not None else {},
        "command": options_of(outcome.rule) if outcome is not None else "",
        "share": None if share is None else float(election.currency(share)),
        "share_cents": None if share is None else _cents(election, share),
        "currency": election.meta.get("currency", "EUR"),
        "budget_cents": _cents(election, election.budget),
        "spent_cents": _cents(election, outcome.spent) if outcome is not None else 0,
        "voters": election.voters,
        "has_points": election.ballot_type.has_points or election.score != election.votes,
        "projects": [_project(election, outcome, passed, code, order.get(code)) for code in sequence],
        "without_project": float(outcome.fairness.without_project) if outcome is not None else None,
        "complaints": list(outcome.fairness.complaints) if outcome is not None else [],
        "others": [_other(election, winners, name, other) for name, other in others.items()],
    }


def gate_json(gate: Gate) -> Json:
    """What a gate asks, as it stands in files and on pages."""
    said: Json = {name: number for name, number in (("buyers", gate.buyers), ("top", gate.top)) if number is not None}
    if gate.top is not None:
        said["edge"] = gate.edge.value
        if gate.edge is AtTheEdge.LOT and gate.lot_seed:
            said["lot_seed"] = gate.lot_seed
    return said


def _project(
    election: Election, outcome: Outcome | None, passed: Shortlist | None, code: str, place: int | None
) -> dict[str, Any]:
    project = election.project[code]
    row: dict[str, Any] = {
        "code": code,
        "title": project.name or f"Project {code}",
        "cost_cents": _cents(election, project.cost),
        "votes": election.votes[code],
        "score": election.score[code],
        "won": place is not None,
        "place": place,
        "goes_on": passed is None or passed.passages[code].goes_on,
        "reason": passed.passages[code].value if passed else Passage.THROUGH.value,
    }
    if outcome is None or code not in outcome.verdicts:
        return row
    verdict = outcome.verdicts[code]
    row["reason"] = verdict.reason.value
    if verdict.turn is not None:
        row["left_cents"] = _cents(election, verdict.turn.left)
    if (bought := verdict.purchase) and election.score == election.votes:  # with points, a price is one of a point
        row["price_cents"] = _cents(election, bought.price)
        row["paid_less"] = bought.paid_less
    if lost := verdict.shortfall:
        row["money_left_cents"] = _cents(election, lost.money_left)
        row["money_at_start_cents"] = _cents(election, lost.money_at_start)
        row["support"] = float(lost.effective_support)
        row["taken_by"] = [{"code": name, "cents": _cents(election, taken)} for name, taken in lost.taken_by]
    return row


def _other(election: Election, winners: Sequence[str], name: str, other: Outcome) -> dict[str, Any]:
    """How another rule differs, project by project, as codes."""
    mine, theirs = set(winners), set(other.winners)
    return {
        "rule": name,
        "winners": len(theirs),
        "spent_cents": _cents(election, other.spent),
        "without_project": float(other.fairness.without_project),
        "more": [code for code in other.winners if code not in mine],
        "fewer": [code for code in winners if code not in theirs],
    }


def named(summary: Json, titles: Mapping[str, str]) -> dict[str, Any]:
    """A summary with what its projects are called now: what is kept has codes, because a title may be hidden later.

    A project of a file alone, which is not on the platform, is called what the file says.
    """
    titles = {row["code"]: row["title"] for row in summary["projects"]} | dict(titles)

    def row(kept: dict[str, Any]) -> dict[str, Any]:
        said = kept | {"title": titles[kept["code"]]}
        if "taken_by" in kept:
            said["taken_by"] = [{"title": titles[each["code"]], **each} for each in kept["taken_by"]]
        return said

    def differing(kept: dict[str, Any]) -> dict[str, Any]:
        return kept | {name: [titles[code] for code in kept[name]] for name in ("more", "fewer")}

    said = summary | {
        "projects": [row(each) for each in summary["projects"]],
        "others": [differing(each) for each in summary["others"]],
    }
    return said | {"official": differing(summary["official"])} if summary.get("official") else said


def _cents(election: Election, amount: Fraction | int) -> int:
    """Exact for every amount that is whole in cents, which ours are; rounded to show others'."""
    return round(election.currency(amount) * 100)
