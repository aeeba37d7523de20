"""The addresses of a street say whether they agree: one voice each, by code or on paper. Totals only leave here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from spreekt.identity.letter_codes import code_for, hash_of, in_groups, read_code
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import NOBODY, SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.text import clean_text
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import move
from spreekt.modules.gezellige_wijk import queries
from spreekt.modules.gezellige_wijk.case_models import Channel, Survey, SurveyVoice, Voice
from spreekt.modules.gezellige_wijk.document_models import StreetDocument
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations
from spreekt.modules.gezellige_wijk.rules.consent import Outcome, Tally, outcome
from spreekt.modules.gezellige_wijk.rules.regulation import Consent
from spreekt.modules.gezellige_wijk.workflow import CASE, handles
from spreekt.territory.models import Address

REASON_PURPOSE = "consent reason"


class NoSurvey(Invalid):
    says = N_("In de regels van deze soort aanvraag staat geen bevraging.")


class NoAddresses(Invalid):
    says = N_("Voor dit stuk straat staan er geen adressen in het bestand. Laad eerst de adressen van de straat.")


class NotACode(Invalid):
    says = N_("We kennen deze code niet. Kijk ze na op je kaart: vier groepjes van vier tekens.")


class SurveyClosed(DomainError):
    """It is over."""

    says = N_("De bevraging is gesloten op {0}. Antwoorden kan niet meer.")


class StillOpen(DomainError):
    """Nobody counts before the last day is over."""

    says = N_("De bevraging loopt nog tot en met {0}. Daarna kan je ze sluiten.")


class ScansWait(DomainError):
    """Nobody counts while an answer may still lie on a scan."""

    says = N_("Er wachten nog {0} scans van antwoorden op nazicht. Kijk die eerst na.")


class AlreadyOnPaper(DomainError):
    """A voice that was given by code is not written over by a paper."""

    says = N_("Dit adres antwoordde al met zijn code. Dat antwoord blijft.")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a survey stands, in totals. `result` is what the rule makes of it so far, or at the end."""

    survey: Survey
    tally: Tally
    result: Outcome


def survey_of(db: Session, request_id: int) -> Survey | None:
    """The last survey of a request."""
    return db.scalars(
        select(Survey).where(Survey.request_id == request_id).order_by(Survey.round.desc()).limit(1)
    ).one_or_none()


def tally_of(db: Session, survey: Survey) -> Tally:
    """Totals, in one statement."""
    yes = func.count().filter(SurveyVoice.voice == Voice.YES)
    no = func.count().filter(SurveyVoice.voice == Voice.NO)
    row = db.execute(select(func.count(), yes, no).where(SurveyVoice.survey_id == survey.id)).one()
    return Tally(int(row[0]), int(row[1]), int(row[2]))


def standing(db: Session, request: StreetRequest, regulations: Regulations) -> Standing | None:
    """Totals of the last survey; None when there was none."""
    survey, rule = survey_of(db, request.id), regulations.rule(request.rule_code).consent
    if survey is None or rule is None:
        return None
    tally = tally_of(db, survey)
    return Standing(survey, tally, outcome(rule, tally))


def start(
    db: Session, vault: Vault, request: StreetRequest, *, regulations: Regulations, by: Actor, now: datetime
) -> Survey:
    """Open a survey for every address of the segments, as the address file has them now. Moves the request."""
    rule = regulations.rule(request.rule_code).consent
    if rule is None:
        raise NoSurvey
    addresses = queries.addresses_of(db, request.segments)
    if not addresses:
        raise NoAddresses
    CASE.check(request, "survey", by=by)
    today = now.astimezone(BRUSSELS).date()
    last = survey_of(db, request.id)
    survey = Survey(request_id=request.id, request=request, round=(last.round if last else 0) + 1, opened_on=today,
                    closes_on=today + timedelta(days=rule.days))  # fmt: skip
    db.add(survey)
    db.flush()
    db.add_all(
        SurveyVoice(survey_id=survey.id, address_id=address.id,
                    code_hash=hash_of(vault, code_of(vault, survey, address)))
        for address in addresses
    )  # fmt: skip
    move(db, CASE, request, "survey", by=by)
    outbox.record(db, "street-request.moved", request_id=request.id, act="survey")
    db.flush()
    return survey


def code_of(vault: Vault, survey: Survey, address: Address) -> str:
    """The code on the card of one address: the same each time it is printed, kept nowhere."""
    return code_for(vault, f"consent survey {survey.id} address {address.id}")


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the card of one address."""

    address: str
    code: str


def cards(db: Session, vault: Vault, survey: Survey, *, by: Actor) -> list[Card]:
    """A card for every address, for the area worker to print; never for the organiser, who could vote with them."""
    if not handles(by, survey.request):
        raise Forbidden
    audit.record(db, by=by, act="consent-survey.printed", subject=f"consent-survey:{survey.id}")
    rows = voices(db, survey)
    return [Card(label(row.address), in_groups(code_of(vault, survey, row.address))) for row in rows]


def voices(db: Session, survey: Survey) -> list[SurveyVoice]:
    """The addresses of a survey in the order of the street, for staff."""
    rows = db.scalars(
        select(SurveyVoice)
        .where(SurveyVoice.survey_id == survey.id)
        .options(joinedload(SurveyVoice.address).joinedload(Address.street))
    ).all()
    return sorted(
        rows,
        key=lambda row: (row.address.street.name, queries.number_of(row.address.house_number), row.address.house_number,
                         row.address.box),
    )  # fmt: skip


def label(address: Address) -> str:
    """An address as it stands on the door."""
    box = f" bus {address.box}" if address.box else ""
    return f"{address.street.name} {address.house_number}{box}"


def by_code(db: Session, vault: Vault, text: str) -> SurveyVoice:
    """The address that a code on a card belongs to. Raises NotACode."""
    code = read_code(text)
    row = (
        db.scalars(
            select(SurveyVoice)
            .where(SurveyVoice.code_hash == hash_of(vault, code))
            .options(joinedload(SurveyVoice.survey).joinedload(Survey.request),
                     joinedload(SurveyVoice.address).joinedload(Address.street))
        ).one_or_none()
        if code is not None
        else None
    )  # fmt: skip
    if row is None:
        raise NotACode
    return row


def say(
    db: Session, vault: Vault, row: SurveyVoice, voice: Voice, *, channel: Channel, reason: str, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """One address says yes or no; again, and the last one counts, until it closes. Paper never writes over a code."""
    survey = row.survey
    if channel is Channel.CODE:
        refuse_when_closed(survey, now)
    else:
        if not handles(by, survey.request):
            raise Forbidden
        # A scan that came in time is typed in after the last day too.
        if not unchecked_scans(db, survey) or survey.closed_at is not None:
            refuse_when_closed(survey, now)
        if row.channel is Channel.CODE:
            raise AlreadyOnPaper
        audit.record(db, by=by, act="consent-survey.paper", subject=f"consent-survey:{survey.id}")
    words = clean_text(reason, most=500).strip() if voice is Voice.NO else ""
    row.voice, row.channel = voice, channel
    row.sealed_reason = vault.seal(REASON_PURPOSE, words, padded_to=512) if words else ""
    db.flush()


def unchecked_scans(db: Session, survey: Survey) -> int:
    """How many scans of answers nobody checked yet; none of a request that moved on."""
    if survey.request.state is not RequestState.SURVEY:
        return 0
    return db.scalar(
        select(func.count(StreetDocument.id)).where(
            StreetDocument.survey_id == survey.id, StreetDocument.checked_at.is_(None)
        )
    ) or 0  # fmt: skip


def refuse_when_closed(survey: Survey, now: datetime) -> None:
    """Raises SurveyClosed after the last day, or once it was counted or the request moved on."""
    over = now.astimezone(BRUSSELS).date() > survey.closes_on
    if over or survey.closed_at is not None or survey.request.state is not RequestState.SURVEY:
        raise SurveyClosed(survey.closes_on.strftime("%d/%m/%Y"))


def close(db: Session, survey: Survey, *, rule: Consent, now: datetime) -> Outcome:
    """Count once the last day is over, or every address has answered, and keep the totals."""
    tally = tally_of(db, survey)
    if survey.closed_at is not None:
        raise SurveyClosed(survey.closes_on.strftime("%d/%m/%Y"))
    if now.astimezone(BRUSSELS).date() <= survey.closes_on and tally.silent:
        raise StillOpen(survey.closes_on.strftime("%d/%m/%Y"))
    if scans := unchecked_scans(db, survey):
        raise ScansWait(scans)
    result = outcome(rule, tally)
    survey.agreeing, survey.counted, survey.needed = result.agreeing, result.counted, result.needed
    survey.reached, survey.closed_at = result.reached, now
    audit.record(db, by=SYSTEM, act="consent-survey.closed", subject=f"consent-survey:{survey.id}")
    outbox.record(db, "consent-survey.closed", survey_id=survey.id)
    db.flush()
    return result


def pass_dates(db: Session, regulations: Regulations, now: datetime) -> None:
    """Count what closed by itself, once every scan was checked. Running it again does nothing."""
    today: date = now.astimezone(BRUSSELS).date()
    due = db.scalars(
        select(Survey).where(Survey.closed_at.is_(None), Survey.closes_on < today).options(joinedload(Survey.request))
    ).all()
    for survey in due:
        rule = regulations.rule(survey.request.rule_code).consent
        if rule is not None and not unchecked_scans(db, survey):
            close(db, survey, rule=rule, now=now)


def reasons(db: Session, vault: Vault, survey: Survey, *, by: Actor) -> Sequence[str]:
    """Why some did not agree, in no order, without their address: for the area worker only."""
    if not handles(by, survey.request) or by == NOBODY:
        raise Forbidden
    sealed = db.scalars(
        select(SurveyVoice.sealed_reason)
        .where(SurveyVoice.survey_id == survey.id, SurveyVoice.sealed_reason != "")
        .order_by(SurveyVoice.code_hash)
    )
    return [vault.open(REASON_PURPOSE, text) for text in sealed]
