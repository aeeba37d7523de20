"""What is asked of who types paper ballots."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from spreekt.web.forms import Form, at_most


class SheetForm(Form):
    """One sheet, as short as it can be typed."""

    typed = StringField(
        _l("Wat staat er op dit blad?"), [Optional(), at_most(2000)],
        description=_l("Codes met een spatie ertussen. Of “blanco”, of “ongeldig”. Leeg is blanco."),
    )  # fmt: skip


class SheetsFileForm(Form):
    """A whole pile from a scanner."""

    file = FileField(
        _l("Bestand van de scanner (CSV)"), [FileRequired(_l("Kies een bestand."))],
        description=_l("Elke regel: blad;keuze. Wat je van deze stapel al typte, wordt vervangen."),
    )  # fmt: skip


class MinutesForm(Form):
    """What became of the paper."""

    reason = TextAreaField(
        _l("Waarom kwamen er bladen niet terug?"), [Optional(), at_most(500)],
        description=_l("Alleen als er bladen ontbreken. Iedereen kan dit lezen op de uitslagpagina. Noem niemand."),
    )  # fmt: skip
