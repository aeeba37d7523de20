"""One's own account: devices, password, name and mail address, and what each change ends."""

import pytest

from spreekt.identity.accounts import account_of, hashed, password_fits
from tests.builders import NOON, an_account
from tests.identity.mailbox import link_to, links_to, mails_to, text_of
from tests.pages import Pages

PASSWORD = "drie fietsen op de leie"
NEW = "negen eenden in het park"
HASH = hashed(PASSWORD)
IN = "/mijn/toestellen"


@pytest.fixture
def ine(db):
    return an_account(name="Ine", email="ine@voorbeeld.example", password_hash=HASH)


def is_in(pages):
    return pages.raw(IN).status_code == 200


@pytest.mark.parametrize("path", [IN, "/mijn/wachtwoord", "/mijn/naam", "/mijn/e-mailadres"])
def test_ones_own_account_asks_to_sign_in(pages, path):
    answer = pages.raw(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/aanmelden?next={path}")


def test_a_device_can_be_signed_out_from_another(pages, ine):
    phone, laptop = pages.as_(ine), pages.as_(ine)

    page = phone.send(IN, toestel=_other_handle(phone))

    assert is_in(phone)
    assert not is_in(laptop)
    assert page.text.count("Aangemeld op") == 1


def _other_handle(pages):
    sheet = pages.get(IN)
    return next(field.get("value") for field in sheet.all("input") if field.get("name") == "toestel")


def test_nobody_signs_out_a_device_of_somebody_else(pages, ine):
    mine, second, other = pages.as_(ine), pages.as_(ine), pages.as_(an_account())
    theirs = _other_handle(mine)
    sheet = other.get(IN)
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")

    answer = other.client.post(IN, data={"csrf_token": token, "toestel": theirs})

    assert answer.status_code == 404
    assert is_in(mine)
    assert is_in(second)


def test_a07_signing_out_everywhere_ends_every_session(pages, ine):
    phone, laptop = pages.as_(ine), pages.as_(ine)
    sheet = phone.get(IN)
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")

    answer = phone.client.post(f"{IN}/overal", data={"csrf_token": token})

    assert answer.headers["Location"] == "/aanmelden"
    assert not is_in(phone)
    assert not is_in(laptop)


def test_a07_a_new_password_ends_all_other_sessions_and_is_told_by_mail(pages, app, ine, db):
    phone, laptop = pages.as_(ine), pages.as_(ine)
    before = phone.client.get_cookie("spreekt").value

    page = phone.send("/mijn/wachtwoord", password=NEW)

    assert page.heading == "Je wachtwoord is bewaard"
    assert is_in(phone)
    assert phone.client.get_cookie("spreekt").value != before
    assert not is_in(laptop)
    db.refresh(ine)
    assert password_fits(ine, NEW)
    assert not password_fits(ine, PASSWORD)
    (mail,) = mails_to(app, "ine@voorbeeld.example")
    assert "Het wachtwoord van je account is veranderd." in text_of(mail)
    assert NEW not in text_of(mail)


def test_a04_a_link_of_before_a_new_password_is_dead(pages, app, ine):
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    path = link_to(app, "ine@voorbeeld.example")

    pages.as_(ine).send("/mijn/wachtwoord", password=NEW)

    pages.get(path, status=400)


@pytest.mark.parametrize("password", ["kort", "kortrijk2026", "a" * 201])
def test_a_weak_password_changes_nothing(pages, ine, db, password):
    phone, laptop = pages.as_(ine), pages.as_(ine)

    phone.send("/mijn/wachtwoord", status=422, password=password)

    db.refresh(ine)
    assert password_fits(ine, PASSWORD)
    assert is_in(laptop)


@pytest.mark.parametrize("path", ["/mijn/wachtwoord", "/mijn/e-mailadres"])
def test_a15_an_old_session_first_confirms_who_it_is(pages, ine, path):
    old = pages.as_(ine, fresh=False)
    assert old.raw(path).headers["Location"] == f"/aanmelden/bevestig?next={path}"
    old.send("/aanmelden/bevestig", status=422, password="dit is het zeker niet")
    assert old.raw(path).status_code == 303

    page = old.send(f"/aanmelden/bevestig?next={path}", password=PASSWORD)

    assert page.response.request.path == path


def test_a15_who_has_no_password_confirms_with_a_link(pages, app, db):
    an_account(email="wim@voorbeeld.example")
    wim = account_of(db, app.extensions["spreekt"].vault, "wim@voorbeeld.example")
    old = pages.as_(wim, fresh=False)
    sheet = old.get("/aanmelden/bevestig?next=/mijn/wachtwoord")
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")
    old.client.post("/aanmelden/bevestig/link?next=/mijn/wachtwoord", data={"csrf_token": token})

    page = old.send(link_to(app, "wim@voorbeeld.example"))

    assert page.heading == "Kies een wachtwoord"


def test_a_name_changes_and_its_flags_are_kept(pages, ine, db):
    page = pages.as_(ine).send("/mijn/naam", name="  Ine   Vеrmeersch ")

    assert "Je naam is bewaard." in page
    db.refresh(ine)
    assert (ine.display_name, ine.name_flags) == ("Ine Vеrmeersch", "mixed-script")


@pytest.mark.parametrize("name", ["", "Moderator", "St4d", "https://koop.example", "\N{ZERO WIDTH SPACE}"])
def test_a_name_that_misleads_or_says_nothing_is_refused(pages, ine, db, name):
    pages.as_(ine).send("/mijn/naam", status=422, name=name)

    db.refresh(ine)
    assert ine.display_name == "Ine"


def test_an_address_moves_when_the_new_mailbox_says_so_and_the_old_one_hears_of_it(pages, app, ine, db, vault):
    pages.as_(ine).send("/mijn/e-mailadres", email="nieuw@voorbeeld.example")
    path = link_to(app, "nieuw@voorbeeld.example")
    assert account_of(db, vault, "nieuw@voorbeeld.example") is None

    page = pages.send(path)

    assert page.heading == "Je e-mailadres is veranderd"
    assert account_of(db, vault, "nieuw@voorbeeld.example") == ine
    assert account_of(db, vault, "ine@voorbeeld.example") is None
    (old,) = mails_to(app, "ine@voorbeeld.example")
    assert "is veranderd" in text_of(old)
    assert "nieuw@" not in old.as_string()
    assert not is_in(pages)
    pages.get(path, status=400)


def test_a_link_to_the_old_mailbox_is_dead_after_the_move(pages, app, ine):
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    older = link_to(app, "ine@voorbeeld.example")
    pages.as_(ine).send("/mijn/e-mailadres", email="nieuw@voorbeeld.example")

    pages.send(link_to(app, "nieuw@voorbeeld.example"))

    pages.get(older, status=400)


def test_a01_moving_to_an_address_with_an_account_looks_the_same_and_does_nothing(pages, app, ine, db, vault):
    other = an_account(email="bezet@voorbeeld.example")

    page = pages.as_(ine).send("/mijn/e-mailadres", email="bezet@voorbeeld.example")

    assert page.heading == "Kijk in je mailbox"
    assert links_to(app, "bezet@voorbeeld.example") == []
    assert account_of(db, vault, "bezet@voorbeeld.example") == other


def test_an_address_that_got_an_account_meanwhile_is_not_taken_over(pages, app, ine, db, vault):
    pages.as_(ine).send("/mijn/e-mailadres", email="nieuw@voorbeeld.example")
    path = link_to(app, "nieuw@voorbeeld.example")
    other = an_account(email="nieuw@voorbeeld.example")

    pages.send(path, status=400)

    assert account_of(db, vault, "nieuw@voorbeeld.example") == other
    assert account_of(db, vault, "ine@voorbeeld.example") == ine


def test_ones_own_address_is_not_a_new_one(pages, ine):
    page = pages.as_(ine).send("/mijn/e-mailadres", status=422, email="INE@voorbeeld.example")

    assert "Dit is je adres al." in page


def test_an_account_that_is_switched_off_is_signed_out_at_once(pages, ine, db):
    phone = pages.as_(ine)
    ine.disabled_at = NOON
    db.commit()

    assert not is_in(phone)


def test_the_pages_of_ones_own_account_ask_little_of_the_database(app, ine, pages, connection):
    from tests.identity.test_views import statements

    phone: Pages = pages.as_(ine)
    for path in (IN, "/mijn/wachtwoord", "/mijn/naam", "/mijn/e-mailadres"):
        with statements(connection) as seen:
            phone.get(path)
        assert len([statement for statement in seen if "SAVEPOINT" not in statement]) <= 6
