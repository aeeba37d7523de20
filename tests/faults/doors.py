"""The other doors to a budget round that is open on a running platform: who votes by letter, at the desk, on paper."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate import passes
from spreekt.electorate.domain import Voter, as_voter
from spreekt.identity.models import Account, SignInSession
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.identity.sessions import hash_of
from tests.builders import a_register_entry, a_resident
from tests.faults.election import Election
from tests.live import Web
from tests.wire import Visitor, form_in

BORN = "1985-07-30"
"""When everybody of the builders was born."""
Form = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AtTheButton:
    """Somebody who only has to press the last button."""

    visitor: Visitor
    url: str
    form: Form
    key: str

    def request(self) -> bytes:
        return self.visitor.request("POST", self.url, self.form)


def a_letter(election: Election, entry: RegisterEntry | None = None) -> tuple[str, str]:
    """The code of a letter, and the key of its resident on the roll."""
    with election.platform.building() as db:
        voter = _voter(election, entry or a_register_entry())
        code = passes.letter_pass(db, election.platform.vault, election.poll, voter.voter_key, occasion="fault test")
        db.commit()
    return code, voter.voter_key


def a_desk_code(election: Election, entry: RegisterEntry | None = None) -> tuple[str, str]:
    """A code that the desk gave a moment ago, and the key of its resident on the roll."""
    with election.platform.building() as db:
        voter = _voter(election, entry or a_register_entry())
        now = election.platform.now()
        code = passes.desk_pass(db, election.platform.vault, election.poll, voter, now=now)
        db.commit()
    return code, voter.voter_key


def a_resident_with_everything(election: Election) -> tuple[Account, RegisterEntry]:
    """An account of a resident, and the entry of the register to which letters and the desk look."""
    with election.platform.building() as db:
        account = a_resident()
        person = select(Residency.person_key).where(Residency.account_id == account.id)
        return account, db.get_one(RegisterEntry, db.scalars(person).one())


def signed_in(election: Election, number: int) -> list[tuple[str, str]]:
    """Residents who signed in: the tokens in their browsers and their keys on the roll, made in one transaction."""
    found, now = [], election.platform.now()
    with election.platform.building() as db:
        db.commit = db.flush  # type: ignore[method-assign]  # the builders commit each row
        for _each in range(number):
            account, token = a_resident(), secrets.token_urlsafe(32)
            person = select(RegisterEntry).join(Residency, Residency.person_key == RegisterEntry.person_key)
            entry = db.scalars(person.where(Residency.account_id == account.id)).one()
            db.add(
                SignInSession(
                    token_hash=hash_of(token), account_id=account.id, epoch=account.epoch, device="Test",
                    created_at=now, fresh_at=now, expires_at=now + timedelta(days=1),
                )
            )  # fmt: skip
            found.append((token, _voter(election, entry).voter_key))
        Session.commit(db)
    return found


def by_code(election: Election, web: Web, code: str, key: str, choice: list[str], *, way: str = "code") -> AtTheButton:
    """Come in with a code, mark, and look it over, as a browser does."""
    start, visitor = f"/burgerbudget/{election.slug}/{way}", web.visitor()
    entry = [pair for pair in visitor.form(start, "code") if pair[0] not in ("code", "born_on")]
    reply = visitor.post(start, [*entry, ("code", code), ("born_on", BORN)])
    assert reply.status == 303, f"{reply.status}: {reply.text[:300]}"
    ballot = [pair for pair in visitor.form(reply.location, "projects") if pair[0] != "projects"]
    review = visitor.post(reply.location, [*ballot, *(("projects", project) for project in choice)])
    return AtTheButton(visitor, f"{start}/nakijken", form_in(review, "marks"), key)


def _voter(election: Election, entry: RegisterEntry) -> Voter:
    return as_voter(election.platform.vault, election.poll, entry)
