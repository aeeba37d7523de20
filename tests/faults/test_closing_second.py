"""A vote counts if and only if it came before the closing second, by one clock, and its voter is told so truly."""

import time
from datetime import timedelta

from tests.faults.election import Election
from tests.live import Platform
from tests.wire import released_together

VOTERS = 24


def test_v05_around_the_closing_second_told_is_counted(live: Platform) -> None:
    election = Election(live, "op-het-nippertje")
    voters = [election.voter_at(live.webs[turn % 2], ["p1", "p2"]) for turn in range(VOTERS)]
    requests = [(visitor.port, visitor.request("POST", election.review_url, form)) for visitor, form, _key in voters]
    closes_at = live.now() + timedelta(seconds=3)
    election.closes(closes_at)
    told: dict[str, int] = {}

    for moment, first in ((-1.0, 0), (-0.03, 8), (1.0, 16)):
        time.sleep(max(0.0, (closes_at - live.now()).total_seconds() + moment - 0.05))
        replies = released_together(requests[first : first + 8])
        told |= {key: reply.status for (_, _, key), reply in zip(voters[first : first + 8], replies, strict=True)}

    early, late = [key for _, _, key in voters[:8]], [key for _, _, key in voters[16:]]
    assert {told[key] for key in early} == {303}
    assert {told[key] for key in late} == {409}
    assert set(told.values()) == {303, 409}
    with live.sessions() as db:
        assert election.roll(db) == {key for key, status in told.items() if status == 303}
        assert election.number_of_ballots(db) == len(election.roll(db))


def test_v05_a_body_held_back_over_the_edge_is_too_late(live: Platform) -> None:
    election = Election(live, "trage-verbinding")
    visitor, form, key = election.voter_at(live.webs[0], ["p1"])
    request = visitor.request("POST", election.review_url, form)
    closes_at = live.now() + timedelta(seconds=1)
    election.closes(closes_at)

    [reply] = released_together([(visitor.port, request)], held_seconds=(closes_at - live.now()).total_seconds() + 0.1)

    assert reply.status == 409
    with live.sessions() as db:
        assert key not in election.roll(db)
        assert election.number_of_ballots(db) == 0
