"""V13: an account that goes, before, during or after a referendum, takes no vote with it and changes no figure.

The right to vote comes from the roll, which knows no accounts; see tests/home for what erasing does elsewhere.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.app import MODULES
from spreekt.electorate.models import Channel, UsedRight
from spreekt.home import own_records
from spreekt.identity import grants
from spreekt.identity.models import Account, RoleGrant
from spreekt.identity.residency_models import ProofMethod, Residency
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import board, box, counting, exhibits, queries, steps
from spreekt.modules.referendum.archive_file import ArchiveFile
from spreekt.modules.referendum.models import Act, Ballot, Referendum, RollEntry
from tests.builders import DAY, NOON, a_register_entry, acting, an_account, kept, staff
from tests.referendum.builders import NO, YES, Held, a_referendum, send_ballot

AFTER = NOON + 8 * DAY
BOX_AND_ROLL = (RollEntry, Ballot, UsedRight)
Goes = Callable[[Session, Account], None]


def _erased(db: Session, account: Account) -> None:
    own_records.erase(db, MODULES, account, by=acting(account), now=NOON)
    db.commit()


def _switched_off(db: Session, account: Account) -> None:
    grants.switch_off(db, account, reason="Op eigen vraag.", by=acting(staff(Role.ADMIN)), now=NOON)
    db.commit()


@pytest.fixture(params=[_erased, _switched_off], ids=["erased", "switched off"])
def goes(request: pytest.FixtureRequest, app: Flask) -> Goes:
    """What happens to the account, on the platform with all its modules."""

    def way(db: Session, account: Account) -> None:
        with app.app_context():
            request.param(db, account)

    return way


@pytest.fixture
def held(db: Session, vault: Vault) -> Held:
    return a_referendum(db, vault)


@pytest.fixture
def me(held: Held) -> Account:
    """The first voter of the roll, who has an account too and showed who they are."""
    account = an_account()
    person_key = held.voters[0].person_key
    a_register_entry(person_key=person_key)
    kept(Residency(account_id=account.id, person_key=person_key, method=ProofMethod.LETTER, proven_at=NOON - DAY))
    return account


@pytest.fixture
def people(db: Session) -> tuple[Actor, Actor]:
    return acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))


def rows(db: Session) -> list[list[Any]]:
    """All there is of roll, box and used rights."""
    db.expire_all()
    return [sorted(db.execute(select(*model.__table__.columns)).all(), key=repr) for model in BOX_AND_ROLL]


def together(db: Session, referendum: Referendum, act: Act, people: Sequence[Actor], about: str = "") -> None:
    clock = Clock(fixed=AFTER)
    steps.propose(db, clock, referendum, act, by=people[0], about=about, now=AFTER)
    steps.confirm(db, clock, referendum, act, by=people[1], about=about, now=AFTER)


def proclaim(db: Session, held: Held, people: Sequence[Actor]) -> None:
    """From the closing hour to the result that everybody sees."""
    together(db, held.referendum, Act.CLOSE, people)
    clock = Clock(fixed=AFTER)
    steps.reconcile(db, clock, held.referendum, "Alles klopte.", by=people[0])
    for owner in (1, 3):
        counting.take_partial_decryption(db, held.referendum, owner, held.decryption(db, owner))
    steps.decrypt(db, clock, held.referendum, by=people[0])
    together(db, held.referendum, Act.PROCLAIM, people, AFTER.isoformat())
    db.commit()


def archive_bytes(db: Session, held: Held, folder: Path) -> str:
    archive = ArchiveFile(folder, held.referendum.uuid)
    archive.bring_up(db, held.referendum, AFTER)
    return hashlib.sha256(archive.path.read_bytes()).hexdigest()


def test_V13_who_has_no_account_any_more_still_votes_with_the_letter(
    app: Flask, db: Session, held: Held, me: Account, goes: Goes
):
    before = rows(db)
    goes(db, me)

    assert rows(db) == before
    assert send_ballot(app, held, held.ballot()).json["counted"] is True


def test_V13_who_has_no_account_any_more_still_votes_on_paper_once(
    app: Flask, db: Session, clock: Clock, held: Held, me: Account, goes: Goes
):
    goes(db, me)

    box.use_on_paper(db, clock, held.referendum, held.voters[0].voter_key)
    db.commit()
    assert queries.rights_used(db, held.referendum)[Channel.PAPER] == 1
    assert send_ballot(app, held, held.ballot()).json["reason"] == "used-on-paper"


def test_V13_an_account_that_goes_while_the_box_is_open_leaves_its_vote_in_it(
    app: Flask, db: Session, held: Held, me: Account, goes: Goes, people: tuple[Actor, Actor]
):
    assert send_ballot(app, held, held.ballot(0, (YES,))).json["counted"] is True
    board.put_up(db, held.referendum, NOON)
    db.commit()
    before, on_board = rows(db), board.trackers(db, held.referendum)

    goes(db, me)

    assert rows(db) == before
    assert board.trackers(db, held.referendum) == on_board
    again = send_ballot(app, held, held.ballot(0, (NO,)))
    assert (again.json["counted"], again.json["reason"]) == (False, "already-voted")
    assert send_ballot(app, held, held.ballot(1, (NO,))).json["counted"] is True
    proclaim(db, held, people)
    outcome = held.referendum.outcome
    assert outcome is not None
    assert (outcome["questions"][0]["counts"], outcome["voters"]["web"]) == ([1, 1], 2)


def test_V13_an_account_that_goes_after_the_result_changes_no_byte_of_it(
    app: Flask, db: Session, held: Held, me: Account, goes: Goes, people: tuple[Actor, Actor], tmp_path: Path
):
    assert send_ballot(app, held, held.ballot(0, (YES,))).json["counted"] is True
    proclaim(db, held, people)
    before, outcome, frozen = rows(db), dict(held.referendum.outcome or {}), exhibits.hashes(db, held.referendum.id)
    published = archive_bytes(db, held, tmp_path / "before")

    goes(db, me)

    assert rows(db) == before
    assert held.referendum.outcome == outcome
    assert exhibits.hashes(db, held.referendum.id) == frozen
    assert archive_bytes(db, held, tmp_path / "after") == published


def test_V13_neither_roll_nor_box_points_at_an_account():
    for model in BOX_AND_ROLL:
        pointed_at = {key.column.table.name for key in model.__table__.foreign_keys}
        assert "accounts" not in pointed_at
        assert "residencies" not in pointed_at


def test_V13_no_row_of_a_referendum_vanishes_with_what_it_points_at():
    allowed = {"referendum_questions"}  # written by staff, and frozen in an exhibit before anybody votes
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if {"referenda", "roll_entries", "accounts"} & {key.column.table.name} and _is_of_referendum(table.name):
                assert key.ondelete == "RESTRICT" or table.name in allowed, f"{table.name}.{key.parent.name}"


def _is_of_referendum(table: str) -> bool:
    return any(table == mapper.local_table.name for mapper in Base.registry.mappers
               if mapper.class_.__module__.startswith("spreekt.modules.referendum"))  # fmt: skip


def test_V13_the_database_keeps_who_acted_for_the_city(db: Session, held: Held, people: tuple[Actor, Actor]):
    together(db, held.referendum, Act.CLOSE, people)
    db.commit()

    for table in (RoleGrant, Residency):
        db.execute(delete(table))
    with pytest.raises(IntegrityError):
        db.execute(delete(Account).where(Account.id == people[1].id))
    db.rollback()


def test_V13_a_referendum_with_votes_cannot_be_thrown_away(app: Flask, db: Session, held: Held):
    assert send_ballot(app, held, held.ballot()).json["counted"] is True

    with pytest.raises(IntegrityError):
        db.execute(delete(Referendum).where(Referendum.id == held.referendum.id))
    db.rollback()
    assert len(rows(db)[1]) == 1
