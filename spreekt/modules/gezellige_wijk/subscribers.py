"""Who is told when something happens to a request: the applicant, and the area workers of its areas."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.dutch import day, euro
from spreekt.kernel.outbox import Message
from spreekt.modules.gezellige_wijk import committee_queries, queries
from spreekt.modules.gezellige_wijk.case_models import Advice, Survey
from spreekt.modules.gezellige_wijk.grant_models import Grant
from spreekt.modules.gezellige_wijk.loan_models import Loan
from spreekt.modules.gezellige_wijk.models import RequestState, Steward, StreetRequest
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME, STATE_WORDS
from spreekt.notices.domain import Words, tell, tell_all
from spreekt.web.context import now


def page_of(request: StreetRequest) -> str:
    return f"/gezellige-wijk/aanvragen/{request.id}"


def workers_of(request: StreetRequest) -> Select[Any]:
    """Area workers of the areas of a request, and those of the whole city."""
    return select(RoleGrant.account_id).where(
        RoleGrant.role == Role.AREA_WORKER,
        RoleGrant.module.in_(["", MODULE_NAME]),
        RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(request.area_ids),
    )


def _tell_applicant(db: Session, message: Message, request: StreetRequest, title: str, text: str, kind: str) -> None:
    words = Words(title, text, page_of(request), _("Bekijk je aanvraag"))
    tell(db, message, account_id=request.account_id, kind=kind, words=words, now=now())


def _tell_workers(db: Session, message: Message, request: StreetRequest, title: str, text: str, kind: str) -> None:
    words = Words(title, text, page_of(request), _("Bekijk de aanvraag"))
    tell_all(db, message, workers_of(request), kind=kind, words=words, now=now())


def submitted(db: Session, message: Message) -> None:
    """The applicant knows it arrived; the area worker has work, and hears when it is late."""
    request = queries.case(db, int(message.payload["request_id"]))
    if request is None:
        return
    _tell_applicant(
        db, message, request, _("We hebben je aanvraag"),
        _("“%(title)s” is bij je gebiedswerker. Je hoort van ons wat de volgende stap is.", title=request.title),
        "street-request.received",
    )  # fmt: skip
    late = request.is_late
    title = _("Een aanvraag kwam te laat") if late else _("Een nieuwe aanvraag in je gebied")
    first = day(request.first_on) if request.first_on else ""
    text = _("“%(title)s”.", title=request.title)
    if first:
        text = _("“%(title)s”, op %(day)s.", title=request.title, day=first)
    if late:
        text = f"{text} {_('De termijn is voorbij. Bekijk wat nog lukt en bel de aanvrager.')}"
    _tell_workers(db, message, request, title, text, "street-request.new")


def moved(db: Session, message: Message) -> None:
    """Every step that is not the applicant's own."""
    request = queries.case(db, int(message.payload["request_id"]))
    act = str(message.payload["act"])
    if request is None or act == "withdraw":
        return
    if act == "cancel":
        title = _("Stopgezet: %(title)s", title=request.title)
        _tell_workers(db, message, request, title, _("Het materiaal en de dag zijn weer vrij."), "street-request.off")
    state = _(STATE_WORDS[request.state])
    text = request.hold_reason or _("Bekijk op de pagina wat er nu gebeurt.")
    if request.state is RequestState.HELD:
        text = _("Hoe was het? Stuur ons een kort verslag.")
    _tell_applicant(db, message, request, f"{request.title}: {str(state).lower()}", text, "street-request.moved")


def decided(db: Session, message: Message) -> None:
    """What the college decided."""
    request = queries.case(db, int(message.payload["request_id"]))
    if request is not None:
        state = str(_(STATE_WORDS[request.state])).lower()
        text = _("Lees de beslissing op de pagina. Je vindt er ook de brief.")
        _tell_applicant(db, message, request, f"{request.title}: {state}", text, "street-request.decided")


def advice_answered(db: Session, message: Message) -> None:
    """The area worker hears that an adviser spoke, or stayed silent."""
    found = db.get(Advice, message.payload["advice_id"])
    if found is not None:
        request = queries.case(db, found.request_id) or found.request
        title = _("Advies van %(name)s", name=found.name)
        _tell_workers(db, message, request, title, _("Over “%(title)s”.", title=request.title), "street-advice.in")


def steward_answered(db: Session, message: Message) -> None:
    """The applicant hears whether a peter or meter does it."""
    steward = db.get(Steward, message.payload["steward_id"])
    if steward is None:
        return
    says_yes = steward.confirmed_at is not None
    title = _("%(name)s is peter of meter", name=steward.name)
    if not says_yes:
        title = _("%(name)s is geen peter of meter", name=steward.name)
    text = _("Alles in orde.") if says_yes else _("Zoek iemand anders.")
    _tell_applicant(db, message, steward.request, title, text, "street-steward.said")


def survey_closed(db: Session, message: Message) -> None:
    """The applicant and the area worker hear the totals."""
    survey = db.get(Survey, message.payload["survey_id"])
    if survey is None or survey.closed_at is None:
        return
    request = queries.case(db, survey.request_id) or survey.request
    text = _("%(yes)s van de %(total)s adressen gaan akkoord. Er waren er %(needed)s nodig.", yes=survey.agreeing,
             total=survey.counted, needed=survey.needed)  # fmt: skip
    title = _("De buren hebben geantwoord")
    _tell_applicant(db, message, request, title, text, "consent-survey.closed")
    _tell_workers(db, message, request, title, text, "consent-survey.counted")


def grant_moved(db: Session, message: Message) -> None:
    """Money was promised or paid, or the account is due. No bank account stands in any message."""
    grant = db.get(Grant, message.payload["grant_id"])
    if grant is None:
        return
    request = grant.request
    if message.topic == "street-grant.promised":
        title, text = _("Je krijgt een toelage"), _("De stad zegt %(sum)s toe.", sum=euro(grant.promised_cents))
        if grant.settle_by is not None:
            text = f"{text} {_('Stuur je afrekening ten laatste op %(day)s.', day=day(grant.settle_by))}"
    elif message.topic == "street-grant.paid":
        cents = int(message.payload["cents"])
        title, text = _("We betaalden je toelage"), _("We stortten %(sum)s.", sum=euro(cents))
    elif grant.settle_by is not None:
        title = _("Vergeet je afrekening niet")
        text = _("Stuur ze ten laatste op %(day)s. Zonder afrekening betalen we niet.", day=day(grant.settle_by))
        if grant.settle_by < now().date():
            title = _("Je afrekening is te laat")
            text = _("Ze moest er zijn op %(day)s. Stuur ze nu, of bel je gebiedswerker.", day=day(grant.settle_by))
    else:
        return
    _tell_applicant(db, message, request, title, text, message.topic)


def damaged(db: Session, message: Message) -> None:
    """Something came back broken or not at all."""
    loan = db.get(Loan, message.payload["loan_id"])
    if loan is not None:
        request = queries.case(db, loan.request_id) or loan.request
        title = _("Schade aan geleend materiaal")
        text = f"{loan.item.name}: {loan.damage}"
        _tell_applicant(db, message, request, title, text, "street-loan.damaged")
        _tell_workers(db, message, request, title, text, "street-loan.damage")


def committee_confirmed(db: Session, message: Message) -> None:
    """Two contacts said yes: the area workers may recognise it. One founded by decision was recognised already."""
    found = committee_queries.committee(db, int(message.payload["committee_id"]))
    if found is None or found.is_public:
        return
    workers = select(RoleGrant.account_id).where(
        RoleGrant.role == Role.AREA_WORKER,
        RoleGrant.module.in_(["", MODULE_NAME]),
        RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(found.area_ids),
    )
    words = Words(_("Een comité wacht op erkenning"), found.name, f"/gezellige-wijk/comites/{found.id}",
                  _("Bekijk het comité"))  # fmt: skip
    tell_all(db, message, workers, kind="committee.confirmed", words=words, now=now())


def committee_recognised(db: Session, message: Message) -> None:
    """Contacts with an account hear that the city recognised them."""
    found = committee_queries.committee(db, int(message.payload["committee_id"]))
    if found is None:
        return
    words = Words(_("Je comité is erkend"), _("“%(name)s” staat nu in de lijst.", name=found.name),
                  f"/gezellige-wijk/comites/{found.id}", _("Bekijk de pagina"))  # fmt: skip
    for contact in found.speakers:
        tell(db, message, account_id=contact.account_id, kind="committee.recognised", words=words, now=now())
