"""What a group fills in, one question a screen. What a dossier may hold is judged in domain.py."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from spreekt.identity.accounts import normal_email
from spreekt.kernel.dutch import euro
from spreekt.kernel.errors import DomainError
from spreekt.kernel.places import Box, Point
from spreekt.moderation.forms import PhotoFields
from spreekt.modules.burgerbudget.dossiers.domain import cleaned
from spreekt.modules.burgerbudget.dossiers.models import CostKind, DossierMember
from spreekt.modules.burgerbudget.models import Pot
from spreekt.web.forms import EuroField, Form, at_most, clean, filled

COST_WORDS = {
    CostKind.INVESTMENT: _l("Eenmalige kost"),
    CostKind.UPKEEP: _l("Onderhoud per jaar"),
    CostKind.OWN: _l("Eigen bijdrage"),
}


class IdeaForm(Form):
    """Title and text."""

    title = StringField(_l("Hoe heet jullie voorstel?"), filled(_l("Geef het voorstel een titel.")))
    body = TextAreaField(_l("Wat willen jullie doen?"))

    def idea(self) -> tuple[str, str] | None:
        """Both, cleaned; or None with the fault beside its field."""
        try:
            return cleaned(self.title.data or "", self.body.data or "")
        except DomainError as refusal:
            self.blame("title" if len(self.title.data or "") > 100 or len(self.title.data or "") < 3 else "body",
                       refusal)  # fmt: skip
            return None


class SpotForm(Form):
    """Where it comes."""

    theme = SelectField(_l("Voor welk thema vragen jullie geld?"))
    area_id = SelectField(_l("In welke deelgemeente?"), coerce=int)
    place = StringField(_l("Welke plek?"), [*filled(_l("Zeg waar het komt.")), at_most(200)])
    latitude = StringField(_l("Breedtegraad"))
    longitude = StringField(_l("Lengtegraad"))

    def offer(self, pots: Sequence[Pot], *, rest: int) -> "SpotForm":
        """Choose among the themes that have money; the question is not there in a round without them."""
        themes = [pot for pot in pots if pot.theme]
        if not themes:
            del self.theme
            return self
        other = _l("Een ander thema (tot %(amount)s)", amount=euro(rest)) if rest else _l("Kies een thema")
        self.theme.choices = [
            SelectChoice("", other),
            *(SelectChoice(pot.theme, f"{pot.theme} (tot {euro(pot.amount_cents)})") for pot in themes),
        ]
        return self

    def point(self, box: Box) -> Point | None:
        """The point, when one was filled in; a fault stands beside its field."""
        if not (self.latitude.data or "").strip() and not (self.longitude.data or "").strip():
            return None
        try:
            return Point.parse(box, self.latitude.data or "", self.longitude.data or "")
        except DomainError as refusal:
            self.blame("latitude", refusal)
            return None


class CostForm(Form):
    """One line of the cost table."""

    kind = RadioField(
        _l("Wat voor lijn is dit?"),
        filled(_l("Kies wat voor lijn dit is.")),
        choices=[SelectChoice(kind.value, words) for kind, words in COST_WORDS.items()],
    )
    label = StringField(_l("Waarvoor?"), [*filled(_l("Zeg waarvoor dit is.")), at_most(120)])
    amount_cents = EuroField(_l("Bedrag"), [InputRequired(_l("Vul het bedrag in.")),
                                            NumberRange(1, message=_l("Vul een bedrag boven nul in."))])  # fmt: skip


class StepForm(Form):
    """One step of the planning."""

    label = StringField(_l("Wat doen jullie?"), [*filled(_l("Zeg wat jullie doen.")), at_most(160)])
    until = DateField(_l("Tegen wanneer?"), filled(_l("Kies een dag.")))


class PicturesForm(PhotoFields):
    """A photo with its words."""


class AttachmentForm(Form):
    """A PDF with its name."""

    file = FileField(_l("PDF"))
    name = StringField(_l("Hoe heet dit document?"), [*filled(_l("Geef het document een naam.")), at_most(120)])


class InviteForm(Form):
    """Somebody who is asked to join."""

    label = StringField(_l("Wie vraag je?"), [*filled(_l("Vul een naam in die jij herkent.")), at_most(60)])
    email = EmailField(_l("E-mailadres"), [*filled(_l("Vul het e-mailadres in.")), at_most(254), clean(normal_email)])


class JoinForm(Form):
    """Yes, with what it means."""

    agrees = BooleanField(_l("Ik dien dit voorstel mee in en voer het mee uit."),
                          filled(_l("Vink aan dat je mee indient.")))  # fmt: skip


class LeadForm(Form):
    """Somebody else of the group who leads from now on, and said yes."""

    member_id = SelectField(_l("Wie leidt de groep?"), coerce=int)
    agrees = BooleanField(_l("Ik vroeg het, en die persoon zei ja."),
                          filled(_l("Vraag het eerst. Vink aan dat die persoon ja zei.")))  # fmt: skip

    def offer(self, members: Sequence[DossierMember]) -> "LeadForm":
        """Choose among these."""
        self.member_id.choices = [
            SelectChoice(member.id, member.account.display_name if member.account else _l("Een inwoner"))
            for member in members
        ]
        return self


class PressForm(Form):
    """A form of one button: only what guards it."""
