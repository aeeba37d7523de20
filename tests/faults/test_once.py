"""F16: each form that makes something, sent twenty times at once over two servers, makes it once."""

import pytest
from sqlalchemy import func, select

from spreekt.kernel.storage import Base
from spreekt.moderation.house_rules import FOR_READERS
from spreekt.moderation.models import Comment, Report
from spreekt.modules.voorstellen.models import Proposal
from tests.builders import a_proposal, a_resident
from tests.live import Platform
from tests.wire import released_together

WORDS = {"title": "Een bank bij de vijver", "body": "Daar zit je in de zon en met zicht op het water. Dat doet deugd."}
CREATES: dict[str, tuple[str, dict[str, str], type[Base]]] = {
    "proposal": ("/voorstellen/nieuw", {**WORDS, "theme": "groen"}, Proposal),
    "comment": ("/reacties/bij/{id}", {"body": "Dat is een goed idee, ik doe mee."}, Comment),
    "report": ("/moderatie/meldingen/nieuw/{id}", {"reason": FOR_READERS[0].code}, Report),
}


@pytest.mark.parametrize("what", CREATES)
def test_f16_twenty_at_once_make_one(live: Platform, what: str) -> None:
    path, words, model = CREATES[what]
    with live.building() as db:
        account, proposal = a_resident(), a_proposal()
        before = db.scalar(select(func.count()).select_from(model)) or 0
    visitor = live.webs[0].visitor(live.sign_in(account))
    path = path.format(id=proposal.id)
    request = visitor.request("POST", path, visitor.filled(path, **words))

    replies = released_together([(live.webs[turn % 2].port, request) for turn in range(20)])

    assert replies[0].status in {200, 303}
    assert len({(reply.status, reply.location) for reply in replies}) == 1
    with live.sessions() as db:
        assert db.scalar(select(func.count()).select_from(model)) == before + 1
