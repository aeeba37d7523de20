"""Another ballot in the place of one's own, with the code of the receipt, and never without it."""

import re

import pytest
from sqlalchemy import inspect, select, text

from spreekt.electorate.domain import NotEligible, PollClosed, voter_of
from spreekt.modules.burgerbudget.models import BudgetBallot
from spreekt.modules.burgerbudget.officers.counting import tally
from spreekt.modules.burgerbudget.voting.ballots import MayNotChange, NoSuchBallot, cast, replace
from spreekt.modules.burgerbudget.voting.change_codes import is_code, new_code, tidy
from spreekt.modules.burgerbudget.voting.game import NotABallot
from tests.budget_builders import a_game
from tests.builders import NOON, a_resident, acting, an_account, officers_give_keys
from tests.pages import values_of

CODE, OTHER = "23456-789AB-CDEFG-HJKLM", "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"


def as_voter(db, vault, round, account):
    return voter_of(db, vault, round.poll, account_id=account.id, now=NOON)


def voted(db, vault, clock, round, *, code=CODE, marks=None):
    account = a_resident()
    cast(db, vault, clock, round, marks or {"a": 1}, by=acting(account), code=code)
    return account


def in_the_box(db, vault, closed, round):
    officers_give_keys(round)
    return sorted((dict(marks) for marks in tally(db, vault, closed, round)), key=str)


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), CODE.replace("-", " "), f" {tidy(CODE)} "])
def test_who_has_the_code_changes_their_ballot(db, vault, clock, closed, typed):
    round = a_game("coins", may_change_vote=True)
    voter = as_voter(db, vault, round, voted(db, vault, clock, round))
    before = db.scalars(select(BudgetBallot.id)).one()

    for marks in ({"bb": 1}, {"bb": 1, "ccc": 1}):
        replace(db, clock, round, marks, voter=voter, code=typed)

    assert in_the_box(db, vault, closed, round) == [{"bb": 1, "ccc": 1}]
    assert db.scalars(select(BudgetBallot.id)).one() != before


@pytest.mark.parametrize("typed", ["", "x", OTHER, CODE[:-1], CODE + "2", "\0", "é" * 20])
def test_a_wrong_code_changes_nothing(db, vault, clock, closed, typed):
    round = a_game("coins", may_change_vote=True)
    voter = as_voter(db, vault, round, voted(db, vault, clock, round))

    with pytest.raises(NoSuchBallot):
        replace(db, clock, round, {"bb": 1}, voter=voter, code=typed)

    assert in_the_box(db, vault, closed, round) == [{"a": 1}]


def test_the_code_of_somebody_else_changes_nothing(db, vault, clock, closed):
    round = a_game("coins", may_change_vote=True)
    voted(db, vault, clock, round, code=CODE)
    thief = as_voter(db, vault, round, voted(db, vault, clock, round, code=OTHER, marks={"ccc": 1}))

    with pytest.raises(NoSuchBallot):
        replace(db, clock, round, {"bb": 1}, voter=thief, code=CODE)

    assert in_the_box(db, vault, closed, round) == [{"a": 1}, {"ccc": 1}]


def test_a_code_is_good_in_its_own_round_only(db, vault, clock, closed):
    first, second = (a_game("coins", may_change_vote=True) for _each in range(2))
    account = voted(db, vault, clock, first)

    with pytest.raises(NoSuchBallot):
        replace(db, clock, second, {"bb": 1}, voter=as_voter(db, vault, second, account), code=CODE)

    assert in_the_box(db, vault, closed, first) == [{"a": 1}]


def test_who_did_not_vote_has_nothing_to_change(db, vault, clock):
    round = a_game("coins", may_change_vote=True)

    with pytest.raises(NoSuchBallot):
        replace(db, clock, round, {"a": 1}, voter=as_voter(db, vault, round, a_resident()), code=CODE)
    with pytest.raises(NotEligible):
        replace(db, clock, round, {"a": 1}, voter=as_voter(db, vault, round, an_account()), code=CODE)


def test_only_where_the_regulation_allows_it(db, vault, clock):
    round = a_game("coins")
    voter = as_voter(db, vault, round, voted(db, vault, clock, round))

    with pytest.raises(MayNotChange):
        replace(db, clock, round, {"bb": 1}, voter=voter, code=CODE)

    assert db.scalars(select(BudgetBallot.change_mark)).one() is None


def test_not_after_the_close(db, vault, clock, closed):
    round = a_game("coins", may_change_vote=True)
    voter = as_voter(db, vault, round, voted(db, vault, clock, round))

    with pytest.raises(PollClosed):
        replace(db, closed, round, {"bb": 1}, voter=voter, code=CODE)


def test_what_is_no_ballot_replaces_none(db, vault, clock, closed):
    round = a_game("coins", may_change_vote=True)
    voter = as_voter(db, vault, round, voted(db, vault, clock, round))

    for bad in ({}, {"zz": 1}, {"a": 2}, dict.fromkeys(("a", "bb", "ccc"), 1)):
        with pytest.raises(NotABallot):
            replace(db, clock, round, bad, voter=voter, code=CODE)

    assert in_the_box(db, vault, closed, round) == [{"a": 1}]


def test_codes_are_random_and_easy_to_read():
    codes = {new_code() for _each in range(200)}

    assert len(codes) == 200
    assert all(is_code(code) and re.fullmatch(r"(\w{5}-){3}\w{5}", code) for code in codes)
    assert not set("01IO") & set("".join(codes))


def rows_of(db, table):
    return db.execute(text(f'SELECT * FROM "{table}"')).mappings().all()


def test_no_table_holds_the_code_and_none_joins_a_voter_to_a_ballot(db, pages):
    round, account = a_game("coins", may_change_vote=True), a_resident()
    browser = pages.as_(account)
    url = f"/burgerbudget/{round.slug}/stemmen"
    browser.send(url, projects=["bb"])
    receipt = browser.send(f"{url}/nakijken", having=("marks",))
    code = next(element.text for element in receipt.all("code"))
    ballot = db.scalars(select(BudgetBallot)).one()
    secrets = {ballot.id, ballot.sealed_choice, ballot.change_mark}

    tables = inspect(db.connection()).get_table_names()
    assert is_code(code)
    for table in tables:
        words = [str(value) for row in rows_of(db, table) for value in row.values()]
        assert not [word for word in words if code in word or tidy(code) in word], table
        if table != "budget_ballots":
            assert not [word for word in words if any(secret in word for secret in secrets)], table


def test_a_resident_changes_their_vote_on_the_page(db, vault, closed, pages):
    round, account = a_game("coins", may_change_vote=True), a_resident()
    browser, url = pages.as_(account), f"/burgerbudget/{round.slug}/stemmen"
    browser.send(url, projects=["a"])
    browser.send(f"{url}/nakijken", having=("marks",))

    wrong = browser.send(f"{url}/veranderen", status=422, code=OTHER, projects=["bb"])
    assert "We vinden geen stem van jou bij deze code" in wrong
    assert wrong.html.count(" checked") == 1
    assert OTHER in wrong.html
    found = browser.send(f"{url}/veranderen", status=200, press="_toon=1", code=OTHER, projects=["ccc"], q="bb")
    beside = browser.send(f"{url}/veranderen", status=200, press="_vergelijk=1", code=OTHER, projects=["ccc"])
    carried = values_of(beside.form_with("_toon", "_vergelijk"))
    assert ("1 van de 3 zichtbaar" in found, found.html.count(" checked")) == (True, 1)
    assert (carried["code"], carried.getlist("projects")) == (OTHER, ["ccc"])

    empty = browser.send(f"{url}/veranderen", status=422, having=("code",))
    assert "Kies er minstens één" in empty
    # This browser kept the code, so it stands in its field.
    done = browser.send(f"{url}/veranderen", projects=["bb", "ccc"], having=("code",))

    assert "je stem" in done.heading
    db.expire_all()
    assert in_the_box(db, vault, closed, round) == [{"bb": 1, "ccc": 1}]


def test_a_page_to_change_is_there_only_for_who_voted_where_it_is_allowed(db, vault, clock, pages):
    allowed, fixed = a_game("coins", may_change_vote=True), a_game("coins")
    account = a_resident()
    cast(db, vault, clock, fixed, {"a": 1}, by=acting(account))
    db.commit()
    browser = pages.as_(account)

    for round in (allowed, fixed):
        browser.get(f"/burgerbudget/{round.slug}/stemmen/veranderen", status=404)
