"""The public pages of the referendum: what is asked, the board, the result. Voting is in booth_views.py."""

import json

from flask import Blueprint, Response, make_response, request

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.modules.referendum import audit_pack, board, exhibits, incidents, queries, trustee_page, verifier_program
from spreekt.modules.referendum.ballot.canonical import b64_from_hex, hex_from_b64
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.results import shown_result, told_result
from spreekt.modules.referendum.standing import Standing
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now, page
from spreekt.web.listing import Page, csv_answer, one_word, whole_number
from spreekt.web.rights import allow

bp = Blueprint("referendum", __name__, url_prefix="/referendum")
TRACKERS_PER_PAGE = 100
ANNULLED = "vernietigd: deze uitslag geldt niet"


@bp.get("")
@allow(ANYONE)
@public
def index() -> Answer:
    standings = [(each, each.standing(now())) for each in queries.public_referenda(db())]
    apart = {Standing.OPEN, Standing.SUSPENDED, Standing.COMING, Standing.LATE}
    return page(
        "referendum/index.html",
        open_now=[each for each, standing in standings if standing is Standing.OPEN],
        suspended=[each for each, standing in standings if standing is Standing.SUSPENDED],
        coming=[each for each, standing in standings if standing in (Standing.COMING, Standing.LATE)],
        rest=[each for each, standing in standings if standing not in apart],
    )


@bp.get("/<slug>")
@allow(ANYONE)
@public
def show(slug: str) -> Answer:
    referendum = queries.public_referendum(db(), slug, questions=True)
    voters = 0 if referendum.is_imported else board.voters_told(db(), referendum, now())
    in_batches = board.moves_in_batches(referendum, now())
    return page(
        "referendum/show.html",
        referendum=referendum,
        voters=voters,
        in_batches=in_batches,
        incidents=incidents.incidents(db(), referendum),
    )


@bp.get("/<slug>/kaart.geojson")
@allow(ANYONE)
@public
def place(slug: str) -> Answer:
    """Where the question applies, as it was frozen."""
    referendum = queries.public_referendum(db(), slug)
    if referendum.place is None:
        raise NotThere
    feature = {
        "type": "Feature",
        "geometry": referendum.place["outline"],
        "properties": {"title": referendum.place["name"]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    return _text(json.dumps(collection, ensure_ascii=False), "application/geo+json")


@bp.get("/<slug>/zaal")
@allow(ANYONE)
@public
def hall(slug: str) -> Answer:
    """For a large screen: how many voted, then the code of the sealed box and who opened it, then the result."""
    referendum = queries.public_referendum(db(), slug, questions=True)
    result = shown_result(referendum) if referendum.shows_outcome(now()) else None
    archive = audit_pack.archive_of(referendum)
    return page(
        "referendum/hall.html",
        referendum=referendum,
        voters=board.voters_told(db(), referendum, now()),
        in_batches=board.moves_in_batches(referendum, now()),
        result=result,
        box=None if result else trustee_page.box_of(db(), referendum, archive, now=now()),
        opened=len(exhibits.opened_by(db(), referendum)),
    )


@bp.get("/<slug>/stukken/<name>")
@allow(ANYONE)
@public
def exhibit(slug: str, name: str) -> Answer:
    """One frozen text, byte for byte."""
    referendum = queries.public_referendum(db(), slug)
    if exhibits.is_told_later(name) and not referendum.shows_outcome(now()):
        raise NotThere
    return _text(
        exhibits.body(db(), referendum.id, name), "application/json" if name.endswith("json") else "text/plain"
    )


@bp.get("/<slug>/bulletin")
@allow(ANYONE)
@public
def bulletin(slug: str) -> Answer:
    """The board: every sealed ballot by its tracker, and a search for one's own."""
    referendum = queries.public_referendum(db(), slug)
    wanted = one_word("volgcode")
    prefix = _prefix_of(wanted)
    number = whole_number("pagina")
    offset = (number - 1) * TRACKERS_PER_PAGE
    if wanted:
        rows = board.trackers(db(), referendum, prefix_hex=prefix, limit=TRACKERS_PER_PAGE) if prefix else []
        total = len(rows)
    else:
        rows = board.trackers(db(), referendum, offset=offset, limit=TRACKERS_PER_PAGE)
        total = board.board_count(db(), referendum)
    if offset and not rows:
        raise NotThere
    listing = Page([(b64_from_hex(sha256), replaced) for sha256, replaced in rows], total, number, TRACKERS_PER_PAGE)
    box = trustee_page.box_of(db(), referendum, audit_pack.archive_of(referendum), now=now())
    return page("referendum/bulletin.html", referendum=referendum, listing=listing, wanted=wanted, box=box)


@bp.get("/<slug>/bulletin.csv")
@allow(ANYONE)
@public
def bulletin_csv(slug: str) -> Answer:
    referendum = queries.public_referendum(db(), slug)
    rows = board.trackers(db(), referendum, limit=audit_pack.MOST_TRACKERS)
    lines = ((b64_from_hex(sha256), "vervangen" if replaced else "telt") for sha256, replaced in rows)
    return csv_answer(f"bulletin-{slug}", ("volgcode", "staat"), lines)


@bp.get("/<slug>/uitslag")
@allow(ANYONE)
@public
def outcome(slug: str) -> Answer:
    referendum = queries.public_referendum(db(), slug, questions=True)
    if not referendum.shows_outcome(now()):
        return page("referendum/waiting.html", referendum=referendum, status=404)
    return page(
        "referendum/outcome.html",
        referendum=referendum,
        result=shown_result(referendum),
        hashes=exhibits.hashes(db(), referendum.id),
        incidents=incidents.incidents(db(), referendum),
    )


@bp.get("/<slug>/uitslag.csv")
@allow(ANYONE)
@public
def outcome_csv(slug: str) -> Answer:
    referendum = _with_outcome(slug)
    result = shown_result(referendum)
    apart = [("op papier, niet per antwoord getoond", result.paper_not_shown)] if result.paper_not_shown else []
    why = [("", ANNULLED, referendum.public_reason, "")] if referendum.is_annulled else []
    rows = (
        (place, judged.text, answer, count)
        for place, judged in enumerate(result.questions, start=1)
        for answer, count in (*zip(judged.answers, judged.counts, strict=True), ("blanco", judged.blank), *apart)
    )
    return csv_answer(f"uitslag-{slug}", ("vraag", "tekst", "antwoord", "stemmen"), (*why, *rows))


@bp.get("/<slug>/uitslag.json")
@allow(ANYONE)
@public
def outcome_json(slug: str) -> Answer:
    referendum = _with_outcome(slug)
    return _text(json.dumps(told_result(referendum), ensure_ascii=False, indent=1), "application/json")


@bp.get("/<slug>/verifieren")
@allow(ANYONE)
@public
def verify(slug: str) -> Answer:
    """How to check everything oneself."""
    referendum = queries.public_referendum(db(), slug)
    return page("referendum/verify.html", **audit_pack.verify_page(db(), referendum, now=now()))


@bp.get(f"/<slug>/{verifier_program.NAME}")
@allow(ANYONE)
def verifier(slug: str) -> Answer:
    """Our program, to run somewhere else."""
    queries.public_referendum(db(), slug)
    return Response(
        verifier_program.program(), mimetype="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename={verifier_program.NAME}"},
    )  # fmt: skip


@bp.get("/<slug>/<uuid>.bel")
@allow(ANYONE)
def archive(slug: str, uuid: str) -> Answer:
    """The archive as far as it goes: everything that is on the board, byte for byte, only ever longer."""
    referendum = queries.public_referendum(db(), slug)
    if uuid != referendum.uuid or not exhibits.has_archive(db(), referendum):
        raise NotThere
    return audit_pack.archive_answer(db(), referendum)


@bp.get("/<slug>/controlepakket.zip")
@allow(ANYONE)
def pack(slug: str) -> Answer:
    """Everything an auditor needs, in one file."""
    return audit_pack.pack_answer(db(), _with_outcome(slug))


def _with_outcome(slug: str) -> Referendum:
    referendum = queries.public_referendum(db(), slug, questions=True)
    if not referendum.shows_outcome(now()):
        raise NotThere
    return referendum


def _prefix_of(tracker: str) -> str:
    """The hash of a tracker that was typed; spaces do not matter, and neither does what a copy dragged along."""
    compacted = "".join(tracker.split()).rstrip("=.")
    try:
        return hex_from_b64(compacted) if len(compacted) == 43 else ""
    except ValueError:
        return ""


def _text(body: str, mimetype: str) -> Response:
    answer = make_response(body)
    answer.mimetype = mimetype
    if "download" in request.args:
        answer.headers["Content-Disposition"] = "attachment"
    return answer
