"""Writing an Election, with its outcome, as a Pabulib file (.pb). Reading is in pabulib.py.

Nothing in the file leads back to a voter: voter numbers follow the sorted ballots, so they say nothing about
who voted or when, and no age, sex or moment is written.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import count

from spreekt.modules.burgerbudget.rules.amounts import write_amount
from spreekt.modules.burgerbudget.rules.election import BallotType, Election, Project
from spreekt.modules.burgerbudget.rules.gates import Gate
from spreekt.modules.burgerbudget.rules.outcome import Outcome
from spreekt.modules.burgerbudget.rules.pabulib import POTS
from spreekt.modules.burgerbudget.rules.remarks import remarks, remarks_on
from spreekt.modules.burgerbudget.rules.rule import Completion, Method, Rule

OBLIGATORY = (
    "description",
    "country",
    "unit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
)
_ORDER = (
    *OBLIGATORY[:3],
    *("district", "subunit"),
    *OBLIGATORY[3:],
    *("min_length", "max_length", "min_sum_cost", "max_sum_cost", "min_points", "max_points"),
    *("min_sum_points", "max_sum_points", "default_score", "min_project_cost", "max_project_cost"),
    *("min_project_score_threshold", "neighborhoods", "subdistricts", "categories", "edition", "language"),
    *("currency", "fully_funded", "experimental", "comment", "acknowledgments"),
)
_COUNTED = ("votes", "score", "selected")
_LATE = (
    "neighborhood",
    "subunit",
    "district",
    "description",
    "proposer",
    "public_id",
    "latitude",
    "longitude",
)


class IncompleteMeta(ValueError):
    """The election lacks something that every Pabulib file must say about itself."""


def write_pb(
    election: Election,
    outcome: Outcome | None = None,
    *,
    gate: Gate | None = None,
    decider: Mapping[str, object] | None = None,
) -> str:
    """The file as text. With an outcome it also says the rule, all its parameters and who is selected.

    `gate` is what came before the rule; `decider` says who chooses where no rule does. The projects' own columns and
    the election's `meta` are kept. Raises IncompleteMeta.
    """
    sheet = StringIO(newline="")
    rows = csv.writer(sheet, delimiter=";", lineterminator="\n")
    rows.writerow(["META"])
    rows.writerow(["key", "value"])
    says = _says(election, outcome, gate, decider)
    rows.writerows((key, _one_line(value)) for key, value in _meta(election, says).items())
    rows.writerow(["PROJECTS"])
    rows.writerows(_projects(election, outcome))
    rows.writerow(["VOTES"])
    rows.writerows(_votes(election))
    return sheet.getvalue()


def rule_name(election: Election, rule: Rule, gate: Gate | None = None) -> str:
    """Pabulib's name for the rule where it gives the same as theirs; else a name that promises nothing.

    Theirs knows no gate, nor our order of ties, and its greedy funds projects without votes too.
    """
    if rule.method is Method.EQUAL_SHARES:
        return "equalshares" if gate is None and _is_plain(election, rule) else "unknown"
    scores = election.score.values()
    in_their_order = len(set(scores)) == len(scores) and all(scores) and election.ballot_type is not BallotType.ORDINAL
    if rule.method is Method.GREEDY_PER_COST or gate is not None or not in_their_order:
        return "greedy-custom"
    return rule.method.value


def _is_plain(election: Election, rule: Rule) -> bool:
    """Equal shares of an approval vote in whole amounts, not raised nor completed, where no lot or id breaks a tie."""
    as_equals = {(project.cost, election.votes[project.id]) for project in election.projects}
    amounts = (election.budget, *(project.cost for project in election.projects))
    return (
        rule.add1_step is None
        and not rule.floor_share
        and rule.complete is Completion.NONE
        and election.ballot_type is BallotType.APPROVAL
        and not any(amount % election.units for amount in amounts)
        and not election.pots
        and len(as_equals) == len(election.projects)
    )


def _says(
    election: Election, outcome: Outcome | None, gate: Gate | None, decider: Mapping[str, object] | None
) -> Mapping[str, str]:
    """The rule and the comment, where somebody decides."""
    if outcome is None and decider is None:
        return {}
    if outcome is not None:
        return {"rule": rule_name(election, outcome.rule, gate), "comment": remarks_on(outcome.rule, gate)}
    return {"rule": "unknown", "comment": remarks(decider or {}, *([] if gate is None else [gate.parameters()]))}


def _meta(election: Election, says: Mapping[str, str]) -> Mapping[str, str]:
    counted = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": write_amount(election.currency(election.budget)),
        "vote_type": election.ballot_type.value,
    }
    if election.pots:
        pots = ((area, write_amount(election.currency(pot))) for area, pot in sorted(election.pots.items()))
        counted[POTS] = ",".join(f"{area}={amount}" for area, amount in pots)
    if election.ballot_type is BallotType.ORDINAL:
        counted |= _points_of_a_first_choice(election)
    meta = {**{key: value for key, value in election.meta.items() if key != POTS}, **counted, **says}
    missing = [key for key in OBLIGATORY if not meta.get(key)]
    if missing:
        raise IncompleteMeta(f"the file must also say: {', '.join(missing)}")
    return {key: meta[key] for key in (*_ORDER, *(key for key in meta if key not in _ORDER)) if key in meta}


def _points_of_a_first_choice(election: Election) -> Mapping[str, str]:
    """The longest ranking says it; where that has more places than there are projects, the most points do."""
    points = max((points for ballot in election.ballots for points in ballot.points), default=1)
    longest = min(points, max(1, len(election.projects)))
    return {"max_length": str(longest)} | ({"max_points": str(points)} if points > longest else {})


def _projects(election: Election, outcome: Outcome | None) -> Iterator[list[str]]:
    has_points = any(ballot.points != (1,) * len(ballot.points) for ballot in election.ballots)
    own = list(dict.fromkeys(column for project in election.projects for column in project.details))
    early = [column for column in own if column not in _COUNTED and column not in _LATE]
    says_selected = outcome is not None or "selected" in own
    columns = ["votes", *(["score"] if has_points else []), "name", *early]
    columns += [*(["selected"] if says_selected else []), *(column for column in _LATE if column in own)]
    yield ["project_id", "cost", *columns]

    scores = stated_scores(election)

    def cell(project: Project, column: str) -> str:
        if column == "votes":
            return str(election.votes[project.id])
        if column == "score":
            return str(scores[project.id])
        if column == "selected" and outcome:
            return str(int(project.id in outcome.winners))
        return _one_line(project.name if column == "name" else project.details.get(column, ""))

    for project in election.projects:
        cost = write_amount(election.currency(project.cost))
        yield [project.id, cost, *(cell(project, column) for column in columns)]


def stated_scores(election: Election) -> Mapping[str, int]:
    """The score column. Pabulib counts each ranking from its own last choice, which no rule here does."""
    if election.ballot_type is not BallotType.ORDINAL:
        return election.score
    scores: Counter[str] = Counter()
    for ballot in election.ballots:
        for above, choice in enumerate(reversed(ballot.choices), start=1):
            scores[choice] += above * ballot.count
    return scores


def _votes(election: Election) -> Iterable[list[str]]:
    has_points = election.ballot_type.has_points
    has_area = bool(election.pots)
    yield ["voter_id", "vote", *(["points"] if has_points else []), *(["district"] if has_area else [])]
    numbers = count(1)
    for ballot in election.ballots:
        pairs = list(zip(ballot.choices, ballot.points, strict=True))
        if has_points:
            pairs.sort(key=lambda pair: -pair[1])
        cells = [",".join(choice for choice, _ in pairs)]
        if has_points:
            cells.append(",".join(str(points) for _, points in pairs))
        if has_area:
            cells.append(ballot.share_class)
        for _ in range(ballot.count):
            yield [str(next(numbers)), *cells]


def _one_line(text: str) -> str:
    return " ".join(text.split())
