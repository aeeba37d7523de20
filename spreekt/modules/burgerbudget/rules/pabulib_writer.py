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
from spreekt.modules.burgerbudget.rules.outcome import Outcome
from spreekt.modules.burgerbudget.rules.pabulib import POTS
from spreekt.modules.burgerbudget.rules.rule import Method, Rule

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


def write_pb(election: Election, outcome: Outcome | None = None) -> str:
    """The file as text. With an outcome it also says the rule, all its parameters and who is selected.

    The projects' own columns and the election's `meta` are kept. Raises IncompleteMeta.
    """
    sheet = StringIO(newline="")
    rows = csv.writer(sheet, delimiter=";", lineterminator="\n")
    rows.writerow(["META"])
    rows.writerow(["key", "value"])
    rows.writerows((key, _one_line(value)) for key, value in _meta(election, outcome).items())
    rows.writerow(["PROJECTS"])
    rows.writerows(_projects(election, outcome))
    rows.writerow(["VOTES"])
    rows.writerows(_votes(election))
    return sheet.getvalue()


def rule_name(rule: Rule) -> str:
    """The name that Pabulib has for the rule; its parameters stand in the comment."""
    if rule.method is Method.EQUAL_SHARES:
        return "equalshares" if rule.add1_step is None else "equalshares/add1"
    return "greedy-custom" if rule.method is Method.GREEDY_PER_COST else rule.method.value


def _meta(election: Election, outcome: Outcome | None) -> Mapping[str, str]:
    counted = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": write_amount(election.currency(election.budget)),
        "vote_type": election.ballot_type.value,
    }
    if election.pots:
        pots = ((area, write_amount(election.currency(pot))) for area, pot in sorted(election.pots.items()))
        counted[POTS] = ",".join(f"{area}={amount}" for area, amount in pots)
    if election.ballot_type is BallotType.ORDINAL:  # says how many points a first choice has
        counted["max_length"] = str(max((points for ballot in election.ballots for points in ballot.points), default=1))
    if outcome:
        parameters = ", ".join(f"{name}: {value}" for name, value in outcome.rule.parameters().items())
        counted |= {"rule": rule_name(outcome.rule), "comment": f"#1: {parameters}"}
    meta = {key: value for key, value in election.meta.items() if key != POTS} | counted
    missing = [key for key in OBLIGATORY if not meta.get(key)]
    if missing:
        raise IncompleteMeta(f"the file must also say: {', '.join(missing)}")
    return {key: meta[key] for key in (*_ORDER, *(key for key in meta if key not in _ORDER)) if key in meta}


def _projects(election: Election, outcome: Outcome | None) -> Iterator[list[str]]:
    has_points = any(ballot.points != (1,) * len(ballot.points) for ballot in election.ballots)
    own = list(dict.fromkeys(column for project in election.projects for column in project.details))
    early = [column for column in own if column not in _COUNTED and column not in _LATE]
    says_selected = outcome is not None or "selected" in own
    columns = ["votes", *(["score"] if has_points else []), "name", *early]
    columns += [*(["selected"] if says_selected else []), *(column for column in _LATE if column in own)]
    yield ["project_id", "cost", *columns]

    scores = _scores(election)

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


def _scores(election: Election) -> Mapping[str, int]:
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
