"""Dates of a vote that move once letters with a code were made: staff read how many, and what to do."""

import pytest
from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from tests.builders import DAY, NOON, a_register_entry, staff
from tests.burgerbudget.door_builders import a_ballot_paper, a_desk_code, a_letter_code
from tests.pages import values_of

MOVED = {"opens_at": "2026-12-03T12:00", "closes_at": "2026-12-09T12:00"}
ACT = "vote-letters.dates-moved"
SAYS = "De datums van voordien staan al op 2 brieven met een code."


@pytest.fixture
def round(db):
    return a_ballot_paper(opens_at=NOON + DAY, closes_at=NOON + 8 * DAY, publishes_at=NOON + 20 * DAY)


@pytest.fixture(params=["bewerken", "fasen/budgetspel"])
def url(request, round):
    return f"/beheer/rondes/{round.slug}/{request.param}"


def two_letters(round):
    for _ in range(2):
        a_letter_code(round, a_register_entry())


def moves(db):
    return db.scalars(select(LogEntry.reason).where(LogEntry.act == ACT).order_by(LogEntry.seq)).all()


def test_who_moves_the_dates_reads_how_many_letters_say_otherwise_and_what_to_do(db, pages, round, url):
    two_letters(round)

    sheet = pages.as_(staff(Role.ADMIN)).send(url, status=422, **MOVED)

    for words in (SAYS, "De codes blijven werken.", "een blad met de nieuwe datums", "‘Waarover gaat het?’"):
        assert words in sheet
    db.expire_all()
    assert round.poll.opens_at == NOON + DAY
    assert moves(db) == []


def test_who_moves_them_knowingly_is_in_the_log_with_the_number_of_letters(db, pages, round, url):
    two_letters(round)
    browser = pages.as_(staff(Role.ADMIN))
    asked = values_of(browser.send(url, status=422, **MOVED).form_with("knows_letters"))

    answer = browser.client.post(url, data={**asked, "knows_letters": "y"})

    assert answer.status_code == 303
    db.expire_all()
    assert round.poll.opens_at == NOON + 10 * DAY
    assert moves(db) == ["2 brieven"]


def test_nothing_is_asked_while_no_letter_says_a_date(db, pages, round, url):
    a_desk_code(round)

    pages.as_(staff(Role.ADMIN)).send(url, **MOVED)

    db.expire_all()
    assert round.poll.opens_at != NOON + DAY
    assert moves(db) == []


def test_other_words_of_a_round_change_without_a_question_about_letters(db, pages, round):
    two_letters(round)

    sheet = pages.as_(staff(Role.ADMIN)).send(f"/beheer/rondes/{round.slug}/bewerken", title="Een andere naam")

    assert "Een andere naam" in sheet.heading
    assert moves(db) == []
