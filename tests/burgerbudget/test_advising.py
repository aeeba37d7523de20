"""Advice of services, several at once, silent after their day; and two dossiers that become one when both agree."""

from datetime import timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, Invalid, NotThere
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import advising
from spreekt.modules.burgerbudget.dossiers.advice_models import Subject, Verdict
from spreekt.modules.burgerbudget.dossiers.advice_queries import advice_to_give
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.dossiers.queries import waiting_at_the_desk
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, acting, an_area, staff

TODAY = NOON.date()
SECOND = timedelta(seconds=1)


@pytest.fixture
def worker(db):
    return acting(staff(Role.AREA_WORKER))


@pytest.fixture
def dossier(db):
    return a_dossier(a_phased_round(PhaseKind.DIALOGUE, numbers={"advice_days": 5}), stage=Stage.ADMISSIBLE)


def ask(db, dossier, by, *subjects, service="Groendienst"):
    return advising.ask(db, dossier, subjects=subjects, service=service, question="Kan dit?", by=by, now=NOON)


def give(db, request, by, **fields):
    given = {"verdict": Verdict.POSITIVE, "public_summary": "Dit kan op deze plek.", "internal_note": ""} | fields
    advising.give(db, request, **given, by=by, now=NOON)


def test_several_services_are_asked_at_once_with_the_days_of_the_regulation(db, worker, dossier):
    asked = ask(db, dossier, worker, Subject.COST, Subject.UPKEEP) + ask(
        db, dossier, worker, Subject.COST, service="Aankoop"
    )

    assert {(each.subject, each.service) for each in asked} == {
        (Subject.COST, "Groendienst"), (Subject.UPKEEP, "Groendienst"), (Subject.COST, "Aankoop"),
    }  # fmt: skip
    assert {each.due_on for each in asked} == {TODAY + timedelta(days=5)}


def test_a_service_is_silent_from_the_day_after_its_last_until_it_answers(db, worker, dossier):
    (asked,) = ask(db, dossier, worker, Subject.SAFETY)

    assert not asked.is_silent(asked.due_on)
    assert asked.is_silent(asked.due_on + timedelta(days=1))
    assert advising.late([asked], asked.due_on + timedelta(days=1)) == 1
    give(db, asked, acting(staff(Role.SERVICE)))
    assert not asked.is_silent(asked.due_on + timedelta(days=1))


def test_the_same_question_twice_no_subject_and_the_wrong_moment_are_refused(db, worker, dossier):
    ask(db, dossier, worker, Subject.COST)

    with pytest.raises(advising.AskedAlready):
        ask(db, dossier, worker, Subject.COST)
    with pytest.raises(Invalid):
        ask(db, dossier, worker)
    with pytest.raises(Invalid):
        ask(db, a_dossier(dossier.round, stage=Stage.FEASIBLE), worker, Subject.COST)


def test_only_who_screens_asks_and_only_services_of_the_area_answer_once(db, worker):
    heule = an_area("Heule")
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.ADMISSIBLE, areas=[heule])
    (asked,) = ask(db, dossier, worker, Subject.LEGAL)

    with pytest.raises(Forbidden):
        ask(db, dossier, acting(staff(Role.SERVICE)), Subject.COST)
    for who in (worker, acting(staff(Role.SERVICE, area=an_area("Marke"))), acting(staff(Role.MODERATOR))):
        with pytest.raises(Forbidden):
            give(db, asked, who)
    with pytest.raises(Invalid):
        give(db, asked, acting(staff(Role.ADVISER)), public_summary="Ja.")
    give(db, asked, acting(staff(Role.ADVISER, area=heule)))
    with pytest.raises(advising.AnsweredAlready):
        give(db, asked, acting(staff(Role.SERVICE)))


@pytest.mark.parametrize("stage", list(Stage))
def test_what_waits_for_a_verdict_is_work_and_what_waits_for_a_group_only_after_its_day(db, stage):
    a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=stage, group=[], due_at=NOON)
    at_once, late = {Stage.SUBMITTED, Stage.ADMISSIBLE}, {Stage.COMPLETION, Stage.CHANGES}
    beside = int(stage is Stage.MERGED)  # the dossier it went into waits for a verdict

    before, after = (waiting_at_the_desk(db, None, but=None, now=now).number for now in (NOON - SECOND, NOON))

    assert (before - beside, after - beside) == (int(stage in at_once), int(stage in at_once | late))


def test_a_silent_service_counts_in_its_area_alone_with_its_round_and_while_the_dossier_is_judged(db, worker):
    heule, marke = an_area("Heule"), an_area("Marke")
    changed = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.CHANGES, areas=[heule])
    over = a_dossier(changed.round, stage=Stage.ADMISSIBLE, areas=[heule], title="Ander plan")
    for each in (changed, over):
        ask(db, each, worker, Subject.COST)[0].due_on = TODAY - timedelta(days=1)
    over.stage = Stage.WITHDRAWN
    db.commit()

    here, there = (waiting_at_the_desk(db, [area.id], but=None, now=NOON) for area in (heule, marke))

    assert (here.number, here.silent, here.silent_slug) == (0, 1, changed.round.slug)
    assert (there.silent, there.silent_slug) == (0, None)
    assert [request.dossier_id for request in advice_to_give(db)] == [changed.id]


def two(db, *, stage=Stage.ADMISSIBLE, taking_stage=Stage.ADMISSIBLE):
    round, givers, takers = a_phased_round(PhaseKind.DIALOGUE), a_group(), a_group()
    giving = a_dossier(round, group=givers, stage=stage)
    taking = a_dossier(round, group=takers, stage=taking_stage, title="Buurttuin")
    return giving, taking, acting(givers[0]), acting(takers[0]), acting(givers[1])


def test_two_dossiers_become_one_only_with_the_second_yes(db, worker):
    giving, taking, giver, taker, _other = two(db)
    offer = advising.offer_merge(db, giving, taking, by=worker, now=NOON)

    advising.answer_merge(db, offer, True, by=giver, now=NOON)
    assert (giving.stage, len(taking.active_members)) == (Stage.ADMISSIBLE, 4)
    advising.answer_merge(db, offer, True, by=taker, now=NOON)

    assert (giving.stage, giving.merged_into_id, taking.stage) == (Stage.MERGED, taking.id, Stage.ADMISSIBLE)
    assert len(taking.active_members) == 8
    assert sum(member.is_lead for member in taking.active_members) == 1


def test_one_no_keeps_them_apart_and_only_leads_answer(db, worker):
    giving, taking, giver, taker, other = two(db)
    offer = advising.offer_merge(db, giving, taking, by=worker, now=NOON)

    with pytest.raises(NotThere):
        advising.answer_merge(db, offer, True, by=other, now=NOON)
    advising.answer_merge(db, offer, False, by=taker, now=NOON)
    with pytest.raises(NotThere):
        advising.answer_merge(db, offer, True, by=giver, now=NOON)
    assert giving.stage is Stage.ADMISSIBLE


def test_a_feasible_dossier_that_takes_another_in_is_judged_again(db, worker):
    giving, taking, giver, taker, _other = two(db, taking_stage=Stage.FEASIBLE)
    offer = advising.offer_merge(db, giving, taking, by=worker, now=NOON)

    for who in (giver, taker):
        advising.answer_merge(db, offer, True, by=who, now=NOON)

    assert taking.stage is Stage.ADMISSIBLE


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.INADMISSIBLE, Stage.ON_BALLOT, Stage.WITHDRAWN])
def test_only_dossiers_that_the_city_is_discussing_can_merge(db, worker, stage):
    giving, taking, *_leads = two(db, stage=stage)

    with pytest.raises(advising.CannotMerge):
        advising.offer_merge(db, giving, taking, by=worker, now=NOON)
    with pytest.raises(advising.CannotMerge):
        advising.offer_merge(db, taking, taking, by=worker, now=NOON)


def test_two_groups_are_asked_once_whichever_way_round(db, worker):
    giving, taking, *_leads = two(db)
    advising.offer_merge(db, giving, taking, by=worker, now=NOON)

    with pytest.raises(Invalid):
        advising.offer_merge(db, taking, giving, by=worker, now=NOON)
