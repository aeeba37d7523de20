"""Counting a published result again in the browser: the same winners, for a greedy rule and for equal shares."""

import json

import pytest

from spreekt.modules.burgerbudget.models import Rule
from spreekt.modules.burgerbudget.rules.pabulib import load_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules_of import others, rule
from tests import builders
from tests.browser.conftest import NewReader
from tests.burgerbudget.rules.small_elections import a_busy_election, a_tie_heavy_election
from tests.live import Platform

SHARES = {"step_cents": 25, "add1_stop": "exhaustive", "complete": "greedy", "lot_seed": "lotto van 3 mei"}
