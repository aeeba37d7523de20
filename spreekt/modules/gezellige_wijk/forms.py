"""What people fill in for a request, one question a screen. Each form shows a request and puts its answers in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.kernel.dutch import DAYS
from spreekt.kernel.errors import DomainError, StaleVersion
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import domain, grants, loans
from spreekt.modules.gezellige_wijk.domain import Piece, Recurrence
from spreekt.modules.gezellige_wijk.models import Side, StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, RequestType
from spreekt.modules.gezellige_wijk.rules.checks import Answer
from spreekt.modules.gezellige_wijk.words import INSURANCE_WORDS
from spreekt.territory.models import Street
from spreekt.territory.queries import areas_of_street, streets_named
from spreekt.web.forms import EuroField, Form, at_most, filled

PIECES = (1, 2, 3)
YES_NO = [SelectChoice("ja", _l("Ja")), SelectChoice("nee", _l("Nee"))]
ANSWERS = [*YES_NO, SelectChoice("weet-niet", _l("Dat weet ik niet"))]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a step needs beside the request: where it is kept, the rules, and the day."""

    db: Session
    vault: Vault
    regulations: Regulations
    today: date

    def kind(self, request: StreetRequest) -> RequestType:
        return self.regulations.types[request.type_code]


class StepForm(Form):
    """One screen. `main` is the field that a refusal of the whole is put beside."""

    main = ""

    def offer(self, request: StreetRequest, desk: Desk) -> None:
        """Set the choices there are."""

    def show(self, request: StreetRequest, desk: Desk) -> None:
        """Fill in what was answered before."""

    def put(self, request: StreetRequest, desk: Desk) -> None:
        """Keep the answers. Raises DomainError."""


class KindForm(Form):
    """Which kind of request."""

    kind = RadioField(_l("Wat wil je doen?"), filled(_l("Kies wat je wil doen.")))


class HelpedForm(KindForm):
    """The same, for somebody at the desk or at the door."""

    contact = StringField(
        _l("Voor wie vul je dit in? (naam en telefoon)"), filled(_l("Vul in voor wie je dit doet."))
    )  # fmt: skip
    place = StringField(_l("Waar help je?"), filled(_l("Vul in waar je helpt, zoals wijkcentrum De Zonnewijzer.")))


class PressForm(Form):
    """A form of one button."""


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(_l("Waarom?"), [Optional(), at_most(400)])


class PlaceForm(StepForm):
    """The street or streets, with house numbers."""

    main = "street_1"

    def show(self, request: StreetRequest, desk: Desk) -> None:
        for number, segment in zip(PIECES, request.segments, strict=False):
            self[f"street_{number}"].data = f"{segment.street.name}, {segment.street.borough_code.capitalize()}"
            self[f"from_{number}"].data, self[f"to_{number}"].data = segment.from_number, segment.to_number
            self[f"side_{number}"].data = segment.side.value

    def put(self, request: StreetRequest, desk: Desk) -> None:
        pieces = []
        for number in PIECES:
            if not (self[f"street_{number}"].data or "").strip():
                continue
            street = self._street(f"street_{number}", desk)
            if street is not None:
                pieces.append(Piece(street, self[f"from_{number}"].data, self[f"to_{number}"].data,
                                    Side(self[f"side_{number}"].data)))  # fmt: skip
        if self.errors:
            return
        found = [area for piece in pieces for area in areas_of_street(desk.db, piece.street.id, on=desk.today)]
        areas = list({area.id: area for area in found}.values())
        domain.put_place(request, pieces, areas, type_name=desk.kind(request).name)

    def _street(self, field: str, desk: Desk) -> Street | None:
        name, _comma, borough = (self[field].data or "").partition(",")
        found = [
            street
            for street in streets_named(desk.db, name)
            if not borough.strip() or borough.strip().casefold() == street.borough_code.casefold()
        ]
        if len(found) == 1:
            return found[0]
        if found:
            places = _(" of ").join(f"“{street.name}, {street.borough_code}”" for street in found)
            self.blame(field, _("Deze straat bestaat meer dan één keer. Schrijf %(places)s.", places=places))
        else:
            self.blame(field, _("We vinden deze straat niet. Kies ze uit de lijst."))
        return None


for _number in PIECES:
    _needed = filled(_l("Kies de straat.")) if _number == 1 else [Optional()]
    setattr(PlaceForm, f"street_{_number}", StringField(_l("Straat of plein"), _needed))
    setattr(PlaceForm, f"from_{_number}", IntegerField(_l("Van huisnummer"), [Optional()]))
    setattr(PlaceForm, f"to_{_number}", IntegerField(_l("Tot huisnummer"), [Optional()]))
    _sides = [
        SelectChoice("beide", _l("Beide kanten")), SelectChoice("even", _l("Even nummers")),
        SelectChoice("oneven", _l("Oneven nummers")),
    ]  # fmt: skip
    setattr(PlaceForm, f"side_{_number}", SelectField(_l("Welke kant?"), choices=_sides, default="beide"))


class WhenForm(StepForm):
    """Days and hours; every week on the same days, where it comes back."""

    main = "first"
    first = DateField(_l("Eerste dag"), filled(_l("Kies de eerste dag.")))
    last = DateField(_l("Laatste dag"), [Optional()], description=_l("Alleen als het langer dan één dag duurt."))
    weekdays = SelectMultipleField(
        _l("Alleen op deze dagen van de week"), [Optional()], coerce=int, option_widget=CheckboxInput(),
        widget=ListWidget(), choices=[SelectChoice(number, name) for number, name in enumerate(DAYS)],
        description=_l("Kruis niets aan als het elke dag is. Elke woensdag in juli? Kies 1 juli, 31 juli en woensdag."),
    )  # fmt: skip
    starts = TimeField(_l("Van"), filled(_l("Vul in hoe laat het begint.")))
    ends = TimeField(_l("Tot"), filled(_l("Vul in hoe laat het eindigt.")))

    def show(self, request: StreetRequest, desk: Desk) -> None:
        if request.days:
            self.first.data, self.last.data = request.first_on, request.last_on
            self.starts.data, self.ends.data = request.days[0].starts_at, request.days[0].ends_at
            if request.first_on and request.last_on and len(request.days) <= (request.last_on - request.first_on).days:
                self.weekdays.data = sorted({day.on_day.weekday() for day in request.days})

    def put(self, request: StreetRequest, desk: Desk) -> None:
        first = self.first.data
        when = Recurrence(first, self.last.data or first, frozenset(self.weekdays.data or ()))
        domain.put_days(request, when, self.starts.data, self.ends.data)
        desk.db.flush()
        self.lost = loans.follow_days(desk.db, request)


class StreetForm(StepForm):
    """Whether the street is closed, and what it is like."""

    main = "closes"
    closes = RadioField(_l("Sluiten jullie de straat af voor auto's?"), filled(_l("Kies ja of nee.")), choices=YES_NO)
    speed = RadioField(_l("Mag men er hoogstens 50 km per uur rijden?"), [Optional()], choices=ANSWERS)
    residential = RadioField(_l("Wonen er vooral mensen in de straat?"), [Optional()], choices=ANSWERS)
    through = RadioField(_l("Is er veel doorgaand verkeer?"), [Optional()], choices=ANSWERS)
    bus = RadioField(_l("Rijdt er een bus door de straat?"), [Optional()], choices=ANSWERS)

    def show(self, request: StreetRequest, desk: Desk) -> None:
        if request.closes_street is not None:
            self.closes.data = "ja" if request.closes_street else "nee"
        for code in domain.STREET_QUESTIONS:
            self[code].data = request.answers.get(code)

    def put(self, request: StreetRequest, desk: Desk) -> None:
        said = {code: Answer(self[code].data) for code in domain.STREET_QUESTIONS if self[code].data}
        domain.put_street(request, closes=self.closes.data == "ja", said=said)


class StewardsForm(StepForm):
    """One peter or meter at a time; who has nobody to add goes on."""

    main = "name"
    name = StringField(_l("Naam"), [Optional(), at_most(80)])
    email = EmailField(_l("E-mailadres"), [Optional(), at_most(120)])

    def put(self, request: StreetRequest, desk: Desk) -> None:
        name, email = (self.name.data or "").strip(), (self.email.data or "").strip()
        if not name and not email:
            return
        if "@" not in email:
            self.blame("email", _("Vul een e-mailadres in, zoals naam@voorbeeld.be."))
            return
        domain.name_steward(desk.db, desk.vault, request, name=name, email=email)


class PracticalForm(StepForm):
    """What happens, with how many."""

    main = "expected"
    expected = IntegerField(_l("Hoeveel mensen verwacht je?"), filled(_l("Vul een getal in.")))
    description = TextAreaField(_l("Wat gaan jullie doen?"), [Optional()])
    music = RadioField(_l("Is er versterkte muziek?"), filled(_l("Kies ja of nee.")), choices=YES_NO)
    food = RadioField(_l("Is er eten of drinken?"), filled(_l("Kies ja of nee.")), choices=YES_NO)
    insurance = RadioField(
        _l("Zijn jullie verzekerd?"), filled(_l("Kies hoe jullie verzekerd zijn.")),
        choices=[SelectChoice(code, words) for code, words in INSURANCE_WORDS.items()],
    )  # fmt: skip

    def show(self, request: StreetRequest, desk: Desk) -> None:
        self.expected.data, self.description.data = request.expected, request.description
        self.insurance.data = request.insurance or None
        for field in ("music", "food"):
            said = getattr(request, field)
            self[field].data = None if said is None else "ja" if said else "nee"

    def put(self, request: StreetRequest, desk: Desk) -> None:
        domain.put_practical(
            request, expected=self.expected.data, music=self.music.data == "ja", food=self.food.data == "ja",
            insurance=self.insurance.data, description=self.description.data or "",
        )  # fmt: skip


class GrantForm(StepForm):
    """Whether money is asked, and how much."""

    main = "amount"
    asks = RadioField(_l("Vraag je een toelage?"), filled(_l("Kies ja of nee.")), choices=YES_NO)
    amount = EuroField(_l("Hoeveel vraag je?"), [Optional()])
    iban = StringField(_l("Op welke rekening?"), [Optional()])

    def show(self, request: StreetRequest, desk: Desk) -> None:
        grant = grants.grant_of(desk.db, request.id)
        self.asks.data = "ja" if request.asks_grant else "nee" if request.submitted_at else None
        self.amount.data = grant.asked_cents if grant else None

    def put(self, request: StreetRequest, desk: Desk) -> None:
        rule = desk.regulations.rule(request.rule_code)
        grants.put(
            desk.db, desk.vault, request, rule, asks=self.asks.data == "ja", cents=self.amount.data,
            iban=self.iban.data or "",
        )  # fmt: skip


def attempt(form: Form, field: str, act: Callable[[], object]) -> bool:
    """Do it, or put the rule's no beside a field. True when it was done. Raises StaleVersion: that is no slip."""
    try:
        act()
    except StaleVersion:
        raise
    except DomainError as refusal:
        form.blame(field, refusal)
    return not form.errors
