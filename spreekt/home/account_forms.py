"""What administrators fill in about an account. The acts themselves are in identity/grants.py."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired

from spreekt.identity.role_names import ROLE_NAMES
from spreekt.kernel.actor import Role
from spreekt.web.forms import Form, at_most


class ReasonForm(Form):
    """Why; it goes in the log."""

    reason = TextAreaField(
        _l("Reden"), validators=[DataRequired(_l("Schrijf waarom. Het komt in het logboek.")), at_most(500)]
    )


class GrantForm(ReasonForm):
    """Which role, and where it reaches."""

    role = SelectField(_l("Rol"), coerce=Role)
    area = SelectField(_l("Gebied"), coerce=int)
    module = SelectField(_l("Onderdeel"))

    def offer(self, *, areas: list[tuple[int, str]], modules: list[tuple[str, str]]) -> None:
        """Fill the lists: roles, areas (id, name) and modules (name, words)."""
        self.role.choices = [(role.value, gettext(words)) for role, words in ROLE_NAMES.items()]
        self.area.choices = [(0, gettext("Heel de stad")), *areas]
        self.module.choices = [("", gettext("Alle onderdelen")), *modules]
