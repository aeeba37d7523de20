"""Reading a Pabulib file (.pb) into an Election, with every fault by line. Writing is in pabulib_writer.py.

Source of the format: pabulib.org/format. Accepted beyond it: decimal comma, quoted newlines, columns in any
order, missing optional columns, ids with spaces, blank votes. `budget_per_share_class` in META
("noord=1000,zuid=500") with a column `district` in VOTES gives each district its own share.
"""

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from spreekt.modules.burgerbudget.rules.amounts import NotAnAmount, least_scale, parse_amount
from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType, Election, Project
from spreekt.modules.burgerbudget.rules.pb_tables import Fault, NotAPbFile, Row, Tables, read_tables

POTS = "budget_per_share_class"
_Vote = tuple[tuple[str, ...], tuple[Fraction, ...], str]
"""Choices, the points that stand beside them where the file has points, and the district."""
_OWN_COLUMNS = frozenset({"project_id", "cost", "name"})


def load_pb(path: Path, *, progress: Callable[[str], None] | None = None) -> Election:
    """The election in a file. Raises NotAPbFile with all faults, OSError when it cannot be read."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotAPbFile([Fault(line, "not UTF-8; save the file as UTF-8")]) from None
    return read_pb(text, progress=progress)


def read_pb(text: str, *, progress: Callable[[str], None] | None = None) -> Election:
    """The election in the text of a file. Raises NotAPbFile with all faults."""
    with _nothing_to_collect():
        return _election(text, progress or _silence)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """A table of values holds no cycles; looking for them takes a quarter of the time of reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _election(text: str, progress: Callable[[str], None]) -> Election:
    tables = read_tables(text.removeprefix("\ufeff"))
    budget = _budget(tables)
    kind = _ballot_type(tables)
    costs = _costs(tables)
    pots = _pots(tables)
    votes = Counter(_votes(tables, kind, costs, progress))
    _check_numbers(tables)
    if tables.faults:
        raise NotAPbFile(tables.faults)
    units = least_scale([budget, *costs.values(), *pots.values()])
    return Election(
        budget=int(budget * units),
        units=units,
        projects=tuple(
            Project(
                id=row.cells["project_id"],
                cost=int(costs[row.cells["project_id"]] * units),
                name=row.cells.get("name", ""),
                details={column: cell for column, cell in row.cells.items() if column not in _OWN_COLUMNS},
            )
            for row in tables.projects
        ),
        ballots=tuple(_ballots(votes, kind, _longest_ranking(tables))),
        ballot_type=kind,
        pots={district: int(pot * units) for district, pot in pots.items()},
        meta={key: value for key, (_, value) in tables.meta.items()},
    )


def selected(election: Election) -> frozenset[str]:
    """The projects that the file itself calls selected; empty when it does not say."""
    return frozenset(project.id for project in election.projects if project.details.get("selected") == "1")


def _amount(tables: Tables, line: int, what: str, text: str) -> Fraction:
    """An amount above zero, or a fault and 1."""
    try:
        amount = parse_amount(text)
    except NotAnAmount as refusal:
        tables.fault(line, f"{what}: {refusal}")
        return Fraction(1)
    if amount == 0:
        tables.fault(line, f"{what} must be above zero")
        return Fraction(1)
    return amount


def _budget(tables: Tables) -> Fraction:
    if "budget" not in tables.meta:
        tables.fault(tables.last_line, "META has no budget")
        return Fraction(1)
    line, text = tables.meta["budget"]
    return _amount(tables, line, "budget", text)


def _ballot_type(tables: Tables) -> BallotType:
    if "vote_type" not in tables.meta:
        tables.fault(tables.last_line, f"META has no vote_type ({', '.join(BallotType)})")
        return BallotType.APPROVAL
    line, text = tables.meta["vote_type"]
    try:
        return BallotType(text.lower())
    except ValueError:
        tables.fault(line, f"vote_type {text!r} is none of {', '.join(BallotType)}")
        return BallotType.APPROVAL


def _costs(tables: Tables) -> Mapping[str, Fraction]:
    costs: dict[str, Fraction] = {}
    first: dict[str, int] = {}
    for row in tables.projects:
        name = row.cells.get("project_id")
        if not name:
            tables.fault(row.line, "a project without project_id")
            continue
        if name in first:
            tables.fault(row.line, f"project {name!r} is there twice (first on line {first[name]})")
            continue
        if "," in name:
            tables.fault(row.line, f"project_id {name!r} has a comma, which separates ids in a vote")
        first[name] = row.line
        costs[name] = _amount(tables, row.line, f"cost of project {name!r}", row.cells.get("cost", ""))
    return costs


def _pots(tables: Tables) -> Mapping[str, Fraction]:
    if POTS not in tables.meta:
        return {}
    line, text = tables.meta[POTS]
    pots: dict[str, Fraction] = {}
    for part in text.split(","):
        district, _, amount = (piece.strip() for piece in part.rpartition("="))
        if not district or district in pots:
            tables.fault(line, f"{POTS}: write each district once, as district=amount,district=amount")
            continue
        pots[district] = _amount(tables, line, f"{POTS} of {district!r}", amount)
    if "budget" in tables.meta and sum(pots.values()) != _budget(tables):
        tables.fault(line, f"{POTS} does not add up to the budget")
    return pots


def _votes(
    tables: Tables, kind: BallotType, costs: Mapping[str, Fraction], progress: Callable[[str], None]
) -> Iterator[_Vote]:
    """Each vote, blank ones too; points only where the file has them."""
    first: dict[str, int] = {}
    pots = _names_of_pots(tables)
    columns = tables.columns.get("VOTES", ())
    for needed in ("voter_id", "vote", *(["points"] if kind.has_points else [])):
        if columns and needed not in columns:
            line = tables.votes[0].line if tables.votes else tables.last_line
            tables.fault(line, f"VOTES has no column {needed}")
    for number, row in enumerate(tables.votes):
        if number % 10_000 == 0:
            progress(f"reading vote {number} of {len(tables.votes)}")
        voter = row.cells.get("voter_id")
        if not voter:
            tables.fault(row.line, "a vote without voter_id")
        elif first.setdefault(voter, row.line) != row.line:
            tables.fault(row.line, f"voter {voter!r} votes twice (first on line {first[voter]})")
        district = row.cells.get("district", "")
        if pots and district not in pots:
            tables.fault(row.line, f"district {district!r} has no amount in {POTS}")
        choices = _choices(row, costs, kind, tables.fault)
        points: tuple[Fraction, ...] = ()
        if kind.has_points:
            points, choices = _with_points(row, choices, tables)
        yield choices, points, district if pots else ""


def _ballots(votes: Mapping[_Vote, int], kind: BallotType, longest: int) -> Iterator[Ballot]:
    """Votes as ballots: an approval is one point, a rank its Borda points, given points are whole numbers."""
    fineness = least_scale(given for _, points, _ in votes for given in points)
    for (choices, points, district), count in votes.items():
        if kind is BallotType.ORDINAL:
            yield Ballot.ranking(*choices, longest=longest, count=count, share_class=district)
        elif kind.has_points:
            yield Ballot(choices, tuple(int(given * fineness) for given in points), count, district)
        else:
            yield Ballot.approving(*choices, count=count, share_class=district)


def _names_of_pots(tables: Tables) -> frozenset[str]:
    _, text = tables.meta.get(POTS, (0, ""))
    return frozenset(part.rpartition("=")[0].strip() for part in text.split(",")) if text else frozenset()


def _choices(
    row: Row, costs: Mapping[str, Fraction], kind: BallotType, fault: Callable[[int, str], None]
) -> tuple[str, ...]:
    written = row.cells.get("vote", "")
    choices = tuple(written.split(",")) if written else ()
    if len(choices) <= 1 or kind is not BallotType.CHOOSE_ONE:
        named = set(choices)
        if len(named) == len(choices) and costs.keys() >= named:
            return choices
    choices = tuple([choice.strip() for choice in choices])
    for choice, times in Counter(choices).items():
        if choice not in costs:
            fault(row.line, f"vote for project {choice!r}, which PROJECTS does not have")
        if times > 1:
            fault(row.line, f"project {choice!r} is {times} times in one vote")
    if kind is BallotType.CHOOSE_ONE and len(choices) > 1:
        fault(row.line, f"{len(choices)} projects in a vote for one")
    return choices


def _with_points(row: Row, choices: tuple[str, ...], tables: Tables) -> tuple[tuple[Fraction, ...], tuple[str, ...]]:
    written = row.cells.get("points", "")
    given = [part.strip() for part in written.split(",")] if written else []
    if len(given) != len(choices):
        tables.fault(row.line, f"{len(choices)} projects but {len(given)} numbers of points")
        return (), ()
    pairs = []
    for choice, text in zip(choices, given, strict=True):
        try:
            points = parse_amount(text)
        except NotAnAmount as refusal:
            tables.fault(row.line, f"points for project {choice!r}: {refusal}")
            continue
        if points:  # zero points are no support
            pairs.append((points, choice))
    return tuple(points for points, _ in pairs), tuple(choice for _, choice in pairs)


def _longest_ranking(tables: Tables) -> int:
    """Places of the longest ranking that was allowed, or that somebody made. It sets the Borda points.

    `max_points` says it where a ranking could be longer than the list of projects in this file. Source: the outcomes
    in pabulib/README.md come out with this reading, not with one per ballot.
    """
    allowed = (tables.meta.get(key, (0, ""))[1] for key in ("max_length", "max_points"))
    made = (row.cells.get("vote", "").count(",") + 1 for row in tables.votes)
    return max(*(int(said) for said in allowed if re.fullmatch("[0-9]{1,6}", said)), *made, 1, 1)


def _check_numbers(tables: Tables) -> None:
    """A file that holds fewer lines than it announces was cut off on its way."""
    for key, rows in (("num_projects", tables.projects), ("num_votes", tables.votes)):
        if key in tables.meta:
            line, text = tables.meta[key]
            if text != str(len(rows)):
                tables.fault(line, f"{key} says {text!r}, but the file has {len(rows)}")


def _silence(message: str) -> None:
    """Progress that nobody follows."""
