"""The door of the box: the booth's page, a ballot that comes in, a ballot that is tested. What counts is in box.py."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, request, url_for

from spreekt.identity.limits import count, network_of
from spreekt.identity.permissions import ANYONE
from spreekt.identity.residency import residency_of
from spreekt.kernel.errors import DomainError
from spreekt.kernel.regulations import SecondCheck
from spreekt.modules.referendum import attempts, booth, box, exhibits, queries, refusals
from spreekt.modules.referendum.ballot.acceptance import longest_ballot, read_ballot, verify
from spreekt.modules.referendum.ballot.canonical import hex_from_b64
from spreekt.modules.referendum.ballot.refusals import BallotRefused
from spreekt.modules.referendum.elections import Elections, KnownElection
from spreekt.modules.referendum.models import Referendum
from spreekt.web.context import Answer, actor, clock, db, now, page, settings, vault
from spreekt.web.errors import words_of
from spreekt.web.headers import csp_nonce
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.signed import needs_no_form_token
from spreekt.web.transaction import keep_even_if_refused, only_looking

bp = Blueprint("booth", __name__, url_prefix="/referendum")
CAST_KEY = re.compile(r"[0-9a-f]{32}\Z")
ELECTIONS = "referendum.elections"
AROUND_BALLOT = 2_048
"""Characters of a request besides the ballot, so that every choice makes a request of one size."""


class NotWhole(refusals.Refused):
    """The request is not what the booth sends."""

    status = 422
    reason = "malformed"
    says = "We kregen je stem niet volledig binnen. Ze is niet geteld. Probeer opnieuw."


@bp.get("/<slug>/stemmen")
@allow(ANYONE)
def show(slug: str) -> Answer:
    """The booth: the same bytes for everybody but the nonce."""
    referendum = queries.public_referendum(db(), slug, questions=True)
    if not referendum.takes_votes(now()):
        return page("referendum/not_open.html", referendum=referendum, status=409)
    answer = make_response(
        page("referendum/booth.html", **_frame(referendum), script_integrity=booth.integrity("booth"))
    )
    answer.headers["Content-Security-Policy"] = booth.page_policy(csp_nonce())
    return answer


@bp.get("/<slug>/stemmen/bewaren")
@allow(ANYONE)
def saved(slug: str) -> Answer:
    """The booth as one file, for who wants to keep it, read it, or make a ballot without a connection."""
    referendum = queries.public_referendum(db(), slug, questions=True)
    parts = booth.saved_parts()
    election_text = exhibits.body(db(), referendum.id, exhibits.ELECTION)
    answer = make_response(
        page(
            "referendum/booth_saved.html",
            **_frame(referendum),
            election_text=election_text,
            script=parts.script,
            style=parts.style,
            policy=parts.policy,
        )
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="stemhokje-{slug}.html"'
    return answer


@bp.get("/<slug>/stemmen/narekenen")
@allow(ANYONE)
def recompute(slug: str) -> Answer:
    """The page that recomputes a tested ballot from its seed; it shares no line with the booth."""
    referendum = queries.public_referendum(db(), slug, questions=True)
    frame = _frame(referendum)
    own = {name: frame["booth"][name] for name in ("election_url", "fingerprint")}
    integrity = booth.integrity("recompute")
    return page("referendum/recompute.html", **frame, settings=own, script_integrity=integrity)


@bp.get("/<slug>/verkiezing.json")
@allow(ANYONE)
def election(slug: str) -> Answer:
    """The election file, byte for byte: what the booth makes ballots for."""
    referendum = queries.public_referendum(db(), slug)
    answer = Response(exhibits.body(db(), referendum.id, exhibits.ELECTION), mimetype="application/json")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@bp.post("/<slug>/stemmen/uitbrengen")
@allow(ANYONE)
@needs_no_form_token
@every_time
def cast(slug: str) -> Answer:
    """A sealed ballot comes in. It is signed with the voter's code: no session decides here."""
    known = _election(slug)
    network, seen = network_of(request.remote_addr), Seen()
    try:
        put_in = _cast(known, seen, network)
    except (DomainError, BallotRefused) as refusal:
        return _refused(known.referendum_id, refusal, credential=seen.credential, network=network)
    return jsonify(counted=True, tracker=put_in.tracker, replaced=put_in.replaced)


@bp.post("/<slug>/stemmen/testen")
@allow(ANYONE)
@needs_no_form_token
@every_time
def test(slug: str) -> Answer:
    """Somebody opens the ballot they made, to see whether it was made honestly: from now on it cannot be cast."""
    known = _election(slug)
    try:
        sha256 = hex_from_b64(str(_json().get("ballot_hash", "")))
        if len(sha256) != 64:
            raise NotWhole
        count(db(), vault(), attempts.TESTS_PER_NETWORK, network_of(request.remote_addr), now=now())
        box.mark_tested(db(), clock(), _referendum(known), sha256)
    except (DomainError, ValueError) as refusal:
        said = refusal if isinstance(refusal, DomainError) else NotWhole()
        return jsonify(spoiled=False, message=words_of(said)), said.status
    return jsonify(spoiled=True)


class Seen:
    """What is known of an attempt by the time it is refused."""

    credential = ""


def _cast(known: KnownElection, seen: Seen, network: str) -> box.Cast:
    """Read, ask whether it may be tried, check every proof, and only then open the transaction that counts it."""
    sent = _json()
    text, cast_key = sent.get("ballot"), request.headers.get("Idempotency-Key", "")
    if not isinstance(text, str) or not CAST_KEY.match(cast_key):
        raise NotWhole
    ballot = read_ballot(known.election, text)
    seen.credential = str(ballot.credential.base)
    with only_looking() as session:  # no proof is checked of a code that is not on the roll, or was tried too often
        at = box.knock(session, vault(), known.referendum_id, seen.credential, network=network, now=now())
    accepted = verify(known.election, ballot)
    shown = _account() if at.second_check is SecondCheck.SIGN_IN else box.Shown(_day(sent.get("birth_date")))
    return box.cast(db(), clock(), at, accepted, text, cast_key=cast_key, shown=shown)


def _refused(referendum_id: int, refusal: DomainError | BallotRefused, *, credential: str, network: str) -> Answer:
    """Undo what was begun, count the attempt under its reason, and say why in words."""
    reason = str(getattr(refusal, "reason", None) or getattr(refusal, "name", "too-often"))
    status = refusal.status if isinstance(refusal, DomainError) else 422
    message = words_of(refusal) if isinstance(refusal, DomainError) else str(refusal)
    db().rollback()
    attempts.count_refused(db(), referendum_id, reason, now=now())
    attempts.spend(db(), vault(), reason, credential=credential, network=network, now=now())
    keep_even_if_refused()
    answer = jsonify(counted=False, reason=reason, message=message)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer, status


def _election(slug: str) -> KnownElection:
    known: Elections = current_app.extensions.setdefault(ELECTIONS, Elections())
    return known.known(slug) or known.of(db(), slug)


def _referendum(known: KnownElection) -> Referendum:
    found = db().get(Referendum, known.referendum_id)
    if found is None:
        raise refusals.NotOpen
    return found


def _account() -> box.Shown:
    residency = residency_of(db(), actor().id, now=now())
    key = residency.person_key if residency is not None else None
    return box.Shown(is_signed_in=actor().is_signed_in, person_key=key)


def _json() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise NotWhole
    return sent


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _frame(referendum: Referendum) -> dict[str, Any]:
    """What the pages of the booth need: nothing of who looks at them."""
    slug, rules = referendum.slug, referendum.regulation
    return {
        "title": referendum.title,
        "closes_at": referendum.poll.closes_at,
        "links": {
            "referendum": url_for("referendum.show", slug=slug),
            "booth": url_for("booth.show", slug=slug),
            "saved_copy": url_for("booth.saved", slug=slug),
            "recompute": url_for("booth.recompute", slug=slug),
            "verify": url_for("referendum.verify", slug=slug),
            "board": url_for("referendum.bulletin", slug=slug),
        },
        "booth": {
            "election_url": url_for("booth.election", slug=slug),
            "cast_url": url_for("booth.cast", slug=slug),
            "test_url": url_for("booth.test", slug=slug),
            "asks_birth_date": rules.second_check is SecondCheck.BIRTH_DATE,
            "with_sign_in": rules.second_check is SecondCheck.SIGN_IN,
            "may_revote": rules.may_revote,
            "fingerprint": referendum.fingerprint,
            "body_bytes": longest_ballot(_election(slug).election) + AROUND_BALLOT,
            "demo": settings().DEMO,
            "closes_at": referendum.poll.closes_at.isoformat(),
        },
    }
