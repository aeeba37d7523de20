"""What candidates, jurors and organisers of a jury fill in. What may be is decided in the rules."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, EqualTo, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.identity.accounts import normal_email
from spreekt.modules.burgerbudget.jury.call import GENDER_WORDS
from spreekt.modules.burgerbudget.jury.call_models import Gender
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.jury.score_models import JuryCriterion, JurySheet
from spreekt.web.forms import Form, at_most, clean, filled

YES, NO = "ja", "nee"


class CandidateForm(Form):
    """One short page: what a candidate may say, and that they know what they ask for."""

    gender = RadioField(
        _l("Ik ben"),
        [Optional()],
        choices=[
            *(SelectChoice(each.value, _l(words)) for each, words in GENDER_WORDS.items()),
            SelectChoice("", _l("Zeg ik liever niet")),
        ],
        default="",
    )
    agrees = BooleanField(_l("Ja, ik wil in de jury als het lot mij kiest"),
                          filled(_l("Duid aan dat je in de jury wil.")))  # fmt: skip

    @property
    def said(self) -> Gender | None:
        return Gender(self.gender.data) if self.gender.data else None


def sheet_form(criteria: Sequence[JuryCriterion], sheet: JurySheet | None) -> "SheetForm":
    """The sheet of one project: a number for each criterion, and room for a note."""
    fields = {
        f"points_{each.id}": IntegerField(
            each.title,
            [
                Optional(),
                NumberRange(0, each.points_most, _l("Vul een getal van 0 tot %(max)s in.")),
            ],
            description=each.explanation,
        )
        for each in criteria
    }
    form: SheetForm = type("SheetFormOfRound", (SheetForm,), fields)()
    form.criteria = criteria
    if sheet is not None and not form.is_submitted():
        form.note.data = sheet.note
        for score in sheet.scores:
            form[f"points_{score.criterion_id}"].data = score.points
    return form


class SheetForm(Form):
    """A juror's own sheet. Empty is not zero: what is empty is not given yet."""

    criteria: Sequence[JuryCriterion] = ()
    note = TextAreaField(_l("Nota voor jezelf"), [Optional(), at_most(4000)])

    @property
    def points(self) -> dict[int, int | None]:
        return {each.id: self[f"points_{each.id}"].data for each in self.criteria}

    @property
    def rows(self) -> list[tuple[JuryCriterion, IntegerField]]:
        return [(each, self[f"points_{each.id}"]) for each in self.criteria]


class ConflictForm(Form):
    """Why a juror is too close to a project."""

    why = StringField(_l("Wil je zeggen waarom?"), [Optional(), at_most(300)],
                      description=_l("Alleen wie de jury organiseert, leest dit."))  # fmt: skip


class CallForm(Form):
    """What the call says."""

    hours = IntegerField(
        _l("Hoeveel uur vraagt het in totaal?"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(1, 200, _l("Vul een getal van 1 tot 200 in."))],
    )
    sessions = IntegerField(
        _l("Hoeveel keer komt de jury samen?"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(1, 30, _l("Vul een getal van 1 tot 30 in."))],
    )
    planning = TextAreaField(
        _l("Wanneer en waar?"),
        [Optional(), at_most(1000)],
        description=_l("Bijvoorbeeld: drie dinsdagen van 19 tot 22 uur, in het stadhuis."),
    )
    answer_days = IntegerField(
        _l("Hoeveel dagen mag iemand nadenken?"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(1, 30, _l("Vul een getal van 1 tot 30 in."))],
        description=_l("Wie dan niet geantwoord heeft, maakt plaats voor iemand anders."),
    )


class ExpertForm(Form):
    """Whom the college appointed, and where everybody reads that."""

    name = StringField(
        _l("Naam"),
        [*filled(_l("Vul de naam van de expert in.")), at_most(60)],
        description=_l("Zegt de expert ja, dan staan naam en expertise online, met het besluit."),
    )
    expertise = StringField(
        _l("Expertise of functie"), [*filled(_l("Zeg waarin deze persoon expert is.")), at_most(160)],
        description=_l("Bijvoorbeeld: docent publieke ruimte, hogeschool."),
    )  # fmt: skip
    email = EmailField(
        _l("E-mailadres"),
        [*filled(_l("Vul het e-mailadres in.")), at_most(254), clean(normal_email)],
        description=_l("Hier komt de vraag aan, zodra iemand anders de aanstelling bevestigt. Het komt nooit online."),
    )
    decided_on = DateField(_l("Dag van het besluit"), filled(_l("Kies de dag waarop het college besliste.")))
    decision_uri = StringField(
        _l("Adres van het besluit"),
        [
            *filled(_l("Geef het webadres waarop iedereen het besluit leest.")),
            URL(require_tld=False, message=_l("Vul een volledig webadres in, met https:// ervoor.")),
            at_most(300),
        ],
    )

    @property
    def expert(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("name", "expertise", "email", "decided_on", "decision_uri")}


class CriterionForm(Form):
    """One thing to score by."""

    title = StringField(_l("Criterium"), [*filled(_l("Geef het criterium een naam.")), at_most(80)])
    explanation = StringField(_l("Vraag voor het jurylid"), [Optional(), at_most(400)])
    points_most = IntegerField(
        _l("Hoogste aantal punten"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(1, 100, _l("Vul een getal van 1 tot 100 in."))],
        default=10,
    )


class FreezeForm(Form):
    """Where the seed will come from."""

    seed_source = StringField(
        _l("Waar komt het lotgetal vandaan?"),
        [*filled(_l("Zeg waar het lotgetal vandaan komt.")), at_most(300)],
        description=_l("Kies iets wat iedereen kan nakijken en niemand kan sturen. Bijvoorbeeld: de zes getallen van "
                       "de Lotto van zaterdag, van klein naar groot."),
    )  # fmt: skip
    seed_on = DateField(_l("Op welke dag is het bekend?"), filled(_l("Kies een dag na vandaag.")))


class DrawForm(Form):
    """The seed itself."""

    seed = StringField(
        _l("Het lotgetal"),
        [*filled(_l("Vul het lotgetal in.")), at_most(200)],
        description=_l("Typ het precies zoals het bekendgemaakt is, met een spatie tussen de getallen."),
    )
    again = StringField(
        _l("Nog eens het lotgetal"),
        [EqualTo("seed", _l("Dit is een ander lotgetal dan hierboven. Kijk ze allebei na bij de bron."))],
        description=_l("Loten kan één keer. Eén verkeerd cijfer geeft een andere jury."),
    )


class SessionForm(Form):
    """A session and who was there."""

    held_on = DateField(_l("Wanneer was de zitting?"), filled(_l("Kies de dag van de zitting.")))
    subject = StringField(_l("Waarover ging ze?"), [*filled(_l("Zeg waarover de zitting ging.")), at_most(200)])
    present = SelectMultipleField(
        _l("Wie was er?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Op de openbare pagina staat alleen met hoeveel ze waren."),
    )


class NoteForm(Form):
    """What was said about a project, for inside."""

    text = TextAreaField(_l("Nota van het gesprek"), [Optional(), at_most(10_000)],
                         description=_l("Alleen voor de jury en wie ze organiseert. Komt nooit online."))  # fmt: skip


class VerdictForm(Form):
    """Chosen or not, and why."""

    chosen = RadioField(
        _l("Kiest de jury dit project?"),
        filled(_l("Duid aan of de jury dit project kiest.")),
        choices=[SelectChoice(YES, _l("Gekozen")), SelectChoice(NO, _l("Niet gekozen"))],
    )
    motivation = TextAreaField(
        _l("Waarom?"),
        [*filled(_l("Schrijf waarom de jury dit beslist.")), at_most(3000)],
        description=_l("Iedereen leest dit. Schrijf kort en vriendelijk, in woorden die de groep kent."),
    )

    def show(self, verdict: JuryVerdict | None, *, weighed: bool) -> "VerdictForm":
        """Fill in what was decided before. When the jury only scores there is nothing to choose."""
        if weighed:
            del self.chosen
        if verdict is not None and not self.is_submitted():
            self.motivation.data = verdict.motivation
            if not weighed:
                self.chosen.data = YES if verdict.chosen else NO
        return self

    @property
    def is_chosen(self) -> bool:
        return "chosen" in self and self.chosen.data == YES


class CloseForm(Form):
    """The public account of how the jury worked."""

    minutes = TextAreaField(
        _l("Verslag van de jury"),
        [*filled(_l("Schrijf hoe de jury tot haar keuze kwam.")), at_most(10_000)],
        description=_l("Hoe werkte de jury? Waarover was ze het eens, waarover niet? Noem geen namen."),
    )


class WhyForm(Form):
    """A reason for the log."""

    reason = StringField(_l("Waarom?"), [*filled(_l("Schrijf waarom.")), at_most(300)],
                         description=_l("Dit komt in het logboek."))  # fmt: skip
