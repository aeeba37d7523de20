"""/verblijf: nothing tells who is in the register, the number goes nowhere, and one resident has one account."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from spreekt.identity import code_letters, letter_codes
from spreekt.identity.residency_models import CodeLetter, IdentityCase, ProofMethod, Residency
from spreekt.notices.models import Notice
from spreekt.worker import deliver_due
from tests.builders import NOON, a_register_entry, a_resident, an_account

NUMBER = "85073099932"
BORN = "1985-07-30"


def ask(browser, number=NUMBER, born_on=BORN, **options):
    return browser.send("/verblijf/brief", number=number, born_on=born_on, **options)


def code_in_letter(db, vault, account):
    letter = code_letters.live_letter(db, account.id)
    return letter_codes.in_groups(code_letters.code_of(vault, letter))


def test_a_letter_code_makes_a_resident(app, pages, db, vault):
    entry = a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)

    ask(browser)
    welcome = browser.send("/verblijf/code", code=code_in_letter(db, vault, account))

    residency = db.scalars(select(Residency)).one()
    assert "Proficiat" in welcome.heading
    assert (residency.account_id, residency.person_key) == (account.id, entry.person_key)
    assert residency.method is ProofMethod.LETTER
    assert "Dat is in orde" in browser.get("/verblijf")
    deliver_due(app)
    assert [notice.kind for notice in db.scalars(select(Notice))] == ["residency.proven"]


@pytest.mark.parametrize(
    ("number", "born_on"),
    [(NUMBER, BORN), ("99123199940", BORN), (NUMBER, "1985-07-31")],
    ids=["known", "unknown number", "wrong birth date"],
)
def test_the_answer_is_the_same_whether_or_not_the_register_knows_somebody(app, pages, db, number, born_on):
    a_register_entry(national_number=NUMBER)
    browser = pages.as_(an_account())

    answer = ask(browser, number, born_on)

    assert "Als je gegevens kloppen, krijg je binnen enkele dagen een brief" in answer
    assert "Je vroeg een brief aan" in browser.get("/verblijf")
    wrong = browser.send("/verblijf/code", code="0000-0000-0000-0000", status=422)
    assert "Je kan nog 4 keer proberen" in wrong


def test_only_a_letter_to_somebody_in_the_register_is_printed(app, pages, db, tmp_path):
    a_register_entry(national_number=NUMBER)
    ask(pages.as_(an_account()))
    ask(pages.as_(an_account()), "99123199940")

    deliver_due(app)

    assert len(list((tmp_path / "letters").glob("*.pdf"))) == 1


def test_a_wrong_number_is_said_at_once_and_never_comes_back_into_the_page(pages):
    answer = ask(pages.as_(an_account()), "85.07.30-999.33", status=422)

    assert "klopt niet" in answer
    assert "999.33" not in answer.html


def test_who_is_too_young_to_type_a_date_of_birth_is_asked_again(pages):
    answer = ask(pages.as_(an_account()), born_on="2030-01-01", status=422)

    assert "Vul je geboortedatum in" in answer


@pytest.mark.parametrize("day", ["30/07/1985", "30-07-1985"])
def test_a_birth_date_may_be_written_as_people_write_it(pages, db, day):
    a_register_entry(national_number=NUMBER)

    ask(pages.as_(an_account()), born_on=day)

    assert db.scalars(select(CodeLetter)).one().person_key is not None


def test_three_letters_a_week_is_enough(pages):
    browser = pages.as_(an_account())
    for _turn in range(3):
        ask(browser)

    answer = ask(browser, status=422)

    assert "drie brieven" in answer


def test_looking_people_up_is_limited(pages, db):
    browser = pages.as_(an_account())
    for _turn in range(3):
        ask(browser)
    for _turn in range(7):
        ask(browser, status=422)

    ask(browser, status=429)


def test_a_person_gets_no_more_letters_than_three_a_week_from_all_accounts_together(pages, db):
    a_register_entry(national_number=NUMBER)
    for _turn in range(4):
        ask(pages.as_(an_account()))

    known = select(func.count()).where(CodeLetter.person_key.is_not(None))
    assert db.scalar(known) == 3


def test_the_code_is_read_in_any_case_with_spaces_and_look_alikes(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)
    ask(browser)
    typed = code_in_letter(db, vault, account).lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert "Proficiat" in browser.send("/verblijf/code", code=f" {typed} ").heading


def test_a_slip_of_the_pen_costs_no_try(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)
    ask(browser)
    code = code_in_letter(db, vault, account)
    slipped = ("A" if code[0] != "A" else "B") + code[1:]

    answer = browser.send("/verblijf/code", code=slipped, status=422)

    assert "tikfout" in answer
    assert code_letters.live_letter(db, account.id).tries == 0


def test_five_wrong_codes_lock_the_letter_and_the_right_one_does_not_open_it_any_more(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)
    ask(browser)
    for _turn in range(4):
        assert "niet bij jouw brief" in browser.send("/verblijf/code", code="0" * 16, status=422)
    assert "geblokkeerd" in browser.send("/verblijf/code", code="0" * 16, status=422)

    answer = browser.send("/verblijf/code", code=code_in_letter(db, vault, account), status=422)

    assert "geblokkeerd" in answer
    assert db.scalars(select(Residency)).first() is None


def test_a_newer_letter_replaces_the_code_of_the_older(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)
    ask(browser)
    older = code_in_letter(db, vault, account)
    ask(browser)

    assert "oudere brief" in browser.send("/verblijf/code", code=older, status=422)
    assert "Proficiat" in browser.send("/verblijf/code", code=code_in_letter(db, vault, account)).heading


def test_a_code_lasts_thirty_days(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    account = an_account()
    browser = pages.as_(account)
    ask(browser)
    code_letters.live_letter(db, account.id).expires_at = NOON
    code = code_in_letter(db, vault, account)
    db.commit()

    assert "geldt niet meer" in browser.send("/verblijf/code", code=code, status=422)


def test_somebody_elses_code_opens_nothing(pages, db, vault):
    a_register_entry(national_number=NUMBER)
    owner, other = an_account(), an_account()
    ask(pages.as_(owner))

    answer = pages.as_(other).send("/verblijf/code", code=code_in_letter(db, vault, owner), status=422)

    assert "Vraag eerst een brief aan" in answer


SPELLINGS = ["85.07.30-999.32", "85073099932", "85 07 30 999 32", "８５０７３０９９９３２", "850730-999 32"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_has_one_holder(app, pages, db, vault, spelling):
    """A13: the second account becomes a case, and neither page nor notice names the other."""
    a_register_entry(national_number=NUMBER)
    first, second = an_account(name="Eerste Persoon"), an_account(name="Tweede Persoon")
    for account, number in ((first, NUMBER), (second, spelling)):
        browser = pages.as_(account)
        ask(browser, number)
        last = browser.send("/verblijf/code", code=code_in_letter(db, vault, account))

    assert [residency.account_id for residency in db.scalars(select(Residency))] == [first.id]
    assert db.scalars(select(IdentityCase)).one().account_id == second.id
    assert "We kijken nog iets na" in last.heading
    assert "Eerste" not in last.html
    deliver_due(app)
    told = db.scalars(select(Notice).where(Notice.kind == "residency.checking")).all()
    assert {notice.account_id for notice in told} == {first.id, second.id}
    assert len({(notice.title, notice.text, notice.url) for notice in told}) == 1
    assert not any("Persoon" in notice.text for notice in told)


def test_a_bis_number_in_the_register_is_somebody_of_its_own(pages, db):
    a_register_entry(national_number=NUMBER)
    a_register_entry(national_number="85473099921")

    ask(pages.as_(an_account()), "85.47.30-999.21")

    letter = db.scalars(select(CodeLetter)).one()
    assert letter.person_key is not None


def test_who_is_a_resident_already_needs_no_letter(pages):
    browser = pages.as_(a_resident())

    for url in ("/verblijf/brief", "/verblijf/code"):
        assert browser.raw(url).headers["Location"] == "/verblijf"


def test_who_left_the_register_is_no_resident_any_more(pages, db):
    account = a_resident()
    db.scalars(select(Residency)).one().entry.gone_on = (NOON - timedelta(days=1)).date()
    db.commit()

    page = pages.as_(account).get("/verblijf")

    assert "niet meer in het register" in page
    assert pages.as_(account).raw("/verblijf/gelukt").headers["Location"] == "/verblijf"


@pytest.mark.parametrize(
    "url", ["/verblijf/brief", "/verblijf/code", "/verblijf/gelukt", "/verblijf/brief/aangevraagd"]
)
def test_strangers_sign_in_first(pages, url):
    pages.get("/verblijf")

    answer = pages.raw(url)

    assert "Mijn" not in answer.text
    assert answer.status_code != 200


def test_no_page_of_mine_asks_the_database_more_than_six_times(pages, db, connection):
    a_register_entry(national_number=NUMBER)
    browser = pages.as_(an_account())
    ask(browser)
    asked = []
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))

    for url in ("/verblijf", "/verblijf/brief", "/verblijf/code"):
        asked.clear()
        browser.get(url)

        assert 0 < len([one for one in asked if "SAVEPOINT" not in one]) <= 6
