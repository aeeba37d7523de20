"""Tree pits in the demo city: the city's file, and an adoption in every state, told through the same rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from spreekt.demo.people import actor_of
from spreekt.identity.models import Account
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.places import Point
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import care, deciding, domain, life, places, yearly
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, Adoption, Advice, Nearness
from spreekt.modules.boomspiegel.care_models import Concern, Deed
from spreekt.modules.boomspiegel.domain import Plan
from spreekt.modules.boomspiegel.models import Light, PitState, TreePit
from spreekt.modules.boomspiegel.states import PLACES
from spreekt.modules.boomspiegel.tree_file import TreeEntry
from spreekt.modules.boomspiegel.tree_import import import_trees
from spreekt.territory.models import Street

if TYPE_CHECKING:
    from spreekt.demo.story import Town

U, P = PitState.UNSUITABLE, PitState.PAUSED
TOLD: Final = (
    # code, place, species, latin, length, width, light, state, reason
    ("BS-0001", "Rijselsestraat 61", "Hollandse linde", "Tilia × europaea", 120, 120, "halfschaduw", None, ""),
    ("BS-0002", "Rijselsestraat 75", "Hollandse linde", "Tilia × europaea", 120, 120, "halfschaduw", None, ""),
    ("BS-0013", "Budastraat 12", "Sierpeer 'Chanticleer'", "Pyrus calleryana", 100, 100, "zon", None, ""),
    ("BS-0024", "Zwevegemsestraat 40", "Noorse esdoorn", "Acer platanoides", 90, 150, "zon", U,
     "de rijstrook is te dicht"),
    ("BS-0031", "Sint-Denijsestraat 118", "Haagbeuk", "Carpinus betulus", 150, 150, "schaduw", None, ""),
    ("BS-0040", "Heuleplaats 3", "Gewone plataan", "Platanus × hispanica", 200, 200, "halfschaduw", U,
     "monumentale boom"),
    ("BS-0047", "Moorseelsestraat 22", "Veldesdoorn", "Acer campestre", 120, 120, "zon", None, ""),
    ("BS-0052", "Pastoor Slossestraat 9", "Amberboom", "Liquidambar styraciflua", 100, 140, "zon", None, ""),
    ("BS-0060", "Bissegemplaats 5", "Krentenboompje", "Amelanchier lamarckii", 80, 80, "zon", None, ""),
    ("BS-0066", "Dottenijsestraat 30", "Winterlinde", "Tilia cordata", 150, 150, "halfschaduw", P, "nutswerken"),
    ("BS-0071", "Aalbekeplaats 14", "Zoete kers", "Prunus avium", 120, 120, "zon", None, ""),
    ("BS-0078", "Rollegemplaats 2", "Ginkgo", "Ginkgo biloba", 100, 100, "zon", None, ""),
    ("BS-0083", "Kooigemplaats 1", "Zomereik", "Quercus robur", 250, 250, "halfschaduw", None, ""),
)  # fmt: skip
MORE_TREES: Final = (
    ("Winterlinde", "Tilia cordata"), ("Veldesdoorn", "Acer campestre"), ("Haagbeuk", "Carpinus betulus"),
    ("Sierpeer", "Pyrus calleryana"), ("Krentenboompje", "Amelanchier lamarckii"), ("Zomereik", "Quercus robur"),
    ("Berk", "Betula pendula"), ("Gewone es", "Fraxinus excelsior"),
)  # fmt: skip
MORE = 107
"""Together with the told ones 120."""
COLLEGE = "https://besluiten.kortrijk.example/college"


def tell(town: Town) -> None:
    """The file, then every adoption, oldest first."""
    _plant(town)
    _long_ago(town)
    _busy_now(town)
    _gone(town)


def _plant(town: Town) -> None:
    """Read the city's tree file in, a year ago."""
    streets = {street.name: street for street in town.db.scalars(select(Street).order_by(Street.id))}
    entries = [_entry(town, streets, *row) for row in TOLD]
    names = [name for name, street in streets.items() if street.latitude is not None and street.areas]
    lights = [light.value for light in Light]
    for number in range(MORE):
        species, latin = MORE_TREES[number % len(MORE_TREES)]
        place = f"{names[number % len(names)]} {town.dice.randint(1, 120)}"
        row = (f"BS-{200 + number:04d}", place, species, latin, 120, 120, lights[number % 3], None, "")
        entries.append(_entry(town, streets, *row))
    import_trees(town.db, entries, by=SYSTEM, now=town.now - timedelta(days=500))


def _entry(
    town: Town, streets: dict[str, Street], code: str, place: str, species: str, latin: str, length: int, width: int,
    light: str, state: PitState | None, reason: str,
) -> TreeEntry:  # fmt: skip
    street = streets.get(place.rpartition(" ")[0])
    middle = town.city.map.centre
    if street is not None and street.latitude is not None and street.longitude is not None:
        middle = Point(street.latitude, street.longitude)
    point = Point(middle.latitude + town.dice.uniform(-8e-4, 8e-4), middle.longitude + town.dice.uniform(-8e-4, 8e-4))
    until = (town.now + timedelta(days=157)).date() if state is P else None
    return TreeEntry(
        line=0, code=code, species=species, latin=latin, length_cm=length, width_cm=width, light=Light(light),
        near_junction=code == "BS-0060", place=place, point=point.rounded(6), state=state, reason=reason, until=until,
    )  # fmt: skip


def _pit(town: Town, code: str) -> TreePit:
    return town.db.scalars(select(TreePit).where(TreePit.code == code)).one()


def _ask(
    town: Town, code: str, account: Account, *, days_ago: int, kind: AdopterKind = AdopterKind.PERSON,
    plan: Plan | None = None, name: str = "", first_name: str = "",
) -> Adoption:  # fmt: skip
    """A whole request, sent so many days ago."""
    at, who = town.now - timedelta(days=days_ago), actor_of(town.db, account, is_resident=True)
    adoption = domain.begin(town.db, _pit(town, code), by=who, now=at)
    domain.say_who(adoption, kind, name, by=who)
    domain.say_where(adoption, Nearness.SCHOOL if kind in domain.GROUPS else Nearness.HOME, first_name, by=who)
    low = Plan(("ooievaarsbek", "bosaardbei", "vrouwenmantel"), "Onder de boom, rond de stam blijft het vrij.")
    domain.plan(town.db, adoption, plan or low, by=who)
    domain.accept_rules(town.db, adoption, {rule["code"] for rule in adoption.regulation.rules}, by=who, now=at)
    domain.submit(town.db, adoption, by=who, now=at)
    return adoption


def _approved(
    town: Town, adoption: Adoption, *, days_ago: int, advice: Advice = Advice.POSITIVE, words: str = ""
) -> None:
    at = town.now - timedelta(days=days_ago)
    service, clerk = (actor_of(town.db, town.staff[name]) for name in ("dienst", "publicatie"))
    deciding.advise(town.db, adoption, advice, words, by=service, now=at - timedelta(days=10))
    deciding.approve(town.db, adoption, decided_on=at.astimezone(BRUSSELS).date(),
                     decision_url=f"{COLLEGE}/{at:%Y}/{adoption.id}", by=clerk, now=at)  # fmt: skip


def _hung(town: Town, adoption: Adoption, *, days_ago: int) -> None:
    day = (town.now - timedelta(days=days_ago)).astimezone(BRUSSELS).date()
    care.hang_nest_box(town.db, adoption, done_on=day, by=actor_of(town.db, town.staff["dienst"]), today=day)


def _did(town: Town, adoption: Adoption, deed: Deed, *, days_ago: int, litres: int | None = None) -> None:
    day = (town.now - timedelta(days=days_ago)).astimezone(BRUSSELS).date()
    care.log(town.db, adoption, deed, litres=litres, done_on=day, by=Actor(id=adoption.account_id), today=day)


def _long_ago(town: Town) -> None:
    """Adopted and cared for; by a school; asked again this year; silent, visited, warned, lapsed."""
    people = town.residents
    first = _ask(town, "BS-0001", people[0], days_ago=320, kind=AdopterKind.FAMILY, first_name="Noor")
    _approved(town, first, days_ago=290)
    _hung(town, first, days_ago=280)
    care.join(town.db, first, by=Actor(id=people[3].id), today=(town.now - timedelta(days=200)).date())
    for days_ago, litres in ((150, 30), (120, 40), (95, 20)):
        _did(town, first, Deed.WATERED, days_ago=days_ago, litres=litres)
    _did(town, first, Deed.PLANTED, days_ago=270)
    _did(town, first, Deed.WEEDED, days_ago=20)
    herbs = Plan(("bieslook", "bosaardbei", "lavendel"), "De kinderen van het derde planten mee.")
    school = _ask(town, "BS-0052", people[12], days_ago=200, kind=AdopterKind.SCHOOL, name="Basisschool De Amberboom",
                  plan=herbs)  # fmt: skip
    _approved(town, school, days_ago=170, advice=Advice.WITH_LIMITS, words="Hou 20 cm rond de stam vrij.")
    _hung(town, school, days_ago=150)
    _did(town, school, Deed.WATERED, days_ago=100, litres=60)
    silent = _ask(town, "BS-0031", people[13], days_ago=480)
    _approved(town, silent, days_ago=450)
    _hung(town, silent, days_ago=430)
    for days_ago in (85, 60, 25):
        yearly.sweep(town.db, town.now - timedelta(days=days_ago))
    for code, days_ago, person in (
        ("BS-0200", 300, 14),
        ("BS-0207", 260, 15),
        ("BS-0214", 90, 16),
        ("BS-0221", 420, 17),
    ):
        adopted = _ask(town, code, people[person], days_ago=days_ago)
        _approved(town, adopted, days_ago=days_ago - 30)
        _did(town, adopted, Deed.WATERED, days_ago=days_ago // 3, litres=25)
    _visited(town)


def _visited(town: Town) -> None:
    """One who was warned, one whose time ran out so that the next in line is offered the place, one that was ended."""
    worker = actor_of(town.db, town.staff["gebiedswerker"])
    people = town.residents
    for code, person, days_ago in (("BS-0228", 18, 20), ("BS-0235", 19, 60), ("BS-0242", 20, 40)):
        adoption = _ask(town, code, people[person], days_ago=300)
        _approved(town, adoption, days_ago=280)
        day = (town.now - timedelta(days=days_ago)).astimezone(BRUSSELS).date()
        yearly.plan_visit(town.db, adoption, by=worker, today=day)
        if code == "BS-0242":
            yearly.end_by_city(town.db, adoption, "Er lag een terras van tegels.", by=worker, today=day)
            continue
        yearly.warn(town.db, adoption, "Er staat hoog onkruid tot op het voetpad.", by=worker, today=day)
        if code == "BS-0235":
            _ask(town, code, people[1], days_ago=50)
            _ask(town, code, people[21], days_ago=45)
            yearly.lapse(town.db, adoption, by=worker, today=(town.now - timedelta(days=3)).astimezone(BRUSSELS).date())
    visit = _ask(town, "BS-0249", people[22], days_ago=300)
    _approved(town, visit, days_ago=280)
    yearly.plan_visit(town.db, visit, by=worker, today=(town.now - timedelta(days=4)).astimezone(BRUSSELS).date())


def _busy_now(town: Town) -> None:
    """Requests that wait: for advice, for another plan, for the college; refused; withdrawn; not sent yet."""
    people, service = town.residents, actor_of(town.db, town.staff["dienst"])
    _ask(town, "BS-0013", people[2], days_ago=6)
    _ask(town, "BS-0013", people[4], days_ago=5)
    mend = _ask(town, "BS-0071", people[1], days_ago=15,
                plan=Plan(("sneeuwklokje", "lavendel"), "En klimop tegen de stam.", keeps_words=True))  # fmt: skip
    deciding.ask_changes(town.db, mend, "Sneeuwklokje is licht giftig en klimop mag niet. Kies iets anders.",
                         by=service, now=town.now - timedelta(days=8))  # fmt: skip
    college = _ask(town, "BS-0256", people[23], days_ago=30)
    deciding.advise(town.db, college, Advice.POSITIVE, "", by=service, now=town.now - timedelta(days=12))
    refused = _ask(town, "BS-0263", people[24], days_ago=70)
    deciding.advise(town.db, refused, Advice.NEGATIVE, "Wagens rijden er te dicht langs.", by=service,
                    now=town.now - timedelta(days=60))  # fmt: skip
    clerk = actor_of(town.db, town.staff["publicatie"])
    deciding.refuse(town.db, refused, "De plek is te gevaarlijk om er te werken.", by=clerk,
                    decided_on=(town.now - timedelta(days=50)).date(), decision_url=f"{COLLEGE}/2026/{refused.id}",
                    now=town.now - timedelta(days=50))  # fmt: skip
    gone = _ask(town, "BS-0270", people[25], days_ago=40)
    domain.withdraw(town.db, gone, by=Actor(id=people[25].id), now=town.now - timedelta(days=30))
    me = actor_of(town.db, people[5], is_resident=True)
    begun = domain.begin(town.db, _pit(town, "BS-0002"), by=me, now=town.now - timedelta(hours=3))
    domain.say_who(begun, AdopterKind.PERSON, "", by=me)
    now = town.now - timedelta(days=2)
    first = _pit(town, "BS-0001")
    care.report(town.db, first, Concern.CORRECTION, "Het is een winterlinde, geen Hollandse linde.",
                by=Actor(id=people[3].id), now=now)  # fmt: skip
    care.report(town.db, _pit(town, "BS-0214"), Concern.NEGLECT, "Al weken staat hier hoog onkruid.",
                by=Actor(id=people[6].id), now=now)  # fmt: skip
    dry = "Het blijft droog. Geef je boomspiegel deze week twee gieters water."
    care.call_for_water(town.db, area_id=None, words=dry, by=service, now=town.now - timedelta(days=120))  # fmt: skip


def _gone(town: Town) -> None:
    """Trees that were felled, given back or passed on."""
    people = town.residents
    felled, felled_on = _pit(town, "BS-0277"), (town.now - timedelta(days=10)).date()
    adopted = _ask(town, "BS-0277", people[26], days_ago=200)
    _approved(town, adopted, days_ago=180)
    felled.gone_on = felled_on
    move(town.db, PLACES, felled, "remove", by=SYSTEM)
    life.close_all(town.db, felled, words="de boom staat niet meer in het bestand van de stad", today=felled_on)
    stopped = _ask(town, "BS-0284", people[27], days_ago=200)
    _approved(town, stopped, days_ago=180)
    yearly.give_notice(town.db, stopped, today=(town.now - timedelta(days=40)).date())
    yearly.sweep(town.db, town.now - timedelta(days=20))
    paused = _ask(town, "BS-0291", people[28], days_ago=200)
    _approved(town, paused, days_ago=180)
    places.decide(town.db, _pit(town, "BS-0291"), "pause", reason="werken aan het voetpad",
                  until=(town.now + timedelta(days=60)).date(), by=actor_of(town.db, town.staff["dienst"]),
                  today=town.now.date())  # fmt: skip
