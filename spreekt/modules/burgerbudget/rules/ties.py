"""Who goes first when a rule cannot tell two projects apart. The rules themselves live elsewhere."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spreekt.modules.burgerbudget.rules.election import Election

_DIGITS = re.compile(r"([0-9]+)")


def natural_order(project_id: str) -> tuple[object, ...]:
    """Sort key that puts "c2" before "c10"; total, because the text itself comes last."""
    key: list[tuple[int, int, str]] = []
    for place, part in enumerate(_DIGITS.split(project_id)):
        digits = part.lstrip("0")
        if part:  # numbers compare by length, then digit by digit; odd places hold them
            key.append((0, len(digits), digits) if place % 2 else (1, 0, part))
    return tuple(key), project_id


def lot(project_id: str, seed: str) -> str:
    """The project's lot under a seed that was published before voting closed; the lowest goes first."""
    return sha256((project_id + seed).encode()).hexdigest()


def tie_key(election: "Election", project_id: str, seed: str | None) -> tuple[Any, ...]:
    """Sort key in a tie, also between parts of one vote: lower cost, then more votes, then the lot or the id in
    natural order.

    One order for every step of every rule. Source: budget-rules.md, decision 5.
    """
    last = (lot(project_id, seed),) if seed is not None else ()
    return election.project[project_id].cost, -election.score[project_id], *last, natural_order(project_id)


def tie_ranks(election: "Election", seed: str | None) -> Mapping[str, int]:
    """Rank of each project in a tie."""
    order = sorted(election.project, key=lambda project_id: tie_key(election, project_id, seed))
    return {project_id: rank for rank, project_id in enumerate(order)}
