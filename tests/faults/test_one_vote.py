"""One resident, one vote, whatever is sent at once, to whichever server, and whatever gets lost on the way."""

import secrets

import pytest

from tests.faults.election import CODES, Election, marks_for
from tests.live import Platform
from tests.wire import SwallowingProxy, released_together


@pytest.fixture(scope="module")
def election(live: Platform) -> Election:
    return Election(live, "een-stem")


def with_other_key(form: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same form, opened once more in another tab."""
    return [(name, secrets.token_urlsafe(18) if name == "_once" else value) for name, value in form]


def with_choice(form: list[tuple[str, str]], codes: list[str]) -> list[tuple[str, str]]:
    return [(name, marks_for(codes) if name == "marks" else value) for name, value in form]


def ports_in_turn(live: Platform, number: int) -> list[int]:
    return [live.webs[turn % len(live.webs)].port for turn in range(number)]


@pytest.mark.parametrize("turn", range(3))
def test_v01_fifty_times_the_same_vote_at_once_is_one_vote(election: Election, live: Platform, turn: int) -> None:
    visitor, form, key = election.voter_at(live.webs[0], ["p1", "p3"])
    request = visitor.request("POST", election.review_url, form)
    with live.sessions() as db:
        before = election.number_of_ballots(db)

    replies = released_together([(port, request) for port in ports_in_turn(live, 50)])

    assert {reply.status for reply in replies} == {303}
    assert {reply.location for reply in replies} == {f"/burgerbudget/{election.slug}/stemmen/gestemd"}
    with live.sessions() as db:
        assert election.number_of_ballots(db) == before + 1
        assert key in election.roll(db)
        assert len(election.roll(db)) == election.number_of_ballots(db)


@pytest.mark.parametrize("turn", range(3))
def test_v02_fifty_different_votes_at_once_are_one_vote(election: Election, live: Platform, turn: int) -> None:
    visitor, form, key = election.voter_at(live.webs[0], ["p1"])
    choices = [[CODES[turn % 6], CODES[(turn + 1) % 6]] for turn in range(50)]
    with live.sessions() as db:
        before = election.box(db)

    replies = released_together(
        [
            (port, visitor.request("POST", election.review_url, with_choice(with_other_key(form), codes)))
            for port, codes in zip(ports_in_turn(live, 50), choices, strict=True)
        ]
    )

    statuses = sorted(reply.status for reply in replies)
    assert statuses == [303] + [409] * 49
    [winner] = [number for number, reply in enumerate(replies) if reply.status == 303]
    with live.sessions() as db:
        assert election.box(db) - before == {tuple(sorted(choices[winner])): 1}
        assert key in election.roll(db)
        assert len(election.roll(db)) == election.number_of_ballots(db)


def test_f03_a_voter_who_never_heard_back_gets_the_same_answer_again(election: Election, live: Platform) -> None:
    visitor, form, key = election.voter_at(live.webs[0], ["p2"])
    request = visitor.request("POST", election.review_url, form)
    with live.sessions() as db:
        before = election.number_of_ballots(db)

    with SwallowingProxy(live.webs[0].port) as proxy:
        assert visitor.send(request, port=proxy.port).status == 0
        assert proxy.swallowed[0].startswith(b"HTTP/1.1 303")
    again = [visitor.send(request, port=port) for port in ports_in_turn(live, 4)]

    assert {(reply.status, reply.location) for reply in again} == {
        (303, f"/burgerbudget/{election.slug}/stemmen/gestemd")
    }
    with live.sessions() as db:
        assert key in election.roll(db)
        assert election.number_of_ballots(db) == before + 1


def test_a_key_that_was_used_for_another_vote_is_refused(election: Election, live: Platform) -> None:
    visitor, form, _key = election.voter_at(live.webs[0], ["p2"])
    assert visitor.post(election.review_url, form).status == 303

    other = visitor.post(election.review_url, with_choice(form, ["p6"]))

    assert other.status == 409
