"""Twenty at once: one pit has one holder and a waiting list in order, seats and limits hold, on both databases.

Each rival is a thread with a connection of its own that really commits; the tests of other files undo what they do.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from spreekt.identity.models import Account
from spreekt.kernel.errors import DomainError
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.modules.boomspiegel import care, domain, queries
from spreekt.modules.boomspiegel.adoption_models import HOLDING, AdopterKind, Adoption, AdoptionState, CoAdopter
from spreekt.modules.boomspiegel.models import PitState, TreePit
from spreekt.web.engine import READ_ONLY, make_engine
from tests import builders
from tests.builders import NOON, a_resident, acting
from tests.conftest import DATABASES
from tests.servers import create_database
from tests.tree_builders import TODAY, a_pit, a_request, an_adoption, the_rules

RIVALS = 20
A = AdoptionState


@pytest.fixture(scope="module", params=DATABASES)
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of this file's own in which commits are commits."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('race') / 'spreekt.sqlite3'}"
    else:
        url = create_database(request.getfixturevalue("postgres_url"), "tree_race")
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def place(real: Engine, tmp_path: Path) -> Iterator[Session]:
    """Where builders build, for good."""
    with sessionmaker(real, expire_on_commit=False)() as session, builders.building_in(session, Vault(b"i" * 40)):
        yield session


def at_once(real: Engine, acts: list[Callable[[Session], object]]) -> list[object]:
    """Do all of these at the same moment, each in a transaction of its own; gives results or refusals, in order."""
    builders._session().commit()  # the builders' own transaction would keep SQLite locked
    gate, results = Barrier(len(acts)), [None] * len(acts)  # type: ignore[var-annotated]

    def one(number: int) -> None:
        READ_ONLY.set(False)
        with Session(real, expire_on_commit=False) as session:
            gate.wait()
            try:
                results[number] = acts[number](session)  # type: ignore[call-overload]
                session.commit()
            except (DomainError, OperationalError) as refusal:
                session.rollback()
                results[number] = refusal  # type: ignore[call-overload]

    threads = [Thread(target=one, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


def sending(adoption_id: int, account: Account) -> Callable[[Session], object]:
    who = acting(account)

    def send(session: Session) -> object:
        adoption = queries.adoption_of(session, adoption_id)
        assert adoption is not None
        return domain.submit(session, adoption, by=who, now=NOON)

    return send


def test_twenty_at_once_leave_one_holder_and_a_waiting_list_in_order(real: Engine, place: Session) -> None:
    pit = a_pit("BS-7001")
    rivals = [a_resident() for _ in range(RIVALS)]
    acts = [sending(a_request(pit, rival).id, rival) for rival in rivals]

    results = at_once(real, acts)

    assert sorted(map(str, results)) == sorted([A.REQUESTED, *[A.WAITING] * (RIVALS - 1)])
    place.expire_all()
    found = place.scalars(select(Adoption).where(Adoption.adoptable_id == pit.id)).all()
    assert len([one for one in found if one.state in HOLDING]) == 1
    assert sorted(one.queue_number for one in found if one.queue_number) == list(range(1, RIVALS))
    assert place.get_one(TreePit, pit.id).state == PitState.REQUESTED


def test_one_person_at_twenty_pits_at_once_stays_within_the_limit(real: Engine, place: Session) -> None:
    most = the_rules().adoptions_most
    me = a_resident()
    acts = [sending(a_request(a_pit(), me).id, me) for _ in range(RIVALS)]

    results = at_once(real, acts)

    assert [str(one) for one in results if not isinstance(one, DomainError)] == [A.REQUESTED] * most
    place.expire_all()
    mine = select(Adoption).where(Adoption.account_id == me.id, Adoption.state.in_(HOLDING))
    assert len(place.scalars(mine).all()) == most


def test_the_same_person_beginning_twenty_times_has_one_request(real: Engine, place: Session) -> None:
    pit, me = a_pit(), a_resident()
    who, pit_id = acting(me), pit.id

    at_once(real, [lambda session: domain.begin(session, session.get_one(TreePit, pit_id), by=who, now=NOON)] * RIVALS)

    place.expire_all()
    assert len(place.scalars(select(Adoption).where(Adoption.adoptable_id == pit_id)).all()) == 1


def test_twenty_neighbours_at_once_fill_the_seats_and_no_more(real: Engine, place: Session) -> None:
    most = the_rules().adopters_most
    adoption = an_adoption(a_pit(), a_resident(), adopter_kind=AdopterKind.FAMILY)
    neighbours = [acting(a_resident()) for _ in range(RIVALS)]

    def joining(number: int) -> Callable[[Session], object]:
        def join(session: Session) -> object:
            found = queries.adoption_of(session, adoption.id)
            assert found is not None
            care.join(session, found, by=neighbours[number], today=TODAY)
            return "in"

        return join

    results = at_once(real, [joining(number) for number in range(RIVALS)])

    assert results.count("in") == most - 1
    place.expire_all()
    seats = place.scalars(select(CoAdopter.seat).where(CoAdopter.adoption_id == adoption.id)).all()
    assert sorted(seats) == list(range(2, most + 1))
