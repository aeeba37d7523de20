"""What is filled in about the roll: files, movers, objections, a number at the desk. Rules are elsewhere."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from spreekt.identity.accounts import normal_email
from spreekt.identity.forms import NationalNumberField, number_filled
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.text import clean_line, clean_text
from spreekt.web.context import now
from spreekt.web.forms import Form, at_most, clean, filled

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
"""A browser's own picker sends the first; people without one write the others."""


def born_before_today(_form: Form, field: DateField) -> None:
    """A validator for a birth date."""
    if field.data is not None and not date(1900, 1, 1) <= field.data <= now().astimezone(BRUSSELS).date():
        raise ValidationError(_l("Vul de geboortedatum in, bijvoorbeeld 30/07/1985."))


class RollFileForm(Form):
    """A roll file, with the day on which the register was so."""

    file = FileField(
        _l("Kiezerslijst uit het bevolkingsregister"),
        validators=[FileRequired(_l("Kies het CSV-bestand."))],
        description=_l("CSV in UTF-8 met puntkomma's. Namen en adressen bewaren we niet."),
    )
    reference_on = DateField(
        _l("Peildatum"), format=DAY_FORMATS, validators=filled(_l("Vul de dag in waarop het register zo was."))
    )


class AgreedForm(Form):
    """What stood on the second person's screen, word for word."""

    about = HiddenField()


class MailingForm(Form):
    """The roll file once more, to make the addresses for the letters from it."""

    file = FileField(
        _l("Hetzelfde bestand als de kiezerslijst"),
        validators=[FileRequired(_l("Kies het CSV-bestand."))],
        description=_l("We kijken na of het precies dezelfde kiezers heeft. Na een verandering: een nieuw bestand."),
    )


class CodesForm(Form):
    """The two files of the credential authority."""

    codes = FileField(_l("publieke-codes.json"), validators=[FileRequired(_l("Kies publieke-codes.json."))])
    whose = FileField(_l("koppeling.csv"), validators=[FileRequired(_l("Kies koppeling.csv."))])


class RemovalForm(Form):
    """Who leaves the roll, and why."""

    number = NationalNumberField(
        _l("Rijksregisternummer"), validators=[number_filled], description=_l("Het nummer wordt niet bewaard.")
    )
    reason = TextAreaField(
        _l("Waarom?"),
        validators=[*filled(_l("Schrijf waarom. De reden komt in het logboek.")), at_most(500)],
        description=_l("Zoals: verhuisd voor de peildatum. Schrijf geen naam of adres."),
    )


class AdditionForm(RemovalForm):
    """Who comes on the roll. The choices of `area` are given by the view."""

    born_on = DateField(
        _l("Geboortedatum in het register"),
        format=DAY_FORMATS,
        validators=[*filled(_l("Vul de geboortedatum in.")), born_before_today],
    )
    area = SelectField(_l("Deelgemeente"), coerce=int)


class ObjectionForm(Form):
    """Somebody who should be on the roll tells who they are; nothing more than is needed to look."""

    name = StringField(
        _l("Je voornaam en naam"),
        validators=[*filled(_l("Vul je voornaam en naam in.")), clean(lambda text: clean_line(text, most=120))],
        description=_l("Zoals op je identiteitskaart."),
    )
    born_on = DateField(
        _l("Je geboortedatum"),
        format=DAY_FORMATS,
        validators=[*filled(_l("Vul je geboortedatum in.")), born_before_today],
    )
    street = StringField(
        _l("Je straat en huisnummer"),
        validators=[*filled(_l("Vul je straat en huisnummer in.")), clean(lambda text: clean_line(text, most=120))],
        description=_l("Waar je officieel woont."),
    )
    email = EmailField(
        _l("Je e-mailadres"),
        validators=[Optional(), at_most(254), clean(normal_email)],
        description=_l("Daar sturen we het antwoord naartoe. Liever telefoon? Laat dit dan leeg."),
    )
    phone = StringField(_l("Je telefoonnummer"), validators=[clean(lambda text: clean_line(text, most=30))])
    words = TextAreaField(
        _l("Wil je er iets bij vertellen?"),
        validators=[clean(lambda text: clean_text(text, most=800))],
    )

    def validate_phone(self, field: StringField) -> None:
        if not (field.data or "").strip() and not (self.email.data or "").strip():
            raise ValidationError(_l("Vul een e-mailadres of een telefoonnummer in. Anders kunnen we niet antwoorden."))


class DismissalForm(Form):
    """Why an objection is not upheld. The reason goes to who wrote it."""

    reason = TextAreaField(
        _l("Wat antwoord je?"),
        validators=[*filled(_l("Schrijf wat je antwoordt.")), at_most(1000)],
        description=_l("Dit gaat naar wie bezwaar maakte. Zeg wat je nakeek en wat die persoon nog kan doen."),
    )


class UpholdingForm(AdditionForm):
    """The objector as the register knows them, to be put on the roll."""


class CardForm(Form):
    """The number on the card that lies on the counter."""

    number = NationalNumberField(
        _l("Rijksregisternummer"),
        validators=[number_filled],
        description=_l("Van de identiteitskaart die voor je ligt. Het nummer wordt niet bewaard."),
    )


class VisitorForm(Form):
    """Who stands at the counter, sealed, and which of the buttons was pressed."""

    subject = HiddenField()
