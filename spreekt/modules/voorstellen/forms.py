"""What people fill in about proposals, and its Dutch words. What a text may hold is the domain's business."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.kernel.errors import DomainError
from spreekt.kernel.places import Box, Point
from spreekt.moderation.forms import PhotoFields
from spreekt.modules.voorstellen.answers import Reply
from spreekt.modules.voorstellen.domain import Idea, Place, clean_body, clean_title, finished
from spreekt.modules.voorstellen.lists import Sort
from spreekt.modules.voorstellen.models import AnswerKind, Proposal, Stage
from spreekt.territory.models import Area, Street
from spreekt.web.forms import Form, filled

STAGE_WORDS = {
    Stage.OPEN: _l("Zoekt steun"),
    Stage.WAITING: _l("Wacht op een antwoord"),
    Stage.ANSWERED: _l("Beantwoord"),
}
ANSWER_WORDS = {
    AnswerKind.ACCEPTED: _l("We doen het"),
    AnswerKind.EXAMINING: _l("We onderzoeken het"),
    AnswerKind.PARTLY: _l("We doen een deel"),
    AnswerKind.DECLINED: _l("We doen het niet"),
}
SORT_WORDS = {
    Sort.NEWEST: _l("Nieuwste eerst"),
    Sort.OLDEST: _l("Oudste eerst"),
    Sort.SUPPORT: _l("Meeste steun eerst"),
    Sort.DUE: _l("Antwoord moet er het eerst zijn"),
}


class IdeaForm(Form):
    """Title, text and theme. A draft may be saved with no more than a title."""

    title = StringField(_l("Hoe heet je voorstel?"), filled(_l("Geef je voorstel een titel.")))
    body = TextAreaField(_l("Wat wil je, en waarom?"), [Optional()])
    theme = RadioField(_l("Waar gaat het over?"), [Optional()], validate_choice=False)

    def offer(self, themes: Sequence[Any]) -> "IdeaForm":
        self.theme.choices = [SelectChoice(theme.code, theme.name) for theme in themes]
        return self

    def idea(self, *, whole: bool) -> Idea | None:
        """The words, or None with each fault beside its field. `whole`: nothing may be missing."""
        title = self._clean("title", clean_title)
        body = self._clean("body", clean_body)
        theme = self.theme.data or ""
        if theme and theme not in {choice.value for choice in self.theme.choices}:
            self.blame("theme", _("Kies een van deze thema's."))
        if whole and not theme:
            self.blame("theme", _("Kies een thema."))
        if self.errors:
            return None
        idea = Idea(title, body, theme)
        if whole:
            try:
                finished(idea)
            except DomainError as refusal:
                self.blame("body", refusal)
                return None
        return idea

    def _clean(self, field: str, rule: Callable[[str], str]) -> str:
        try:
            return rule(self[field].data or "")
        except DomainError as refusal:
            if not self[field].errors:
                self.blame(field, refusal)
            return ""


class PlaceForm(Form):
    """Where it is about: the whole city, an area, or a street; and perhaps a point."""

    where = RadioField(
        _l("Kies een plaats"),
        choices=[
            SelectChoice("stad", _l("De hele stad")),
            SelectChoice("gebied", _l("Een deelgemeente")),
            SelectChoice("straat", _l("Een straat of plein")),
        ],
        default="stad",
    )
    area = SelectField(_l("Welke deelgemeente?"), validate_choice=False)
    street = StringField(_l("Welke straat of welk plein?"))
    latitude = StringField(_l("Breedtegraad"))
    longitude = StringField(_l("Lengtegraad"))

    def offer(self, areas: Sequence[Area], streets: dict[str, int]) -> "PlaceForm":
        self.area.choices = [
            SelectChoice("", _("Kies een deelgemeente")),
            *(SelectChoice(area.code, area.name) for area in areas),
        ]
        self.areas, self.streets = {area.code: area for area in areas}, streets
        return self

    def show(self, proposal: Proposal) -> "PlaceForm":
        """Fill in what was chosen before."""
        name = next((label for label, id in self.streets.items() if id == proposal.street_id), "")
        code = next((area.code for area in proposal.areas if area.code in self.areas), "")
        self.where.data = "straat" if name else "gebied" if code else "stad"
        self.street.data, self.area.data = name, "" if name else code
        if proposal.latitude is not None and proposal.longitude is not None:
            self.latitude.data, self.longitude.data = str(proposal.latitude), str(proposal.longitude)
        return self

    def place(self, box: Box, street_of: Callable[[int], Street | None]) -> Place | None:
        """The place, or None with each fault beside its field."""
        street = area = point = None
        if self.where.data == "straat":
            id = street_named(self.street.data or "", self.streets)
            street = street_of(id) if id is not None else None
            if street is None:
                self.blame("street", _("We vinden deze straat niet. Kies ze uit de lijst, of kies een deelgemeente."))
        elif self.where.data == "gebied":
            area = self.areas.get(self.area.data or "")
            if area is None:
                self.blame("area", _("Kies een deelgemeente uit de lijst."))
        if (self.latitude.data or "").strip() or (self.longitude.data or "").strip():
            try:
                point = Point.parse(box, self.latitude.data or "", self.longitude.data or "")
            except DomainError as refusal:
                self.blame("latitude", refusal)
        return None if self.errors else Place(street, area, point)


def street_labels(rows: Sequence[tuple[int, str, str]]) -> dict[str, int]:
    """How the list calls each street: "Heuleplaats, Heule"."""
    return {f"{name}, {area}" if area else name: id for id, name, area in rows}


def street_named(text: str, labels: dict[str, int]) -> int | None:
    """The street that somebody means: as the list calls it, or by its name alone when only one bears it."""
    wanted = " ".join(text.split()).casefold()
    found = {
        id for label, id in labels.items() if wanted and wanted in {label.casefold(), label.split(",")[0].casefold()}
    }
    return found.pop() if len(found) == 1 else None


class AnswerForm(Form):
    """The city's answer."""

    kind = RadioField(
        _l("Wat doet de stad?"),
        filled(_l("Kies wat de stad doet.")),
        choices=[SelectChoice(kind.value, words) for kind, words in ANSWER_WORDS.items()],
    )
    service = StringField(_l("Welke dienst antwoordt?"), filled(_l("Vul in welke dienst antwoordt.")))
    text = TextAreaField(_l("Het antwoord"), filled(_l("Schrijf het antwoord.")))
    next_step_on = DateField(_l("Wanneer gebeurt de volgende stap?"), [Optional()])

    @property
    def reply(self) -> Reply:
        on: date | None = self.next_step_on.data
        return Reply(AnswerKind(self.kind.data), self.service.data, self.text.data, on)


class PhotoForm(PhotoFields):
    """A photo with its words; or take away the one there is."""

    gone = BooleanField(_l("Haal deze foto weg"))


class PressForm(Form):
    """A form of one button: only what guards it."""
