"""Who leads a group: handing over at any stage, and a lead named by the city where nobody leads any more."""

import pytest

from spreekt.identity.models import Account
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, NotThere
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import leading, screening
from spreekt.modules.burgerbudget.dossiers.cards import erase
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.dossiers.notices import lead_changed
from spreekt.modules.burgerbudget.dossiers.workflow import is_lead
from spreekt.modules.burgerbudget.follow import agreements
from spreekt.notices.models import Notice
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, a_resident, acting, an_area, staff
from tests.follow_builders import an_execution


def led_by(dossier):
    return [member.account_id for member in dossier.active_members if member.is_lead]


def number_of(dossier, account):
    return next(member.id for member in dossier.active_members if member.account_id == account.id)


def erased(db, account):
    db.get(Account, account.id).erased_at = NOON
    db.get(Account, account.id).email_key, db.get(Account, account.id).sealed_email = None, ""
    db.commit()


@pytest.mark.parametrize("stage", [Stage.INADMISSIBLE, Stage.NOT_FEASIBLE, Stage.ON_BALLOT, Stage.SUBMITTED])
def test_when_a_lead_is_erased_another_leads_whatever_the_stage(db, stage):
    people = a_group(5)
    dossier = a_dossier(a_phased_round(), group=people, stage=stage)

    erase(db, people[0].id, NOON)

    assert led_by(dossier) == [people[1].id] == [dossier.author_id]
    assert db.query(Message).filter_by(topic="dossier.lead-changed").one().payload["account_id"] == people[1].id


def test_once_a_lead_is_erased_the_next_one_signs_for_the_group(db):
    people = a_group()
    execution = an_execution(people=people)
    plan = agreements.plan_of(db, execution)

    erase(db, people[0].id, NOON)

    signed = agreements.sign(db, execution, name="Ine", seen=agreements.mark_of(plan), by=acting(people[1]), now=NOON)
    assert signed.number == 1


def test_once_a_lead_is_erased_the_group_keeps_its_reply(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)
    screening.judge(db, dossier, "deem_not_feasible", words="Te nat.", remedy="Zoek een andere plek.",
                    seen_version=None, by=acting(staff(Role.AREA_WORKER)), now=NOON)  # fmt: skip

    erase(db, people[0].id, NOON)
    screening.reply(db, dossier, "We vonden een andere plek.", by=acting(people[1]), now=NOON)

    assert dossier.stage is Stage.ADMISSIBLE


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.FEASIBLE, Stage.ON_BALLOT])
def test_a_lead_hands_over_to_another_of_the_group_and_only_a_lead_does(db, stage):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people, stage=stage)

    with pytest.raises(Forbidden):
        leading.hand_over(db, dossier, number_of(dossier, people[2]), by=acting(people[1]))
    with pytest.raises(NotThere):
        leading.hand_over(db, dossier, number_of(dossier, people[2]), by=acting(a_resident()))
    leading.hand_over(db, dossier, number_of(dossier, people[2]), by=acting(people[0]))

    assert led_by(dossier) == [people[2].id] == [dossier.author_id]
    assert not is_lead(acting(people[0]), dossier)
    assert db.query(audit.LogEntry).filter_by(act="dossier.hand-over").one().actor_id == people[0].id


def test_nobody_outside_the_group_or_erased_becomes_the_lead(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    erased(db, people[1])

    for wrong in (number_of(dossier, people[1]), number_of(dossier, people[0]), 999_999):
        with pytest.raises(NotThere):
            leading.hand_over(db, dossier, wrong, by=acting(people[0]))


def test_the_city_names_a_lead_only_where_nobody_leads(db):
    heule, people = an_area("Heule"), a_group()
    dossier = a_dossier(a_phased_round(), group=people, stage=Stage.ON_BALLOT, areas=[heule])
    worker, chosen = acting(staff(Role.AREA_WORKER, area=heule)), number_of(dossier, people[3])

    with pytest.raises(NotThere):
        leading.name_lead(db, dossier, chosen, by=worker)
    erased(db, people[0])
    with pytest.raises(Forbidden):
        leading.name_lead(db, dossier, chosen, by=acting(staff(Role.AREA_WORKER, area=an_area("Marke"))))
    leading.name_lead(db, dossier, chosen, by=worker)

    assert led_by(dossier) == [people[3].id]


def test_a_lead_hands_over_on_screen_during_execution_and_the_next_one_hears_it(db, app, pages):
    people = a_group()
    execution = an_execution(people=people)
    page = f"/burgerbudget/voorstellen/{execution.dossier.id}"

    lead = pages.as_(people[0])
    assert "Geef de leiding door" in lead.get(f"{page}/groep")
    assert "Stap uit de groep" not in lead.get(page)
    lead.get(f"{page}/leiding")
    refused = lead.send(f"{page}/leiding", member_id=str(number_of(execution.dossier, people[2])), status=422)
    assert "Vraag het eerst" in refused
    lead.send(f"{page}/leiding", member_id=str(number_of(execution.dossier, people[2])), agrees=True)
    pages.as_(people[1]).get(f"{page}/leiding", status=404)
    with app.test_request_context():
        lead_changed(db, db.query(Message).filter_by(topic="dossier.lead-changed").one())

    assert [notice.account_id for notice in db.query(Notice).filter_by(kind="dossier.lead-changed")] == [people[2].id]


def test_the_desk_names_a_lead_on_screen(db, pages):
    people = a_group()
    dossier = an_execution(people=people).dossier
    desk = pages.as_(staff(Role.AREA_WORKER))
    desk.get(f"/beheer/burgerbudget/{dossier.id}/leiding", status=404)
    erased(db, people[0])

    assert "Niemand leidt deze groep" in desk.get(f"/beheer/burgerbudget/{dossier.id}")
    desk.send(f"/beheer/burgerbudget/{dossier.id}/leiding", member_id=str(number_of(dossier, people[1])), agrees=True)

    db.expire_all()
    assert led_by(dossier) == [people[1].id]
