"""Who is told what after a decision; in the same commit, once, and with a way forward."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.moderation import desk, subscribers
from spreekt.moderation.models import Submission
from spreekt.notices.models import Notice
from tests.builders import NOON, a_moderator, acting, an_account, an_area, staff
from tests.moderation.things import a_comment, a_note, a_submitted_note


def decided(db: Session, item: Submission, act: str, code: str = "privacy") -> Message:
    desk.judge(
        db, item, act, reason_code=code, words="Laat het nummer van je buur weg.", due_on=date(2026, 12, 1),
        seen_version=item.version, by=acting(a_moderator()), now=NOON,
    )  # fmt: skip
    db.commit()
    return db.scalars(select(Message).where(Message.topic == "submission.decided").order_by(Message.id.desc())).all()[0]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("publish", "staat online"),
        ("ask_changes", "ten laatste op dinsdag 1 december 2026"),
        ("reject", "Je kan hem aanpassen en opnieuw versturen"),
    ],
)
def test_the_author_reads_the_decision_the_reason_and_the_way_forward(
    app: Flask, db: Session, act: str, says: str
) -> None:
    author = an_account()
    message = decided(db, a_submitted_note(author=author), act)

    with app.app_context():
        subscribers.tell_author(db, message)
        subscribers.tell_author(db, message)

    notice = db.scalars(select(Notice)).one()
    assert notice.account_id == author.id
    assert says in f"{notice.title} {notice.text}"
    assert ("Laat het nummer van je buur weg." in notice.text) is (act != "publish")
    assert ("gegevens van iemand anders" in notice.text) is (act != "publish")


def test_a_message_carries_ids_and_no_words(db: Session) -> None:
    message = decided(db, a_submitted_note(), "reject")

    assert set(message.payload) == {"decision_id", "submission_id"}
    assert all(isinstance(value, int) for value in message.payload.values())


def test_a_hidden_reaction_leads_its_author_to_a_page_with_the_reason(app: Flask, db: Session) -> None:
    author = an_account()
    a_note(author=author)
    comment = a_comment(a_note(), author=author)
    message = decided(db, comment, "hide")

    with app.app_context():
        subscribers.tell_author(db, message)

    assert db.scalars(select(Notice.url)).one() == f"/reacties/{comment.id}/aanpassen"


def test_area_workers_hear_of_what_waits_in_their_area_until_they_look(app: Flask, db: Session) -> None:
    here, there = staff(Role.AREA_WORKER, area=an_area()), staff(Role.AREA_WORKER, area=an_area("Marke"))
    a_submitted_note(areas=[an_area()])
    a_submitted_note(areas=[an_area()])

    with app.app_context():
        for message in db.scalars(select(Message).where(Message.topic == "submission.pending")).all():
            subscribers.tell_area_workers(db, message)

    assert db.scalars(select(Notice.account_id)).all() == [here.id]
    assert there.id != here.id


def test_what_appeared_at_once_bothers_no_area_worker(app: Flask, db: Session) -> None:
    author = an_account()
    staff(Role.AREA_WORKER, area=an_area())
    a_note(author=author)
    a_comment(a_note(areas=[an_area()]), author=author)

    with app.app_context():
        for message in db.scalars(select(Message).where(Message.topic == "submission.pending")).all():
            subscribers.tell_area_workers(db, message)

    assert db.scalars(select(Notice)).all() == []
