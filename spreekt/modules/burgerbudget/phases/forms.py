"""What staff fill in about phases and numbers. What may change is decided in timeline.py and regulation.py."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from spreekt.kernel.clock import BRUSSELS, on_the_clock
from spreekt.kernel.regulations import BudgetPreset, JuryFormation, VoteMethod
from spreekt.modules.burgerbudget.phases.models import RoundRegulation, Span
from spreekt.modules.burgerbudget.phases.regulation import USED_FROM
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge
from spreekt.territory.models import Area
from spreekt.web.forms import EuroField, Form, at_most, filled, real_hour

METHOD_WORDS = {
    VoteMethod.BASKET: _l("Mandje: projecten kiezen tot het geld op is"),
    VoteMethod.COINS: _l("Munten: één munt per project"),
    VoteMethod.APPROVAL: _l("Favorieten aanduiden"),
    VoteMethod.POINTS: _l("Punten verdelen"),
    VoteMethod.RANKING: _l("In volgorde van voorkeur"),
}
NEEDED = [InputRequired(_l("Vul een getal in.")), NumberRange(0, 10_000, _l("Vul een getal van 0 tot 10.000 in."))]
COUNT = [InputRequired(_l("Vul een getal in.")), NumberRange(1, 10_000, _l("Vul een getal van 1 tot 10.000 in."))]
MAYBE = [Optional(), NumberRange(1, 10_000, _l("Vul een getal van 1 tot 10.000 in, of laat leeg."))]
MONEY = [Optional(), NumberRange(1, message=_l("Vul een bedrag boven nul in, of laat leeg."))]
_SLUG = Regexp(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?\Z", message=_l("Gebruik kleine letters, cijfers en streepjes."))


class PhaseForm(Form):
    """When one phase opens and closes, on the clock of Brussels."""

    opens_at = DateTimeLocalField(_l("Begin"), [*filled(_l("Kies wanneer de fase begint.")), real_hour])
    closes_at = DateTimeLocalField(_l("Einde"), [Optional(), real_hour],
                                   description=_l("Alleen het archief mag zonder einde."))  # fmt: skip
    knows_letters = BooleanField(_l("Verzet de stemming, ook al staan er andere datums op brieven"))

    def show(self, span: Span | None) -> "PhaseForm":
        """Fill in the dates there are."""
        if span is not None:
            self.opens_at.data = span.opens_at.astimezone(BRUSSELS).replace(tzinfo=None)
            self.closes_at.data = span.closes_at and span.closes_at.astimezone(BRUSSELS).replace(tzinfo=None)
        return self

    @property
    def dates(self) -> tuple[datetime, datetime | None]:
        return on_the_clock(self.opens_at.data), on_the_clock(self.closes_at.data) if self.closes_at.data else None


class NumbersForm(Form):
    """Every number of a regulation, named as in the database."""

    project_least_cents = EuroField(_l("Een project kost minstens"), MONEY)
    project_most_cents = EuroField(_l("Een project kost hoogstens"), MONEY)
    applicants_least = IntegerField(_l("Leden in een groep, minstens"), COUNT)
    addresses_least = IntegerField(_l("Op verschillende adressen, minstens"), COUNT)
    adults_least = IntegerField(_l("Volwassenen in een groep, minstens"), NEEDED)
    adult_age = IntegerField(_l("Volwassen vanaf (jaar)"), NEEDED)
    applicant_age_least = IntegerField(_l("Indienen mag vanaf (jaar)"), NEEDED)
    applicant_age_most = IntegerField(_l("Indienen mag tot en met (jaar)"), MAYBE)
    ideas_per_person_most = IntegerField(_l("Ideeën per persoon, hoogstens"), MAYBE)
    group_days = IntegerField(_l("Dagen om een groep aan te vullen"), COUNT)
    mend_days = IntegerField(_l("Dagen om een dossier aan te vullen"), COUNT)
    reply_days = IntegerField(_l("Dagen om op een weigering te antwoorden"), COUNT)
    advice_days = IntegerField(_l("Dagen voor een advies van een dienst"), COUNT)
    vote_method = SelectField(
        _l("Hoe wordt er gestemd?"),
        choices=[
            SelectChoice("", _l("Er wordt niet gestemd")),
            *(SelectChoice(kind.value, words) for kind, words in METHOD_WORDS.items()),
        ],
    )
    basket_cents = EuroField(_l("Geld in het mandje"), MONEY)
    coins = IntegerField(_l("Munten per persoon"), MAYBE)
    favourites = IntegerField(_l("Favorieten per persoon, hoogstens"), MAYBE)
    points = IntegerField(_l("Punten per persoon"), MAYBE)
    ranks = IntegerField(_l("Plaatsen in een rangschikking"), MAYBE)
    may_change_vote = BooleanField(
        _l("Stemmers mogen hun stem veranderen tot het einde"),
        description=_l("Ze hebben daarvoor de code van hun bewijs nodig."),
    )
    reminder_days = IntegerField(
        _l("Herinnering, dagen voor het einde"),
        NEEDED,
        description=_l("Eén mail voor wie begon te kiezen en nog niet stemde. Vul 0 in voor geen mail."),
    )
    buyers_least = IntegerField(_l("Naar de jury vanaf (kopers)"), MAYBE)
    top = IntegerField(_l("Naar de jury: de eerste"), MAYBE)
    top_edge = SelectField(
        _l("Bij een gelijke stand op de laatste plaats"),
        choices=[
            SelectChoice(AtTheEdge.ALL.value, _l("gaan ze allemaal door")),
            SelectChoice(AtTheEdge.NONE.value, _l("gaat geen van hen door")),
            SelectChoice(AtTheEdge.LOT.value, _l("gaat het goedkoopste voor, en dan beslist de loting")),
        ],
    )
    jury_size = IntegerField(_l("Leden van de jury"), NEEDED)
    jury_formation = SelectField(
        _l("Wie zit in de jury?"),
        choices=[
            SelectChoice(JuryFormation.DRAWN.value, _l("inwoners die geloot worden")),
            SelectChoice(JuryFormation.APPOINTED.value, _l("experten die de stad aanstelt")),
        ],
        description=_l("Experten hebben geen reserves en geen leeftijd: die twee getallen tellen dan niet."),
    )
    jury_reserves = IntegerField(_l("Reserves van de jury"), NEEDED)
    jury_age_least = IntegerField(_l("In de jury vanaf (jaar)"), NEEDED)
    jury_weight_percent = IntegerField(
        _l("Gewicht van de jury (%)"), [Optional(), NumberRange(1, 99, _l("Vul een getal van 1 tot 99 in."))]
    )
    winners_most = IntegerField(
        _l("Met een jury: winnaars, hoogstens"),
        MAYBE,
        description=_l("Zonder jury laat je dit leeg: de regel kiest dan zolang er geld is."),
    )
    themes_most = IntegerField(_l("Thema's die doorgaan"), MAYBE)
    carry_out_months = IntegerField(_l("Maanden om uit te voeren"), MAYBE)
    first_instalment_percent = IntegerField(
        _l("Eerste schijf bij de overeenkomst (%)"),
        [InputRequired(_l("Vul een getal in.")), NumberRange(0, 100, _l("Vul een getal van 0 tot 100 in."))],
    )
    late_days = IntegerField(_l("Dagen tot een mijlpaal zonder nieuws te laat is"), NEEDED)
    account_days = IntegerField(_l("Dagen tot een rekeningnummer gewist wordt, na de laatste betaling"), NEEDED)

    def show(self, rules: RoundRegulation | None) -> "NumbersForm":
        """Fill in what the regulation says, or what a new one starts with."""
        for name in USED_FROM:
            value = _said(rules, name)
            self[name].data = value or "" if name == "vote_method" else value
        return self

    def values(self, still: Collection[str]) -> dict[str, Any]:
        """What was filled in, but for what stands still."""
        found = {name: self[name].data for name in USED_FROM if name not in still}
        if "vote_method" in found:
            found["vote_method"] = VoteMethod(found["vote_method"]) if found["vote_method"] else None
        if "top_edge" in found:
            found["top_edge"] = AtTheEdge(found["top_edge"])
        if "jury_formation" in found:
            found["jury_formation"] = JuryFormation(found["jury_formation"])
        return found

    def hold(self, still: Collection[str], rules: RoundRegulation | None) -> "NumbersForm":
        """Numbers that stand still are shown and not asked; what was sent for them is forgotten."""
        for name in still:
            field = self[name]
            field.render_kw = {"disabled": True}
            field.validators, field.flags.required = [Optional()], False
            value = _said(rules, name)
            field.data, field.raw_data = value or "" if name == "vote_method" else value, None
        return self


class NewRoundForm(Form):
    """A round from a known edition, or like an earlier one."""

    preset = SelectField(_l("Welk voorbeeld?"))
    title = StringField(_l("Naam van de ronde"), [*filled(_l("Geef de ronde een naam.")), at_most(120)])
    slug = StringField(_l("Woord in het adres"), [*filled(_l("Kies een woord voor het adres.")), _SLUG],
                       description=_l("Zoals burgerbudget-2027. Dit kan later niet meer veranderen."))  # fmt: skip
    amount_cents = EuroField(_l("Bedrag"), [InputRequired(_l("Vul het bedrag van de ronde in.")),
                                            NumberRange(1, message=_l("Vul een bedrag boven nul in."))])  # fmt: skip
    starts_on = DateField(_l("Eerste dag"), filled(_l("Kies de eerste dag van de ronde.")))
    area_id = SelectField(_l("Voor wie?"), coerce=int)

    def offer(self, presets: Sequence[BudgetPreset], areas: Sequence[Area]) -> "NewRoundForm":
        self.preset.choices = [SelectChoice(preset.code, preset.name) for preset in presets]
        self.area_id.choices = [
            SelectChoice(0, _l("Heel de stad")),
            *(SelectChoice(area.id, area.name) for area in areas),
        ]
        return self

    def like_an_earlier_one(self) -> "NewRoundForm":
        """For a copy: amount, area and numbers are those of the earlier round."""
        del self.preset, self.amount_cents, self.area_id
        return self


def _said(rules: RoundRegulation | None, name: str) -> Any:
    """The number as the regulation says it, or as a new one starts with it."""
    if rules is not None:
        return getattr(rules, name)
    return getattr(RoundRegulation.__table__.c[name].default, "arg", None)
