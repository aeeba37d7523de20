"""A play street in a browser: advised against, changed, surveyed by code and on paper, granted, held, evaluated."""

import re

from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.modules.gezellige_wijk import advice, stewards, surveys
from spreekt.modules.gezellige_wijk.case_models import Advice
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import Steward
from spreekt.territory.models import Address, Street
from tests import builders
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.live import Platform
from tests.moderation.test_pictures import a_photo

HOUSES = 3


def test_a_play_street_from_question_to_calendar(city: Platform, a_reader: NewReader) -> None:
    with city.building() as db:
        account = builders.an_account(name="Lotte Maes")
        worker, adviser = builders.staff(Role.AREA_WORKER), builders.staff(Role.ADVISER)
        street = db.scalars(select(Street).where(Street.name == "Iepersestraat")).one()
        houses = [Address(street_id=street.id, house_number=str(n), postcode="8500") for n in range(1, HOUSES + 1)]
        db.add_all(houses)
        db.commit()
        addresses = [house.id for house in houses]
    organiser, visitor = a_reader(account), a_reader()

    ask(organiser)
    confirm_as_steward(city, visitor)
    case = organiser.page.url.partition("/gezellige-wijk")[1] + organiser.page.url.partition("/gezellige-wijk")[2]
    number = case.rpartition("/")[2]
    area_worker = a_reader(worker).open("/beheer").follow("Straten")
    area_worker.follow("Speelstraat in de Iepersestraat", within="main").follow("Vraag advies").press("Vraag advies")
    mobility = a_reader(adviser)
    advise_against(mobility)
    area_worker.open(case).follow("Vraag een aanpassing").fill("Waarom?", "Laat vier meter vrij voor de brandweer.")
    area_worker.press("Vraag een aanpassing")
    change(organiser, case)
    area_worker.open(case).follow("Vraag advies").press("Vraag advies")
    advise(city, visitor, mobility)
    area_worker.open(case).follow("Start de bevraging").press("Start de bevraging")
    answer_by_code(city, visitor, int(number), addresses[:2])
    organiser.open(case).follow("Kreeg je antwoorden op papier? Stuur een scan")
    organiser.page.locator("[name=file]").set_input_files(
        {"name": "kaart.png", "mimeType": "image/png", "buffer": a_photo("PNG")}
    )
    organiser.press("Verstuur scan")
    area_worker.open(case).follow("Antwoorden op papier").tick("Niet akkoord")
    area_worker.choose("Welk adres?", "Iepersestraat 3").press("Bewaar dit antwoord")
    area_worker.open(case).follow("Sluit de bevraging").press("Tel de antwoorden", status=422)
    assert "Er wachten nog 1 scans" in area_worker.text
    area_worker.open(case).follow("Antwoorden op papier").press("Alles ingetypt: scan 1 is nagekeken")
    area_worker.open(case).follow("Sluit de bevraging").press("Tel de antwoorden")
    assert "2 van de 3" in organiser.open(case).text
    area_worker.open(case).follow("Leg voor aan het college").press("Leg voor aan het college")
    area_worker.follow("Schrijf de beslissing op").tick("Toegestaan met voorwaarden")
    area_worker.fill("Op welke dag?", "2026-11-20").tick("Ik heb het besluit van het college nagekeken")
    area_worker.press("Schrijf de beslissing op")

    assert "Hou vier meter vrij" in organiser.open(case).text
    for letter in ("beslissing", "burenbrief", "draaiboek"):
        assert organiser.context.request.get(f"{organiser.address}{case}/{letter}.pdf").body().startswith(b"%PDF")
    visitor.open("/gezellige-wijk/kalender?maand=2027-08").follow("Speelstraat in de Iepersestraat", within="main")
    assert "Toegestaan met voorwaarden" in visitor.text
    area_worker.open(case).follow("Alles staat klaar").press("Alles staat klaar")
    area_worker.open(case).follow("Het is voorbij").press("Het is voorbij")
    tell_how_it_was(organiser, case)
    assert "Verslag binnen" in area_worker.open(case).text
    assert "1 van de 1" in area_worker.open("/beheer/wijk").follow("Evaluaties").text


def ask(organiser: Reader) -> None:
    """One question a screen."""
    organiser.open("/gezellige-wijk").follow("Doe een aanvraag").tick("Speelstraat").press("Begin")
    organiser.page.locator("[name=street_1]").fill("Iepersestraat")
    organiser.press("Bewaar en ga verder").press("Bewaar en ga verder", status=422)
    organiser.fill("Eerste dag", "2027-08-14").fill("Van", "14:00").fill("Tot", "19:00").press("Bewaar en ga verder")
    for question, answer in (
        ("closes", "ja"),
        ("speed", "ja"),
        ("residential", "ja"),
        ("through", "nee"),
        ("bus", "nee"),
    ):
        organiser.page.locator(f"[name={question}][value={answer}]").check()
    organiser.press("Bewaar en ga verder").fill("Naam", "Noor Baert").fill("E-mailadres", "noor@voorbeeld.example")
    organiser.press("Voeg toe of ga verder").follow("Iedereen staat erbij: ga verder")
    organiser.fill("Hoeveel mensen verwacht je?", "40").tick("Ja, via de stad")
    for question in ("music", "food"):
        organiser.page.locator(f"[name={question}][value=nee]").check()
    organiser.press("Bewaar en ga verder").press("Bewaar en ga verder").press("Verstuur aanvraag")
    assert "Ingediend" in organiser.text


def confirm_as_steward(city: Platform, visitor: Reader) -> None:
    with city.sessions() as db:
        nonce = db.scalars(select(Steward.nonce)).one()
    visitor.open(f"/gezellige-wijk/meter/{token_of(city.vault, stewards.PURPOSE, nonce)}")
    visitor.tick("Ik ben 18 jaar of ouder").tick("Ik woon in deze straat").press("Ja, ik doe het")


def advise_against(adviser: Reader) -> None:
    adviser.open("/beheer/adviezen").follow("Speelstraat in de Iepersestraat", within="main")
    adviser.page.locator("[name=act][value=negative]").check()
    adviser.fill("Uitleg", "De brandweer kan niet door.").fill("Je naam en dienst", "An, stad").press("Verstuur advies")


def change(organiser: Reader, case: str) -> None:
    """The organiser reads why, changes the plan and sends it again."""
    assert "Laat vier meter vrij" in organiser.open(case).text
    organiser.open(f"{case}/stap/praktisch").fill("Wat gaan jullie doen?", "Krijt en steps, vier meter blijft vrij.")
    organiser.press("Bewaar en ga verder")
    organiser.open(f"{case}/nakijken").press("Verstuur aanvraag")


def tell_how_it_was(organiser: Reader, case: str) -> None:
    """A report for everybody, an evaluation for the city."""
    organiser.open(case).follow("Vertel hoe het was").fill("Hoe was het?", "Dertig kinderen speelden de hele namiddag.")
    organiser.fill("Hoeveel mensen waren er?", "60")
    organiser.page.locator("[name=rating][value='5']").check()
    organiser.press("Verstuur verslag").follow("Evalueer")
    for question in ("asking", "help", "safety", "neighbours"):
        organiser.page.locator(f"[name={question}][value='4']").check()
    organiser.page.locator("[name=again][value=ja]").check()
    organiser.press("Verstuur evaluatie")


def advise(city: Platform, police: Reader, adviser: Reader) -> None:
    with city.sessions() as db:
        nonce = db.scalars(select(Advice.nonce).where(Advice.adviser == "politie", Advice.round == 2)).one()
    police.open(f"/gezellige-wijk/advies/{token_of(city.vault, advice.PURPOSE, nonce)}")
    police.tick("Gunstig met voorwaarden").fill("Voorwaarden (één per regel)", "Hou vier meter vrij")
    police.fill("Je naam en dienst", "Jo, politie").press("Verstuur advies")
    for _one in ("mobiliteit", "jeugd"):
        adviser.open("/beheer/adviezen").follow("Speelstraat in de Iepersestraat", within="main")
        adviser.page.locator("[name=act][value=positive]").check()
        adviser.fill("Je naam en dienst", "An, stad").press("Verstuur advies")


def answer_by_code(city: Platform, visitor: Reader, request_id: int, addresses: list[int]) -> None:
    """Each with the code that stands on the card of their door."""
    for id in addresses:
        with city.sessions() as db:
            survey = surveys.survey_of(db, request_id)
            assert survey is not None
            code = surveys.code_of(city.vault, survey, db.get_one(Address, id))
        visitor.open("/gezellige-wijk/bevraging").fill("Je code", code).press("Ga verder")
        visitor.tick("Ja, wij gaan akkoord").press("Verstuur ons antwoord")
        assert re.search("antwoord telt mee", visitor.text)
