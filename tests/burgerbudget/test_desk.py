"""The desk of a budget round: what an officer sees, what they hand out, and what the log says of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from spreekt.electorate import passes
from spreekt.electorate.domain import AlreadyVoted, NotEligible, PollClosed, spend_right, turnout_by_door
from spreekt.electorate.models import Channel
from spreekt.electorate.pass_models import VotePass
from spreekt.identity.national_number import synthetic
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.doors import desk
from spreekt.modules.burgerbudget.models import BudgetBallot
from tests.builders import NOON, a_register_entry, acting, staff
from tests.burgerbudget.door_builders import a_ballot_paper, a_letter_code, voter_of_entry
from tests.burgerbudget.test_code_pages import post
from tests.pages import values_of

NUMBER = synthetic(date(1985, 7, 30)).digits


@pytest.fixture
def officer(db):
    return acting(staff(Role.DESK))


def test_paper_uses_the_right_before_it_is_handed_over(db, vault, clock, officer):
    round, entry = a_ballot_paper(), a_register_entry()

    desk.give_paper(db, vault, clock, round, entry.person_key, by=officer)

    assert turnout_by_door(db, round.poll)[Channel.PAPER] == 1
    assert db.scalars(select(BudgetBallot)).all() == []
    assert desk.visitor(db, vault, round, entry.person_key).used is Channel.PAPER


@pytest.mark.parametrize("channel", list(Channel))
def test_who_used_the_right_through_any_door_gets_neither_paper_nor_code_nor_letter(db, vault, clock, officer, channel):
    round, entry = a_ballot_paper(), a_register_entry()
    spend_right(db, round.poll, voter_of_entry(round, entry), channel=channel, now=NOON)

    for give in (desk.give_paper, desk.give_code, desk.ask_letter):
        with pytest.raises(AlreadyVoted):
            give(db, vault, clock, round, entry.person_key, by=officer)


@pytest.mark.parametrize("moment", [timedelta(days=-2), timedelta(days=7), timedelta(days=8)])
def test_nothing_is_handed_out_while_the_vote_is_not_open(db, vault, officer, moment):
    round, entry = a_ballot_paper(), a_register_entry()

    for give in (desk.give_paper, desk.give_code):
        with pytest.raises(PollClosed):
            give(db, vault, Clock(fixed=NOON + moment), round, entry.person_key, by=officer)


def test_who_is_too_young_gets_nothing(db, vault, clock, officer):
    round, child = a_ballot_paper(), a_register_entry(born_on=date(2016, 1, 1))

    for give in (desk.give_paper, desk.give_code, desk.ask_letter):
        with pytest.raises(NotEligible):
            give(db, vault, clock, round, child.person_key, by=officer)


def test_a_new_code_of_the_desk_takes_the_place_of_the_one_before(db, vault, clock, officer):
    round, entry = a_ballot_paper(), a_register_entry()
    first = desk.give_code(db, vault, clock, round, entry.person_key, by=officer)
    second = desk.give_code(db, vault, clock, round, entry.person_key, by=officer)

    with pytest.raises(passes.UnknownCode):
        passes.redeem(db, vault, round.poll, first, born_on=None, network="n", now=NOON)
    assert passes.redeem(db, vault, round.poll, second, born_on=None, network="n", now=NOON)


def test_a_letter_that_is_asked_again_kills_the_code_of_the_old_one_also_before_opening(db, vault, officer):
    round, entry = a_ballot_paper(opens_at=NOON + timedelta(days=1)), a_register_entry()
    old = a_letter_code(round, entry)

    desk.ask_letter(db, vault, Clock(fixed=NOON), round, entry.person_key, by=officer)

    with pytest.raises(passes.UnknownCode):
        passes.redeem(db, vault, round.poll, old, born_on=entry.born_on, network="n", now=NOON)
    assert len(db.scalars(select(VotePass)).all()) == 1


def test_the_log_says_what_was_handed_out_and_never_who_or_how(db, vault, clock, officer):
    round, entry = a_ballot_paper(), a_register_entry()
    desk.look_up(db, vault, round, entry.person_key, by=officer)
    code = desk.give_code(db, vault, clock, round, entry.person_key, by=officer)
    desk.give_paper(db, vault, clock, round, entry.person_key, by=officer)

    rows = db.scalars(select(LogEntry).order_by(LogEntry.seq)).all()
    assert [row.act for row in rows] == ["round.desk-looked-up", "round.code-given", "round.paper-handed-over"]
    assert {row.actor_id for row in rows} == {officer.id}
    assert {row.subject for row in rows} == {f"round:{round.id}"}
    assert not any(entry.person_key[:8] in row.reason or code in row.reason for row in rows)


def test_another_officer_cannot_go_on_with_somebody_else_s_look_up(db, vault, officer):
    round, entry, other = a_ballot_paper(), a_register_entry(), acting(staff(Role.DESK))
    given = desk.sealed(vault, round, entry.person_key, by=officer, now=NOON)

    assert desk.opened(vault, round, given, by=officer, now=NOON) == entry.person_key
    for by, moment, where in (
        (other, NOON, round), (officer, NOON + timedelta(minutes=16), round), (officer, NOON, a_ballot_paper()),
    ):  # fmt: skip
        with pytest.raises(desk.LookUpAgain):
            desk.opened(vault, where, given, by=by, now=moment)


def looked_up(browser, round):
    start = f"/loket/burgerbudget/{round.slug}"
    sheet = browser.get(start)
    form = values_of(sheet.form_with("number"))
    form["number"] = NUMBER
    return browser._look(browser.client.post(f"{start}/inwoner", data=form), start, 200)


def test_an_officer_looks_up_gives_paper_and_sees_it_the_next_time(db, pages):
    round = a_ballot_paper()
    a_register_entry(national_number=NUMBER)
    browser = pages.as_(staff(Role.DESK))
    assert round.title in browser.get("/loket/burgerbudget")

    seen = looked_up(browser, round)
    assert "Nog niet gestemd" in seen.heading
    assert "Dewaele" not in seen.html
    paper = f"/loket/burgerbudget/{round.slug}/papier"
    [form] = [form for form in seen.all("form") if form.get("action") == paper]
    answer = browser.client.post(paper, data=values_of(form))
    assert "Geef nu het papieren stembiljet" in browser.get(answer.headers["Location"]).heading
    again = browser.client.post(paper, data=values_of(form))

    assert again.headers["Location"] == answer.headers["Location"], "a reply that got lost says the same once more"
    assert "kreeg al een papieren stembiljet" in looked_up(browser, round)
    assert turnout_by_door(db, round.poll)[Channel.PAPER] == 1


def test_an_officer_gives_a_code_and_the_resident_votes_on_the_kiosk(db, app, pages):
    round = a_ballot_paper()
    a_register_entry(national_number=NUMBER)
    browser = pages.as_(staff(Role.DESK))
    seen, url = looked_up(browser, round), f"/loket/burgerbudget/{round.slug}/code"
    [form] = [form for form in seen.all("form") if form.get("action") == url]
    shown = browser._look(browser.client.post(url, data=values_of(form)), url, 200)
    [code] = [element.text for element in shown.all("code")]

    start, kiosk = f"/burgerbudget/{round.slug}/kiosk", pages.as_(None)
    ballot = kiosk.send(start, code=code)
    review = post(kiosk, f"{start}/stembiljet", ballot, projects=["p1"])
    post(kiosk, f"{start}/nakijken", review, "marks", status=303)

    assert turnout_by_door(db, round.poll)[Channel.DESK] == 1
    assert "stemde al met een code van het loket" in looked_up(browser, round)


def test_a_number_that_is_in_no_register_is_said_and_counted(db, pages):
    round = a_ballot_paper()
    browser = pages.as_(staff(Role.DESK))

    answer = browser.send(f"/loket/burgerbudget/{round.slug}", status=422, number=NUMBER)

    assert "staat niet in het register" in answer
    assert NUMBER not in answer.html
    assert [row.act for row in db.scalars(select(LogEntry))] == ["round.desk-looked-up"]


def test_the_desk_shows_only_itself_to_officers(pages):
    round = a_ballot_paper()

    for role in (Role.ADMIN, Role.PUBLISHER, Role.REGISTER):
        pages.as_(staff(role)).get(f"/loket/burgerbudget/{round.slug}", status=404)
