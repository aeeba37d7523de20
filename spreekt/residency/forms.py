"""What is asked to prove where somebody lives, at the desk and from the register keeper."""

from datetime import date

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from spreekt.identity.code_letters import Claim
from spreekt.identity.forms import NationalNumberField, number_filled
from spreekt.kernel.clock import BRUSSELS
from spreekt.web.context import now
from spreekt.web.forms import Form, at_most, filled

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
"""A browser's own picker sends the first; people without one write the others."""
LOOKUP_PURPOSES = (
    ("", _l("Kies waarom je deze persoon opzoekt")),
    ("aan-het-loket", _l("Deze persoon staat aan het loket en wil het verblijf tonen")),
    ("vraag-over-brief", _l("Vraag over een brief met een code")),
    ("vraag-over-account", _l("Vraag over een account")),
)


class LetterForm(Form):
    """Ask a letter: who are you?"""

    number = NationalNumberField(
        _l("Je rijksregisternummer"),
        validators=[number_filled],
        description=_l("11 cijfers, op de achterkant van je identiteitskaart. Punten en streepjes mogen. "
                       "We bewaren dit nummer niet."),
    )  # fmt: skip
    born_on = DateField(_l("Je geboortedatum"), format=DAY_FORMATS, validators=filled(_l("Vul je geboortedatum in.")))

    def validate_born_on(self, field: DateField) -> None:
        if field.data is not None and not date(1900, 1, 1) <= field.data <= now().astimezone(BRUSSELS).date():
            raise ValidationError(_l("Vul je geboortedatum in, bijvoorbeeld 30/07/1985."))

    @property
    def claim(self) -> Claim:
        return Claim(self.number.key, self.born_on.data)


class CodeForm(Form):
    """The code of the letter."""

    code = StringField(
        _l("De code uit je brief"),
        validators=[*filled(_l("Vul de code uit je brief in.")), at_most(60)],
        description=_l("Vier groepjes van vier tekens. Hoofdletters en streepjes maken niet uit."),
    )


class LookupForm(Form):
    """Find one resident, for a reason that goes into the log."""

    number = NationalNumberField(
        _l("Rijksregisternummer"),
        validators=[number_filled],
        description=_l("Van de identiteitskaart die voor je ligt. Het nummer wordt niet bewaard."),
    )
    purpose = SelectField(_l("Waarom zoek je deze persoon op?"), choices=LOOKUP_PURPOSES,
                          validators=filled(_l("Kies een reden. Ze komt in het logboek.")))  # fmt: skip


class DeskForm(Form):
    """With the card seen: tie the resident at the desk to the account of their own mailbox, or send a letter."""

    subject = HiddenField()
    email = EmailField(
        _l("E-mailadres van het account"),
        validators=[*filled(_l("Vraag het e-mailadres waarmee de inwoner zich aanmeldt.")), at_most(254)],
        description=_l("Precies zoals de inwoner het zegt. Zoeken op een deel van een adres kan niet."),
    )
    card_seen = BooleanField(
        _l("Ik heb de identiteitskaart gezien. Naam, foto en adres kloppen."),
        validators=filled(_l("Kijk eerst de identiteitskaart na en vink dit aan.")),
    )

    @property
    def wants_letter(self) -> bool:
        """Which of the two buttons was pressed."""
        return request.form.get("decision") == "letter"


class PlainForm(Form):
    """A button that needs no answers."""


class CaseForm(Form):
    """Why a case is decided."""

    reason = TextAreaField(
        _l("Waarom?"),
        validators=[*filled(_l("Schrijf waarom je dit beslist.")), at_most(1000)],
        description=_l("Komt in het logboek. Schrijf geen rijksregisternummer, naam of adres."),
    )


class RegisterForm(Form):
    """A file from the population register."""

    file = FileField(
        _l("Bestand uit het bevolkingsregister"),
        validators=[FileRequired(_l("Kies het CSV-bestand."))],
        description=_l("CSV in UTF-8 met puntkomma's, zoals afgesproken met dienst Burgerzaken."),
    )
    reference_on = DateField(
        _l("Peildatum"), format=DAY_FORMATS, validators=filled(_l("Vul de dag in waarop het register zo was."))
    )
    only_check = BooleanField(_l("Alleen nakijken, nog niets inlezen"), default=True)
