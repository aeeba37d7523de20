"""One resident has one right, whichever doors are pushed at the same moment, and a pile of paper is counted once."""

from collections import Counter
from datetime import timedelta

import pytest

from spreekt.electorate.domain import as_voter, spend_right, voter_key
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.doors import desk
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.paper import domain as paper
from tests.builders import NOON, a_register_entry, acting, staff
from tests.faults.doors import a_desk_code, a_letter, a_resident_with_everything, by_code
from tests.faults.election import Election
from tests.live import Platform
from tests.wire import SwallowingProxy, released_together


@pytest.fixture(scope="module")
def election(live: Platform) -> Election:
    return Election(live, "een-recht")


@pytest.mark.parametrize("turn", range(3))
def test_v01_an_account_a_letter_a_code_and_paper_at_once_use_one_right(
    election: Election, live: Platform, turn: int
) -> None:
    account, entry = a_resident_with_everything(election)
    key = voter_key(live.vault, election.poll, entry.person_key)
    visitor = live.webs[0].visitor(live.sign_in(account))
    form = election.marked(visitor, ["p1"])
    letter = by_code(election, live.webs[1], a_letter(election, entry)[0], key, ["p2"])
    code = by_code(election, live.webs[0], a_desk_code(election, entry)[0], key, ["p3"], way="kiosk")
    officer = acting_in(live)
    with live.sessions() as db:
        before, rights = election.box(db), len(election.roll(db))
    requests = [
        (live.webs[0].port, visitor.request("POST", election.review_url, form)),
        (live.webs[1].port, letter.request()),
        (live.webs[0].port, code.request()),
    ]

    replies = released_together(requests[turn:] + requests[:turn])

    assert sorted(reply.status for reply in replies) == [303, 409, 409]
    [winner] = [at for at, reply in enumerate(replies) if reply.status == 303]
    with live.sessions() as db:
        assert election.box(db) - before == Counter({(f"p{(winner + turn) % 3 + 1}",): 1})
        assert key in election.roll(db)
        assert len(election.roll(db)) == rights + 1
        round = db.get_one(Round, election.round.id)
        with pytest.raises(desk.AlreadyVoted):
            desk.give_paper(db, live.vault, clock_of(live), round, entry.person_key, by=officer)


@pytest.mark.parametrize("turn", range(2))
def test_one_code_in_eight_browsers_at_once_is_one_ballot(election: Election, live: Platform, turn: int) -> None:
    code, key = a_letter(election)
    open_ones = [by_code(election, live.webs[at % 2], code, key, [f"p{at % 6 + 1}"]) for at in range(8)]
    with live.sessions() as db:
        before = election.number_of_ballots(db)

    replies = released_together([(each.visitor.port, each.request()) for each in open_ones])

    assert sorted(reply.status for reply in replies) == [303] + [409] * 7
    with live.sessions() as db:
        assert election.number_of_ballots(db) == before + 1
        assert len(election.roll(db)) == election.number_of_ballots(db)


def test_f03_who_never_heard_back_on_the_kiosk_gets_the_same_receipt(election: Election, live: Platform) -> None:
    code, key = a_desk_code(election)
    voter = by_code(election, live.webs[0], code, key, ["p4"], way="kiosk")
    request = voter.request()
    with live.sessions() as db:
        before = election.number_of_ballots(db)

    with SwallowingProxy(live.webs[0].port) as proxy:
        assert voter.visitor.send(request, port=proxy.port).status == 0
    again = [voter.visitor.send(request, port=web.port) for web in live.webs]

    assert {reply.location for reply in again} == {f"/burgerbudget/{election.slug}/kiosk/gestemd"}
    with live.sessions() as db:
        assert key in election.roll(db)
        assert election.number_of_ballots(db) == before + 1


def test_two_people_who_accept_a_pile_at_once_put_its_ballots_in_the_box_once(live: Platform) -> None:
    election = Election(live, "stapel")
    with live.building() as db:
        two = [staff(Role.DESK), staff(Role.PUBLISHER)]
        for _each in range(3):
            voter = as_voter(live.vault, election.poll, a_register_entry())
            spend_right(db, election.poll, voter, channel=Channel.PAPER, now=NOON)
        db.commit()
        who = [acting(each) for each in two]
    election.closes(NOON - timedelta(minutes=1))
    with live.sessions() as db:
        round = db.get_one(Round, election.round.id)
        paper.begin(db, clock_of(live), round, by=who[0])
        for each in who:
            for sheet, typed in enumerate(("p1 p2", "blanco", "p6"), start=1):
                paper.put(db, live.vault, clock_of(live), round, 1, sheet, typed, by=each)
            paper.finish(db, live.vault, clock_of(live), round, 1, by=each)
        db.commit()
    url = f"/beheer/rondes/{election.slug}/papier/stapel/1"
    requests = []
    for at in range(8):
        visitor = live.webs[at % 2].visitor(live.sign_in(two[at % 2]))
        form = visitor.form(url, "typed")  # any form of the page carries what guards it
        guards = [pair for pair in form if pair[0] in ("csrf_token", "_once")]
        requests.append((visitor.port, visitor.request("POST", f"{url}/aanvaard", guards)))

    replies = released_together(requests)

    assert sorted(reply.status for reply in replies) == [303] + [409] * 7
    with live.sessions() as db:
        assert election.box(db) == Counter({("p1", "p2"): 1, ("p6",): 1})


def clock_of(live: Platform) -> Clock:
    """The clock that the servers of this platform have."""
    return Clock(shift=NOON - live.made_at)


def acting_in(live: Platform):
    with live.building():
        return acting(staff(Role.DESK))
