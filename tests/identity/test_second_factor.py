"""The second step of staff: each code once, few guesses, recovery codes, and setting it up."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from spreekt.identity import second_factor
from spreekt.identity.accounts import hashed
from spreekt.identity.models import RecoveryCode, SignInSession
from spreekt.identity.sessions import hash_of
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.storage import utc_now
from tests.builders import NOON, an_account, staff

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AT = datetime(2026, 11, 23, 11, 0, 10, tzinfo=UTC)
PASSWORD = "drie fietsen op de leie"
HASH = hashed(PASSWORD)
STEP = timedelta(seconds=30)
TO_ACCOUNTS = "/beheer/accounts"


def code_at(moment):
    return pyotp.TOTP(SECRET).at(moment)


@pytest.fixture
def boss(db, vault):
    """An administrator with an app and a password."""
    return staff(
        Role.ADMIN,
        email="baas@voorbeeld.example",
        password_hash=HASH,
        sealed_totp=vault.seal(second_factor.PURPOSE, SECRET),
    )


@pytest.fixture
def half_in(pages, boss):
    """A browser in which the password was right and the code is still asked."""
    pages.client.set_cookie("spreekt", "")
    return pages.as_(boss, second_factor=False)


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, code):
    """RFC 6238, appendix B, the last six digits."""
    assert second_factor.code_of(SECRET, seconds // 30) == code


def test_nobody_enrols_a_short_secret(db, vault, boss):
    with pytest.raises(ValueError, match="160 bits"):
        second_factor.enrol(db, vault, boss, "JBSWY3DPEHPK3PXP", first_step=0)


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1} {2}", "\t{0}\n"])
def test_a_code_of_now_is_good_however_it_is_spaced(db, vault, boss, typed):
    code = code_at(AT)

    assert second_factor.spend(db, vault, boss, typed.format(code, code[:3], code[3:]), at=AT)


@pytest.mark.parametrize(("steps_off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(db, vault, boss, steps_off, good):
    assert second_factor.spend(db, vault, boss, code_at(AT + steps_off * STEP), at=AT) is good


def test_a09_a_code_is_used_once(db, vault, boss):
    assert second_factor.spend(db, vault, boss, code_at(AT), at=AT)

    assert not second_factor.spend(db, vault, boss, code_at(AT), at=AT)
    assert not second_factor.spend(db, vault, boss, f" {code_at(AT)} ", at=AT + STEP)


def test_a09_an_earlier_code_is_not_good_after_a_later_one(db, vault, boss):
    assert second_factor.spend(db, vault, boss, code_at(AT), at=AT)

    assert not second_factor.spend(db, vault, boss, code_at(AT - STEP), at=AT)
    assert second_factor.spend(db, vault, boss, code_at(AT + STEP), at=AT + STEP)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000000000"])
def test_what_is_no_code_is_refused(db, vault, boss, typed):
    assert not second_factor.spend(db, vault, boss, typed, at=AT)


def test_a09_a_recovery_code_is_used_once_and_only_by_its_owner(db, vault, boss):
    codes = second_factor.enrol(db, vault, boss, SECRET, first_step=0)
    other = staff(Role.ADMIN, sealed_totp=vault.seal(second_factor.PURPOSE, SECRET))
    assert len(set(codes)) == 10
    db.flush()

    assert not second_factor.spend(db, vault, other, codes[0], at=AT)
    assert second_factor.spend(db, vault, boss, codes[0].lower().replace("-", " "), at=AT)
    assert not second_factor.spend(db, vault, boss, codes[0], at=AT)
    assert second_factor.spend(db, vault, boss, codes[1], at=AT)


def test_recovery_codes_are_not_readable_and_new_ones_replace_them(db, vault, boss):
    first = second_factor.enrol(db, vault, boss, SECRET, first_step=0)
    second_factor.enrol(db, vault, boss, SECRET, first_step=0)
    db.flush()

    assert not second_factor.spend(db, vault, boss, first[0], at=AT)
    kept = {row.code_hash for row in db.scalars(select(RecoveryCode))}
    assert len(kept) == 10
    assert not kept & {code.replace("-", "") for code in first}


def test_staff_with_only_a_password_do_not_reach_their_work(half_in):
    answer = half_in.raw(TO_ACCOUNTS)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/aanmelden/tweede-stap?next={TO_ACCOUNTS}"


def test_a06_the_second_step_lets_staff_in_with_a_new_session(half_in, db):
    before = half_in.client.get_cookie("spreekt").value

    page = half_in.send(f"/aanmelden/tweede-stap?next={TO_ACCOUNTS}", code=code_at(utc_now()))

    assert page.heading == "Accounts"
    assert half_in.client.get_cookie("spreekt").value != before
    assert db.get(SignInSession, hash_of(before)) is None


def test_a09_guessing_codes_is_stopped(half_in):
    for _guess in range(8):
        half_in.send("/aanmelden/tweede-stap", status=422, code="x")

    half_in.send("/aanmelden/tweede-stap", status=429, code=code_at(utc_now()))


def test_staff_without_an_app_set_one_up_and_see_their_recovery_codes_once(pages, db, vault):
    moderator = staff(Role.ADMIN, email="mod@voorbeeld.example")
    browser = pages.as_(moderator, second_factor=False)
    assert browser.raw("/aanmelden/tweede-stap").headers["Location"] == "/aanmelden/tweede-stap/instellen"
    sheet = browser.get("/aanmelden/tweede-stap/instellen")
    secret = "".join(sheet.all("code")[0].itertext()).replace(" ", "")
    picture = browser.raw("/aanmelden/tweede-stap/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"style" not in picture.data

    browser.send("/aanmelden/tweede-stap/instellen", status=422, code="000000 ")
    page = browser.send("/aanmelden/tweede-stap/instellen", status=200, code=pyotp.TOTP(secret).now())

    codes = ["".join(code.itertext()) for code in page.all("code")]
    assert len(codes) == 10
    assert browser.get(TO_ACCOUNTS).heading == "Accounts"
    db.refresh(moderator)
    assert second_factor.spend(db, vault, moderator, codes[3], at=utc_now())
    assert db.scalars(select(LogEntry.act)).all() == ["second-factor.set"]
    assert not second_factor.spend(db, vault, moderator, pyotp.TOTP(secret).now(), at=utc_now())


def test_who_knows_only_the_password_cannot_replace_the_app(half_in):
    answer = half_in.raw("/aanmelden/tweede-stap/instellen")

    assert answer.headers["Location"].startswith("/aanmelden/tweede-stap?")


def test_residents_have_no_second_step_to_set_up(pages):
    resident = pages.as_(an_account())

    assert resident.raw("/aanmelden/tweede-stap").headers["Location"] == "/mijn"
    resident.get("/aanmelden/tweede-stap/instellen", status=404)


@pytest.mark.parametrize("path", ["/mijn/wachtwoord", "/mijn/e-mailadres"])
def test_a15_staff_without_their_second_step_cannot_change_how_they_sign_in(half_in, path):
    assert half_in.raw(path).headers["Location"].startswith("/aanmelden/tweede-stap?")


def test_a15_granting_a_role_on_an_old_session_asks_for_a_code_first(pages, boss, db):
    ine = an_account()
    browser = pages.as_(boss, fresh=False)
    path = f"/beheer/accounts/{ine.id}/rol"
    assert browser.raw(path).headers["Location"] == f"/aanmelden/bevestig?next={path}"

    page = browser.send(f"/aanmelden/bevestig?next={path}", code=code_at(utc_now()))

    assert page.heading == "Geef een rol"
    assert NOON in db.scalars(select(SignInSession.fresh_at)).all()


def test_a15_staff_with_an_app_cannot_step_up_with_a_password_or_a_mail(pages, boss):
    browser = pages.as_(boss, fresh=False)
    sheet = browser.get("/aanmelden/bevestig")
    fields = {field.get("name") for field in sheet.all("input")}
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")

    assert "password" not in fields
    answer = browser.client.post("/aanmelden/bevestig", data={"csrf_token": token, "password": PASSWORD})
    assert answer.status_code == 422
    answer = browser.client.post("/aanmelden/bevestig/link", data={"csrf_token": token})
    assert answer.headers["Location"].startswith("/aanmelden/bevestig")
