"""A round with letters and desk codes for tests of its doors."""

from datetime import date
from typing import Any

from spreekt.electorate import passes
from spreekt.electorate.domain import Voter, as_voter
from spreekt.identity.residency_models import RegisterEntry
from tests.builders import NOON, _session, _vault, a_project, a_register_entry, a_round

BORN = date(1985, 7, 30)


def a_ballot_paper(**fields: Any) -> Any:
    """A round with three projects: p1, p2 and p3."""
    round = a_round(**fields)
    for code in ("p1", "p2", "p3"):
        a_project(round, code, title=f"Plan {code}", body=f"Wat {code} inhoudt.")
    return round


def voter_of_entry(round: Any, entry: RegisterEntry) -> Voter:
    return as_voter(_vault(), round.poll, entry)


def a_letter_code(round: Any, entry: RegisterEntry | None = None) -> str:
    """The code in the letter of somebody who was born on BORN."""
    voter = voter_of_entry(round, entry or a_register_entry())
    code = passes.letter_pass(_session(), _vault(), round.poll, voter.voter_key, occasion="test")
    _session().commit()
    return code


def a_desk_code(round: Any, entry: RegisterEntry | None = None) -> str:
    """A code that the desk gave just now."""
    voter = voter_of_entry(round, entry or a_register_entry())
    code = passes.desk_pass(_session(), _vault(), round.poll, voter, now=NOON)
    _session().commit()
    return code
