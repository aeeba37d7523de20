"""What people fill in while a project is carried out. What may be done is judged in domain, agreements, progress."""

from collections.abc import Mapping
from typing import IO

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from spreekt.moderation.forms import PhotoFields
from spreekt.modules.burgerbudget.follow.survey import FOR_GROUPS, QUESTIONS
from spreekt.web.forms import EuroField, Form, at_most, filled

SCALE = [
    SelectChoice("5", _l("Helemaal akkoord")),
    SelectChoice("4", _l("Eerder akkoord")),
    SelectChoice("3", _l("Tussenin")),
    SelectChoice("2", _l("Eerder niet akkoord")),
    SelectChoice("1", _l("Helemaal niet akkoord")),
]


class MilestoneForm(Form):
    """One milestone of the plan."""

    title = StringField(_l("Wat is er dan klaar?"), [*filled(_l("Zeg wat er dan klaar is.")), at_most(160)])
    due_on = DateField(_l("Tegen wanneer?"), filled(_l("Kies een dag.")))
    amount_cents = EuroField(_l("Hoeveel geld volgt er dan?"), [Optional(), NumberRange(0)])


class SignForm(Form):
    """The signature of the lead."""

    seen = HiddenField()
    name = StringField(_l("Je volledige naam"), [*filled(_l("Vul je voornaam en naam in.")), at_most(80)])
    agrees = BooleanField(_l("Wij gaan akkoord met deze afspraak."), filled(_l("Vink aan dat jullie akkoord gaan.")))


class AccountForm(Form):
    """Where the money goes."""

    iban = StringField(_l("Rekeningnummer (IBAN)"), [*filled(_l("Vul het rekeningnummer in.")), at_most(50)])
    holder = StringField(_l("Op naam van"), [*filled(_l("Zeg op wiens naam de rekening staat.")), at_most(80)])


class ReportForm(PhotoFields):
    """News with at most three photos at once."""

    text = TextAreaField(_l("Wat is er gebeurd?"), filled(_l("Vertel wat er gebeurde.")))
    photo_2 = FileField(_l("Tweede foto"))
    alt_2 = StringField(_l("Wat staat er op de tweede foto?"))
    photo_3 = FileField(_l("Derde foto"))
    alt_3 = StringField(_l("Wat staat er op de derde foto?"))

    @property
    def photos(self) -> list[tuple[str, IO[bytes], str]]:
        """What came along: name of the field, the file, its words."""
        pairs = [("photo", self.photo, self.alt), ("photo_2", self.photo_2, self.alt_2),
                 ("photo_3", self.photo_3, self.alt_3)]  # fmt: skip
        return [
            (name, file.data.stream, alt.data or "")
            for name, file, alt in pairs
            if file.data and getattr(file.data, "filename", "")
        ]


class ExpenseForm(Form):
    """One bill with its proof."""

    what = StringField(_l("Wat hebben jullie gekocht?"), [*filled(_l("Zeg wat jullie kochten.")), at_most(120)])
    amount_cents = EuroField(
        _l("Voor hoeveel?"),
        [InputRequired(_l("Vul het bedrag in.")), NumberRange(1, message=_l("Vul een bedrag boven nul in."))],
    )
    spent_on = DateField(_l("Wanneer?"), filled(_l("Kies de dag van de rekening.")))
    file = FileField(_l("Foto of pdf van de rekening"))


class WhyForm(Form):
    """A decision that says why."""

    reason = TextAreaField(_l("Waarom?"), [*filled(_l("Schrijf waarom.")), at_most(1000)])


class RefusalForm(Form):
    """Why a bill does not count; empty: it counts."""

    refusal = StringField(_l("Waarom telt deze uitgave niet mee?"), [Optional(), at_most(300)])


class LaterForm(Form):
    """A later day for a milestone, or for the end of a project."""

    due_on = DateField(_l("Nieuwe dag"), filled(_l("Kies een dag.")))
    reason = StringField(_l("Waarom?"), [*filled(_l("Schrijf waarom.")), at_most(200)])


class PaidForm(Form):
    """What finance writes down about a payment."""

    paid_on = DateField(_l("Betaald op"), filled(_l("Kies de dag van de betaling.")))
    reference = StringField(_l("Kenmerk van de betaling"), [*filled(_l("Vul het kenmerk in.")), at_most(60)])


class BackForm(Form):
    """What finance writes down about money that came back."""

    returned_on = DateField(_l("Teruggestort op"), filled(_l("Kies de dag waarop het geld terug was.")))


def _sentence(words: str) -> RadioField:
    return RadioField(_l(words), filled(_l("Kies een antwoord.")), choices=SCALE)


class SurveyForm(Form):
    """The survey after a round."""

    easy = _sentence(QUESTIONS["easy"])
    clear = _sentence(QUESTIONS["clear"])
    fair = _sentence(QUESTIONS["fair"])
    better = _sentence(QUESTIONS["better"])
    again = _sentence(QUESTIONS["again"])
    helped = _sentence(FOR_GROUPS["helped"])
    words = TextAreaField(_l("Wil je er iets bij zeggen?"), [at_most(1000)])

    def for_everybody(self) -> "SurveyForm":
        """Without the sentence that only groups can answer."""
        del self.helped
        return self

    def scores(self) -> Mapping[str, int]:
        return {name: int(self[name].data) for name in (*QUESTIONS, *FOR_GROUPS) if name in self}
