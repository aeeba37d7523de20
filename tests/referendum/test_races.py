"""Two requests about one referendum at once, on PostgreSQL: whoever comes second is told, and nothing is lost."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import box, ceremony, exhibits, gates, paper, steps, two_people
from spreekt.modules.referendum.models import Act, Referendum, State
from spreekt.web.engine import make_engine
from tests import builders
from tests.builders import NOON, acting, staff
from tests.referendum.builders import a_referendum
from tests.referendum.test_ceremony import Meeting
from tests.referendum.test_life import AFTER, close
from tests.servers import create_database

Sessions = sessionmaker[Session]
CLOCK = Clock(fixed=AFTER)


@pytest.fixture(scope="module")
def race_engine(postgres_url: str) -> Iterator[Engine]:
    """A database of its own, because a race needs real commits."""
    engine = make_engine(create_database(postgres_url, "referendum_races"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(race_engine: Engine) -> Sessions:
    return sessionmaker(race_engine, expire_on_commit=False)


class Counted:
    """A box that is sealed, with three ballots on paper that two people counted alike."""

    def __init__(self, sessions: Sessions, vault: Vault) -> None:
        with sessions() as db, builders.building_in(db, vault):
            held = a_referendum(db, vault, voters=3)
            self.people = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
            self.counters = acting(staff(Role.DESK)), acting(staff(Role.DESK))
            for voter in held.voters:
                box.use_on_paper(db, Clock(fixed=NOON), held.referendum, voter.voter_key)
            close(db, held, self.people)
            for counter in self.counters:
                paper.enter(db, held.referendum, [[0, 0, 3]], by=counter, now=AFTER)
            db.commit()
            self.id = held.referendum.id

    def correct(self, db: Session, referendum: Referendum) -> None:
        paper.enter(db, referendum, [[0, 1, 2]], by=self.counters[0], now=AFTER)

    def reconcile(self, db: Session, referendum: Referendum) -> None:
        steps.reconcile(db, CLOCK, referendum, "Alles klopte.", by=self.people[0])


@pytest.fixture
def counted(sessions: Sessions, vault: Vault) -> Counted:
    return Counted(sessions, vault)


def test_V12_a_count_of_paper_that_comes_after_the_minutes_is_refused(sessions: Sessions, counted: Counted):
    with sessions() as late, sessions() as manager:
        seen = late.get_one(Referendum, counted.id)
        counted.reconcile(manager, manager.get_one(Referendum, counted.id))
        manager.commit()

        with pytest.raises(paper.NotNow):
            counted.correct(late, seen)
        late.rollback()

        assert paper.agreed(manager, manager.get_one(Referendum, counted.id)) == [[0, 0, 3]]


def test_V12_the_minutes_wait_for_a_count_that_is_under_way(sessions: Sessions, counted: Counted):
    with sessions() as late, sessions() as manager, ThreadPoolExecutor(1) as threads:
        counted.correct(late, late.get_one(Referendum, counted.id))
        minutes = threads.submit(counted.reconcile, manager, manager.get_one(Referendum, counted.id))
        _until_it_waits(late, minutes)
        late.commit()

        with pytest.raises(gates.NotYet, match="verschillen"):
            minutes.result()


def _until_it_waits(db: Session, other: Future[Any]) -> None:
    """Until the other request waits for a lock of this one."""
    while not other.done() and not db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
        time.sleep(0.01)


class Rehearsed:
    """A referendum whose trustees made and rehearsed their key, and the manager who fixes it."""

    def __init__(self, sessions: Sessions, vault: Vault) -> None:
        with sessions() as db, builders.building_in(db, vault):
            meeting = Meeting(db, vault)
            for name in (exhibits.ELECTION, exhibits.TRUSTEES):
                db.delete(db.get_one(exhibits.Exhibit, (meeting.referendum.id, name)))
            meeting.until().confirm().prepare()
            db.flush()
            for person in meeting.people:
                meeting.rehearse(person.index)
            db.commit()
            self.id, self.manager = meeting.referendum.id, meeting.manager


def test_once_the_key_is_fixed_the_rehearsal_that_passed_stays(sessions: Sessions, vault: Vault):
    rehearsed = Rehearsed(sessions, vault)
    with sessions() as late, sessions() as first:
        seen = late.get_one(Referendum, rehearsed.id)
        steps.make_keys(first, CLOCK, first.get_one(Referendum, rehearsed.id), by=rehearsed.manager)
        first.commit()

        with pytest.raises(ceremony.NotNow):
            ceremony.prepare_rehearsal(late, seen, by=rehearsed.manager, now=NOON)
        with pytest.raises(ceremony.NotNow):
            ceremony.begin_again(late, seen, by=rehearsed.manager, reason="Nog eens.")

        assert ceremony.rehearsal_passed(first, seen)


def test_what_is_being_confirmed_is_not_withdrawn(sessions: Sessions, vault: Vault):
    with sessions() as db, builders.building_in(db, vault):
        referendum = a_referendum(db, vault).referendum
        one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
        steps.propose(db, CLOCK, referendum, Act.ANNUL, by=one, about="Een fout.", now=AFTER)
        db.commit()
    with sessions() as first, sessions() as late, ThreadPoolExecutor(1) as threads:
        annulled = first.get_one(Referendum, referendum.id)
        steps.confirm(first, CLOCK, annulled, Act.ANNUL, by=other, about="Een fout.", now=AFTER)
        withdrawal = threads.submit(_withdraw, late, referendum.id, one)
        _until_it_waits(first, withdrawal)
        first.commit()

        with pytest.raises(two_people.NotProposed):
            withdrawal.result()

        assert (annulled.state, gates.appeal_ends(first, annulled) is None) == (State.ANNULLED, False)


def _withdraw(db: Session, referendum_id: int, by: Actor) -> None:
    two_people.withdraw(db, db.get_one(Referendum, referendum_id), Act.ANNUL, by=by)
