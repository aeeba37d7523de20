"""A group hands in on screen, and the city judges on screen: the main way and the ways it is refused."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import Picture
from spreekt.modules.burgerbudget.dossiers import advising, group
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, DossierDecision, Subject
from spreekt.modules.burgerbudget.dossiers.cards import work
from spreekt.modules.burgerbudget.dossiers.models import Attachment, CostLine, Dossier, Invitation, PlannedStep, Stage
from spreekt.modules.burgerbudget.dossiers.notices import incomplete, invited
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.module import MODULE
from spreekt.notices.models import Notice
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import DAY, NOON, a_resident, acting, an_account, an_area, staff
from tests.pages import values_of

TEXT = "We planten bessen, kruiden en appels. Iedereen mag plukken. Tien buren zorgen samen voor het onderhoud ervan."


def page_of(dossier):
    return f"/burgerbudget/voorstellen/{dossier.id}"


def filled_in(pages, db, round):
    """One resident writes a whole dossier, screen by screen."""
    shown = pages.send(f"/burgerbudget/{round.slug}/voorstel", title="Pluktuin", body=TEXT)
    assert shown.heading == "Waar komt het?"
    dossier = db.query(Dossier).one()
    url = page_of(dossier)
    pages.send(f"{url}/plaats", place="Het grasveld op het plein", area_id="0")
    pages.send(f"{url}/kosten", kind="eenmalig", label="Planten", amount_cents="4.300")
    assert "€ 4.000" in pages.send(
        f"{url}/kosten", kind="eigen-bijdrage", label="Tombola", amount_cents="300"
    ).text.replace("\xa0", " ")
    pages.send(f"{url}/planning", label="Planten", until="2027-11-01")
    return dossier


def uploads(pages, url, **fields):
    values = values_of(pages.get(url).form_with(*fields))
    for name, value in fields.items():
        values.setlist(name, [value])
    return pages.client.post(url, data=values, content_type="multipart/form-data")


def test_four_neighbours_hand_in_together_by_links_of_their_own(db, vault, pages):
    round = a_phased_round()
    lead = a_resident(name="Ine Vermeersch")
    browser = pages.as_(lead)
    dossier = filled_in(browser, db, round)
    url = page_of(dossier)

    for place in range(3):
        browser.send(f"{url}/groep", label=f"Buur {place}", email=f"buur{place}@voorbeeld.example")
    waiting = browser.send(f"{url}/nakijken")
    assert "Jullie groep is niet volledig" in waiting
    for invitation in db.query(Invitation).all():
        link = f"/burgerbudget/uitnodiging/{invitation.id}/{group.token_of(vault, invitation)}"
        neighbour = pages.as_(a_resident(name="Jan Peeters"))
        assert "Ine Vermeersch vraagt je mee" in neighbour.get(link)
        neighbour.send(link, status=422, without=("agrees",))
        neighbour.send(link, agrees="y")
    assert dossier.stage is Stage.SUBMITTED
    assert "De stad kijkt jullie voorstel na" in browser.get(url)
    for text in (browser.get(f"{url}/groep").text, browser.get(url).text):
        assert "straat" not in text.lower()


def test_what_is_missing_is_said_with_the_way_to_it(db, pages):
    round = a_phased_round()
    browser = pages.as_(a_resident())
    browser.send(f"/burgerbudget/{round.slug}/voorstel", title="Pluktuin", body="Kort.")
    url = page_of(db.query(Dossier).one())

    shown = browser.get(f"{url}/nakijken")

    for words in ("in enkele zinnen", "Zeg waar", "wat het project kost", "tegen wanneer"):
        assert words in shown
    refused = browser.send(f"{url}/nakijken", status=422)
    assert "in enkele zinnen" in refused
    assert db.query(Dossier).one().stage is Stage.DRAFT


def test_more_than_the_regulation_allows_is_not_handed_in(db, pages):
    round = a_phased_round(numbers={"project_most_cents": 400_000})
    people = a_group()
    dossier = a_dossier(round, group=people)

    refused = pages.as_(people[0]).send(f"{page_of(dossier)}/nakijken", status=422)

    assert "meer dan het reglement toelaat" in refused


def test_two_who_write_at_once_lose_nothing(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    url = f"{page_of(dossier)}/idee"
    first, second = pages.as_(people[0]), pages.as_(people[1])
    opened = values_of(second.get(url).form_with("title"))

    first.send(url, body=TEXT + " Eerste.")
    opened["body"] = TEXT + " Tweede."
    answer = second.client.post(url, data=opened)
    conflict = second._look(answer, url, 409)

    assert "bewaarde dit net voor jou" in conflict
    assert " Eerste." in conflict
    assert " Tweede." in conflict
    again = values_of(conflict.form_with("title"))
    again["_once"] = "nog-eens"
    assert second.client.post(url, data=again).status_code == 303
    versions = second.get(f"{page_of(dossier)}/versies")
    assert " Eerste." in versions
    assert " Tweede." in versions


def test_two_who_write_different_steps_never_meet(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    url = page_of(dossier)
    second = pages.as_(people[1])
    opened = values_of(second.get(f"{url}/plaats").form_with("place"))

    pages.as_(people[0]).send(f"{url}/idee", body=TEXT)
    opened["place"] = "Onder de lindes"

    assert second.client.post(f"{url}/plaats", data=opened).status_code == 303
    db.expire_all()
    assert (dossier.body, dossier.place) == (TEXT, "Onder de lindes")


def test_a_draft_is_saved_for_later_and_its_text_can_be_lighter(db, pages):
    round = a_phased_round()
    browser = pages.as_(a_resident())
    heavy = (
        "Gelieve te weten dat wij teneinde de buurt te helpen een tuin willen aanleggen waarin iedereen die dat wil "
        "mag komen werken en plukken."
    )

    shown = browser.send(f"/burgerbudget/{round.slug}/voorstel", press="_later=1", title="Pluktuin", body=heavy)
    assert "Dit is een concept" in shown
    url = f"{page_of(db.query(Dossier).one())}/idee"
    helped = browser.send(url, press="_kort=1")
    assert "Maak er twee van" in helped
    assert "“gelieve” kan lichter: “wil je”" in helped


@pytest.mark.parametrize("model", [CostLine, PlannedStep])
def test_a_line_is_taken_away_by_the_group_and_only_from_its_own_dossier(db, pages, model):
    people = a_group()
    dossier, other = a_dossier(a_phased_round(), group=people), a_dossier(a_phased_round())
    url = f"{page_of(dossier)}/{'kosten' if model is CostLine else 'planning'}"
    browser = pages.as_(people[0])
    values = values_of(browser.get(url).form_with("weg"))
    theirs = db.query(model).filter_by(dossier_id=other.id).one().id

    assert browser.client.post(url, data=values | {"weg": str(theirs)}).status_code == 404
    browser.send(url, press=f"weg={db.query(model).filter_by(dossier_id=dossier.id).one().id}")
    assert db.query(model).filter_by(dossier_id=dossier.id).count() == 0


def test_a_pdf_is_kept_and_given_to_who_may_read_it_and_nothing_else_is_taken(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    url, browser = f"{page_of(dossier)}/bijlagen", pages.as_(people[0])

    assert uploads(browser, url, name="Offerte", file=(BytesIO(b"<html>"), "x.pdf")).status_code == 422
    assert uploads(browser, url, name="Offerte", file=(BytesIO(b"%PDF-1.7 x"), "x.pdf")).status_code == 303
    row = db.query(Attachment).one()
    answer = browser.raw(f"{page_of(dossier)}/bijlage/{row.id}")
    assert (answer.data, answer.headers["Content-Disposition"][:10]) == (b"%PDF-1.7 x", "attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    pages.get(f"{page_of(dossier)}/bijlage/{row.id}", status=404)
    pages.as_(a_resident()).get(f"{page_of(dossier)}/bijlage/{row.id}", status=404)


@pytest.mark.parametrize("path", ["", "/idee", "/plaats", "/kosten", "/planning", "/fotos", "/bijlagen", "/groep",
                                  "/nakijken", "/versies", "/uit-de-groep", "/intrekken", "/antwoord"])  # fmt: skip
def test_a_draft_is_not_there_for_who_is_not_in_its_group(db, pages, path):
    dossier = a_dossier(a_phased_round())

    pages.as_(a_resident()).get(f"{page_of(dossier)}{path}", status=404)
    if path:
        pages.as_(staff(Role.ADMIN)).get(f"{page_of(dossier)}{path}", status=404)


@pytest.mark.parametrize("kind", [PhaseKind.PREPARATION, PhaseKind.ADMISSIBILITY, PhaseKind.GAME])
def test_handing_in_happens_in_its_phase(pages, kind):
    round = a_phased_round(kind)

    shown = pages.as_(a_resident()).get(f"/burgerbudget/{round.slug}/voorstel", status=409)

    assert "kan je nu geen" in shown.text or "Je kan nu geen" in shown.heading
    assert pages.as_(an_account()).raw(f"/burgerbudget/{round.slug}/voorstel").status_code == 303


def test_a_wrong_link_is_not_there_and_who_is_too_young_hears_it_alone(db, vault, pages):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)
    pages.as_(people[0]).send(f"{page_of(dossier)}/groep", label="Neef", email="neef@voorbeeld.example")
    invitation = db.query(Invitation).one()
    link = f"/burgerbudget/uitnodiging/{invitation.id}/{group.token_of(vault, invitation)}"
    young = pages.as_(a_resident(born_on=date(2014, 1, 1)))

    young.get(link[:-1] + ("0" if link[-1] != "0" else "1"), status=404)
    assert "nog te jong" in young.send(link, agrees="y", status=422)
    assert len(dossier.active_members) == 2
    refused = pages.as_(people[0]).send(f"{page_of(dossier)}/groep", label="Neef", email="geen adres", status=422)
    assert "e-mailadres" in refused


def test_no_by_ones_own_link_kills_it(db, vault, pages):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)
    pages.as_(people[0]).send(f"{page_of(dossier)}/groep", label="Neef", email="neef@voorbeeld.example")
    invitation = db.query(Invitation).one()
    link = f"/burgerbudget/uitnodiging/{invitation.id}/{group.token_of(vault, invitation)}"
    neighbour = pages.as_(a_resident())
    form = next(each for each in neighbour.get(link).all("form") if each.get("action", "").endswith("/nee"))

    assert neighbour.client.post(form.get("action"), data=values_of(form)).status_code == 200
    neighbour.get(link, status=409)
    assert "doet niet mee" in pages.as_(people[0]).get(f"{page_of(dossier)}/groep")


def test_the_mail_with_a_link_goes_to_the_one_who_is_asked_and_not_after_it_was_used(db, app, vault, pages):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)
    pages.as_(people[0]).send(f"{page_of(dossier)}/groep", label="Neef", email="neef@voorbeeld.example")
    message = db.query(Message).filter_by(topic="dossier.invited").one()
    invitation = db.query(Invitation).one()

    with app.test_request_context():
        mail = invited(db, message)
        assert (mail.to, group.token_of(vault, invitation) in mail.text) == ("neef@voorbeeld.example", True)
        invitation.declined_at = NOON
        db.commit()
        assert invited(db, message) is None


def test_the_city_judges_on_screen_from_checklist_to_ballot(db, pages):
    heule, people = an_area("Heule"), a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.SUBMITTED, areas=[heule])
    desk, worker = f"/beheer/burgerbudget/{dossier.id}", pages.as_(staff(Role.AREA_WORKER, area=heule))
    service, admin = pages.as_(staff(Role.SERVICE)), pages.as_(staff(Role.ADMIN))
    checks = {f"ok_{name}": "ja" for name in ("TERRITORY", "GENERAL_INTEREST", "NON_COMMERCIAL", "NEUTRAL", "AMOUNT",
                                                "COMPLETE", "NO_DOUBLE_GRANT")}  # fmt: skip

    assert "Pluktuin" in worker.get(f"/beheer/burgerbudget/ronde/{dossier.round.slug}")
    worker.get(f"{desk}/voorwaarden")
    refused = worker.send(f"{desk}/voorwaarden", press="decision=refuse", status=422, **checks)
    assert "past niet bij de lijst" in refused
    worker.send(f"{desk}/voorwaarden", press="decision=admit", **checks)
    pages.get(page_of(dossier))
    worker.send(f"{desk}/advies", service="Groendienst", subjects=["kost", "onderhoud"], question="Intern: kan dit?")
    asked = service.get("/beheer/adviezen-burgerbudget")
    link = next(href for words, href in asked.links().items() if "Pluktuin" in words)
    service.send(link, verdict="gunstig", public_summary="Dit kan op deze plek.", internal_note="Let op de leiding.")
    public = pages.get(page_of(dossier))
    assert "Dit kan op deze plek." in public
    assert "Let op de leiding." not in public.html
    assert "Intern: kan dit?" not in public.html
    assert "Let op de leiding." in worker.get(desk)
    assert "Let op de leiding." not in pages.as_(people[0]).get(page_of(dossier)).html
    worker.send(f"{desk}/haalbaarheid", press="decision=deem_feasible")
    worker.get(f"{desk}/op-de-lijst", status=404)
    admin.send(f"{desk}/op-de-lijst", code="p1")
    assert db.query(Project).one().title == "Pluktuin"
    assert dossier.frozen_sha256 in pages.get(page_of(dossier))
    letter = pages.as_(people[1]).raw(f"/burgerbudget/beslissingen/{dossier_decision(db)}.pdf")
    assert letter.data.startswith(b"%PDF-")
    pages.as_(a_resident()).get(f"/burgerbudget/beslissingen/{dossier_decision(db)}.pdf", status=404)


def test_a_page_of_the_desk_that_stayed_open_while_the_price_rose_judges_nothing(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)
    desk, worker = f"/beheer/burgerbudget/{dossier.id}/haalbaarheid", pages.as_(staff(Role.AREA_WORKER))
    opened = values_of(worker.get(desk).form_with("words"))

    pages.as_(people[1]).send(f"{page_of(dossier)}/kosten", kind="eenmalig", label="Terras", amount_cents="40.000")
    answer = worker.client.post(desk, data=opened | {"decision": "deem_feasible"})

    assert answer.status_code == 409
    db.refresh(dossier)
    assert dossier.stage is Stage.ADMISSIBLE


def test_the_desk_takes_a_yes_back_on_screen_and_the_group_reads_why(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.FEASIBLE)
    desk, worker = f"/beheer/burgerbudget/{dossier.id}", pages.as_(staff(Role.AREA_WORKER))

    assert "Bekijk opnieuw" in worker.get(desk)
    worker.send(f"{desk}/heropen", words=" ", status=422)
    worker.send(f"{desk}/heropen", words="De leiding ligt er toch.")

    assert "De leiding ligt er toch." in pages.as_(people[1]).get(page_of(dossier))
    assert dossier.stage is Stage.ADMISSIBLE


def dossier_decision(db):
    return db.query(DossierDecision).first().id


def test_a_refused_group_reads_why_and_answers_on_screen(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), group=people, stage=Stage.SUBMITTED)
    worker = pages.as_(staff(Role.AREA_WORKER))
    checks = {f"ok_{name}": "ja" for name in ("TERRITORY", "GENERAL_INTEREST", "NEUTRAL", "AMOUNT", "COMPLETE",
                                                "NO_DOUBLE_GRANT")}  # fmt: skip

    worker.send(f"/beheer/burgerbudget/{dossier.id}/voorwaarden", press="decision=refuse", **checks,
                ok_NON_COMMERCIAL="nee", why_NON_COMMERCIAL="Het is voor een café.", words="Dit is voor één zaak.",
                remedy="Kies een plek voor iedereen.")  # fmt: skip
    lead = pages.as_(people[0])
    assert "Het is voor een café." in lead.get(page_of(dossier))
    pages.get(page_of(dossier), status=404)
    shown = lead.send(f"{page_of(dossier)}/antwoord", text="De plek is van de stad.")
    assert "De plek is van de stad." in shown
    assert "De stad kijkt jullie voorstel na" in shown


def test_what_was_not_completed_in_time_is_overdue_at_the_desk_and_can_be_judged(db, pages):
    round, worker = a_phased_round(PhaseKind.ADMISSIBILITY), pages.as_(staff(Role.AREA_WORKER))
    waits = a_dossier(round, stage=Stage.COMPLETION, due_at=NOON + DAY)
    late = a_dossier(round, stage=Stage.COMPLETION, due_at=NOON - DAY, title="Te laat")

    assert "Kijk de voorwaarden na" not in worker.get(f"/beheer/burgerbudget/{waits.id}")
    assert "voorbij" in worker.get(f"/beheer/burgerbudget/{late.id}")
    assert "Vraag aan te vullen" not in worker.get(f"/beheer/burgerbudget/{late.id}/voorwaarden")
    checks = {f"ok_{each.name}": "ja" for each in Criterion}
    worker.send(f"/beheer/burgerbudget/{late.id}/voorwaarden", press="decision=admit", **checks)

    db.refresh(late)
    assert late.stage is Stage.ADMISSIBLE


def test_two_groups_merge_on_screen(db, pages):
    round, givers, takers = a_phased_round(PhaseKind.DIALOGUE), a_group(), a_group()
    giving = a_dossier(round, group=givers, stage=Stage.ADMISSIBLE)
    taking = a_dossier(round, group=takers, stage=Stage.ADMISSIBLE, title="Buurttuin")

    pages.as_(staff(Role.AREA_WORKER)).send(f"/beheer/burgerbudget/{giving.id}/samen", into_id=str(taking.id))
    pages.as_(givers[0]).send(page_of(giving), press="antwoord=ja")
    pages.as_(takers[0]).send(page_of(taking), press="antwoord=ja")

    assert "gaat verder" not in pages.get(page_of(taking)).text
    assert "Dit voorstel ging samen met een ander" in pages.get(page_of(giving))


def test_moving_on_screen_asks_a_reason_and_similar_plans_are_shown(db, pages):
    heule, marke, people = an_area("Heule"), an_area("Marke"), a_group()
    round = a_phased_round()
    a_dossier(round, stage=Stage.ADMISSIBLE, title="Pluktuin voor iedereen")
    dossier = a_dossier(round, group=people, areas=[heule], title="Een pluktuin")

    assert "Pluktuin voor iedereen" in pages.as_(people[0]).get(f"{page_of(dossier)}/nakijken")
    pages.as_(people[0]).send(f"{page_of(dossier)}/nakijken")
    pages.as_(staff(Role.AREA_WORKER, area=heule)).send(
        f"/beheer/burgerbudget/{dossier.id}/verplaats", area_id=str(marke.id), reason="Het ligt in Marke."
    )
    assert [area.name for area in dossier.areas] == ["Marke"]
    pages.as_(staff(Role.AREA_WORKER, area=heule)).get(f"/beheer/burgerbudget/{dossier.id}", status=404)


def test_the_group_hears_that_somebody_left_and_the_erased_are_out(db, app, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people, stage=Stage.SUBMITTED)
    pages.as_(people[3]).send(f"{page_of(dossier)}/uit-de-groep")
    message = db.query(Message).filter_by(topic="dossier.incomplete").one()
    with app.test_request_context():
        incomplete(db, message)
        incomplete(db, message)
        MODULE.erase(db, people[0].id)
    db.commit()

    told = db.query(Notice).filter_by(kind="dossier.incomplete").all()
    assert {notice.account_id for notice in told} == {account.id for account in people[:3]}
    assert len(told) == 3
    db.expire_all()
    assert [member.account_id for member in dossier.active_members] == [people[1].id, people[2].id]
    assert dossier.author_id == people[1].id


def test_a_photo_of_a_draft_is_for_its_group_alone(db, pages):
    drawn = BytesIO()
    Image.new("RGB", (800, 600), "green").save(drawn, "JPEG")
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    url, browser = f"{page_of(dossier)}/fotos", pages.as_(people[0])

    assert uploads(browser, url, alt="Het veld", photo=(BytesIO(b"geen foto"), "x.jpg")).status_code == 422
    assert uploads(browser, url, alt="", photo=(BytesIO(drawn.getvalue()), "x.jpg")).status_code == 422
    assert uploads(browser, url, alt="Het veld", photo=(BytesIO(drawn.getvalue()), "x.jpg")).status_code == 303
    name = db.query(Picture).one().name
    assert pages.as_(people[1]).raw(f"{page_of(dossier)}/foto/{name}").mimetype == "image/webp"
    pages.as_(a_resident()).get(f"{page_of(dossier)}/foto/{name}", status=404)
    browser.send(url, press=f"weg={name}")
    assert db.query(Picture).count() == 0


def test_the_list_shows_what_is_public_by_area_stage_and_word_and_in_every_format(db, pages):
    heule, round = an_area("Heule"), a_phased_round()
    a_dossier(round, stage=Stage.ADMISSIBLE, areas=[heule], latitude=50.83, longitude=3.23)
    a_dossier(round, stage=Stage.FEASIBLE, areas=[an_area("Marke")], title="Petanque")
    a_dossier(round, title="Geheim")
    url = f"/burgerbudget/{round.slug}/voorstellen"

    everything = pages.get(url)
    assert "Pluktuin" in everything
    assert "Petanque" in everything
    assert "Geheim" not in everything.html
    for query in ("?deelgemeente=heule", "?status=ontvankelijk", "?q=pluktuin"):
        shown = pages.get(url + query)
        assert "Pluktuin" in shown
        assert "Petanque" not in shown
    assert "Niets gevonden" in pages.get(f"{url}?q=kasteel")
    pages.get(f"{url}?pagina=2", status=404)
    assert pages.raw(f"{url}.csv").text.count("\r\n") == 3
    assert pages.raw(f"{url}.atom").text.count("<entry>") == 2
    assert len(pages.raw(f"{url}.geojson").json["features"]) == 1


def test_a_page_of_a_dossier_takes_few_statements(pages, statements):
    people = a_group(8)
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)
    pages.get(page_of(dossier))
    statements.clear()

    pages.get(page_of(dossier))

    assert len(statements) <= 7, statements


def test_the_console_counts_what_waits_in_ones_areas_and_who_is_silent(db, app):
    heule, people = an_area("Heule"), a_group()
    round = a_phased_round(PhaseKind.DIALOGUE)
    a_dossier(round, group=people, stage=Stage.SUBMITTED, areas=[heule])
    a_dossier(round, stage=Stage.COMPLETION, areas=[], due_at=NOON)
    a_dossier(round, stage=Stage.COMPLETION, areas=[], due_at=NOON + DAY)
    talked = a_dossier(round, stage=Stage.ADMISSIBLE)
    admin = acting(staff(Role.ADMIN))
    asked = advising.ask(db, talked, subjects=[Subject.COST], service="Groendienst", question="", by=admin, now=NOON)
    asked[0].due_on = (NOON - DAY).date()
    db.commit()
    table = {
        "administrator": (admin, [3, 1]),
        "area worker of Heule": (acting(staff(Role.AREA_WORKER, area=heule)), [3, 1]),
        "area worker of Marke": (acting(staff(Role.AREA_WORKER, area=an_area("Marke"))), [1]),
        "service": (acting(staff(Role.SERVICE)), [1]),
        "moderator": (acting(staff(Role.MODERATOR)), []),
    }

    with app.test_request_context():
        counted = {who: [item.count for item in work(db, actor, NOON)] for who, (actor, _numbers) in table.items()}

    assert counted == {who: numbers for who, (_actor, numbers) in table.items()}
