"""A trustee's own page, reached by a personal link: making the key, the rehearsal, opening the box.

Everything secret is done in the browser; what comes in here is public, and checked again.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for

from spreekt.identity.limits import Limit, count, network_of
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import DomainError, Invalid, NotThere
from spreekt.modules.referendum import audit_pack, booth, ceremony, counting, queries, rehearsal, trustee_page
from spreekt.modules.referendum.ballot.ceremony import Step
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.trustee_models import TrusteeSeat
from spreekt.web.context import Answer, db, now, page, settings, vault
from spreekt.web.errors import words_of
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.signed import needs_no_form_token
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("trustees", __name__, url_prefix="/referendum/<slug>/sleutels/<link>")
MISSES = Limit("trustee link", 30, timedelta(minutes=15))
GIVING = Limit("trustee giving", 200, timedelta(hours=1))
MOST_CHARACTERS = 400_000


@bp.get("")
@allow(ANYONE)
def show(slug: str, link: str) -> Answer:
    referendum, seat = who(slug, link)
    own = {
        "number": seat.number,
        "name": seat.name,
        "count": referendum.trustee_count,
        "threshold": referendum.threshold,
        "uuid": referendum.uuid,
        "title": referendum.title,
        "slug": referendum.slug,
        "here": url_for("trustees.show", slug=slug, link=link),
        "poll_ms": settings().TRUSTEE_POLL_MS,
    }
    return page("referendum/trustee.html", own=own, referendum=referendum, seat=seat, link=link,
                integrity={"booth": booth.integrity("booth")})  # fmt: skip


@bp.get("/stand.json")
@allow(ANYONE)
def standing(slug: str, link: str) -> Answer:
    """How far all trustees are, and the pieces that are new since `?gezien=`."""
    referendum, seat = who(slug, link)
    archive = audit_pack.archive_of(referendum)
    return jsonify(
        trustee_page.standing(db(), referendum, seat, archive, seen=request.args.get("gezien", ""), now=now())
    )


@bp.post("/stap")
@allow(ANYONE)
@needs_no_form_token
@every_time
def take_step(slug: str, link: str) -> Answer:
    """What this trustee publishes in one step of making the key."""

    def take(referendum: Referendum, seat: TrusteeSeat, sent: dict[str, Any]) -> None:
        try:
            step = Step(str(sent.get("step")))
        except ValueError:
            raise NotThere from None
        ceremony.publish(db(), referendum, seat, step, _text(sent), now=now())

    return _taken(slug, link, take)


@bp.post("/klacht")
@allow(ANYONE)
@needs_no_form_token
@every_time
def complain(slug: str, link: str) -> Answer:
    """What another trustee gave does not fit: the making stops."""

    def take(referendum: Referendum, seat: TrusteeSeat, sent: dict[str, Any]) -> None:
        about = sent.get("about")
        ceremony.complain(db(), referendum, seat, about if isinstance(about, int) else 0, now=now())

    return _taken(slug, link, take)


@bp.post("/klaar")
@allow(ANYONE)
@needs_no_form_token
@every_time
def confirm(slug: str, link: str) -> Answer:
    """File and paper are safe, the control code was compared."""
    return _taken(slug, link, lambda referendum, seat, _sent: ceremony.confirm(db(), referendum, seat, now=now()))


@bp.post("/repetitie")
@allow(ANYONE)
@needs_no_form_token
@every_time
def rehearse(slug: str, link: str) -> Answer:
    """What this trustee opened of the test ballots."""

    def take(referendum: Referendum, seat: TrusteeSeat, sent: dict[str, Any]) -> None:
        rehearsal.take_part(db(), referendum, seat.number, _text(sent), now=now())

    return _taken(slug, link, take)


@bp.post("/opening")
@allow(ANYONE)
@needs_no_form_token
@every_time
def open_box(slug: str, link: str) -> Answer:
    """What this trustee opened of the closed box."""

    def take(referendum: Referendum, seat: TrusteeSeat, sent: dict[str, Any]) -> None:
        if referendum.state not in trustee_page.OPENING:
            raise ceremony.NotNow
        counting.take_partial_decryption(db(), referendum, seat.number, _text(sent))

    return _taken(slug, link, take)


@bp.get("/repetitie.bel")
@allow(ANYONE)
def rehearsal_box(slug: str, link: str) -> Answer:
    """The archive with the test ballots."""
    referendum, _seat = who(slug, link)
    last = rehearsal.last_of(db(), referendum)
    if last is None:
        raise NotThere
    return Response(last.archive, mimetype="application/octet-stream")


@bp.get("/stembus.bel")
@allow(ANYONE)
def closed_box(slug: str, link: str) -> Answer:
    """The archive of the closed box, as everybody can download it."""
    referendum, _seat = who(slug, link)
    archive = audit_pack.archive_of(referendum)
    if trustee_page.box_of(db(), referendum, archive, now=now()) is None:
        raise NotThere
    written = archive.bring_up(db(), referendum, now())
    return Response(archive.blocks(written.size), mimetype="application/octet-stream")


def who(slug: str, link: str) -> tuple[Referendum, TrusteeSeat]:
    """The referendum and the trustee of a personal link. Wrong links are counted per network."""
    referendum = queries.public_referendum(db(), slug, questions=True)
    try:
        return referendum, ceremony.seat_of(db(), vault(), referendum, link)
    except NotThere:
        keep_even_if_refused()
        count(db(), vault(), MISSES, network_of(request.remote_addr), now=now())
        raise


def _taken(slug: str, link: str, take: Any) -> Answer:
    """Do one thing for a trustee; a refusal is told in words and stores nothing."""
    referendum, seat = who(slug, link)
    sent = request.get_json(silent=True)
    try:
        count(db(), vault(), GIVING, f"{referendum.id} {seat.number}", now=now())
        if not isinstance(sent, dict):
            raise Invalid("We kregen niets leesbaars binnen. Laad de pagina opnieuw.")
        take(referendum, seat, sent)
    except DomainError as refusal:
        db().rollback()
        return make_response(jsonify(ok=False, message=words_of(refusal)), refusal.status)
    return jsonify(ok=True)


def _text(sent: dict[str, Any]) -> str:
    text = sent.get("content")
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise Invalid("Wat binnenkwam is te groot of leeg. Laad de pagina opnieuw.")
    return text
