"""Writing a proposal: steps that lose nothing, drafts of one's own, versions in public, two windows at once."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.moderation.domain import Reasons, decide, submit
from spreekt.moderation.models import Revision, State
from spreekt.modules.voorstellen.domain import EDITED
from spreekt.modules.voorstellen.models import Proposal
from tests.builders import NOON, a_moderator, a_proposal, a_resident, a_street, acting, an_account, an_area
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


def a_draft(author_id: int, **fields: Any) -> Proposal:
    return a_proposal(state=State.DRAFT, author_id=author_id, **fields)


def posted(browser: Pages, url: str, field: str, **changes: str) -> tuple[int, str]:
    """Send the form on a page that has this field, with fields that the page may not have at all."""
    values = values_of(browser.get(url).form_with(field))
    for name, value in changes.items():
        values.setlist(name, [value])
    answer = browser.client.post(url, data=values)
    return answer.status_code, answer.text


def test_a_draft_may_be_saved_with_only_a_title_and_continued(pages: Pages, db: Session) -> None:
    browser = pages.as_(a_resident())

    sheet = browser.send("/voorstellen/nieuw", title="Een idee", press="_later=1")

    assert "Dit is een concept. Alleen jij ziet het." in sheet
    id = the_proposal(db).id
    assert browser.send(f"/voorstellen/{id}/bewerken", **IDEA).heading == "Waar gaat je voorstel over?"
    assert the_proposal(db).title == IDEA["title"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Geef je voorstel een titel."),
        ("title", "x" * 101, "hoogstens 100 tekens"),
        ("body", "Kort.", "in minstens twee zinnen"),
        ("body", "x" * 5001, "hoogstens 5000 tekens"),
        ("theme", "raketten", "Kies een van deze thema's."),
    ],
)
def test_a_fault_brings_the_form_back_with_all_that_was_typed(
    pages: Pages, db: Session, field: str, value: str, says: str
) -> None:
    browser = pages.as_(a_resident())

    status, html = posted(browser, "/voorstellen/nieuw", "title", **(IDEA | {field: value}))

    assert status == 422
    assert says in html.replace("&#39;", "'")
    for kept_field in {"title", "body"} - {field}:
        assert IDEA[kept_field] in html
    assert db.scalar(select(func.count()).select_from(Proposal)) == 0


def test_f16_sending_the_first_step_twice_makes_one_draft(pages: Pages, db: Session) -> None:
    browser = pages.as_(a_resident())
    values = values_of(browser.get("/voorstellen/nieuw").form_with("title"))
    for name, value in IDEA.items():
        values.setlist(name, [value])

    places = {browser.client.post("/voorstellen/nieuw", data=values).headers["Location"] for _click in range(3)}

    assert len(places) == 1
    assert db.scalar(select(func.count()).select_from(Proposal)) == 1


def test_z05_nothing_but_what_the_form_shows_can_be_set(pages: Pages, db: Session) -> None:
    author, other = a_resident(), a_resident()
    draft = a_draft(author.id)
    smuggled = {
        "author_id": str(other.id), "state": "gepubliceerd", "status": "gepubliceerd", "published_at": "2026-01-01",
        "support_count": "999", "support_needed": "1", "created_at": "2020-01-01", "area_id": "1", "id": "1",
        "answered_at": "2026-01-01", "latest_answer": "we-doen-het", "flags": "x", "is_verified": "1",
    }  # fmt: skip
    before = {name: getattr(draft, name) for name in smuggled if hasattr(draft, name)}
    browser = pages.as_(author)

    for step, field in (("bewerken", "title"), ("bewerken/plaats", "where"), ("bewerken/foto", "alt")):
        assert posted(browser, f"/voorstellen/{draft.id}/{step}", field, **smuggled)[0] == 303
    assert posted(browser, "/voorstellen/nieuw", "title", **(IDEA | smuggled))[0] == 303

    db.expire_all()
    assert {name: getattr(draft, name) for name in before} == before
    new = the_proposal(db)
    assert (new.state, new.author_id, new.support_count, new.support_needed) == (State.DRAFT, author.id, 0, 50)


@pytest.mark.parametrize("step", ["bewerken", "bewerken/plaats", "bewerken/foto", "nakijken"])
def test_z02_somebody_elses_draft_is_not_there(pages: Pages, db: Session, step: str) -> None:
    draft = a_draft(a_resident().id)
    thief = pages.as_(a_resident())

    for act in (thief.client.get, thief.client.post):
        theirs, missing = act(f"/voorstellen/{draft.id}/{step}"), act(f"/voorstellen/{draft.id + 50}/{step}")
        assert theirs.status_code == missing.status_code
        assert theirs.status_code in {400, 404}
    for act_name in ("verwijderen", "intrekken"):
        values = values_of(thief.get("/voorstellen/nieuw").form_with("title"))
        assert thief.client.post(f"/voorstellen/{draft.id}/{act_name}", data=values).status_code == 404
    db.expire_all()
    assert draft.state == State.DRAFT


@pytest.mark.parametrize("step", ["bewerken", "bewerken/plaats", "bewerken/foto", "nakijken"])
def test_two_windows_do_not_overwrite_each_other_and_nothing_typed_is_lost(
    pages: Pages, db: Session, step: str
) -> None:
    author = a_resident()
    draft = a_draft(author.id)
    browser = pages.as_(author)
    url, field = f"/voorstellen/{draft.id}/{step}", "version"
    old = values_of(browser.get(url).form_with(field))
    posted(browser, f"/voorstellen/{draft.id}/bewerken", "title", **(IDEA | {"title": "Uit venster twee"}))
    if "title" in old:
        old.setlist("title", ["Uit venster een"])

    answer = browser.client.post(url, data=old)

    assert answer.status_code == 409
    assert "in een ander venster bewaard" in answer.text
    assert the_proposal(db).title == "Uit venster twee"
    if "title" in old:
        assert "Uit venster een" in answer.text
        old.setlist("version", [str(the_proposal(db).version)])
        assert browser.client.post(url, data=old).status_code == 303
        assert the_proposal(db).title == "Uit venster een"


def test_a_draft_can_be_thrown_away_but_nothing_that_was_handed_in(pages: Pages, db: Session) -> None:
    author = a_resident()
    draft, public = a_draft(author.id), a_proposal(author_id=author.id)
    browser = pages.as_(author)
    values = values_of(browser.get(f"/voorstellen/{draft.id}").form_with("csrf_token"))

    assert browser.client.post(f"/voorstellen/{draft.id}/verwijderen", data=values).status_code == 303
    values = values_of(browser.get("/voorstellen/nieuw").form_with("title"))
    assert browser.client.post(f"/voorstellen/{public.id}/verwijderen", data=values).status_code == 409
    db.expire_all()
    assert db.scalars(select(Proposal.id)).all() == [public.id]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"where": "straat", "street": "Nergensstraat"}, "We vinden deze straat niet"),
        ({"where": "gebied", "area": "gent"}, "Kies een deelgemeente uit de lijst"),
        ({"where": "stad", "latitude": "NaN", "longitude": "3.2"}, "ligt niet op de kaart"),
        ({"where": "stad", "latitude": "51.2", "longitude": "4.4"}, "ligt niet op de kaart"),
        ({"where": "stad", "latitude": "50.8", "longitude": ""}, "ligt niet op de kaart"),
    ],
)
def test_w16_a_place_outside_the_city_is_refused(pages: Pages, db: Session, fields: dict[str, str], says: str) -> None:
    author = a_resident(area=an_area("Heule"))
    draft = a_draft(author.id)

    status, html = posted(pages.as_(author), f"/voorstellen/{draft.id}/bewerken/plaats", "where", **fields)

    assert status == 422
    assert says in html


def test_w16_a_point_is_rounded_before_it_is_stored(pages: Pages, db: Session) -> None:
    author = a_resident()
    draft = a_draft(author.id)
    exact = {"where": "stad", "latitude": "50,8279123", "longitude": "3.2649777"}

    assert posted(pages.as_(author), f"/voorstellen/{draft.id}/bewerken/plaats", "where", **exact)[0] == 303

    db.expire_all()
    assert (draft.latitude, draft.longitude) == (50.828, 3.265)


def test_an_edit_after_publication_is_a_public_version_and_flagged(pages: Pages, db: Session) -> None:
    author = a_resident()
    proposal = a_proposal("Acht banken", author_id=author.id)

    sheet = pages.as_(author).send(f"/voorstellen/{proposal.id}/bewerken", **(IDEA | {"title": "Negen banken"}))

    assert sheet.heading == "Negen banken"
    assert EDITED in the_proposal(db).flags
    kept = db.scalars(select(Revision.is_public).where(Revision.submission_id == proposal.id)).all()
    assert kept == [True, True]
    versions = pages.get(f"/voorstellen/{proposal.id}/versies")
    assert "Negen" in "".join(versions.all("ins")[0].itertext())
    assert "weggehaald: Acht" in versions
    assert "toegevoegd: Negen" in versions


def test_a_text_before_publication_is_in_no_public_version(pages: Pages, db: Session) -> None:
    author = a_resident()
    draft = a_draft(author.id, title="Mijn geheim")
    browser = pages.as_(author)
    posted(browser, f"/voorstellen/{draft.id}/bewerken", "title", **IDEA)

    assert "Mijn geheim" not in browser.get(f"/voorstellen/{draft.id}/versies")


def test_changes_asked_are_told_with_reason_and_day_and_mended(pages: Pages, db: Session) -> None:
    author = a_resident()
    proposal = a_draft(author.id)
    submit(db, proposal, by=acting(author), now=NOON)
    reasons = Reasons("onduidelijk", "Schrijf duidelijk", "Zeg waar de banken komen.", date(2026, 12, 1))
    decide(db, proposal, "ask_changes", reasons=reasons, seen_version=None, by=acting(a_moderator()), now=NOON)
    db.commit()
    browser = pages.as_(author)

    sheet = browser.get(f"/voorstellen/{proposal.id}")
    assert "Zeg waar de banken komen." in sheet
    assert "dinsdag 1 december 2026" in sheet
    browser.send(sheet.links()["Pas aan"], **IDEA)
    browser.send(f"/voorstellen/{proposal.id}/nakijken", version=str(the_proposal(db).version))
    assert the_proposal(db).state == State.PENDING


def test_an_unfinished_draft_is_not_sent(pages: Pages, db: Session) -> None:
    author = a_resident()
    draft = a_draft(author.id, body="")

    sheet = pages.as_(author).send(f"/voorstellen/{draft.id}/nakijken", status=422, version=str(draft.version))

    assert "Vertel wat je wil en waarom" in sheet
    assert the_proposal(db).state == State.DRAFT


def test_what_looks_alike_is_shown_before_sending(pages: Pages, db: Session) -> None:
    author = a_resident()
    a_proposal("Repaircafé Aalbeke", body="Elke eerste zaterdag herstellen vrijwilligers kapotte toestellen.")
    a_proposal("Petanquebaan voor alle leeftijden", body="Jong en oud spelen er samen, daarna is er koffie.")
    draft = a_draft(author.id, title=IDEA["title"], body=IDEA["body"])

    sheet = pages.as_(author).get(f"/voorstellen/{draft.id}/nakijken")

    assert "Repaircafé Aalbeke" in sheet
    assert "Petanquebaan" not in sheet


def test_writing_needs_an_account(pages: Pages) -> None:
    assert pages.raw("/voorstellen/nieuw").headers["Location"] == "/aanmelden?next=/voorstellen/nieuw"


def test_who_writes_too_much_waits(pages: Pages, db: Session) -> None:
    browser = pages.as_(an_account())
    answers = [posted(browser, "/voorstellen/nieuw", "title", **(IDEA | {"title": f"Idee {n}"}))[0] for n in range(41)]

    assert answers == [303] * 40 + [429]
