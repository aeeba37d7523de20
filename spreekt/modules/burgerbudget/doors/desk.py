"""The desk of a budget round: how the right of who stands there stands, and paper, a code or a new letter for them.

The log says that somebody of the desk looked, gave paper or gave a code, and for which right, under a key of this round
alone. What anybody chose is nowhere.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from spreekt.electorate import passes
from spreekt.electorate.domain import (
    AlreadyVoted,
    NotEligible,
    PollClosed,
    Voter,
    as_voter,
    door_used,
    spend_right,
    why_not,
)
from spreekt.electorate.models import Channel
from spreekt.identity.desk import LookUpAgain, NotInRegister
from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.doors.letter_jobs import ONE_ASKED
from spreekt.modules.burgerbudget.models import Round

PURPOSE = "budget desk subject"
LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The resident at the counter: why they may not vote if so, and the door through which they did."""

    person_key: str = field(repr=False)
    voter: Voter = field(repr=False)
    reason: str
    used: Channel | None

    @property
    def may_vote(self) -> bool:
        return not self.reason and self.used is None


def look_up(db: Session, vault: Vault, round: Round, person_key: str, *, by: Actor) -> Visitor:
    """Who is at the counter, by the fingerprint of the number on their card. Logged. Raises NotInRegister."""
    audit.record(db, by=by, act="round.desk-looked-up", subject=f"round:{round.id}")
    return visitor(db, vault, round, person_key)


def visitor(db: Session, vault: Vault, round: Round, person_key: str) -> Visitor:
    """The same for somebody who was looked up a moment ago. Raises NotInRegister."""
    entry = db.get(RegisterEntry, person_key)
    if entry is None or entry.gone_on is not None:
        raise NotInRegister
    voter = as_voter(vault, round.poll, entry)
    return Visitor(person_key, voter, why_not(round.poll, voter), door_used(db, round.poll, voter.voter_key))


def give_paper(db: Session, vault: Vault, clock: Clock, round: Round, person_key: str, *, by: Actor) -> None:
    """Use the right on paper, before the ballot is handed over. Raises PollClosed, NotEligible, AlreadyVoted."""
    who = _at_the_counter(db, vault, clock, round, person_key)
    spend_right(db, round.poll, who.voter, channel=Channel.PAPER, now=clock.database_now(db))
    _log(db, round, who, act="round.paper-handed-over", by=by)


def give_code(db: Session, vault: Vault, clock: Clock, round: Round, person_key: str, *, by: Actor) -> str:
    """A code of a quarter of an hour for the device in the help point. Raises PollClosed, NotEligible, AlreadyVoted."""
    who = _at_the_counter(db, vault, clock, round, person_key)
    code = passes.desk_pass(db, vault, round.poll, who.voter, now=clock.database_now(db))
    _log(db, round, who, act="round.code-given", by=by)
    return code


def ask_letter(db: Session, vault: Vault, clock: Clock, round: Round, person_key: str, *, by: Actor) -> None:
    """A new letter to the address in the register, also before opening; the old code dies. Raises as above."""
    locks.with_others(db, round)
    if round.poll.is_over(clock.database_now(db)) or not round.has_box:
        raise PollClosed
    who = visitor(db, vault, round, person_key)
    if who.reason:
        raise NotEligible(who.reason)
    if who.used is not None:
        raise AlreadyVoted
    occasion = secrets.token_hex(16)
    passes.letter_pass(db, vault, round.poll, who.voter.voter_key, occasion=occasion)
    outbox.record(db, ONE_ASKED, round_id=round.id, person=person_key, occasion=occasion)
    _log(db, round, who, act="round.letter-again", by=by)


def sealed(vault: Vault, round: Round, person_key: str, *, by: Actor, now: datetime) -> str:
    """The visitor in a hidden field: for this officer and round, for a quarter of an hour, unreadable."""
    return vault.seal(PURPOSE, f"{by.id}\n{round.id}\n{int(now.timestamp())}\n{person_key}")


def opened(vault: Vault, round: Round, given: str, *, by: Actor, now: datetime) -> str:
    """The person key back. Raises LookUpAgain for anything that is not this officer's own and recent."""
    try:
        officer, round_id, moment, person_key = vault.open(PURPOSE, given).split("\n")
    except Exception:  # whatever it is, it was not made by `sealed`
        raise LookUpAgain from None
    if (officer, round_id) != (str(by.id), str(round.id)) or now.timestamp() - int(moment) > LASTS.total_seconds():
        raise LookUpAgain
    return person_key


def _at_the_counter(db: Session, vault: Vault, clock: Clock, round: Round, person_key: str) -> Visitor:
    """The visitor, while the vote is open by the database's clock and nobody changes the round."""
    locks.with_others(db, round)
    if not round.takes_votes(clock.database_now(db)):
        raise PollClosed
    return visitor(db, vault, round, person_key)


def _log(db: Session, round: Round, who: Visitor, *, act: str, by: Actor) -> None:
    """Which right it was stands there in a form that only the key of the city can follow, for a complaint."""
    audit.record(db, by=by, act=act, subject=f"round:{round.id}", reason=f"recht {who.voter.voter_key[:16]}")
