"""The door of the box: what is counted once, what is refused and under which name, and what is kept of it."""

import secrets
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.limits import Limit
from spreekt.kernel.clock import Clock
from spreekt.kernel.regulations import SecondCheck
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import attempts, box, queries
from spreekt.modules.referendum.ballot.canonical import compact, hex_of, read_json
from spreekt.modules.referendum.models import Ballot, RefusedAttempts, State
from tests.builders import DAY, NOON, a_resident, an_account
from tests.pages import Pages
from tests.referendum.builders import BLANK, NO, YES, a_referendum, send_ballot


@pytest.fixture
def held(db: Session, vault: Vault):
    return a_referendum(db, vault)


def in_box(db: Session) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(Ballot)) or 0


def test_a_ballot_is_counted_and_the_answer_says_so_without_the_choice(app: Flask, db: Session, held):
    ballot = held.ballot()

    answer = send_ballot(app, held, ballot)

    assert answer.status_code == 200
    assert answer.json["counted"] is True
    assert answer.json["replaced"] is False
    assert set(answer.json) == {"counted", "tracker", "replaced"}
    assert db.scalars(select(Ballot.sha256)).all() == [hex_of(ballot)]
    assert queries.rights_used(db, held.referendum)[Channel.WEB] == 1


def test_V04_the_same_sending_again_gets_the_same_answer_and_changes_nothing(app: Flask, db: Session, held):
    ballot, key = held.ballot(), secrets.token_hex(16)

    first, again, other_key = (
        send_ballot(app, held, ballot, key=key),
        send_ballot(app, held, ballot, key=key),
        send_ballot(app, held, ballot),
    )

    assert first.json == again.json == other_key.json
    assert in_box(db) == 1


def test_V04_a_sending_key_belongs_to_one_ballot(app: Flask, db: Session, held):
    key = secrets.token_hex(16)
    send_ballot(app, held, held.ballot(0), key=key)

    answer = send_ballot(app, held, held.ballot(1), key=key)

    assert (answer.status_code, answer.json["reason"]) == (422, "key-used-before")
    assert in_box(db) == 1
    assert queries.rights_used(db, held.referendum)[Channel.WEB] == 1


def test_V03_nobody_votes_twice_when_the_regulation_knows_no_change(app: Flask, db: Session, held):
    send_ballot(app, held, held.ballot(0, (YES,)))

    answer = send_ballot(app, held, held.ballot(0, (NO,)))

    assert (answer.status_code, answer.json["reason"]) == (409, "already-voted")
    assert in_box(db) == 1


def test_V02_a_later_ballot_replaces_the_earlier_one_where_the_regulation_allows_it(
    app: Flask, db: Session, vault: Vault
):
    held = a_referendum(db, vault, rules={"may_revote": True})
    first, second = held.ballot(0, (YES,)), held.ballot(0, (NO,))

    assert send_ballot(app, held, first).json["replaced"] is False
    assert send_ballot(app, held, second).json["replaced"] is True

    order = db.execute(select(Ballot.sha256, Ballot.nth).order_by(Ballot.nth)).all()
    assert [tuple(row) for row in order] == [(hex_of(first), 1), (hex_of(second), 2)]
    assert queries.rights_used(db, held.referendum)[Channel.WEB] == 1


def test_one_code_adds_no_more_ballots_than_the_regulation_says_and_the_last_one_counts(
    app: Flask, db: Session, vault: Vault
):
    held = a_referendum(db, vault, rules={"may_revote": True, "most_ballots": 2})
    first, last = held.ballot(0, (YES,)), held.ballot(0, (NO,))
    for ballot in (first, last):
        send_ballot(app, held, ballot)

    answer = send_ballot(app, held, held.ballot(0, (YES,)))

    assert (answer.status_code, answer.json["reason"]) == (409, "too-many-changes")
    assert "al 2 keer gestemd" in answer.json["message"]
    assert "loket" in answer.json["message"]
    assert in_box(db) == 2
    assert send_ballot(app, held, last).json["counted"] is True


def test_voting_again_in_vain_ends_for_the_network_that_does_it(
    app: Flask, db: Session, held, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempts, "PER_NETWORK", Limit("refused ballot, network", 2, timedelta(hours=1)))
    send_ballot(app, held, held.ballot(0))

    answers = [send_ballot(app, held, held.ballot(0)).status_code for _ in range(3)]

    assert answers == [409, 409, 429]


@pytest.mark.parametrize(
    ("who", "reason"), [(None, "not-signed-in"), (an_account, "no-residence"), (a_resident, "not-your-code")]
)
def test_where_an_account_is_asked_who_cannot_vote_reads_what_is_missing(
    pages: Pages, db: Session, vault: Vault, who, reason
):
    held = a_referendum(db, vault, rules={"second_check": SecondCheck.SIGN_IN})
    browser = pages.as_(who() if who else None)

    answers = [send_ballot(pages.app, held, held.ballot(0), client=browser.client).json["reason"] for _ in range(2)]

    assert answers == [reason, reason]


def test_where_an_account_is_asked_its_missing_residence_never_locks_the_code(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, rules={"second_check": SecondCheck.SIGN_IN})
    browser = pages.as_(an_account())

    reasons = {
        send_ballot(pages.app, held, held.ballot(0), client=browser.client).json["reason"]
        for _ in range(attempts.PER_CODE.times + 1)
    }

    assert reasons == {"no-residence"}


def test_a_right_used_on_paper_is_closed_online(app: Flask, db: Session, held, clock: Clock):
    box.use_on_paper(db, clock, held.referendum, held.voters[0].voter_key)
    db.commit()

    answer = send_ballot(app, held, held.ballot(0))

    assert (answer.status_code, answer.json["reason"]) == (409, "used-on-paper")
    assert in_box(db) == 0


def test_a_right_used_online_gives_no_paper(app: Flask, db: Session, held, clock: Clock):
    send_ballot(app, held, held.ballot(0))

    with pytest.raises(box.refusals.AlreadyVoted):
        box.use_on_paper(db, clock, held.referendum, held.voters[0].voter_key)


@pytest.mark.parametrize(("born_on", "reason"), [(date(1985, 7, 31), "wrong-birth-date"), (None, "wrong-birth-date")])
def test_the_code_alone_is_not_enough(app: Flask, db: Session, held, born_on, reason):
    answer = send_ballot(app, held, held.ballot(0), born_on=born_on)

    assert (answer.status_code, answer.json["reason"]) == (403, reason)
    assert in_box(db) == 0


def test_V03_a_sound_ballot_of_somebody_who_is_not_on_the_roll_is_refused(app: Flask, db: Session, held):
    held.voters[0].code = "1" * 4 + "-1111-1111-1111-1111-11"

    answer = send_ballot(app, held, held.ballot(0))

    assert (answer.status_code, answer.json["reason"]) == (403, "unknown-code")


@pytest.mark.parametrize(
    ("shift", "counted"),
    [(timedelta(seconds=-1), True), (timedelta(), False), (timedelta(seconds=1), False)],
    ids=["V05-one-second-before", "V05-at-the-second", "V05-one-second-after"],
)
def test_V05_the_closing_second_decides(app: Flask, db: Session, vault: Vault, shift, counted):
    held = a_referendum(db, vault, closes_at=NOON - shift)

    answer = send_ballot(app, held, held.ballot())

    assert answer.json["counted"] is counted
    assert in_box(db) == counted


def test_V04_a_counted_ballot_keeps_its_answer_after_closing(app: Flask, db: Session, held):
    ballot = held.ballot()
    before = send_ballot(app, held, ballot)
    held.referendum.poll.closes_at = NOON
    db.commit()

    assert send_ballot(app, held, ballot).json == before.json


@pytest.mark.parametrize(
    "state", [state for state in State if state is not State.OPEN], ids=lambda state: f"V07-{state}"
)
def test_V07_only_an_open_referendum_takes_ballots(app: Flask, db: Session, vault: Vault, state: State):
    held = a_referendum(db, vault, voters=1, state=state)

    answer = send_ballot(app, held, held.ballot())

    assert answer.status_code in {404, 409}
    assert in_box(db) == 0
    assert sum(queries.rights_used(db, held.referendum).values()) == 0


def test_V07_who_votes_while_it_is_suspended_reads_the_public_reason(app: Flask, db: Session, held):
    held.referendum.state, held.referendum.public_reason = State.SUSPENDED, "De stroom viel uit in het stadhuis."
    db.commit()

    answer = send_ballot(app, held, held.ballot())

    assert (answer.status_code, answer.json["reason"]) == (409, "suspended")
    assert "opgeschort. De stroom viel uit in het stadhuis. Je stem" in answer.json["message"]


def test_V07_before_its_opening_hour_an_opened_referendum_takes_nothing(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault, opens_at=NOON + DAY)

    assert send_ballot(app, held, held.ballot()).json["reason"] == "not-open"


def test_V08_a_ballot_of_another_referendum_is_refused(app: Flask, db: Session, vault: Vault, held):
    other = a_referendum(db, vault)

    answer = send_ballot(app, held, other.ballot())

    assert (answer.status_code, answer.json["reason"]) == (422, "wrong-election")


def test_V20_a_tested_ballot_can_never_be_cast(app: Flask, db: Session, held):
    ballot = held.ballot()
    tracker = app.test_client().post(f"/referendum/{held.slug}/stemmen/testen", json={"ballot_hash": _tracker(ballot)})

    answer = send_ballot(app, held, ballot)

    assert tracker.json == {"spoiled": True}
    assert (answer.status_code, answer.json["reason"]) == (409, "tested")
    assert send_ballot(app, held, held.ballot()).json["counted"] is True


def test_V20_a_cast_ballot_cannot_be_opened_as_a_test(app: Flask, db: Session, held):
    ballot = held.ballot()
    send_ballot(app, held, ballot)

    answer = app.test_client().post(f"/referendum/{held.slug}/stemmen/testen", json={"ballot_hash": _tracker(ballot)})

    assert answer.status_code == 409
    assert answer.json["spoiled"] is False


@pytest.mark.parametrize("sent", [None, [], {}, {"ballot": 5}, {"ballot": ["x"]}], ids=repr)
def test_V06_what_is_no_sending_of_the_booth_is_refused_with_words(app: Flask, db: Session, held, sent):
    answer = app.test_client().post(
        f"/referendum/{held.slug}/stemmen/uitbrengen", json=sent, headers={"Idempotency-Key": "0" * 32}
    )

    assert answer.status_code == 422
    assert answer.json["reason"] == "malformed"
    assert answer.json["message"]
    assert in_box(db) == 0


def test_refused_attempts_are_counted_per_reason_and_hour(app: Flask, db: Session, held):
    for _ in range(3):
        send_ballot(app, held, held.ballot(0), born_on=date(1900, 1, 1))

    rows = db.execute(select(RefusedAttempts.reason, RefusedAttempts.hour, RefusedAttempts.times)).all()
    assert [tuple(row) for row in rows] == [("wrong-birth-date", NOON, 3)]


def test_guessing_birth_dates_ends_after_ten_tries_and_the_owner_is_told_how_long(app: Flask, db: Session, held):
    for year in range(1950, 1960):
        send_ballot(app, held, held.ballot(0), born_on=date(year, 1, 1))

    answer = send_ballot(app, held, held.ballot(0))

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert in_box(db) == 0
    assert send_ballot(app, held, held.ballot(1)).json["counted"] is True


def test_nobody_without_the_code_can_lock_its_owner_out(app: Flask, db: Session, held):
    for _ in range(2 * attempts.PER_CODE.times):
        forged = read_json(held.ballot(0))
        response = int(forged["signature"]["proof"]["response"])
        forged["signature"]["proof"]["response"] = str(response - 1)
        assert send_ballot(app, held, compact(forged)).json["reason"] == "bad-signature"

    assert send_ballot(app, held, held.ballot(0)).json["counted"] is True


def test_forging_signatures_ends_for_the_network_that_does_it(
    app: Flask, db: Session, held, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempts, "PER_NETWORK", Limit("refused ballot, network", 2, timedelta(hours=1)))
    forged = read_json(held.ballot(0))
    forged["signature"]["proof"]["response"] = "1"

    answers = [send_ballot(app, held, compact(forged)).status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_V18_an_accepted_ballot_leaves_no_account_no_moment_and_no_counter(app: Flask, db: Session, held):
    from spreekt.identity.models import AttemptCounter
    from spreekt.kernel.audit import LogEntry
    from spreekt.kernel.idempotency import SpentKey
    from spreekt.kernel.outbox import Message

    send_ballot(app, held, held.ballot(0))

    for model in (AttemptCounter, LogEntry, SpentKey, Message):
        assert db.scalar(select(func.count()).select_from(model)) == 0, model.__name__


def test_V18_no_column_of_the_roll_stands_in_the_box(app: Flask, db: Session, held):
    for voter in range(3):
        send_ballot(app, held, held.ballot(voter, (BLANK,)))

    of_box = {str(value) for row in db.execute(select(Ballot.__table__)) for value in row}
    keys = {
        value for voter in held.voters for value in (voter.voter_key, held.key.birth(voter.voter_key, voter.born_on))
    }
    rights = set(db.scalars(select(UsedRight.voter_key)))
    assert rights == {voter.voter_key for voter in held.voters}
    assert not of_box & (keys | rights)


def _tracker(ballot: str) -> str:
    from spreekt.modules.referendum.ballot.encryption import tracker_of

    return tracker_of(ballot)
