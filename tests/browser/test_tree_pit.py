"""A tree pit from the list to the next adopter, as people meet it: by keyboard, by a school, lapsed, passed on."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.places import Point
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState
from spreekt.modules.boomspiegel.models import Light
from spreekt.modules.boomspiegel.tree_file import TreeEntry
from spreekt.modules.boomspiegel.tree_import import import_trees
from tests import builders
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.builders import NOON
from tests.live import Platform, Web
from tests.mailbox import eventually

PLACE = "Houtmarkt 3"


def plant(city: Platform, code: str, place: str) -> None:
    """One tree more in the city's file."""
    tree = TreeEntry(
        line=2, code=code, species="Amberboom", latin="Liquidambar styraciflua", length_cm=100, width_cm=140,
        light=Light.SUN, near_junction=False, place=place, point=Point(50.8285, 3.2660), state=None, reason="",
        until=None,
    )  # fmt: skip
    with city.sessions() as db:
        import_trees(db, [tree], by=SYSTEM, now=NOON - timedelta(days=60), vanishing_is_right=True)
        db.commit()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_list_to_the_next_in_line(
    city: Platform, web: Web, a_reader: NewReader, scripts: bool, tmp_path: Path
) -> None:
    code = f"BS-{'0052' if scripts else '0053'}"
    plant(city, code, PLACE)
    size = (1280, 900) if scripts else (390, 844)
    with city.building():
        school, neighbour = builders.a_resident(name="Juf Lotte"), builders.a_resident(name="Bram")
        green = builders.staff(Role.SERVICE, name="Net en Groen")
        clerk = builders.staff(Role.PUBLISHER, name="Secretariaat")
    teacher = a_reader(school, scripts=scripts, size=size)

    find_by_keyboard(teacher)
    adopt(teacher, group="Basisschool De Amberboom")
    waits = a_reader(neighbour, scripts=scripts, size=size)
    waits.open(f"/boomspiegels/{code}").follow("Zet me op de wachtlijst", within="main")
    fill_in(waits, group="")
    assert "Je bent nummer 1." in waits.text

    service = a_reader(green, scripts=scripts, size=size)
    case = advise(service)
    approve(a_reader(clerk, scripts=scripts, size=size), case)
    print_agreement(city, teacher, school.id, tmp_path)
    hang_box(service, case)
    care_for(teacher)
    lapse(city, service, case)

    eventually(lambda: reads_offer(waits), seconds=60)
    waits.open("/mijn").follow(f"Boomspiegel {PLACE}", within="main").press("Ja, ik wil deze plek nog")
    assert "Bij Net en Groen voor advies" in waits.text
    public = a_reader(scripts=scripts, size=size).open(f"/boomspiegels/{code}")
    assert "In aanvraag" in public.text
    assert "Lotte" not in public.text
    assert "Amberboom," not in public.text


def find_by_keyboard(reader: Reader) -> None:
    """From the list to the first question without a mouse."""
    reader.open("/boomspiegels?q=houtmarkt")
    page = reader.page
    for words in (PLACE, "Ik wil deze boomspiegel verzorgen"):
        link = page.locator("main").get_by_role("link", name=words).first
        for _tab in range(80):
            page.keyboard.press("Tab")
            if link.evaluate("link => link === document.activeElement"):
                break
        with reader.expecting(200), page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")


def adopt(reader: Reader, *, group: str) -> None:
    assert reader.heading == "Ik wil zorgen voor een boomspiegel"
    fill_in(reader, group=group)
    assert "Bij Net en Groen voor advies" in reader.text


def fill_in(reader: Reader, *, group: str) -> None:
    """Every question of a request, with one forbidden plant on the way."""
    reader.press("Begin mijn aanvraag").press("Volgende: waar", status=422)
    reader.tick("Een school" if group else "Ik alleen")
    if group:
        reader.fill("Naam van de school of het comité", group)
    reader.press("Volgende: waar").tick("Dicht bij onze school of vereniging" if group else "Dicht bij waar ik woon")
    reader.press("Volgende: planten")
    reader.tick("Lavendel").fill("Vertel wat je wil planten", "Lavendel, en klimop tegen de stam.")
    reader.press("Volgende: afspraken", status=422)
    assert "Klimop (klimplant)" in reader.text
    reader.fill("Vertel wat je wil planten", "Lavendel langs de rand.").press("Volgende: afspraken")
    for box in reader.page.locator("main input[type=checkbox]").all():
        box.check()
    reader.press("Volgende: foto").press("Volgende: nakijken")
    assert "Lavendel" in reader.text
    reader.press("Verstuur aanvraag")


def advise(service: Reader) -> str:
    """The green service says yes; gives the address of the case."""
    service.open("/beheer").follow("Aanvragen voor advies", within="main").follow(PLACE, within="main")
    service.tick("Gunstig met voorwaarden").fill("Uitleg aan de aanvrager", "Hou 20 cm rond de stam vrij.")
    service.press("Geef advies")
    return service.page.url.removeprefix(service.address)


def approve(clerk: Reader, case: str) -> None:
    clerk.open("/beheer").follow("Aanvragen voor het college", within="main").follow(PLACE, within="main")
    clerk.press("Goedgekeurd", status=422)
    clerk.fill("Beslist door het college op", NOON.date().isoformat())
    clerk.fill("Adres van het besluit", "https://besluiten.example/2026/118").press("Goedgekeurd")
    assert "Geadopteerd" in clerk.text
    assert case in clerk.page.url


def print_agreement(city: Platform, teacher: Reader, account_id: int, folder: Path) -> None:
    """The agreement is a PDF that belongs to the adopter."""
    with city.sessions() as db:
        id = db.scalars(
            select(Adoption.id).where(Adoption.account_id == account_id, Adoption.state == AdoptionState.ACTIVE)
        ).one()
    teacher.open(f"/mijn/boomspiegels/{id}")
    answer = teacher.context.request.get(f"{teacher.address}/mijn/boomspiegels/{id}/overeenkomst.pdf")
    (folder / "overeenkomst.pdf").write_bytes(answer.body())
    assert answer.body().startswith(b"%PDF")


def hang_box(service: Reader, case: str) -> None:
    service.open(case).press("Het vogelkastje hangt")
    assert "Het vogelkastje hangt" in service.text
    service.open("/beheer/boomspiegels/route")
    assert PLACE in service.text


def care_for(teacher: Reader) -> None:
    teacher.follow("Schrijf op wat je deed", within="main").tick("Water gegeven")
    teacher.press("Bewaar in mijn logboek", status=422).fill("Hoeveel liter water?", "20")
    teacher.press("Bewaar in mijn logboek")
    assert "20" in teacher.text


def lapse(city: Platform, service: Reader, case: str) -> None:
    """A visit, a warning, and after its term a person who ends it."""
    service.open(case).press("Plan een bezoek")
    service.fill("Uitleg aan de aanvrager", "Er staat hoog onkruid.").press("Verwittig")
    service.press("Beëindig: de termijn is om", status=422)
    with city.sessions() as db:
        adoption = db.get_one(Adoption, int(case.rpartition("/")[2]))
        adoption.warning_until = NOON.date() - timedelta(days=1)
        db.commit()
    service.open(case).press("Beëindig: de termijn is om")
    assert "Vervallen" in service.text


def reads_offer(reader: Reader) -> bool:
    reader.open("/mijn/berichten")
    return "De boomspiegel waar je op wacht, is vrij" in reader.text
