"""Counting officers for tests: a round whose keys are to be made, are proven, or are given."""

from datetime import datetime
from typing import Any

from nacl.public import PrivateKey

from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.officers import domain as officers
from tests.builders import DAY, NOON, _session, _vault, a_round, acting, staff

OPENS, CLOSES = NOON + 10 * DAY, NOON + 17 * DAY
BEFORE, DURING, AFTER = (Clock(fixed=moment) for moment in (NOON, OPENS + DAY, CLOSES))
ROLES = (Role.PUBLISHER, Role.AUDITOR, Role.DESK, Role.MODERATOR, Role.REGISTER)


class Telling:
    """A round and its officers, with the key that each of them keeps at home."""

    def __init__(self, number: int = 3, *, needed: int = 2, opens_at: datetime = OPENS, **fields: Any) -> None:
        self.db, self.vault = _session(), _vault()
        fields = {"opens_at": opens_at, "closes_at": CLOSES, "ballot_keys": ""} | fields
        self.round = a_round(publishes_at=CLOSES + DAY, **fields)
        self.people: list[Account] = [staff(role, name=f"Teller {role.value}") for role in ROLES[:number]]
        self.keys = [PrivateKey.generate() for _ in self.people]
        self.admin = acting(staff(Role.ADMIN))
        officers.appoint(self.db, BEFORE, self.round, self.people, needed=needed, by=self.admin)

    def makes(self, seat: int, *, clock: Clock = BEFORE) -> None:
        """An officer sends the public half of their key."""
        public = bytes(self.keys[seat - 1].public_key).hex()
        officers.register_key(self.db, clock, self.round, public, by=acting(self.people[seat - 1]))

    def proves(self, seat: int, key: PrivateKey | None = None, *, clock: Clock = BEFORE) -> None:
        """An officer answers the challenge with what they kept."""
        by = acting(self.people[seat - 1])
        officer = officers.seat_of(self.db, self.round, by=by)
        asked = officers.challenge(self.vault, officer)
        answered = officers.answer(key or self.keys[seat - 1], asked, officer.public_key)
        officers.prove(self.db, self.vault, clock, self.round, answered, by=by)

    def gives(self, seat: int, secret: bytes | None = None, *, clock: Clock = AFTER) -> None:
        """An officer hands over their key."""
        kept = bytes(self.keys[seat - 1]) if secret is None else secret
        officers.give(self.db, self.vault, clock, self.round, kept, by=acting(self.people[seat - 1]))

    def ready(self) -> "Telling":
        """Everybody made and proved a key."""
        for seat in range(1, len(self.people) + 1):
            self.makes(seat)
            self.proves(seat)
        self.db.commit()
        return self
