"""What staff fill in about a referendum: its head, its rules, its questions, reasons, paper counts."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from spreekt.kernel.clock import BRUSSELS, on_the_clock
from spreekt.kernel.regulations import Door, SecondCheck
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.referendum.drafts import Asked, Draft
from spreekt.modules.referendum.models import Question, Referendum
from spreekt.modules.referendum.paper import slots
from spreekt.modules.referendum.regulation import Regulation
from spreekt.web.forms import Form, at_most, clean, filled, real_hour, within_days

MOST_DAYS_AHEAD = 60
"""No rule of a regulation: an hour of publication that is further away is a slip of the pen."""
SLUG = r"[a-z0-9][a-z0-9-]{1,58}\Z"
WHOLE_NUMBERS = {
    "minimum_age": (_l("Leeftijd vanaf, op de sluitingsdag"), 0, 120),
    "reference_days": (_l("Peildatum: hoeveel dagen voor de opening woont een kiezer al in de stad?"), 0, 365),
    "minimum_votes": (_l("Geldig vanaf zoveel stemmen (blanco niet meegerekend)"), 0, 1_000_000),
    "most_ballots": (_l("Hoe vaak stemt één code, hoogstens, als je je stem mag veranderen?"), 1, 100),
    "batch_minutes": (_l("Om de hoeveel minuten komen stemmen op het bulletin?"), 1, 1440),
    "batch_least": (_l("Met hoeveel tegelijk, minstens?"), 2, 1000),
    "small_number": (_l("Geen cijfer per gebied onder zoveel stemmers"), 0, 10_000),
    "appeal_days": (_l("Dagen voor bezwaar, na de uitslag"), 0, 365),
    "notice_days": (_l("Dagen tussen aankondiging en opening"), 0, 365),
    "objection_days": (_l("Dagen voor een antwoord op een bezwaar tegen de kiezerslijst"), 0, 365),
    "argument_slack": (_l("Verschil in lengte tussen argumenten voor en tegen, hoogstens (in %)"), 0, 100),
}


class HeadForm(Form):
    """What it is called, when it is held, who decided it, who holds the keys."""

    title = StringField(_l("Naam van het referendum"), [*filled(_l("Geef het referendum een naam.")), at_most(120)])
    slug = StringField(
        _l("Woord in het adres"),
        [
            *filled(_l("Kies een woord voor het adres, zoals grote-markt-2027.")),
            Regexp(SLUG, message=_l("Gebruik kleine letters, cijfers en streepjes.")),
        ],
    )
    intro = TextAreaField(_l("Waarover gaat het?"), [clean(lambda text: clean_text(text, most=2000))])
    opens_at = DateTimeLocalField(_l("De stembus opent op"), [*filled(_l("Kies wanneer ze opent.")), real_hour])
    closes_at = DateTimeLocalField(_l("De stembus sluit op"), [*filled(_l("Kies wanneer ze sluit.")), real_hour])
    trustee_count = IntegerField(
        _l("Hoeveel sleutelhouders zijn er?"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(3, 9, _l("Vul een getal van 3 tot 9 in."))],
        default=3,
    )
    threshold = IntegerField(
        _l("Hoeveel van hen zijn nodig om te openen?"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(2, 8, _l("Vul een getal van 2 tot 8 in."))],
        default=2,
    )
    decided_on = DateField(_l("Datum van het raadsbesluit"), [Optional()])
    decision_uri = StringField(
        _l("Link naar het raadsbesluit"),
        [Optional(), at_most(300), URL(message=_l("Vul een volledig adres in, dat begint met https://."))],
    )

    def draft(self) -> Draft:
        """What was filled in. Times are those of Brussels."""
        return Draft(
            title=clean_line(self.title.data, most=120, least=3),
            intro=self.intro.data,
            opens_at=on_the_clock(self.opens_at.data),
            closes_at=on_the_clock(self.closes_at.data),
            decided_on=self.decided_on.data,
            decision_uri=self.decision_uri.data or "",
            trustee_count=self.trustee_count.data,
            threshold=self.threshold.data,
        )


def head_form(referendum: Referendum | None = None) -> HeadForm:
    """Filled in with what is there."""
    if referendum is None:
        return HeadForm()
    same = ("title", "slug", "intro", "trustee_count", "threshold", "decided_on", "decision_uri")
    values: dict[str, Any] = {name: getattr(referendum, name) for name in same}
    for name in ("opens_at", "closes_at"):
        values[name] = getattr(referendum.poll, name).astimezone(BRUSSELS).replace(tzinfo=None)
    return HeadForm(data=values)


class PointsField(DecimalField):
    """Percentage points with a comma, as people write them here; a point is understood too."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(self.data.normalize(), "f").replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = Decimal(valuelist[0].strip().replace(",", "."))
        except InvalidOperation:
            raise ValueError(str(_l("Vul een getal in, zoals 2,5."))) from None


class RulesForm(Form):
    """The regulation's fields for this referendum; see regulation.py."""

    source = StringField(_l("Uit welk reglement?"), [*filled(_l("Vul het reglement in.")), at_most(300)])
    minimum_margin = PointsField(
        _l("Verschil nodig tussen eerste en tweede, in procentpunten"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(0, 100, _l("Vul een getal van 0 tot 100 in."))],
    )
    may_revote = BooleanField(_l("Kiezers mogen hun stem veranderen; de laatste telt"))
    second_check = SelectField(
        _l("Wat toont een kiezer naast de code?"),
        choices=[
            (SecondCheck.BIRTH_DATE.value, _l("De geboortedatum")),
            (SecondCheck.SIGN_IN.value, _l("De eigen aanmelding")),
        ],
    )

    doors = SelectMultipleField(
        _l("Waar kan je nog stemmen, naast online?"),
        [Optional()],
        choices=[
            SelectChoice(Door.KIOSK.value, _l("Op een toestel van de stad, in een helppunt")),
            SelectChoice(Door.PAPER.value, _l("Op papier, aan het loket")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def rules(self) -> dict[str, Any]:
        """The fields as the regulation stores them."""
        found = {name: self[name].data for name in WHOLE_NUMBERS}
        margin = self.minimum_margin.data
        return found | {
            "source": clean_line(self.source.data, most=300),
            "minimum_margin": format(margin.normalize(), "f"),
            "may_revote": self.may_revote.data,
            "second_check": self.second_check.data,
            "doors": [Door.WEB.value, *self.doors.data],
        }


for _name, (_label, _least, _most) in WHOLE_NUMBERS.items():
    _range = NumberRange(_least, _most, _l("Vul een getal van %(min)s tot %(max)s in."))
    setattr(RulesForm, _name, IntegerField(_label, [InputRequired(_l("Vul een getal in.")), _range]))


def rules_form(regulation: Regulation) -> RulesForm:
    return RulesForm(data=regulation.stored | {"minimum_margin": regulation.margin})


class QuestionForm(Form):
    """One question with its answers, explanation and arguments: one argument a line."""

    text = StringField(
        _l("De vraag"),
        [*filled(_l("Schrijf de vraag.")), at_most(300)],
        description=_l("Eén onderwerp, geen dubbele ontkenning, hoogstens 25 woorden: wie doet wat, en wanneer?"),
    )
    answers = TextAreaField(
        _l("De antwoorden, één per regel"), filled(_l("Geef minstens twee antwoorden.")), default="Ja\nNee"
    )
    allows_blank = BooleanField(_l("Blanco stemmen kan"), default=True)
    explanation = TextAreaField(
        _l("Uitleg"), [clean(lambda text: clean_text(text, most=8000))], description=_l("Waar, wanneer, wat het kost.")
    )
    arguments_for = TextAreaField(_l("Argumenten voor, één per regel"), [at_most(4000)])
    arguments_against = TextAreaField(_l("Argumenten tegen, één per regel"), [at_most(4000)])

    def asked(self) -> Asked:
        """What was filled in."""
        return Asked(
            text=clean_line(self.text.data, most=300, least=5),
            answers=_lines(self.answers.data),
            allows_blank=self.allows_blank.data,
            explanation=self.explanation.data,
            arguments_for=_lines(self.arguments_for.data),
            arguments_against=_lines(self.arguments_against.data),
        )


def question_form(question: Question | None = None) -> QuestionForm:
    """Filled in with what is there."""
    if question is None:
        return QuestionForm()
    same = {name: getattr(question, name) for name in ("text", "allows_blank", "explanation")}
    lists = {name: "\n".join(getattr(question, name)) for name in ("answers", "arguments_for", "arguments_against")}
    return QuestionForm(data=same | lists)


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(clean_line(line, most=400) for line in (text or "").splitlines() if line.strip())


class ReasonForm(Form):
    """A step that everybody may read the reason of."""

    reason = TextAreaField(_l("Waarom?"), [clean(lambda text: clean_text(text, most=1000))])


class PlaceForm(Form):
    """Where the question applies: words, and a shape from the list or pasted."""

    name = StringField(
        _l("Waar geldt het?"),
        [at_most(120)],
        description=_l("Zoals: de Grote Markt en de straten eromheen. Laat leeg als er geen kaart bij hoort."),
    )
    area = SelectField(_l("Gebied op de kaart"), validate_choice=False)
    shape = TextAreaField(
        _l("Of plak een eigen vorm (GeoJSON)"),
        [Optional(), at_most(60_000)],
        description=_l("Een Polygon of MultiPolygon, uit het kaartprogramma van de stad. Gaat voor op de lijst."),
    )

    def outline(self, areas: Mapping[str, Any]) -> object:
        """The shape that was pasted or chosen; nothing that is a shape when it is neither."""
        if not (self.shape.data or "").strip():
            return areas.get(self.area.data)
        try:
            return json.loads(self.shape.data)
        except (ValueError, RecursionError):
            return None


class PlainForm(Form):
    """A press of a button."""


class HourForm(Form):
    """When everybody sees the result."""

    publishes_at = DateTimeLocalField(
        _l("Iedereen ziet de uitslag vanaf"), [*filled(_l("Kies een uur.")), real_hour, within_days(MOST_DAYS_AHEAD)]
    )


class MinutesForm(Form):
    """The minutes of the count."""

    minutes = TextAreaField(
        _l("Verslag"),
        [*filled(_l("Schrijf het verslag.")), clean(lambda text: clean_text(text, most=8000))],
        description=_l("Wie was erbij? Klopt het aantal rechten met het aantal stemmen? Leg elk verschil uit."),
    )


class FollowUpForm(Form):
    """One thing the city does now, with its date."""

    on = DateField(_l("Wanneer?"), filled(_l("Kies een datum.")))
    text = StringField(_l("Wat doet de stad?"), [*filled(_l("Schrijf wat er gebeurt.")), at_most(300)])


def paper_form(referendum: Referendum) -> Form:
    """One whole number for each answer of each question, blank first."""
    fields: dict[str, Any] = {}
    for question in referendum.questions:
        words = [*(["Blanco"] if question.allows_blank else []), *question.answers]
        for slot, label in enumerate(words):
            checks = [InputRequired(_l("Vul een getal in, met 0 als er geen zijn.")), NumberRange(0, 1_000_000)]
            fields[f"q{question.position}_{slot}"] = IntegerField(label, checks)
    return type("PaperForm", (Form,), fields)()  # type: ignore[no-any-return]


def paper_counts(form: Form, referendum: Referendum) -> list[list[int]]:
    """What was counted, per question in the order of the result."""
    return [
        [form[f"q{question.position}_{slot}"].data for slot in range(slots(question))]
        for question in referendum.questions
    ]
