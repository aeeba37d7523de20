"""A vote that stood still: everybody reads when and why, for good, and staff still seal the box after its hour."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import cards, incidents, steps
from spreekt.modules.referendum.holding import hold
from spreekt.modules.referendum.incidents import Incident, Kind
from spreekt.modules.referendum.models import Act, State
from spreekt.modules.referendum.standing import Standing
from tests.builders import DAY, NOON, acting, staff
from tests.pages import Pages
from tests.referendum.builders import Held, a_referendum

HOUR = timedelta(hours=1)
PAST = {"opens_at": NOON - 9 * DAY, "closes_at": NOON - HOUR}


def together(db: Session, held: Held, act: Act, about: str = "", *, at=NOON) -> None:
    one, other = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    for take, person in ((steps.propose, one), (steps.confirm, other)):
        take(db, Clock(fixed=at), held.referendum, act, by=person, about=about, now=at)
    db.commit()


def test_both_reasons_are_read_by_everybody_once_the_vote_goes_on(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    together(db, held, Act.SUSPEND, "Storing in het netwerk.")
    together(db, held, Act.RESUME, "Opgelost om 13 uur.", at=NOON + HOUR)

    sheet = pages.get(f"/referendum/{held.slug}")

    assert "Opgeschort op maandag 23 november" in sheet
    assert "Hervat op maandag 23 november" in sheet
    assert sheet.text.index("Storing in het netwerk.") < sheet.text.index("Opgelost om 13 uur.")
    assert incidents.incidents(db, held.referendum) == [
        Incident(NOON, Kind.STOPPED, "Storing in het netwerk."),
        Incident(NOON + HOUR, Kind.WENT_ON, "Opgelost om 13 uur."),
    ]


def test_a_vote_that_never_stood_still_has_no_words_about_it(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)

    assert "stond even stil" not in pages.get(f"/referendum/{held.slug}")


def test_incidents_stay_in_the_order_in_which_they_happened(db: Session, vault: Vault):
    held = a_referendum(db, vault)
    for number in range(6):
        together(db, held, Act.SUSPEND, f"stop {number}")
        together(db, held, Act.RESUME, f"verder {number}")

    told = [incident.why for incident in incidents.incidents(db, held.referendum)]

    assert told == [words for number in range(6) for words in (f"stop {number}", f"verder {number}")]


def test_the_result_and_the_audit_pack_keep_every_suspension(app: Flask, pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    together(db, held, Act.SUSPEND, "Storing in het netwerk.")
    together(db, held, Act.RESUME, "Opgelost.")
    held.referendum.state, held.referendum.publishes_at = State.PROCLAIMED, NOON
    db.commit()

    assert "Storing in het netwerk." in pages.get(f"/referendum/{held.slug}/uitslag")
    with zipfile.ZipFile(io.BytesIO(app.test_client().get(f"/referendum/{held.slug}/controlepakket.zip").data)) as pack:
        assert json.loads(pack.read("opschorting-1.json"))["reason"] == "Storing in het netwerk."
        assert json.loads(pack.read("hervatting-2.json"))["reason"] == "Opgelost."


def test_a_backup_that_was_put_back_is_an_incident_too(db: Session, vault: Vault):
    held = a_referendum(db, vault)

    hold(db, held.referendum.poll_id, "Er ontbreken misschien stemmen.", NOON)

    assert incidents.incidents(db, held.referendum) == [Incident(NOON, Kind.STOPPED, "Er ontbreken misschien stemmen.")]


@pytest.mark.parametrize("path", ["", "/zaal"])
def test_a_vote_suspended_past_its_closing_hour_is_told_as_closed(pages: Pages, db: Session, vault: Vault, path: str):
    held = a_referendum(db, vault, state=State.SUSPENDED, public_reason="Storing.", **PAST)

    assert held.referendum.standing(NOON) is Standing.COUNTING
    assert "Dit referendum is opgeschort" not in pages.get(f"/referendum/{held.slug}{path}")
    assert "De stembus is gesloten" in pages.get(f"/referendum/{held.slug}/stemmen", status=409)


@pytest.mark.parametrize(("state", "count"), [(State.OPEN, 1), (State.SUSPENDED, 1), (State.CLOSED, 0)])
def test_staff_is_told_to_seal_a_box_that_is_over_also_one_that_stands_still(
    app: Flask, db: Session, vault: Vault, state: State, count: int
):
    a_referendum(db, vault, state=state, **PAST)
    with app.test_request_context():
        work = cards.work(db, acting(staff(Role.PUBLISHER)), NOON)

    label = "stembus om te verzegelen" if count == 1 else "stembussen om te verzegelen"
    assert {each.label: each.count for each in work}[label] == count


def test_a_box_sealed_while_suspended_is_suspended_no_more(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, **PAST)
    together(db, held, Act.SUSPEND, "Storing in het netwerk.", at=NOON - 2 * HOUR)

    together(db, held, Act.CLOSE)

    assert (held.referendum.state, held.referendum.public_reason) == (State.CLOSED, "")
    assert "Storing in het netwerk." in pages.get(f"/referendum/{held.slug}")
