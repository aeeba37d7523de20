"""What the rest of the house sees of proposals: overview, bar, work, file, forgetting, photos, and the next acts."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.vault import Vault
from spreekt.moderation.models import Picture, State
from spreekt.modules.voorstellen.answers import Reply, answer
from spreekt.modules.voorstellen.api import api_paths
from spreekt.modules.voorstellen.models import AnswerKind, Support
from spreekt.modules.voorstellen.module import MODULE, deeds, erase, export, outcomes, reminders, work
from spreekt.modules.voorstellen.support import support
from tests.builders import DAY, NOON, a_proposal, a_resident, acting, an_area, staff
from tests.pages import Pages, values_of


def test_the_bar_reminds_of_one_draft_and_only_after_an_hour(pages: Pages, db: Session) -> None:
    author = acting(a_resident())
    for title, hours in (("Oud", 48), ("Nieuwer", 2), ("Daarnet", 0.5)):
        a_proposal(title, state=State.DRAFT, author_id=author.id, created_at=NOON - timedelta(hours=hours))

    with pages.app.test_request_context():
        assert [reminder.text for reminder in reminders(db, author, NOON)] == [
            "Je voorstel “Nieuwer” is nog niet verstuurd."
        ]
        assert reminders(db, acting(a_resident()), NOON) == []


def test_the_overview_tells_what_one_did_and_what_comes_next(pages: Pages, db: Session, vault: Vault) -> None:
    me = a_resident()
    a_proposal("Mijn bank", author_id=me.id, threshold_reached_at=NOON, answer_due_on=(NOON + DAY).date())
    theirs, hidden = a_proposal("Hun bank"), a_proposal("Weg")
    for each in (theirs, hidden):
        support(db, vault, each, by=acting(me), now=NOON)
    hidden.state = State.HIDDEN
    db.commit()

    with pages.app.test_request_context():
        found = {deed.title: (deed.state, deed.next_step) for deed in deeds(db, acting(me))}

    assert found == {
        "Mijn bank": ("Wacht op een antwoord", "De stad antwoordt ten laatste dinsdag 24 november 2026."),
        "Je steunt: Hun bank": ("Zoekt steun", ""),
    }
    assert [line["voorstel"] for line in export(db, me.id)["gesteund"]] == ["Hun bank"]


def test_erasing_leaves_the_support_and_not_the_supporter(db: Session, vault: Vault) -> None:
    me, proposal = a_resident(), a_proposal()
    support(db, vault, proposal, by=acting(me), now=NOON)

    erase(db, me.id)

    assert db.scalars(select(Support.account_id)).all() == [None]
    assert proposal.support_count == 1


def test_the_console_counts_the_work_of_who_answers(pages: Pages, db: Session) -> None:
    here = an_area("Heule")
    a_proposal(area=here, threshold_reached_at=NOON - 40 * DAY, answer_due_on=(NOON - DAY).date())
    a_proposal(threshold_reached_at=NOON, answer_due_on=(NOON + DAY).date())

    with pages.app.test_request_context():
        heaps = {
            "service": work(db, acting(staff(Role.SERVICE)), NOON),
            "worker": work(db, acting(staff(Role.AREA_WORKER, area=here)), NOON),
            "moderator": work(db, acting(staff(Role.MODERATOR)), NOON),
        }

    assert {who: [(heap.count, heap.overdue) for heap in found] for who, found in heaps.items()} == {
        "service": [(2, 1)],
        "worker": [(1, 1)],
        "moderator": [],
    }


def test_home_shows_the_latest_answers_to_public_proposals(pages: Pages, db: Session) -> None:
    for title in ("Zichtbaar", "Verborgen"):
        proposal = a_proposal(title)
        reply = Reply(AnswerKind.EXAMINING, "Dienst Groen", "We kijken in de lente wat er kan.", None)
        answer(db, proposal, reply, by=acting(staff(Role.SERVICE)), now=NOON)
    proposal.state = State.HIDDEN
    db.commit()

    with pages.app.test_request_context():
        assert [(card.title, card.label) for card in outcomes(db, NOON)] == [("Zichtbaar", "We onderzoeken het")]


@pytest.mark.parametrize(
    ("who", "state", "acts"),
    [
        ("visitor", State.PUBLISHED, set()),
        ("resident", State.PUBLISHED, {"support"}),
        ("author", State.PUBLISHED, {"support", "withdraw"}),
        ("author", State.DRAFT, {"submit", "withdraw"}),
        ("author", State.PENDING, {"withdraw"}),
        ("author", State.HIDDEN, set()),
    ],
)
def test_the_api_offers_each_caller_the_acts_of_the_workflow(
    pages: Pages, who: str, state: State, acts: set[str]
) -> None:
    author = a_resident()
    proposal = a_proposal(author_id=author.id, state=state)
    browser = {"visitor": pages, "resident": pages.as_(a_resident()), "author": pages.as_(author)}[who]

    found = browser.raw(f"/api/v1/proposals/{proposal.id}")

    assert set(found.json["links"]["acts"]) == acts
    assert found.json["state"] == state.value


def test_the_description_of_the_api_names_its_addresses(pages: Pages) -> None:
    rules = {str(rule).replace("<int(max=2147483647):id>", "{id}") for rule in pages.app.url_map.iter_rules()}

    assert set(api_paths()) <= rules
    assert MODULE.api == api_paths()


def a_photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    file.seek(0)
    return file


def sent_photo(browser: Pages, url: str, **fields: Any) -> tuple[int, str]:
    values = values_of(browser.get(url).form_with("alt")).to_dict() | fields
    answer = browser.client.post(url, data=values, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_photo_comes_with_words_is_replaced_and_taken_away(pages: Pages, db: Session) -> None:
    author = a_resident()
    draft = a_proposal(state=State.DRAFT, author_id=author.id)
    url, browser = f"/voorstellen/{draft.id}/bewerken/foto", pages.as_(author)

    assert sent_photo(browser, url, photo=(a_photo(), "a.png"), alt="")[0] == 422
    assert sent_photo(browser, url, photo=(io.BytesIO(b"geen foto"), "a.png"), alt="Een bank")[0] == 422
    assert db.scalars(select(Picture)).all() == []
    assert sent_photo(browser, url, photo=(a_photo(), "a.png"), alt="Een bank")[0] == 303
    assert sent_photo(browser, url, photo=(a_photo(), "b.png"), alt="Twee banken")[0] == 303
    db.expire_all()
    assert db.scalars(select(Picture.alt)).all() == ["Twee banken"]
    assert sent_photo(browser, url, alt="Drie banken")[0] == 303
    db.expire_all()
    assert db.scalars(select(Picture.alt)).all() == ["Drie banken"]
    assert sent_photo(browser, url, gone="y")[0] == 303
    db.expire_all()
    assert db.scalars(select(Picture)).all() == []
