"""Server processes that are killed while people vote: whoever was told yes has one ballot, and nobody has two."""

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.conftest import NewDatabase
from tests.faults.election import CODES, Election, choice_in
from tests.faults.history import History, Outcome
from tests.live import Platform, Web, is_ready, platform
from tests.mailbox import eventually
from tests.wire import Visitor

VOTERS = 60
PATIENCE_SECONDS = 90


@pytest.fixture
def fragile(new_database: NewDatabase, tmp_path: Path) -> Iterator[Platform]:
    """Two servers; the process behind one of them is killed, and when it is back, that behind the other."""
    with platform(tmp_path, new_database("fragile")) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


def vote(
    history: History, election: Election, voter: tuple[Visitor, list[tuple[str, str]], str], ports: list[int]
) -> None:
    """Press the button until there is an answer, as a person would, with the same key."""
    visitor, form, key = voter
    request = visitor.request("POST", election.review_url, form)
    history.will_cast(key, choice_in(form))
    ends = time.monotonic() + PATIENCE_SECONDS
    for port in itertools.cycle(ports):
        if history.told(key, visitor.send(request, port=port)) is not Outcome.UNKNOWN or time.monotonic() > ends:
            return
        time.sleep(0.05)


def keep_killing(webs: list[Web], stop: threading.Event, killed: list[int]) -> None:
    """Kill the process behind one server, wait until that server is back, and go on with the next.

    Granian gives a process up that dies twice within 5.5 seconds; that is for systemd to mend, not for this test.
    """
    for web in itertools.cycle(webs):
        if stop.is_set():
            return
        if is_ready(web.port):
            for pid in web.worker_pids:
                psutil.Process(pid).kill()
                killed.append(pid)
        while not stop.wait(3.5) and not is_ready(web.port):
            pass


def test_f01_votes_survive_servers_that_are_killed(fragile: Platform, tmp_path: Path) -> None:
    election, history = Election(fragile, "onrust"), History(tmp_path / "history")
    ports = [web.port for web in fragile.webs]
    voters = [election.voter_at(fragile.webs[0], [CODES[turn % 6], CODES[(turn + 2) % 6]]) for turn in range(VOTERS)]
    stop, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=keep_killing, args=(fragile.webs, stop, killed))
    killer.start()

    reading = threading.Lock()

    def share(part: int) -> None:
        for voter in voters[part::4]:
            vote(history, election, voter, ports)
            time.sleep(0.2)
            with fragile.sessions() as db, reading:
                history.read_size(election.number_of_ballots(db))

    people = [threading.Thread(target=share, args=(part,)) for part in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    stop.set()
    killer.join()
    eventually(lambda: is_ready(ports[0]), seconds=90)
    again = [visitor.send(visitor.request("POST", election.review_url, form)) for visitor, form, _key in voters]

    assert killed
    assert {reply.status for reply in again} == {303}
    with fragile.sessions() as db:
        assert history.faults(roll=election.roll(db), box=election.box(db)) == []
        assert len(election.roll(db)) == VOTERS
