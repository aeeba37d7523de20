"""Paper ballots of a round, on a clock that is asked of the database as in a real city."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import desk, paper
from spreekt.modules.burgerbudget.counting import ballots_in_box
from tests.builders import DAY, NOON, a_register_entry, acting, staff
from tests.burgerbudget.door_builders import a_ballot_paper


def test_two_equal_piles_go_in_the_box_when_the_database_tells_the_time(db: Session, vault: Vault) -> None:
    round = a_ballot_paper()
    one, two = (acting(staff(Role.DESK)) for _each in range(2))
    for _sheet in range(2):
        desk.give_paper(db, vault, Clock(fixed=NOON), round, a_register_entry().person_key, by=one)
    after = Clock(shift=NOON + 8 * DAY - datetime.now(UTC))
    pile = paper.begin(db, after, round, by=one)
    for officer in (one, two):
        for number, typed in enumerate(("p1 p2", "blanco"), start=1):
            paper.put(db, vault, after, round, pile.number, number, typed, by=officer)
        paper.finish(db, vault, after, round, pile.number, by=officer)
    db.commit()

    accepted = paper.accept(db, vault, after, round, pile.number, by=two)
    db.commit()

    assert (accepted.ballots, accepted.blank, accepted.invalid) == (1, 1, 0)
    assert accepted.accepted_at is not None
    assert ballots_in_box(db, round) == 1
