"""Lending: never more than there are, however many ask at once; what goes out comes back; a shortage says what else."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import loans
from spreekt.modules.gezellige_wijk.loan_models import Loan, LoanDay, LoanItem, LoanState
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.web.engine import make_engine
from tests import builders
from tests.builders import acting, an_account, staff
from tests.conftest import DATABASES
from tests.pages import Pages
from tests.servers import create_database
from tests.wijk_builders import AUGUST, a_request, an_area_worker, an_item

ASKERS, LAST = 20, 10


@pytest.fixture(params=DATABASES)
def real_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own, in which commits are real."""
    url = f"sqlite:///{tmp_path / 'race.sqlite3'}"
    if request.param == "postgres":
        url = create_database(request.getfixturevalue("postgres_url"), f"race_{tmp_path.name[-12:].replace('-', '_')}")
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def at_once(works: list[Callable[[], str]]) -> Counter[str]:
    """Each in a thread of its own, all let go together; how often each answer came."""
    gate, said = threading.Barrier(len(works)), Counter[str]()
    lock = threading.Lock()

    def run(work: Callable[[], str]) -> None:
        gate.wait(30)
        answer = work()
        with lock:
            said[answer] += 1

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_twenty_at_once_get_the_last_ten_tables_and_no_more(real_engine: Engine, vault: Vault) -> None:
    sessions = sessionmaker(real_engine, expire_on_commit=False)
    with sessions() as db, builders.building_in(db, vault):
        table, bench = an_item("tafel", LAST), an_item("bank", LAST)
        account = an_account()
        asked = [a_request(db, vault, by=account, state=RequestState.DRAFT).id for _ in range(ASKERS)]

    def take(request_id: int) -> str:
        with sessions() as db:
            request = db.get_one(StreetRequest, request_id)
            try:
                for item_id in sorted((table.id, bench.id)):
                    loans.reserve(db, request, db.get_one(LoanItem, item_id), 1)
                db.commit()
            except loans.NotEnough:
                db.rollback()
                return "nothing left"
            return "taken"

    said = at_once([lambda id=id: take(id) for id in asked])  # type: ignore[misc]

    assert said == {"taken": LAST, "nothing left": ASKERS - LAST}
    with sessions() as db:
        assert db.scalar(select(func.sum(Loan.number))) == 2 * LAST
        assert {(row.taken, row.stock) for row in db.scalars(select(LoanDay))} == {(LAST, LAST)}


def test_the_table_itself_refuses_one_too_many(db: Session) -> None:
    item = an_item(stock=2)
    db.add(LoanDay(item_id=item.id, on_day=AUGUST, taken=2, stock=2))
    db.flush()

    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(update(LoanDay).values(taken=LoanDay.taken + 1))


def test_all_days_or_none_are_taken(db: Session, vault: Vault) -> None:
    item = an_item(stock=5, spare_days=0)
    first = a_request(db, vault, first=AUGUST + timedelta(days=2))
    longer = a_request(db, vault, first=AUGUST, days=5)
    loans.reserve(db, first, item, 4)

    with pytest.raises(loans.NotEnough) as refusal:
        loans.reserve(db, longer, item, 2)

    assert refusal.value.args == ("Tafel", 1)
    assert loans.free(db, item, AUGUST, AUGUST + timedelta(days=1)) == 5


def test_asking_again_changes_the_number_and_nought_gives_back(db: Session, vault: Vault) -> None:
    item, request = an_item(stock=5), a_request(db, vault)
    left = []
    for number in (5, 3, 0, 2):
        loans.reserve(db, request, item, number)
        left.append(loans.free(db, item, AUGUST, AUGUST))

    assert left == [0, 2, 5, 3]
    with pytest.raises(loans.NotEnough):
        loans.reserve(db, request, item, 6)
    assert loans.free(db, item, AUGUST, AUGUST) == 3


def test_things_are_away_a_day_before_and_after(db: Session, vault: Vault) -> None:
    item, request = an_item(stock=1, spare_days=1), a_request(db, vault)
    loans.reserve(db, request, item, 1)

    away = [loans.free(db, item, day, day) == 0 for day in (AUGUST + timedelta(days=n) for n in range(-2, 3))]

    assert away == [False, True, True, True, False]


def test_shortage_offers_something_else(pages: Pages, db: Session, vault: Vault) -> None:
    other = an_item("bank", 20)
    item = an_item("tafel", 1, alternative_id=other.id)
    account = an_account()
    loans.reserve(db, a_request(db, vault), item, 1)
    request = a_request(db, vault, by=account, state=RequestState.DRAFT)

    path = f"/gezellige-wijk/aanvragen/{request.id}/stap/materiaal"
    assert "Niets meer vrij op die dagen. Neem je Bank?" in pages.as_(account).get(path)
    assert "niet genoeg stuks vrij" in pages.as_(account).send(path, status=422, tafel="1", bank="2")


def test_moving_the_day_moves_what_is_reserved_or_says_what_is_lost(db: Session, vault: Vault) -> None:
    item, request = an_item(stock=1, spare_days=0), a_request(db, vault)
    loans.reserve(db, request, item, 1)
    later = AUGUST + timedelta(days=7)
    request.first_on = request.last_on = later
    assert loans.follow_days(db, request) == []
    assert (loans.free(db, item, AUGUST, AUGUST), loans.free(db, item, later, later)) == (1, 0)

    loans.reserve(db, a_request(db, vault), item, 1)
    request.first_on = request.last_on = AUGUST

    assert loans.follow_days(db, request) == ["Tafel"]
    assert loans.free(db, item, later, later) == 1


def test_what_goes_out_comes_back_and_damage_is_told(pages: Pages, db: Session, vault: Vault) -> None:
    item, request = an_item(stock=4), a_request(db, vault, state=RequestState.GRANTED)
    loan = loans.reserve(db, request, item, 4)
    assert loan is not None
    db.commit()
    lender = pages.as_(staff(Role.SERVICE))
    lender.send("/beheer/uitleen")
    assert loan.state is LoanState.OUT
    path = f"/beheer/uitleen/{loan.id}/terug"
    assert "Schrijf wat er stuk" in lender.send(path, status=422, returned="4", damaged="1", damage="")
    assert "Kijk de aantallen na" in lender.send(path, status=422, returned="5", damaged="0", damage="")

    lender.send(path, returned="3", damaged="1", damage="Poot gebroken, en één tafel is weg")

    assert (loan.state, loan.damaged) == (LoanState.RETURNED, 2)
    assert loans.free(db, item, AUGUST, AUGUST) == 4
    with pytest.raises(IllegalTransition):
        loans.give_out(db, loan, by=acting(staff(Role.SERVICE)))


def test_stock_never_falls_below_what_is_promised(db: Session, vault: Vault) -> None:
    item = an_item(stock=10)
    loans.reserve(db, a_request(db, vault), item, 6)

    with pytest.raises(Invalid):
        loans.change_stock(db, item, 5, today=date(2026, 11, 23))
    loans.change_stock(db, item, 6, today=date(2026, 11, 23))
    assert loans.free(db, item, AUGUST, AUGUST) == 0


def test_only_the_lending_service_gives_out(db: Session, vault: Vault) -> None:
    loan = loans.reserve(db, a_request(db, vault), an_item(), 1)
    assert loan is not None
    with pytest.raises(Forbidden):
        loans.give_out(db, loan, by=acting(an_area_worker()))
