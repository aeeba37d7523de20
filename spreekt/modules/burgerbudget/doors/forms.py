"""What is asked of who votes with a code, and at the desk."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import Optional

from spreekt.identity.forms import NationalNumberField, number_filled
from spreekt.web.forms import Form, at_most, filled

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
"""A browser's own picker sends the first; people without one write the others."""


class CodeForm(Form):
    """A code, and beside a code from a letter the birth date of who it is for."""

    code = StringField(
        _l("Je code"),
        [*filled(_l("Vul de code in.")), at_most(60)],
        description=_l("Groepjes van vier tekens. Hoofdletters, spaties en streepjes maken niet uit."),
    )
    born_on = DateField(
        _l("Je geboortedatum"), [Optional()], format=DAY_FORMATS,
        description=_l("Bij een code uit een brief. We bewaren dit niet."),
    )  # fmt: skip


class CardForm(Form):
    """The card on the counter."""

    number = NationalNumberField(
        _l("Rijksregisternummer"),
        validators=[number_filled],
        description=_l("Van de identiteitskaart die voor je ligt. Het nummer wordt niet bewaard."),
    )


class VisitorForm(Form):
    """Something done for who was looked up a moment ago."""

    subject = HiddenField()
