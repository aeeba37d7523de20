"""Typing paper in a browser: sheet by sheet, comparing, accepting, the minutes, and what everybody may read of them."""

import io
import re

import pytest
from sqlalchemy import update

from spreekt.electorate.domain import spend_right
from spreekt.electorate.models import Channel, Poll
from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.doors.figures import FEW, shown
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.paper import ballot as paper_ballot
from spreekt.modules.burgerbudget.paper import minutes as paper_minutes
from spreekt.modules.burgerbudget.voting.game import Game
from tests.builders import DAY, NOON, a_project, a_register_entry, a_round, acting, officers_give_keys, staff
from tests.burgerbudget.door_builders import a_ballot_paper, voter_of_entry
from tests.burgerbudget.test_paper import a_round_with_paper
from tests.pages import Pages, values_of
from tests.pdf import text_in


def a_colleague(pages: Pages, db, *roles: Role) -> Pages:
    """Somebody who signed in a moment ago, at noon of the day."""
    return pages.as_(staff(*roles))


def press(browser, page_url, url):
    """Press the button of the form that goes to an address."""
    [form] = [form for form in browser.get(page_url).all("form") if form.get("action") == url]
    answer = browser.client.post(url, data=values_of(form))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    return browser.get(answer.headers["Location"])


@pytest.fixture
def paper_round(db):
    round = a_round_with_paper(db, 3)
    db.execute(update(Poll).where(Poll.id == round.poll_id).values(closes_at=NOON - DAY / 24))
    db.commit()
    db.expire_all()
    return round


def test_two_people_type_compare_correct_and_accept_a_pile(db, pages, paper_round):
    url = f"/beheer/rondes/{paper_round.slug}/papier"
    one, two = a_colleague(pages, db, Role.PUBLISHER), a_colleague(pages, db, Role.DESK)
    press(one, url, f"{url}/stapel")
    pile = f"{url}/stapel/1"
    for typed in ("p1 p2", "blanco", "p3"):
        one.send(pile, typed=typed)
    for typed in ("P2 P1", "", "ongeldig"):
        sheet = two.send(pile, typed=typed)
        assert "p1 p2" not in sheet.html.replace("p1 p2 ·", "")
    assert "is geen code van een project" in one.send(pile, status=422, typed="p9")
    press(one, pile, f"{pile}/klaar")
    assert "Bladen die verschillen" not in two.get(pile)

    both = press(two, pile, f"{pile}/klaar")
    assert "Bladen die verschillen" in both
    corrected = one.send(f"{pile}?blad=3", typed="ongeldig")
    assert "De twee invoeren zijn gelijk" in corrected
    done = press(two, pile, f"{pile}/aanvaard")

    assert "Aanvaard" in done
    one.send(url, reason="")
    assert "3 stembiljetten meegegeven; er kwamen er 3 terug, waarvan 1 geldig, 1 blanco en 1 ongeldig" in one.get(url)


def test_paper_that_is_missing_asks_for_a_reason(db, pages, paper_round):
    url = f"/beheer/rondes/{paper_round.slug}/papier"
    browser = a_colleague(pages, db, Role.PUBLISHER)

    assert "kwamen niet terug. Schrijf waarom." in browser.send(url, status=422, reason=" ")
    assert "3 stembiljetten kwamen niet terug: Meegenomen." in browser.send(url, reason="Meegenomen.")


def test_a_file_of_a_scanner_is_read_in_or_refused_with_its_line(db, pages, paper_round):
    url = f"/beheer/rondes/{paper_round.slug}/papier"
    browser = a_colleague(pages, db, Role.PUBLISHER)
    press(browser, url, f"{url}/stapel")
    pile = f"{url}/stapel/1"

    def send(text):
        values = values_of(browser.get(pile).form_with("file"))
        values["file"] = (io.BytesIO(text.encode()), "scan.csv")
        return browser.client.post(f"{pile}/bestand", data=values, content_type="multipart/form-data")

    bad = browser._look(send("blad;keuze\n1;p1\n2;p9\n"), pile, 422)
    assert "Regel 3" in bad
    assert send("blad;keuze\n1;p1\n2;p2\n3;ongeldig\n").status_code == 303
    assert "Wat jij typte: 3 bladen" in browser.get(pile)


def test_v14_before_the_close_there_is_nothing_to_type(db, pages):
    round = a_round_with_paper(db, 1)
    url = f"/beheer/rondes/{round.slug}/papier"
    browser = a_colleague(pages, db, Role.DESK)

    sheet = browser.get(url)

    assert "Papier typen kan pas na het sluiten" in sheet
    assert not [form for form in sheet.all("form") if (form.get("action") or "").startswith(url)]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.REGISTER])
def test_others_do_not_see_the_paper(db, pages, paper_round, role):
    a_colleague(pages, db, role).get(f"/beheer/rondes/{paper_round.slug}/papier", status=404)


def test_the_paper_ballot_names_every_project_and_how_to_fill_it_in(db, pages):
    round = a_ballot_paper(max_approvals=2)
    admin = a_colleague(pages, db, Role.ADMIN)

    answer = admin.raw(f"/beheer/rondes/{round.slug}/stembiljet.pdf")

    assert answer.mimetype == "application/pdf"
    text = text_in(answer.data)
    for words in ("p1", "Plan p3", "EUR 3.000", "Kies er hoogstens 2", "1777"):
        assert words in text
    again = admin.raw(f"/beheer/rondes/{round.slug}/stembiljet.pdf").data
    assert text_in(again) == text, "every copy is the same"


def test_thirty_six_projects_with_long_titles_fit_on_two_sheets(db):
    round = a_round()
    projects = [a_project(round, f"p{number}", title="Een heel lange titel " * 5) for number in range(36)]

    pdf = paper_ballot.ballot_pdf(round, Game(most=5), paper_ballot.in_order(round, projects), help_line="1777")

    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2


def test_the_order_on_paper_is_the_same_for_everybody_and_not_that_of_the_codes(db):
    round = a_round(slug="loting")
    projects = [a_project(round, f"p{number}") for number in range(12)]

    order = [project.code for project in paper_ballot.in_order(round, projects)]

    assert order == [project.code for project in paper_ballot.in_order(round, list(reversed(projects)))]
    assert order != [project.code for project in projects]


@pytest.mark.parametrize(
    ("game", "words"),
    [
        (Game(), "zoveel kiezen als je wil"),
        (Game(most=1), "één kruisje"),
        (Game(method=VoteMethod.COINS, most=5), "hoogstens 5"),
        (Game(method=VoteMethod.BASKET, basket_cents=10_000_000), "hoogstens € 100.000 kosten"),
        (Game(method=VoteMethod.POINTS, points=10), "hoogstens 10 punten"),
        (Game(method=VoteMethod.RANKING, most=3), "Schrijf 1 in het vakje"),
    ],
)
def test_the_paper_explains_every_way_of_voting(game, words):
    assert words in paper_ballot.how_to(game).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ((1000, 200, 50, 40), ()),
        ((1000, 200, 50, 3), ("loket", "papier")),
        ((1000, 3, 0, 40), ("web", "brief")),
        ((1000, 4, 3, 40), ("web", "brief", "loket")),
        ((1000, 6, 7, 0), ("brief", "loket")),
        ((1000, 0, 0, 0), ()),
    ],
)
def test_v22_p07_small_doors_are_left_out_with_what_would_tell_them(numbers, hidden):
    found = dict(shown(dict(zip(Channel, numbers, strict=True))))

    assert tuple(door.value for door, number in found.items() if number is None) == hidden
    assert FEW == 10


def test_the_result_page_tells_doors_and_paper_and_no_small_number(db, pages, vault, closed):
    round = a_ballot_paper(publishes_at=NOON)
    for _each in range(2):
        spend_right(db, round.poll, voter_of_entry(round, a_register_entry()), channel=Channel.PAPER, now=NOON)
    officers_give_keys(round)
    one, two = acting(staff(Role.PUBLISHER)), acting(staff(Role.PUBLISHER))
    paper_minutes.conclude(db, closed, round, reason="Beide bladen bleven weg.", by=one)
    publication.prepare(db, vault, closed, round, city="Kortrijk", by=one)
    publication.confirm(db, closed, round, by=two)
    db.commit()

    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag")

    assert "Op papier werden minder dan 10 stembiljetten meegegeven" in sheet
    assert "te weinig om te tonen" in sheet
