"""Who opens what: every page of a project with the eyes of everybody who has no business there."""

import pytest
from sqlalchemy import select

from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.modules.burgerbudget.follow import progress
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, MilestoneState
from tests.builders import NOON, a_resident, an_area, staff
from tests.follow_builders import PDF, TEXT, a_worker, accounts_of, an_execution, an_expense, lead_of
from tests.words import says

E = ExecutionState
OF_THE_GROUP = ("", "/plan", "/plan/nieuw", "/afspraak", "/rekening", "/eindverslag", "/uitgaven")
OF_THE_DESK = ("", "/terug", "/meer-tijd", "/stop")


@pytest.fixture
def outsiders(db):
    """People with every kind of role but the one that counts here."""
    return {
        "another resident": a_resident(),
        "another group": accounts_of(an_execution())[0],
        "area worker elsewhere": staff(Role.AREA_WORKER, area=an_area("Marke")),
        "moderator": staff(Role.MODERATOR),
        "auditor": staff(Role.AUDITOR),
        "adviser": staff(Role.ADVISER),
        "publisher": staff(Role.PUBLISHER),
    }


def test_pages_of_a_group_are_not_there_for_others(pages, outsiders):
    execution = an_execution()

    for who, account in outsiders.items():
        browser = pages.as_(account)
        for path in (*OF_THE_GROUP, f"/plan/{execution.milestones[0].id}", f"/mijlpaal/{execution.milestones[0].id}"):
            url = f"/burgerbudget/uitvoering/{execution.id}{path}"
            assert browser.raw(url).status_code == 404, (who, url)
    for path in OF_THE_GROUP:
        assert pages.raw(f"/burgerbudget/uitvoering/{execution.id}{path}").status_code in {302, 303, 401}


def test_pages_of_the_desk_are_not_there_for_others(pages, outsiders):
    execution = an_execution(E.RUNNING)
    root = f"/beheer/rondes/{execution.project.round.slug}/uitvoering/{execution.id}"
    milestone = execution.milestones[0].id

    everybody = {**outsiders, "lead": accounts_of(execution)[0], "service": staff(Role.SERVICE)}
    for who, account in everybody.items():
        browser = pages.as_(account)
        for path in (*OF_THE_DESK, f"/mijlpaal/{milestone}/meer", f"/mijlpaal/{milestone}/later"):
            assert browser.raw(root + path).status_code == 404, (who, path)


def test_a_milestone_or_a_bill_of_another_project_is_not_there(db, pages):
    mine, theirs = an_execution(E.RUNNING), an_execution(E.RUNNING)
    bill = an_expense(theirs, 10_000)
    milestone = theirs.milestones[0].id
    db.commit()
    lead, desk = pages.as_(accounts_of(mine)[0]), pages.as_(staff(Role.AREA_WORKER))
    root = f"/beheer/rondes/{mine.project.round.slug}/uitvoering"

    assert lead.raw(f"/burgerbudget/uitvoering/{mine.id}/mijlpaal/{milestone}").status_code == 404
    for path in (f"mijlpaal/{milestone}/meer", f"mijlpaal/{milestone}/later", f"uitgave/{bill.id}"):
        assert desk.raw(f"{root}/{mine.id}/{path}").status_code == 404
    assert desk.raw(f"/beheer/rondes/{theirs.project.round.slug}/uitvoering/{mine.id}").status_code == 404


def test_a_post_to_the_project_of_another_group_changes_nothing(db, pages):
    mine, theirs = an_execution(E.RUNNING), an_execution(E.RUNNING)
    bill = an_expense(theirs, 10_000)
    db.commit()
    lead = pages.as_(accounts_of(mine)[0])
    sheet = lead.get(f"/burgerbudget/uitvoering/{mine.id}/uitgaven")
    from tests.pages import values_of

    values = values_of(sheet.form_with("what"))
    values["weg"] = bill.name
    for url in (f"/burgerbudget/uitvoering/{theirs.id}/uitgaven", f"/burgerbudget/uitvoering/{mine.id}/uitgaven"):
        assert lead.client.post(url, data=values).status_code == 404
    db.expire_all()

    assert progress.expenses_of(db, theirs.id)


def test_a_proof_is_served_to_who_is_inside_and_to_nobody_else(db, pages, outsiders):
    execution = an_execution(E.RUNNING)
    url = f"/burgerbudget/uitvoering/bewijs/{an_expense(execution, 10_000).name}"
    db.commit()

    for who, account in outsiders.items():
        assert pages.as_(account).raw(url).status_code == 404, who
    assert pages.raw(url).status_code in {302, 303, 401}
    assert pages.as_(accounts_of(execution)[0]).raw("/burgerbudget/uitvoering/bewijs/" + "0" * 32).status_code == 404
    inside = [accounts_of(execution)[3], staff(Role.AREA_WORKER, area=an_area()), staff(Role.FINANCE)]
    for account in inside:
        answer = pages.as_(account).raw(url)
        assert (answer.status_code, answer.data) == (200, PDF)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert db.scalars(select(audit.LogEntry.act)).all().count("expense.proof-seen") == 2


def test_whoever_left_the_group_sees_nothing_of_it_any_more(db, pages):
    execution = an_execution(E.RUNNING)
    url = f"/burgerbudget/uitvoering/bewijs/{an_expense(execution, 10_000).name}"
    gone = execution.dossier.members[2]
    gone.left_at = NOON
    db.commit()

    assert pages.as_(gone.account).raw(url).status_code == 404
    assert pages.as_(gone.account).raw(f"/burgerbudget/uitvoering/{execution.id}").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_comes_where_accounts_are(db, pages, role):
    execution = an_execution(E.RUNNING)
    browser = pages.as_(staff(role))

    for path in ("betalingen", f"betalingen/{execution.instalments[0].id}", f"terug/{execution.id}"):
        assert browser.raw(f"/beheer/burgerbudget/{path}").status_code == 404
    answer = browser.client.post(f"/beheer/burgerbudget/betalingen/{execution.instalments[0].id}/rekening")
    assert answer.status_code in {400, 404}
    assert b"BE68" not in answer.data


def test_no_public_page_shows_a_bill_an_account_or_a_name(db, pages):
    execution = an_execution(E.RUNNING)
    an_expense(execution, 12_345, what="Geheime schroeven")
    db.commit()
    slug = execution.project.round.slug

    lists = [f"/{slug}/opvolging{ending}" for ending in ("", ".csv", ".atom", ".geojson")]
    for path in (*lists, f"/{slug}/projecten/{execution.id}", f"/{slug}/projecten/{execution.id}/verhaal"):
        text = pages.raw(f"/burgerbudget{path}").get_data(as_text=True)
        for secret in ("schroeven", "123,45", "7034", "Vermeersch", "Gerda"):
            assert not says(text, secret), (path, secret)


def test_who_reports_does_not_approve(db):
    execution = an_execution(E.RUNNING, with_group=False)
    worker = a_worker()
    milestone = execution.milestones[0]
    progress.report(db, execution, milestone, text=TEXT, by=worker, now=NOON)

    with pytest.raises(progress.OwnReport):
        progress.approve(db, milestone, by=worker, now=NOON)
    progress.approve(db, milestone, by=a_worker(), now=NOON)
    assert milestone.state is MilestoneState.APPROVED


def test_nothing_is_reported_before_the_start_or_by_others(db):
    waiting, running = an_execution(), an_execution(E.RUNNING)

    with pytest.raises(progress.NotRunning):
        progress.report(db, waiting, waiting.milestones[0], text=TEXT, by=lead_of(waiting), now=NOON)
    with pytest.raises(progress.NotThere):
        progress.report(db, running, running.milestones[0], text=TEXT, by=a_worker(), now=NOON)
    with pytest.raises(progress.NotThere):
        progress.report(db, running, waiting.milestones[0], text=TEXT, by=lead_of(running), now=NOON)
    with pytest.raises(progress.Invalid):
        progress.report(db, running, None, text=TEXT, by=lead_of(running), now=NOON)
    assert len(db.scalars(select(Execution)).all()) == 2
