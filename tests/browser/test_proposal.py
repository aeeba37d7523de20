"""The main job, from the idea of a resident to the answer of the city, as people meet it: in a browser."""

import csv
import io
import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity import code_letters, letter_codes, national_number, register_import
from spreekt.identity.accounts import account_of, set_password
from spreekt.identity.models import Account
from spreekt.kernel.actor import SYSTEM, Role
from spreekt.territory.models import Area, Partition
from tests import builders
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.builders import NOON
from tests.live import Platform, Web
from tests.mailbox import eventually

PASSWORD = "zeven fietsen op de brug"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BORN_ON = date(1988, 4, 12)
IN_REGISTER = ("nationaal_nummer", "geboortedatum", "voornaam", "naam", "straat", "huisnummer", "bus", "postcode",
               "deelgemeente", "ingeschreven_sinds")  # fmt: skip
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/aanmelden/link/\S+)")
ASKED = "Zeg erbij wie de kist onderhoudt."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_idea_to_official_answer(city: Platform, web: Web, a_reader: NewReader, scripts: bool) -> None:
    size = (1280, 900) if scripts else (390, 844)
    title = f"Speelkist op het plein {'met' if scripts else 'zonder'} script"
    name = "lotte" if scripts else "bram"
    author = a_reader(scripts=scripts, size=size)
    number = national_number.synthetic(BORN_ON, 999 if scripts else 0).digits

    put_in_register(city, number)
    register(city, author, name=name)
    prove_residency(city, author, number=number, name=name)
    propose(author, title=title)

    moderator = sign_in_as_moderator(city, a_reader(scripts=scripts, size=size), name=f"{name}-moderator")
    ask_for_changes(moderator, title=title)
    mend(author, title=title)
    publish(moderator, title=title)

    with city.building():
        neighbour, service = builders.a_resident(), builders.staff(Role.SERVICE, name="Dienst Groen")
    support(a_reader(neighbour, scripts=scripts, size=size), title=title)
    answer(a_reader(service, scripts=scripts, size=size), title=title)
    author.open("/voorstellen").follow(title, within="main")
    assert "De kist komt er in het voorjaar." in author.text
    assert reads_message(author, title, "antwoord")


def put_in_register(city: Platform, number: str) -> None:
    """The population register of that day holds one invented person."""
    rows = io.StringIO()
    writer = csv.writer(rows, delimiter=";", lineterminator="\n")
    writer.writerow(IN_REGISTER)
    writer.writerow([number, BORN_ON, "Lotte", "Testinck", "Heuleplaats", "7", "", "8501", "Heule", "2015-01-01"])
    with city.sessions() as db:
        areas = {
            area.name: area.id
            for area in db.scalars(select(Area).join(Partition).where(Partition.code == "deelgemeente"))
        }
        reading = register_import.read(
            io.BytesIO(rows.getvalue().encode()), city.vault, areas=areas, reference_on=date(2026, 11, 1)
        )
        assert not reading.faults
        register_import.import_register(db, city.vault, reading, areas=areas, by=SYSTEM, now=NOON)
        db.commit()


def register(city: Platform, author: Reader, *, name: str) -> None:
    author.open("/").follow("Meld je aan").follow("Maak een account", within="main")
    author.fill("Naam", name.capitalize()).fill("E-mailadres", f"{name}@voorbeeld.example").fill("Wachtwoord", PASSWORD)
    author.press("Maak mijn account")
    assert author.heading == "Kijk in je mailbox"
    eventually(lambda: bool(link_in_mail(city, f"{name}@voorbeeld.example")), seconds=60)
    author.open(link_in_mail(city, f"{name}@voorbeeld.example")).press("Bevestig en meld me aan")
    author.open("/mijn")
    assert name.capitalize() in author.text


def link_in_mail(city: Platform, address: str) -> str:
    """The path of the link in the mail to this address; empty while there is none."""
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in outbox(city)]
    return next(
        (found.group(1) for mail in mails if mail["To"] == address and (found := LINK.search(words_of(mail)))), ""
    )


def outbox(city: Platform) -> list[Path]:
    return sorted((city.folder / "outbox").glob("*.eml"))


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return "" if part is None else str(part.get_content())


def prove_residency(city: Platform, author: Reader, *, number: str, name: str) -> None:
    before = len(letters(city))
    author.open("/verblijf").follow("Vraag een brief", within="main")
    author.fill("Je rijksregisternummer", number).fill("Je geboortedatum", BORN_ON.isoformat())
    author.press("Vraag de brief aan")
    eventually(lambda: len(letters(city)) > before, seconds=60)
    author.open("/verblijf/code").fill("De code uit je brief", code_in_letter(city, f"{name}@voorbeeld.example"))
    author.press("Toon dat ik hier woon")
    assert author.heading == "Proficiat, je doet mee"


def letters(city: Platform) -> list[Path]:
    return sorted((city.folder / "letters").rglob("*.pdf"))


def code_in_letter(city: Platform, address: str) -> str:
    """The code as it stands on the paper."""
    with city.sessions() as db:
        letter = code_letters.live_letter(db, known(db, city, address).id)
        assert letter is not None
        return letter_codes.in_groups(code_letters.code_of(city.vault, letter))


def known(db: Session, city: Platform, address: str) -> Account:
    account = account_of(db, city.vault, address)
    assert account is not None
    return account


def propose(author: Reader, *, title: str) -> None:
    author.open("/voorstellen").follow("Doe een voorstel", within="main")
    author.press("Volgende: plaats", status=422)
    author.fill("Hoe heet je voorstel?", title)
    author.fill("Wat wil je, en waarom?", "Een kist vol speelgoed op het plein. Kinderen spelen dan vaker buiten.")
    author.tick("Spelen en sport").press("Volgende: plaats")
    author.tick("Een straat of plein").fill("Welke straat of welk plein?", "Heuleplaats, Heule").press("Volgende: foto")
    author.press("Volgende: nakijken")
    assert "Heuleplaats" in author.text
    author.press("Verstuur")
    assert author.heading == title
    assert "Een moderator kijkt je voorstel na." in author.text


def sign_in_as_moderator(city: Platform, moderator: Reader, *, name: str) -> Reader:
    """Through the real doors: password and a code of the app."""
    with city.building() as db:
        account = builders.a_moderator(name="Mo Derator", email=f"{name}@voorbeeld.example")
        set_password(account, PASSWORD)
        account.sealed_totp = city.vault.seal("totp", SECRET)
        db.commit()
    moderator.open("/aanmelden").fill("E-mailadres", f"{name}@voorbeeld.example").fill("Wachtwoord", PASSWORD)
    moderator.press("Meld je aan")
    assert moderator.heading == "Vul je code in"
    moderator.fill("Code", pyotp.TOTP(SECRET).now()).press("Bevestig de code")
    return moderator


def ask_for_changes(moderator: Reader, *, title: str) -> None:
    moderator.open("/beheer").follow("Moderatie").follow(title, within="main")
    moderator.press("Vraag een aanpassing", status=422)
    moderator.choose("Reden", "Er ontbreekt iets").fill("Uitleg aan de schrijver", ASKED)
    moderator.fill("Aanpassen tegen", "2026-12-01").press("Vraag een aanpassing")


def mend(author: Reader, *, title: str) -> None:
    assert reads_message(author, title, "")
    author.open("/mijn").follow(title, within="main")
    assert ASKED in author.text
    author.follow("Pas aan", within="main")
    author.fill("Wat wil je, en waarom?", "Een kist vol speelgoed op het plein. Het buurtcomité onderhoudt de kist.")
    author.press("Volgende: plaats").press("Volgende: foto").press("Volgende: nakijken").press("Verstuur")
    assert "Een moderator kijkt je voorstel na." in author.text


def publish(moderator: Reader, *, title: str) -> None:
    moderator.open("/moderatie").follow(title, within="main")
    assert "buurtcomité" in moderator.text
    moderator.press("Publiceer")


def support(neighbour: Reader, *, title: str) -> None:
    neighbour.open("/voorstellen").follow(title, within="main").press("Ik steun dit voorstel")
    assert "Jij steunt dit voorstel." in neighbour.text
    neighbour.open("/voorstellen").follow(title, within="main")
    assert "Jij steunt dit voorstel." in neighbour.text


def answer(service: Reader, *, title: str) -> None:
    service.open("/beheer").follow("Antwoorden").follow(title, within="main")
    service.press("Publiceer dit antwoord", status=422)
    service.tick("We doen het").fill("Welke dienst antwoordt?", "Groen en openbaar domein")
    service.fill("Het antwoord", "De kist komt er in het voorjaar. Dank je wel voor het idee.")
    service.press("Publiceer dit antwoord")


def reads_message(reader: Reader, title: str, word: str) -> bool:
    """Whether a message about the proposal comes in the inbox."""

    def came() -> bool:
        reader.open("/mijn/berichten")
        return any(
            title in card and word.lower() in card.lower() for card in reader.page.locator("main li").all_inner_texts()
        )

    eventually(came, seconds=60)
    return True
