"""What staff fill in about tree pits: advice, decisions, files, rules."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from spreekt.modules.boomspiegel.adoption_models import Advice, Regulation
from spreekt.modules.boomspiegel.forms import picks
from spreekt.modules.boomspiegel.regulation import NUMBERS
from spreekt.modules.boomspiegel.words import ADVICE_WORDS, NUMBER_WORDS
from spreekt.web.forms import Form, filled


class CaseForm(Form):
    """Everything a step with a request may need; each step says what it misses."""

    advice = RadioField(_l("Advies"), [Optional()], choices=picks(ADVICE_WORDS))
    words = TextAreaField(_l("Uitleg aan de aanvrager"), [Optional()])
    decided_on = DateField(_l("Beslist door het college op"), [Optional()])
    decision_url = StringField(_l("Adres van het besluit"), [Optional()])
    done_on = DateField(_l("Opgehangen op"), [Optional()])
    gone_on = DateField(_l("Weggehaald op"), [Optional()])

    @property
    def chosen(self) -> Advice | None:
        return Advice(self.advice.data) if self.advice.data else None


class PlaceForm(Form):
    """A decision about one place."""

    reason = StringField(_l("Waarom?"), [Optional()])
    until = DateField(_l("Tot en met"), [Optional()])


class HandleForm(Form):
    """The answer to who reported something."""

    answer = TextAreaField(_l("Antwoord aan wie het meldde"), filled(_l("Schrijf wat je deed of doet.")))


class DroughtForm(Form):
    """A mail to adopters."""

    area = SelectField(_l("Voor welke adoptanten?"), choices=[])
    words = TextAreaField(_l("Wat vraag je?"), filled(_l("Schrijf wat je vraagt.")))

    def offer(self, areas: list[tuple[int, str]], *, everywhere: bool) -> "DroughtForm":
        everybody = [SelectChoice("", _l("Heel de stad"))] if everywhere else []
        self.area.choices = [*everybody, *(SelectChoice(str(id), name) for id, name in areas)]
        return self

    @property
    def area_id(self) -> int | None:
        return int(self.area.data) if self.area.data else None


class TreesForm(Form):
    """A tree file."""

    file = FileField(_l("Het bomenbestand"), [FileRequired(_l("Kies eerst een bestand: CSV of GeoJSON."))])
    only_check = BooleanField(_l("Alleen nakijken, niets inlezen"), default=True)
    vanished = BooleanField(_l("Het klopt dat veel bomen niet meer in het bestand staan"))


class RegulationForm(Form):
    """A new version of the rules; one rule a line, with + for what is asked and - for what may not."""

    valid_from = DateField(_l("Gaat in op"), filled(_l("Kies de dag waarop het ingaat.")))
    source = StringField(_l("Waar komt het vandaan?"), filled(_l("Zeg waar het vandaan komt.")))
    decision_url = StringField(_l("Adres van het besluit"), [Optional()])
    residents_only = BooleanField(_l("Personen en gezinnen moeten in de stad wonen"))
    rules = TextAreaField(_l("De regels"), filled(_l("Schrijf minstens één regel.")))

    def show(self, now: Regulation, *, today: date) -> None:
        """Start from the rules that hold."""
        self.valid_from.data, self.source.data = today, now.source
        self.decision_url.data, self.residents_only.data = now.decision_url, now.residents_only
        self.rules.data = "\n".join(f"{'+' if rule['may'] else '-'} {rule['text']}" for rule in now.rules)
        for name in NUMBERS:
            self[name].data = getattr(now, name)

    @property
    def numbers(self) -> dict[str, int]:
        return {name: self[name].data for name in NUMBERS}

    @property
    def lines(self) -> list[tuple[str, bool, str]]:
        """Code, may and text of each rule; codes are numbers, so that each stands once."""
        found = [line.strip() for line in (self.rules.data or "").splitlines() if line.strip()]
        return [
            (f"regel-{place}", not line.startswith("-"), line.lstrip("+- ").strip())
            for place, line in enumerate(found, start=1)
        ]


def _number(name: str) -> Any:
    return IntegerField(NUMBER_WORDS[name], [InputRequired(_l("Vul een getal in."))])


for _name in NUMBERS:
    setattr(RegulationForm, _name, _number(_name))
