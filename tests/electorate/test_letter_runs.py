"""Letters for everybody who may vote: two people, part by part, and nobody twice."""

from datetime import date

import pytest

from spreekt.electorate import letter_runs, passes
from spreekt.electorate.domain import as_voter, spend_right
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden
from tests.builders import NOON, a_poll, a_register_entry, acting, an_area, staff


@pytest.fixture
def admin(db):
    return acting(staff(Role.ADMIN))


@pytest.fixture
def keeper(db):
    return acting(staff(Role.REGISTER))


def made(db, vault, poll, admin, keeper):
    """A whole run; its letters."""
    letter_runs.ask(db, poll, by=admin, now=NOON)
    run = letter_runs.approve(db, poll, by=keeper, now=NOON)
    letters = []
    while run.finished_at is None:
        letters += letter_runs.next_part(db, vault, run, poll, now=NOON)
    return run, letters


def test_everybody_who_may_vote_gets_one_code_that_works(db, vault, admin, keeper):
    heule, bissegem = an_area("Heule"), an_area("Bissegem")
    poll = a_poll(area_id=heule.id)
    good = {a_register_entry(area=heule).person_key for _each in range(3)}
    a_register_entry(area=bissegem)
    a_register_entry(area=heule, born_on=date(2015, 1, 1))
    a_register_entry(area=heule, gone_on=date(2026, 1, 1))

    run, letters = made(db, vault, poll, admin, keeper)

    assert {letter.entry.person_key for letter in letters} == good
    assert (run.entries, run.seen, run.letters, run.part) == (3, 3, 3, 1)
    for letter in letters:
        assert passes.redeem(db, vault, poll, letter.code, born_on=letter.entry.born_on, network="n", now=NOON)


def test_who_is_past_the_oldest_age_on_the_day_gets_no_letter_and_is_not_counted(db, vault, admin, keeper):
    poll = a_poll(minimum_age=10, maximum_age=18, age_on=date(2026, 12, 31))
    eighteen = a_register_entry(born_on=date(2008, 1, 1))
    a_register_entry(born_on=date(2007, 12, 31))

    run, letters = made(db, vault, poll, admin, keeper)

    assert [letter.entry.person_key for letter in letters] == [eighteen.person_key]
    assert run.entries == 1
    assert passes.redeem(db, vault, poll, letters[0].code, born_on=eighteen.born_on, network="n", now=NOON)


def test_parts_follow_each_other_without_leaving_anybody_out(db, vault, admin, keeper, monkeypatch):
    monkeypatch.setattr(letter_runs, "PART", 2)
    poll, entries = a_poll(), {a_register_entry().person_key for _each in range(5)}

    run, letters = made(db, vault, poll, admin, keeper)

    assert {letter.entry.person_key for letter in letters} == entries
    assert (len(letters), run.part) == (5, 3)


def test_a_second_run_is_for_who_has_no_code_and_did_not_vote(db, vault, admin, keeper):
    poll = a_poll()
    a_register_entry()
    made(db, vault, poll, admin, keeper)
    new, voted = a_register_entry(), a_register_entry()
    spend_right(db, poll, as_voter(vault, poll, voted), channel=Channel.WEB, now=NOON)

    _run, letters = made(db, vault, poll, admin, keeper)

    assert [letter.entry.person_key for letter in letters] == [new.person_key]


def test_it_takes_two_people_with_two_tasks(db, admin, keeper):
    poll = a_poll()

    with pytest.raises(letter_runs.NotAsked):
        letter_runs.approve(db, poll, by=keeper, now=NOON)
    with pytest.raises(Forbidden):
        letter_runs.ask(db, poll, by=keeper, now=NOON)
    letter_runs.ask(db, poll, by=admin, now=NOON)
    with pytest.raises(Forbidden):
        letter_runs.approve(db, poll, by=admin, now=NOON)
    with pytest.raises(letter_runs.AlreadyAsked):
        letter_runs.ask(db, poll, by=admin, now=NOON)


def test_who_has_both_tasks_cannot_be_both_people(db):
    poll, both = a_poll(), acting(staff(Role.ADMIN, Role.REGISTER))
    letter_runs.ask(db, poll, by=both, now=NOON)

    with pytest.raises(letter_runs.SamePerson):
        letter_runs.approve(db, poll, by=both, now=NOON)


def test_no_letters_are_asked_or_made_after_the_close(db, vault, admin, keeper):
    poll = a_poll()
    letter_runs.ask(db, poll, by=admin, now=NOON)

    with pytest.raises(letter_runs.TooLate):
        letter_runs.approve(db, poll, by=keeper, now=poll.closes_at)
    with pytest.raises(letter_runs.TooLate):
        letter_runs.ask(db, a_poll(), by=admin, now=poll.closes_at)


def test_the_29th_of_february_is_a_birthday_too(db):
    assert letter_runs._born_by(date(2028, 2, 29), 17) == date(2011, 2, 28)
