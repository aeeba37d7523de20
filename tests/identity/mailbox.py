"""What landed in the mailboxes of a test, after the outbox was drained."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from spreekt.worker import deliver_due

LINK = re.compile(r"http://127\.0\.0\.1:8000(/aanmelden/link/[\w.\-]+)")


def delivered(app: Flask) -> list[EmailMessage]:
    """Deliver everything that waits; all mails so far, in no order."""
    deliver_due(app)
    folder = Path(app.extensions["spreekt"].settings.INSTANCE) / "outbox"
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def mails_to(app: Flask, address: str) -> list[EmailMessage]:
    return [mail for mail in delivered(app) if mail["To"] == address]


def links_to(app: Flask, address: str) -> list[str]:
    """Paths of all links that signed somebody in or will, in no order."""
    return [found.group(1) for mail in mails_to(app, address) if (found := LINK.search(text_of(mail)))]


def link_to(app: Flask, address: str) -> str:
    """The path of the one link that was sent to this address."""
    (path,) = links_to(app, address)
    return path
