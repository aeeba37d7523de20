"""What people fill in about committees. What it may be is decided in committees.py."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.web.forms import Form, at_most, filled

PEOPLE = (1, 2, 3)
STREETS = (1, 2, 3)


class FoundingForm(Form):
    """A committee that neighbours propose."""

    name = StringField(_l("Hoe heet het comité?"), [*filled(_l("Geef het comité een naam.")), at_most(80)])
    about = TextAreaField(_l("Wat doen jullie in de buurt?"), [Optional()])
    form = RadioField(
        _l("Welke vorm heeft het comité?"), filled(_l("Kies een vorm.")), default="feitelijke-vereniging",
        choices=[SelectChoice("feitelijke-vereniging", _l("Feitelijke vereniging")), SelectChoice("vzw", "Vzw")],
    )  # fmt: skip
    number = StringField(_l("vCode of ondernemingsnummer"), [Optional()])
    area = SelectField(_l("Een hele wijk of een heel gebied"), [Optional()], default="")
    outline = TextAreaField(_l("Getekend gebied (GeoJSON)"), [Optional()])


for _number in STREETS:
    setattr(FoundingForm, f"street_{_number}", StringField(_l("Straat"), [Optional()]))
for _number in PEOPLE:
    _who = filled(_l("Vul een naam in.")) if _number < 3 else [Optional()]
    _mail = filled(_l("Vul een e-mailadres in.")) if _number < 3 else [Optional()]
    setattr(FoundingForm, f"name_{_number}", StringField(_l("Naam"), _who))
    setattr(FoundingForm, f"email_{_number}", EmailField(_l("E-mailadres"), _mail))


class ContactForm(Form):
    """What a contact says of themselves."""

    may_publish = BooleanField(_l("Mijn naam mag op de pagina van het comité staan"))


class SuccessorForm(Form):
    """Who takes the place of somebody."""

    leaver = SelectField(_l("Wie geeft door?"), coerce=int)
    name = StringField(_l("Naam van de nieuwe contactpersoon"), filled(_l("Vul een naam in.")))
    email = EmailField(_l("E-mailadres"), filled(_l("Vul een e-mailadres in.")))


class LetterForm(Form):
    """A mail to all committees of an area."""

    area = SelectField(_l("Naar alle comités van"), coerce=int)
    subject = StringField(_l("Onderwerp"), filled(_l("Vul een onderwerp in.")))
    text = TextAreaField(_l("Bericht"), filled(_l("Schrijf je bericht.")))
