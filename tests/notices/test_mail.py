"""Mails: one recipient, headers nobody can break, words kept as snapshots, files and a server that says no."""

import os
import smtplib
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from spreekt.kernel.outbox import Message
from spreekt.notices import mail, post
from spreekt.notices.mail import EmlFolder, Mail, Smtp, compose, mailer_for
from spreekt.notices.models import Notice
from tests.builders import NOON, a_resident, kept
from tests.smtp_sink import smtp_sink

SENDER = "Kortrijk Spreekt <spreekt@kortrijk.example>"
SNAPSHOTS = Path(__file__).parent.parent / "mail_snapshots"
ONE = Mail(
    to="ine@voorbeeld.example", subject="Je voorstel staat online", text="Dag", html="<p>Dag</p>", key="notice 1"
)


def changed(**values: str) -> Mail:
    return Mail(**{"to": ONE.to, "subject": ONE.subject, "text": ONE.text, "html": ONE.html, "key": ONE.key} | values)


def same_as_snapshot(name: str, words: str) -> None:
    """Compare with the checked-in words; SNAPSHOT=1 writes them anew."""
    path = SNAPSHOTS / name
    if os.environ.get("SNAPSHOT"):
        path.write_text(words, "utf-8")
    assert words == path.read_text("utf-8"), f"{name} changed; run once with SNAPSHOT=1 when it should"


@pytest.mark.parametrize(
    "subject", ["Hallo\r\nBcc: iedereen@voorbeeld.example", "Hallo\nX-Kwaad: ja", "Hallo\r\n\r\nAnder bericht", "a\tb"]
)
def test_j10_a_line_break_in_a_subject_makes_no_header(subject: str) -> None:
    message = compose(changed(subject=subject), sender=SENDER)
    sent = message_from_bytes(bytes(message), policy=policy.default)

    assert (sent["Bcc"], sent["X-Kwaad"]) == (None, None)
    assert "\n" not in sent["Subject"]
    assert sent.get_body(("plain",)).get_content().strip() == "Dag"


@pytest.mark.parametrize(
    "to",
    [
        "a@voorbeeld.example, b@voorbeeld.example",
        "a@voorbeeld.example\r\nBcc: b@voorbeeld.example",
        "a@b.example;c@d.example",
        "",
    ],
)
def test_j10_a_mail_goes_to_one_person(to: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compose(changed(to=to), sender=SENDER)


def test_the_same_mail_has_the_same_name_and_another_has_another() -> None:
    first, again, other = (compose(changed(key=key), sender=SENDER)["Message-ID"] for key in ("a", "a", "b"))

    assert first == again != other
    assert first.endswith("@kortrijk.example>")


def test_the_way_out_stands_in_a_header_too() -> None:
    with_way_out = Mail(**{name: getattr(ONE, name) for name in ("to", "subject", "text", "html", "key")},
                        unsubscribe_url="https://spreekt.example/uitschrijven/x")  # fmt: skip

    assert compose(with_way_out, sender=SENDER)["List-Unsubscribe"] == "<https://spreekt.example/uitschrijven/x>"
    assert compose(ONE, sender=SENDER)["List-Unsubscribe"] is None


def test_the_same_mail_twice_is_one_file(tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path / "outbox", SENDER)

    for each in (ONE, ONE, changed(key="notice 2")):
        folder.send(each)

    assert len(list((tmp_path / "outbox").iterdir())) == 2
    assert all(path.suffix == ".eml" for path in (tmp_path / "outbox").iterdir())


def test_without_a_server_mail_becomes_files(tmp_path: Path) -> None:
    assert isinstance(mailer_for("", instance=tmp_path, sender=SENDER), EmlFolder)
    assert isinstance(mailer_for("smtp://127.0.0.1:25", instance=tmp_path, sender=SENDER), Smtp)


def test_a_server_gets_one_recipient_and_both_forms() -> None:
    with smtp_sink() as sink:
        Smtp(sink.url, SENDER).send(ONE)

    assert len(sink.recipients) == 1
    assert ONE.to in sink.recipients[0]
    assert sink.accepted[0].get_body(("html",)).get_content().strip() == "<p>Dag</p>"


@pytest.mark.parametrize("behaviour", ["busy", "later", "never", "drop"])
def test_f13_a_server_that_says_no_is_an_error_and_the_next_try_works(behaviour: str) -> None:
    with smtp_sink(behaviour) as sink:
        server = Smtp(sink.url, SENDER)

        with pytest.raises(smtplib.SMTPException):
            server.send(ONE)
        server.send(ONE)

    assert {message["Message-ID"] for message in sink.accepted} == {compose(ONE, sender=SENDER)["Message-ID"]}


def test_f13_a_slow_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    with smtp_sink("slow") as sink, pytest.raises(OSError, match=r"."):
        Smtp(sink.url, SENDER).send(ONE)


def test_f13_no_server_at_all_is_an_error() -> None:
    with pytest.raises(OSError, match=r"."):
        Smtp("smtp://127.0.0.1:1", SENDER).send(ONE)


def a_told_resident() -> tuple[int, list[Notice]]:
    me = a_resident(name="Ine <b>Vermeersch</b>")
    notices = [
        kept(Notice(account_id=me.id, message_id=number, kind="besluit", title=title, url=f"/voorstellen/{number}",
                    text="Een moderator keek je tekst na.\nJe kan nu steun zoeken.", action="Bekijk je voorstel",
                    created_at=NOON))
        for number, title in ((1, "Je voorstel ‘Bank & boom’ staat online"), (2, "Iemand reageerde"))
    ]  # fmt: skip
    return me.id, notices


def normal(words: str, account_id: int) -> str:
    """The words without the signature in the way out, which differs by key and account."""
    return words.replace(post.unsubscribe_path(account_id), "/uitschrijven/…").rstrip() + "\n"


def test_the_mail_of_a_notice_reads_as_agreed(app: Flask, db: Session) -> None:
    account_id, notices = a_told_resident()

    with app.app_context():
        written = post.notice_mail(db, Message(topic="notice.mail", payload={"notice_id": notices[0].id}))
        assert written is not None
        same_as_snapshot("notice.txt", normal(written.text, account_id))
        same_as_snapshot("notice.html", normal(written.html, account_id))
    assert "<b>" not in written.html


def test_the_digest_reads_as_agreed(app: Flask, db: Session) -> None:
    account_id, notices = a_told_resident()
    payload = {"account_id": account_id, "first_id": notices[0].id, "last_id": notices[1].id}

    with app.app_context():
        written = post.digest_mail(db, Message(topic="notice.digest", payload=payload))
        assert written is not None
        same_as_snapshot("digest.txt", normal(written.text, account_id))
        same_as_snapshot("digest.html", normal(written.html, account_id))


def test_nobody_without_an_address_gets_mail(app: Flask, db: Session) -> None:
    _account_id, notices = a_told_resident()
    me = db.get_one(post.Account, notices[0].account_id)
    me.disabled_at = NOON
    db.commit()

    with app.app_context():
        assert post.notice_mail(db, Message(topic="notice.mail", payload={"notice_id": notices[0].id})) is None
        assert post.notice_mail(db, Message(topic="notice.mail", payload={"notice_id": 999_999})) is None
