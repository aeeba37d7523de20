"""A granted request founds its committee: name, streets and contacts come from the request, nobody types them again."""

from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel.actor import NOBODY, Actor
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import committees
from spreekt.modules.gezellige_wijk.committee_models import Committee, Form
from spreekt.modules.gezellige_wijk.committees import Founding, Person
from spreekt.modules.gezellige_wijk.domain import EMAIL_PURPOSE
from spreekt.modules.gezellige_wijk.models import StreetRequest


def found(db: Session, vault: Vault, request: StreetRequest, *, by: Actor, now: datetime) -> Committee:
    """The committee of this request, recognised. Its contacts are the people who said yes by their own link.

    Raises NameTaken or ContactsMissing before anything is kept.
    """
    sure = [steward for steward in request.stewards if steward.confirmed_at is not None]
    streets = {segment.street_id: segment.street for segment in request.segments}
    said = request.answers
    plan = Founding(
        name=str(said.get("naam", request.title)), about=str(said.get("waarom", "")),
        form=Form.ASSOCIATION, number="", streets=list(streets.values()), areas=request.areas,
        people=[Person(steward.name, vault.open(EMAIL_PURPOSE, steward.sealed_email)) for steward in sure],
    )  # fmt: skip
    committee = committees.propose(db, vault, plan, by=by, now=now)
    own_key = request.account.email_key if request.account is not None else None
    for contact in committee.contacts:
        committees.confirm(db, contact, may_publish=False, by=NOBODY, now=now)
        if contact.email_key == own_key:
            contact.account_id = request.account_id
    committees.recognise(db, committee, by=by, now=now)
    return committee
