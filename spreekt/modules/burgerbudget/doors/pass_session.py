"""The ballot that a code opened: a signed cookie for one round, asked of the database at every step, no sign-in.

It goes when the ballot is cast, when somebody begins anew, and by itself after three quarters of an hour.
"""

from datetime import timedelta

from flask import make_response, request
from itsdangerous import BadSignature, URLSafeSerializer

from spreekt.electorate.domain import door_used
from spreekt.electorate.pass_models import VotePass
from spreekt.modules.burgerbudget.models import Round
from spreekt.web.context import Answer, db, now, settings

LASTS = timedelta(minutes=45)


def cookie_name(round: Round) -> str:
    """Bound to this host under TLS."""
    return f"{'__Host-' if settings().has_tls else ''}stembiljet-{round.id}"


def begin(answer: Answer, round: Round, held: VotePass) -> Answer:
    """Let this browser in, for one ballot of one round."""
    response = make_response(answer)
    value = _signer().dumps([round.id, held.code_hash, int(now().timestamp())])
    response.set_cookie(
        cookie_name(round), value, secure=settings().has_tls, httponly=True, samesite="Strict", path="/"
    )
    return response


def end(answer: Answer, round: Round) -> Answer:
    """Keep nothing in this browser."""
    response = make_response(answer)
    if cookie_name(round) in request.cookies:
        response.delete_cookie(
            cookie_name(round), secure=settings().has_tls, httponly=True, samesite="Strict", path="/"
        )
    return response


def held_pass(round: Round) -> VotePass | None:
    """The pass with which this browser came in, if it is still good and its right is unused."""
    try:
        round_id, code_hash, moment = _signer().loads(request.cookies.get(cookie_name(round), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    if round_id != round.id or not 0 <= now().timestamp() - moment <= LASTS.total_seconds():
        return None
    return db().get(VotePass, (round.poll_id, code_hash))


def is_used(round: Round, held: VotePass) -> bool:
    """Whether the right behind this pass was used meanwhile."""
    return door_used(db(), round.poll, held.voter_key) is not None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt="ballot session")
