"""Carrying out on screen: the whole way of one project, by its group, its area worker, finance and readers."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation import domain as moderation
from spreekt.moderation.domain import Reasons
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow import progress
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution, ExecutionState, Payment
from spreekt.modules.burgerbudget.follow.report_models import Expense, ProgressReport
from tests.budget_builders import a_phased_round
from tests.builders import NOON, a_moderator, a_project, a_round, acting, an_area, staff
from tests.follow_builders import (
    PDF,
    TEXT,
    TODAY,
    a_decision,
    a_picture,
    accounts_of,
    an_execution,
    an_expense,
    finished,
    lead_of,
    signed,
)
from tests.pages import values_of
from tests.words import says

E = ExecutionState


def own_url(execution):
    return f"/burgerbudget/uitvoering/{execution.id}"


def desk_url(execution):
    return f"/beheer/rondes/{execution.project.round.slug}/uitvoering/{execution.id}"


def worker():
    return staff(Role.AREA_WORKER, area=an_area(), name="Gerda Wijk")


def uploads(pages, url, **fields):
    values = values_of(pages.get(url).form_with(*fields))
    for name, value in fields.items():
        values.setlist(name, [value])
    return pages.client.post(url, data=values, content_type="multipart/form-data")


def published(db, report):
    moderation.decide(db, report, "publish", reasons=Reasons(), seen_version=None, by=acting(a_moderator()), now=NOON)
    db.commit()


def test_one_project_goes_the_whole_way(db, pages):
    execution = an_execution()
    lead, member = (pages.as_(account) for account in accounts_of(execution)[:2])
    desk, cash = pages.as_(worker()), pages.as_(staff(Role.FINANCE))
    url = own_url(execution)

    assert "Gefeliciteerd" in lead.get(url)
    number = execution.milestones[0].id
    plan = lead.send(f"{url}/plan/{number}", title="Bedden en bessen", due_on="2027-05-01", amount_cents="2.000")
    assert "Verdeel nog € 580" in plan.text.replace("\xa0", " ")
    lead.send(f"{url}/plan/nieuw", title="Het feest", due_on="2027-06-01", amount_cents="580")
    assert "Wie de groep leidt, tekent voor jullie" in member.get(f"{url}/afspraak")
    lead.send(f"{url}/afspraak", status=422, name="Ine Vermeersch", without=("agrees",))
    assert "Nu tekent de stad" in lead.send(f"{url}/afspraak", name="Ine Vermeersch", agrees="y")
    lead.send(f"{url}/rekening", status=422, iban="BE69 5390 0754 7034", holder="Pluktuin vzw")
    shown = lead.send(f"{url}/rekening", iban="BE68 5390 0754 7034", holder="Pluktuin vzw")
    assert "eindigt op 7034" in shown
    assert not says(shown.html, "5390")
    assert "BE68" not in shown.html

    assert "Teken voor de stad" in desk.get(desk_url(execution))
    press(desk, desk_url(execution), "teken")
    pay(cash, db)
    first = next(each for each in db.get_one(Execution, execution.id).milestones if each.title == "Bedden en bessen")
    answer = uploads(
        lead, f"{url}/mijlpaal/{first.id}", text=TEXT, photo=(a_picture(), "bed.jpg"), alt="Een bed bessen"
    )
    assert answer.status_code == 303
    answer = uploads(member, f"{url}/uitgaven", what="Bessen", amount_cents="1.000", spent_on="2026-11-20",
                     file=(BytesIO(PDF), "bon.pdf"))  # fmt: skip
    assert answer.status_code == 303
    assert "Wordt nagekeken" in member.get(url)
    press(desk, desk_url(execution), f"mijlpaal/{first.id}/goed")
    pay(cash, db)
    db.expire_all()
    second = next(each for each in db.get_one(Execution, execution.id).milestones if each.title == "Het feest")
    assert uploads(lead, f"{url}/mijlpaal/{second.id}", text=TEXT).status_code == 303
    asked = desk.send(f"{desk_url(execution)}/mijlpaal/{second.id}/meer", reason="Zet er nog een foto bij.")
    assert "Zet er nog een foto bij" in asked
    assert "Zet er nog een foto bij" in lead.get(url)
    assert uploads(lead, f"{url}/mijlpaal/{second.id}", text=TEXT).status_code == 303
    press(desk, desk_url(execution), f"mijlpaal/{second.id}/goed")
    assert uploads(lead, f"{url}/eindverslag", text=TEXT).status_code == 303
    press(desk, desk_url(execution), "klaar")

    db.expire_all()
    done = db.get_one(Execution, execution.id)
    assert (done.state, done.to_return_cents) == (E.DONE, 372_000 - 100_000)
    assert "€ 2.720 gaat terug" in lead.get(url).text.replace("\xa0", " ")
    assert "Komt terug" in cash.get(f"/beheer/burgerbudget/terug/{execution.id}")
    cash.send(f"/beheer/burgerbudget/terug/{execution.id}", returned_on="2026-11-23")
    assert "€ 2.720 kwam terug" in lead.get(url).text.replace("\xa0", " ")
    assert "1 van de 1 uitgevoerd" in pages.get(f"/burgerbudget/{execution.project.round.slug}/opvolging")


def press(pages, url, act):
    """Press the one button of the form that posts there."""
    sheet = pages.get(url)
    form = next(each for each in sheet.all("form") if (each.get("action") or "").endswith(f"/{act}"))
    answer = pages.client.post(form.get("action"), data=values_of(form))
    pages.db.expire_all()
    assert answer.status_code == 303, answer.get_data(as_text=True)[:400]


def pay(cash, db):
    """Finance opens the first payment of the list, looks at the account, and writes down that it was paid."""
    listed = cash.get("/beheer/burgerbudget/betalingen")
    url = next(address for words, address in listed.links().items() if "/betalingen/" in address)
    shown = cash.get(url)
    assert "BE68" not in shown.html
    form = next(each for each in shown.all("form") if (each.get("action") or "").endswith("/rekening"))
    answer = cash.client.post(form.get("action"), data=values_of(form))
    opened = cash._look(answer, url, 200)
    assert "BE68 5390 0754 7034" in opened
    cash.send(url, paid_on="2026-11-23", reference="2026-117")
    db.expire_all()


def test_readers_follow_every_project_with_its_last_photo(db, pages):
    round = a_phased_round(PhaseKind.EXECUTION, numbers={"carry_out_months": 24})
    marke = an_area("Marke")
    projects = [a_project(round, latitude=50.84, longitude=3.24, areas=[an_area()]), a_project(round, areas=[marke])]
    decision = a_decision(round, *((project, 100_000) for project in projects))
    follow.begin(db, decision, by=acting(staff(Role.PUBLISHER)), now=NOON)
    db.commit()
    url = f"/burgerbudget/{round.slug}/opvolging"

    everything = pages.get(url)

    assert "0 van de 2 uitgevoerd" in everything
    assert projects[1].title in everything
    assert projects[1].title not in pages.get(f"{url}?deelgemeente=heule")
    assert "Geen project past" in pages.get(f"{url}?status=gestopt")
    assert projects[0].title in pages.get(f"{url}?q=rustbank")
    pages.get(f"{url}?pagina=2", status=404)
    assert pages.raw(f"{url}.csv").get_data(as_text=True).count("\r\n") == 3
    assert len(json.loads(pages.raw(f"{url}.geojson").get_data(as_text=True))["features"]) == 1
    assert pages.raw(f"{url}.atom").status_code == 200


def test_before_the_decision_the_list_says_what_comes(pages):
    round = a_round()

    assert "nog niet gekozen" in pages.get(f"/burgerbudget/{round.slug}/opvolging")


def test_news_is_public_only_after_a_moderator_and_then_with_its_photo(db, pages):
    execution = an_execution(E.RUNNING)
    lead = pages.as_(accounts_of(execution)[0])
    url = f"{own_url(execution)}/mijlpaal/{execution.milestones[0].id}"
    assert uploads(lead, url, text=TEXT, photo=(a_picture(), "b.jpg"), alt="Een bed bessen").status_code == 303
    report = db.scalars(select(ProgressReport)).one()
    news, list_url = f"/burgerbudget/nieuws/{report.id}", f"/burgerbudget/{execution.project.round.slug}/opvolging"
    photo = f"/foto/{report.pictures[0].name}"

    pages.get(news, status=404)
    assert pages.raw(photo).status_code == 404
    assert "bessen" not in pages.raw(f"{list_url}.atom").get_data(as_text=True)
    assert photo not in pages.get(list_url).html
    assert "Nog niet openbaar" in lead.get(news)
    assert "Planten" in pages.as_(a_moderator()).get(f"/moderatie/{report.id}")
    published(db, report)

    assert "bessen" in pages.get(news)
    assert pages.raw(photo).status_code == 200
    assert "bessen" in pages.raw(f"{list_url}.atom").get_data(as_text=True)
    assert photo in pages.get(list_url).html
    assert photo in pages.get(f"/burgerbudget/{execution.project.round.slug}/projecten/{execution.id}/verhaal").html
    moderation.decide(db, report, "hide", reasons=Reasons("spam", "x", "Toch niet."), seen_version=None,
                      by=acting(a_moderator()), now=NOON)  # fmt: skip
    db.commit()
    pages.get(news, status=404)
    assert pages.raw(photo).status_code == 404
    assert photo not in pages.get(list_url).html


def test_a_photo_without_words_comes_back_with_the_text_and_keeps_nothing(db, pages):
    execution = an_execution(E.RUNNING)
    url = f"{own_url(execution)}/mijlpaal/{execution.milestones[0].id}"
    lead = pages.as_(accounts_of(execution)[0])

    first = uploads(lead, url, text=TEXT, photo_2=(a_picture(), "b.jpg"))
    other = uploads(lead, url, text=TEXT, photo_3=(BytesIO(b"niets"), "b.jpg"), alt_3="Een bed bessen")

    for answer in (first, other):
        assert answer.status_code == 422
        assert "eerste bessen" in answer.get_data(as_text=True)
    assert db.scalars(select(ProgressReport)).all() == []


@pytest.mark.parametrize("file", [b"", b"GIF89a<script>", b"%PDF-1.4 /JavaScript %%EOF", b"%PDF-1.4 niet af"])
def test_a_proof_is_a_photo_or_a_plain_pdf(db, pages, file):
    execution = an_execution(E.RUNNING)
    lead = pages.as_(accounts_of(execution)[0])

    answer = uploads(lead, f"{own_url(execution)}/uitgaven", what="Bessen", amount_cents="10", spent_on="2026-11-20",
                     file=(BytesIO(file), "bon.pdf"))  # fmt: skip

    assert answer.status_code == 422
    assert db.scalars(select(Expense)).all() == []


def test_the_group_takes_a_bill_out_again_while_the_project_runs(db, pages):
    execution = an_execution(E.RUNNING)
    expense = an_expense(execution, 10_000)
    db.commit()
    lead = pages.as_(accounts_of(execution)[0])

    lead.send(f"{own_url(execution)}/uitgaven", press=f"weg={expense.name}")

    assert db.scalars(select(Expense)).all() == []
    assert "nog geen uitgave" in lead.get(f"{own_url(execution)}/uitgaven")


def test_a_bill_says_why_it_does_not_count(db, pages):
    execution = an_execution(E.RUNNING)
    expense = an_expense(execution, 10_000)
    db.commit()
    url = f"{desk_url(execution)}/uitgave/{expense.id}"
    desk = pages.as_(worker())

    desk.send(url, status=422, refusal="")
    assert "Geen materiaal" in desk.send(url, refusal="Geen materiaal voor dit project.")
    assert "Telt niet mee" in pages.as_(accounts_of(execution)[1]).get(f"{own_url(execution)}/uitgaven")
    desk.send(url, press="telt=1")

    assert expense.refusal == ""


def test_who_is_late_stands_on_top_and_may_get_more_time(db, pages):
    execution = an_execution(E.RUNNING)
    milestone = execution.milestones[0]
    milestone.due_on = TODAY - timedelta(days=15)
    db.commit()
    desk = pages.as_(worker())

    waiting = desk.get("/beheer/burgerbudget/uitvoering")
    assert "15 dagen" in waiting.text.replace("\xa0", " ")
    assert "te laat" in desk.get(f"/beheer/rondes/{execution.project.round.slug}/uitvoering")
    assert "mijlpalen die te laat zijn" in desk.get("/beheer")
    url = f"{desk_url(execution)}/mijlpaal/{milestone.id}/later"
    desk.send(url, status=422, due_on="2026-11-01", reason="Het regende veel.")
    desk.send(url, due_on="2027-03-01", reason="Het regende veel.")

    assert "Er wacht niets op jou" in desk.get("/beheer/burgerbudget/uitvoering")
    assert "Te laat" not in pages.as_(accounts_of(execution)[0]).get(own_url(execution))


def test_a_project_whose_term_passed_gets_more_time_and_then_its_milestone_too(db, pages):
    """Two months from the decision, and it is not done: first the whole project, then the milestone."""
    execution = an_execution(E.RUNNING, months=2)
    execution.due_on = execution.milestones[0].due_on = TODAY - timedelta(days=20)
    db.commit()
    milestone, desk = execution.milestones[0], pages.as_(worker())
    later = f"{desk_url(execution)}/mijlpaal/{milestone.id}/later"

    refused = desk.send(later, status=422, due_on="2026-12-20", reason="Het regende veel.")
    assert refused.links()["Geef eerst het hele project meer tijd"] == f"{desk_url(execution)}/meer-tijd"
    more = f"{desk_url(execution)}/meer-tijd"
    assert "tot en met zaterdag 23 januari 2027" in desk.send(
        more, status=422, due_on="2062-12-20", reason="Het regende veel."
    )
    assert "20 december 2026" in desk.send(more, due_on="2026-12-20", reason="Het regende veel.")
    desk.send(later, due_on="2026-12-20", reason="Het regende veel.")

    assert (execution.due_on, milestone.due_on) == (date(2026, 12, 20), date(2026, 12, 20))
    story = pages.get(f"/burgerbudget/{execution.project.round.slug}/projecten/{execution.id}/verhaal")
    assert "Het project kreeg meer tijd" in story
    assert "werd zondag 20 december 2026" in story


def test_what_waits_is_gathered_for_who_follows_it(db, pages):
    to_sign, reported, ended = an_execution(), an_execution(E.RUNNING), an_execution(E.RUNNING)
    signed(to_sign)
    progress.report(db, reported, reported.milestones[0], text=TEXT, by=lead_of(reported), now=NOON)
    finished(ended)
    db.commit()

    shown = pages.as_(worker()).get("/beheer/burgerbudget/uitvoering")

    for words in ("Gemelde mijlpalen", "Afspraken om te tekenen", "Om af te ronden"):
        assert words in shown
    assert "Er wacht niets op jou" in pages.as_(staff(Role.AREA_WORKER, area=an_area("Marke"))).get(
        "/beheer/burgerbudget/uitvoering"
    )


def test_a_plan_is_given_back_and_changed_by_both(db, pages):
    execution = an_execution()
    signed(execution)
    db.commit()
    desk, lead = pages.as_(worker()), pages.as_(accounts_of(execution)[0])

    desk.send(f"{desk_url(execution)}/terug", reason="Zet er ook het onderhoud bij.")

    assert "Zet er ook het onderhoud bij" in lead.get(own_url(execution))
    assert "Zet er ook het onderhoud bij" in lead.get(f"{own_url(execution)}/afspraak")
    assert "Klopt het plan nog" in desk.get(f"{own_url(execution)}/plan").heading
    lead.send(f"{own_url(execution)}/plan/nieuw", title="Onderhoud", due_on="2027-06-01", amount_cents="")
    shown = lead.send(f"{own_url(execution)}/plan/{execution.milestones[0].id}", press="weg=1")
    assert "Verdeel nog" in shown
    assert "kloppen nog niet" in lead.get(f"{own_url(execution)}/afspraak")


def test_a_project_is_stopped_with_a_reason_that_everybody_reads(db, pages):
    execution = an_execution(E.RUNNING)
    desk = pages.as_(worker())

    desk.send(f"{desk_url(execution)}/stop", status=422, reason="")
    desk.send(f"{desk_url(execution)}/stop", reason="De eigenaar verkocht de grond.")

    for url in (f"/burgerbudget/{execution.project.round.slug}/opvolging", own_url(execution)):
        browser = pages if "opvolging" in url else pages.as_(accounts_of(execution)[1])
        assert "verkocht de grond" in browser.get(url)
    assert "verkocht de grond" in pages.get(f"/burgerbudget/{execution.project.round.slug}/projecten/{execution.id}")


def test_the_agreement_is_on_paper_for_who_is_inside(db, pages):
    execution = an_execution(E.RUNNING)
    number = db.scalars(select(Agreement.number)).one()
    url = f"{own_url(execution)}/afspraak-{number}.pdf"

    for account in (accounts_of(execution)[1], worker(), staff(Role.FINANCE)):
        answer = pages.as_(account).raw(url)
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Voor de stad: Gerda Wijk" in pages.as_(accounts_of(execution)[0]).get(f"{own_url(execution)}/afspraak")


def test_finance_reads_a_payment_that_was_made_and_one_that_is_not_due(db, pages):
    execution = an_execution(E.RUNNING)
    cash = pages.as_(staff(Role.FINANCE))
    first, second = (f"/beheer/burgerbudget/betalingen/{each.id}" for each in execution.instalments)
    cash.send(first, status=422, reference="2026-1", paid_on="2030-01-01")
    cash.send(first, reference="2026-1", paid_on="2026-11-23")

    assert "Kenmerk: 2026-1" in cash.get(first)
    assert "nu niet te betalen" in cash.get(second)
    assert "Er is niets te betalen" in cash.get("/beheer/burgerbudget/betalingen")
    assert len(db.scalars(select(Payment)).all()) == 1
    assert "komt er niets terug" in cash.get(f"/beheer/burgerbudget/terug/{execution.id}")


def test_an_old_session_of_finance_confirms_first(db, pages):
    an_execution(E.RUNNING)

    answer = pages.as_(staff(Role.FINANCE), fresh=False).raw("/beheer/burgerbudget/betalingen")

    assert answer.status_code in {302, 303}
    assert "aanmelden" in answer.headers["Location"]
