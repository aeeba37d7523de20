"""Counting officers in a real browser: a key made, printed, typed back and given after the close; then a count."""

import os
import re
from datetime import timedelta
from pathlib import Path

from nacl.public import PrivateKey
from sqlalchemy import select

from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers import domain as officers
from spreekt.modules.burgerbudget.officers.keys import MistypedCard, card_rows, card_text, secret_on_card
from spreekt.modules.burgerbudget.queries import officers_of
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.game import ticked
from tests import builders
from tests.browser.conftest import NewReader, address_of
from tests.browser.reader import Reader
from tests.builders import DAY, NOON
from tests.live import Platform, Web

PHONE = (390, 844)
OPENS_AT, CLOSES_AT = NOON + DAY, NOON + 2 * DAY
AFTER = CLOSES_AT + timedelta(hours=1)


def own(slug: str) -> str:
    return f"/beheer/rondes/{slug}/mijn-sleutel"


def picture(reader: Reader, name: str) -> None:
    if shots := os.environ.get("SHOTS"):
        reader.picture(Path(shots) / f"{name}.png")


def a_coming_round(city: Platform, slug: str) -> tuple[str, list[Account]]:
    """A round that opens tomorrow, with two projects; the accounts are an administrator and three colleagues."""
    with city.building() as db:
        round = builders.a_round(
            slug=slug, title=f"Burgerbudget {slug}", opens_at=OPENS_AT, closes_at=CLOSES_AT, publishes_at=AFTER,
            ballot_keys="",
        )  # fmt: skip
        for code in ("p1", "p2"):
            builders.a_project(round, code, title=f"Plan {code}", cost_cents=700_000)
        roles = {Role.ADMIN: "Bea Beheer", Role.DESK: "Lou Loket", Role.AUDITOR: "Ona Oog", Role.PUBLISHER: "Pia Pers"}
        people = [builders.staff(role, name=f"{name} {slug}") for role, name in roles.items()]
        db.commit()
    return slug, people


def appointed(city: Platform, slug: str, admin: Account, *people: Account) -> None:
    """These two open the box together."""
    with city.building() as db:
        round = db.scalars(select(Round).where(Round.slug == slug)).one()
        chosen = [db.get_one(Account, account.id) for account in people]
        officers.appoint(db, Clock(fixed=NOON), round, chosen, needed=2, by=builders.acting(admin))
        db.commit()


def make_card(officer: Reader, slug: str) -> list[str]:
    """Make a key and copy the card; gives its rows."""
    officer.open(own(slug))
    assert not officer.page.get_by_text("Hier kan je geen sleutel maken.").is_visible()
    officer.button("Maak mijn sleutel").click()
    officer.page.get_by_role("heading", level=2, name="Jouw sleutel van de stembus").wait_for()
    officer.look()
    rows = officer.page.locator("[data-row]").all_inner_texts()
    officer.button("Ga verder").click()
    assert "vink het aan" in officer.page.locator("[data-fault]").inner_text()
    return rows


def prove_from_paper(officer: Reader, rows: list[str]) -> None:
    """A typing error first, then as it stands on the card."""
    requests: list[str] = []
    officer.page.on("request", lambda request: requests.append(request.post_data or ""))
    officer.fill("De vier rijen van je kaart", "\n".join([rows[0], rows[1][:-1] + "U", *rows[2:]]))
    officer.button("Kijk mijn sleutel na").click()
    officer.page.get_by_text("Rij 2 klopt niet.").wait_for()
    assert requests == []
    officer.fill("De vier rijen van je kaart", "\n".join(rows).lower())
    officer.press("Kijk mijn sleutel na")
    assert "Je sleutel is klaar." in officer.text
    sent = " ".join(requests).replace("+", "").upper()
    assert not any(re.sub(" ", "", row) in sent or row in sent for row in rows)


def test_officers_make_prove_and_give_keys_and_the_box_opens(
    city: Platform, web: Web, a_reader: NewReader, tmp_path: Path
) -> None:
    slug, (admin, desk, auditor, publisher) = a_coming_round(city, "sleutels")
    clerk = a_reader(admin).open("/beheer")
    clerk.follow("tellers niet klaar", within="main")
    for person in (desk, auditor, publisher):
        clerk.tick(person.display_name)
    picture(clerk, "tellers-kiezen")
    clerk.choose("Hoeveel tellers openen samen de stembus?", "2").press("Stel deze tellers aan")
    picture(clerk, "tellers-wachten")

    one, two = a_reader(desk, size=PHONE), a_reader(auditor)
    picture(one.open(own(slug)), "sleutel-maken")
    rows = make_card(one, slug)
    picture(one, "sleutel-kaart")
    printed(one, rows)
    one.page.get_by_label("Mijn kaart is geprint of overgeschreven").check()
    one.press("Ga verder")
    picture(one, "sleutel-nakijken")
    prove_from_paper(one, rows)
    picture(one, "sleutel-bewaren")
    file = key_in_a_file(two, slug, tmp_path)
    at_the_command_line(city, slug, publisher)
    assert "De stembus is klaar." in clerk.open(f"/beheer/rondes/{slug}/tellers").text

    cast_some(city, slug)
    later = city.serve(at=AFTER)
    try:
        at = {"at": AFTER, "address": address_of(later)}
        counter = a_reader(publisher, **at).open(f"/beheer/rondes/{slug}/publiceer")
        assert counter.button("Tel de stemmen").count() == 0
        picture(counter, "publiceer-wacht")
        give_typed(a_reader(desk, size=PHONE, **at), slug, rows)
        give_file(a_reader(auditor, scripts=False, **at), slug, file)
        counter.open(f"/beheer/rondes/{slug}/publiceer").press("Tel de stemmen")
        picture(counter, "publiceer-geteld")
        assert "Jij telde." in counter.text
        assert "Plan p1" in counter.text
    finally:
        later.server.kill()


def printed(officer: Reader, rows: list[str]) -> None:
    """On paper there is the card and nothing that can be clicked."""
    officer.page.emulate_media(media="print")
    picture(officer, "sleutel-papier")
    paper = officer.page.locator("body").inner_text()
    assert all(row in paper for row in rows)
    assert not any(words in paper for words in ("Ga verder", "Print deze kaart", "Mijn kaart is geprint", "Hulp nodig"))
    officer.page.emulate_media(media="screen")


def key_in_a_file(officer: Reader, slug: str, folder: Path) -> Path:
    """Keep the card as a file too, and prove the key with it."""
    make_card(officer, slug)
    picture(officer, "sleutel-kaart-breed")
    with officer.page.expect_download() as coming:
        officer.button("Bewaar ze ook als bestand").click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    officer.page.get_by_label("Mijn kaart is geprint of overgeschreven").check()
    officer.press("Ga verder")
    other = folder / "andere.txt"
    other.write_text("\n".join(card_rows(b"\7" * 32)))
    officer.page.get_by_label("Of kies je bestand").set_input_files(other)
    officer.button("Kijk mijn sleutel na").click()
    officer.page.get_by_text("Dit is een andere sleutel dan die van deze ronde.").wait_for()
    officer.page.get_by_label("Of kies je bestand").set_input_files(file)
    officer.press("Kijk mijn sleutel na")
    assert "Je sleutel is klaar." in officer.text
    return file


def at_the_command_line(city: Platform, slug: str, account: Account) -> None:
    """The third officer uses no browser."""
    key = PrivateKey.generate()
    public = bytes(key.public_key).hex()
    with city.building() as db:
        round, who = db.scalars(select(Round).where(Round.slug == slug)).one(), builders.acting(account)
        officers.register_key(db, Clock(fixed=NOON), round, public, by=who)
        asked = officers.challenge(city.vault, officers.seat_of(db, round, by=who))
        officers.prove(
            db, city.vault, Clock(fixed=NOON), round, officers.answer(key, asked, public), by=builders.acting(account)
        )
        db.commit()


def cast_some(city: Platform, slug: str) -> None:
    with city.building() as db:
        round = db.scalars(select(Round).where(Round.slug == slug)).one()
        for choice in (["p1"], ["p1", "p2"], ["p1"]):
            voter = builders.acting(builders.a_resident())
            ballots.cast(db, city.vault, Clock(fixed=OPENS_AT), round, ticked(choice), by=voter)
        db.commit()


def give_typed(officer: Reader, slug: str, rows: list[str]) -> None:
    officer.open("/beheer").follow("sleutels te geven", within="main")
    officer.fill("De vier rijen van je kaart", "\n".join([*rows[:3], rows[0]]))
    officer.button("Geef mijn sleutel").click()
    officer.page.get_by_text("Rij 4 klopt niet.").wait_for()
    picture(officer, "sleutel-geven")
    officer.fill("De vier rijen van je kaart", "\n".join(rows))
    officer.press("Geef mijn sleutel")
    assert "Er zijn 1 van de 2 sleutels." in officer.text


def give_file(officer: Reader, slug: str, file: Path) -> None:
    officer.open(own(slug))
    officer.page.get_by_label("Of kies je bestand").set_input_files(file)
    officer.press("Geef mijn sleutel")
    assert "Wie uitslagen publiceert, kan nu tellen." in officer.text


def test_without_scripts_the_page_shows_the_command(city: Platform, web: Web, a_reader: NewReader) -> None:
    slug, (admin, desk, auditor, _publisher) = a_coming_round(city, "zonder")
    appointed(city, slug, admin, desk, auditor)
    officer = a_reader(desk, scripts=False, size=PHONE).open(own(slug))
    assert "Hier kan je geen sleutel maken." in officer.text
    assert officer.button("Maak mijn sleutel").count() == 0
    picture(officer, "sleutel-zonder")
    officer.fill("Openbare sleutel", bytes(PrivateKey.generate().public_key).hex()).press("Bewaar de openbare sleutel")

    assert "spreekt budget officer prove --challenge" in officer.text
    with city.sessions() as db:
        round = db.scalars(select(Round).where(Round.slug == slug)).one()
        assert officers_of(db, round.id)[0].public_key


def test_a_browser_without_these_keys_says_so(city: Platform, web: Web, a_reader: NewReader) -> None:
    slug, (admin, desk, auditor, _publisher) = a_coming_round(city, "ouder")
    appointed(city, slug, admin, desk, auditor)
    officer = a_reader(desk)
    officer.page.add_init_script(
        "const real = crypto.subtle.importKey.bind(crypto.subtle);"
        "crypto.subtle.importKey = (format, key, how, ...rest) => how.name !== 'X25519'"
        " ? real(format, key, how, ...rest) : Promise.reject(new DOMException('no'));"
    )
    officer.open(own(slug))

    assert officer.page.get_by_text("Hier kan je geen sleutel maken.").is_visible()
    assert not officer.page.get_by_role("button", name="Maak mijn sleutel").is_visible()


CARDS = [
    "", "geen sleutel", "Z" * 64, "\n".join(card_rows(b"\1" * 32)[:3]), "".join(card_rows(b"\1" * 32)), "0" * 64,
    "\n".join(card_rows(b"\1" * 32)).lower().replace("0", "o").replace("1", "l"), card_text(b"\2" * 32),
    card_text(b"\2" * 32).replace("Rij 3:", "rij 3"), card_text(b"\2" * 32).replace(" ", "-"),
    "\r\n\r\n".join(card_rows(b"\3" * 32)[::-1]), card_text(b"\2" * 32).replace("Rij 2", "Raj 2"), "é" * 64,
]  # fmt: skip


def test_the_browser_and_the_command_write_and_read_the_same_cards_and_answer_the_same(
    city: Platform, web: Web, a_reader: NewReader
) -> None:
    page = a_reader().open("/hulp").page
    page.evaluate("async () => { window.keys = await import('/static/js/officer_keys.js'); }")
    for number in range(40):
        secret = bytes((number * 37 + place * 11) % 256 for place in range(32)) if number else bytes(32)
        key, challenger = PrivateKey(secret), PrivateKey(bytes([number + 1]) * 32)
        public, asked = bytes(key.public_key).hex(), bytes(challenger.public_key).hex()
        made = page.evaluate(
            """async ([hex, asked]) => { const secret = keys.fromHex(hex);
            return [await keys.cardRows(secret), await keys.publicKey(secret), await keys.answer(secret, asked)]; }""",
            [secret.hex(), asked],
        )
        assert made == [card_rows(secret), public, officers.answer(challenger, bytes.fromhex(public), public)]
    for text in CARDS:
        read = page.evaluate(
            "(text) => keys.secretOnCard(text).then((secret) => keys.hexOf(secret), (fault) => fault.row)", text
        )
        assert read == read_here(text), text


def read_here(text: str) -> str | int:
    """The key in hexadecimal, or the row that is wrong."""
    try:
        return secret_on_card(text).hex()
    except MistypedCard as mistyped:
        return mistyped.row
