"""Where the real elections of ../shared lie, and what tests do without them. No test lives here."""

import json
from functools import cache
from pathlib import Path

import pytest

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.pabulib import load_pb

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "pabulib"
WINNERS: dict[str, dict[str, list[str]]] = (
    json.loads((FOLDER / "winners.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else {}
)
needs_real_elections = pytest.mark.skipif(not WINNERS, reason="../shared/pabulib is not here")


@cache
def real_election(name: str) -> Election:
    return load_pb(FOLDER / name)
