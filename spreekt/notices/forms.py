"""The one form about mail."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from spreekt.notices.models import Frequency
from spreekt.web.forms import Form, filled

CHOICES = [
    (Frequency.AT_ONCE.value, _l("Meteen, bij elk bericht")),
    (Frequency.DAILY.value, _l("Eén mail per dag")),
    (Frequency.WEEKLY.value, _l("Eén mail per week, op maandag")),
    (Frequency.NEVER.value, _l("Geen mail. Ik kijk zelf in mijn berichten.")),
]


class FrequencyForm(Form):
    """How often we may write."""

    frequency = RadioField(
        _l("Hoe vaak mogen we je mailen?"), choices=CHOICES, validators=filled(_l("Kies hoe vaak we je mogen mailen."))
    )
