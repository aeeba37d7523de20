"""A link in a mail works once: for one account, for a quarter of an hour, for one of fifty."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from spreekt.identity.accounts import create_account
from spreekt.identity.models import LinkPurpose, SignInLink
from spreekt.identity.moving import change_password
from spreekt.identity.sign_in_links import LIFETIME, DeadLink, living_link, make_link, spend_link, token_of, withdraw
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.web.engine import make_engine
from tests.builders import NOON, an_account
from tests.servers import create_database

KEY = "k" * 40


def a_link(db, account=None, purpose=LinkPurpose.SIGN_IN, **fields):
    return make_link(db, KEY, account or an_account(), purpose, now=NOON, **fields)


def test_a04_a_link_is_spent_once(db):
    link = a_link(db)

    spend_link(db, link, now=NOON)

    with pytest.raises(DeadLink):
        spend_link(db, link, now=NOON)


def test_a04_a_spent_link_opens_nothing(db):
    link = a_link(db)
    token = token_of(KEY, link)
    assert living_link(db, KEY, token, now=NOON) is link

    spend_link(db, link, now=NOON)
    db.expire_all()

    with pytest.raises(DeadLink):
        living_link(db, KEY, token, now=NOON)


def test_a04_a_link_dies_after_a_quarter_of_an_hour(db):
    token = token_of(KEY, a_link(db))

    living_link(db, KEY, token, now=NOON + LIFETIME - timedelta(seconds=1))

    with pytest.raises(DeadLink):
        living_link(db, KEY, token, now=NOON + LIFETIME)


def test_a04_a_newer_link_replaces_the_older(db):
    account = an_account()
    older, newer = a_link(db, account), a_link(db, account, LinkPurpose.REGISTER)
    db.expire_all()

    assert living_link(db, KEY, token_of(KEY, newer), now=NOON) is newer

    with pytest.raises(DeadLink):
        living_link(db, KEY, token_of(KEY, older), now=NOON)


def test_asking_to_move_leaves_the_link_to_sign_in_alive(db, vault):
    account = an_account()
    link = a_link(db, account)

    a_link(db, account, LinkPurpose.MOVE, sealed_email=vault.seal("email", "nieuw@voorbeeld.example"))
    db.expire_all()

    assert living_link(db, KEY, token_of(KEY, link), now=NOON) is link


def test_links_of_somebody_else_stay_alive(db):
    mine, theirs = a_link(db), a_link(db)

    withdraw(db, theirs.account_id, now=NOON)
    db.expire_all()

    assert living_link(db, KEY, token_of(KEY, mine), now=NOON) is mine


def test_a04_a_new_password_kills_every_link(db):
    account = an_account()
    token = token_of(KEY, a_link(db, account))

    change_password(db, account, "drie fietsen op de leie", now=NOON)
    db.expire_all()

    with pytest.raises(DeadLink):
        living_link(db, KEY, token, now=NOON)


def test_a04_the_database_holds_no_token_and_cannot_make_one(db):
    link = a_link(db)
    token = token_of(KEY, link)

    assert token not in {link.nonce, link.token_hash}
    assert token_of("another key" * 4, link) != token


@pytest.mark.parametrize("token", ["", "x", "a.b", "é", "a" * 5000, "../..", "InppIg.AAAA"])
def test_what_is_no_link_of_ours_is_dead(db, token):
    with pytest.raises(DeadLink):
        living_link(db, KEY, token, now=NOON)


@pytest.fixture(params=["sqlite", "postgres"])
def race_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own, because a race needs real commits."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'race.sqlite3'}"
    else:
        url = create_database(request.getfixturevalue("postgres_url"), f"race_{tmp_path.name}"[:60])
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_a04_of_fifty_at_once_one_gets_in(race_engine: Engine) -> None:
    sessions = sessionmaker(race_engine)
    with sessions() as db:
        account = create_account(db, Vault(b"i" * 40), email="ine@voorbeeld.example", display_name="Ine", now=NOON)
        link_id = make_link(db, KEY, account, LinkPurpose.SIGN_IN, now=NOON).id
        db.commit()
    start = Barrier(10)

    def try_once(number: int) -> bool:
        if number < 10:
            start.wait()
        with sessions() as db:
            return _spends(db, link_id)

    with ThreadPoolExecutor(10) as threads:
        results = list(threads.map(try_once, range(50)))

    assert results.count(True) == 1


def _spends(db: Session, link_id: int) -> bool:
    try:
        spend_link(db, db.get_one(SignInLink, link_id), now=NOON)
    except DeadLink:
        return False
    db.commit()
    return True
