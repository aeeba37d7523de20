"""Sending mail: one recipient a message, plain text and simple HTML, to a server or to .eml files."""

import hashlib
import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from spreekt.kernel.storage import utc_now

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `key` names it: the same key is the same mail, however often it is sent."""

    to: str
    subject: str
    text: str
    html: str
    key: str
    unsubscribe_url: str = ""


class Mailer(Protocol):
    """Somewhere mail goes."""

    def send(self, mail: Mail) -> None: ...


def compose(mail: Mail, *, sender: str) -> EmailMessage:
    """The message itself. Line breaks in a header or a second recipient cannot get in: both raise ValueError."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(display_name=name, addr_spec=address)
    if "@" not in mail.to:
        raise ValueError("a mail needs an address")
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


@dataclass(frozen=True, slots=True)
class EmlFolder:
    """Mail as files, for a demo and for tests. The same mail sent twice is one file."""

    folder: Path
    sender: str

    def send(self, mail: Mail) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(mail.key.encode()).hexdigest()[:24]
        target = self.folder / f"{name}.eml"
        half = target.with_suffix(".part")
        half.write_bytes(bytes(compose(mail, sender=self.sender)))
        half.rename(target)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, from smtp://user:password@host:port or smtps://…."""

    url: str
    sender: str

    def send(self, mail: Mail) -> None:
        parts = urlsplit(self.url)
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with kind(parts.hostname or "localhost", parts.port or 0, timeout=TIMEOUT_SECONDS) as server:
            if parts.username:
                if parts.scheme != "smtps":
                    server.starttls()
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(compose(mail, sender=self.sender))


def mailer_for(smtp_url: str, *, instance: Path, sender: str) -> Mailer:
    """The mailer of this installation."""
    return Smtp(smtp_url, sender) if smtp_url else EmlFolder(instance / "outbox", sender)
