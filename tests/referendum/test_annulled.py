"""An annulled referendum says so wherever it is told: to staff, to trustees, to its voters, and in every file."""

import io
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.residency_models import Residency
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import steps, trustee_page
from spreekt.modules.referendum.models import Act, State
from spreekt.modules.referendum.trustee_models import TrusteeSeat
from tests.builders import DAY, NOON, a_resident, acting, kept, staff
from tests.pages import Pages
from tests.referendum.builders import Held, a_referendum

WHY = "De rechter gaf een kiezer gelijk."
FIGURES = {
    "questions": [
        {"question": "Autovrij?", "answers": ["Ja", "Nee"], "counts": [3, 1], "blank": 0, "verdict": "aangenomen"}
    ],
    "voters": {"web": 4},
}


def annul(db: Session, held: Held) -> None:
    one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    for take, person in ((steps.propose, one), (steps.confirm, other)):
        take(db, Clock(fixed=NOON), held.referendum, Act.ANNUL, by=person, about=WHY, now=NOON)
    db.commit()


@pytest.fixture
def annulled(db: Session, vault: Vault) -> Held:
    """Proclaimed and seen by everybody, then annulled."""
    held = a_referendum(
        db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON - 2 * DAY, state=State.PROCLAIMED,
        publishes_at=NOON - DAY, outcome=FIGURES,
    )  # fmt: skip
    annul(db, held)
    return held


def test_the_screen_of_staff_shows_how_far_it_came_and_nothing_that_comes_next(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON - timedelta(hours=1))
    one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    for take, person in ((steps.propose, one), (steps.confirm, other)):
        take(db, Clock(fixed=NOON), held.referendum, Act.CLOSE, by=person, now=NOON)
    annul(db, held)

    sheet = pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{held.slug}")

    assert sheet.all("ol")[0].get("class") == "road"
    assert {item.get("class") for item in sheet.all("ol")[0].iter("li")} == {"road-done"}
    assert "Verzegel de stembus" in sheet
    assert "Alles is klaar voor deze stap" not in sheet
    assert "Leg het verslag vast" not in sheet


def test_a_trustee_reads_that_nothing_is_opened_any_more_and_why(annulled: Held):
    seat = TrusteeSeat(number=1, confirmed_at=NOON)

    assert trustee_page.phase_of(annulled.referendum, seat, None) == "annulled"


def test_every_file_with_figures_says_that_they_do_not_hold_and_why(app: Flask, annulled: Held):
    reader, base = app.test_client(), f"/referendum/{annulled.slug}"
    for told in (
        reader.get(f"{base}/uitslag.json").json,
        reader.get(f"/api/v1/referenda/{annulled.slug}").json["outcome"],
    ):
        assert (told["annulled"], told["public_reason"]) == (True, WHY)
    assert reader.get(f"/api/v1/referenda/{annulled.slug}").json["public_reason"] == WHY
    assert f"vernietigd: deze uitslag geldt niet,{WHY}" in reader.get(f"{base}/uitslag.csv").text
    with zipfile.ZipFile(io.BytesIO(reader.get(f"{base}/controlepakket.zip").data)) as pack:
        assert f"VERNIETIGD: deze uitslag geldt niet. {WHY}" in pack.read("LEESMIJ.txt").decode()
        assert WHY in pack.read("uitslag-volledig.json").decode()


@pytest.mark.parametrize(
    ("state", "closes_at", "words"),
    [
        (State.OPEN, NOON + DAY, "De stembus sluit op"),
        (State.OPEN, NOON - DAY, "De stembus is gesloten. De uitslag komt nog."),
        (State.CLOSED, NOON - DAY, "De stembus is gesloten. De uitslag komt nog."),
        (State.ANNULLED, NOON - DAY, "Dit referendum is vernietigd: de stemmen gelden niet."),
    ],
)
def test_who_voted_reads_in_their_overview_how_it_stands_now(
    pages: Pages, db: Session, vault: Vault, state: State, closes_at, words: str
):
    held, account = a_referendum(db, vault, opens_at=NOON - 9 * DAY, closes_at=closes_at), a_resident()
    person = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
    kept(UsedRight(poll_id=held.referendum.poll_id, voter_key=held.key.voter(person), channel=Channel.WEB))
    held.referendum.state = state
    db.commit()

    assert words in pages.as_(account).get("/mijn")
