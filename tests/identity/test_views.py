"""Registering, signing in and signing out, as somebody in a browser and as somebody who tries the doors."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from spreekt.identity.accounts import hashed, password_fits
from spreekt.identity.models import Account, AttemptCounter, SignInSession
from spreekt.identity.sessions import hash_of
from spreekt.kernel.clock import Clock
from tests.builders import NOON, an_account
from tests.identity.mailbox import delivered, link_to, links_to, mails_to, text_of
from tests.pages import Pages

PASSWORD = "drie fietsen op de leie"
HASH = hashed(PASSWORD)
WRONG = "vier fietsen op de leie"
IN = "/mijn/toestellen"


def with_password(**fields):
    return an_account(password_hash=HASH, **fields)


def cookie(pages):
    found = pages.client.get_cookie("spreekt")
    return found.value if found else ""


def press(pages, path):
    """Press the button behind a link, without looking at where it leads."""
    sheet = pages.get(path)
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")
    return pages.client.post(path, data={"csrf_token": token})


def is_in(pages):
    return pages.raw(IN).status_code == 200


def test_somebody_registers_and_is_in_with_the_link_of_the_mail(pages, app):
    after = pages.send(f"/registreren?next={IN}", name="Ine", email="ine@voorbeeld.example", password=PASSWORD)
    assert after.heading == "Kijk in je mailbox"

    page = pages.send(link_to(app, "ine@voorbeeld.example"))

    assert page.heading == "Mijn toestellen"


def test_who_registers_without_a_password_signs_in_with_a_link(pages, app, db):
    pages.send("/registreren", name="Ine", email="ine@voorbeeld.example")
    press(pages, link_to(app, "ine@voorbeeld.example"))
    pages.send("/afmelden")

    pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example")
    second = links_to(app, "ine@voorbeeld.example")[0]

    assert pages.db.scalars(select(Account).where(Account.display_name == "Ine")).one().password_hash == ""
    assert second.startswith("/aanmelden/link/")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Vul een naam in."),
        ("name", "Stad", "Deze naam lijkt op die van de stad."),
        ("name", "www.koop.example", "Een naam is geen adres."),
        ("email", "ine", "Dit lijkt geen e-mailadres."),
        ("email", "ine@voorbeeld.example\nBcc: x@y.example", "Dit lijkt geen e-mailadres."),
        ("password", "kort", "minstens 10 tekens"),
        ("password", "Wachtwoord2026!", "raden anderen makkelijk"),
    ],
)
def test_a_registration_says_what_to_mend(pages, field, value, says):
    answers = {"name": "Ine", "email": "ine@voorbeeld.example", "password": PASSWORD, field: value}

    page = pages.send("/registreren", status=422, **answers)

    assert says in page


def test_flags_of_a_name_are_kept_for_the_moderators(pages, app, db):
    pages.send("/registreren", name="Iнe Vermeersch", email="ine@voorbeeld.example")
    delivered(app)

    account = db.scalars(select(Account).order_by(Account.id.desc())).first()

    assert account.name_flags == "mixed-script"


def test_a01_registering_looks_the_same_for_a_known_and_an_unknown_address(pages, app):
    an_account(email="bekend@voorbeeld.example")

    known = pages.send("/registreren", name="Ine", email="bekend@voorbeeld.example")
    unknown = Pages(app, pages.db).send("/registreren", name="Ine", email="vreemde@voorbeeld.example")

    assert sameness(known) == sameness(unknown)
    assert "er al een" in text_of(mails_to(app, "bekend@voorbeeld.example")[0])
    assert link_to(app, "vreemde@voorbeeld.example")


def test_a01_asking_for_a_link_looks_the_same_for_a_known_and_an_unknown_address(pages, app):
    an_account(email="bekend@voorbeeld.example")

    known = pages.send("/aanmelden", email="bekend@voorbeeld.example")
    unknown = Pages(app, pages.db).send("/aanmelden", email="vreemde@voorbeeld.example")

    assert sameness(known) == sameness(unknown)
    assert link_to(app, "bekend@voorbeeld.example")
    assert "kennen het niet" in text_of(mails_to(app, "vreemde@voorbeeld.example")[0])


def test_a01_a_wrong_password_looks_the_same_for_a_known_and_an_unknown_address(pages, app):
    with_password(email="bekende@voorbeeld.example")
    an_account(email="zonderw@voorbeeld.example")
    addresses = ("bekende@voorbeeld.example", "vreemde@voorbeeld.example", "zonderw@voorbeeld.example")

    answers = [
        Pages(app, pages.db).send("/aanmelden", status=422, email=address, password=WRONG) for address in addresses
    ]

    same = {sameness(page, email=address) for page, address in zip(answers, addresses, strict=True)}
    assert len(same) == 1
    assert len({len(page.html) for page in answers}) == 1


def test_a01_the_page_asks_the_database_the_same_for_any_address(pages, app, connection, db):
    an_account(email="bekend@voorbeeld.example")

    asked = []
    for address in ("bekend@voorbeeld.example", "vreemde@voorbeeld.example"):
        with statements(connection) as seen:
            Pages(app, db).send("/registreren", name="Ine", email=address)
        asked.append(seen)

    assert asked[0] == asked[1]


def sameness(page, email="-"):
    """Everything an onlooker sees of an answer, without what is random or was typed."""
    body = re.sub(r'(name="(?:csrf_token|_once)" value|nonce)="[^"]+"', "", page.html).replace(email, "-")
    headers = tuple(
        sorted((name, value) for name, value in page.response.headers if "nonce" not in value and name != "Set-Cookie")
    )
    return page.status, body, headers


class statements:
    """The SQL that is sent meanwhile, without its values."""

    def __init__(self, engine):
        self.engine, self.seen = engine, []

    def note(self, _connection, _cursor, statement, *_rest):
        self.seen.append(re.sub(r"savepoint_\d+", "savepoint", statement))

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self.seen

    def __exit__(self, *_error):
        event.remove(self.engine, "before_cursor_execute", self.note)


def test_a02_guessing_a_password_is_stopped_and_the_owner_still_gets_in_by_mail(pages, app):
    with_password(email="ine@voorbeeld.example")
    for _guess in range(10):
        pages.send("/aanmelden", status=422, email="ine@voorbeeld.example", password=WRONG)

    stopped = pages.send("/aanmelden", status=429, email="ine@voorbeeld.example", password=PASSWORD)

    assert "minuten" in stopped
    assert int(stopped.response.headers["Retry-After"]) > 0
    owner = Pages(app, pages.db)
    owner.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example")
    assert owner.send(link_to(app, "ine@voorbeeld.example")).heading == "Mijn toestellen"


def test_a02_the_counter_is_in_the_database_and_ends_with_its_window(pages, app, db):
    with_password(email="ine@voorbeeld.example")
    for _guess in range(11):
        pages.client.post("/aanmelden", data=sign_in_form(pages, "ine@voorbeeld.example", WRONG))
    assert max(db.scalars(select(AttemptCounter.count))) == 11

    services = app.extensions["spreekt"]
    object.__setattr__(services, "clock", Clock(fixed=NOON + timedelta(minutes=15)))

    later = pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example", password=PASSWORD)
    assert later.heading == "Mijn toestellen"


def sign_in_form(pages, email, password):
    sheet = pages.get("/aanmelden")
    token = next(field for field in sheet.all("input") if field.get("name") == "csrf_token").get("value")
    return {"csrf_token": token, "email": email, "password": password}


def test_a02_trying_one_password_on_many_accounts_is_stopped_too(pages):
    data = sign_in_form(pages, "", WRONG)

    statuses = [
        pages.client.post("/aanmelden", data=data | {"email": f"iemand{n}@voorbeeld.example"}).status_code
        for n in range(62)
    ]

    assert statuses[:60] == [422] * 60
    assert statuses[60:] == [429, 429]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "10.9.8.{0}"},
        {"X-Real-IP": "10.9.8.{0}"},
        {"Forwarded": "for=10.9.8.{0}"},
        {"X-Forwarded-For": "2001:db8::{0}"},
    ],
)
def test_a03_a_made_up_sender_does_not_lift_the_limit(pages, headers):
    data = sign_in_form(pages, "ine@voorbeeld.example", WRONG)

    statuses = [
        pages.client.post(
            "/aanmelden", data=data, headers={name: value.format(n) for name, value in headers.items()}
        ).status_code
        for n in range(12)
    ]

    assert statuses[-1] == 429


def test_a03_neighbours_in_one_ipv6_network_count_as_one(pages):
    data = sign_in_form(pages, "", WRONG)

    statuses = [
        pages.client.post(
            "/aanmelden",
            data=data | {"email": f"iemand{n}@voorbeeld.example"},
            environ_overrides={"REMOTE_ADDR": f"2001:db8::{n:x}"},
        ).status_code
        for n in range(61)
    ]

    assert statuses[-1] == 429


def test_mails_to_one_address_are_limited(pages):
    for _time in range(5):
        pages.send("/aanmelden", email="ine@voorbeeld.example")

    pages.send("/aanmelden", status=429, email="ine@voorbeeld.example")


def test_a04_a_link_signs_in_once(pages, app):
    an_account(email="ine@voorbeeld.example")
    pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example")
    path = link_to(app, "ine@voorbeeld.example")
    pages.send(path)

    other = Pages(app, pages.db)

    assert other.get(path, status=400).heading == "Deze link werkt niet meer"
    assert not is_in(other)


def test_a04_opening_a_link_without_pressing_does_not_spend_it(pages, app):
    an_account(email="ine@voorbeeld.example")
    pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example")
    path = link_to(app, "ine@voorbeeld.example")

    for _scanner in range(3):
        Pages(app, pages.db).get(path)
    pages.raw(path, method="HEAD")

    assert not is_in(pages)
    assert pages.send(path).heading == "Mijn toestellen"


def test_a04_only_the_newest_link_works(pages, app):
    an_account(email="ine@voorbeeld.example")
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    (older,) = links_to(app, "ine@voorbeeld.example")
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    (newer,) = set(links_to(app, "ine@voorbeeld.example")) - {older}

    pages.get(older, status=400)

    pages.get(newer)


def test_a04_the_mail_goes_out_with_ids_only_in_the_outbox(pages, app, db):
    from spreekt.kernel.outbox import Message

    an_account(email="ine@voorbeeld.example")
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    token = link_to(app, "ine@voorbeeld.example").rpartition("/")[2]

    payloads = str([message.payload for message in db.scalars(select(Message))])

    assert token not in payloads
    assert "voorbeeld.example" not in payloads


def test_a05_an_unconfirmed_account_does_not_get_in_with_its_password(pages, app, db):
    with_password(email="ine@voorbeeld.example", confirmed_at=None)

    pages.send("/aanmelden", status=422, email="ine@voorbeeld.example", password=PASSWORD)

    assert not is_in(pages)


def test_a05_a_disabled_account_gets_no_link_and_no_session(pages, app):
    with_password(email="ine@voorbeeld.example", disabled_at=NOON)

    pages.send("/aanmelden", email="ine@voorbeeld.example")
    pages.send("/aanmelden", status=422, email="ine@voorbeeld.example", password=PASSWORD)
    pages.send("/registreren", name="Ine", email="ine@voorbeeld.example", password=PASSWORD)

    assert links_to(app, "ine@voorbeeld.example") == []
    assert "uitgeschakeld" in text_of(mails_to(app, "ine@voorbeeld.example")[0])
    assert not is_in(pages)


def test_a05_a_link_of_before_the_account_was_disabled_is_dead(pages, app, db):
    ine = an_account(email="ine@voorbeeld.example")
    pages.send("/aanmelden", email="ine@voorbeeld.example")
    path = link_to(app, "ine@voorbeeld.example")
    ine.disabled_at = NOON
    db.commit()

    pages.send(path, status=400)

    assert not is_in(pages)
    assert db.get_one(Account, ine.id).disabled_at == NOON


def test_a05_a_password_typed_by_somebody_else_does_not_come_with_the_mailbox(pages, app, db):
    thief, owner = pages, Pages(app, pages.db)
    thief.send("/registreren", name="Ine", email="ine@voorbeeld.example", password=PASSWORD)

    press(owner, link_to(app, "ine@voorbeeld.example"))

    assert is_in(owner)
    account = db.scalars(select(Account).where(Account.display_name == "Ine")).one()
    assert not password_fits(account, PASSWORD)


def test_a05_registering_again_does_not_change_an_account_that_was_confirmed(pages, app, db):
    ine = with_password(name="Ine", email="ine@voorbeeld.example")

    pages.send("/registreren", name="Boef", email="ine@voorbeeld.example", password=WRONG + "!")
    delivered(app)
    db.refresh(ine)

    assert ine.display_name == "Ine"
    assert password_fits(ine, PASSWORD)


def test_a06_a_chosen_cookie_is_not_taken_and_the_old_one_is_dead(pages, app, db):
    with_password(email="ine@voorbeeld.example")
    pages.client.set_cookie("spreekt", "gekozen-door-een-ander")

    pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example", password=PASSWORD)
    first = cookie(pages)
    assert first != "gekozen-door-een-ander"

    pages.send(f"/aanmelden/bevestig?next={IN}", password=PASSWORD)

    assert cookie(pages) != first
    assert db.get(SignInSession, hash_of(first)) is None


def test_a07_signing_out_ends_the_session_on_the_server(pages, app):
    ine = pages.as_(an_account())
    before = cookie(ine)

    assert ine.get("/afmelden").heading == "Meld je af"
    assert is_in(ine)
    ine.send("/afmelden")

    ine.client.set_cookie("spreekt", before)
    assert not is_in(ine)


def test_a08_the_session_cookie_is_for_the_server_only(pages):
    with_password(email="ine@voorbeeld.example")

    answer = pages.client.post("/aanmelden", data=sign_in_form(pages, "ine@voorbeeld.example", PASSWORD))

    (sent,) = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("spreekt=")]
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    assert "Path=/" in sent
    assert "Domain" not in sent
    assert len(sent) < 4096


@pytest.mark.parametrize("path", ["/aanmelden", "/afmelden", "/registreren"])
def test_a15_no_other_site_can_sign_somebody_in_or_out(pages, path):
    ine = pages.as_(an_account())

    answer = ine.client.post(path, data={"email": "dief@voorbeeld.example", "password": PASSWORD, "name": "Dief"})

    assert answer.status_code == 400
    assert is_in(ine)


@pytest.mark.parametrize(
    "target",
    [
        "//e.example", "/\\e.example", "\\\\e.example", "https:e.example", "https://e.example", "///e.example",
        "/%09/e.example", "/%2f%2fe.example", "/%2fe.example", "/%252fe.example", "javascript:alert(1)", "@e.example",
        "/x\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:a=b", "/%5ce.example", "/\t/e.example", " //e.example", "e.example",
        "/" + "a" * 300,
    ],
)  # fmt: skip
def test_a14_after_signing_in_one_stays_here(pages, target):
    with_password(email="ine@voorbeeld.example")
    data = sign_in_form(pages, "ine@voorbeeld.example", PASSWORD)

    answer = pages.client.post("/aanmelden", query_string={"next": target}, data=data)

    assert answer.headers["Location"] == "/mijn"


def test_a14_a_path_of_ours_is_kept(pages):
    with_password(email="ine@voorbeeld.example")
    target = "/voorstellen?deelgemeente=heule&q=bank%20aan%20de%20leie"

    answer = pages.client.post(
        "/aanmelden", query_string={"next": target}, data=sign_in_form(pages, "ine@voorbeeld.example", PASSWORD)
    )

    assert answer.headers["Location"] == target


def test_nothing_of_a_password_or_a_link_is_kept_with_a_form(pages, app, db):
    from spreekt.kernel.idempotency import SpentKey

    with_password(email="ine@voorbeeld.example")
    pages.send(f"/aanmelden?next={IN}", email="ine@voorbeeld.example", password=PASSWORD)

    assert db.scalars(select(SpentKey)).all() == []
