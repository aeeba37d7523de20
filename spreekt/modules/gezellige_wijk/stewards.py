"""A peter or meter answers by their own link: yes, as an adult who lives there, or no. Naming them is in domain.py."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import NOBODY
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk.links import nonce_of
from spreekt.modules.gezellige_wijk.models import RequestState, Steward, StreetRequest

PURPOSE = "steward"
GONE = frozenset({RequestState.WITHDRAWN, RequestState.EXPIRED, RequestState.REFUSED, RequestState.CANCELLED,
                  RequestState.CLOSED})  # fmt: skip


class LinkIsOver(DomainError):
    """The request is not there any more."""

    status = 404
    says = N_("Deze link werkt niet meer: de aanvraag is afgelopen of ingetrokken.")


def steward_of(db: Session, vault: Vault, token: str) -> Steward:
    """Who belongs to a link. Raises NotThere or LinkIsOver."""
    nonce = nonce_of(vault, PURPOSE, token)
    steward = db.scalars(
        select(Steward).where(Steward.nonce == (nonce or "-")).options(joinedload(Steward.request))
    ).one_or_none()
    if nonce is None or steward is None:
        raise NotThere
    if steward.request.state in GONE:
        raise LinkIsOver
    return steward


def confirm(db: Session, steward: Steward, *, is_adult: bool, lives_there: bool, now: datetime) -> None:
    """They do it. Only an adult who lives there can."""
    if not (is_adult and lives_there):
        raise Invalid(N_("Een peter of meter is meerderjarig en woont in de straat. Kruis allebei aan, of zeg nee."))
    steward.is_adult, steward.lives_there = True, True
    steward.confirmed_at, steward.declined_at = now, None
    _tell(db, steward, "confirmed")


def decline(db: Session, steward: Steward, *, now: datetime) -> None:
    """They do not do it, or no longer."""
    steward.declined_at, steward.confirmed_at = now, None
    _tell(db, steward, "declined")


def _tell(db: Session, steward: Steward, act: str) -> None:
    request: StreetRequest = steward.request
    audit.record(db, by=NOBODY, act=f"street-steward.{act}", subject=f"street-request:{request.id}")
    outbox.record(db, f"street-steward.{act}", steward_id=steward.id)
    db.flush()
