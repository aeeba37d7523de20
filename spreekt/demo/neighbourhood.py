"""What streets asked, got and did in the demo city: every state of a request, committees, things to lend."""

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from sqlalchemy import select

from spreekt.demo.neighbourhood_texts import ABOUT, COMMITTEES, OTHERS, REPORT
from spreekt.demo.people import actor_of
from spreekt.demo.street_teller import Streets, Wish
from spreekt.kernel.actor import NOBODY, SYSTEM, Actor
from spreekt.kernel.workflow import move
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.domain import Reasons
from spreekt.moderation.embeds import shelf
from spreekt.modules.gezellige_wijk import (
    committees,
    grants,
    handling,
    reports,
)
from spreekt.modules.gezellige_wijk.committee_models import Committee, Form
from spreekt.modules.gezellige_wijk.committees import Founding, Person
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.rules.checks import Answer
from spreekt.territory.queries import areas_of_street

if TYPE_CHECKING:
    from spreekt.demo.story import Town


def tell(town: "Town") -> None:
    """Everything, in the order in which the city would tell it."""
    told = Streets(town)
    told.stock()
    _ten_of_the_brief(told)
    _every_other_state(told)
    _found_committees(told)


def _ten_of_the_brief(told: Streets) -> None:
    """The ten requests that the description of the demo city names, each in its state."""
    summer = date(2027, 8, 10)
    iepers = told.street("Iepersestraat")
    told.addresses(iepers, 35)
    founding = told.ask(Wish("comite", "Iepersestraat", text="De Iepersestraat speelt"), 0, days_ago=80)
    told.to_college(founding, days_ago=75)
    told.decide(founding, "grant", days_ago=60)
    plays = told.ask(
        Wish("speelstraat", "Iepersestraat", summer, date(2027, 8, 24), to_number=48, text="Krijt, steps en een tafel.",
             lends=(("nadar", 4), ("c3", 2), ("speelkoffer", 1))), 0, days_ago=70,
    )  # fmt: skip
    told.advise(plays, days_ago=65, limits="Hou vier meter vrij voor de hulpdiensten.\nGeen hekken na 19 uur.")
    told.survey(plays, days_ago=50, yes=31, no=4, close=True)
    told.to_college(plays, days_ago=30)
    told.decide(plays, "grant-with", days_ago=20)
    bus = told.ask(Wish("speelstraat", "Sint-Joblaan", date(2027, 7, 1), date(2027, 7, 31), frozenset({2}),
                        bus=Answer.YES), 1, days_ago=60)  # fmt: skip
    told.to_college(bus, days_ago=40)
    told.decide(bus, "refuse", days_ago=33, law="openbaar-vervoer",
                words="Elk half uur rijdt er een bus. Kijk je eens naar de zijstraat?")  # fmt: skip
    party = told.ask(Wish("straatfeest", "Sterrestraat", date(2027, 5, 29), hours=(12, 23), expected=45,
                          text="Barbecue en volksspelen.", lends=(("nadar", 6), ("tafel", 12)), grant_cents=10_000),
                     2, days_ago=8)  # fmt: skip
    told.advise(party, days_ago=6, leave=("politie",))
    small = told.ask(Wish("straatfeest", "Jakob Jordaensstraat", date(2026, 12, 19), hours=(16, 20), closes=False,
                          expected=25, text="Kerstdrink op de oprit van nummer 8."), 3, days_ago=5)  # fmt: skip
    told.step(small, "note", days_ago=4)
    feast = told.ask(Wish("buurtfeest", "Heuleplaats", date(2026, 8, 8), hours=(11, 23), expected=400,
                          title="Buurtfeest Waterhoek", text="Vrij podium, frietkraam en spelen voor kinderen.",
                          grant_cents=150_000), 4, days_ago=200)  # fmt: skip
    told.advise(feast, days_ago=190)
    told.to_college(feast, days_ago=160)
    told.decide(feast, "grant", days_ago=150, cents=150_000)
    told.step(feast, "end", days_ago=108)
    grants.remind(told.db, told.days_ago(10))
    lives = told.ask(Wish("leefstraat", "Schorsmolenstraat", date(2027, 5, 1), date(2027, 8, 31), frozenset({4, 5, 6}),
                          hours=(10, 22), text="Twee vervangparkings op het plein, en een telling voor en na."), 5,
                     days_ago=100)  # fmt: skip
    told.advise(lives, days_ago=90, limits="Dit is een proefproject: kijk het na twee maanden samen na.")
    told.to_college(lives, days_ago=50)
    told.decide(lives, "grant-with", days_ago=40)
    table = told.ask(Wish("picknicktafel", "Dreupelhoek", text="Onder de linde. Wij houden ze zelf proper."), 6,
                     days_ago=45)  # fmt: skip
    told.step(table, "queue", days_ago=30, reason="De tafels van dit jaar zijn op. In maart komen er nieuwe.")
    breakfast = told.ask(Wish("anders", "Kloosterstraat", date(2026, 9, 20), hours=(8, 12), expected=60,
                              title="Straatontbijt in de Kloosterstraat", text="Iedereen brengt iets mee.",
                              lends=(("tafel", 10),)), 7, days_ago=130)  # fmt: skip
    told.to_college(breakfast, days_ago=110)
    told.decide(breakfast, "grant", days_ago=100)
    told.step(breakfast, "end", days_ago=65)
    _report(told, breakfast, days_ago=60)
    told.ask(Wish("speelstraat", "Oliemolenstraat", date(2026, 12, 5)), 8, days_ago=0.1, confirm=False)


def _report(told: Streets, asked: StreetRequest, *, days_ago: float) -> None:
    """A report with a photo that a moderator published."""
    at = told.days_ago(days_ago)
    made = reports.write(
        told.db, asked, text=REPORT, attendance=72, rating=5, by=Actor(id=asked.account_id), now=at
    )  # fmt: skip
    pictures.store(told.db, shelf(), made, _drawing(), now=at,
                   alt="Tekening van een lange gedekte tafel midden in de straat")  # fmt: skip
    by = actor_of(told.db, told.town.staff["moderator"])
    moderation.decide(
        told.db, made, "publish", reasons=Reasons(), seen_version=None, by=by, now=at + timedelta(hours=3)
    )


def _drawing() -> io.BytesIO:
    """A picture that shows nobody: a table in a street."""
    sheet = Image.new("RGB", (960, 640), "#DCE6F2")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 400, 960, 640), fill="#B9B2A5")
    for number in range(6):
        left = 20 + number * 160
        pen.rectangle((left, 140 + number % 2 * 30, left + 140, 400), fill=("#A8321B", "#FBE3DC")[number % 2])
        pen.polygon((left, 140 + number % 2 * 30, left + 70, 70, left + 140, 140 + number % 2 * 30), fill="#17212F")
    pen.polygon((180, 600, 780, 600, 690, 460, 270, 460), fill="#FBF8F1")
    for number in range(8):
        pen.ellipse((290 + number * 50, 500, 320 + number * 50, 530), fill="#FDEBCB", outline="#8A4B00")
    content = io.BytesIO()
    sheet.save(content, "JPEG")
    content.seek(0)
    return content


def _every_other_state(told: Streets) -> None:
    """The states that the ten do not show, spread over the deelgemeenten."""
    first = date(2027, 6, 5)
    for number, (kind, street, text, end) in enumerate(OTHERS):
        wish = Wish(kind, street, first + timedelta(days=7 * number), text=text, hours=(13, 20))
        by = 10 + number
        if end == "draft":
            told.draft(wish, by, days_ago=2)
            continue
        asked = told.ask(wish, by, days_ago=60 - number)
        own = Actor(id=asked.account_id)
        if end == "ask-more":
            told.step(asked, "ask-more", days_ago=20, reason="Zeg erbij waar de auto's van de buren intussen staan.")
        elif end == "hold":
            told.step(asked, "hold", days_ago=20, reason="In juni ligt de straat misschien open voor nieuwe riolen.")
        elif end == "withdraw":
            told.step(asked, "withdraw", days_ago=20, by=own)
        elif end == "expire":
            asked.first_on = asked.last_on = (told.town.now - timedelta(days=3)).date()
            handling.pass_dates(told.db, told.town.now)
        elif end == "survey":
            told.addresses(told.street(street), 18)
            told.advise(asked, days_ago=15)
            told.survey(asked, days_ago=5, yes=6, no=2, close=False)
        elif end != "submitted":
            told.advise(asked, days_ago=50)
            told.to_college(asked, days_ago=40)
            if end in {"grant", "prepare", "cancel", "close"}:
                told.decide(asked, "grant", days_ago=30)
            if end == "prepare":
                told.step(asked, "prepare", days_ago=3)
            if end == "cancel":
                told.step(asked, "cancel", days_ago=3, by=own, reason="Drie van de vier trekkers zijn ziek.")
            if end == "close":
                told.step(asked, "end", days_ago=3)
                told.step(asked, "close", days_ago=1)


def _first_committee(told: Streets) -> None:
    """The one that its request founded; the first resident speaks for it, by name."""
    made = told.db.scalars(select(Committee).where(Committee.name == COMMITTEES[0][0])).one()
    made.contacts[0].account_id, made.contacts[0].may_publish = told.town.residents[0].id, True
    made.active_on = told.days_ago(30).date()
    move(told.db, committees.LIFE, made, "wake", by=SYSTEM)


def _found_committees(told: Streets) -> None:
    """Forty committees: most active, some asleep, one each that waits, was refused or stopped."""
    _first_committee(told)
    for number, (name, street, state) in enumerate(COMMITTEES[1:], start=1):
        at = told.days_ago(700 - number * 10)
        where = told.street(street)
        areas = areas_of_street(told.db, where.id, on=at.date())
        people = [Person(f"{one} {name.split()[-1].capitalize()}", f"{one.lower()}{number}@demo.example")
                  for one in ("Katrien", "Youssef")]  # fmt: skip
        plan = Founding(name, ABOUT[number % len(ABOUT)], Form.ASSOCIATION, "V0012345" if number % 5 == 0 else "",
                        [where], areas, people)  # fmt: skip
        made = committees.propose(told.db, told.town.vault, plan, by=SYSTEM, now=at)
        if state == "voorgesteld":
            continue
        for place, contact in enumerate(made.contacts):
            committees.confirm(told.db, contact, may_publish=place == 0, by=NOBODY, now=at + timedelta(days=2))
        if state == "bevestigd":
            continue
        committees.recognise(told.db, made, by=told.worker, now=at + timedelta(days=9))
        if state == "actief":
            made.active_on = told.days_ago(60 + number).date()
            move(told.db, committees.LIFE, made, "wake", by=SYSTEM)
        elif state == "slapend":
            move(told.db, committees.LIFE, made, "sleep", by=SYSTEM)
        elif state == "gestopt":
            committees.end(told.db, made, by=told.worker, now=told.days_ago(30))
