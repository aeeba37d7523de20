"""Who is told what about a dossier: its group, area workers, services. And the mail with a link to join."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import last_day
from spreekt.kernel.dutch import day, until
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest, DossierDecision, MergeOffer
from spreekt.modules.burgerbudget.dossiers.advising import ADVISERS
from spreekt.modules.burgerbudget.dossiers.group import INVITATION, token_of
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember, Invitation
from spreekt.modules.burgerbudget.dossiers.screening import ACT_WORDS, is_final
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.notices.domain import Words, tell_all
from spreekt.notices.mail import Mail
from spreekt.notices.written import public_url, written
from spreekt.web.context import city, now, vault


def invited(db: Session, message: Message) -> Mail | None:
    """The mail with somebody's own link; none when it was used or grew too old before it could be sent."""
    invitation = db.get(Invitation, message.payload["invitation_id"])
    if invitation is None or not invitation.is_alive(now()) or not invitation.sealed_email:
        return None
    dossier = invitation.dossier
    lead = next((member.account for member in dossier.active_members if member.is_lead), None)
    return written(
        "dossier_invitation",
        to=vault().open(INVITATION, invitation.sealed_email),
        name=invitation.label,
        subject=_("Dien je mee een voorstel in?") + f" – {city().brand}",
        key=f"dossier invitation {invitation.id} {invitation.asked_at.isoformat()}",
        title=dossier.title,
        round_title=dossier.round.title,
        lead=lead.display_name if lead is not None else _("Iemand"),
        until=day(last_day(invitation.expires_at)),
        action=_("Bekijk het voorstel"),
        url=public_url(f"/burgerbudget/uitnodiging/{invitation.id}/{token_of(vault(), invitation)}"),
    )


def joined(db: Session, message: Message) -> None:
    """The others hear that somebody is in."""
    _tell_group(db, message, "dossier.joined", _("Iemand dient mee in"),
                _("Er is iemand bij de groep van “%(title)s”.", **_title(db, message)),
                but=int(message.payload["account_id"]))  # fmt: skip


def lead_changed(db: Session, message: Message) -> None:
    """Who leads from now on hears it, and nobody else."""
    dossier = db.get(Dossier, message.payload["dossier_id"])
    if dossier is None:
        return
    lead = select(DossierMember.account_id).where(
        DossierMember.dossier_id == dossier.id, DossierMember.left_at.is_(None), DossierMember.is_lead,
        DossierMember.account_id == message.payload["account_id"],
    )  # fmt: skip
    words = Words(_("Jij leidt nu de groep"),
                  _("Jij spreekt en tekent voortaan voor de groep van “%(title)s”.", title=dossier.title),
                  f"/burgerbudget/voorstellen/{dossier.id}/groep", _("Bekijk de groep"))  # fmt: skip
    tell_all(db, message, lead, kind="dossier.lead-changed", words=words, now=now())


def whole(db: Session, message: Message) -> None:
    """The group hears that the city has it now; area workers that there is one more."""
    _tell_group(
        db,
        message,
        "dossier.whole",
        _("Jullie voorstel is ingediend"),
        _("De stad heeft “%(title)s” nu in handen. Jullie groep is volledig.", **_title(db, message)),
    )
    _tell_desk(db, message, "dossier.to-screen", _("Een groep diende een voorstel in"))


def incomplete(db: Session, message: Message) -> None:
    """The group hears that it is too small, and until when."""
    dossier = db.get(Dossier, message.payload["dossier_id"])
    if dossier is not None and dossier.due_at is not None:
        text = _("“%(title)s” wacht: de groep is niet volledig. Vul ze aan ten laatste %(moment)s.",
                 title=dossier.title, moment=until(dossier.due_at))  # fmt: skip
        _tell_group(db, message, "dossier.incomplete", _("Jullie groep is niet volledig"), text, path="/groep")


def lapsed(db: Session, message: Message) -> None:
    """The clock ran out."""
    _tell_group(
        db,
        message,
        "dossier.lapsed",
        _("Jullie voorstel is gestopt"),
        _("De groep van “%(title)s” was niet op tijd volledig.", **_title(db, message)),
    )


def withdrawn(db: Session, message: Message) -> None:
    """The lead stopped it."""
    _tell_group(
        db,
        message,
        "dossier.withdrawn",
        _("Jullie voorstel is ingetrokken"),
        _("“%(title)s” is ingetrokken door wie de groep leidt.", **_title(db, message)),
    )


def decided(db: Session, message: Message) -> None:
    """The whole group hears what was decided; the page says why and what they can do."""
    decision = db.get(DossierDecision, message.payload["decision_id"])
    if decision is None:
        return
    text = f"“{decision.dossier.title}”: {_(ACT_WORDS[decision.act]).lower()}."
    if is_final(decision):
        text += " " + _("Antwoorden kan niet meer. Op de pagina lees je wat jullie nog kunnen doen.")
    if decision.due_at is not None:
        text += " " + _("Reageren kan tot %(moment)s.", moment=until(decision.due_at))
    _tell(db, message, decision.dossier, "dossier.decided", _("De stad besliste over jullie voorstel"), text)


def replied(db: Session, message: Message) -> None:
    """Area workers hear that a group answers a refusal."""
    decision = db.get(DossierDecision, message.payload["decision_id"])
    if decision is not None:
        _desk(db, message, decision.dossier, "dossier.replied", _("Een groep antwoordt op een weigering"))


def sent_back(db: Session, message: Message) -> None:
    """Area workers hear that a group did what was asked."""
    _tell_desk(db, message, "dossier.sent-back", _("Een groep vulde haar dossier aan"))


def advice_asked(db: Session, message: Message) -> None:
    """Services and advisers of the areas hear that they are asked."""
    dossier = db.get(Dossier, message.payload["dossier_id"])
    if dossier is None:
        return
    words = Words(_("Jullie advies is gevraagd"), _("Over “%(title)s”, voor het burgerbudget.", title=dossier.title),
                  "/beheer/adviezen-burgerbudget", _("Bekijk de vraag"))  # fmt: skip
    tell_all(db, message, _staff(dossier, *ADVISERS), kind="dossier.advice-asked", words=words, now=now())


def advice_given(db: Session, message: Message) -> None:
    """Area workers hear that a service answered."""
    asked = db.get(AdviceRequest, message.payload["request_id"])
    if asked is not None:
        _desk(db, message, asked.dossier, "dossier.advice-given", _("Een dienst gaf advies"))


def moved(db: Session, message: Message) -> None:
    """The group hears that another area has it now."""
    _tell_group(
        db,
        message,
        "dossier.moved",
        _("Jullie voorstel is verplaatst"),
        _("“%(title)s” hoort nu bij een andere deelgemeente.", **_title(db, message)),
    )


def on_ballot(db: Session, message: Message) -> None:
    """The group hears that residents can choose it."""
    _tell_group(
        db,
        message,
        "dossier.on-ballot",
        _("Jullie voorstel staat op de lijst"),
        _("Over “%(title)s” wordt gestemd. Tekst en prijs liggen nu vast.", **_title(db, message)),
    )


def left_out(db: Session, message: Message) -> None:
    """The vote opened without this plan: its group hears that it ends here, and where to ask why."""
    text = _("De lijst van projecten ligt nu vast. “%(title)s” staat er niet op en doet niet verder mee in deze ronde. "
             "Wil je weten waarom? Bel gratis %(line)s.", **_title(db, message), line=city().help_line)  # fmt: skip
    _tell_group(db, message, "dossier.left-out", _("Jullie voorstel staat niet op de lijst"), text)


def merge_offered(db: Session, message: Message) -> None:
    """Both groups hear the question."""
    _both(
        db,
        message,
        "dossier.merge-offered",
        _("Gaan jullie samen met een andere groep?"),
        _("De stad vraagt of “%(giving)s” en “%(taking)s” één voorstel worden. Beide groepen moeten akkoord gaan."),
    )


def merge_answered(db: Session, message: Message) -> None:
    """Both groups hear what came of it."""
    offer = db.get(MergeOffer, message.payload["offer_id"])
    if offer is None:
        return
    if offer.declined_at is not None:
        said = _("“%(giving)s” en “%(taking)s” blijven twee voorstellen.")
    elif offer.is_open:
        said = _("Eén groep gaat akkoord om “%(giving)s” en “%(taking)s” samen te voegen. De andere beslist nog.")
    else:
        said = _("“%(giving)s” gaat verder in “%(taking)s”, met beide groepen.")
    _both(db, message, "dossier.merge-answered", _("Samen met een andere groep"), said)


def _title(db: Session, message: Message) -> dict[str, str]:
    dossier = db.get(Dossier, message.payload["dossier_id"])
    return {"title": dossier.title if dossier is not None else ""}


def not_awarded(db: Session, message: Message) -> None:
    """A group whose project gets no money hears it from the city, with where the reason stands."""
    _tell_group(
        db,
        message,
        "dossier.not-awarded",
        _("Jullie project kreeg geen geld"),
        _(
            "Het college besliste over het burgerbudget. “%(title)s” hoort niet bij de gekozen projecten. Waarom, "
            "lees je bij de uitslag. Dank je wel dat jullie meededen.",
            **_title(db, message),
        ),
    )


def _tell_group(
    db: Session, message: Message, kind: str, title: str, text: str, *, but: int = 0, path: str = ""
) -> None:
    dossier = db.get(Dossier, message.payload["dossier_id"])
    if dossier is not None:
        _tell(db, message, dossier, kind, title, text, but=but, path=path)


def _tell(
    db: Session, message: Message, dossier: Dossier, kind: str, title: str, text: str, *, but: int = 0, path: str = ""
) -> None:
    inside = select(DossierMember.account_id).where(
        DossierMember.dossier_id == dossier.id, DossierMember.left_at.is_(None),
        DossierMember.account_id.is_not(None), DossierMember.account_id != but,
    )  # fmt: skip
    words = Words(title, text, f"/burgerbudget/voorstellen/{dossier.id}{path}", _("Bekijk het voorstel"))
    tell_all(db, message, inside, kind=kind, words=words, now=now())


def _tell_desk(db: Session, message: Message, kind: str, title: str) -> None:
    dossier = db.get(Dossier, message.payload["dossier_id"])
    if dossier is not None:
        _desk(db, message, dossier, kind, title)


def _desk(db: Session, message: Message, dossier: Dossier, kind: str, title: str) -> None:
    words = Words(title, f"“{dossier.title}”", f"/beheer/burgerbudget/{dossier.id}", _("Bekijk het dossier"))
    tell_all(db, message, _staff(dossier, Role.AREA_WORKER), kind=kind, words=words, now=now())


def _both(db: Session, message: Message, kind: str, title: str, text: str) -> None:
    offer = db.get(MergeOffer, message.payload["offer_id"])
    if offer is not None:
        said = text % {"giving": offer.giving.title, "taking": offer.taking.title}
        for dossier in (offer.giving, offer.taking):
            _tell(db, message, dossier, f"{kind}-{'from' if dossier is offer.giving else 'into'}", title, said)


def _staff(dossier: Dossier, *roles: Role) -> Select[Any]:
    areas = [area.id for area in dossier.areas]
    here = RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(areas) if areas else RoleGrant.role.in_(roles)
    return select(RoleGrant.account_id).where(RoleGrant.role.in_(roles), RoleGrant.module.in_(["", MODULE_NAME]), here)


SUBSCRIBERS = {
    f"dossier.{name}": (function,)
    for name, function in {
        "joined": joined, "lead-changed": lead_changed,
        "whole": whole, "incomplete": incomplete, "lapsed": lapsed, "withdrawn": withdrawn,
        "decided": decided, "replied": replied, "sent-back": sent_back, "advice-asked": advice_asked,
        "advice-given": advice_given, "moved": moved, "on-ballot": on_ballot, "left-out": left_out,
        "not-awarded": not_awarded, "merge-offered": merge_offered,
        "merge-answered": merge_answered,
    }.items()
}  # fmt: skip
MAILS = {"dossier.invited": invited}
