"""Servers that are killed while people vote with codes: whoever was told yes has one ballot, and nobody has two."""

import threading
from pathlib import Path

from tests.faults.doors import a_desk_code, a_letter, by_code
from tests.faults.election import CODES, Election
from tests.faults.history import History
from tests.faults.test_killed_servers import fragile, keep_killing, vote
from tests.live import Platform, is_ready
from tests.mailbox import eventually

__all__ = ["fragile"]
VOTERS = 20


class ByCode:
    """An election as `vote` knows it, whose last button stands on the pages for who has a code."""

    def __init__(self, url: str) -> None:
        self.review_url = url


def test_f01_votes_with_codes_survive_servers_that_are_killed(fragile: Platform, tmp_path: Path) -> None:
    election, history = Election(fragile, "onrust-met-codes"), History(tmp_path / "history")
    ports = [web.port for web in fragile.webs]
    voters = []
    for turn in range(VOTERS):
        make, way = ((a_letter, "code"), (a_desk_code, "kiosk"))[turn % 2]
        choice = [CODES[turn % 6], CODES[(turn + 2) % 6]]
        voters.append(by_code(election, fragile.webs[turn % 2], *make(election), choice, way=way))
    stop, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=keep_killing, args=(fragile.webs, stop, killed))
    killer.start()

    def share(part: int) -> None:
        for voter in voters[part::4]:
            vote(history, ByCode(voter.url), (voter.visitor, voter.form, voter.key), ports)
            stop.wait(0.5)

    people = [threading.Thread(target=share, args=(part,)) for part in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    stop.set()
    killer.join()
    eventually(lambda: all(is_ready(port) for port in ports), seconds=90)
    again = [voter.visitor.send(voter.request()) for voter in voters]

    assert killed
    assert {reply.status for reply in again} == {303}
    with fragile.sessions() as db:
        assert history.faults(roll=election.roll(db), box=election.box(db)) == []
        assert len(election.roll(db)) == VOTERS
