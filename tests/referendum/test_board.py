"""The public board: batches, an order that tells nothing, and owners who hear that a ballot arrived."""

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from spreekt.electorate.models import UsedRight
from spreekt.identity.models import AttemptCounter
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import board, subscribers
from spreekt.modules.referendum.ballot.canonical import b64_of
from spreekt.modules.referendum.models import Ballot, BallotKind
from spreekt.modules.referendum.regulation import NotARegulation, Regulation
from spreekt.notices.models import Notice
from tests.builders import NOON, a_resident
from tests.orders import rank_correlation
from tests.pages import Pages
from tests.referendum.builders import NO, YES, a_referendum, becomes, send_ballot
from tests.words import says

QUARTER = timedelta(minutes=15)


def test_ballots_wait_for_their_batch_and_appear_together(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    for voter in range(3):
        send_ballot(app, held, held.ballot(voter))
    assert board.board_count(db, held.referendum) == 0

    assert board.put_up(db, held.referendum, NOON) == 3
    assert board.put_up(db, held.referendum, NOON + QUARTER - timedelta(seconds=1)) == 0


def test_fewer_ballots_than_the_least_wait_for_the_next_batch_until_the_box_is_sealed(
    app: Flask, db: Session, vault: Vault
):
    held = a_referendum(db, vault, rules={"batch_least": 3})
    for voter in range(2):
        send_ballot(app, held, held.ballot(voter))

    assert board.put_up(db, held.referendum, NOON) == 0
    assert board.put_up(db, held.referendum, NOON, is_last=True) == 2


def test_ballots_of_one_voter_are_no_batch_however_often_they_vote_again(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault, rules={"batch_least": 2, "may_revote": True})
    for choice in (YES, NO, YES):
        send_ballot(app, held, held.ballot(0, (choice,)))

    assert board.put_up(db, held.referendum, NOON) == 0


def test_a_batch_of_one_voter_is_in_no_regulation():
    with pytest.raises(NotARegulation, match="batch_least"):
        Regulation.of({"source": "proef", "batch_least": 1})


def test_the_board_is_in_the_order_of_the_trackers_and_says_what_was_replaced(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault, rules={"may_revote": True})
    first, second, other = held.ballot(0, (YES,)), held.ballot(0, (NO,)), held.ballot(1)
    for ballot in (first, second, other):
        send_ballot(app, held, ballot)
    board.put_up(db, held.referendum, NOON)

    shown = board.trackers(db, held.referendum)

    assert [sha for sha, _replaced in shown] == sorted(sha for sha, _replaced in shown)
    assert sorted(replaced for _sha, replaced in shown) == [False, False, True]


def test_a_voter_finds_their_own_tracker_and_a_stranger_finds_none(app: Flask, db: Session, vault: Vault, pages: Pages):
    held = a_referendum(db, vault)
    ballot = held.ballot()
    for sent in (ballot, held.ballot(1)):
        send_ballot(app, held, sent)
    board.put_up(db, held.referendum, NOON)
    db.commit()

    here = pages.get(f"/referendum/{held.slug}/bulletin?volgcode={b64_of(ballot).replace('+', '%2B')}")
    not_here = pages.get(f"/referendum/{held.slug}/bulletin?volgcode={b64_of('iets anders').replace('+', '%2B')}")

    assert "Je stem zit in de stembus" in here.text
    assert "staat (nog) niet op het bulletin" in not_here.text


def test_V21_owners_hear_once_per_batch_that_a_ballot_arrived_and_never_what(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault, rules={"may_revote": True})
    account = a_resident()
    becomes(db, held, 0, account)
    for ballot in (held.ballot(0, (YES,)), held.ballot(0, (NO,)), held.ballot(1)):
        send_ballot(app, held, ballot)
    board.put_up(db, held.referendum, NOON)
    message = db.scalars(select(Message).where(Message.topic == "referendum.batch")).one()

    with app.test_request_context():
        for _twice in range(2):
            subscribers.tell_owners(db, message)

    notice = db.scalars(select(Notice).where(Notice.account_id == account.id)).one()
    assert notice.kind == board.notice_kind(held.referendum)
    assert not says(notice.title + notice.text, "Ja")


@pytest.mark.parametrize("voters", [200])
def test_V18_no_order_in_the_database_says_whose_ballot_is_whose(app: Flask, db: Session, vault: Vault, voters: int):
    """200 known casts in a known order; afterwards rows of rights and rows of ballots are laid side by side."""
    held = a_referendum(db, vault, voters=voters)
    order = list(range(voters))
    random.Random(7).shuffle(order)
    sent = {}
    for voter in order:
        sent[voter] = held.ballot(voter)
        assert send_ballot(app, held, sent[voter]).status_code == 200
    board.put_up(db, held.referendum, NOON)
    db.commit()

    place = "ctid" if db.get_bind().dialect.name == "postgresql" else "voter_key"
    rights = db.scalars(select(UsedRight.voter_key).order_by(text(place))).all()
    ballots = db.scalars(
        select(Ballot.sha256).where(Ballot.kind == BallotKind.CAST).order_by(text(place.replace("voter_key", "sha256")))
    ).all()

    of_right = {held.voters[voter].voter_key: at for at, voter in enumerate(order)}
    of_ballot = {_hex(sent[voter]): at for at, voter in enumerate(order)}
    cast_of_rights, cast_of_ballots = [of_right[key] for key in rights], [of_ballot[sha] for sha in ballots]
    for pair in (
        (cast_of_rights, cast_of_ballots),
        (cast_of_rights, order_of(voters)),
        (cast_of_ballots, order_of(voters)),
    ):
        assert abs(rank_correlation(*pair)) < 4 / voters**0.5
    assert sum(a == b for a, b in zip(cast_of_rights, cast_of_ballots, strict=True)) <= 8
    if place == "ctid":
        _one_transaction_wrote_all(db)
    assert db.scalars(select(AttemptCounter)).all() == []


def order_of(count: int) -> list[int]:
    return list(range(count))


def _hex(ballot: str) -> str:
    from spreekt.modules.referendum.ballot.canonical import hex_of

    return hex_of(ballot)


def _one_transaction_wrote_all(db: Session) -> None:
    """PostgreSQL numbers transactions in every row: after mixing all rows have the number of the mixing."""
    for table in ("used_rights", "referendum_ballots"):
        numbers = db.scalars(text(f"SELECT DISTINCT xmin::text FROM {table}")).all()
        assert len(numbers) == 1, table
