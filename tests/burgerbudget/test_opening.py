"""The opening of the vote: nobody is promised time after it, and who is not on the list hears so, once."""

from datetime import timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import end_of_day
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import cards, group, opening, queries, screening
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.dossiers.notices import left_out
from spreekt.modules.burgerbudget.module import MODULE
from spreekt.notices.models import Notice
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import DAY, NOON, acting, an_area, staff

WHY = {"words": "Dit is voor één zaak.", "remedy": "Kies een plek voor iedereen."}
SECOND = timedelta(seconds=1)


@pytest.fixture
def worker(db):
    return acting(staff(Role.AREA_WORKER))


def refused(db, worker, *, now=NOON, **fields):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.SUBMITTED, **fields)
    decision = screening.screen(db, dossier, "refuse", failed={Criterion.NEUTRAL: "Een partij."}, seen_version=None,
                                by=worker, now=now, **WHY)  # fmt: skip
    return dossier, decision


def test_the_days_of_a_letter_end_when_the_vote_opens(db, worker):
    dossier, decision = refused(db, worker)

    assert decision.due_at == dossier.due_at == dossier.round.poll.opens_at < end_of_day(NOON, days=14)


def test_a_group_that_loses_somebody_is_given_no_day_after_the_vote_opens(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)

    group.leave(db, dossier, by=acting(people[3]), now=NOON)

    assert dossier.due_at == dossier.round.poll.opens_at


def test_once_the_vote_opened_a_group_reads_that_nothing_can_be_sent(db, worker):
    people = a_group()
    dossier, decision = refused(db, worker, group=people)
    asked = a_dossier(dossier.round, group=people, stage=Stage.CHANGES)
    lead, opens_at = acting(people[0]), dossier.round.poll.opens_at

    with pytest.raises(opening.ListIsFixed):
        screening.reply(db, dossier, "De plek is van de stad.", by=lead, now=opens_at)
    with pytest.raises(opening.ListIsFixed):
        screening.send_back(db, asked, by=lead, now=opens_at)
    decision.due_at = opens_at + DAY
    assert not screening.may_reply(dossier, [decision], by=lead, now=opens_at)
    assert screening.may_reply(dossier, [decision], by=lead, now=opens_at - SECOND)


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_neither_refused_nor_on_the_list_ends_when_the_vote_opens_and_its_group_hears_it_once(db, stage):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=stage)
    opens_at, awaits = dossier.round.poll.opens_at, stage in {
        Stage.INCOMPLETE, Stage.SUBMITTED, Stage.COMPLETION, Stage.ADMISSIBLE, Stage.CHANGES, Stage.FEASIBLE,
    }  # fmt: skip

    opening.leave_out(db, opens_at - SECOND)
    assert dossier.stage is stage
    opening.leave_out(db, opens_at)
    opening.leave_out(db, opens_at)

    assert dossier.stage is (Stage.LEFT_OUT if awaits else stage)
    told = [message.payload for message in db.query(Message).filter_by(topic="dossier.left-out")]
    assert told.count({"dossier_id": dossier.id}) == int(awaits)


def test_the_group_reads_why_its_plan_is_not_on_the_list(db, app, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.GAME), group=people, stage=Stage.FEASIBLE)

    with app.test_request_context():
        MODULE.sweep(db, NOON)
        left_out(db, db.query(Message).filter_by(topic="dossier.left-out").one())
    db.commit()

    told = db.query(Notice).filter_by(kind="dossier.left-out").all()
    assert {notice.account_id for notice in told} == {account.id for account in people}
    shown = pages.as_(people[0]).get(f"/burgerbudget/voorstellen/{dossier.id}")
    assert "doet niet verder mee in deze ronde" in shown
    assert "Niet op de lijst" in pages.get(f"/burgerbudget/voorstellen/{dossier.id}")


def test_nothing_waits_at_the_desk_for_a_round_whose_vote_opened(db):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.SUBMITTED)
    opens_at = dossier.round.poll.opens_at

    assert queries.waiting_at_the_desk(db, None, but=None, now=opens_at - SECOND).number == 1
    assert queries.waiting_at_the_desk(db, None, but=None, now=opens_at).number == 0


def test_who_judges_reads_until_when_a_group_can_answer(pages):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.SUBMITTED)
    judged = a_dossier(dossier.round, stage=Stage.ADMISSIBLE)
    worker = pages.as_(staff(Role.AREA_WORKER))

    assert "De lijst ligt vast zodra de stemming opent" in worker.get(f"/beheer/burgerbudget/{dossier.id}/voorwaarden")
    assert "De lijst ligt vast zodra de stemming opent" in worker.get(f"/beheer/burgerbudget/{judged.id}/haalbaarheid")


def test_administrators_see_from_a_week_before_what_is_feasible_and_not_on_the_list(db, app, pages):
    round, admin = a_phased_round(PhaseKind.DIALOGUE), staff(Role.ADMIN)
    a_dossier(round, stage=Stage.FEASIBLE, title="Pluktuin", areas=[an_area()])
    a_dossier(round, stage=Stage.ADMISSIBLE, title="Petanque")
    opens_at = round.poll.opens_at

    def warned(now):
        with app.test_request_context():
            return [(each.count, each.url) for each in cards.work(db, acting(admin), now)
                    if each.label.startswith("haalbare")]  # fmt: skip

    assert warned(opens_at - 7 * DAY - SECOND) == warned(opens_at) == []
    assert warned(opens_at - 7 * DAY) == [(1, f"/beheer/rondes/{round.slug}")]
    shown = pages.as_(admin).get(f"/beheer/rondes/{round.slug}")
    assert "nog niet op de lijst" in shown
    assert "Pluktuin" in shown
    assert "Petanque" not in shown
