"""Writing a request: each answer is saved by itself, and handing in holds the whole against the rules of that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from spreekt.identity.accounts import email_key, normal_email
from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere, StaleVersion
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import move
from spreekt.modules.gezellige_wijk.links import new_nonce
from spreekt.modules.gezellige_wijk.models import (
    FOUNDING,
    RequestDay,
    RequestState,
    Segment,
    Side,
    Steward,
    StreetRequest,
)
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, RequestType
from spreekt.modules.gezellige_wijk.rules.checks import Answer, Check, EventDay, Plan, Verdict, assess
from spreekt.modules.gezellige_wijk.workflow import CASE, writes
from spreekt.territory.models import Area, Street

MOST_DAYS = 200
MOST_STEWARDS = 12
LONGEST_TEXT = 3000
EMAIL_PURPOSE = "street steward"
STREET_QUESTIONS = ("speed", "residential", "through", "bus")
MAY_WRITE = frozenset({RequestState.DRAFT, RequestState.INCOMPLETE})


class CannotChange(DomainError):
    """It was handed in; the city is at work with it."""

    says = N_("Deze aanvraag is verstuurd. Je kan ze nu niet veranderen. Bel je gebiedswerker als iets anders moet.")


class NotWhole(DomainError):
    """Something is missing. The argument says what."""

    status = 422
    says = N_("Je aanvraag is nog niet volledig. {0}")


class AlreadyNamed(Invalid):
    """The same person twice."""

    says = N_("Deze peter of meter staat er al bij. Vul iemand anders in.")


class EnoughStewards(Invalid):
    says = N_("Er staan al {0} peters en meters. Dat is genoeg.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a street, as it was filled in."""

    street: Street
    from_number: int | None = None
    to_number: int | None = None
    side: Side = Side.BOTH


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Days from a first to a last: every day, or only some weekdays (0 is Monday)."""

    first: date
    last: date
    weekdays: frozenset[int] = frozenset()

    def days(self) -> list[date]:
        """Every day of it. Raises Invalid when there is none or when there are too many."""
        span = (self.last - self.first).days
        if span < 0:
            raise Invalid(N_("De laatste dag komt voor de eerste. Draai ze om."))
        if span > 400:
            raise Invalid(N_("Vraag hoogstens één jaar in één keer aan."))
        every = [self.first + timedelta(days=number) for number in range(span + 1)]
        found = [day for day in every if not self.weekdays or day.weekday() in self.weekdays]
        if not found:
            raise Invalid(N_("Tussen deze dagen valt geen van de weekdagen die je koos."))
        if len(found) > MOST_DAYS:
            raise Invalid(N_("Dat zijn te veel dagen. Kies enkele vaste dagen per week."))
        return found


def begin(
    db: Session, kind: RequestType, *, regulations: Regulations, by: Actor, now: datetime, helped_at: str = "",
    sealed_contact: str = "",
) -> StreetRequest:  # fmt: skip
    """Start a request: of the actor themselves, or with `helped_at` for somebody whom staff help there."""
    for_somebody = bool(helped_at)
    request = StreetRequest(
        type_code=kind.code,
        rule_code=regulations.in_force(kind.code, _today(now)).code,
        title=kind.name,
        account_id=None if for_somebody else by.id,
        prepared_by_id=by.id if for_somebody else None,
        helped_at=helped_at,
        sealed_contact=sealed_contact,
        created_at=now,
        answers={},
    )
    db.add(request)
    db.flush()
    return request


def own(request: StreetRequest | None, *, by: Actor) -> StreetRequest:
    """The request, if the actor writes it and it may change now. Raises NotThere or CannotChange."""
    if request is None or not writes(by, request):
        raise NotThere
    if request.state not in MAY_WRITE:
        raise CannotChange
    return request


def seen(request: StreetRequest, version: int | None) -> None:
    """Raises StaleVersion when it was saved elsewhere since it was shown."""
    if version is not None and version != request.version:
        raise StaleVersion


def put_place(request: StreetRequest, pieces: Sequence[Piece], areas: Sequence[Area], *, type_name: str) -> None:
    """Where it is. The areas decide which area worker sees it; the title follows the street until somebody named it."""
    if not pieces:
        raise Invalid(N_("Kies minstens één straat."))
    keys = [(piece.street.id, piece.from_number) for piece in pieces]
    if len(set(keys)) != len(keys):
        raise Invalid(N_("Dezelfde straat staat er twee keer. Haal er één weg."))
    for piece in pieces:
        if piece.from_number and piece.to_number and piece.from_number > piece.to_number:
            raise Invalid(N_("Het eerste huisnummer is groter dan het laatste. Draai ze om."))
    request.segments = [
        Segment(street_id=piece.street.id, street=piece.street, from_number=piece.from_number,
                to_number=piece.to_number, side=piece.side)
        for piece in pieces
    ]  # fmt: skip
    request.areas = list(areas)
    first = pieces[0].street
    request.title = f"{type_name} in de {first.name}" if first.name.endswith("straat") else f"{type_name}, {first.name}"
    request.latitude, request.longitude = first.latitude, first.longitude


def put_days(request: StreetRequest, when: Recurrence, starts: time, ends: time) -> None:
    """When it is. Hours are those on a clock in the city, on each day the same."""
    if starts >= ends:
        raise Invalid(N_("Het einduur moet na het beginuur komen."))
    days = when.days()
    request.days = [RequestDay(on_day=day, starts_at=starts, ends_at=ends) for day in days]
    request.first_on, request.last_on = days[0], days[-1]


def put_street(request: StreetRequest, *, closes: bool, said: Mapping[str, Answer]) -> None:
    """Whether the street is closed, and what it is like."""
    request.closes_street = closes
    kept = {code: value for code, value in request.answers.items() if code not in STREET_QUESTIONS}
    request.answers = kept | {code: value.value for code, value in said.items()}


def put_practical(
    request: StreetRequest, *, expected: int, music: bool, food: bool, insurance: str, description: str
) -> None:
    """How many people, music, food, insurance, and what is going to happen."""
    if not 1 <= expected <= 100_000:
        raise Invalid(N_("Hoeveel mensen verwacht je? Vul een getal boven nul in."))
    request.expected, request.music, request.food = expected, music, food
    request.insurance = clean_line(insurance, most=40)
    request.description = clean_text(description, most=LONGEST_TEXT)


def put_more(request: StreetRequest, kind: RequestType, given: Mapping[str, str]) -> None:
    """The questions that only this kind of request asks. Raises Invalid naming the one that has no answer."""
    kept = {code: value for code, value in request.answers.items() if code in STREET_QUESTIONS}
    for field in kind.fields:
        value = clean_text(given.get(field.code, ""), most=LONGEST_TEXT)
        if field.kind == "getal" and value and not (value.isascii() and value.isdigit() and len(value) < 6):
            raise Invalid(N_("Vul een getal in bij “{0}”.").format(field.label))
        if value:
            kept[field.code] = value
    request.answers = kept
    if kind.code == FOUNDING and kept.get("naam"):
        request.title = clean_line(kept["naam"], most=80, least=3)


def missing_answers(request: StreetRequest, kind: RequestType) -> list[str]:
    """Labels of required questions of this kind that have no answer."""
    return [field.label for field in kind.fields if field.required and not request.answers.get(field.code)]


def name_steward(db: Session, vault: Vault, request: StreetRequest, *, name: str, email: str) -> Steward:
    """Name a peter or meter. They get a link of their own once the request is handed in."""
    if len(request.stewards) >= MOST_STEWARDS:
        raise EnoughStewards(MOST_STEWARDS)
    key = email_key(vault, email)
    if any(steward.email_key == key for steward in request.stewards):
        raise AlreadyNamed
    steward = Steward(
        name=clean_line(name, most=80, least=2),
        email_key=key,
        sealed_email=vault.seal(EMAIL_PURPOSE, normal_email(email), padded_to=128),
        nonce=new_nonce(),
    )
    request.stewards.append(steward)
    db.flush()
    if request.state is not RequestState.DRAFT:
        outbox.record(db, "street-steward.named", steward_id=steward.id)
    return steward


def drop_steward(db: Session, request: StreetRequest, steward_id: int) -> None:
    """Take somebody off the list; their link opens nothing any more."""
    request.stewards = [steward for steward in request.stewards if steward.id != steward_id]
    db.flush()


def plan_of(request: StreetRequest, *, asks_material: bool = False) -> Plan:
    """The request as the rules look at it."""
    said = {code: Answer(value) for code, value in request.answers.items() if code in STREET_QUESTIONS}
    return Plan(
        days=tuple(EventDay(day.on_day, day.starts_at, day.ends_at) for day in request.days),
        streets=tuple(segment.street.name for segment in request.segments),
        closes_street=request.closes_street,
        asks_grant=request.asks_grant,
        asks_material=asks_material,
        stewards_named=sum(steward.declined_at is None for steward in request.stewards),
        stewards_confirmed=sum(steward.confirmed_at is not None for steward in request.stewards),
        insured=bool(request.insurance),
        answers=said,
    )


def checks(
    request: StreetRequest, regulations: Regulations, *, today: date, asks_material: bool = False
) -> list[Check]:
    """Every rule of its kind against the request as it stands. What this kind does not ask is not looked at."""
    kind = regulations.types[request.type_code]
    found = assess(
        regulations.rule(request.rule_code), plan_of(request, asks_material=asks_material), today=today,
        closed=regulations.closed,
    )  # fmt: skip
    step_of = {"place": "plaats", "days": "wanneer", "insurance": "praktisch", "stewards": "meters"}
    shown = [check for check in found if step_of.get(check.code, "plaats") in kind.steps]
    if request.founds_committee:
        shown = [replace(check, code="contacts") if check.code == "stewards" else check for check in shown]
    if missing_answers(request, kind):
        shown.append(Check("more", Verdict.MISSING))
    if "straat" in kind.steps and request.closes_street is None:
        shown.append(Check("closure", Verdict.MISSING))
    return shown


def hand_in(
    db: Session, request: StreetRequest, *, regulations: Regulations, by: Actor, now: datetime,
    asks_material: bool = False,
) -> None:  # fmt: skip
    """Send it to the city. Too late is no refusal: the area worker is told and decides. Raises NotWhole."""
    own(request, by=by)
    today = _today(now)
    if request.state is RequestState.DRAFT:
        request.rule_code = regulations.in_force(request.type_code, today).code
    found = checks(request, regulations, today=today, asks_material=asks_material)
    if any(check.stops for check in found):
        raise NotWhole(N_("Kijk bij “ontbreekt nog” wat je moet invullen."))
    if any(check.code == "days" and check.verdict is Verdict.BROKEN for check in found):
        raise NotWhole(N_("De eerste dag is al voorbij. Kies een andere dag."))
    request.is_late = any(check.verdict is Verdict.LATE for check in found)
    request.submitted_at = now
    move(db, CASE, request, "submit", by=by)
    outbox.record(db, "street-request.submitted", request_id=request.id, late=int(request.is_late))
    for steward in request.stewards:
        if steward.invited_at is None:
            outbox.record(db, "street-steward.named", steward_id=steward.id)


def discard(db: Session, request: StreetRequest, *, by: Actor) -> None:
    """Throw a draft away that was never handed in."""
    if own(request, by=by).submitted_at is not None:
        raise CannotChange
    db.delete(request)
    db.flush()


def _today(now: datetime) -> date:
    return now.astimezone(BRUSSELS).date()
