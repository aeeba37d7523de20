"""The mails about an objection against the roll: it arrived, and it was answered. Who wrote it is opened here only."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.kernel.dutch import day
from spreekt.kernel.outbox import Message
from spreekt.modules.referendum.objections import who_of
from spreekt.modules.referendum.roll_models import ObjectionState, RollObjection
from spreekt.notices.mail import Mail
from spreekt.notices.written import public_url, written
from spreekt.web.context import city, vault


def received_mail(db: Session, message: Message) -> Mail | None:
    """By when there is an answer."""
    return _mail(
        db, message, _("We kijken na of je op de kiezerslijst staat"),
        lambda objection: [_("Je schreef ons over het referendum “%(title)s”.", title=objection.referendum.title),
                           _("Je krijgt ten laatste op %(day)s een antwoord.", day=day(objection.due_on))],
    )  # fmt: skip


def decided_mail(db: Session, message: Message) -> Mail | None:
    """What was decided and why."""
    return _mail(db, message, _("Antwoord over de kiezerslijst"), _decision)


def _decision(objection: RollObjection) -> list[str]:
    help_line = city().help_line
    if objection.state is ObjectionState.UPHELD:
        return [
            _("Je hebt gelijk: je mag stemmen in “%(title)s”. Je staat nu op de kiezerslijst.",
              title=objection.referendum.title),
            _("Je krijgt een brief met je code op je officiële adres. Is hij er niet als de stembus opent? "
              "Bel %(line)s.", line=help_line),
        ]  # fmt: skip
    return [
        _("We keken na of je mag stemmen in “%(title)s”. Dat is niet zo.", title=objection.referendum.title),
        objection.reason,
        _("Niet akkoord? Bel %(line)s, of kom langs met je identiteitskaart.", line=help_line),
    ]


def _mail(db: Session, message: Message, subject: str, lines_of: Callable[[RollObjection], list[str]]) -> Mail | None:
    objection = db.get(RollObjection, message.payload["objection_id"])
    who = who_of(vault(), objection) if objection is not None and objection.sealed_who else None
    if objection is None or who is None or not who.email:
        return None  # they asked to be called instead, and the page of the case says so
    return written(
        "objection",
        to=who.email,
        name="",
        subject=f"{subject} – {city().brand}",
        key=f"{message.topic} {objection.id}",
        lines=lines_of(objection),
        action=_("Bekijk het referendum"),
        url=public_url(url_for("referendum.show", slug=objection.referendum.slug)),
    )
