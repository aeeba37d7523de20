"""The page of a trustee who uses the command `spreekt trustee`: files come in and go out, and it needs no JavaScript.

It stands beside the trustee's own page and has the same link; the two can be mixed in the making of one key.
"""

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField

from spreekt.identity.limits import count
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import DomainError, Invalid
from spreekt.modules.referendum import audit_pack, ceremony, counting, rehearsal, step_files, trustee_page
from spreekt.modules.referendum.ballot.ceremony import STEPS
from spreekt.modules.referendum.ceremony_folder import LONGEST, name_of
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.trustee_models import TrusteeSeat
from spreekt.modules.referendum.trustee_views import GIVING, MOST_CHARACTERS, who
from spreekt.web.context import Answer, db, now, page, see_other, vault
from spreekt.web.forms import Form, filled
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("trustee_program", __name__, url_prefix="/referendum/<slug>/sleutels/<link>/programma")


class StepsForm(Form):
    """The files that the command made."""

    files = MultipleFileField(_l("Jouw nieuwe bestanden"), [FileRequired(_l("Kies eerst je bestand."))])


class ReadyForm(Form):
    """The key is made, kept and compared."""

    printed = BooleanField(
        _l("Mijn blad is geprint en ligt veilig"), filled(_l("Print eerst je blad en vink het aan."))
    )
    compared = BooleanField(
        _l("Iedereen heeft dezelfde code"), filled(_l("Vergelijk eerst de code met de anderen en vink het aan."))
    )


class PartForm(Form):
    """What the command opened."""

    file = FileField(_l("Het bestand met jouw deel"), [FileRequired(_l("Kies eerst je bestand."))])


@bp.get("")
@allow(ANYONE)
def show(slug: str, link: str) -> Answer:
    """What there is to take along, and what is waited for."""
    return _page(link, *who(slug, link))


@bp.get("/stappen.zip")
@allow(ANYONE)
def steps(slug: str, link: str) -> Answer:
    """The steps of all trustees, for the folder of the command."""
    referendum, _seat = who(slug, link)
    return Response(step_files.packed(db(), referendum), mimetype="application/zip")


@bp.post("/stappen")
@allow(ANYONE)
@every_time
def give_steps(slug: str, link: str) -> Answer:
    """What this trustee publishes in one or more steps."""
    (referendum, seat), form = who(slug, link), StepsForm()
    if form.validate_on_submit():
        try:
            _count(referendum, seat)
            files = [(file.filename or "", file.stream.read(LONGEST + 1)) for file in form.files.data]
            step_files.take_in(db(), referendum, seat, files, now=now())
            flash(_("Je bestand is aangekomen en nagekeken."))
            return see_other("trustee_program.show", slug=slug, link=link)
        except DomainError as refusal:
            form.blame("files", refusal)
    return _page(link, referendum, seat, form)


@bp.post("/klaar")
@allow(ANYONE)
@every_time
def confirm(slug: str, link: str) -> Answer:
    """File and paper are safe, the control code was compared."""
    (referendum, seat), form = who(slug, link), ReadyForm()
    if form.validate_on_submit():
        try:
            ceremony.confirm(db(), referendum, seat, now=now())
            return see_other("trustee_program.show", slug=slug, link=link)
        except DomainError as refusal:
            form.blame("compared", refusal)
    return _page(link, referendum, seat, form)


@bp.post("/deel")
@allow(ANYONE)
@every_time
def give_part(slug: str, link: str) -> Answer:
    """What this trustee opened of the test ballots or of the closed box."""
    (referendum, seat), form = who(slug, link), PartForm()
    if form.validate_on_submit():
        try:
            _count(referendum, seat)
            text = _text(form.file.data.stream.read(MOST_CHARACTERS + 1))
            if referendum.state in trustee_page.OPENING:
                counting.take_partial_decryption(db(), referendum, seat.number, text)
            else:
                rehearsal.take_part(db(), referendum, seat.number, text, now=now())
            flash(_("Jouw deel is aangekomen en nagekeken."))
            return see_other("trustee_program.show", slug=slug, link=link)
        except DomainError as refusal:
            form.blame("file", refusal)
    return _page(link, referendum, seat, form)


def _page(link: str, referendum: Referendum, seat: TrusteeSeat, form: Form | None = None) -> Answer:
    """The page, with the form that came back with faults; the others are empty."""
    blank = {"steps_form": StepsForm, "ready_form": ReadyForm, "part_form": PartForm}
    forms = {name: form if isinstance(form, kind) else kind(formdata=None) for name, kind in blank.items()}
    archive = audit_pack.archive_of(referendum)
    standing = trustee_page.standing(db(), referendum, seat, archive, seen="", now=now())
    mine = standing["trustees"][seat.number - 1]
    return page(
        "referendum/trustee_program.html", link=link, referendum=referendum, seat=seat, form=form, standing=standing,
        mine=mine, next_file=_next_file(seat, mine["steps"]), all_steps=len(STEPS),
        is_made=all(all(each["steps"]) for each in standing["trustees"]), **forms,
    )  # fmt: skip


def _next_file(seat: TrusteeSeat, done: list[bool]) -> str:
    """What the next file of this trustee is called; empty when all are there."""
    return next((name_of(step, seat.number) for step, is_done in zip(STEPS, done, strict=True) if not is_done), "")


def _count(referendum: Referendum, seat: TrusteeSeat) -> None:
    count(db(), vault(), GIVING, f"{referendum.id} {seat.number}", now=now())


def _text(given: bytes) -> str:
    try:
        return given.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Invalid(_("Dit bestand is geen deel. Kies het bestand dat je bij ‘--out’ noemde.")) from None
