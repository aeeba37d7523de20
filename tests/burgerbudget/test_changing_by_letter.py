"""Who voted with a letter changes their ballot with the letter and the code that was shown, and never without both."""

import pytest
from sqlalchemy import inspect, select, text

from spreekt.electorate.domain import turnout
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.modules.burgerbudget.models import BudgetBallot
from spreekt.modules.burgerbudget.officers.counting import tally
from spreekt.modules.burgerbudget.voting.change_codes import is_code, tidy
from tests.budget_builders import a_game
from tests.builders import a_resident, officers_give_keys
from tests.burgerbudget.door_builders import a_desk_code, a_letter_code
from tests.burgerbudget.test_code_pages import BORN, addresses, post, reviewed

OTHER = "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"


@pytest.fixture
def round():
    return a_game("coins", may_change_vote=True)


def shown_code(review):
    return next(element.text for element in review.all("code"))


def vote(pages, round, letter, choice, way="code"):
    """Cast with a letter at home; the code that was shown before the last button."""
    review = reviewed(pages, round, letter, choice, way)
    post(pages, addresses(round, way)[2], review, "marks", status=303)
    return shown_code(review)


def comes_back(pages, round, letter):
    return pages.send(addresses(round)[0], code=letter, born_on=BORN)


def box(db, vault, closed, round):
    officers_give_keys(round)
    db.expire_all()
    return [dict(marks) for marks in tally(db, vault, closed, round)]


def test_letter_and_code_together_replace_the_ballot(db, vault, closed, pages, round):
    letter = a_letter_code(round)
    code = vote(pages, round, letter, ["a"])

    ballot = comes_back(pages, round, letter)
    assert "Verander je stem" in ballot.heading
    assert not ballot.html.count(" checked")
    done = post(pages, f"{addresses(round)[0]}/veranderen", ballot, projects=["bb", "ccc"], code=code, status=303)

    assert "je stem is geregistreerd" in done.heading
    assert turnout(db, round.poll) == 1
    assert box(db, vault, closed, round) == [{"bb": 1, "ccc": 1}]


def test_a_wrong_code_changes_nothing_and_what_was_marked_comes_back(db, vault, closed, pages, round):
    letter = a_letter_code(round)
    vote(pages, round, letter, ["a"])
    ballot, url = comes_back(pages, round, letter), f"{addresses(round)[0]}/veranderen"

    wrong = post(pages, url, ballot, projects=["bb"], code=OTHER, status=422)
    empty = post(pages, url, wrong, projects=[], code=OTHER, status=422)

    assert "We vinden geen stem van jou bij deze code" in wrong
    assert (wrong.html.count(" checked"), OTHER in wrong.html) == (1, True)
    assert "Kies er minstens één" in empty
    assert box(db, vault, closed, round) == [{"a": 1}]


def test_who_changes_a_ballot_searches_and_compares_and_nothing_is_replaced_yet(db, vault, closed, pages, round):
    letter = a_letter_code(round)
    code = vote(pages, round, letter, ["a"])
    ballot, url = comes_back(pages, round, letter), f"{addresses(round)[0]}/veranderen"

    found = post(pages, url, ballot, projects=["bb"], code=code, q="ccc", _toon="1")
    beside = post(pages, url, found, "_vergelijk", _vergelijk="1")
    again = post(pages, url, beside, "_toon", _toon="1")

    assert beside.heading == "Vergelijk twee projecten"
    for sheet in (found, again):
        assert (sheet.html.count(" checked"), code in sheet.html) == (1, True)
        assert "1 van de 3 zichtbaar" in sheet
    assert box(db, vault, closed, round) == [{"a": 1}]


def test_the_code_of_another_letter_changes_nothing(db, vault, closed, pages, round):
    mine, yours = a_letter_code(round), a_letter_code(round)
    vote(pages, round, mine, ["a"])
    code = vote(pages, round, yours, ["bb"])

    ballot = comes_back(pages, round, mine)
    post(pages, f"{addresses(round)[0]}/veranderen", ballot, projects=["ccc"], code=code, status=422)

    assert sorted(map(str, box(db, vault, closed, round))) == ["{'a': 1}", "{'bb': 1}"]


def test_the_code_stays_the_same_on_the_way_back_and_forth(pages, round):
    review = reviewed(pages, round, a_letter_code(round), ["a"])
    again = post(pages, addresses(round)[1], review, "_terug", _terug="1")

    second = post(pages, addresses(round)[1], again, projects=["bb"])

    assert is_code(shown_code(review))
    assert shown_code(second) == shown_code(review)


def test_the_code_is_nowhere_but_on_the_page(db, pages, round):
    code = vote(pages, round, a_letter_code(round), ["a"])
    ballot = db.scalars(select(BudgetBallot)).one()

    for table in inspect(db.connection()).get_table_names():
        rows = [str(row) for row in db.execute(text(f'SELECT * FROM "{table}"'))]
        assert not any(code in row or tidy(code) in row for row in rows), table
        if table != "budget_ballots":
            assert not any(ballot.change_mark in row for row in rows), table
    assert {cookie.key for cookie in pages.client._cookies.values()} == {"spreekt-form"}


def test_a_code_of_the_desk_is_good_for_one_ballot(pages, round):
    code, start = a_desk_code(round), addresses(round, "kiosk")[0]
    review = reviewed(pages, round, code, ["a"], "kiosk")
    assert not review.all("code")
    post(pages, addresses(round, "kiosk")[2], review, "marks", status=303)

    assert "Je hebt al gestemd" in pages.send(start, status=409, code=code).heading
    assert pages.raw(f"{start}/veranderen").headers["Location"] == start


def test_where_the_regulation_forbids_it_nothing_is_shown_and_nobody_comes_back(pages):
    round = a_game("coins")
    letter = a_letter_code(round)
    review = reviewed(pages, round, letter, ["a"])
    assert not review.all("code")
    post(pages, addresses(round)[2], review, "marks", status=303)

    again = pages.send(addresses(round)[0], status=409, code=letter, born_on=BORN)

    assert "Je hebt al gestemd" in again.heading


def test_who_voted_with_an_account_cannot_change_it_with_the_letter(db, pages, round):
    account = a_resident()
    key = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
    letter = a_letter_code(round, db.get(RegisterEntry, key))
    url = f"/burgerbudget/{round.slug}/stemmen"
    pages.as_(account).send(url, projects=["a"])
    pages.as_(account).send(f"{url}/nakijken", having=("marks",))

    born = db.get(RegisterEntry, key).born_on.isoformat()
    again = pages.as_(None).send(addresses(round)[0], status=409, code=letter, born_on=born)

    assert "Je hebt al gestemd" in again.heading


def test_there_is_nothing_to_change_before_the_ballot_was_cast(pages, round):
    start = addresses(round)[0]
    pages.send(start, code=a_letter_code(round), born_on=BORN)

    pages.get(f"{start}/veranderen", status=404)
