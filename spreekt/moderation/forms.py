"""What people fill in around submissions: a reaction, a report, a decision. What it may hold is judged in domain."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.kernel.errors import Invalid
from spreekt.kernel.workflow import Transition
from spreekt.moderation import pictures
from spreekt.moderation.house_rules import BY_CODE, FOR_READERS, REASONS
from spreekt.web.forms import Form, filled

LONGEST_WORDS = 2000
MOST_TIME_TO_MEND = timedelta(days=92)


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


class DecisionForm(Form):
    """What staff decide about an item, and why. One press on a button decides."""

    reason = SelectField(_l("Reden"), choices=[])
    words = TextAreaField(_l("Uitleg aan de schrijver"))
    due_on = DateField(_l("Aanpassen tegen"), [Optional()])

    def offer(self, steps: Sequence[Transition]) -> None:
        """Show the reasons that fit the steps that may be taken now."""
        names = {step.name for step in steps}
        fitting = [reason for reason in REASONS if reason.acts & names]
        self.reason.choices = [
            SelectChoice("", _l("Kies een reden")),
            *(SelectChoice(reason.code, _l(reason.label)) for reason in fitting),
        ]

    def is_whole_for(self, step: Transition, *, today: date) -> bool:
        """Whether everything is there that this step needs; what is not gets its sentence."""
        if step.asks_reason and not self.reason.data:
            self.blame("reason", _("Kies een reden."))
        elif step.asks_reason and step.name not in BY_CODE[self.reason.data].acts:
            self.blame("reason", _("Kies een reden die bij deze beslissing past."))
        if step.asks_reason and not (self.words.data or "").strip():
            self.blame("words", _("Schrijf in je eigen woorden waarom, en hoe het wel kan."))
        if len(self.words.data or "") > LONGEST_WORDS:
            self.blame("words", _("Maak je uitleg korter: hoogstens 2000 tekens."))
        if step.name == "ask_changes" and not self.due_on.errors and not _soon(self.due_on.data, today):
            self.blame("due_on", _("Kies een dag tussen morgen en drie maanden ver."))
        return not self.errors


class ReportDecisionForm(Form):
    """What staff decide about a report."""

    words = TextAreaField(_l("Uitleg"), filled(_l("Schrijf in je eigen woorden waarom.")))


def _soon(day: date | None, today: date) -> bool:
    return day is not None and today < day <= today + MOST_TIME_TO_MEND
