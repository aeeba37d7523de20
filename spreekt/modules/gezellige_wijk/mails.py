"""Mails to people without an account: peters and meters, advisers, contacts. One link each, nothing private in it."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.kernel.dutch import day
from spreekt.kernel.outbox import Message
from spreekt.modules.gezellige_wijk import advice, committees, domain, stewards
from spreekt.modules.gezellige_wijk.case_models import Advice, AdviceState
from spreekt.modules.gezellige_wijk.committee_models import CommitteeLetter, Contact
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import Steward
from spreekt.notices.mail import Mail
from spreekt.notices.written import public_url, written
from spreekt.web.context import city, vault


def letter(
    to: str, name: str, subject: str, lines: Sequence[str], *, key: str, action: str = "", path: str = ""
) -> Mail:
    """One mail of a few lines and perhaps a link."""
    return written(
        "notice", to=to, name=name, subject=f"{subject} – {city().brand}", lines=list(lines), key=key, action=action,
        url=public_url(path) if path else "",
    )  # fmt: skip


def steward_named(db: Session, message: Message) -> Mail | None:
    """To a peter or meter: somebody named you; you decide."""
    steward = db.get(Steward, message.payload["steward_id"])
    if steward is None or not steward.sealed_email or steward.confirmed_at or steward.declined_at:
        return None
    request = steward.request
    if request.founds_committee:
        return _founder_named(steward)
    return letter(
        vault().open(domain.EMAIL_PURPOSE, steward.sealed_email), steward.name,
        _("Ben jij peter of meter?"),
        [_("Een buur noemde jou als peter of meter voor: %(title)s.", title=request.title),
         _("Een peter of meter is een volwassene uit de straat die een oogje in het zeil houdt en de hekken plaatst."),
         _("Zeg zelf of je dat doet. Je hebt geen account nodig.")],
        key=f"steward {steward.id} {steward.nonce}", action=_("Zeg ja of nee"),
        path=_steward_path(steward),
    )  # fmt: skip


def _steward_path(steward: Steward) -> str:
    return f"/gezellige-wijk/meter/{token_of(vault(), stewards.PURPOSE, steward.nonce)}"


def _founder_named(steward: Steward) -> Mail:
    """To a contact of a committee that is asked for: somebody named you; you decide."""
    return letter(
        vault().open(domain.EMAIL_PURPOSE, steward.sealed_email), steward.name,
        _("Ben jij contactpersoon van een comité?"),
        [_("Een buur noemde jou als contactpersoon van “%(name)s”.", name=steward.request.title),
         _("Zeg zelf of je dat doet. Je hebt geen account nodig.")],
        key=f"steward {steward.id} {steward.nonce}", action=_("Zeg ja of nee"), path=_steward_path(steward),
    )  # fmt: skip


def advice_asked(db: Session, message: Message) -> Mail | None:
    """To an adviser without account: a link that opens this one advice. Staff find theirs on their list."""
    found = db.get(Advice, message.payload["advice_id"])
    if found is None or not found.mail or found.state is not AdviceState.ASKED or found.due_on is None:
        return None
    return letter(
        found.mail, found.name, _("De stad vraagt je advies"),
        [_("Het gaat over: %(title)s.", title=found.request.title),
         _("Antwoord ten laatste op %(day)s. De link is alleen voor dit advies.", day=day(found.due_on))],
        key=f"advice {found.id} {found.nonce}", action=_("Geef je advies"),
        path=f"/gezellige-wijk/advies/{token_of(vault(), advice.PURPOSE, found.nonce)}",
    )  # fmt: skip


def _to_contact(
    db: Session, message: Message, subject: str, lines: Sequence[str], *, action: str, occasion: str
) -> Mail | None:
    """To one contact of a committee, with their own link; none when they left meanwhile."""
    contact = db.get(Contact, message.payload["contact_id"])
    if contact is None or contact.left_at is not None or not contact.sealed_email:
        return None
    return letter(
        vault().open(committees.EMAIL_PURPOSE, contact.sealed_email), contact.name, subject,
        [line.replace("{name}", contact.committee.name) for line in lines],
        key=f"contact {contact.id} {occasion} {message.id}", action=action,
        path=f"/gezellige-wijk/comite/{token_of(vault(), committees.PURPOSE, contact.nonce)}" if action else "",
    )  # fmt: skip


def contact_invited(db: Session, message: Message) -> Mail | None:
    """Somebody named you as a contact; or you said yes already, and here is your own link."""
    contact = db.get(Contact, message.payload["contact_id"])
    if contact is not None and contact.confirmed_at is not None:
        known = [_("Jij bent contactpersoon van “{name}”. Dit is je eigen link."),
                 _("Je kiest zelf of je naam op de pagina van het comité staat.")]  # fmt: skip
        return _to_contact(db, message, _("Je link als contactpersoon"), known, action=_("Kies"), occasion="invited")
    lines = [_("Iemand noemde jou als contactpersoon van “{name}”."),
             _("Klopt dat? Bevestig het. Je kiest zelf of je naam op de pagina staat.")]  # fmt: skip
    return _to_contact(db, message, _("Ben jij contactpersoon van een comité?"), lines,
                       action=_("Bevestig"), occasion="invited")  # fmt: skip


def handing_over(db: Session, message: Message) -> Mail | None:
    """Somebody would take your place: only when you agree."""
    lines = [_("Iemand anders wil jouw plaats innemen als contactpersoon van “{name}”."),
             _("Dat gebeurt alleen als jullie allebei ja zeggen.")]  # fmt: skip
    return _to_contact(db, message, _("Geef je de fakkel door?"), lines, action=_("Bekijk en beslis"), occasion="over")


def still_there(db: Session, message: Message) -> Mail | None:
    """Once a year: do you still exist? One tap."""
    lines = [_("Eén keer per jaar vragen we of “{name}” nog actief is."), _("Eén tik is genoeg.")]
    return _to_contact(db, message, _("Bestaat jullie comité nog?"), lines, action=_("Ja, wij zijn er nog"),
                       occasion="year")  # fmt: skip


def committee_letter(db: Session, message: Message) -> Mail | None:
    """What an area worker wrote to all committees of an area."""
    kept = db.get(CommitteeLetter, message.payload["letter_id"])
    if kept is None:
        return None
    return _to_contact(db, message, kept.subject, kept.text.split("\n"), action="", occasion=f"letter {kept.id}")
