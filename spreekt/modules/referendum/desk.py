"""The desk of a referendum: how one resident's right stands, and using it on paper before the ballot is handed over.

A look-up is logged as a look-up: neither whom it was about nor what it showed is kept anywhere.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import box, refusals
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.poll_keys import key_of

PURPOSE = "referendum desk subject"
LASTS = timedelta(minutes=15)


class NoPaper(DomainError):
    """The regulation knows no paper ballots."""

    says = N_("In dit referendum kan je niet op papier stemmen.")


class LookUpAgain(DomainError):
    """The resident was looked up too long ago, by somebody else, or for another referendum."""

    says = N_("Je zocht deze persoon te lang geleden op. Zoek opnieuw op met de identiteitskaart.")


class Standing(StrEnum):
    """All that the desk sees of a resident."""

    NOT_ON_ROLL = "niet-op-de-lijst"
    UNUSED = "ongebruikt"
    ONLINE = "online"
    PAPER = "papier"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A resident at the counter, under the key of this referendum only."""

    voter_key: str = field(repr=False)
    standing: Standing

    @property
    def is_on_roll(self) -> bool:
        return self.standing is not Standing.NOT_ON_ROLL


def look_up(db: Session, vault: Vault, referendum: Referendum, person_key: str, *, by: Actor) -> Visitor:
    """How somebody's right stands. `person_key`: the fingerprint of the number on the card. Raises KeyDestroyed."""
    voter_key = key_of(vault, referendum).voter(person_key)
    audit.record(db, by=by, act="referendum.desk-looked-up", subject=f"referendum:{referendum.id}")
    return visitor(db, referendum, voter_key)


def visitor(db: Session, referendum: Referendum, voter_key: str) -> Visitor:
    """The same for somebody who was looked up a moment ago."""
    try:
        channel = box.right_of(db, referendum, voter_key)
    except refusals.NotOnRoll:
        return Visitor(voter_key, Standing.NOT_ON_ROLL)
    if channel is None:
        return Visitor(voter_key, Standing.UNUSED)
    return Visitor(voter_key, Standing.PAPER if channel is Channel.PAPER else Standing.ONLINE)


def give_paper(db: Session, clock: Clock, referendum: Referendum, voter_key: str, *, by: Actor) -> None:
    """Use the right on paper, before the ballot is handed over. Raises NoPaper, NotOpen, NotOnRoll, AlreadyVoted."""
    if not referendum.regulation.has_paper:
        raise NoPaper
    box.use_on_paper(db, clock, referendum, voter_key)
    audit.record(db, by=by, act="referendum.paper-handed-over", subject=f"referendum:{referendum.id}")


def sealed(vault: Vault, referendum: Referendum, voter_key: str, *, by: Actor, now: datetime) -> str:
    """The visitor in a hidden field: for this officer and referendum, for a quarter of an hour, unreadable."""
    return vault.seal(PURPOSE, f"{by.id}\n{referendum.id}\n{int(now.timestamp())}\n{voter_key}")


def opened(vault: Vault, referendum: Referendum, given: str, *, by: Actor, now: datetime) -> str:
    """The voter key back. Raises LookUpAgain for anything that is not this officer's own and recent."""
    try:
        officer, referendum_id, moment, voter_key = vault.open(PURPOSE, given).split("\n")
    except Exception:  # whatever it is, it was not made by `sealed`
        raise LookUpAgain from None
    age = now.timestamp() - int(moment)
    if (officer, referendum_id) != (str(by.id), str(referendum.id)) or age > LASTS.total_seconds():
        raise LookUpAgain
    return voter_key
