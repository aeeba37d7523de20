"""The mails about accounts, word for word. A change of words is a change of tests/mail_snapshots/*.txt and .html.

Write the snapshots anew with SPREEKT_WRITE_SNAPSHOTS=1 and read the difference.
"""

import os
import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from spreekt.identity.models import AddressQuestion, LinkPurpose
from spreekt.identity.moving import change_password
from spreekt.identity.sign_in_links import make_link
from spreekt.kernel import outbox
from spreekt.notices.account_mails import MAILS
from spreekt.notices.mail import Mail, compose
from tests.builders import NOON, an_account

SNAPSHOTS = Path(__file__).resolve().parent.parent / "mail_snapshots"
KEY = "s" * 40


def a_question(db: Session, vault, **fields):
    question = AddressQuestion(purpose=LinkPurpose.SIGN_IN, sealed_email=vault.seal("email", "wie@voorbeeld.example"),
                               created_at=NOON, **fields)  # fmt: skip
    db.add(question)
    db.flush()
    return question


def the_mail(app, db: Session, vault, name: str) -> Mail:
    """The mail of this name, about Ine."""
    ine = an_account(name="Ine <b>", email="ine@voorbeeld.example")
    if name.startswith("link_"):
        purpose = LinkPurpose[name.removeprefix("link_").upper()]
        ine.confirmed_at = None if purpose is LinkPurpose.REGISTER else NOON
        extra = {"sealed_email": vault.seal("email", "nieuw@voorbeeld.example")} if name == "link_move" else {}
        message = outbox.record(db, "identity.link", link_id=make_link(db, KEY, ine, purpose, now=NOON, **extra).id)
    elif name == "password_changed":
        change_password(db, ine, "drie fietsen op de leie", now=NOON)
        message = outbox.record(db, "identity.password-changed", account_id=ine.id)
    else:
        topic = f"identity.{name.replace('_', '-')}"
        message = outbox.record(db, topic, question_id=a_question(db, vault).id)
    db.flush()
    with app.app_context():
        mail = MAILS[message.topic](db, message)
    assert mail is not None
    return mail


NAMES = ("link_sign_in", "link_register", "link_move", "known", "unknown", "closed", "taken", "address_changed",
         "password_changed")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_says_what_we_agreed(app, db, vault, name):
    mail = the_mail(app, db, vault, name)

    for kind, body in (("txt", mail.text), ("html", mail.html)):
        body = re.sub(r"/aanmelden/link/[\w.\-]+", "/aanmelden/link/TOKEN", body)
        text = f"Onderwerp: {mail.subject}\n\n{body.strip()}\n"
        snapshot = SNAPSHOTS / f"{name}.{kind}"
        if os.environ.get("SPREEKT_WRITE_SNAPSHOTS"):
            snapshot.write_text(text, encoding="utf-8")
        assert text == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_can_be_sent_and_fetches_nothing(app, db, vault, name):
    mail = the_mail(app, db, vault, name)

    message = compose(mail, sender="Kortrijk Spreekt <spreekt@kortrijk.example>")

    assert message["To"] == mail.to
    assert not re.search(r"<(img|link|script|iframe)|url\(", mail.html)
    assert "Ine <b>" not in mail.html


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("link_sign_in", "ine@voorbeeld.example"),
        ("link_move", "nieuw@voorbeeld.example"),
        ("unknown", "wie@voorbeeld.example"),
        ("password_changed", "ine@voorbeeld.example"),
    ],
)
def test_a_mail_goes_to_the_mailbox_it_is_about(app, db, vault, name, to):
    assert the_mail(app, db, vault, name).to == to


def test_a_link_that_died_meanwhile_is_not_sent(app, db, vault):
    ine = an_account()
    link = make_link(db, KEY, ine, LinkPurpose.SIGN_IN, now=NOON)
    message = outbox.record(db, "identity.link", link_id=link.id)
    make_link(db, KEY, ine, LinkPurpose.SIGN_IN, now=NOON)
    db.expire_all()

    with app.app_context():
        assert MAILS["identity.link"](db, message) is None
