"""Support and the city's answer: once per resident, one clock, the right people told, nothing lost."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.identity.residency_models import ProofMethod, Residency
from spreekt.kernel import outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, NeedsResidence, NotThere
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.moderation.domain import Reasons, decide, submit
from spreekt.moderation.models import State
from spreekt.modules.voorstellen import answers
from spreekt.modules.voorstellen.answers import Reply, answer, remind_of_due_answers
from spreekt.modules.voorstellen.models import AnswerKind, OfficialAnswer, Proposal, Support
from spreekt.modules.voorstellen.module import MODULE
from spreekt.modules.voorstellen.support import AlreadySupported, SupportClosed, support, withdraw_support
from spreekt.notices.models import Frequency, Notice, Preference
from tests.builders import DAY, NOON, a_proposal, a_resident, acting, an_account, an_area, kept, staff
from tests.pages import Pages, values_of
from tests.voorstellen.test_reading import counted

TEXT = "We plaatsen de banken in het voorjaar, samen met het woonzorgcentrum."
REPLY = Reply(AnswerKind.ACCEPTED, "Dienst Openbaar Domein", TEXT, None)


def supporters(db: Session, proposal: Proposal) -> int:
    db.expire_all()
    rows = db.scalar(select(func.count()).select_from(Support).where(Support.proposal_id == proposal.id))
    assert rows == proposal.support_count
    return proposal.support_count


def messages(db: Session, topic: str) -> list[Message]:
    return list(db.scalars(select(Message).where(Message.topic == topic)))


def delivered(pages: Pages, db: Session, topic: str) -> None:
    """Let the module's subscribers hear of it, twice, as may happen."""
    for message in messages(db, topic):
        for _time in range(2):
            for subscriber in MODULE.subscribers[topic]:
                with pages.app.test_request_context():
                    subscriber(db, message)
    db.commit()


def test_a_resident_supports_and_takes_it_back(pages: Pages, db: Session) -> None:
    proposal = a_proposal()
    browser = pages.as_(a_resident())

    page = press(browser, proposal, "steun")
    assert "Jij steunt dit voorstel" in page
    assert supporters(db, proposal) == 1
    assert "Ik steun dit voorstel" in press(browser, proposal, "steun-intrekken")
    assert supporters(db, proposal) == 0


def press(browser: Pages, proposal: Proposal, act: str) -> Any:
    """Press the button on the proposal's page that goes to this act."""
    url = f"/voorstellen/{proposal.id}"
    form = next(form for form in browser.get(url).all("form") if form.get("action") == f"{url}/{act}")
    assert browser.client.post(f"{url}/{act}", data=values_of(form)).status_code == 303
    return browser.get(url)


def test_f16_double_click_and_f5_support_once(pages: Pages, db: Session) -> None:
    proposal = a_proposal()
    browser = pages.as_(a_resident())
    url = f"/voorstellen/{proposal.id}"
    form = next(form for form in browser.get(url).all("form") if form.get("action") == f"{url}/steun")
    answers_ = [browser.client.post(f"{url}/steun", data=values_of(form)) for _click in range(3)]

    assert {answer.status_code for answer in answers_} == {303}
    assert supporters(db, proposal) == 1


def test_the_table_refuses_a_second_support_of_one_resident(db: Session) -> None:
    proposal = a_proposal()
    kept(Support(proposal_id=proposal.id, supporter_key="a" * 64, supported_on=NOON.date()))

    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(insert(Support).values(proposal_id=proposal.id, supporter_key="a" * 64, supported_on=NOON.date()))


def test_nobody_supports_twice_even_from_a_second_account_after_erasing_the_first(db: Session, vault: Vault) -> None:
    proposal, first = a_proposal(), a_resident()
    support(db, vault, proposal, by=acting(first), now=NOON)
    assert MODULE.erase is not None
    MODULE.erase(db, first.id)
    home = db.scalars(select(Residency).where(Residency.account_id == first.id)).one()
    home.ended_at = NOON
    db.flush()
    second = an_account()
    kept(Residency(account_id=second.id, person_key=home.person_key, method=ProofMethod.LETTER, proven_at=NOON))

    with pytest.raises(AlreadySupported):
        support(db, vault, proposal, by=acting(second), now=NOON)
    assert supporters(db, proposal) == 1
    assert db.scalars(select(Support.account_id)).one() is None


def test_only_residents_support_and_only_what_is_public(pages: Pages, db: Session, vault: Vault) -> None:
    public, draft = a_proposal(), a_proposal(state=State.DRAFT)
    account = an_account()

    with pytest.raises(NeedsResidence):
        support(db, vault, public, by=acting(account), now=NOON)
    with pytest.raises(NotThere):
        support(db, vault, draft, by=acting(a_resident()), now=NOON)
    assert "/aanmelden" in pages.get(f"/voorstellen/{public.id}").links()["Meld je aan om te steunen"]


def test_the_last_supporter_starts_one_clock_of_so_many_days(db: Session, vault: Vault) -> None:
    proposal = a_proposal(support_needed=2, answer_days=30)
    three = [acting(a_resident()) for _person in range(3)]
    support(db, vault, proposal, by=three[0], now=NOON)
    assert proposal.threshold_reached_at is None

    support(db, vault, proposal, by=three[1], now=NOON)
    support(db, vault, proposal, by=three[2], now=NOON + DAY)

    assert (proposal.threshold_reached_at, proposal.answer_due_on) == (NOON, (NOON + 30 * DAY).date())
    assert len(messages(db, "proposal.threshold-reached")) == 1


def test_taking_support_back_does_not_stop_the_clock(db: Session, vault: Vault) -> None:
    proposal, one = a_proposal(support_needed=1), acting(a_resident())
    support(db, vault, proposal, by=one, now=NOON)

    withdraw_support(db, vault, proposal, by=one, now=NOON)
    withdraw_support(db, vault, proposal, by=one, now=NOON)

    assert (supporters(db, proposal), proposal.threshold_reached_at) == (0, NOON)
    support(db, vault, proposal, by=one, now=NOON + DAY)
    assert len(messages(db, "proposal.threshold-reached")) == 1


def test_after_the_answer_support_is_neither_given_nor_taken_back(db: Session, vault: Vault) -> None:
    proposal, before, after = a_proposal(), acting(a_resident()), acting(a_resident())
    support(db, vault, proposal, by=before, now=NOON)
    answer(db, proposal, REPLY, by=acting(staff(Role.SERVICE)), now=NOON)

    for refused in (lambda: support(db, vault, proposal, by=after, now=NOON),
                    lambda: withdraw_support(db, vault, proposal, by=before, now=NOON)):  # fmt: skip
        with pytest.raises(SupportClosed), db.begin_nested():
            refused()
    assert supporters(db, proposal) == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [("service", True), ("worker here", True), ("worker elsewhere", False), ("service of another module", False),
     ("moderator", False), ("author", False), ("admin", False)],
)  # fmt: skip
def test_who_answers_a_proposal(pages: Pages, db: Session, who: str, may: bool) -> None:
    here, elsewhere = an_area("Heule"), an_area("Marke")
    accounts: dict[str, Account] = {
        "service": staff(Role.SERVICE), "worker here": staff(Role.AREA_WORKER, area=here),
        "worker elsewhere": staff(Role.AREA_WORKER, area=elsewhere), "moderator": staff(Role.MODERATOR),
        "service of another module": staff(Role.SERVICE, module="burgerbudget"), "author": staff(Role.SERVICE),
        "admin": staff(Role.ADMIN),
    }  # fmt: skip
    proposal = a_proposal(area=here, author_id=accounts["author"].id, threshold_reached_at=NOON, answer_due_on=NOON)
    browser = pages.as_(accounts[who])

    assert answers.may_answer(acting(accounts[who]), proposal) is may
    assert browser.raw(f"/beheer/voorstellen/{proposal.id}/antwoord").status_code == (200 if may else 404)
    if not may:
        with pytest.raises(Forbidden):
            answer(db, proposal, REPLY, by=acting(accounts[who]), now=NOON)


def test_a_service_answers_and_everybody_reads_it(pages: Pages, db: Session) -> None:
    author = a_resident()
    proposal = a_proposal(author_id=author.id, threshold_reached_at=NOON - DAY, answer_due_on=NOON.date())
    browser = pages.as_(staff(Role.SERVICE))
    assert proposal.title in browser.get("/beheer/voorstellen")

    form = {"kind": "we-doen-een-deel", "service": "Dienst Groen", "text": TEXT, "next_step_on": "2027-03-01"}
    sheet = browser.send(f"/beheer/voorstellen/{proposal.id}/antwoord", **form)

    assert "Dienst Groen" in sheet
    assert "maandag 1 maart 2027" in pages.get(f"/voorstellen/{proposal.id}")
    assert "Alles is beantwoord" in browser.get("/beheer/voorstellen")
    assert db.scalars(select(LogEntry).where(LogEntry.act == "voorstel.answer")).one().reason == "we-doen-een-deel"
    delivered(pages, db, "proposal.answered")
    assert [notice.account_id for notice in db.scalars(select(Notice))] == [author.id]


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", ""), ("service", ""), ("text", "Nee."), ("next_step_on", "2020-01-01"), ("next_step_on", "morgen")],
)
def test_an_answer_with_a_fault_comes_back_with_what_was_typed(
    pages: Pages, db: Session, field: str, value: str
) -> None:
    proposal = a_proposal()
    form = {"kind": "we-doen-het", "service": "Dienst Groen", "text": TEXT, "next_step_on": ""} | {field: value}

    sheet = pages.as_(staff(Role.SERVICE)).send(f"/beheer/voorstellen/{proposal.id}/antwoord", status=422, **form)

    assert "Er klopt iets niet" in sheet
    assert db.scalar(select(func.count()).select_from(OfficialAnswer)) == 0


def test_the_longest_overdue_comes_first_and_other_areas_stay_away(pages: Pages, db: Session) -> None:
    here, elsewhere = an_area("Heule"), an_area("Marke")
    for days, title, area in ((1, "Later", here), (20, "Eerst", here), (30, "Elders", elsewhere)):
        a_proposal(title, area=area, threshold_reached_at=NOON, answer_due_on=(NOON - days * DAY).date())
    sheet = pages.as_(staff(Role.AREA_WORKER, area=here)).get("/beheer/voorstellen")

    assert sheet.text.index("Eerst") < sheet.text.index("Later")
    assert "Elders" not in sheet


def test_reaching_the_threshold_tells_the_author_and_those_who_answer_once(
    pages: Pages, db: Session, vault: Vault
) -> None:
    here = an_area("Heule")
    author, service, worker = a_resident(), staff(Role.SERVICE), staff(Role.AREA_WORKER, area=here)
    staff(Role.AREA_WORKER, area=an_area("Marke"))
    proposal = a_proposal(area=here, author_id=author.id, support_needed=1)
    support(db, vault, proposal, by=acting(a_resident()), now=NOON)
    db.commit()

    delivered(pages, db, "proposal.threshold-reached")

    told = db.execute(select(Notice.account_id, Notice.url)).all()
    assert sorted(told) == sorted(
        [(author.id, f"/voorstellen/{proposal.id}"), (service.id, f"/beheer/voorstellen/{proposal.id}/antwoord"),
         (worker.id, f"/beheer/voorstellen/{proposal.id}/antwoord")]
    )  # fmt: skip


def test_supporters_hear_the_answer_as_they_prefer_in_few_statements(pages: Pages, db: Session, engine: Any) -> None:
    costs = []
    for crowd in (3, 30):
        proposal = a_proposal()
        people = [an_account() for _person in range(crowd)]
        for number, person in enumerate(people):
            kept(Support(proposal_id=proposal.id, supporter_key=f"{number:064}", account_id=person.id,
                         supported_on=NOON.date()))  # fmt: skip
        kept(Preference(account_id=people[0].id, frequency=Frequency.DAILY))
        kept(Preference(account_id=people[1].id, frequency=Frequency.NEVER))
        given = answer(db, proposal, REPLY, by=acting(staff(Role.SERVICE)), now=NOON)
        message = outbox.record(db, "proposal.answered", answer_id=given.id, proposal_id=proposal.id)
        db.commit()
        with counted(engine) as statements, pages.app.test_request_context():
            MODULE.subscribers["proposal.answered"][0](db, message)
            db.flush()
        costs.append(len(statements))
        told = db.scalars(select(Notice).where(Notice.message_id == message.id))
        mail_due = {notice.account_id: notice.mail_due for notice in told}
        assert len(mail_due) == crowd
        assert (mail_due[people[0].id], mail_due[people[1].id], mail_due[people[2].id]) == (True, False, False)
    assert len(messages(db, "notice.mail")) == 1 + 28
    assert costs[0] == costs[1]


def test_those_who_answer_are_reminded_five_days_before_and_weekly_after(pages: Pages, db: Session) -> None:
    service = staff(Role.SERVICE)
    a_proposal(threshold_reached_at=NOON, answer_due_on=(NOON + 5 * DAY).date())
    a_proposal(threshold_reached_at=NOON, answer_due_on=(NOON + 6 * DAY).date())

    for days in (0, 0, 0):
        remind_of_due_answers(db, NOON + days * DAY)
    assert len(messages(db, "proposal.answer-due")) == 1
    delivered(pages, db, "proposal.answer-due")
    assert [notice.account_id for notice in db.scalars(select(Notice))] == [service.id]

    remind_of_due_answers(db, NOON + 7 * DAY)
    assert len(messages(db, "proposal.answer-due")) == 3


def test_publication_copies_the_regulation_of_that_day(pages: Pages, db: Session) -> None:
    author = a_resident()
    proposal = a_proposal(state=State.DRAFT, author_id=author.id, support_needed=3, answer_days=3)
    submit(db, proposal, by=acting(author), now=NOON)
    decide(db, proposal, "publish", reasons=Reasons(), seen_version=None, by=acting(staff(Role.MODERATOR)), now=NOON)
    db.commit()

    delivered(pages, db, "submission.decided")
    db.expire_all()

    assert (proposal.support_needed, proposal.answer_days) == (50, 30)
