"""What the rest of the house shows, mails, counts, exports and forgets about tree pits."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.modules.boomspiegel import care, deciding, domain, yearly
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState, Advice
from spreekt.modules.boomspiegel.care_models import Concern
from spreekt.modules.boomspiegel.module import MODULE
from spreekt.notices.models import Notice
from tests.builders import DAY, NOON, a_resident, acting, an_area, staff
from tests.pages import Pages, values_of
from tests.tree_builders import TODAY, a_pit, a_request, a_sent_request, an_adoption, clerk, green

A = AdoptionState
URL = "https://besluiten.example/college/2026/118"


@pytest.fixture
def delivered(app: Flask, db: Session) -> Any:
    """Carries out what waits in the outbox for this module, twice: the second time must tell nobody anew."""

    def deliver() -> None:
        messages = db.scalars(select(Message).where(Message.topic.in_(MODULE.subscribers))).all()
        with app.test_request_context():
            for _twice in range(2):
                for message in messages:
                    for subscriber in MODULE.subscribers[message.topic]:
                        subscriber(db, message)
        db.commit()

    return deliver


def told(db: Session, account: Account) -> list[str]:
    notices = db.scalars(select(Notice).where(Notice.account_id == account.id).order_by(Notice.id))
    return [f"{notice.title}: {notice.text}" for notice in notices]


def test_the_service_hears_of_a_request_and_the_adopter_of_each_decision(db: Session, delivered: Any) -> None:
    here = an_area("Heule")
    mine, other = staff_pair(here)
    me = a_resident()
    adoption = a_sent_request(a_pit(area=here, place="Heuleplaats 9"), me)
    deciding.ask_changes(db, adoption, "Kies iets lagers.", by=acting(mine), now=NOON)
    delivered()

    assert told(db, other) == []
    assert "Kies iets lagers." in told(db, me)[-1]
    adoption.plan_words = "Lager."
    domain.submit(db, adoption, by=acting(me), now=NOON)
    deciding.advise(db, adoption, Advice.POSITIVE, "", by=acting(mine), now=NOON)
    deciding.approve(db, adoption, decided_on=TODAY, decision_url=URL, by=acting(clerk()), now=NOON)
    delivered()

    assert "Proficiat" in told(db, me)[-1]
    assert "vogelkastje" in told(db, mine)[-1]


def staff_pair(here: Any) -> tuple[Account, Account]:
    return staff(Role.SERVICE, area=here), staff(Role.SERVICE, area=an_area("Marke"))


def test_who_waits_hears_that_the_place_is_free_and_who_loses_it_why(db: Session, delivered: Any) -> None:
    pit, holder, waiting = a_pit(place="Houtmarkt 3"), a_resident(), a_resident()
    adoption = an_adoption(pit, holder, state=A.WARNED, warning_until=TODAY - DAY, end_words="Hoog onkruid.")
    an_adoption(pit, waiting, state=A.WAITING)

    yearly.lapse(db, adoption, by=acting(green()), today=TODAY)
    delivered()

    assert "Hoog onkruid." in told(db, holder)[0]
    assert "Houtmarkt 3 nog?" in told(db, waiting)[0]


def test_the_yearly_mail_is_answered_in_one_tap_without_signing_in(pages: Pages, db: Session, delivered: Any) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me, check_due_on=TODAY)
    yearly.sweep(db, NOON)
    db.commit()
    delivered()
    link = db.scalars(select(Notice.url).where(Notice.account_id == me.id)).one()

    pages.get(link)
    db.refresh(adoption)
    assert adoption.is_asked(TODAY)
    page = pages.send(link)

    assert "Dank je wel om te blijven zorgen." in page
    assert not adoption.is_asked(TODAY)
    assert "Dank je wel" in pages.get(link)
    for forged in (link[:-3], link.replace("/zorg/", "/overname/"), "/boomspiegels/zorg/x"):
        assert pages.raw(forged).status_code in {303, 404}
    assert len(link) <= 200


def test_a_link_lets_a_neighbour_care_along_and_another_take_over(pages: Pages, db: Session) -> None:
    holder, neighbour, mover = a_resident(name="Noor Vandamme"), a_resident(), a_resident()
    adoption = an_adoption(a_pit(), holder)
    mine = pages.as_(holder)
    sheet = mine.get(f"/mijn/boomspiegels/{adoption.id}")
    press(mine, sheet, "/links")
    page = mine.get(f"/mijn/boomspiegels/{adoption.id}")
    rules = [rule["code"] for rule in adoption.regulation.rules]
    join = re.search(r"/boomspiegels/samen/[\w.\-]+", page.html)
    leaving = mine.get(f"/mijn/boomspiegels/{adoption.id}/stoppen-of-doorgeven")
    over = re.search(r"/boomspiegels/overname/[\w.\-]+", leaving.html)
    assert join
    assert over

    assert "Vink elke regel aan" in pages.as_(neighbour).send(join[0], status=422, rules=rules[:1])
    along = pages.as_(neighbour).send(join[0], rules=rules)
    assert "Logboek" in along
    assert "Overeenkomst (PDF)" not in along
    pages.as_(mover).send(over[0], rules=rules, kind="persoon", nearness="woon")

    db.expire_all()
    assert db.get_one(Adoption, adoption.id).state == A.TRANSFERRED
    assert pages.as_(a_resident()).raw(over[0]).status_code == 404
    assert pages.as_(a_resident()).raw(join[0]).status_code == 404


def press(who: Pages, sheet: Any, ending: str) -> None:
    form = next(form for form in sheet.all("form") if (form.get("action") or "").endswith(ending))
    assert who.client.post(form.get("action") or "", data=values_of(form)).status_code == 303


@pytest.mark.parametrize(
    ("state", "ending", "after"),
    [
        (A.OFFERED, "/aanvaarden", A.REQUESTED),
        (A.REQUESTED, "/intrekken", A.WITHDRAWN),
        (A.VISIT, "/zorg-nog", A.ACTIVE),
    ],
)
def test_one_press_on_the_own_page(pages: Pages, db: Session, state: AdoptionState, ending: str, after: str) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me, state=state)
    mine = pages.as_(me)

    press(mine, mine.get(f"/mijn/boomspiegels/{adoption.id}"), ending)

    db.refresh(adoption)
    assert adoption.state == after


@pytest.mark.parametrize("state", list(A))
def test_the_own_page_and_the_case_are_whole_in_every_state(pages: Pages, state: AdoptionState) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me, state=state)

    pages.as_(me).get("/boomspiegels" if state == A.DRAFT else f"/mijn/boomspiegels/{adoption.id}")
    pages.as_(green()).get(f"/beheer/boomspiegels/aanvragen/{adoption.id}")
    pages.get(f"/boomspiegels/{adoption.adoptable.code}")
    assert adoption.adoptable.place in pages.as_(me).get("/mijn")


def test_a_neighbours_report_reaches_staff_of_that_area_and_nobody_else(db: Session, delivered: Any) -> None:
    here = an_area("Heule")
    mine, other = staff_pair(here)
    adopter, neighbour = a_resident(), a_resident()
    adoption = an_adoption(a_pit(area=here), adopter)
    said = care.report(db, adoption.adoptable, Concern.NEGLECT, "Vol onkruid.", by=acting(neighbour), now=NOON)
    delivered()

    assert len(told(db, mine)) == 1
    assert told(db, adopter) == told(db, other) == []
    care.handle(db, said, "We gaan kijken.", by=acting(mine), now=NOON)
    delivered()
    assert told(db, neighbour) == ["Antwoord op je melding: We gaan kijken."]


def test_a_drought_mail_comes_once_to_who_cares_for_two_places(db: Session, delivered: Any) -> None:
    me = a_resident()
    an_adoption(a_pit(), me)
    an_adoption(a_pit(), me)

    care.call_for_water(db, area_id=None, words="Geef twee gieters water.", by=acting(green()), now=NOON)
    delivered()

    assert told(db, me) == ["Geef je boomspiegel water: Geef twee gieters water."]


def test_the_home_page_invites_and_the_console_counts(pages: Pages) -> None:
    a_pit()
    a_sent_request(a_pit(), a_resident(), submitted_at=NOON)
    an_adoption(a_pit(), a_resident(), state=A.ADVISED)

    assert "Zoek een vrije boomspiegel" in pages.get("/").html
    assert "Aanvragen voor advies" in pages.as_(green()).get("/beheer")
    assert "Aanvragen voor het college" in pages.as_(clerk()).get("/beheer")
    assert "Aanvragen voor advies" not in pages.as_(clerk()).get("/beheer")


def test_what_waits_for_an_answer_stands_in_the_bar(pages: Pages) -> None:
    me = a_resident()
    an_adoption(a_pit(place="Houtmarkt 3"), me, state=A.OFFERED)

    for path in ("/", "/mijn", "/boomspiegels"):
        assert "Houtmarkt 3: Laat ten laatste" in pages.as_(me).get(path).html
    assert "Houtmarkt 3" not in pages.as_(me).get("/voorstellen").html


def test_p03_my_file_has_my_adoptions_in_words(pages: Pages) -> None:
    me, other = a_resident(), a_resident()
    a_request(a_pit(place="Houtmarkt 3"), me)
    an_adoption(a_pit(place="Elders 7"), other)

    answer = pages.as_(me).raw("/mijn/gegevens.json")

    assert answer.json["boomspiegel"]["boomspiegels"][0]["planten"] == ["Lavendel", "Tijm"]
    assert "Elders 7" not in answer.text


def test_p04_an_erased_account_leaves_no_adoption_behind(pages: Pages, db: Session, vault: Vault) -> None:
    me = a_resident()
    running, seat = an_adoption(a_pit(), me, first_name="Noor"), an_adoption(a_pit(), a_resident())
    a_request(a_pit(), me)
    care.join(db, seat, by=acting(me), today=TODAY)
    said = care.report(db, seat.adoptable, Concern.PROBLEM, "Kanarie in de boom.", by=acting(me), now=NOON)
    db.commit()

    pages.as_(me).send("/mijn/verwijderen", sure="y")

    db.expire_all()
    assert db.scalar(select(func.count()).select_from(Adoption).where(Adoption.account_id == me.id)) == 0
    assert (running.state, running.first_name, seat.carers, said.words) == (A.ENDED_BY_ADOPTER, "", [], "")


@pytest.mark.parametrize(("path", "most"), [("/boomspiegels", 4), ("/boomspiegels/cijfers", 4)])
def test_public_pages_ask_few_statements_however_many_pits(pages: Pages, db: Session, path: str, most: int) -> None:
    for _ in range(25):
        a_pit()
    counted: list[str] = []
    connection = db.connection()
    event.listen(connection, "before_cursor_execute", lambda _c, _u, statement, *_r: counted.append(statement))

    pages.get(path)

    assert len([one for one in counted if one.startswith("SELECT")]) <= most
