"""The survey after a round: one answer each, nobody's answer once it closed, and no figures about few people."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.kernel.actor import NOBODY, Role
from spreekt.kernel.errors import Forbidden, Invalid
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.follow import survey
from spreekt.modules.burgerbudget.follow.survey import QUESTIONS, AnsweredAlready, SurveyClosed
from spreekt.modules.burgerbudget.follow.survey_models import SurveyAnswer
from tests.budget_builders import WEEK, a_dossier, a_group, a_phased_round
from tests.builders import NOON, a_resident, acting, an_account, kept, staff

AFTER = NOON + WEEK


def answers(db, vault, round, account, score=4, *, now=NOON, words="", **more):
    survey.answer(db, vault, round, scores=dict.fromkeys(QUESTIONS, score) | more, words=words, by=acting(account),
                  now=now)  # fmt: skip


def crowd(round, number, *, in_group=False, score=4):
    scores = dict.fromkeys(QUESTIONS, score) | {"helped": score if in_group else None}
    for place in range(number):
        kept(SurveyAnswer(answer_key=f"{in_group:01}{place:063}", round_id=round.id, in_group=in_group, **scores))


def test_one_account_answers_once_while_it_is_open(db, vault):
    round, account = a_phased_round(PhaseKind.EVALUATION), an_account()
    answers(db, vault, round, account)

    with pytest.raises(AnsweredAlready):
        answers(db, vault, round, account, score=1)
    with pytest.raises(SurveyClosed):
        answers(db, vault, round, an_account(), now=AFTER)
    with pytest.raises(SurveyClosed):
        answers(db, vault, a_phased_round(PhaseKind.EXECUTION), an_account())
    assert [answer.easy for answer in db.scalars(select(SurveyAnswer))] == [4]


def test_every_sentence_is_answered_from_one_to_five_and_only_groups_say_how_they_were_helped(db, vault):
    round, people = a_phased_round(PhaseKind.EVALUATION), a_group()
    a_dossier(round, group=people)

    for wrong in ({"easy": 0}, {"easy": 6}, {"helped": 4}, {"nonsense": 3}):
        with pytest.raises(Invalid):
            answers(db, vault, round, a_resident(), **wrong)
    with pytest.raises(Invalid):
        answers(db, vault, round, people[0])
    answers(db, vault, round, people[1], helped=5)
    with pytest.raises(Forbidden):
        survey.answer(db, vault, round, scores={}, words="", by=NOBODY, now=NOON)
    assert db.scalars(select(SurveyAnswer)).one().in_group


def test_an_answer_holds_no_account_and_after_the_close_nothing_finds_it(db, vault):
    round, account = a_phased_round(PhaseKind.EVALUATION), an_account()
    answers(db, vault, round, account, words="Fijn.")
    db.commit()
    key = db.scalars(select(SurveyAnswer.answer_key)).one()
    assert not {"account_id", "at", "id"} & set(SurveyAnswer.__table__.columns.keys())
    assert survey.has_answered(db, vault, round, acting(account))

    survey.loosen(db, NOON)
    assert db.scalars(select(SurveyAnswer.answer_key)).one() == key
    survey.loosen(db, AFTER)
    db.expire_all()
    loose = db.scalars(select(SurveyAnswer.answer_key)).one()
    survey.loosen(db, AFTER)

    assert loose != key
    assert db.scalars(select(SurveyAnswer.answer_key)).one() == loose
    assert not survey.has_answered(db, vault, round, acting(account))


def test_an_erased_account_takes_its_answer_along_while_it_can_be_found(db, vault):
    round, leaves, stays = a_phased_round(PhaseKind.EVALUATION), an_account(), an_account()
    answers(db, vault, round, leaves, score=1)
    answers(db, vault, round, stays, score=5)

    survey.erase(db, vault, leaves.id)

    assert [answer.easy for answer in db.scalars(select(SurveyAnswer))] == [5]


def test_means_are_exact_in_tenths_and_small_crowds_say_nothing(db):
    round = a_phased_round(PhaseKind.EVALUATION)
    crowd(round, 12, score=5)
    crowd(round, 12, in_group=True, score=2)

    together, groups, others = survey.totals(db, round.id)

    assert (together.number, groups.number, others.number) == (24, 12, 12)
    assert {mean.tenths for mean in together.means} == {35}
    assert len(groups.means) == len(QUESTIONS) + 1
    few = a_phased_round(PhaseKind.EVALUATION)
    assert survey.totals(db, few.id)[0].means == ()


def test_a_small_group_is_not_told_by_subtraction(db):
    round = a_phased_round(PhaseKind.EVALUATION)
    crowd(round, 40)
    crowd(round, 4, in_group=True)

    together, groups, others = survey.totals(db, round.id)

    assert (together.number, groups.number, others.number) == (44, None, None)


@pytest.mark.parametrize("wrong", [{"easy": 0}, {"again": 6}, {"helped": 3}])
def test_the_database_refuses_other_scores(db, wrong):
    round = a_phased_round(PhaseKind.EVALUATION)
    scores = dict.fromkeys(QUESTIONS, 3) | wrong
    db.add(SurveyAnswer(answer_key="x", round_id=round.id, in_group=False, **scores))

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_people_answer_on_screen_and_read_the_figures_after_the_close(db, pages, app, vault):
    round, people = a_phased_round(PhaseKind.EVALUATION), a_group()
    a_dossier(round, group=people)
    url = f"/burgerbudget/{round.slug}/bevraging"
    reader, member = pages.as_(an_account()), pages.as_(people[0])

    assert "Zeg wat je vond" in pages.get(f"/burgerbudget/{round.slug}")
    reader.send(url, status=422, words="Het was fijn.")
    filled = dict.fromkeys(QUESTIONS, "4")
    assert "je antwoord is bewaard" in reader.send(url, words="Het was fijn.", **filled)
    assert "helped" not in reader.get(url).html
    member.send(url, helped="5", **filled)
    assert "nog niet voorbij" in pages.get(f"{url}/resultaat")
    staff_url = f"/beheer/rondes/{round.slug}/bevraging"
    assert "Het was fijn" not in pages.as_(staff(Role.AUDITOR)).get(staff_url)

    crowd(round, 12)
    from spreekt.modules.burgerbudget.phases.models import Phase

    db.get_one(Phase, (round.id, PhaseKind.EVALUATION)).closes_at = NOON - timedelta(minutes=1)
    db.commit()
    shown = pages.get(f"{url}/resultaat")
    assert "14 antwoorden" in shown.text.replace("\xa0", " ")
    assert "te weinig mensen" in shown
    assert "Ze is voorbij" in pages.as_(an_account()).get(url)
    assert "Het was fijn" not in shown
    assert "Het was fijn" in pages.as_(staff(Role.AUDITOR)).get(staff_url)


def test_a_round_without_evaluation_or_before_it_says_so(pages):
    coming = a_phased_round(PhaseKind.EXECUTION)
    browser = pages.as_(an_account())

    assert "Ze begint op" in browser.get(f"/burgerbudget/{coming.slug}/bevraging")
    from tests.builders import a_round

    assert "hoort geen bevraging" in browser.get(f"/burgerbudget/{a_round().slug}/bevraging")
