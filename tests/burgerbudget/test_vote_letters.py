"""Letters with a code: asked by one, made by another, printed part by part, and printed once more for the desk."""

import csv
import io
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from spreekt.electorate import letter_runs, passes
from spreekt.electorate.pass_models import LetterRun, VotePass
from spreekt.identity.addressee import Addressee
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.doors import desk
from spreekt.modules.burgerbudget.doors import letter as vote_letter
from spreekt.modules.burgerbudget.doors import letter_jobs as vote_letter_jobs
from spreekt.modules.burgerbudget.doors.letter import CSV_HEADER, words_for, write_letters, write_rows
from spreekt.worker import deliver_due
from tests.builders import ADDRESSEE, NOON, a_register_entry, acting, staff
from tests.burgerbudget.door_builders import a_ballot_paper, a_letter_code
from tests.burgerbudget.test_paper_pages import press
from tests.pdf import text_in

CODE = "K7QF2M9DXW4T0123"


@pytest.fixture
def words(app):
    round = a_ballot_paper(title="Burgerbudget 2026")
    return words_for(round, app.extensions["spreekt"].city, public_url="https://spreekt.example")


def letters(words, *pairs):
    out = io.BytesIO()
    write_letters(out, words, pairs)
    return out.getvalue()


def test_the_letter_says_what_when_how_and_where_to_get_help(words):
    text = text_in(letters(words, (ADDRESSEE, CODE)))

    for said in (
        "Noémie Dewaele", "Sint-Denijsestraat 12 bus 3", "8500 Kortrijk", "K7QF-2M9D-XW4T-0123", "1777",
        "30 november 2026", "/code", "geboortedatum", "huisgenoot mag jouw code niet gebruiken",
    ):  # fmt: skip
        assert said in text, said


def test_the_square_holds_the_address_and_never_the_code(words, monkeypatch):
    made = []
    real = vote_letter.segno.make
    monkeypatch.setattr(vote_letter.segno, "make", lambda text, **rest: made.append(text) or real(text, **rest))

    letters(words, (ADDRESSEE, CODE))

    assert made == [words.url]


def test_every_letter_is_one_page_whatever_the_name(words):
    longest = Addressee("Maria " * 20, "Van den Berghe " * 5, "Straat " * 20, "1", "2", "8500", "Kortrijk")

    assert len(re.findall(rb"/Type /Page\b", letters(words, (longest, CODE), (ADDRESSEE, CODE)))) == 2


def test_j08_the_list_for_a_printer_is_safe_to_open(words):
    evil = Addressee("=cmd()", "X", "+1;2", "1", "", "8500", "Kortrijk")
    out = io.StringIO()

    write_rows(out, words, [(evil, CODE)])

    header, row = csv.reader(io.StringIO(out.getvalue()), delimiter=";")
    assert tuple(header) == CSV_HEADER
    assert row[0].startswith("'=")
    assert row[4] == "K7QF-2M9D-XW4T-0123"


def folder(settings):
    return Path(settings.INSTANCE) / "letters"


def test_one_asks_another_has_them_made_and_they_land_in_the_folder(db, app, pages, settings):
    round = a_ballot_paper()
    entries = [a_register_entry() for _each in range(3)]
    url = f"/beheer/rondes/{round.slug}/brieven"
    admin, keeper = pages.as_(staff(Role.ADMIN)), pages.as_(staff(Role.REGISTER))

    assert "De brieven zijn gevraagd" in press(admin, url, f"{url}/vraag")
    assert not [form for form in admin.get(url).all("form") if form.get("action") == f"{url}/maak"]
    assert "De brieven worden gemaakt" in press(keeper, url, f"{url}/maak")
    deliver_due(app)
    db.expire_all()

    run = db.scalars(select(LetterRun)).one()
    assert (run.letters, run.finished_at) == (3, NOON)
    pdf = folder(settings) / f"stembrieven-{round.slug}-{run.id:04}-0001.pdf"
    assert pdf.stat().st_mode & 0o777 == 0o600
    codes = re.findall(r"\(([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\)", text_in(pdf.read_bytes()))
    assert len(set(codes)) == 3
    for code in codes:
        assert passes.redeem(db, app.extensions["spreekt"].vault, round.poll, code, born_on=entries[0].born_on,
                             network="n", now=NOON)  # fmt: skip
    rows = pdf.with_suffix(".csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 4


def test_a_part_that_is_delivered_twice_makes_nothing_twice(db, app):
    round = a_ballot_paper()
    a_register_entry()
    letter_runs.ask(db, round.poll, by=acting(staff(Role.ADMIN)), now=NOON)
    run = letter_runs.approve(db, round.poll, by=acting(staff(Role.REGISTER)), now=NOON)
    vote_letter_jobs.next_part(db, run)
    db.commit()
    message = db.scalars(select(Message).where(Message.topic == vote_letter_jobs.PART_MADE)).one()

    with app.test_request_context("/"):
        vote_letter_jobs.print_part(db, message)
        vote_letter_jobs.print_part(db, message)

    assert len(db.scalars(select(VotePass)).all()) == 1
    assert run.letters == 1


def test_a_letter_that_the_desk_asked_is_printed_with_the_code_that_works(db, vault, app, settings):
    round, entry = a_ballot_paper(), a_register_entry()
    a_letter_code(round, entry)
    desk.ask_letter(db, vault, Clock(fixed=NOON), round, entry.person_key, by=acting(staff(Role.DESK)))
    db.commit()

    deliver_due(app)

    [pdf] = folder(settings).glob("stembrief-*.pdf")
    [code] = re.findall(r"\(([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\)", text_in(pdf.read_bytes()))
    assert passes.redeem(db, vault, round.poll, code, born_on=entry.born_on, network="n", now=NOON)


@pytest.mark.parametrize("role", [Role.DESK, Role.PUBLISHER, Role.AUDITOR])
def test_others_do_not_see_the_letters(pages, role):
    round = a_ballot_paper()

    pages.as_(staff(role)).get(f"/beheer/rondes/{round.slug}/brieven", status=404)
