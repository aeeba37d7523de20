"""Changing a ballot many times at once, two devices that save at once, and two sweeps at the close: one ballot each."""

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from spreekt.electorate.domain import voter_of
from spreekt.electorate.models import UsedRight
from spreekt.kernel.clock import Clock
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.voting import closing
from spreekt.modules.burgerbudget.voting.ballots import cast, replace
from spreekt.modules.burgerbudget.voting.drafts import save
from tests.builders import NOON, a_resident, acting, kept
from tests.faults.election import CODES, Election
from tests.live import Platform

CODE = "23456-789AB-CDEFG-HJKLM"
"""Of a receipt."""


def all_at_once(platform: Platform, deeds: list[Callable]) -> list[Exception]:
    """Each deed in a transaction of its own, released together; what went wrong."""
    gate, faults = threading.Barrier(len(deeds)), []

    def run(deed: Callable) -> None:
        try:
            with platform.sessions() as db:
                gate.wait(20)
                deed(db)
                db.commit()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def number_of(db, model, round) -> int:
    return db.scalar(select(func.count()).where(model.round_id == round.id)) or 0


def test_twenty_changes_at_once_leave_one_ballot(live: Platform) -> None:
    election, clock = Election(live, "twintig-keer"), Clock(fixed=NOON)
    with live.building() as db:
        kept(RoundRegulation(round_id=election.round.id, may_change_vote=True))
        account = a_resident()
        cast(db, live.vault, clock, db.get_one(Round, election.round.id), {"p1": 1}, by=acting(account), code=CODE)
        db.commit()
        voter = voter_of(db, live.vault, election.poll, account_id=account.id, now=NOON)

    def change(code: str) -> Callable:
        return lambda db: replace(db, clock, db.get_one(Round, election.round.id), {code: 1}, voter=voter, code=CODE)

    faults = all_at_once(live, [change(CODES[1 + turn % 5]) for turn in range(20)])

    assert faults == []
    with live.sessions() as db:
        [(choice, number)] = election.box(db).items()
        assert number == 1
        assert choice[0] in CODES[1:]
        assert len(election.roll(db)) == 1


def test_two_devices_that_save_at_once_make_one_draft(live: Platform) -> None:
    election, clock = Election(live, "twee-tegelijk"), Clock(fixed=NOON)
    with live.building() as db:
        who = acting(a_resident())
        db.commit()

    def keep(code: str) -> Callable:
        return lambda db: save(db, live.vault, clock, db.get_one(Round, election.round.id), {code: 1}, by=who)

    faults = all_at_once(live, [keep(CODES[turn % 6]) for turn in range(8)])

    assert faults == []
    with live.sessions() as db:
        assert number_of(db, BallotDraft, election.round) == 1


def test_two_sweeps_at_once_count_each_draft_once(live: Platform) -> None:
    election, after = Election(live, "twee-bezems"), Clock(fixed=NOON + timedelta(hours=1))
    with live.building() as db:
        for turn in range(12):
            save(db, live.vault, Clock(fixed=NOON), db.get_one(Round, election.round.id), {CODES[turn % 6]: 1},
                 by=acting(a_resident()), counts_at_close=True)  # fmt: skip
        db.commit()
    election.closes(NOON + timedelta(minutes=30))

    faults = all_at_once(
        live, [lambda db: closing.count_all_drafts(db, live.vault, after, after.now()) for _each in range(4)]
    )

    assert faults == []
    with live.sessions() as db:
        told = [
            message.payload["account_id"]
            for message in db.scalars(select(Message).where(Message.topic == "ballot.draft-counted"))
            if message.payload["round_id"] == election.round.id
        ]
        assert number_of(db, BudgetBallot, election.round) == 12
        assert db.scalar(select(func.count()).where(UsedRight.poll_id == election.poll.id)) == 12
        assert len(told) == len(set(told)) == 12
        assert number_of(db, BallotDraft, election.round) == 0
