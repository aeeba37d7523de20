"""Delivery: what is written is delivered, a failure comes back later, a mail goes out once, the sweep tidies up."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.outbox import MAX_ATTEMPTS, Message
from spreekt.kernel.storage import utc_now
from spreekt.module import Module
from spreekt.notices.mail import Mail, Smtp
from spreekt.worker import deliver_due, sweep
from tests.builders import a_resident
from tests.notices.test_domain import told
from tests.smtp_sink import smtp_sink


def plugged(app: Flask, **fields: object) -> None:
    services = app.extensions["spreekt"]
    app.extensions["spreekt"] = replace(services, modules=(*services.modules, Module("proef", **fields)))  # type: ignore[arg-type]


def mailed(app: Flask) -> list[Path]:
    folder = Path(app.extensions["spreekt"].settings.INSTANCE) / "outbox"
    return sorted(folder.glob("*.eml"))


def wake(db: Session) -> None:
    """Let every message be due again, as if time had passed."""
    for message in db.scalars(select(Message).where(Message.next_attempt_at.is_not(None))):
        message.next_attempt_at = utc_now() - timedelta(seconds=1)
    db.commit()


def test_a_notice_becomes_one_mail(app: Flask, db: Session) -> None:
    told(db, a_resident(email="ine@voorbeeld.example"))

    deliver_due(app)

    assert len(mailed(app)) == 1
    assert b"To: ine@voorbeeld.example" in mailed(app)[0].read_bytes()
    db.expire_all()
    assert all(message.delivered_at for message in db.scalars(select(Message)))


def test_f13_a_mail_that_is_delivered_again_is_the_same_mail(app: Flask, db: Session) -> None:
    told(db, a_resident())
    deliver_due(app)
    db.expire_all()
    for message in db.scalars(select(Message)):
        outbox.retry(message, now=utc_now())
        message.delivered_at = None
    db.commit()

    deliver_due(app)

    assert len(mailed(app)) == 1


def test_a_failing_subscriber_undoes_its_work_and_comes_back(app: Flask, db: Session) -> None:
    calls = []

    def sometimes(session: Session, message: Message) -> None:
        calls.append(message.id)
        outbox.record(session, "proef.gevolg", thing_id=1)
        if len(calls) == 1:
            raise ConnectionError("geheime woorden")

    plugged(app, subscribers={"proef": (sometimes,)})
    outbox.record(db, "proef", thing_id=1)
    db.commit()

    deliver_due(app)
    db.expire_all()
    failed = db.scalars(select(Message).where(Message.topic == "proef")).one()
    assert (failed.attempts, failed.last_error, failed.delivered_at) == (1, "ConnectionError", None)
    assert db.scalars(select(Message).where(Message.topic == "proef.gevolg")).all() == []

    wake(db)
    deliver_due(app)

    db.expire_all()
    assert db.get_one(Message, failed.id).delivered_at is not None
    assert len(db.scalars(select(Message).where(Message.topic == "proef.gevolg")).all()) == 1


def test_one_bad_message_does_not_stop_the_others(app: Flask, db: Session) -> None:
    def never(_session: Session, _message: Message) -> None:
        raise RuntimeError

    plugged(app, subscribers={"kapot": (never,)})
    for topic in ("kapot", "heel", "kapot", "heel"):
        outbox.record(db, topic, thing_id=1)
    db.commit()

    deliver_due(app)

    db.expire_all()
    assert {message.topic for message in db.scalars(select(Message).where(Message.delivered_at.is_(None)))} == {"kapot"}


def test_f13_after_eight_failures_a_message_rests_where_staff_see_it(app: Flask, db: Session) -> None:
    def down(_session: Session, _message: Message) -> Mail:
        return Mail(to="ine@voorbeeld.example", subject="x", text="x", html="x", key="x")

    plugged(app, mails={"proef": down})
    app.extensions["spreekt"] = replace(
        app.extensions["spreekt"], mailer=Smtp("smtp://127.0.0.1:1", "spreekt@kortrijk.example")
    )
    outbox.record(db, "proef", thing_id=1)
    db.commit()

    for _attempt in range(MAX_ATTEMPTS + 2):
        deliver_due(app)
        db.expire_all()
        wake(db)

    assert [(message.attempts, message.last_error) for message in outbox.dead_letters(db)] == [
        (MAX_ATTEMPTS, "ConnectionRefusedError")
    ]


@pytest.mark.parametrize("behaviour", ["busy", "later", "never", "drop"])
def test_f13_a_mail_server_in_trouble_costs_no_mail(app: Flask, db: Session, behaviour: str) -> None:
    told(db, a_resident(email="ine@voorbeeld.example"))
    with smtp_sink(behaviour) as sink:
        app.extensions["spreekt"] = replace(
            app.extensions["spreekt"], mailer=Smtp(sink.url, "spreekt@kortrijk.example")
        )
        deliver_due(app)
        db.expire_all()
        assert outbox.oldest_waiting(db) is not None
        wake(db)

        deliver_due(app)

    db.expire_all()
    assert outbox.oldest_waiting(db) is None
    assert len({message["Message-ID"] for message in sink.accepted}) == 1


def test_a_message_for_nobody_is_delivered_at_once(app: Flask, db: Session) -> None:
    outbox.record(db, "niemand.luistert", thing_id=1)
    db.commit()

    assert deliver_due(app) == 1
    assert deliver_due(app) == 0


def test_the_sweep_forgets_what_is_of_no_use_and_keeps_what_waits(app: Flask, db: Session) -> None:
    old, waiting = outbox.record(db, "oud", thing_id=1), outbox.record(db, "wacht", thing_id=1)
    db.flush()
    outbox.delivered(old, now=utc_now() - timedelta(days=8))
    db.commit()

    sweep(app)

    assert [message.id for message in db.scalars(select(Message))] == [waiting.id]


def test_a_module_whose_sweep_fails_does_not_stop_the_others(app: Flask, db: Session) -> None:
    swept = []

    def broken(_session: Session, _now: object) -> None:
        raise RuntimeError

    plugged(app, sweep=broken)
    plugged(app, sweep=lambda session, now: swept.append(now))

    sweep(app)

    assert len(swept) == 1
