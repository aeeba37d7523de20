"""What is filled in about counting officers. A secret that was typed is never put back in a page."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.identity.models import Account
from spreekt.identity.role_names import ROLE_NAMES
from spreekt.modules.burgerbudget.officers.domain import FEWEST_NEEDED, MAY_COUNT, MOST
from spreekt.modules.burgerbudget.officers.keys import MistypedCard, secret_on_card
from spreekt.web.forms import Form, filled

_LONGEST_FILE = 4000


class AppointForm(Form):
    """Who holds a key, and how many of them are needed."""

    people = SelectMultipleField(
        _l("Wie wordt teller?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Drie tellers waarvan er twee nodig zijn, is een goede keuze: één sleutel mag dan weg zijn."),
    )
    needed = SelectField(
        _l("Hoeveel tellers openen samen de stembus?"),
        coerce=int,
        choices=[(number, str(number)) for number in range(FEWEST_NEEDED, MOST + 1)],
        description=_l("Neem er minder dan er tellers zijn. Anders gaat de bus niet open als één sleutel weg is."),
    )

    def offer(self, people: Sequence[Account]) -> "AppointForm":
        """These members of staff can be chosen."""
        self.people.choices = [(account.id, account.display_name) for account in people]
        return self


def tasks_of(people: Sequence[Account]) -> dict[int, str]:
    """What else these people do for the city, by account."""
    roles = {account.id: {grant.role for grant in account.grants} & MAY_COUNT for account in people}
    return {id: ", ".join(str(_(ROLE_NAMES[role])) for role in sorted(found)) for id, found in roles.items()}


class PublicKeyForm(Form):
    """The public half of a key that was made elsewhere."""

    public_key = StringField(_l("Openbare sleutel"), [*filled(_l("Plak hier de openbare sleutel: 64 tekens."))])


class ProofForm(Form):
    """The answer that only the secret key gives."""

    answer = StringField(_l("Antwoord"), [*filled(_l("Plak hier het antwoord: 64 tekens."))])


class CardForm(Form):
    """The secret key itself, typed, pasted or as a file."""

    card = TextAreaField(_l("De vier rijen van je kaart"))
    file = FileField(_l("Of kies je bestand"))

    def secret(self) -> bytes | None:
        """The key, or nothing when a fault now stands beside the field it is about. The page gets no letter back."""
        upload = self.file.data
        in_file = upload is not None and bool(getattr(upload, "filename", ""))
        field = "file" if in_file else "card"
        try:
            text = upload.read(_LONGEST_FILE).decode("utf-8-sig") if in_file else self.card.data or ""
            return secret_on_card(text)
        except UnicodeDecodeError:
            self.blame(field, _("Dit bestand is geen sleutel. Kies het bestand dat je met je kaart bewaarde."))
        except MistypedCard as mistyped:
            self.blame(field, _row_words(mistyped.row))
        finally:
            self.card.data, self.card.raw_data = "", None
        return None


def _row_words(row: int) -> str:
    if not row:
        return str(_("Typ de vier rijen van je kaart, elk op een eigen regel. Elke rij heeft 16 tekens."))
    words: str = _("Rij %(row)s klopt niet. Kijk ze na op je kaart. De letters I, L, O en U komen niet voor.", row=row)
    return words
