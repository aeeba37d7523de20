"""What happened is told: ids only, oldest first, again after a failure, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.storage import utc_now


def test_a_payload_holds_ids_and_nothing_else(db: Session) -> None:
    outbox.record(db, "proposal.published", proposal_id=7)

    for value in ("Ine Vermeersch woont hier", "ine@voorbeeld.example", "85.07.30-033.28 en meer"):
        with pytest.raises(ValueError, match="not an id"):
            outbox.record(db, "proposal.published", words=value)


def test_a_claimed_message_is_not_given_to_a_second_worker(db: Session) -> None:
    outbox.record(db, "a", thing_id=1)
    db.commit()
    now = utc_now()

    first, second = outbox.next_unsent(db, now=now), outbox.next_unsent(db, now=now)

    assert (len(first), len(second)) == (1, 0)


def test_a_lease_of_a_dead_worker_runs_out(db: Session) -> None:
    outbox.record(db, "a", thing_id=1)
    db.commit()
    now = utc_now()
    outbox.next_unsent(db, now=now)

    later = outbox.next_unsent(db, now=now + outbox.LEASE + timedelta(seconds=1))

    assert [message.attempts for message in later] == [2]


def test_after_eight_failures_a_message_waits_for_staff(db: Session) -> None:
    message = outbox.record(db, "a", thing_id=1)
    db.commit()
    now = utc_now()

    for _attempt in range(outbox.MAX_ATTEMPTS):
        now += timedelta(hours=2)
        outbox.next_unsent(db, now=now)
        outbox.failed(message, ConnectionError("secret words"), now=now)

    assert outbox.dead_letters(db) == [message]
    assert message.last_error == "ConnectionError"

    outbox.retry(message, now=now)

    assert outbox.dead_letters(db) == []
    assert outbox.next_unsent(db, now=now) == [message]
