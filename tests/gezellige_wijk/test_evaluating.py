"""After the day: one evaluation a request, totals for the area worker; and the map of what waits."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import evaluations
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.report_models import Evaluation
from tests.builders import NOON, a_street, acting, an_account, an_area
from tests.pages import Pages
from tests.wijk_builders import a_request, an_area_worker

S = RequestState
GOOD = dict.fromkeys(evaluations.SCORES, 4)


def evaluated(db: Session, asked: StreetRequest, **scores: int) -> None:
    by = evaluations.Actor(id=asked.account_id)
    evaluations.give(db, asked, GOOD | scores, again=True, words="Meer hekken, graag.", by=by, now=NOON)
    db.commit()


def test_an_organiser_evaluates_once_when_it_is_over(db: Session, vault: Vault, pages: Pages) -> None:
    account = an_account()
    asked = a_request(db, vault, by=account, state=S.HELD)
    page = f"/gezellige-wijk/aanvragen/{asked.id}"
    organiser = pages.as_(account)
    assert "Evalueer" in organiser.get(page)

    organiser.send(f"{page}/evaluatie", asking="5", help="4", safety="3", neighbours="2", again="nee", words="Ok.")

    kept = db.scalars(select(Evaluation)).one()
    assert (kept.asking, kept.help, kept.safety, kept.neighbours, kept.again) == (5, 4, 3, 2, False)
    assert "Evalueer" not in organiser.get(page)
    assert "één keer" in organiser.get(f"{page}/evaluatie")
    with pytest.raises(evaluations.OnceOnly):
        evaluated(db, asked)


def test_every_question_needs_its_answer(db: Session, vault: Vault, pages: Pages) -> None:
    account = an_account()
    asked = a_request(db, vault, by=account, state=S.HELD)

    sheet = pages.as_(account).send(f"/gezellige-wijk/aanvragen/{asked.id}/evaluatie", asking="5", status=422)

    assert "Kies één tot vijf" in sheet


@pytest.mark.parametrize("state", [S.DECIDING, S.GRANTED, S.CANCELLED])
def test_nothing_is_evaluated_that_was_not_held(db: Session, vault: Vault, state: S) -> None:
    asked = a_request(db, vault, state=state)

    with pytest.raises(evaluations.OnceOnly):
        evaluated(db, asked)


def test_nobody_else_evaluates(db: Session, vault: Vault, pages: Pages) -> None:
    asked = a_request(db, vault, state=S.HELD)

    pages.as_(an_account()).get(f"/gezellige-wijk/aanvragen/{asked.id}/evaluatie", status=404)
    with pytest.raises(NotThere):
        evaluations.give(db, asked, GOOD, again=True, words="", by=acting(an_area_worker()), now=NOON)


def test_area_workers_read_totals_of_their_own_areas(db: Session, vault: Vault, pages: Pages) -> None:
    heule, marke = an_area("Heule"), an_area("Marke")
    for street, area, score in (("Heuleplaats", heule, 5), ("Kortedreef", heule, 2), ("Markeplein", marke, 1)):
        evaluated(db, a_request(db, vault, street=a_street(street, area=area), state=S.CLOSED), safety=score)

    assert evaluations.totals(db, area_ids=[heule.id]).averages["safety"] == 3.5
    assert evaluations.totals(db, area_ids=None).number == 3
    sheet = pages.as_(an_area_worker(heule)).get("/beheer/wijk/evaluaties")
    assert "2 evaluaties" in sheet
    assert "3,5" in sheet
    assert "2 van de 2" in sheet
    assert "Markeplein" not in sheet
    assert "Nog geen evaluaties" in pages.as_(an_area_worker(an_area("Aalbeke"))).get("/beheer/wijk/evaluaties")
    pages.as_(an_account()).get("/beheer/wijk/evaluaties", status=404)


def test_the_map_shows_what_waits_in_my_areas_and_nothing_else(db: Session, vault: Vault, pages: Pages) -> None:
    heule, marke = an_area("Heule"), an_area("Marke")
    place = {"latitude": 50.84, "longitude": 3.23}
    mine = a_request(db, vault, street=a_street("Heuleplaats", area=heule), **place)
    a_request(db, vault, street=a_street("Kortedreef", area=heule), state=S.ADVICE, **place)
    a_request(db, vault, street=a_street("Markeplein", area=marke), **place)
    worker = pages.as_(an_area_worker(heule))

    assert "Kaart van wat op jou wacht" in worker.get("/beheer/wijk").html
    features = worker.raw("/beheer/wijk/wacht.geojson").get_json(force=True)["features"]
    assert [each["properties"]["id"] for each in features] == [mine.id]
    assert pages.as_(an_account()).raw("/beheer/wijk/wacht.geojson").status_code == 404
