"""Rounds with phases for tests: the clock stands in the phase that a test is about."""

from datetime import timedelta
from typing import Any

from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import timeline
from spreekt.modules.burgerbudget.phase_models import RoundRegulation, Span
from tests.builders import DAY, NOON, _session, a_round, kept

WEEK = timedelta(days=7)
KINDS = (
    PhaseKind.PREPARATION,
    PhaseKind.SUBMISSION,
    PhaseKind.ADMISSIBILITY,
    PhaseKind.DIALOGUE,
    PhaseKind.GAME,
    PhaseKind.JURY,
    PhaseKind.AWARD,
)


def a_phased_round(now_in: PhaseKind = PhaseKind.SUBMISSION, *, numbers: dict[str, Any] | None = None, **fields: Any):
    """A round of one week a phase; it is noon on the first day of `now_in`."""
    before = KINDS.index(now_in)
    spans = [
        Span(kind, NOON - DAY + (place - before) * WEEK, NOON - DAY + (place - before + 1) * WEEK)
        for place, kind in enumerate(KINDS)
    ]
    round = a_round(amount_cents=10_000_000, **fields)
    defaults = {"project_most_cents": 5_000_000, "vote_method": None}
    kept(RoundRegulation(round_id=round.id, **(defaults | (numbers or {}))))
    timeline.store(_session(), round, (), spans, by=SYSTEM, now=NOON)
    _session().commit()
    return round
