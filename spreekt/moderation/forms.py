"""What people fill in around submissions: a reaction, a report, a decision. What it may hold is judged in domain."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from spreekt.kernel.errors import Invalid
from spreekt.moderation import pictures
from spreekt.moderation.house_rules import FOR_READERS
from spreekt.web.forms import Form, filled


class CommentForm(Form):
    """One reaction."""

    body = TextAreaField(_l("Je reactie"), filled(_l("Schrijf eerst je reactie.")))


class PhotoFields(Form):
    """A photo and its words, for a form of any module to inherit. `has_photo` tells whether one came along."""

    photo = FileField(_l("Foto"))
    alt = StringField(_l("Wat staat er op de foto?"))

    @property
    def has_photo(self) -> bool:
        return bool(self.photo.data and getattr(self.photo.data, "filename", ""))

    def validate_alt(self, field: Any) -> None:
        """A photo without words says nothing to who cannot see it."""
        if self.has_photo:
            try:
                pictures.described(field.data or "")
            except Invalid as refusal:
                self.blame("alt", refusal)


class ReportForm(Form):
    """Why a reader thinks that something should not be here."""

    reason = RadioField(
        _l("Wat is er mis?"),
        filled(_l("Kies waarom je dit meldt.")),
        choices=[SelectChoice(reason.code, _l(reason.label)) for reason in FOR_READERS],
    )
    words = TextAreaField(_l("Wil je er iets bij zeggen?"))
