"""Every act that a referendum writes in the staff log has Dutch words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import spreekt.modules.referendum
from spreekt.home.log_words import ACTS, words_for
from spreekt.modules.referendum.life import LIFE
from spreekt.modules.referendum.models import Act
from spreekt.modules.referendum.objections import OBJECTIONS

MODULE = Path(spreekt.modules.referendum.__file__).parent
MADE_OF = {
    "referendum.propose-": tuple(Act),
    "referendum.confirm-": tuple(Act),
    "referendum.withdraw-": tuple(Act),
    "referendum.roll-change-": ("proposed", "confirmed", "withdrawn"),
    "referendum.letter-": ("asked", "approved", "slip-handed-over"),
    "referendum.": ("promise", "promise-changed", "promise-withdrawn"),
}
"""Acts that are put together when they are written: how they begin, and how each one ends."""


def acts_in(source: str) -> Iterator[str]:
    """What is given as `act` to the log; of one that is put together, every act that comes of it."""
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"):
            continue
        act = next(given.value for given in call.keywords if given.arg == "act")
        if isinstance(act, ast.JoinedStr):
            beginning = act.values[0].value
            yield from (f"{beginning}{ending}" for ending in MADE_OF[beginning])
        else:
            yield ast.literal_eval(act)


WRITTEN = {act for file in MODULE.rglob("*.py") for act in acts_in(file.read_text("utf-8"))}
MOVED = {f"referendum.{step.name}" for step in LIFE.transitions} | {
    f"roll-objection.{step.name}" for step in OBJECTIONS.transitions
}


@pytest.mark.parametrize("act", sorted(WRITTEN | MOVED))
def test_an_act_in_the_log_has_words(app, act: str):
    assert act in ACTS
    with app.test_request_context():
        assert words_for(act) != act


def test_no_words_are_kept_for_what_a_referendum_never_does():
    told = {act for act in ACTS if act.partition(".")[0] in ("referendum", "roll-objection")}

    assert told == WRITTEN | MOVED
