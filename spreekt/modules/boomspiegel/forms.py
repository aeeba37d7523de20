"""What residents fill in about tree pits. What it may hold is the domain's business."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.moderation.forms import PhotoFields
from spreekt.modules.boomspiegel import plants, regulation
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, Adoption, Nearness, Regulation
from spreekt.modules.boomspiegel.care_models import Concern, Deed
from spreekt.modules.boomspiegel.domain import Plan
from spreekt.modules.boomspiegel.plants import Plant
from spreekt.modules.boomspiegel.words import ADOPTER_WORDS, CONCERN_WORDS, DEED_WORDS, LIGHT_WORDS, NEAR_WORDS
from spreekt.web.forms import Form, filled


class Boxes(SelectMultipleField):
    """Several answers, each with its own box. What is not on the list is left for the rule to refuse by name."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, validate_choice=False, **options)


def picks(words: dict[Any, Any], *but: Any) -> list[SelectChoice]:
    """Choices from an enumeration and its words."""
    return [SelectChoice(value.value, said) for value, said in words.items() if value not in but]


class WhoForm(Form):
    """Who adopts."""

    kind = RadioField(_l("Wie gaat zorgen?"), filled(_l("Kies wie gaat zorgen.")), choices=picks(ADOPTER_WORDS))
    group_name = StringField(_l("Naam van de school of het comité"), [Optional()])

    def show(self, adoption: Adoption) -> None:
        if adoption.adopter_kind is not None:
            self.kind.data, self.group_name.data = adoption.adopter_kind.value, adoption.group_name

    @property
    def chosen(self) -> AdopterKind:
        return AdopterKind(self.kind.data)


class WhereForm(Form):
    """Why here, and whether a first name may be shown."""

    nearness = RadioField(_l("Waarom deze plek?"), filled(_l("Kies waarom deze plek.")), choices=picks(NEAR_WORDS))
    first_name = StringField(_l("Je voornaam op de pagina van deze plek"), [Optional()])

    def show(self, adoption: Adoption) -> None:
        if adoption.nearness is not None:
            self.nearness.data = adoption.nearness.value
        self.first_name.data = adoption.first_name

    @property
    def chosen(self) -> Nearness:
        return Nearness(self.nearness.data)


class PlanForm(Form):
    """What will grow here."""

    plants = Boxes(_l("Planten van de lijst"), choices=[])
    words = TextAreaField(_l("Vertel wat je wil planten"), [Optional()])
    keeps_words = BooleanField(_l("Ik las de waarschuwing. Ik plant deze verboden planten niet."))

    def offer(self, adoption: Adoption) -> "PlanForm":
        """The plants that stay low enough here; what likes the light of this place stands first."""
        limit = regulation.height_limit(adoption.regulation, adoption.adoptable)
        light = adoption.adoptable.light
        low = [plant for plant in plants.allowed().values() if plant.height_cm <= limit]
        low.sort(key=lambda plant: not plant.likes(light))
        self.plants.choices = [SelectChoice(plant.code, plant.name) for plant in low]
        self.hints = {plant.code: about(plant, likes=plant.likes(light)) for plant in low}
        return self

    def show(self, adoption: Adoption) -> None:
        self.plants.data = [row.plant_code for row in adoption.plants]
        self.words.data = adoption.plan_words

    @property
    def plan(self) -> Plan:
        return Plan(tuple(self.plants.data or ()), self.words.data or "", bool(self.keeps_words.data))


def about(plant: Plant, *, likes: bool = True) -> str:
    """One line about a plant: Latin name, height, light, and what to know."""
    light = ", ".join(str(LIGHT_WORDS[one]) for one in sorted(plant.light))
    said = [plant.latin, _("%(height)s cm", height=plant.height_cm), light]
    said += [_("inheems")] if plant.is_native else []
    said += [_("eetbaar")] if plant.is_edible else []
    said += [_("licht giftig: we kijken dit na")] if plant.verdict is plants.Verdict.LOOK else []
    said += [] if likes else [_("houdt niet van het licht op deze plek")]
    return " · ".join(said)


class RulesForm(Form):
    """The regulation, rule by rule."""

    rules = Boxes(_l("Dit spreken we af"), choices=[])

    def offer(self, rules: Regulation) -> "RulesForm":
        self.rules.choices = [SelectChoice(rule["code"], rule["text"]) for rule in rules.rules]
        return self

    @property
    def codes(self) -> set[str]:
        return set(self.rules.data or ())


class BeforeForm(PhotoFields):
    """A photo of the place as it is now."""


class TakeOverForm(RulesForm):
    """Who takes a place over."""

    kind = RadioField(_l("Wie gaat zorgen?"), filled(_l("Kies wie gaat zorgen.")), choices=picks(ADOPTER_WORDS))
    nearness = RadioField(_l("Waarom deze plek?"), filled(_l("Kies waarom deze plek.")), choices=picks(NEAR_WORDS))


class CareForm(Form):
    """One line in the care log."""

    deed = RadioField(_l("Wat deed je?"), filled(_l("Kies wat je deed.")), choices=picks(DEED_WORDS))
    litres = IntegerField(_l("Hoeveel liter water?"), [Optional()])
    done_on = DateField(_l("Wanneer?"), filled(_l("Kies de dag.")))

    @property
    def entry(self) -> tuple[Deed, int | None, date]:
        return Deed(self.deed.data), self.litres.data, self.done_on.data


class ConcernForm(PhotoFields):
    """Something for staff."""

    concern = RadioField(_l("Wat is er?"), filled(_l("Kies wat er is.")), choices=picks(CONCERN_WORDS))
    words = TextAreaField(_l("Vertel wat je zag"), filled(_l("Vertel wat je zag.")))

    @property
    def chosen(self) -> Concern:
        return Concern(self.concern.data)


class PressForm(Form):
    """A form of one button: only what guards it."""
