"""The forms of registering, signing in and one's own account. What may not be is decided by the rules they call."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import ValidationError

from spreekt.identity import residency
from spreekt.identity.accounts import PASSWORD_MOST, hashed, normal_email
from spreekt.identity.names import accepted_name
from spreekt.identity.national_number import NotANationalNumber
from spreekt.kernel.errors import DomainError
from spreekt.kernel.names import NameVerdict
from spreekt.web.context import vault
from spreekt.web.errors import words_of
from spreekt.web.forms import Form, at_most, clean, filled


class EmailForm(Form):
    """One mail address."""

    email = EmailField(
        _l("E-mailadres"), validators=[*filled(_l("Vul je e-mailadres in.")), at_most(254), clean(normal_email)]
    )


class NameForm(Form):
    """The name that others see."""

    name = StringField(_l("Naam"), validators=[*filled(_l("Vul een naam in.")), at_most(200)])

    def verdict(self) -> NameVerdict | None:
        """The name as it will be stored, or nothing after blaming the field."""
        try:
            return accepted_name(self.name.data)
        except DomainError as refusal:
            self.blame("name", refusal)
            return None


class RegisterForm(EmailForm, NameForm):
    """A new account. Without a password somebody signs in with a link each time."""

    password = PasswordField(_l("Wachtwoord"))

    def password_hash(self) -> str | None:
        """The hash of the password, empty without one, or nothing after blaming the field."""
        if not self.password.data:
            return ""
        try:
            return hashed(self.password.data)
        except DomainError as refusal:
            self.blame("password", refusal)
            return None


class SignInForm(EmailForm):
    """Address and password, or the address alone for a link."""

    password = PasswordField(_l("Wachtwoord"), validators=[at_most(PASSWORD_MOST)])


class NewPasswordForm(Form):
    """A password, typed once: it can be looked at, and forgotten without harm."""

    password = PasswordField(_l("Nieuw wachtwoord"), validators=filled(_l("Vul een wachtwoord in.")))


class PasswordAgainForm(Form):
    """The password one has."""

    password = PasswordField(
        _l("Wachtwoord"), validators=[*filled(_l("Vul je wachtwoord in.")), at_most(PASSWORD_MOST)]
    )


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = StringField(_l("Code"), validators=[*filled(_l("Vul je code in.")), at_most(40)])


class NationalNumberField(StringField):
    """A national number in any spelling. It never goes back into the page, and only its fingerprint is kept."""

    @property
    def key(self) -> str:
        """The keyed fingerprint; only asked of a form that was found valid."""
        return str(self.data)

    def _value(self) -> str:
        return ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0] if valuelist else ""
        if not text.strip():
            return
        try:
            self.data = residency.person_key(vault(), text)
        except NotANationalNumber as wrong:
            raise ValueError(words_of(wrong)) from None


def number_filled(_form: Form, field: NationalNumberField) -> None:
    """Says what is missing when nothing was typed at all; a wrong number has its own sentence."""
    if field.data is None and not field.process_errors:
        raise ValidationError(_l("Vul het rijksregisternummer in. Het staat op de achterkant van de identiteitskaart."))
