"""Five hundred residents cast within a minute, through three doors and over two servers: nothing lost, nothing double.

The bound is 60 seconds for the casting; the voters press within a few, so that the test is quick where there is room.
"""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spreekt.electorate.domain import turnout_by_door
from spreekt.electorate.models import Channel
from spreekt.kernel.storage import utc_now
from spreekt.modules.burgerbudget.voting import mixing
from tests.faults.conftest import NewDatabase
from tests.faults.doors import AtTheButton, a_desk_code, a_letter, by_code, signed_in
from tests.faults.election import CODES, Election, choice_in, marks_for
from tests.faults.history import History, Outcome
from tests.live import Platform, platform
from tests.wire import Visitor

ACCOUNTS, LETTERS, DESK_CODES = 400, 60, 40
BOUND_SECONDS = 60
SPREAD_SECONDS = 6
PEOPLE_AT_ONCE = 24


@pytest.fixture
def busy(new_database: NewDatabase, tmp_path: Path) -> Iterator[Platform]:
    """Two servers on a database of their own."""
    with platform(tmp_path, new_database("busy")) as made:
        for web in [made.serve(wait=False), made.serve(wait=False)]:
            web.server.await_answer()
        yield made


def a_choice(turn: int) -> list[str]:
    return sorted({CODES[turn % 6], CODES[(turn * 7 + 3) % 6]})


def with_accounts(election: Election, webs: list) -> list[AtTheButton]:
    """Residents who signed in and stand at the last button. What guards a form is the same for all of a browser."""
    residents = signed_in(election, ACCOUNTS)
    first = webs[0].visitor(residents[0][0])
    guard = [pair for pair in first.form(election.ballot_url, "projects") if pair[0] == "csrf_token"]
    found = []
    for turn, (token, key) in enumerate(residents):
        visitor = Visitor(webs[turn % 2].port, token)
        visitor.cookies["spreekt-form"] = first.cookies["spreekt-form"]
        form = [*guard, ("_once", f"account-{turn}-{key[:12]}"), ("marks", marks_for(a_choice(turn)))]
        found.append(AtTheButton(visitor, election.review_url, form, key))
    return found


def with_codes(election: Election, webs: list) -> list[AtTheButton]:
    """Who came in with the code of a letter, at home, and of the desk, on the kiosk."""
    doors = [(a_letter, "code")] * LETTERS + [(a_desk_code, "kiosk")] * DESK_CODES
    codes = [(make(election), way) for make, way in doors]
    with ThreadPoolExecutor(2) as pool:
        return list(
            pool.map(
                lambda turn: by_code(election, webs[turn % 2], *codes[turn][0], a_choice(turn), way=codes[turn][1]),
                range(len(codes)),
            )
        )


def press(history: History, voter: AtTheButton, ports: list[int], *, twice: bool) -> None:
    """Press the button until there is an answer; impatient people press once more."""
    request, ends = voter.request(), time.monotonic() + BOUND_SECONDS
    history.will_cast(voter.key, choice_in(voter.form))
    while history.told(voter.key, voter.visitor.send(request)) is Outcome.UNKNOWN and time.monotonic() < ends:
        time.sleep(0.1)
    if twice:
        for port in ports:
            history.told(voter.key, voter.visitor.send(request, port=port))


def keep_mixing(busy: Platform, done: threading.Event) -> None:
    """Write rights and ballots anew under the voters' hands, as the sweep does, but without pause."""
    while not done.wait(0.2):
        with busy.sessions() as db:
            mixing.mix_waiting(db, utc_now())
            db.commit()


def test_five_hundred_residents_cast_in_a_minute_and_nothing_is_lost_or_double(busy: Platform, tmp_path: Path) -> None:
    election, history = Election(busy, "vijfhonderd"), History(tmp_path / "history")
    voters = [*with_accounts(election, busy.webs), *with_codes(election, busy.webs)]
    random.Random(20261123).shuffle(voters)
    ports, began, reading = [web.port for web in busy.webs], time.monotonic(), threading.Lock()

    def share(part: int) -> None:
        mine = voters[part::PEOPLE_AT_ONCE]
        for turn, voter in enumerate(mine):
            time.sleep(max(0.0, began + SPREAD_SECONDS * turn / len(mine) - time.monotonic()))
            press(history, voter, ports, twice=turn % 7 == 0)
            if turn % 5 == 0:
                with reading, busy.sessions() as db:
                    history.read_size(election.number_of_ballots(db))

    people = [threading.Thread(target=share, args=(part,)) for part in range(PEOPLE_AT_ONCE)]
    done = threading.Event()
    mixer = threading.Thread(target=keep_mixing, args=(busy, done))
    mixer.start()
    for person in people:
        person.start()
    for person in people:
        person.join()
    done.set()
    mixer.join()
    took = time.monotonic() - began

    assert took < BOUND_SECONDS
    with busy.sessions() as db:
        assert history.faults(roll=election.roll(db), box=election.box(db)) == []
        assert len(election.roll(db)) == len(voters) == 500
        assert turnout_by_door(db, election.poll) == {
            Channel.WEB: ACCOUNTS, Channel.LETTER: LETTERS, Channel.DESK: DESK_CODES, Channel.PAPER: 0,
        }  # fmt: skip
    assert "Traceback" not in busy.logs()
