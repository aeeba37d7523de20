"""What the board says to somebody whose tracker is not on it: wait, check what you typed, or ring at once."""

import pytest
from sqlalchemy.orm import Session

from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import counting
from spreekt.modules.referendum.models import State
from tests.builders import DAY, NOON
from tests.pages import Pages
from tests.referendum.builders import Held, a_referendum

MISSING = "A" * 43
LATER, ALARM = "Stemde je net? Kijk straks nog eens", "Bel meteen 1777"
PAST = {"opens_at": NOON - 9 * DAY, "closes_at": NOON - DAY}


def answer(pages: Pages, held: Held) -> str:
    return pages.get(f"/referendum/{held.slug}/bulletin?volgcode={MISSING}").text


def test_while_people_vote_a_missing_ballot_may_still_come(pages: Pages, db: Session, vault: Vault):
    said = answer(pages, a_referendum(db, vault))

    assert LATER in said
    assert ALARM not in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": State.SUSPENDED}, "Tot het hervat, komen er geen stemmen bij"),
        (PAST, "zodra twee mensen de stembus verzegelen"),
        (PAST | {"state": State.SUSPENDED}, "zodra twee mensen de stembus verzegelen"),
        ({"state": State.ANNULLED}, "vernietigd: er komen geen stemmen meer bij"),
    ],
    ids=["suspended", "over", "over while suspended", "annulled"],
)
def test_what_a_missing_ballot_waits_for_is_said_as_it_is(pages: Pages, db: Session, vault: Vault, fields, words: str):
    said = answer(pages, a_referendum(db, vault, **fields))

    assert words in said
    assert LATER not in said
    assert ALARM not in said


@pytest.mark.parametrize("state", [State.CLOSED, State.RECONCILED, State.DECRYPTED])
def test_after_the_seal_a_missing_ballot_is_an_alarm(pages: Pages, db: Session, vault: Vault, state: State):
    held = a_referendum(db, vault, **PAST)
    counting.fix_encrypted_tally(db, held.referendum)
    held.referendum.state = state
    db.commit()

    said = answer(pages, held)

    assert "er komen geen stemmen meer bij" in said
    assert ALARM in said
    assert LATER not in said
