"""Outcomes as JSON and as tables of text. What they mean is decided in rules/, not here."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from spreekt.modules.burgerbudget.rules.amounts import write_amount
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.fairness import Fairness
from spreekt.modules.burgerbudget.rules.gates import Shortlist
from spreekt.modules.burgerbudget.rules.outcome import Outcome
from spreekt.modules.burgerbudget.rules.verdicts import Verdict

_NAME_WIDTH = 44
_MOST_BITS = 14_000


def outcome_json(election: Election, outcome: Outcome) -> dict[str, Any]:
    """The shape of contract.md. Amounts are exact text: a decimal, or a fraction where none is exact."""
    return {
        "rule": outcome.rule.parameters(),
        "winners": list(outcome.winners),
        "spent": _exact(election, outcome.spent),
        "budget": _exact(election, election.budget),
        "share": None if outcome.share is None else _exact(election, outcome.share),
        "projects": {name: _figures(election, outcome.verdicts[name]) for name in election.project},
        "fairness": {
            "without_project": round(float(outcome.fairness.without_project), 6),
            "complaints": len(outcome.fairness.complaints),
            "voters": outcome.fairness.voters,
            "voters_without_project": outcome.fairness.empty_handed,
            "complaining_projects": list(outcome.fairness.complaints),
        },
    }


def outcome_table(election: Election, outcome: Outcome) -> str:
    """Winners in order, then the losers, with the figures of the election below."""
    order = {name: str(place) for place, name in enumerate(outcome.winners, start=1)}
    losers = sorted(set(election.project) - set(order), key=list(election.project).index)
    rows = [["", "project", "name", "cost", "votes", "why"]]
    for name in (*outcome.winners, *losers):
        verdict, project = outcome.verdicts[name], election.project[name]
        cost = _rounded(election, project.cost)
        why = verdict.reason.value.replace("_", " ")
        rows.append([order.get(name, "-"), name, _short(project.name), cost, str(verdict.score), why])
    lines = [_columns(rows, right={0, 3, 4}), "", f"rule      {_rule_line(outcome)}"]
    if outcome.share is not None:
        lines.append(f"share     {_rounded(election, outcome.share)} per voter")
    spent, budget = _rounded(election, outcome.spent), _rounded(election, election.budget)
    lines.append(f"spent     {spent} of {budget}, {len(outcome.winners)} of {len(election.projects)} projects")
    return "\n".join([*lines, f"fairness  {_fairness_line(outcome.fairness)}"])


def comparison_table(election: Election, outcomes: Mapping[str, Outcome]) -> str:
    """One column per rule: the figures first, then a row for each project that wins somewhere."""
    rows = [["", "", *outcomes]]
    each = outcomes.values()
    rows.append(["winners", "", *(str(len(outcome.winners)) for outcome in each)])
    rows.append(["spent", "", *(_rounded(election, outcome.spent) for outcome in each)])
    rows.append(["without project", "", *(_percent(outcome.fairness.without_project) for outcome in each)])
    rows.append(["complaints", "", *(str(len(outcome.fairness.complaints)) for outcome in each)])
    for project in election.projects:
        places = [_place(project.id, outcome.winners) for outcome in each]
        if any(places):
            rows.append([project.id, _short(project.name), *(place or "-" for place in places)])
    return _columns(rows, right=set(range(2, len(rows[0]))))


def shortlist_table(election: Election, found: Shortlist) -> str:
    """Every project with its points, those that go on first."""
    rows = [["", "project", "name", "votes", "points", "why"]]
    order = {name: str(place) for place, name in enumerate(found.names, start=1)}
    for name in sorted(election.project, key=lambda name: (int(order.get(name, 10**9)), -election.score[name])):
        why = found.passages[name].value.replace("_", " ")
        title, votes, score = _short(election.project[name].name), election.votes[name], election.score[name]
        rows.append([order.get(name, "-"), name, title, str(votes), str(score), why])
    return _columns(rows, right={0, 3, 4})


def _figures(election: Election, verdict: Verdict) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "won": verdict.won,
        "reason": verdict.reason.value,
        "cost": _exact(election, election.project[verdict.project_id].cost),
        "votes": verdict.votes,
        "score": verdict.score,
    }
    if turn := verdict.turn:
        figures |= {"place": turn.place, "left": _exact(election, turn.left)}
    if bought := verdict.purchase:
        figures |= {
            "round": bought.round,
            "price": _exact(election, bought.price) if _is_writable(bought.price) else None,
            "price_rounded": _rounded(election, bought.price),
            "effective_votes": round(float(bought.effective_votes), 6),
            "paid_full": bought.paid_full,
            "paid_less": bought.paid_less,
        }
    if lost := verdict.shortfall:
        figures |= {
            "money_at_start": _rounded(election, lost.money_at_start),
            "money_left": _rounded(election, lost.money_left),
            "missing": _rounded(election, lost.missing),
            "effective_support": round(float(lost.effective_support), 6),
            "taken_by": [{"project": name, "amount": _rounded(election, taken)} for name, taken in lost.taken_by],
        }
    return figures


def _rule_line(outcome: Outcome) -> str:
    parameters = outcome.rule.parameters()
    rest = (f"{name} {value}" for name, value in parameters.items() if name != "method" and value is not None)
    return f"{parameters['method']} ({'; '.join(rest)})"


def _fairness_line(fairness: Fairness) -> str:
    empty_handed = f"{_percent(fairness.without_project)} of {fairness.voters} voters without a project"
    return f"{empty_handed}; justified complaints: {', '.join(fairness.complaints) or 'none'}"


def _place(name: str, winners: Sequence[str]) -> str:
    return str(winners.index(name) + 1) if name in winners else ""


def _exact(election: Election, amount: Fraction | int) -> str:
    return write_amount(election.currency(amount))


def _is_writable(amount: Fraction) -> bool:
    """Python refuses to write numbers of more than 4,300 digits; a witness holds them in full."""
    return amount.denominator.bit_length() < _MOST_BITS


def _rounded(election: Election, amount: Fraction | int) -> str:
    """To the cent, as people read it; whole amounts without cents."""
    rounded = round(election.currency(amount), 2)
    return f"{rounded.numerator}" if rounded.denominator == 1 else f"{float(rounded):.2f}"


def _percent(part: Fraction) -> str:
    return f"{float(part * 100):.1f} %"


def _short(name: str) -> str:
    """One line of printable letters, cut to the width of the column."""
    line = "".join(letter if letter.isprintable() else " " for letter in name)
    return line if len(line) <= _NAME_WIDTH else line[: _NAME_WIDTH - 1] + "…"


def _columns(rows: Sequence[Sequence[str]], right: set[int]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
