"""Referenda for tests: with real keys, real codes and real ballots, and trustees whose secrets the test holds."""

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from gmpy2 import mpz
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.identity.models import Account
from spreekt.identity.residency_models import Residency
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import exhibits, poll_keys
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import Ceremony
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.ballot.decryption import partial_decryption
from spreekt.modules.referendum.ballot.election import Election, make_election, new_uuid
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.own_key import Trustee
from spreekt.modules.referendum.ballot.randomness import draw_secret, drawing_from, new_seed
from spreekt.modules.referendum.ballot.tally import read_tally
from spreekt.modules.referendum.ballot.trustees import read_trustees, written_trustees
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import Question, Referendum, RollEntry, State
from spreekt.modules.referendum.poll_keys import PollKey
from spreekt.modules.referendum.regulation import Regulation
from tests.builders import DAY, NOON, an_area, kept
from tests.referendum.trustee_builders import a_ceremony

BORN = date(1985, 7, 30)
YES, NO, BLANK = (0, 1, 0), (0, 0, 1), (1, 0, 0)
_numbers = itertools.count(1)


@lru_cache
def trustees_of_the_tests() -> tuple[list[Trustee], Ceremony]:
    """Three trustees, two needed; made once, for making them takes a while."""
    return a_ceremony(3, 2)


@lru_cache
def their_secret(owner: int) -> mpz:
    """What trustee `owner` opens with: it takes every share out of its envelope, so once is enough."""
    trustees, ceremony = trustees_of_the_tests()
    return trustees[owner - 1].decryption_key(ceremony)


@lru_cache
def their_public_part() -> tuple[str, mpz]:
    """What they publish, and the key to which voters encrypt."""
    _trustees, ceremony = trustees_of_the_tests()
    text = written_trustees([("Pedersen", ceremony.parameters())])
    return text, read_trustees(text).election_key


@dataclass
class Voter:
    """One voter of a test: what they hold at home."""

    code: str
    person_key: str
    voter_key: str
    born_on: date = BORN


@dataclass
class Held:
    """A referendum with everything around it that the platform itself never has together."""

    referendum: Referendum
    election: Election
    voters: list[Voter]
    key: PollKey = field(repr=False)

    @property
    def slug(self) -> str:
        return self.referendum.slug

    def ballot(self, voter: int = 0, choices: Sequence[Sequence[int]] = (YES,), *, seed: bytes | None = None) -> str:
        """A sealed ballot of this voter."""
        secret = secret_of(self.voters[voter].code, self.election.uuid)
        return encrypt(self.election, secret, choices, drawing_from(seed or new_seed()))

    def decryption(self, db: Session, owner: int) -> str:
        """What trustee `owner` opens of the sealed box."""
        rows = read_tally(exhibits.body(db, self.referendum.id, exhibits.ENCRYPTED_TALLY))
        phi = self.election.fingerprint
        return compact(partial_decryption(rows, their_secret(owner), owner=owner, phi=phi, draw=draw_secret))


def a_question(referendum: Referendum | None = None, **fields: Any) -> Question:
    defaults: dict[str, Any] = {
        "position": 1,
        "text": "Wil je dat de Grote Markt elk jaar in juli en augustus autovrij is?",
        "answers": ["Ja", "Nee"],
        "explanation": "Elke dag van 10 tot 22 uur.",
        "arguments_for": ["Meer plaats om te zitten."],
        "arguments_against": ["Minder plaats om te staan."],
    }
    return Question(**(defaults | fields))


def a_referendum(
    db: Session,
    vault: Vault,
    *,
    voters: int = 3,
    questions: Sequence[Question] = (),
    state: State = State.OPEN,
    rules: dict[str, Any] | None = None,
    **fields: Any,
) -> Held:
    """An open referendum under a real key of three trustees, with so many voters on its roll."""
    number = next(_numbers)
    regulation = Regulation.of({"source": "proef", "minimum_votes": 0, "batch_least": 2, **(rules or {})})
    of_poll = {name: fields.pop(name) for name in ("opens_at", "closes_at") if name in fields}
    defaults: dict[str, Any] = {"opens_at": NOON - DAY, "closes_at": NOON + 7 * DAY, "minimum_age": 16}
    poll = kept(Poll(module="referendum", age_on=(NOON + 7 * DAY).date(), **(defaults | of_poll)))
    referendum = Referendum(
        slug=f"markt-{number}", uuid=new_uuid(), title="Autovrije Grote Markt", state=state, poll_id=poll.id,
        rules=regulation.stored, roll_count=voters, frozen_sha256="f" * 64, roll_sha256="e" * 64, **fields,
    )  # fmt: skip
    referendum.questions = list(questions) or [a_question()]
    key = poll_keys.give_key(vault, referendum)
    kept(referendum)
    trustees_text, election_key = their_public_part()
    election = make_election(template_of(referendum), referendum.uuid, election_key)
    referendum.fingerprint = election.fingerprint
    on_roll = [_on_roll(db, referendum, key, election, an_area()) for _ in range(voters)]
    publics = sorted(str(public_of(secret_of(voter.code, election.uuid))) for voter in on_roll)
    exhibits.keep(db, referendum, exhibits.ELECTION, election.text)
    exhibits.keep(db, referendum, exhibits.TRUSTEES, trustees_text)
    exhibits.keep(db, referendum, exhibits.CREDENTIALS, compact(publics))
    db.commit()
    return Held(referendum, election, on_roll, key)


def _on_roll(db: Session, referendum: Referendum, key: PollKey, election: Election, area: Any) -> Voter:
    code, person_key = make_credential(), secrets.token_hex(32)
    voter = Voter(code, person_key, key.voter(person_key))
    public = str(public_of(secret_of(code, election.uuid)))
    entry = RollEntry(
        referendum_id=referendum.id, voter_key=voter.voter_key, area_id=area.id,
        birth_key=key.birth(voter.voter_key, BORN), credential_key=key.credential(public),
    )  # fmt: skip
    db.add(entry)
    return voter


def becomes(db: Session, held: Held, voter: int, account: Account) -> None:
    """Make this voter of the roll the resident with this account."""
    person_key = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
    entry = db.get_one(RollEntry, (held.referendum.id, held.voters[voter].voter_key))
    voter_key = held.key.voter(person_key)
    entry.voter_key, entry.birth_key = voter_key, held.key.birth(voter_key, held.voters[voter].born_on)
    db.commit()


def send_ballot(
    app: Flask,
    held: Held,
    ballot: str,
    *,
    key: str = "",
    born_on: date | None = BORN,
    client: FlaskClient | None = None,
    **more: Any,
) -> Any:
    """What the booth sends, through the door of the box, by a browser of nobody or by `client`; the server's answer."""
    sent = {"ballot": ballot, "birth_date": born_on.isoformat() if born_on else "", "padding": "", **more}
    return (client or app.test_client()).post(
        f"/referendum/{held.slug}/stemmen/uitbrengen",
        json=sent,
        headers={"Idempotency-Key": key or secrets.token_hex(16), "Accept": "application/json"},
    )


__all__ = ["BLANK", "BORN", "NO", "YES", "Held", "Voter", "a_question", "a_referendum", "becomes", "send_ballot"]
