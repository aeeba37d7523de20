"""What staff and services fill in about dossiers. What a decision needs is judged in screening.py and advising.py."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, Subject, Verdict
from spreekt.modules.burgerbudget.dossiers.advising import SUBJECT_WORDS, VERDICT_WORDS
from spreekt.modules.burgerbudget.dossiers.screening import CRITERIA_WORDS
from spreekt.web.forms import Form, at_most, filled

YES, NO = "ja", "nee"


class VerdictFields(Form):
    """Why, and what to do about it."""

    words = TextAreaField(_l("Uitleg aan de groep"), [Optional(), at_most(3000)])
    remedy = TextAreaField(_l("Wat kan de groep eraan doen?"), [Optional(), at_most(3000)])


class ChecklistForm(VerdictFields):
    """Every condition with yes or no, and why not."""

    @property
    def rows(self) -> list[tuple[RadioField, StringField]]:
        return [(self[f"ok_{each.name}"], self[f"why_{each.name}"]) for each in Criterion]

    @property
    def failed(self) -> dict[Criterion, str]:
        """The conditions that are not met, each with its reason."""
        return {each: self[f"why_{each.name}"].data or "" for each in Criterion if self[f"ok_{each.name}"].data == NO}


for _each in Criterion:
    setattr(
        ChecklistForm,
        f"ok_{_each.name}",
        RadioField(
            _l(CRITERIA_WORDS[_each]),
            filled(_l("Duid ja of nee aan.")),
            choices=[SelectChoice(YES, _l("Ja")), SelectChoice(NO, _l("Nee"))],
        ),
    )
    setattr(ChecklistForm, f"why_{_each.name}", StringField(_l("Waarom niet?"), [Optional(), at_most(500)]))


class AskForm(Form):
    """One service, one or more questions."""

    service = StringField(_l("Welke dienst?"), [*filled(_l("Vul de naam van de dienst in.")), at_most(80)])
    subjects = SelectMultipleField(
        _l("Waarover?"),
        choices=[SelectChoice(each.value, _l(SUBJECT_WORDS[each])) for each in Subject],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    question = TextAreaField(_l("Vraag aan de dienst"), [Optional(), at_most(2000)],
                             description=_l("Alleen collega's lezen dit."))  # fmt: skip


class AdviceForm(Form):
    """The answer of a service: what everybody reads, and apart from it what colleagues read."""

    verdict = RadioField(
        _l("Wat is jullie advies?"),
        filled(_l("Kies een advies.")),
        choices=[SelectChoice(each.value, _l(VERDICT_WORDS[each])) for each in Verdict],
    )
    public_summary = TextAreaField(_l("Samenvatting voor iedereen"), filled(_l("Schrijf een korte samenvatting.")))
    internal_note = TextAreaField(_l("Nota voor collega's"), [Optional(), at_most(4000)],
                                  description=_l("Komt nooit op een openbare pagina of in een brief."))  # fmt: skip


class MoveForm(Form):
    """Another area, and why."""

    area_id = SelectField(_l("Naar welke deelgemeente?"), coerce=int)
    reason = StringField(_l("Waarom?"), [*filled(_l("Schrijf waarom.")), at_most(300)])


class ReopenForm(Form):
    """Why a yes is taken back."""

    words = TextAreaField(_l("Waarom bekijkt de stad dit opnieuw?"), [*filled(_l("Schrijf waarom.")), at_most(3000)],
                          description=_l("De groep en iedereen leest dit."))  # fmt: skip


class MergeForm(Form):
    """With which other dossier."""

    into_id = SelectField(_l("Met welk voorstel kan dit samen?"), coerce=int)


class BallotCodeForm(Form):
    """The code on the ballot."""

    code = StringField(
        _l("Code op het stembiljet"),
        [
            *filled(_l("Geef een korte code, zoals p12.")),
            Regexp(r"[A-Za-z0-9-]{1,20}\Z", message=_l("Gebruik hoogstens 20 letters, cijfers en streepjes.")),
        ],
    )
    theme = SelectField(_l("Thema"), description=_l("Stemmers kunnen hierop filteren."))

    def offer(self, themes: Sequence[str], *, chosen: bool) -> "BallotCodeForm":
        """Choose among the city's themes, unless the group chose its own."""
        if chosen:
            del self.theme
            return self
        self.theme.choices = [SelectChoice("", _l("Geen thema")), *(SelectChoice(name, name) for name in themes)]
        return self


class ReplyForm(Form):
    """The group's answer."""

    text = TextAreaField(_l("Jullie antwoord"), filled(_l("Schrijf waarom jullie het anders zien.")))
