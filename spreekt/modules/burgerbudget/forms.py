"""What staff fill in about rounds and projects, and the form around a ballot. Good marks: voting/game.py."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import URL, InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.kernel.clock import BRUSSELS, on_the_clock
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.burgerbudget.codes import slug_of
from spreekt.modules.burgerbudget.domain import ProjectPlan, RoundPlan, theme_plan
from spreekt.modules.burgerbudget.models import Round, Rule
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.rules_of import OFFERED, options
from spreekt.modules.burgerbudget.themes.names import LONGEST_THEME
from spreekt.territory.models import Area
from spreekt.web.forms import EuroField, Form, at_most, clean, filled, real_hour

RULE_WORDS = {
    Rule.GREEDY: _l("De meeste stemmen eerst. Wat niet meer past, slaan we over."),
    Rule.GREEDY_NO_SKIP: _l("De meeste stemmen eerst. We stoppen bij het eerste project dat niet meer past."),
    Rule.GREEDY_PER_COST: _l("De meeste stemmen per euro eerst. Wat niet meer past, slaan we over."),
    Rule.EQUAL_SHARES: _l("Iedereen die stemt, beslist over een even groot deel van het geld."),
}
"""Each rule in one plain sentence, as it stands on the page of the round."""


class BallotForm(Form):
    """Guards a ballot against forgery; the marks themselves are read from the request as they are."""


DATES = ("opens_at", "closes_at", "publishes_at")
OF_PRICES = ("rule", "step_cents", "until_overspent", "completes")
"""What is asked about a rule only where projects have prices."""


class RoundForm(Form):
    """A regulation: words, dates, money, rule."""

    area_pots: Mapping[int, str] = {}
    theme_pots: Mapping[str, str] = {}
    """The fields of the division, by area and by theme; none where residents made it, or where there is none."""

    title = StringField(_l("Naam van de ronde"), [*filled(_l("Geef de ronde een naam.")), at_most(120)])
    slug = StringField(
        _l("Woord in het adres"),
        [
            *filled(_l("Kies een woord voor het adres, zoals burgerbudget-2027.")),
            Regexp(r"[a-z0-9][a-z0-9-]{1,58}\Z", message=_l("Gebruik kleine letters, cijfers en streepjes.")),
        ],
    )
    intro = TextAreaField(_l("Waarover gaat het?"), [clean(lambda text: clean_text(text, most=2000))])
    amount_cents = EuroField(_l("Bedrag"), [InputRequired(_l("Vul het bedrag van de ronde in.")),
                                            NumberRange(1, message=_l("Vul een bedrag boven nul in."))])  # fmt: skip
    opens_at = DateTimeLocalField(_l("De stemming opent op"), [*filled(_l("Kies wanneer ze opent.")), real_hour])
    closes_at = DateTimeLocalField(_l("De stemming sluit op"), [*filled(_l("Kies wanneer ze sluit.")), real_hour])
    publishes_at = DateTimeLocalField(_l("De uitslag komt op"), [*filled(_l("Kies wanneer ze komt.")), real_hour])
    knows_letters = BooleanField(_l("Verzet de stemming, ook al staan er andere datums op brieven"))
    minimum_age = IntegerField(
        _l("Leeftijd vanaf"),
        [InputRequired(_l("Vul een leeftijd in.")), NumberRange(0, 120, _l("Vul een leeftijd van 0 tot 120 in."))],
        default=16,
    )
    maximum_age = IntegerField(
        _l("Leeftijd tot en met"),
        [Optional(), NumberRange(0, 120, _l("Vul een leeftijd van 0 tot 120 in, of laat leeg."))],
        description=_l("Laat leeg als er geen hoogste leeftijd is, zoals gewoon. Een jeugdbudget heeft er wel een."),
    )
    rule = SelectField(_l("Hoe kiezen we de projecten?"), choices=[(rule.value, RULE_WORDS[rule]) for rule in OFFERED])
    step_cents = EuroField(
        _l("In welke stappen groeit ieders deel?"),
        [Optional(), NumberRange(1, 100_00, _l("Vul een bedrag van 1 cent tot € 100 in, of laat leeg."))],
        description=_l("Alleen bij gelijke delen. Laat leeg als het deel niet groeit. Gewoon is 10 cent."),
    )
    until_overspent = BooleanField(
        _l("Laat het deel groeien tot het bedrag overschreden zou worden"),
        description=_l("Alleen bij gelijke delen. Anders stopt het zodra er niets meer bij past."),
    )
    completes = BooleanField(
        _l("Geef wat overblijft aan de projecten met de meeste stemmen"),
        description=_l("Alleen bij gelijke delen."),
    )
    lot_seed = StringField(
        _l("Woorden voor de loting"),
        [Optional(), at_most(100), Regexp(r"[\w .:-]+\Z", message=_l("Gebruik letters, cijfers en spaties."))],
        description=_l("Beslissen bij gelijke prijs en gelijke stemmen. Iedereen ziet ze voor de stemming opent."),
    )
    max_approvals = IntegerField(
        _l("Hoeveel projecten mag je kiezen?"),
        [Optional(), NumberRange(1, 1000, _l("Vul een getal vanaf 1 in, of laat leeg."))],
        description=_l("Laat leeg als je zoveel mag kiezen als je wil."),
    )
    decided_on = DateField(_l("Datum van het reglement"), [Optional()])
    decision_uri = StringField(
        _l("Link naar het reglement"),
        [Optional(), at_most(300), URL(message=_l("Vul een volledig adres in, dat begint met https://."))],
    )

    def plan(self, round: Round | None = None) -> RoundPlan:
        """What was filled in, as a plan. Times are those of Brussels; without a vote they follow the phases."""
        rule = Rule(self.rule.data) if "rule" in self else Rule.GREEDY
        return RoundPlan(
            slug=self.slug.data,
            title=clean_line(self.title.data, most=120, least=3),
            intro=self.intro.data,
            amount_cents=self.amount_cents.data or 0,
            **(_dates_as_they_are(round) if round is not None and round.without_vote else self._dates),
            minimum_age=self.minimum_age.data,
            maximum_age=self.maximum_age.data,
            rule=rule,
            rule_options=options(
                rule,
                step_cents=self.step_cents.data if "rule" in self else None,
                until_overspent=bool("rule" in self and self.until_overspent.data),
                completes=bool("rule" in self and self.completes.data),
                lot_seed=clean_line(self.lot_seed.data or "", most=100),
            ),
            max_approvals=self.max_approvals.data if "max_approvals" in self else None,
            decided_on=self.decided_on.data,
            decision_uri=self.decision_uri.data or "",
            pots={area: self[name].data for area, name in self.area_pots.items() if self[name].data is not None},
            theme_pots={theme: self[name].data for theme, name in self.theme_pots.items()
                        if self[name].data is not None},
        )  # fmt: skip

    @property
    def _dates(self) -> dict[str, datetime]:
        return {name: on_the_clock(self[name].data) for name in DATES}


def _dates_as_they_are(round: Round) -> dict[str, datetime]:
    return {
        "opens_at": round.poll.opens_at, "closes_at": round.poll.closes_at, "publishes_at": round.publishes_at,
    }  # fmt: skip


def round_form(
    areas: Sequence[Area], themes: Sequence[str], round: Round | None = None, rules: RoundRegulation | None = None
) -> RoundForm:
    """The form with one amount per deelgemeente and per theme, filled in when a round is changed.

    How many projects one may choose is not asked when the regulation has a way of voting: that says it. What residents
    divided is not asked at all, and themes have neither a division nor a rule about prices.
    """
    is_divided_here = round is None or not (round.is_about_themes or round.themes_from_id is not None)
    here = [pot.theme for pot in round.pots if pot.theme] if round is not None else []
    names = dict.fromkeys([*themes, *here]) if is_divided_here else {}
    area_pots = {area.id: f"pot_{area.id}" for area in areas} if is_divided_here else {}
    theme_pots = {theme: f"themapot_{slug_of(theme)}" for theme in names}
    fields: dict[str, Any] = {area_pots[area.id]: EuroField(area.name, [Optional()]) for area in areas if area_pots}
    fields |= {name: EuroField(theme, [Optional()]) for theme, name in theme_pots.items()}
    kind = type("RoundFormHere", (RoundForm,), {**fields, "area_pots": area_pots, "theme_pots": theme_pots})
    values: dict[str, Any] = {}
    if round is not None:
        same = ("title", "slug", "intro", "amount_cents", "max_approvals", "decided_on", "decision_uri")
        values = {
            **{name: getattr(round, name) for name in same},
            "opens_at": _local(round.poll.opens_at),
            "closes_at": _local(round.poll.closes_at),
            "publishes_at": _local(round.publishes_at),
            "minimum_age": round.poll.minimum_age,
            "maximum_age": round.poll.maximum_age,
            "rule": round.rule.value,
            "step_cents": round.rule_options.get("step_cents"),
            "until_overspent": round.rule_options.get("add1_stop") == "overspend",
            "completes": round.rule_options.get("complete") == "greedy",
            "lot_seed": round.rule_options.get("lot_seed", ""),
            **{theme_pots.get(pot.theme) or area_pots.get(pot.area_id or 0, "_"): pot.amount_cents
               for pot in round.pots},
        }  # fmt: skip
    form: RoundForm = kind(**values)
    if round is not None and round.without_vote:
        for name in DATES:
            delattr(form, name)
    if rules is not None and rules.vote_method is not None:
        del form.max_approvals
    if round is not None and round.is_about_themes:
        for name in OF_PRICES:
            delattr(form, name)
    return form


class CodeForm(Form):
    """What everything on a ballot has."""

    code = StringField(
        _l("Code"),
        [
            *filled(_l("Geef het project een korte code, zoals p12.")),
            Regexp(r"[A-Za-z0-9-]{1,20}\Z", message=_l("Gebruik hoogstens 20 letters, cijfers en streepjes.")),
        ],
        description=_l("Staat op het stembiljet en in het bestand met de uitslag."),
    )


class ThemeForm(CodeForm):
    """One theme of a round about themes: it has no price and lies nowhere."""

    title = StringField(_l("Naam van het thema"), [*filled(_l("Geef het thema een naam.")), at_most(LONGEST_THEME)])
    body = TextAreaField(_l("Waarover gaat dit thema?"), [clean(lambda text: clean_text(text, most=5000))])

    def plan(self, *, origin_id: int | None) -> ProjectPlan:
        """What was filled in, as a plan; a theme grows from no proposal."""
        name = clean_line(self.title.data, most=LONGEST_THEME, least=3)
        return theme_plan(self.code.data, name, self.body.data)


class FrozenProjectForm(CodeForm):
    """What the city may still say of a project that a group handed in."""

    theme = StringField(_l("Thema"), [Optional(), at_most(60)])

    def changed(self, plan: ProjectPlan) -> ProjectPlan:
        """The plan with what was filled in."""
        return replace(plan, code=self.code.data, theme=clean_line(self.theme.data or "", most=60))


class ProjectForm(FrozenProjectForm):
    """One project of a round."""

    title = StringField(_l("Titel"), [*filled(_l("Vul een titel in.")), at_most(120)])
    body = TextAreaField(_l("Wat is het plan?"), [clean(lambda text: clean_text(text, most=5000))])
    cost_cents = EuroField(_l("Prijs"), [InputRequired(_l("Vul de prijs in.")),
                                         NumberRange(1, message=_l("Vul een bedrag boven nul in."))])  # fmt: skip
    area_ids = SelectMultipleField(
        _l("In welke deelgemeente?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Kies er geen als het project voor heel de stad is."),
    )
    latitude = FloatField(_l("Breedtegraad"), [Optional(), NumberRange(49, 52, _l("Dit ligt niet in België."))])
    longitude = FloatField(_l("Lengtegraad"), [Optional(), NumberRange(2, 7, _l("Dit ligt niet in België."))])

    def plan(self, *, origin_id: int | None) -> ProjectPlan:
        """What was filled in, as a plan."""
        is_placed = self.latitude.data is not None and self.longitude.data is not None
        return ProjectPlan(
            code=self.code.data,
            title=clean_line(self.title.data, most=120, least=3),
            body=self.body.data,
            cost_cents=self.cost_cents.data or 0,
            theme=clean_line(self.theme.data or "", most=60),
            area_ids=frozenset(self.area_ids.data or ()),
            origin_id=origin_id,
            latitude=self.latitude.data if is_placed else None,
            longitude=self.longitude.data if is_placed else None,
        )


class ImportForm(Form):
    """Many projects from one file."""

    file = FileField(_l("Bestand met projecten (CSV)"), [FileRequired(_l("Kies een bestand."))])


class ReasonForm(Form):
    """Why a project goes off the list."""

    reason = StringField(_l("Waarom gaat dit project van de lijst?"), [*filled(_l("Schrijf waarom.")), at_most(300)])


class PublishForm(Form):
    """Preparing or confirming a result asks nothing but a press of the button."""


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BRUSSELS).replace(tzinfo=None)
