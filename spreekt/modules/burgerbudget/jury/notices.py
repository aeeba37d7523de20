"""Who is told what about a jury: who is drawn or appointed by a mail of their own, all others by a notice."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from spreekt.identity.accounts import email_of
from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import last_day
from spreekt.kernel.dutch import day
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, JuryExpert, JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.queries import GAVE_UP, Standing
from spreekt.modules.burgerbudget.models import Round
from spreekt.notices.domain import Words, tell, tell_all
from spreekt.notices.mail import Mail
from spreekt.notices.written import public_url, written
from spreekt.web.context import city, now, vault


def asked(db: Session, message: Message) -> Mail | None:
    """The lot or the city chose somebody: what it means, by when to say yes or no. None when it is no longer asked."""
    seat = db.get(JurySeat, message.payload["seat_id"])
    if seat is None or seat.account is None or seat.state is not SeatState.ASKED or seat.answer_by is None:
        return None
    round = db.get_one(Round, seat.round_id)
    standing = jury_queries.standing(db, round)
    if seat.expert is not None:
        return _appointed(seat, seat.expert, standing, seat.answer_by)
    return written(
        "jury_asked",
        to=email_of(vault(), seat.account),
        name=seat.account.display_name,
        subject=_("Het lot koos jou voor de burgerjury") + f" – {city().brand}",
        key=f"jury asked {seat.id} {seat.answer_by.isoformat()}",
        round_title=round.title,
        number=seat.number,
        call=standing.call,
        begins=day(standing.span.opens_at) if standing.span else "",
        until=day(last_day(seat.answer_by)),
        action=_("Zeg ja of nee"),
        url=public_url(f"/burgerbudget/{round.slug}/jury/plaats"),
    )


def _appointed(seat: JurySeat, expert: JuryExpert, standing: Standing, until: datetime) -> Mail | None:
    """The mail of an expert: who appointed them, what is public, and how to get in without a password."""
    if seat.account is None:
        return None
    round = standing.round
    return written(
        "jury_appointed",
        to=email_of(vault(), seat.account),
        name=expert.name,
        subject=_("De stad vraagt jou als expert in een jury") + f" – {city().brand}",
        key=f"jury asked {seat.id} {until.isoformat()}",
        round_title=round.title,
        decided=day(expert.decided_on),
        decision_uri=expert.decision_uri,
        call=standing.call,
        begins=day(standing.span.opens_at) if standing.span else "",
        until=day(last_day(until)),
        action=_("Zeg ja of nee"),
        url=public_url(f"/burgerbudget/{round.slug}/jury/plaats"),
    )


def signed_up(db: Session, message: Message) -> None:
    """A candidate hears that it worked, and how to stop."""
    candidate = db.get(JuryCandidate, message.payload["candidate_id"])
    if candidate is None:
        return
    round = db.get_one(Round, candidate.round_id)
    words = Words(
        _("Je bent kandidaat voor de burgerjury"),
        _("Je nummer is %(number)s. Het lot beslist wie in de jury van %(round)s zit. Je kan nog stoppen.",
          number=candidate.number, round=round.title),
        f"/burgerbudget/{round.slug}/jury/kandidaat", _("Bekijk je kandidatuur"),
    )  # fmt: skip
    tell(db, message, account_id=candidate.account_id, kind="jury.signed-up", words=words, now=now())


def drawn(db: Session, message: Message) -> None:
    """Reserves hear that they may still be asked, all others that the lot passed them by."""
    round = db.get_one(Round, message.payload["round_id"])
    url = f"/burgerbudget/{round.slug}/jury/loting"
    of_round = JurySeat.round_id == round.id
    reserves = select(JurySeat.account_id).where(of_round, JurySeat.is_reserve, JurySeat.account_id.is_not(None))
    words = Words(_("Je bent reserve voor de burgerjury"),
                  _("Valt iemand van %(round)s weg, dan vragen we jou misschien nog.", round=round.title),
                  url, _("Bekijk de loting"))  # fmt: skip
    tell_all(db, message, reserves, kind="jury.reserve", words=words, now=now())
    seated = select(JurySeat.account_id).where(of_round, JurySeat.account_id.is_not(None))
    others = select(JuryCandidate.account_id).where(
        JuryCandidate.round_id == round.id, JuryCandidate.account_id.not_in(seated)
    )
    words = Words(_("Het lot koos deze keer iemand anders"),
                  _("Bedankt dat je in de jury van %(round)s wou. We wissen je kandidatuur na 30 dagen.",
                    round=round.title), url, _("Bekijk de loting"))  # fmt: skip
    tell_all(db, message, others, kind="jury.not-drawn", words=words, now=now())


def dropped(db: Session, message: Message) -> None:
    """Somebody no longer fits the call."""
    round = db.get_one(Round, message.payload["round_id"])
    words = Words(_("Je bent geen kandidaat meer voor de burgerjury"),
                  _("Volgens het register voldoe je niet meer aan de voorwaarden. Klopt dat niet? Bel %(line)s.",
                    line=city().help_line), f"/burgerbudget/{round.slug}/jury", _("Bekijk de voorwaarden"))  # fmt: skip
    tell(db, message, account_id=int(message.payload["account_id"]), kind="jury.dropped", words=words, now=now())


def answered(db: Session, message: Message) -> None:
    """Who runs rounds hears that a seat is empty."""
    seat = db.get(JurySeat, message.payload["seat_id"])
    if seat is None or seat.state not in GAVE_UP:
        return
    round = db.get_one(Round, seat.round_id)
    words = Words(_("Een plaats in de jury is vrij"), round.title, f"/beheer/rondes/{round.slug}/jury",
                  _("Bekijk de jury"))  # fmt: skip
    tell_all(db, message, _administrators(), kind="jury.empty-seat", words=words, now=now())


def published(db: Session, message: Message) -> None:
    """Groups hear that the jury decided, jurors that they are done."""
    round = db.get_one(Round, message.payload["round_id"])
    url = f"/burgerbudget/{round.slug}/jury/verslag"
    groups = (
        select(DossierMember.account_id)
        .join(Dossier, Dossier.id == DossierMember.dossier_id)
        .where(Dossier.round_id == round.id, Dossier.project_id.is_not(None))
        .where(DossierMember.left_at.is_(None), DossierMember.account_id.is_not(None))
    )
    report = jury_queries.published_report(db, round.id)
    words = Words(_("De jury heeft beslist"),
                  _("Je leest bij elk project van %(round)s wat de jury vindt en waarom.", round=round.title),
                  url, _("Lees het verslag"))  # fmt: skip
    if report is not None and not report.jurors:
        words = Words(_("Er kwam geen jury"),
                      _("Je leest waarom niemand in de jury van %(round)s zat.", round=round.title),
                      url, _("Lees het verslag"))  # fmt: skip
    tell_all(db, message, groups, kind="jury.decided", words=words, now=now())
    jurors = select(JurySeat.account_id).where(
        JurySeat.round_id == round.id, JurySeat.state == SeatState.DONE, JurySeat.account_id.is_not(None)
    )
    words = Words(_("Bedankt, de jury is klaar"),
                  _("Het verslag van %(round)s staat online. Je rol als jurylid is gestopt.", round=round.title),
                  url, _("Lees het verslag"))  # fmt: skip
    tell_all(db, message, jurors, kind="jury.done", words=words, now=now())


def _administrators() -> Select[Any]:
    return select(RoleGrant.account_id).where(RoleGrant.role == Role.ADMIN, RoleGrant.module.in_(["", MODULE_NAME]))


SUBSCRIBERS = {
    "jury.signed-up": (signed_up,), "jury.drawn": (drawn,), "jury.dropped": (dropped,), "jury.answered": (answered,),
    "jury.published": (published,),
}  # fmt: skip
MAILS = {"jury.asked": asked}
