"""Forms that lose nothing: what they share, and the sentences they use when something is missing."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from spreekt.kernel.clock import on_the_clock
from spreekt.kernel.errors import DomainError, Invalid
from spreekt.web.context import now


class Form(FlaskForm):
    """Every form of the platform. Its faults are sentences that say what to do."""

    version = HiddenField()

    class Meta:
        locales = ("nl",)

    def blame(self, field: str, refusal: DomainError | str) -> None:
        """Put a rule's no beside the field it is about, so that the form comes back with all that was typed."""
        from spreekt.web.errors import words_of

        said = refusal if isinstance(refusal, str) else words_of(refusal)
        target: Field = self[field]
        target.errors = [*target.errors, said]

    @property
    def seen_version(self) -> int | None:
        """The version that the sender had before them, when the form carries one."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


class Filled(InputRequired):
    """Something must be there; spaces are nothing."""

    def __call__(self, form: Form, field: Field) -> None:
        given = field.raw_data[0] if field.raw_data else ""
        if isinstance(given, str) and not given.strip():
            field.errors = []
            raise StopValidation(self.message)
        super().__call__(form, field)


def filled(message: str) -> Sequence[Callable[..., Any]]:
    """The field must hold something; `message` says what: "Vul een titel in."."""
    return [Filled(message)]


def at_most(characters: int) -> Length:
    """A limit in characters, said kindly."""
    return Length(max=characters, message=_l("Maak dit korter: hoogstens %(max)d tekens."))


def clean(normalise: Callable[[str], str]) -> Callable[[Form, Field], None]:
    """A validator that puts a text in its proper form, or repeats why it cannot."""

    def validate(_form: Form, field: Field) -> None:
        try:
            field.data = normalise(field.data or "")
        except Invalid as refusal:
            raise ValidationError(str(refusal)) from None

    return validate


def real_hour(_form: Form, field: Field) -> None:
    """A validator for a day and hour: it must be one moment on a clock in Brussels, also in the nights it changes."""
    if field.data is not None:
        try:
            on_the_clock(field.data)
        except Invalid as refusal:
            raise ValidationError(str(refusal)) from None


def within_days(days: int) -> Callable[[Form, Field], None]:
    """A validator for a day and hour, after `real_hour`: further ahead than this is a slip of the pen."""

    def validate(_form: Form, field: Field) -> None:
        if not field.errors and on_the_clock(field.data) > now() + timedelta(days=days):
            too_far = _l("Dat is meer dan %(days)s dagen ver. Kijk de dag, de maand en het jaar na.", days=days)
            raise ValidationError(str(too_far))

    return validate


class EuroField(IntegerField):
    """An amount as people write it ("1.500", "1500,50", "€ 20"), kept in cents."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 100},{self.data % 100:02d}".removesuffix(",00")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = valuelist[0].replace("€", "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        whole, _comma, rest = text.partition(",")
        whole = whole.replace(".", "")
        if not (
            whole.isascii()
            and whole.isdigit()
            and len(whole) <= 9
            and (not rest or (rest.isdigit() and len(rest) <= 2))
        ):
            self.data = None
            raise StopValidation(str(_l("Vul een bedrag in, zoals 1.500 of 12,50.")))
        self.data = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
