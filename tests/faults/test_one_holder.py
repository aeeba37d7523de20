"""A13: whatever the spelling and however many at once, one resident is held by one account."""

import re

from sqlalchemy import select

from spreekt.identity.accounts import email_of
from spreekt.identity.addressee import Addressee
from spreekt.identity.residency import person_key
from spreekt.identity.residency_models import IdentityCase, Residency
from spreekt.kernel.actor import Role
from tests.builders import a_register_entry, an_account, staff
from tests.live import Platform
from tests.wire import Visitor, released_together

SPELLINGS = ("85.07.30-999.32", "85073099932", "85 07 30 999 32", "850730-99932", "８５０７３０９９９３２")
ACCOUNTS = 20


def desk_form(officer: Visitor, spelling: str, email: str) -> list[tuple[str, str]]:
    """Look the resident up by the card in this spelling; gives the form that ties them to an account."""
    found = officer.fill("/loket", to="/loket/inwoner", number=spelling, purpose="aan-het-loket")
    assert found.status == 200, found.text[:300]
    hidden = dict(re.findall(r'name="(subject|csrf_token|_once)"[^>]*value="([^"]+)"', found.text))
    return [*hidden.items(), ("email", email), ("card_seen", "y")]


def test_a13_twenty_accounts_and_one_national_number_make_one_holder(live: Platform) -> None:
    key = person_key(live.vault, SPELLINGS[0])
    with live.building():
        somebody = Addressee("Noémie", "Dewaele", "Sint-Denijsestraat", "12", "", "8500", "Kortrijk")
        a_register_entry(person_key=key, sealed_addressee=somebody.sealed(live.vault))
        accounts = [an_account() for _ in range(ACCOUNTS)]
        officer_account = staff(Role.DESK)
    officer = live.webs[0].visitor(live.sign_in(officer_account))
    forms = [
        desk_form(officer, SPELLINGS[turn % len(SPELLINGS)], email_of(live.vault, account))
        for turn, account in enumerate(accounts)
    ]

    replies = released_together(
        [
            (live.webs[turn % 2].port, officer.request("POST", "/loket/verblijf", form))
            for turn, form in enumerate(forms)
        ]
    )

    assert {reply.status for reply in replies} == {303}, [reply.text[:200] for reply in replies if reply.status != 303]
    places = sorted(reply.location.rpartition("/")[2] for reply in replies)
    assert places == ["nazicht"] * (ACCOUNTS - 1) + ["verblijf"]
    with live.sessions() as db:
        assert len(db.scalars(select(Residency).where(Residency.person_key == key)).all()) == 1
        assert len(db.scalars(select(IdentityCase).where(IdentityCase.person_key == key)).all()) == ACCOUNTS - 1
