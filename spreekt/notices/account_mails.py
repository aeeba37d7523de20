"""The mails about an account itself: links, a new password or address. No notices: nobody turns them off."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.identity.accounts import EMAIL_PURPOSE, email_of
from spreekt.identity.models import Account, AddressQuestion, LinkPurpose, SignInLink
from spreekt.identity.sign_in_links import token_of
from spreekt.kernel.outbox import Message
from spreekt.notices.mail import Mail
from spreekt.notices.written import public_url, written
from spreekt.web.context import city, now, settings, vault


def link_mail(db: Session, message: Message) -> Mail | None:
    """The mail with a link that works once; none when the link died before it could be sent."""
    link = db.get(SignInLink, message.payload["link_id"])
    account = db.get(Account, link.account_id) if link is not None else None
    if link is None or account is None or link.used_at is not None or link.expires_at <= now():
        return None
    subject, action = {
        LinkPurpose.SIGN_IN: (_("Meld je aan"), _("Meld je aan")),
        LinkPurpose.REGISTER: (_("Bevestig je e-mailadres"), _("Bevestig je e-mailadres")),
        LinkPurpose.MOVE: (_("Bevestig je nieuwe e-mailadres"), _("Bevestig je nieuwe adres")),
    }[link.purpose]
    return written(
        f"link_{link.purpose.name.lower()}",
        to=vault().open(EMAIL_PURPOSE, link.sealed_email) if link.sealed_email else email_of(vault(), account),
        name=account.display_name if account.confirmed_at is not None else "",
        subject=f"{subject} – {city().brand}",
        key=f"link {link.id} {link.token_hash}",
        action=action,
        url=public_url(f"/aanmelden/link/{token_of(settings().SECRET_KEY, link)}"),
    )


def _to_question(db: Session, message: Message, template: str, subject: str, *, action: str, path: str) -> Mail | None:
    question = db.get(AddressQuestion, message.payload["question_id"])
    if question is None:
        return None
    return written(
        template,
        to=vault().open(EMAIL_PURPOSE, question.sealed_email),
        name="",
        subject=f"{subject} – {city().brand}",
        key=f"{template} {question.id} {question.created_at.isoformat()}",
        action=action,
        url=public_url(path) if path else "",
    )


def known_mail(db: Session, message: Message) -> Mail | None:
    """Somebody registered with an address that has an account."""
    return _to_question(db, message, "known", _("Je hebt al een account"), action=_("Meld je aan"), path="/aanmelden")


def unknown_mail(db: Session, message: Message) -> Mail | None:
    """Somebody asked for a link with an address that has no account."""
    return _to_question(db, message, "unknown", _("We kennen dit adres niet"), action=_("Maak een account"),
                        path="/registreren")  # fmt: skip


def closed_mail(db: Session, message: Message) -> Mail | None:
    """The account of this address was switched off."""
    return _to_question(db, message, "closed", _("Je account is uitgeschakeld"), action="", path="")


def taken_mail(db: Session, message: Message) -> Mail | None:
    """Somebody wants to move to an address that has an account."""
    return _to_question(db, message, "taken", _("Dit adres heeft al een account"), action=_("Meld je aan"),
                        path="/aanmelden")  # fmt: skip


def address_changed_mail(db: Session, message: Message) -> Mail | None:
    """To the old address, after a move."""
    return _to_question(db, message, "address_changed", _("Je e-mailadres is veranderd"), action="", path="")


def password_changed_mail(db: Session, message: Message) -> Mail | None:
    """To whoever has the account, so that a thief does not go unnoticed."""
    account = db.get(Account, message.payload["account_id"])
    if account is None or not account.sealed_email:
        return None
    return written(
        "password_changed",
        to=email_of(vault(), account),
        name=account.display_name,
        subject=_("Je wachtwoord is veranderd") + f" – {city().brand}",
        key=f"password changed {message.id} {message.created_at.isoformat()}",
        action=_("Bekijk je toestellen"),
        url=public_url("/mijn/toestellen"),
    )


MAILS: Mapping[str, Callable[[Session, Message], Mail | None]] = {
    "identity.link": link_mail,
    "identity.known": known_mail,
    "identity.unknown": unknown_mail,
    "identity.closed": closed_mail,
    "identity.taken": taken_mail,
    "identity.address-changed": address_changed_mail,
    "identity.password-changed": password_changed_mail,
}
