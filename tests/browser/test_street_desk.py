"""Two shorter walks in a browser: a street party that came too late and is paid, and a committee that is founded."""

from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.modules.gezellige_wijk import stewards
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import Steward
from tests import builders
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.live import Platform


def path_of(reader: Reader) -> str:
    return reader.page.url.removeprefix(reader.address).partition("?")[0]


def begin(reader: Reader, kind: str, street: str) -> None:
    reader.open("/gezellige-wijk").follow("Doe een aanvraag").tick(kind).press("Begin")
    reader.page.locator("[name=street_1]").fill(street)
    reader.press("Bewaar en ga verder")


def check(reader: Reader, **answers: str) -> None:
    """Choose answers by the name of their question."""
    for question, answer in answers.items():
        reader.page.locator(f"[name={question}][value={answer}]").check()


def test_a_street_party_that_came_too_late_goes_to_the_area_worker_and_its_grant_is_paid(
    city: Platform, a_reader: NewReader
) -> None:
    with city.building():
        account, worker = builders.an_account(name="Bram Claes"), builders.staff(Role.AREA_WORKER)
        money = builders.staff(Role.FINANCE)
    organiser = a_reader(account)

    begin(organiser, "Straatfeest", "Sterrestraat")
    organiser.fill("Eerste dag", "2026-12-05").fill("Van", "14:00").fill("Tot", "20:00").press("Bewaar en ga verder")
    check(organiser, closes="ja", speed="ja", residential="ja", through="nee", bus="nee")
    organiser.press("Bewaar en ga verder").press("Voeg toe of ga verder")
    organiser.fill("Hoeveel mensen verwacht je?", "40").tick("Ja, via de stad")
    check(organiser, music="nee", food="ja")
    organiser.press("Bewaar en ga verder").press("Bewaar en ga verder")
    check(organiser, asks="ja")
    organiser.fill("Op welke rekening?", "BE68 5390 0754 7034").press("Bewaar en ga verder")
    assert "Te laat" in organiser.text
    organiser.press("Verstuur aanvraag")
    assert "De gebiedswerker bekijkt of het nog lukt." in organiser.text
    case = path_of(organiser)

    area_worker = a_reader(worker).open("/beheer/wijk")
    assert "Te laat gevraagd" in area_worker.text
    area_worker.follow("Straatfeest in de Sterrestraat", within="main").follow("Leg voor aan het college")
    area_worker.press("Leg voor aan het college").follow("Schrijf de beslissing op").tick("Toegestaan")
    area_worker.fill("Op welke dag?", "2026-11-20").tick("Ik heb het besluit van het college nagekeken")
    area_worker.press("Schrijf de beslissing op")
    finance = a_reader(money).open("/beheer/toelagen").follow("Straatfeest in de Sterrestraat", within="main")
    finance.press("Toon de rekening")
    assert "BE68" in finance.text
    finance.press("Betaald")

    assert "Er is niets te betalen" in finance.text
    assert "BE68" not in organiser.open(case).text


def test_a_committee_is_founded_and_recognised(city: Platform, a_reader: NewReader) -> None:
    with city.building():
        account, worker = builders.an_account(name="Lies Maes"), builders.staff(Role.AREA_WORKER)
    founder, visitor = a_reader(account), a_reader()

    begin(founder, "Buurtcomité oprichten", "Sterrestraat")
    for name, email in (("Lies Maes", "lies@voorbeeld.example"), ("Tom Baert", "tom@voorbeeld.example")):
        founder.fill("Naam", name).fill("E-mailadres", email).press("Voeg toe of ga verder")
    founder.follow("Iedereen staat erbij: ga verder")
    founder.fill("Hoe heet jullie comité?", "De Sterrestraat straalt")
    founder.fill("Wat willen jullie doen in de buurt?", "Samen koken en spelen.").press("Bewaar en ga verder")
    founder.press("Verstuur aanvraag")
    case = path_of(founder)
    with city.sessions() as db:
        nonces = db.scalars(select(Steward.nonce).where(Steward.name.in_(["Lies Maes", "Tom Baert"]))).all()
    for nonce in nonces:
        visitor.open(f"/gezellige-wijk/meter/{token_of(city.vault, stewards.PURPOSE, nonce)}")
        visitor.tick("Ik ben 18 jaar of ouder").tick("Ik woon in deze buurt").press("Ja, ik doe het")
    area_worker = a_reader(worker).open(case).follow("Leg voor aan het college").press("Leg voor aan het college")
    area_worker.follow("Schrijf de beslissing op").tick("Toegestaan").fill("Op welke dag?", "2026-11-20")
    area_worker.tick("Ik heb het besluit van het college nagekeken").press("Schrijf de beslissing op")
    area_worker.follow("Naar de pagina van het comité")

    assert "Erkend" in area_worker.text
    visitor.open("/gezellige-wijk/comites").follow("De Sterrestraat straalt", within="main")
    assert "Sterrestraat" in visitor.text
    assert "Lies Maes" not in visitor.text
