"""Telling people: once, as often as they want, and a digest once a day or on Monday."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel import outbox
from spreekt.kernel.outbox import Message
from spreekt.notices.domain import Words, choose_frequency, mark_read, send_digests, tell
from spreekt.notices.models import Frequency, Notice
from spreekt.notices.queries import inbox_size
from tests.builders import DAY, NOON, a_resident

WORDS = Words("Je voorstel staat online", "Proficiat.", "/voorstellen/1", "Bekijk je voorstel")
TUESDAY = NOON + DAY


def told(db: Session, account: Account, *, times: int = 1, message: Message | None = None) -> Message:
    message = message or outbox.record(db, "submission.decided", decision_id=1, submission_id=1)
    db.flush()
    for _time in range(times):
        tell(db, message, account_id=account.id, kind="besluit", words=WORDS, now=NOON)
    db.commit()
    return message


def mails(db: Session, topic: str) -> list[Message]:
    return list(db.scalars(select(Message).where(Message.topic == topic).order_by(Message.id)))


def test_telling_twice_about_one_thing_tells_once(db: Session) -> None:
    me = a_resident()

    told(db, me, times=3)

    assert inbox_size(db, me.id) == (1, 1)
    assert len(mails(db, "notice.mail")) == 1


@pytest.mark.parametrize(
    ("frequency", "at_once", "waits"),
    [
        (Frequency.AT_ONCE, 1, False),
        (Frequency.DAILY, 0, True),
        (Frequency.WEEKLY, 0, True),
        (Frequency.NEVER, 0, False),
    ],
)
def test_the_inbox_has_everything_and_mail_follows_the_choice(
    db: Session, frequency: Frequency, at_once: int, waits: bool
) -> None:
    me = a_resident()
    choose_frequency(db, me.id, frequency)

    told(db, me)

    assert len(mails(db, "notice.mail")) == at_once
    assert db.scalars(select(Notice.mail_due)).one() is waits


def test_who_erased_their_account_is_told_nothing(db: Session) -> None:
    me = a_resident()
    me.email_key, me.sealed_email, me.erased_at = None, "", NOON

    told(db, me)

    assert inbox_size(db, me.id) == (0, 0)


@pytest.mark.parametrize(
    ("frequency", "now", "sent"),
    [
        (Frequency.DAILY, TUESDAY, 1),
        (Frequency.DAILY, TUESDAY.replace(hour=5), 0),
        (Frequency.WEEKLY, TUESDAY, 0),
        (Frequency.WEEKLY, NOON + 7 * DAY, 1),
        (Frequency.NEVER, TUESDAY, 0),
    ],
)
def test_a_digest_goes_out_from_seven_each_day_or_on_monday(
    db: Session, frequency: Frequency, now: datetime, sent: int
) -> None:
    me = a_resident()
    choose_frequency(db, me.id, frequency)
    told(db, me)

    send_digests(db, now)

    assert len(mails(db, "notice.digest")) == sent


def test_a_second_sweep_on_the_same_day_sends_nothing(db: Session) -> None:
    me = a_resident()
    choose_frequency(db, me.id, Frequency.DAILY)
    told(db, me)

    for hours in (0, 1, 5):
        send_digests(db, TUESDAY + timedelta(hours=hours))
    told(db, me)
    send_digests(db, TUESDAY + timedelta(hours=6))

    assert len(mails(db, "notice.digest")) == 1


def test_the_next_day_brings_what_came_since(db: Session) -> None:
    me = a_resident()
    choose_frequency(db, me.id, Frequency.DAILY)
    told(db, me)
    send_digests(db, TUESDAY)
    told(db, me)

    send_digests(db, TUESDAY + DAY)

    first, second = mails(db, "notice.digest")
    assert second.payload["first_id"] > first.payload["last_id"]


def test_choosing_never_takes_back_what_waited(db: Session) -> None:
    me = a_resident()
    choose_frequency(db, me.id, Frequency.DAILY)
    told(db, me)

    choose_frequency(db, me.id, Frequency.NEVER)
    choose_frequency(db, me.id, Frequency.DAILY)
    send_digests(db, TUESDAY)

    assert mails(db, "notice.digest") == []


def test_reading_the_inbox_marks_only_my_notices(db: Session) -> None:
    me, other = a_resident(), a_resident()
    told(db, me)
    told(db, other)

    mark_read(db, me.id, now=NOON)

    assert (inbox_size(db, me.id), inbox_size(db, other.id)) == ((1, 0), (1, 1))
