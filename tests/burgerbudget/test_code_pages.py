"""Voting with a code in a browser: at home and on the kiosk, without an account and without a trace."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from spreekt.electorate.domain import spend_right, turnout_by_door
from spreekt.electorate.models import Channel, UsedRight
from spreekt.electorate.passes import NETWORK_TRIES
from spreekt.identity import letter_codes
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.doors.pass_session import LASTS
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, Project
from spreekt.modules.burgerbudget.officers import counting
from tests.budget_builders import a_game
from tests.builders import NOON, a_register_entry, a_resident, officers_give_keys
from tests.burgerbudget.door_builders import a_ballot_paper, a_desk_code, a_letter_code, voter_of_entry
from tests.pages import Sheet, values_of

BORN = "1985-07-30"


def addresses(round, way="code"):
    """Entry, ballot, review and receipt."""
    start = f"/burgerbudget/{round.slug}/{way}"
    return start, f"{start}/stembiljet", f"{start}/nakijken", f"{start}/gestemd"


def post(pages, url, sheet: Sheet, *names, status=200, **fields):
    """Fill in the form that stands on a page which was itself an answer, and look at what comes back."""
    values = values_of(sheet.form_with(*names, *fields))
    for name, value in fields.items():
        values.setlist(name, value if isinstance(value, list) else [value])
    answer = pages.client.post(url, data=values)
    if status == 303:
        assert answer.status_code == 303, Sheet(answer, url).text[:400]
        return pages.get(answer.headers["Location"])
    return pages._look(answer, url, status)


def reviewed(pages, round, code, choice, way="code"):
    """Come in with a code, mark, and see the review."""
    start, ballot, _review, _receipt = addresses(round, way)
    born = {"born_on": BORN} if way == "code" else {}
    sheet = pages.send(start, code=code, **born)
    return post(pages, ballot, sheet, projects=choice)


def test_a_resident_votes_with_the_code_of_a_letter_and_no_account(db, pages, vault, closed):
    round = a_ballot_paper()
    code = a_letter_code(round)

    review = reviewed(pages, round, code, ["p1", "p3"])
    assert "Plan p1" in review
    assert "Plan p2" not in review
    receipt = post(pages, addresses(round)[2], review, "marks", status=303)

    assert "je stem is geregistreerd" in receipt.heading
    assert "Plan" not in receipt.html
    assert turnout_by_door(db, round.poll)[Channel.LETTER] == 1
    officers_give_keys(round)
    assert counting.tally(db, vault, closed, round) == [{"p1": 1, "p3": 1}]


def test_nothing_of_a_ballot_stays_in_the_browser_or_beside_it_in_the_database(db, pages):
    round = a_ballot_paper()
    review = reviewed(pages, round, a_letter_code(round), ["p2"])
    before = {cookie.key for cookie in pages.client._cookies.values()}
    post(pages, addresses(round)[2], review, "marks", status=303)

    left = {cookie.key for cookie in pages.client._cookies.values()}
    assert f"stembiljet-{round.id}" in before
    assert left == {"spreekt-form"}
    assert db.scalars(select(BallotDraft)).all() == []
    ballot = db.scalars(select(BudgetBallot)).one()
    key = db.scalars(select(UsedRight.voter_key)).one()
    for table in inspect(db.connection()).get_table_names():
        rows = [str(row) for row in db.execute(text(f'SELECT * FROM "{table}"'))]
        if table != "budget_ballots":
            assert not any(ballot.id in row or ballot.sealed_choice in row for row in rows), table
        if table not in ("used_rights", "vote_passes"):
            assert not any(key in row for row in rows), table
        if table not in ("projects", "submissions", "revisions"):
            assert not any("p2" in row and "marks" in row for row in rows), table


def test_the_answer_that_shows_the_marks_is_never_kept(db, pages):
    round = a_ballot_paper()
    reviewed(pages, round, a_letter_code(round), ["p2"])

    rows = [str(row) for row in db.execute(text("SELECT * FROM spent_keys"))]
    assert not any("Plan p2" in row for row in rows)


def test_going_back_from_the_review_keeps_the_marks(pages):
    round = a_ballot_paper()
    review = reviewed(pages, round, a_letter_code(round), ["p1", "p3"])

    again = post(pages, addresses(round)[1], review, "_terug", _terug="1")

    assert again.html.count(" checked") == 2
    assert "data-private" in again.html
    assert "data-autosave" not in again.html


def test_what_a_project_is_about_unfolds_in_its_place(pages):
    round = a_ballot_paper()
    sheet = pages.send(addresses(round)[0], code=a_letter_code(round), born_on=BORN)

    assert "Wat p1 inhoudt." in sheet
    assert not [url for url in sheet.links().values() if "/projecten/" in url]


def come_in(pages, round, way):
    """The ballot of somebody with a code: of a letter at home, of the desk on the device there."""
    if way == "kiosk":
        return pages.send(addresses(round, way)[0], code=a_desk_code(round))
    return pages.send(addresses(round, way)[0], code=a_letter_code(round), born_on=BORN)


def marks_in(sheet):
    """What is marked on a ballot, by the name of its fields."""
    values, kinds = values_of(sheet.form_with("_toon")), ("projects", "punten-", "plaats-")
    return {name: sorted(values.getlist(name)) for name in values if name.startswith(kinds)}


def typed(db, round, method):
    """Marks with a fault in them, where a ballot has room for one."""
    ids = {project.code: project.id for project in db.scalars(select(Project).where(Project.round_id == round.id))}
    if method == "points":
        return {f"punten-{ids['a']}": "1,5", f"punten-{ids['ccc']}": "40"}
    if method == "ranking":
        return {"plaats-1": "ccc", "plaats-2": "ccc"}
    return {"projects": ["a", "ccc"]}


@pytest.mark.parametrize("way", ["code", "kiosk"])
@pytest.mark.parametrize("method", ["coins", "basket", "points", "ranking", "approval"])
def test_comparing_two_with_a_code_keeps_what_was_typed_and_what_was_searched(db, pages, method, way):
    round = a_game(method)
    start, ballot, *_rest = addresses(round, way)
    one, two = db.scalars(select(Project.id).where(Project.round_id == round.id).order_by(Project.id).limit(2))
    marked = typed(db, round, method)
    sheet = come_in(pages, round, way)

    beside = post(pages, ballot, sheet, "_vergelijk", _vergelijk="1", een=str(one), twee=str(two), q="bb", **marked)
    other = post(pages, ballot, beside, "_vergelijk", _vergelijk="1", een=str(one), twee=str(one))
    again = post(pages, ballot, other, "_toon", _toon="1")

    assert beside.heading == "Vergelijk twee projecten"
    assert [cell.text for cell in beside.all("th")][:2] == ["Plan a", "Plan bb"]
    assert "Kies er twee die verschillen" in other
    assert not [url for url in beside.links().values() if "/projecten/" in url]
    assert ('data-kiosk="' in beside.html) == (way == "kiosk")
    assert start in beside.links().values()
    assert "1 van de 3 zichtbaar" in again
    assert {name: values for name, values in marks_in(again).items() if any(values)} == {
        name: value if isinstance(value, list) else [value] for name, value in marked.items()
    }


def test_nothing_of_what_was_searched_or_compared_with_a_code_is_kept(db, pages):
    round = a_game("ranking")
    one, two = db.scalars(select(Project.id).where(Project.round_id == round.id).order_by(Project.id).limit(2))
    sheet = come_in(pages, round, "code")
    before = everything(db)

    found = post(pages, addresses(round)[1], sheet, "_toon", _toon="1", q="bb")
    post(pages, addresses(round)[1], found, "_vergelijk", _vergelijk="1", een=str(one), twee=str(two))

    assert everything(db) == before


def everything(db):
    """Every row of every table."""
    db.rollback()
    return {
        table: sorted(str(row) for row in db.execute(text(f'SELECT * FROM "{table}"')))
        for table in inspect(db.connection()).get_table_names()
    }


def test_a_code_and_a_wrong_birth_date_come_back_with_the_reason(pages):
    round = a_ballot_paper()
    start, code = addresses(round)[0], a_letter_code(round)

    assert "passen niet samen" in pages.send(start, status=422, code=code, born_on="1985-07-31")
    assert "Vul ook je geboortedatum in" in pages.send(start, status=422, code=code, born_on="")
    assert "tikfout" in pages.send(start, status=422, code="abcd", born_on=BORN)
    assert "past niet bij deze stemming" in pages.send(
        start, status=422, code=a_letter_code(a_ballot_paper()), born_on=BORN
    )


def test_codes_that_are_of_nobody_all_get_the_same_answer(pages, vault):
    round = a_ballot_paper()
    other = a_letter_code(a_ballot_paper())
    texts = {
        pages.send(addresses(round)[0], status=422, code=code, born_on=BORN).text
        for code in (other, letter_codes.code_for(vault, "nobody"), letter_codes.code_for(vault, "nobody else"))
    }
    assert len(texts) == 1


def test_who_tries_too_many_codes_has_to_wait(pages, vault):
    round = a_ballot_paper()
    values = values_of(pages.get(addresses(round)[0]).form_with("code"))
    answers = []
    for turn in range(NETWORK_TRIES.times + 1):
        values["code"], values["born_on"] = letter_codes.code_for(vault, f"guess {turn}"), BORN
        answers.append(pages.client.post(addresses(round)[0], data=values).status_code)

    assert answers == [422] * NETWORK_TRIES.times + [429]


def test_a_code_that_was_used_says_so_at_the_entry_and_at_the_last_button(db, pages):
    round, entry = a_ballot_paper(), a_register_entry()
    code = a_letter_code(round, entry)
    review = reviewed(pages, round, code, ["p1"])
    spend_right(db, round.poll, voter_of_entry(round, entry), channel=Channel.WEB, now=NOON)
    db.commit()

    late = post(pages, addresses(round)[2], review, "marks", status=409)
    again = pages.send(addresses(round)[0], status=409, code=code, born_on=BORN)

    assert "Je hebt al gestemd" in late.heading
    assert "Je hebt al gestemd" in again.heading
    assert db.scalars(select(BudgetBallot)).all() == []


def test_f16_the_last_button_pressed_twice_gives_one_ballot_and_the_same_receipt(db, pages):
    round = a_ballot_paper()
    review = reviewed(pages, round, a_letter_code(round), ["p1"])
    values, url = values_of(review.form_with("marks")), addresses(round)[2]

    answers = [pages.client.post(url, data=values) for _turn in range(3)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, addresses(round)[3])}
    assert len(db.scalars(select(BudgetBallot)).all()) == 1


def test_a_ballot_page_without_a_code_leads_to_the_entry(pages):
    round = a_ballot_paper()
    start, ballot, review, _receipt = addresses(round)

    assert pages.raw(ballot).headers["Location"] == start
    assert pages.raw(review).headers["Location"] == start


@pytest.mark.parametrize("cookie", ["x", "WzEsImEiLDBd.abc", ""])
def test_a_cookie_that_was_made_by_hand_opens_nothing(pages, cookie):
    round = a_ballot_paper()
    pages.client.set_cookie(f"stembiljet-{round.id}", cookie)

    assert pages.raw(addresses(round)[1]).status_code == 303


def test_the_cookie_of_one_round_opens_no_other(pages):
    round, other = a_ballot_paper(), a_ballot_paper()
    pages.send(addresses(round)[0], code=a_letter_code(round), born_on=BORN)
    kept = pages.client.get_cookie(f"stembiljet-{round.id}")
    assert kept is not None
    pages.client.set_cookie(f"stembiljet-{other.id}", kept.value)

    assert pages.raw(addresses(other)[1]).status_code == 303


def test_a_ballot_that_was_open_too_long_is_not_cast_and_says_so(db, app, pages):
    round = a_ballot_paper()
    review = reviewed(pages, round, a_letter_code(round), ["p1"])
    services = app.extensions["spreekt"]
    object.__setattr__(services, "clock", Clock(fixed=NOON + LASTS + timedelta(seconds=1)))

    late = post(pages, addresses(round)[2], review, "marks", status=409)

    assert "Er is niets in de stembus gegaan" in late
    assert db.scalars(select(UsedRight)).all() == []


@pytest.mark.parametrize("shift", [timedelta(days=1), timedelta(days=-30)])
@pytest.mark.parametrize("way", ["code", "kiosk"])
def test_v07_there_is_no_entry_before_opening_or_after_closing(pages, shift, way):
    round = a_ballot_paper(opens_at=NOON + shift, closes_at=NOON + shift + timedelta(days=7))

    pages.get(addresses(round, way)[0], status=409)
    pages.get(addresses(round, way)[1], status=409)


def test_an_empty_or_too_full_ballot_comes_back_with_what_was_marked(pages):
    round = a_ballot_paper(max_approvals=1)
    sheet = pages.send(addresses(round)[0], code=a_letter_code(round), born_on=BORN)

    full = post(pages, addresses(round)[1], sheet, status=422, projects=["p1", "p2"])

    assert "Je koos er te veel" in full
    assert full.html.count(" checked") == 2


def test_a_kiosk_asks_the_code_of_the_desk_and_nothing_else_and_starts_anew(db, pages):
    round = a_ballot_paper()
    start, _ballot, review_url, _receipt = addresses(round, "kiosk")
    entry = pages.get(start)
    assert not [field for field in entry.all("input") if field.get("name") == "born_on"]

    review = reviewed(pages, round, a_desk_code(round), ["p2"], way="kiosk")
    receipt = post(pages, review_url, review, "marks", status=303)

    assert "begint over 20 seconden opnieuw" in receipt
    assert f'data-kiosk-done="{start}"' in receipt.html
    assert turnout_by_door(db, round.poll)[Channel.DESK] == 1


def test_no_page_of_a_kiosk_leads_anywhere_but_to_its_own_pages(pages):
    round = a_ballot_paper()
    start, ballot, review_url, _receipt = addresses(round, "kiosk")
    entry = pages.get(start)
    sheet = come_in(pages, round, "kiosk")
    beside = post(pages, ballot, sheet, "_vergelijk", _vergelijk="1")
    review = post(pages, ballot, sheet, projects=["p1"])
    receipt = post(pages, review_url, review, "marks", status=303)

    for seen in (entry, sheet, beside, review, receipt):
        assert not [url for url in seen.links().values() if not url.startswith((start, "#", "tel:"))], seen.url


def test_a_kiosk_takes_a_letter_too_and_then_asks_the_birth_date(db, pages):
    round = a_ballot_paper()
    start = addresses(round, "kiosk")[0]
    code = a_letter_code(round)

    asks = pages.send(start, status=422, code=code)
    ballot = post(pages, start, asks, status=303, born_on=BORN)

    assert "Stem voor" in ballot.heading


def test_starting_anew_on_a_kiosk_closes_the_ballot_that_was_open(pages):
    round = a_ballot_paper()
    start, ballot, _review, _receipt = addresses(round, "kiosk")
    pages.send(start, code=a_desk_code(round))
    assert pages.raw(ballot).status_code == 200

    pages.get(start)

    assert pages.raw(ballot).status_code == 303


def test_the_entry_is_found_from_the_round_and_from_the_page_to_sign_in(pages):
    round = a_ballot_paper()
    entry = addresses(round)[0]

    assert entry in pages.get(f"/burgerbudget/{round.slug}").links().values()
    sent_on = pages.raw(f"/burgerbudget/{round.slug}/stemmen").headers["Location"]
    assert entry in pages.get(sent_on).links().values()


def test_a_round_without_a_vote_has_no_doors(pages):
    round = a_ballot_paper(without_vote=True)

    for way in ("code", "kiosk"):
        pages.get(addresses(round, way)[0], status=404)


def test_v03_the_account_of_who_voted_with_a_letter_cannot_vote_again(db, pages):
    round, account = a_ballot_paper(), a_resident()
    key = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
    review = reviewed(pages, round, a_letter_code(round, db.get(RegisterEntry, key)), ["p1"])
    post(pages, addresses(round)[2], review, "marks", status=303)

    assert "Je hebt al gestemd" in pages.as_(account).get(f"/burgerbudget/{round.slug}/stemmen").heading
