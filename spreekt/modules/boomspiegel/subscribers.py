"""What follows when something happened to an adoption or a report: who is told, in which words."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.dutch import day
from spreekt.kernel.outbox import Message
from spreekt.modules.boomspiegel import queries
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState, CoAdopter
from spreekt.modules.boomspiegel.care_models import DroughtCall, PitReport
from spreekt.modules.boomspiegel.links import Purpose, path_of
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.notices.domain import Words, tell, tell_all
from spreekt.web.context import now

S = AdoptionState


def _page(adoption: Adoption) -> str:
    return f"/mijn/boomspiegels/{adoption.id}"


def _staff(place: Adoptable, *roles: Role) -> Select[Any]:
    """Who has one of these roles where this place lies."""
    return select(RoleGrant.account_id).where(
        RoleGrant.role.in_(roles),
        RoleGrant.module.in_(["", place.kind]),
        RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(place.area_ids),
    )


def _tell(db: Session, message: Message, adoption: Adoption, kind: str, title: str, text: str, action: str,
          *, url: str = "") -> None:  # fmt: skip
    words = Words(title, text, url or _page(adoption), action)
    tell(db, message, account_id=adoption.account_id, kind=f"adoption.{kind}", words=words, now=now())


def _of(db: Session, message: Message) -> Adoption | None:
    return queries.adoption_of(db, int(message.payload["adoption_id"]))


def requested(db: Session, message: Message) -> None:
    """The green service hears that somebody asks."""
    adoption = _of(db, message)
    if adoption is None or adoption.state != S.REQUESTED:
        return
    place = adoption.adoptable
    words = Words(
        _("Iemand wil een boomspiegel adopteren"),
        _("%(place)s (%(code)s) wacht op je advies.", place=place.place, code=place.code),
        f"/beheer/boomspiegels/aanvragen/{adoption.id}",
        _("Bekijk de aanvraag"),
    )
    tell_all(db, message, _staff(place, Role.SERVICE), kind="adoption.to-advise", words=words, now=now())


def changes_asked(db: Session, message: Message) -> None:
    adoption = _of(db, message)
    if adoption is None or adoption.mend_by is None:
        return
    _tell(db, message, adoption, "changes-asked", _("Pas je plantplan aan"),
          _("Net en Groen vraagt een ander plan voor %(place)s: %(words)s\nDoe dit tegen %(day)s.",
            place=adoption.adoptable.place, words=adoption.advice_words, day=day(adoption.mend_by)),
          _("Pas mijn plan aan"), url=f"/boomspiegels/{adoption.adoptable.code}/adopteren/planten")  # fmt: skip


def offered(db: Session, message: Message) -> None:
    adoption = _of(db, message)
    if adoption is None or adoption.offer_until is None:
        return
    _tell(db, message, adoption, "offered", _("De boomspiegel waar je op wacht, is vrij"),
          _("Wil je %(place)s nog? Laat het weten ten laatste %(day)s. Daarna is de volgende aan de beurt.",
            place=adoption.adoptable.place, day=day(adoption.offer_until)), _("Laat het weten"))  # fmt: skip


def approved(db: Session, message: Message) -> None:
    """The adopter may begin; the crew has a box to hang."""
    adoption = _of(db, message)
    if adoption is None or adoption.started_on is None:
        return
    place = adoption.adoptable
    _tell(db, message, adoption, "approved", _("Proficiat, je mag zorgen voor de boomspiegel"),
          _("Het college keurde je aanvraag voor %(place)s goed. Je overeenkomst staat klaar.", place=place.place),
          _("Bekijk je overeenkomst"))  # fmt: skip
    if place.has_nest_box and adoption.nest_box_done_on is None:
        words = Words(
            _("Hang een vogelkastje op"),
            _("%(place)s (%(code)s) is geadopteerd.", place=place.place, code=place.code),
            f"/beheer/boomspiegels/aanvragen/{adoption.id}",
            _("Bekijk de plek"),
        )
        tell_all(db, message, _staff(place, Role.SERVICE), kind="adoption.nest-box", words=words, now=now())


def ended(db: Session, message: Message) -> None:
    """The one it concerns hears it, unless they did it themselves; fellow carers hear it always."""
    adoption = _of(db, message)
    if adoption is None:
        return
    place = adoption.adoptable
    if adoption.leaves_box:
        words = Words(
            _("Haal een vogelkastje weg"),
            _("De adoptie van %(place)s (%(code)s) is afgelopen.", place=place.place, code=place.code),
            f"/beheer/boomspiegels/aanvragen/{adoption.id}",
            _("Bekijk de plek"),
        )
        tell_all(db, message, _staff(place, Role.SERVICE), kind="adoption.nest-box-gone", words=words, now=now())
    said = {
        S.REFUSED: _("De stad zegt nee tegen je aanvraag voor %(place)s.", place=place.place),
        S.LAPSED: _("Je adoptie van %(place)s stopt: de plek was niet in orde.", place=place.place),
        S.ENDED_BY_CITY: _("De stad beëindigt je adoptie van %(place)s.", place=place.place),
        S.ENDED_BY_WORKS: _("%(place)s kan niet meer geadopteerd worden.", place=place.place),
        S.EXPIRED: _("Je liet niet weten of je %(place)s nog wou. De plek gaat naar de volgende.", place=place.place),
        S.ENDED_BY_ADOPTER: _("Je adoptie van %(place)s is gestopt. Bedankt voor je zorg.", place=place.place),
    }.get(adoption.state)
    if said is None:
        return
    why = "\n" + _("Dit is de reden: %(words)s", words=adoption.end_words) if adoption.end_words else ""
    _tell(db, message, adoption, "ended", _("Nieuws over je boomspiegel"), f"{said}{why}", _("Lees meer"))
    carers = select(CoAdopter.account_id).where(CoAdopter.adoption_id == adoption.id)
    words = Words(_("Nieuws over je boomspiegel"),
                  _("De adoptie van %(place)s, waar je mee voor zorgde, is gestopt.", place=place.place),
                  f"/boomspiegels/{place.code}", _("Bekijk de plek"))  # fmt: skip
    tell_all(db, message, carers, kind="adoption.ended", words=words, now=now())


def still_caring(db: Session, message: Message) -> None:
    """The yearly question, with an answer in one tap."""
    adoption = _of(db, message)
    if adoption is None or not adoption.is_caring:
        return
    _tell(db, message, adoption, "still-caring", _("Zorg je nog voor de boomspiegel?"),
          _("Je zorgt voor %(place)s sinds %(day)s. Doe je dat nog? Eén klik is genoeg.",
            place=adoption.adoptable.place, day=day(adoption.started_on or now())),
          _("Ja, ik zorg nog"), url=path_of(Purpose.STILL_CARING, adoption))  # fmt: skip


def warned(db: Session, message: Message) -> None:
    adoption = _of(db, message)
    if adoption is None or adoption.warning_until is None:
        return
    _tell(db, message, adoption, "warned", _("Je boomspiegel vraagt zorg"),
          _("We gingen kijken bij %(place)s: %(words)s\nBreng de plek in orde tegen %(day)s.",
            place=adoption.adoptable.place, words=adoption.end_words, day=day(adoption.warning_until)),
          _("Bekijk je adoptie"))  # fmt: skip


def kept(db: Session, message: Message) -> None:
    adoption = _of(db, message)
    if adoption is None:
        return
    _tell(db, message, adoption, "kept", _("Je boomspiegel ligt er goed bij"),
          _("We gingen kijken bij %(place)s. Dank je wel voor je zorg.", place=adoption.adoptable.place),
          _("Bekijk je adoptie"))  # fmt: skip


def handed_over(db: Session, message: Message) -> None:
    """Who gave it on and staff hear that somebody else cares now."""
    adoption, old = _of(db, message), queries.adoption_of(db, int(message.payload["old_id"]))
    if adoption is None or old is None:
        return
    place = adoption.adoptable
    _tell(db, message, old, "handed-over", _("Je boomspiegel is doorgegeven"),
          _("Iemand anders zorgt nu voor %(place)s. Dank je wel voor alles.", place=place.place),
          _("Bekijk je adoptie"))  # fmt: skip
    words = Words(_("Een boomspiegel is doorgegeven"),
                  _("%(place)s (%(code)s) heeft een nieuwe adoptant.", place=place.place, code=place.code),
                  f"/beheer/boomspiegels/aanvragen/{adoption.id}", _("Bekijk de adoptie"))  # fmt: skip
    tell_all(db, message, _staff(place, Role.SERVICE), kind="adoption.new-holder", words=words, now=now())


def reported(db: Session, message: Message) -> None:
    """Staff of that area hear it, and nobody else."""
    said = db.get(PitReport, message.payload["report_id"])
    if said is None:
        return
    words = Words(
        _("Melding over een boomspiegel"),
        _("Er is een melding over %(place)s (%(code)s).", place=said.adoptable.place, code=said.adoptable.code),
        f"/beheer/boomspiegels/meldingen/{said.id}",
        _("Bekijk de melding"),
    )
    staff = _staff(said.adoptable, Role.SERVICE, Role.AREA_WORKER)
    tell_all(db, message, staff, kind="pit.reported", words=words, now=now())


def report_handled(db: Session, message: Message) -> None:
    said = db.get(PitReport, message.payload["report_id"])
    if said is None:
        return
    words = Words(_("Antwoord op je melding"), said.answer, f"/boomspiegels/{said.adoptable.code}",
                  _("Bekijk de plek"))  # fmt: skip
    tell(db, message, account_id=said.account_id, kind="pit.report-handled", words=words, now=now())


def drought(db: Session, message: Message) -> None:
    """Everybody who cares for a place there, once, however many places."""
    call = db.get(DroughtCall, message.payload["call_id"])
    if call is None:
        return
    words = Words(_("Geef je boomspiegel water"), call.words, "/mijn", _("Bekijk mijn plekken"))
    who = select(queries.carers_in(call.area_id).c.account_id)
    tell_all(db, message, who, kind="adoption.drought", words=words, now=now())
