"""The box of a referendum over real servers: one voter, one ballot, whatever is sent at once and whatever is killed."""

import itertools
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.modules.referendum import box, refusals, steps
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.models import Act, Ballot, BallotKind, Referendum, State
from tests.builders import acting, staff
from tests.faults.conftest import NewDatabase
from tests.faults.test_killed_servers import keep_killing
from tests.live import Platform, platform
from tests.referendum.builders import BORN, NO, YES, Held, a_referendum
from tests.wire import Reply, SwallowingProxy, Visitor, released_together

PATIENCE_SECONDS = 90


def an_open_box(live: Platform, *, voters: int, **more: object) -> Held:
    with live.building() as db:
        return a_referendum(db, live.vault, voters=voters, **more)  # type: ignore[arg-type]


def sending(held: Held, ballot: str, *, key: str = "") -> bytes:
    """The request of the booth, byte for byte."""
    body = json.dumps({"ballot": ballot, "birth_date": BORN.isoformat(), "padding": ""}).encode()
    lines = [
        f"POST /referendum/{held.slug}/stemmen/uitbrengen HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Idempotency-Key: {key or secrets.token_hex(16)}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ports_in_turn(live: Platform, number: int) -> list[int]:
    return [live.webs[turn % len(live.webs)].port for turn in range(number)]


def held_in(db: Session, held: Held) -> Referendum:
    return db.get_one(Referendum, held.referendum.id)


def in_box(db: Session, held: Held) -> dict[str, int]:
    """The cast ballots: hash, and the how manieth of its credential."""
    rows = db.execute(
        select(Ballot.sha256, Ballot.nth).where(
            Ballot.referendum_id == held.referendum.id, Ballot.kind == BallotKind.CAST
        )
    )
    return {row.sha256: row.nth for row in rows}


def rights(db: Session, held: Held) -> Counter[Channel]:
    rows = db.execute(
        select(UsedRight.channel, func.count())
        .where(UsedRight.poll_id == held.referendum.poll_id)
        .group_by(UsedRight.channel)
    )
    return Counter({row[0]: row[1] for row in rows})


def says(reply: Reply) -> dict[str, object]:
    return dict(json.loads(reply.text))


@pytest.mark.parametrize("turn", range(2))
def test_v01_fifty_times_the_same_ballot_at_once_is_one_ballot(live: Platform, turn: int) -> None:
    held = an_open_box(live, voters=1)
    request = sending(held, held.ballot())

    replies = released_together([(port, request) for port in ports_in_turn(live, 50)])

    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    with live.sessions() as db:
        assert len(in_box(db, held)) == 1
        assert rights(db, held) == {Channel.WEB: 1}


def test_v02_fifty_different_ballots_of_one_voter_at_once_are_one_ballot(live: Platform) -> None:
    held = an_open_box(live, voters=1)
    ballots = [held.ballot(0, (YES if turn % 2 else NO,)) for turn in range(50)]

    replies = released_together(
        [(port, sending(held, ballot)) for port, ballot in zip(ports_in_turn(live, 50), ballots, strict=True)]
    )

    assert Counter(reply.status for reply in replies) == {200: 1, 409: 49}
    [winner] = [number for number, reply in enumerate(replies) if reply.status == 200]
    with live.sessions() as db:
        assert in_box(db, held) == {hex_of(ballots[winner]): 1}
        assert rights(db, held) == {Channel.WEB: 1}


def test_v02_where_one_may_change_the_last_one_counts_and_none_is_lost(live: Platform) -> None:
    held = an_open_box(live, voters=1, rules={"may_revote": True})
    ballots = [held.ballot(0, (YES,)) for _ in range(20)]

    replies = released_together(
        [(port, sending(held, ballot)) for port, ballot in zip(ports_in_turn(live, 20), ballots, strict=True)]
    )

    told = {hex_of(ballot) for ballot, reply in zip(ballots, replies, strict=True) if reply.status == 200}
    assert {reply.status for reply in replies} <= {200, 409}
    with live.sessions() as db:
        kept = in_box(db, held)
        assert set(kept) == told
        assert sorted(kept.values()) == list(range(1, len(told) + 1))
        assert rights(db, held) == {Channel.WEB: 1}


def test_paper_and_web_at_once_use_one_right(live: Platform) -> None:
    held = an_open_box(live, voters=12)
    answers: dict[int, str] = {}

    def at_the_desk() -> None:
        clock = Clock(fixed=live.now())
        for voter, who in enumerate(held.voters):
            with live.sessions() as db:
                try:
                    box.use_on_paper(db, clock, db.get_one(Referendum, held.referendum.id), who.voter_key)
                    db.commit()
                    answers[voter] = "paper"
                except refusals.AlreadyVoted:
                    db.rollback()

    desk = threading.Thread(target=at_the_desk)
    requests = [(port, sending(held, held.ballot(voter))) for voter, port in enumerate(ports_in_turn(live, 12))]
    desk.start()
    replies = released_together(requests, held_seconds=0.01)
    desk.join(PATIENCE_SECONDS)

    for voter, reply in enumerate(replies):
        assert (reply.status == 200) != (answers.get(voter) == "paper"), (voter, reply.status, answers.get(voter))
    with live.sessions() as db:
        used = rights(db, held)
        assert used[Channel.WEB] == len(in_box(db, held)) == sum(reply.status == 200 for reply in replies)
        assert used[Channel.PAPER] == len(answers)


def test_v20_casting_and_testing_one_ballot_at_once_does_only_one_of_them(live: Platform) -> None:
    from spreekt.modules.referendum.ballot.encryption import tracker_of

    held = an_open_box(live, voters=8)
    for voter in range(8):
        ballot = held.ballot(voter)
        body = json.dumps({"ballot_hash": tracker_of(ballot)}).encode()
        test = (
            f"POST /referendum/{held.slug}/stemmen/testen HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        cast_reply, test_reply = released_together(
            [(live.webs[0].port, sending(held, ballot)), (live.webs[1].port, test)]
        )

        assert (cast_reply.status, test_reply.status) in {(200, 409), (409, 200)}
        with live.sessions() as db:
            assert (hex_of(ballot) in in_box(db, held)) == (cast_reply.status == 200)


def test_f03_a_voter_who_never_heard_back_gets_the_same_answer_again(live: Platform) -> None:
    held = an_open_box(live, voters=1)
    request = sending(held, held.ballot())
    visitor = Visitor(live.webs[0].port)

    with SwallowingProxy(live.webs[0].port) as proxy:
        assert visitor.send(request, port=proxy.port).status == 0
        assert proxy.swallowed[0].startswith(b"HTTP/1.1 200")
    again = [visitor.send(request, port=port) for port in ports_in_turn(live, 4)]

    assert {reply.status for reply in again} == {200}
    assert says(again[0])["counted"] is True
    with live.sessions() as db:
        assert len(in_box(db, held)) == 1


def test_v05_around_the_closing_second_told_is_counted(live: Platform) -> None:
    held = an_open_box(live, voters=18)
    ballots = [held.ballot(voter) for voter in range(18)]
    requests = [(port, sending(held, ballot)) for port, ballot in zip(ports_in_turn(live, 18), ballots, strict=True)]
    closes_at = live.now() + timedelta(seconds=4)
    with live.sessions() as db:
        db.execute(update(Poll).where(Poll.id == held.referendum.poll_id).values(closes_at=closes_at))
        db.commit()
    replies: list[Reply] = []

    for moment, first in ((-2.0, 0), (-0.03, 6), (0.5, 12)):
        time.sleep(max(0.0, (closes_at - live.now()).total_seconds() + moment - 0.05))
        replies += released_together(requests[first : first + 6])

    told = {hex_of(ballot) for ballot, reply in zip(ballots, replies, strict=True) if reply.status == 200}
    assert {reply.status for reply in replies[:6]} == {200}
    assert {reply.status for reply in replies[12:]} == {409}
    assert {says(reply)["counted"] for reply in replies[12:]} == {False}
    with live.sessions() as db:
        assert set(in_box(db, held)) == told
        assert rights(db, held)[Channel.WEB] == len(told)


@pytest.fixture
def fragile(new_database: NewDatabase, tmp_path: Path) -> Iterator[Platform]:
    """Two servers whose processes are killed in turn."""
    with platform(tmp_path, new_database("fragile_box")) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


def test_f01_servers_killed_while_people_vote_lose_nothing_and_double_nothing(fragile: Platform) -> None:
    held = an_open_box(fragile, voters=40)
    ballots = [held.ballot(voter) for voter in range(40)]
    ports, told, lock = [web.port for web in fragile.webs], {}, threading.Lock()
    stop, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=keep_killing, args=(fragile.webs, stop, killed))

    def vote(some: list[str]) -> None:
        for ballot in some:
            request, ends = sending(held, ballot), time.monotonic() + PATIENCE_SECONDS
            for port in itertools.cycle(ports):
                reply = Visitor(port).send(request)
                if 200 <= reply.status < 500 or time.monotonic() > ends:
                    with lock:
                        told[hex_of(ballot)] = reply.status
                    break
                time.sleep(0.05)

    killer.start()
    voters = [threading.Thread(target=vote, args=(ballots[part::4],)) for part in range(4)]
    for voter in voters:
        voter.start()
    for voter in voters:
        voter.join()
    stop.set()
    killer.join(PATIENCE_SECONDS)

    assert set(told.values()) == {200}
    with fragile.sessions() as db:
        assert set(in_box(db, held)) == set(told)
        assert rights(db, held) == {Channel.WEB: 40}
        assert set(in_box(db, held).values()) == {1}


def test_v07_a_vote_under_way_while_two_people_suspend_is_told_the_truth(live: Platform) -> None:
    held = an_open_box(live, voters=12)
    with live.building():
        one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    clock = Clock(fixed=live.now())
    with live.sessions() as db:
        steps.propose(db, clock, held_in(db, held), Act.SUSPEND, by=one, about="Storing.", now=clock.now())
        db.commit()

    def suspend() -> None:
        with live.sessions() as db:
            steps.confirm(db, clock, held_in(db, held), Act.SUSPEND, by=other, about="Storing.", now=clock.now())
            db.commit()

    ballots = [held.ballot(voter) for voter in range(12)]
    two = threading.Thread(target=suspend)
    two.start()
    replies = released_together(
        [(port, sending(held, ballot)) for port, ballot in zip(ports_in_turn(live, 12), ballots, strict=True)],
        held_seconds=0.01,
    )
    two.join(PATIENCE_SECONDS)

    assert {reply.status for reply in replies} <= {200, 409}
    told = {hex_of(ballot) for ballot, reply in zip(ballots, replies, strict=True) if reply.status == 200}
    with live.sessions() as db:
        assert set(in_box(db, held)) == told


@pytest.mark.parametrize(("act", "reason"), [(Act.SUSPEND, "suspended"), (Act.ANNUL, "not-open")])
def test_v07_a_ballot_that_waited_for_two_people_sees_what_they_decided(live: Platform, act: Act, reason: str) -> None:
    held = an_open_box(live, voters=3)
    with live.building():
        one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    clock, visitor = Clock(fixed=live.now()), Visitor(live.webs[0].port)
    assert [visitor.send(sending(held, held.ballot(0)), port=web.port).status for web in live.webs] == [200, 409]
    with live.sessions() as db:
        steps.propose(db, clock, held_in(db, held), act, by=one, about="Storing.", now=clock.now())
        db.commit()
    replies: list[Reply] = []
    waiting = threading.Thread(target=lambda: replies.append(visitor.send(sending(held, held.ballot(1)))))

    with live.sessions() as db:
        steps.confirm(db, clock, held_in(db, held), act, by=other, about="Storing.", now=clock.now())
        waiting.start()
        time.sleep(0.5)  # the ballot is checked by now, and waits for these two
        db.commit()
    waiting.join(PATIENCE_SECONDS)
    replies += [visitor.send(sending(held, held.ballot(2)), port=web.port) for web in live.webs]

    assert [(reply.status, says(reply)["reason"]) for reply in replies] == [(409, reason)] * 3
    with live.sessions() as db:
        assert len(in_box(db, held)) == rights(db, held)[Channel.WEB] == 1


def test_v07_a_desk_that_waited_for_two_people_sees_what_they_decided(live: Platform) -> None:
    held = an_open_box(live, voters=1)
    refused: list[Exception] = []

    def at_the_desk() -> None:
        with live.sessions() as db:
            looked_up = held_in(db, held)
            db.rollback()  # SQLite lets nobody in before this one is out
            ready.set()
            time.sleep(0.2)
            try:
                box.use_on_paper(db, Clock(fixed=live.now()), looked_up, held.voters[0].voter_key)
            except refusals.NotOpen as refusal:
                refused.append(refusal)

    ready, desk = threading.Event(), threading.Thread(target=at_the_desk)
    desk.start()
    assert ready.wait(PATIENCE_SECONDS)
    with live.sessions() as db:
        referendum = held_in(db, held)
        box.alone(db, referendum)
        referendum.state = State.SUSPENDED
        db.flush()
        time.sleep(0.6)
        db.commit()
    desk.join(PATIENCE_SECONDS)

    assert len(refused) == 1
    with live.sessions() as db:
        assert not rights(db, held)
