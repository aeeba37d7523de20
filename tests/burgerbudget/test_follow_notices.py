"""Who hears what, in which words, and once; what stands on the console and on one's own page; what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from spreekt.home.log_words import words_for
from spreekt.identity.models import ERASED_NAME
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress
from spreekt.modules.burgerbudget.follow import cards as follow_cards
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow.models import Agreement, ExecutionState
from spreekt.modules.burgerbudget.follow.notices import SUBSCRIBERS
from spreekt.modules.burgerbudget.module import MODULE
from spreekt.notices.models import Notice
from tests.builders import DAY, NOON, acting, an_account, an_area, staff
from tests.follow_builders import (
    TEXT,
    TODAY,
    a_worker,
    accounts_of,
    an_execution,
    an_expense,
    finance,
    finished,
    lead_of,
    signed,
)
from tests.notices.test_mail import same_as_snapshot

E = ExecutionState


@pytest.fixture
def delivered(db, app):
    """Deliver everything that is in the outbox, twice; gives what was new."""

    def deliver():
        before = {notice.id for notice in db.scalars(select(Notice))}
        with app.test_request_context():
            for message in db.scalars(select(Message).order_by(Message.id)).all():
                for subscriber in SUBSCRIBERS.get(message.topic, ()):
                    subscriber(db, message)
                    subscriber(db, message)
        db.flush()
        return [each for each in db.scalars(select(Notice).order_by(Notice.id)) if each.id not in before]

    return deliver


def test_all_that_is_told_on_the_way_in_its_own_words(db, delivered):
    desk, cash = staff(Role.AREA_WORKER, area=an_area()), staff(Role.FINANCE)
    execution = an_execution()
    lead, worker = lead_of(execution), a_worker()
    milestone = execution.milestones[0]
    signed(execution)
    agreements.send_back(db, execution, reason="Zet er het onderhoud bij.", by=worker, now=NOON)
    signed(execution)
    agreements.countersign(db, execution, by=worker, now=NOON)
    milestone.due_on = TODAY - timedelta(days=20)
    db.flush()
    progress.tell_late(db, NOON)
    told = delivered()
    progress.postpone(db, milestone, due_on=TODAY + timedelta(days=20), reason="Veel regen.", by=worker, now=NOON)
    follow.extend(db, execution, due_on=TODAY + timedelta(days=740), reason="Veel regen.", by=worker, now=NOON)
    progress.report(db, execution, milestone, text=TEXT, by=lead, now=NOON)
    progress.ask_more(db, milestone, reason="Met een foto?", by=worker)
    progress.report(db, execution, milestone, text=TEXT, by=lead, now=NOON)
    progress.approve(db, milestone, by=worker, now=NOON)
    from tests.builders import _vault

    paying.give_account(db, _vault(), execution, iban="BE68539007547034", holder="Pluktuin vzw", by=lead)
    for instalment in execution.instalments:
        paying.pay(db, instalment, paid_on=TODAY, reference="2026-1", by=finance(), now=NOON)
    bill = an_expense(execution, 100_000)
    progress.judge_expense(db, bill, counts=False, refusal="Niet voor het project.", by=worker)
    told += delivered()
    progress.judge_expense(db, bill, counts=True, by=worker)
    progress.report(db, execution, None, text=TEXT, by=lead, now=NOON)
    ending.deliver(db, execution, by=worker, now=NOON)
    stopped = an_execution(E.STOPPED)

    told += delivered()

    shown = {"groep": accounts_of(execution)[1].id, "gebiedswerker": desk.id, "financien": cash.id,
             "andere groep": accounts_of(stopped)[1].id}  # fmt: skip
    names = {account_id: name for name, account_id in shown.items()}
    lines = [
        f"{names[each.account_id]}: {each.title}\n  {each.text}\n  {each.action}"
        for each in told
        if each.account_id in names
    ]
    words = "\n".join(dict.fromkeys(lines)).replace("\N{NO-BREAK SPACE}", " ")
    same_as_snapshot("budget_follow.txt", f"{words}\n")
    for who in names:
        mine = [(each.message_id, each.kind) for each in told if each.account_id == who]
        assert len(mine) == len(set(mine))


def test_a_group_is_told_once_that_it_is_late(db, delivered):
    execution = an_execution(E.RUNNING)
    execution.milestones[0].due_on = TODAY - timedelta(days=14)
    db.flush()
    progress.tell_late(db, NOON)
    assert not [each for each in delivered() if each.kind == "milestone.late"], "fourteen days are allowed"

    for _again in range(3):
        progress.tell_late(db, NOON + DAY)
    db.flush()

    mine = [each for each in delivered() if each.kind == "milestone.late"]
    assert len(mine) == len(accounts_of(execution))
    assert db.scalars(select(audit.LogEntry.act)).all().count("milestone.late") == 1


def test_a_message_about_something_that_is_gone_tells_nobody(db, app):
    with app.test_request_context():
        for topic, subscribers in SUBSCRIBERS.items():
            payload = {"project_id": 9, "agreement_id": 9, "report_id": 9, "milestone_id": 9, "instalment_id": 9,
                       "expense_id": 9}  # fmt: skip
            message = Message(topic=topic, payload=payload)
            db.add(message)
            db.flush()
            for subscriber in subscribers:
                subscriber(db, message)
    assert db.scalars(select(Notice)).all() == []


def test_work_stands_on_the_console_of_who_does_it(db, app):
    late, waits = an_execution(E.RUNNING), an_execution()
    late.milestones[0].due_on = TODAY - timedelta(days=30)
    signed(waits)
    back = an_execution(E.RUNNING)
    paying.pay(db, back.instalments[0], paid_on=TODAY, reference="2026-1", by=finance(), now=NOON)
    ending.stop(db, back, reason="De grond werd verkocht.", by=a_worker(), now=NOON)
    db.commit()

    with app.test_request_context():
        desk = {each.label: (each.count, each.overdue) for each in follow_cards.work(db, a_worker(), NOON)}
        cash = {each.label: each.count for each in follow_cards.work(db, finance(), NOON)}
        elsewhere = follow_cards.work(db, acting(staff(Role.AREA_WORKER, area=an_area("Marke"))), NOON)
        nobody = follow_cards.work(db, acting(an_account()), NOON)

    assert desk == {"mijlpalen die te laat zijn": (1, 1), "afspraken en mijlpalen om te bekijken": (1, 0)}
    assert cash == {"betalingen van het burgerbudget": 1, "projecten die geld terugstorten": 1}
    assert [each.count for each in elsewhere] == [0]
    assert list(nobody) == []


def test_ones_own_project_stands_on_ones_own_page_and_in_ones_file(db, app, pages):
    execution = an_execution(E.RUNNING)
    mine, other = accounts_of(execution)[1], an_account()

    with app.test_request_context():
        deed = next(each for each in MODULE.deeds(db, acting(mine)) if "voeren uit" in each.title)
        assert (deed.state, deed.url) == ("In uitvoering", f"/burgerbudget/uitvoering/{execution.id}")
        assert follow_cards.deeds(db, acting(other)) == []
        assert MODULE.export(db, mine.id)["projecten_in_uitvoering"] == [
            {"titel": execution.project.title, "staat": "In uitvoering"}
        ]
    assert "Jullie voeren uit" in pages.as_(mine).get("/mijn")


def test_a_name_under_an_agreement_goes_when_the_project_is_over(db, vault):
    running, over = an_execution(E.RUNNING), an_execution(E.STOPPED)
    for execution in (running, over):
        follow_cards.erase(db, vault, accounts_of(execution)[0].id)
    names = dict(db.execute(select(Agreement.project_id, Agreement.signed_name)).all())
    assert names == {running.id: "Ine Vermeersch", over.id: ERASED_NAME}

    finished_by_others(db, running)
    follow_cards.sweep(db, NOON + DAY)

    assert set(db.scalars(select(Agreement.signed_name))) == {ERASED_NAME}
    assert set(db.scalars(select(Agreement.account_id))) == {None}


def finished_by_others(db, execution):
    finished(execution)
    ending.deliver(db, execution, by=a_worker(), now=NOON)


def test_every_act_has_words_in_the_log(db, app):
    done = an_execution(E.RUNNING)
    bill = an_expense(done, 1_000)
    progress.judge_expense(db, bill, counts=False, refusal="Niet voor het project.", by=a_worker())
    finished(done)
    ending.deliver(db, done, by=a_worker(), now=NOON)
    an_execution(E.STOPPED)

    with app.test_request_context():
        acts = set(db.scalars(select(audit.LogEntry.act)))
        assert {act for act in acts if words_for(act) == act} == set()
