"""Writing a proposal: steps that lose nothing, drafts of one's own, versions in public, two windows at once."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.moderation.models import Revision, State
from spreekt.modules.voorstellen.domain import EDITED
from spreekt.modules.voorstellen.models import Proposal
from tests.builders import NOON, a_moderator, a_proposal, a_resident, a_street, an_account, an_area
from tests.pages import Pages, values_of

IDEA = {
    "title": "Repaircafé in Heule",
    "body": "Een kapotte broodrooster hoeft niet weg. We herstellen hem samen.",
    "theme": "samenleven",
}


def the_proposal(db: Session) -> Proposal:
    db.expire_all()
    return db.scalars(select(Proposal).order_by(Proposal.id.desc())).first()  # type: ignore[return-value]


def test_a_resident_writes_a_proposal_in_four_steps_without_javascript(pages: Pages, db: Session) -> None:
    a_street("Heuleplaats", area=an_area("Heule"))
    browser = pages.as_(a_resident())

    browser.send("/voorstellen/nieuw", **IDEA)
    id = the_proposal(db).id
    browser.send(f"/voorstellen/{id}/bewerken/plaats", where="straat", street="heuleplaats")
    browser.send(f"/voorstellen/{id}/bewerken/foto", alt="")
    sheet = browser.send(f"/voorstellen/{id}/nakijken", version="2")

    assert "Een moderator kijkt je voorstel na" in sheet
    proposal = the_proposal(db)
    assert (proposal.state, proposal.street.name if proposal.street else "") == (State.PENDING, "Heuleplaats")
    assert [area.name for area in proposal.areas] == ["Heule"]
    assert proposal.support_needed == 50
