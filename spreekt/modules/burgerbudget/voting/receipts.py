"""The code of a receipt lives in the voter's browser and nowhere else: a cookie, set before the ballot is cast.

It is made when the review page is shown and comes back with the ballot, so that a lost answer loses no code.
"""

from flask import make_response, request

from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.voting.change_codes import is_code, new_code
from spreekt.web.context import Answer, now, settings


def cookie_name(round: Round) -> str:
    """Bound to this host under TLS."""
    return f"{'__Host-' if settings().has_tls else ''}bewijs-{round.id}"


def kept_code(round: Round) -> str:
    """The code that this browser keeps for a round; empty when it keeps none, or something else."""
    code = request.cookies.get(cookie_name(round), "")
    return code if is_code(code) else ""


def code_for(round: Round) -> str:
    """The code that goes with the ballot that is being looked over: the kept one, else a new one."""
    return kept_code(round) or new_code()


def with_code(answer: Answer, round: Round, code: str) -> Answer:
    """The answer, with the code for the browser to keep until voting closes."""
    if not code:
        return answer
    response = make_response(answer)
    left = max(60, int((round.poll.closes_at - now()).total_seconds()))
    response.set_cookie(cookie_name(round), code, max_age=left, secure=settings().has_tls, httponly=True,
                        samesite="Lax", path="/")  # fmt: skip
    return response
