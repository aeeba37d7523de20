"""Trustees who do not exist, for referenda that are not real: they hold their secrets in memory and always come.

The demo city and the replay use them; real trustees have a page, a command and a key file.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import ceremony, counting, exhibits, rehearsal
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony
from spreekt.modules.referendum.ballot.decryption import Tally, partial_decryption
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.ballot.tally import read_tally
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import Referendum

NAMES = ("Algemeen directeur", "Oppositie", "Notaris", "Universiteit", "Rechter", "Ombudsdienst", "Pers", "Jongeren",
         "Senioren")  # fmt: skip


class Trustees:
    """All trustees of one referendum, with their secrets."""

    def __init__(self, db: Session, vault: Vault, referendum: Referendum, *, by: Actor, now: datetime) -> None:
        """Make the key together, step by step, and rehearse."""
        count = referendum.trustee_count
        links = ceremony.invite(db, vault, referendum, NAMES[:count], by=by)
        self.seats = [ceremony.seat_of(db, vault, referendum, link) for link in links]
        self.trustees = [Trustee(new_seed_text(), number) for number in range(1, count + 1)]
        for step in STEPS:
            for seat, trustee in zip(self.seats, self.trustees, strict=True):
                given = trustee.publish(self._ceremony(db, referendum), step)
                ceremony.publish(db, referendum, seat, step, compact(given), now=now)
        for seat in self.seats:
            ceremony.confirm(db, referendum, seat, now=now)
        self._rehearse(db, referendum, by=by, now=now)

    def open_box(self, db: Session, referendum: Referendum, owners: Sequence[int]) -> None:
        """These trustees (from 1) open their part of the sealed box."""
        made = self._ceremony(db, referendum)
        tally = read_tally(exhibits.body(db, referendum.id, exhibits.ENCRYPTED_TALLY))
        for owner in owners:
            text = self._part(made, owner, tally, phi=referendum.fingerprint)
            counting.take_partial_decryption(db, referendum, owner, text)

    def _rehearse(self, db: Session, referendum: Referendum, *, by: Actor, now: datetime) -> None:
        template, text = template_of(referendum), ceremony.trustees_text(db, referendum)
        box = rehearsal.box_of(rehearsal.prepare(db, referendum, template, text, by=by, now=now))
        made = self._ceremony(db, referendum)
        db.flush()
        for owner in range(1, referendum.trustee_count + 1):
            text = self._part(made, owner, box.tally, phi=box.election.fingerprint)
            rehearsal.take_part(db, referendum, owner, text, now=now)

    def _part(self, made: Ceremony, owner: int, tally: Tally, *, phi: str) -> str:
        secret = self.trustees[owner - 1].decryption_key(made)
        return compact(partial_decryption(tally, secret, owner=owner, phi=phi, draw=draw_secret))

    @staticmethod
    def _ceremony(db: Session, referendum: Referendum) -> Ceremony:
        return ceremony.ceremony_of(referendum, ceremony.pieces_of(db, referendum))
