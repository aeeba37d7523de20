"""What goes to the credential authority and comes back: addresses and words of the letters, codes of the voters."""

import io
import json

from flask import Blueprint, Response, make_response

from spreekt.identity.permissions import KEEP_REGISTER, RUN_REFERENDA, SEE_REFERENDA
from spreekt.kernel import audit
from spreekt.kernel.errors import DomainError
from spreekt.modules.referendum import codes, exhibits, queries, roll
from spreekt.modules.referendum.ballot.canonical import b64_from_hex
from spreekt.modules.referendum.forms import ReasonForm
from spreekt.modules.referendum.letter_words import words_for
from spreekt.modules.referendum.models import Referendum, State
from spreekt.modules.referendum.roll_forms import CodesForm, MailingForm
from spreekt.web.context import Answer, actor, city, db, now, page, see_other, settings, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("referendum_letters", __name__, url_prefix="/beheer/referendum/<slug>")
WITH_ROLL = frozenset({State.ROLL, State.KEYS})
MOST_ON_PAGE = 5_000
"""Voters whose codes are checked while somebody waits for the page; the command takes any number."""


@bp.route("/kiezerslijst/adressen", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
@every_time  # names and addresses must not be kept with the answer
def mailing(slug: str) -> Answer:
    """The mailing file, from the same roll file once more: the platform has no addresses of its own."""
    referendum, form = _referendum(slug), MailingForm()
    report = None
    if form.validate_on_submit():
        try:
            last = roll.last_import(db(), referendum)
            if last is None or referendum.state not in WITH_ROLL:
                raise codes.NotTheMoment
            out = io.StringIO()
            report = roll.write_mailing(
                vault(), referendum, form.file.data.stream, out,
                areas=roll.areas_of(db(), city(), referendum, on=last.reference_on),
            )  # fmt: skip
            if not report.faults:
                audit.record(
                    db(), by=actor(), act="referendum.mailing-made", subject=f"referendum:{referendum.id}",
                    reason=roll.agreed_text(report.entries, report.sha256),
                )  # fmt: skip
                return _download(out.getvalue(), f"mailing-{slug}.csv", "text/csv; charset=utf-8")
            form.blame("file", report.in_words)
        except DomainError as refusal:
            form.blame("file", refusal)
    return page("referendum/staff/mailing.html", form=form, referendum=referendum, report=report)


@bp.get("/kiezerslijst/brief.json")
@allow(SEE_REFERENDA)
def words(slug: str) -> Answer:
    """What all letters say, for the authority's tool."""
    said = words_for(_referendum(slug), city(), public_url=settings().PUBLIC_URL, now=now())
    text = json.dumps(said.stored, ensure_ascii=False, indent=1)
    return _download(text, f"mailing-{slug}.brief.json", "application/json")


@bp.route("/codes", methods=["GET", "POST"])
@allow(SEE_REFERENDA)
@every_time  # a list of codes is too much to keep twice; the same two files again do no harm
def take_over(slug: str) -> Answer:
    """The two files of the authority, checked whole. Letters go out after the fingerprint was compared: see issue."""
    referendum, form = _referendum(slug), CodesForm()
    if RUN_REFERENDA.allows(actor()) and not _is_large(referendum) and form.validate_on_submit():
        try:
            codes.take_over(db(), vault(), referendum, form.codes.data.stream, form.whose.data.stream, by=actor())
            return see_other("referendum_letters.take_over", slug=slug)
        except DomainError as refusal:
            form.blame("codes", refusal)
    return _codes_page(referendum, form, ReasonForm(formdata=None))


@bp.post("/codes/weg")
@allow(RUN_REFERENDA)
def discard(slug: str) -> Answer:
    """Codes that were taken over, but of which no letter has gone out."""
    referendum, form = _referendum(slug), ReasonForm()
    if form.validate_on_submit():
        try:
            codes.discard(db(), referendum, reason=form.reason.data, by=actor())
            return see_other("referendum_letters.take_over", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return _codes_page(referendum, CodesForm(formdata=None), form)


def _codes_page(referendum: Referendum, form: CodesForm, discarding: ReasonForm) -> Answer:
    sha256 = exhibits.hashes(db(), referendum.id).get(exhibits.CREDENTIALS, "")
    return page(
        "referendum/staff/codes.html",
        status=422 if discarding.errors else 200,
        form=form,
        discarding=discarding,
        referendum=referendum,
        is_large=_is_large(referendum),
        may_run=RUN_REFERENDA.allows(actor()),
        may_take_over=referendum.state is State.KEYS,
        fingerprint=b64_from_hex(sha256) if sha256 else "",
    )


def _is_large(referendum: Referendum) -> bool:
    return (referendum.roll_count or 0) > MOST_ON_PAGE


def _referendum(slug: str) -> Referendum:
    return queries.referendum_with(db(), slug)


def _download(text: str, name: str, kind: str) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
