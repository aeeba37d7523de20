"""Signed links about one adoption: they say what they are for, and can do nothing else."""

from __future__ import annotations

from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from spreekt.kernel.errors import NotThere
from spreekt.modules.boomspiegel import queries
from spreekt.modules.boomspiegel.adoption_models import Adoption
from spreekt.web.context import settings


class Purpose(StrEnum):
    """What a link is for; the word in its address."""

    STILL_CARING = "zorg"
    JOIN = "samen"
    TAKE_OVER = "overname"


def _signer(purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt=f"boomspiegel {purpose}")


def path_of(purpose: Purpose, adoption: Adoption) -> str:
    """The address for one purpose. The yearly question is tied to the year it is asked in; others to the nonce."""
    return f"/boomspiegels/{purpose}/{_signer(purpose).dumps([adoption.id, _seal(purpose, adoption)])}"


def adoption_of(db: Session, purpose: Purpose, token: str) -> Adoption:
    """The adoption that a link is about. NotThere for a link that we did not make or that is dead."""
    try:
        id, seal = _signer(purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotThere from None
    adoption = queries.adoption_of(db, int(id))
    if adoption is None or not seal or seal != _seal(purpose, adoption):
        raise NotThere
    return adoption


def _seal(purpose: Purpose, adoption: Adoption) -> str:
    if purpose is Purpose.STILL_CARING:
        return str(adoption.started_on)
    return adoption.link_nonce
