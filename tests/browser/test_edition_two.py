"""Kortrijk's second edition from the first line to the thing in the street: 36 groups, about 1,000 ballots, a jury.

One walk in the order of the regulation. The crowd acts through the domain's rules; who has a turn has a browser.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from config import ROOT
from spreekt.demo.edition_two import PROJECTS
from spreekt.identity.residency import person_key
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Invitation, Stage
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box
from spreekt.modules.burgerbudget.officers.keys import card_rows
from tests.browser.edition_two_walk import BY_HAND, CROWD, Walk
from tests.browser.reader import Reader
from tests.follow_builders import IBAN, PDF, a_picture
from tests.live import Platform

COINS = [told.title for told in PROJECTS[1:4] + PROJECTS[5:7]]
"""Five projects that are on the list, whatever else happens."""
SHEETS = ("1 2 3", "4 5 6 7")
WHY = "De jury koos dit samen: de hele buurt heeft er iets aan, en de groep zorgt er zelf voor."


@pytest.fixture
def walk(chromium: Browser, city: Platform) -> Iterator[Walk]:
    with city.sessions() as db:
        yield Walk(chromium, city, db)


def test_edition_two_from_four_neighbours_with_an_idea_to_the_thing_in_the_street(walk: Walk, tmp_path: Path) -> None:
    during, edition = walk.edition.at, walk.edition
    replies, changes = walk.hand_in_by_the_crowd(during(PhaseKind.SUBMISSION, 80))
    with walk.at(during(PhaseKind.SUBMISSION, 90)):
        ours = three_hand_in_and_a_fourth_makes_the_group_whole(walk)
    with walk.crowd():
        edition.screen()
        edition.discuss()
    with walk.at(during(PhaseKind.DIALOGUE, 10)):
        admitted(walk, ours)
        refused_and_admitted_after_the_reply(walk, replies)
        admitted(walk, changes)
        changed_in_dialogue(walk, changes)
        for number, dossier in enumerate((ours, replies, changes), start=40):
            put_on_the_list(walk, dossier, f"{number}")
    with walk.crowd():
        edition.freeze()
        walk.after.call()
        walk.after.draw()

    with walk.crowd():
        edition.vote(CROWD, but={person_key(walk.city.vault, walk.without_account(place).number) for place in range(3)}
                     | {walk.key_of(walk.forgets)})  # fmt: skip
    with walk.at(during(PhaseKind.GAME, 6)):
        marks_five_coins_and_forgets(walk)
        votes_at_the_kiosk(walk)
        for place in (1, 2):
            takes_paper(walk, place)
    with walk.at(edition.round.poll.closes_at + timedelta(hours=25)):
        two_type_the_paper(walk)
        count_and_publish(walk)
        passed = the_page_shows_who_goes_on(walk, tmp_path)
    with walk.at(during(PhaseKind.JURY, 46)):
        one_juror_scores(walk, passed[0])
        with walk.crowd():
            walk.after.score()
            walk.after.meet()
            walk.after.decide()
        verdict_and_report(walk, passed[0])
    with walk.at(during(PhaseKind.AWARD, 3)):
        award(walk)
        carried_out(walk)
        in_the_street(walk)


def three_hand_in_and_a_fourth_makes_the_group_whole(walk: Walk) -> Dossier:
    """From a phone: idea, place, costs, planning, links to three; two join, it is handed in, the last one joins."""
    told, (first, *others) = PROJECTS[BY_HAND], walk.group(BY_HAND)
    lead = walk.resident(first).open(walk.round).follow("Dien een voorstel in", within="main")
    lead.fill("Hoe heet jullie voorstel?", told.title).fill("Wat willen jullie doen?", f"{told.text} " * 2)
    lead.press("Volgende: plaats")
    lead.choose("In welke deelgemeente?", "Kortrijk").fill("Welke plek?", "Het grasveld naast het Volksplein")
    lead.press("Volgende: kosten").tick("Eenmalig").fill("Waarvoor?", "Doeken en palen").fill("Bedrag", "8500")
    lead.press("Voeg toe").follow("Volgende: planning", within="main")
    for label, until in (("Alles besteld en afgesproken", "2027-09-01"), ("Klaar en in gebruik", "2028-05-01")):
        lead.fill("Wat doen jullie?", label).fill("Tegen wanneer?", until).press("Voeg toe")
    with walk.crowd() as db:
        made = db.scalars(select(Dossier).where(Dossier.title == told.title)).one()
    page = f"/burgerbudget/voorstellen/{made.id}"
    lead.open(f"{page}/groep")
    for number, _other in enumerate(others):
        lead.fill("Wie vraag je?", f"Buur {number}").fill("E-mailadres", f"buur{number}@voorbeeld.example")
        lead.press("Stuur de link")
    links = links_of(walk, made)
    for account, link in zip(others[:2], links[:2], strict=True):
        joins(walk.resident(account), link)
    lead.open(f"{page}/nakijken").press("Dien in")
    assert "Jullie groep is niet volledig." in lead.text
    joins(walk.resident(others[2]), links[2])
    assert "De stad kijkt jullie voorstel na." in lead.open(page).text
    return made


def links_of(walk: Walk, dossier: Dossier) -> list[str]:
    """The links as they stand in the mails."""
    with walk.crowd() as db:
        every = db.scalars(select(Invitation).where(Invitation.dossier_id == dossier.id).order_by(Invitation.id)).all()
        return [f"/burgerbudget/uitnodiging/{each.id}/{group.token_of(walk.city.vault, each)}" for each in every]


def joins(phone: Reader, link: str) -> None:
    phone.open(link).tick("Ik dien dit voorstel mee in en voer het mee uit.").press("Ja, ik dien mee in")


def at_the_desk(dossier: Dossier) -> str:
    return f"/beheer/burgerbudget/{dossier.id}"


def checklist(worker: Reader, dossier: Dossier, *, but: Criterion | None = None) -> Reader:
    worker.open(at_the_desk(dossier)).follow("Kijk de voorwaarden na", within="main")
    for each in Criterion:
        worker.page.locator(f"[name=ok_{each.name}][value={'nee' if each is but else 'ja'}]").check()
    return worker


def admitted(walk: Walk, dossier: Dossier) -> None:
    checklist(walk.staff("gebiedswerker"), dossier).press("Voldoet")


def refused_and_admitted_after_the_reply(walk: Walk, dossier: Dossier) -> None:
    """Not admitted, with a reason; the lead answers from a phone; the area worker looks again."""
    worker = checklist(walk.staff("gebiedswerker"), dossier, but=Criterion.NON_COMMERCIAL)
    worker.page.locator(f"[name=why_{Criterion.NON_COMMERCIAL.name}]").fill("Er staat een verkooppunt in het plan.")
    worker.fill("Uitleg aan de groep", "Met dit geld mag niemand winst maken.")
    worker.fill("Wat kan de groep eraan doen?", "Leg uit wie het geld van de verkoop krijgt.").press("Voldoet niet")
    lead = walk.lead(dossier).open(f"/burgerbudget/voorstellen/{dossier.id}")
    assert "Er staat een verkooppunt in het plan." in lead.text
    lead.follow("Antwoord op de beslissing", within="main").fill(
        "Jullie antwoord", "We verkopen niets: alles is gratis."
    )
    lead.press("Verstuur het antwoord")
    admitted(walk, dossier)
    assert stage_of(walk, dossier) is Stage.ADMISSIBLE


def stage_of(walk: Walk, dossier: Dossier) -> Stage:
    with walk.crowd() as db:
        return db.get_one(Dossier, dossier.id).stage


def judged(walk: Walk, dossier: Dossier) -> Reader:
    return walk.staff("gebiedswerker").open(at_the_desk(dossier)).follow("Beslis over de haalbaarheid", within="main")


def changed_in_dialogue(walk: Walk, dossier: Dossier) -> None:
    """Feasible with a change: the group changes its text and sends it back; then it is feasible."""
    worker = judged(walk, dossier).fill("Uitleg aan de groep", "De waterleiding ligt aan de overkant.")
    worker.fill("Wat kan de groep eraan doen?", "Zet het aan de overkant van de straat.").press(
        "Haalbaar met aanpassing"
    )
    lead = walk.lead(dossier).open(f"/burgerbudget/voorstellen/{dossier.id}")
    assert "De stad vraagt iets van jullie." in lead.text
    lead.follow("Pas aan", within="main")
    words = lead.page.locator("[name=body]").input_value()
    lead.fill("Wat willen jullie doen?", f"{words} We zetten het aan de overkant.").press("Bewaar en ga later verder")
    lead.press("Klaar, stuur terug naar de stad")
    judged(walk, dossier).press("Haalbaar")
    assert stage_of(walk, dossier) is Stage.FEASIBLE


def put_on_the_list(walk: Walk, dossier: Dossier, code: str) -> None:
    if stage_of(walk, dossier) is Stage.ADMISSIBLE:
        judged(walk, dossier).press("Haalbaar")
    clerk = walk.staff("beheer").open(at_the_desk(dossier)).follow("Zet op de lijst", within="main")
    clerk.fill("Code op het stembiljet", code).press("Zet op de lijst")
    assert stage_of(walk, dossier) is Stage.ON_BALLOT


def marks_five_coins_and_forgets(walk: Walk) -> None:
    """Five coins, the wish that they count at the close, and gone."""
    phone = walk.resident(walk.forgets).open(walk.round).follow("Ga stemmen", within="main")
    for title in COINS:
        phone.tick(title)
    phone.tick("Tel mijn geldige ontwerp mee bij het sluiten").press("Bewaar en ga later verder")
    assert "Je hebt nog niet gestemd" in phone.text


def looked_up(walk: Walk, clerk: Reader, place: int) -> Reader:
    number = walk.without_account(place).number
    return clerk.open(f"/loket/burgerbudget/{walk.slug}").fill("Rijksregisternummer", number).press("Zoek op")


def votes_at_the_kiosk(walk: Walk) -> None:
    """A code from the desk, typed on the device in the help point."""
    clerk = looked_up(walk, walk.staff("loket"), 0).press("Geef een code")
    code = clerk.page.locator("code.code-large").inner_text()
    kiosk = walk.who(None).open(f"{walk.round}/kiosk").fill("Je code", code).press("Ga naar het stembiljet")
    for title in COINS[:3]:
        kiosk.tick(title)
    kiosk.press("Kijk je keuze na").press("Ja, ik stem")
    assert looked_up(walk, clerk, 0).heading == "Dit stemrecht is gebruikt"


def takes_paper(walk: Walk, place: int) -> None:
    clerk = walk.who(walk.second_desk) if place == 1 else walk.staff("loket")
    looked_up(walk, clerk, place).press("Geef een papieren stembiljet")
    assert clerk.heading == "Geef nu het papieren stembiljet"


def two_type_the_paper(walk: Walk) -> None:
    """Two desk officers type the same pile, apart; the second one slips and mends it; then it is accepted."""
    one, two = walk.staff("loket"), walk.who(walk.second_desk)
    one.open(f"{walk.desk}/papier").press("Begin een nieuwe stapel")
    pile = f"{walk.desk}/papier/stapel/1"
    for officer, sheets in ((one, SHEETS), (two, (SHEETS[0], "4 5 6"))):
        officer.open(pile)
        for number, sheet in enumerate(sheets, start=1):
            officer.page.locator("[name=typed]").fill(sheet)
            officer.press(f"Bewaar blad {number}")
        officer.press("Ik ben klaar met deze stapel")
    assert "Er zijn verschillen." in two.text
    two.follow("Blad 2", within="main").page.locator("[name=typed]").fill(SHEETS[1])
    two.press("Bewaar blad 2")
    one.open(pile).press("Aanvaard deze stapel")
    one.open(f"{walk.desk}/papier").press("Leg vast")


def count_and_publish(walk: Walk) -> None:
    """Two of three give their key, one counts and another publishes."""
    for name in ("publicatie", "auditor"):
        officer = walk.staff(name).open(f"{walk.desk}/mijn-sleutel")
        officer.fill("De vier rijen van je kaart", "\n".join(card_rows(bytes(walk.edition.keys[name]))))
        officer.press("Geef mijn sleutel")
    walk.staff("publicatie").open(f"{walk.desk}/publiceer").press("Tel de stemmen")
    second = walk.staff("publicatie2").open(f"{walk.desk}/publiceer").press("Publiceer de uitslag")
    assert "De uitslag is gepubliceerd." in second.text


def the_page_shows_who_goes_on(walk: Walk, folder: Path) -> list[str]:
    """Fifteen projects, on the page and by whoever recounts the file; gives their titles.

    Everybody's ballot is in: the crowd, who forgot, the kiosk and two on paper.
    """
    phone = walk.resident().open(f"{walk.round}/uitslag")
    file = folder / "editie-2.pb"
    with phone.page.expect_download() as coming:
        phone.page.get_by_role("link", name="Download het bestand (.pb)").click()
    coming.value.save_as(file)
    with walk.crowd() as db:
        passed = {
            each.code: each.title
            for each in shortlist.projects(db, walk.edition.round, walk.edition.round.publishes_at)
        }
        assert ballots_in_box(db, walk.edition.round) == CROWD + 4
    words = said(phone)
    assert len(passed) >= 15
    assert all(f"Naar de jury: {title}" in words for title in passed.values())
    assert set(recounted(file)) == set(passed)
    return list(passed.values())


def said(reader: Reader) -> str:
    """What stands on the page, with every space as one plain space."""
    return re.sub(r"\s+", " ", reader.page.locator("main").inner_text())


def recounted(file: Path) -> list[str]:
    """Who goes on as somebody at home finds it."""
    command = [sys.executable, "-m", "spreekt", "budget", "shortlist", str(file), "--top", "15", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    codes: list[str] = json.loads(answer.stdout)["shortlist"]
    return codes


def one_juror_scores(walk: Walk, title: str) -> None:
    """One sheet by hand, on a phone; the others follow."""
    with walk.crowd() as db:
        first = next(
            each
            for each in shortlist.projects(db, walk.edition.round, walk.edition.round.publishes_at)
            if each.title == title
        )
        seat = next(each for each in walk.after.seats()[1:] if (each.id, first.id) not in walk.after.off())
    juror = walk.resident(seat.account).open(f"{walk.round}/jury/werk").follow(title, within="main")
    for row in juror.page.locator("[name^=points_]").all():
        row.fill("9")
    juror.press("Geef dit scoreblad door")
    assert "Doorgegeven" in juror.open(f"{walk.round}/jury/werk").text


def verdict_and_report(walk: Walk, title: str) -> None:
    """Staff write down why, close the report, and somebody else publishes it."""
    clerk = walk.staff("beheer").open(f"{walk.desk}/jury").follow(title, within="main")
    clerk.fill("Waarom?", WHY).press("Bewaar het besluit")
    clerk.open(f"{walk.desk}/jury").follow("Schrijf het verslag en sluit het af", within="main")
    clerk.fill("Verslag van de jury", f"We kwamen één avond samen. {WHY}").press("Sluit het verslag af")
    second = walk.staff("publicatie").open(f"{walk.desk}/jury").follow("Kijk het verslag na", within="main")
    second.press("Publiceer het verslag")
    report = said(walk.resident().open(f"{walk.round}/jury/verslag"))
    assert WHY in report
    assert "De jury koos 8 projecten" in report


def award(walk: Walk) -> None:
    """What the college decided: entered by one, published by another."""
    first = walk.staff("publicatie").open(f"{walk.desk}/toekenning")
    first.fill("Dag van het besluit", walk.moment.astimezone(BRUSSELS).date().isoformat())
    first.fill("Adres van het besluit", "https://kortrijk.example/besluiten/editie-2").press("Bewaar het besluit")
    second = walk.staff("publicatie2").open(f"{walk.desk}/toekenning").press("Publiceer het besluit")
    assert "Het besluit is gepubliceerd." in second.text


def carried_out(walk: Walk) -> None:
    """Signed by both, paid, two milestones with a photo, a bill, and rounded off."""
    execution = the_first(walk)
    assert execution.dossier is not None
    own, desk = f"/burgerbudget/uitvoering/{execution.id}", f"{walk.desk}/uitvoering/{execution.id}"
    lead, worker = walk.lead(execution.dossier), walk.staff("gebiedswerker")
    lead.open(f"{own}/rekening").fill("Rekeningnummer (IBAN)", IBAN).fill("Op naam van", "Buurtcomité")
    lead.press("Bewaar het rekeningnummer").open(own).follow("Teken de afspraak", within="main")
    lead.fill("Je volledige naam", "Ine Vermeersch").tick("Wij gaan akkoord met deze afspraak.")
    lead.press("Teken de afspraak")
    worker.open(desk).press("Teken voor de stad")
    finance_pays(walk, execution.project.title)
    for words in ("Alles is besteld en afgesproken met de stad.", "Het staat er, en het wordt elke dag gebruikt."):
        lead.open(own).follow("Meld dat dit klaar is", within="main").fill("Wat is er gebeurd?", words)
        picture = {"name": "plein.jpg", "mimeType": "image/jpeg", "buffer": a_picture().getvalue()}
        lead.page.locator("[name=photo]").set_input_files(picture)  # type: ignore[arg-type]
        lead.page.locator("[name=alt]").fill("Een nieuwe plek op het plein")
        lead.press("Meld deze mijlpaal")
        worker.open(desk).press("Keur goed")
    lead.open(f"{own}/uitgaven").fill("Wat hebben jullie gekocht?", "Hout en doek")
    lead.page.locator("[name=amount_cents]").fill("400")
    lead.page.locator("[name=spent_on]").fill(walk.moment.astimezone(BRUSSELS).date().isoformat())
    proof = {"name": "rekening.pdf", "mimeType": "application/pdf", "buffer": PDF}
    lead.page.locator("[name=file]").set_input_files(proof)  # type: ignore[arg-type]
    lead.press("Voeg toe").open(f"{own}/eindverslag").fill("Wat is er gebeurd?", "Alles is klaar en de buurt is blij.")
    lead.press("Verstuur het eindverslag")
    worker.open(desk).press("Rond het project af")
    a_moderator_lets_the_news_through(walk)


def the_first(walk: Walk) -> Execution:
    """The first project of the award that lies in one area."""
    with walk.crowd():
        return next(each for each in walk.after.executions if each.project.areas)


def finance_pays(walk: Walk, title: str) -> None:
    finance = walk.staff("financien").open("/beheer/burgerbudget/betalingen").follow(title, within="main")
    finance.fill("Kenmerk van de betaling", "BB2-001").press("Betaald:")


def a_moderator_lets_the_news_through(walk: Walk) -> None:
    """What the group told of two milestones and at the end, read and published one after the other."""
    with walk.crowd() as db:
        titles = db.scalars(select(ProgressReport.title).order_by(ProgressReport.id)).all()
    assert len(titles) == 3
    moderator = walk.staff("moderator")
    for title in titles:
        moderator.open("/moderatie").follow(title, within="main").press("Publiceer")


def in_the_street(walk: Walk) -> None:
    """Everybody reads how far it is, and the whole story of the first one."""
    execution = the_first(walk)
    assert execution.state is ExecutionState.DONE
    phone = walk.resident().open(f"{walk.round}/opvolging")
    assert "1 van de 8 uitgevoerd" in said(phone)
    told = said(phone.follow(execution.project.title, within="main"))
    steps = ("Een groep had een idee", "Inwoners stemden", "De burgerjury koos dit project",
             "De stad kent het geld toe", "Alles besteld en afgesproken", "Klaar en in gebruik",
             "Het is er")  # fmt: skip
    places = [told.index(step) for step in steps]
    assert places == sorted(places)
    assert phone.page.locator("main img").count() >= 2
