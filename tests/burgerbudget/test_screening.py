"""Conditions, feasibility, the right of reply, moving, freezing: what each needs and what each refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import end_of_day
from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid, NotThere, StaleVersion
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import Revision, State
from spreekt.modules.burgerbudget.codes import CodeTaken
from spreekt.modules.burgerbudget.domain import PlanIsFrozen, VotingHasOpened, change_project, plan_as_is
from spreekt.modules.burgerbudget.dossiers import balloting, group, screening
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, DossierDecision
from spreekt.modules.burgerbudget.dossiers.decision_letter import Letterhead, decision_letter
from spreekt.modules.burgerbudget.dossiers.models import Attachment, CostKind, CostLine, Stage
from spreekt.modules.burgerbudget.dossiers.notices import decided
from spreekt.modules.burgerbudget.models import Project
from spreekt.notices.models import Notice
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, acting, an_area, staff
from tests.pdf import streams_in

PRIVATE = {Criterion.NON_COMMERCIAL: "Het terras is van een café."}
HEAD = Letterhead("Kortrijk Spreekt", "Kortrijk", "1777")
WHY = {"words": "Dit is voor één zaak.", "remedy": "Kies een plek voor iedereen."}


@pytest.fixture
def worker(db):
    return acting(staff(Role.AREA_WORKER))


def words_of(pdf):
    """What is written in a letter, stream by stream."""
    return b" ".join(streams_in(pdf))


def screen(db, dossier, act, by, *, failed=None, now=NOON, seen=None, **words):
    said = {"words": "", "remedy": ""} | words
    return screening.screen(db, dossier, act, failed=failed or {}, seen_version=seen, by=by, now=now, **said)


def judge(db, dossier, act, by, *, now=NOON, seen=None, **words):
    said = {"words": "", "remedy": ""} | words
    return screening.judge(db, dossier, act, seen_version=seen, by=by, now=now, **said)


def feasible(db, by, round, **fields):
    dossier = a_dossier(round, stage=Stage.ADMISSIBLE, **fields)
    judge(db, dossier, "deem_feasible", by)
    return dossier


def test_a_dossier_that_meets_every_condition_is_public_from_then_on(db, worker):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), stage=Stage.SUBMITTED)

    decision = screen(db, dossier, "admit", worker)

    assert (dossier.stage, dossier.state, dossier.published_at) == (Stage.ADMISSIBLE, State.PUBLISHED, NOON)
    assert len(decision.findings) == len(Criterion)
    assert all(finding.passed for finding in decision.findings)
    assert db.query(Revision).filter_by(submission_id=dossier.id, is_public=True).count() == 1


def test_a_refusal_says_which_condition_why_and_what_to_do_and_runs_a_clock(db, worker):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"reply_days": 10}), stage=Stage.SUBMITTED)

    decision = screen(db, dossier, "refuse", worker, failed=PRIVATE, **WHY)

    assert [(each.criterion, each.reason) for each in decision.findings if not each.passed] == list(PRIVATE.items())
    assert decision.due_at == dossier.due_at == end_of_day(NOON, days=10)
    assert (dossier.stage, dossier.state) == (Stage.INADMISSIBLE, State.DRAFT)


@pytest.mark.parametrize(
    ("act", "failed", "words", "refusal"),
    [
        ("admit", PRIVATE, WHY, screening.ChecklistContradicts),
        ("refuse", {}, WHY, screening.ChecklistContradicts),
        ("refuse", PRIVATE, {}, screening.NeedsReason),
        ("refuse", PRIVATE, {"words": "Nee."}, screening.NeedsReason),
        ("refuse", {Criterion.NEUTRAL: "  "}, WHY, screening.NeedsReason),
        ("ask_completion", {}, {}, screening.NeedsReason),
        ("deem_feasible", {}, {}, NotThere),
        ("withdraw", {}, {}, NotThere),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused(db, worker, act, failed, words, refusal):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), stage=Stage.SUBMITTED)

    with pytest.raises(refusal):
        screen(db, dossier, act, worker, failed=failed, **words)


def test_nothing_is_decided_on_a_text_that_changed_nor_once_the_game_opened(db, worker):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), stage=Stage.SUBMITTED)

    with pytest.raises(StaleVersion):
        screen(db, dossier, "admit", worker, seen="")
    with pytest.raises(VotingHasOpened):
        screen(db, dossier, "admit", worker, now=dossier.round.poll.opens_at)


@pytest.mark.parametrize(
    "change",
    [
        lambda dossier: setattr(dossier, "title", "Terras"),
        lambda dossier: setattr(dossier, "areas", []),
        lambda dossier: dossier.costs.append(CostLine(kind=CostKind.UPKEEP, label="Terras", amount_cents=4_000_000)),
        lambda dossier: setattr(dossier.costs[0], "label", "Terras"),
        lambda dossier: setattr(dossier.steps[0], "label", "Terras"),
        lambda dossier: dossier.attachments.append(Attachment(title="Plan", content=b"", size=0, stored_at=NOON)),
    ],
)
@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.ADMISSIBLE])
def test_nothing_is_decided_on_a_plan_of_which_the_judge_saw_another(db, worker, change, stage):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=stage)
    decide, act = (screen, "admit") if stage is Stage.SUBMITTED else (judge, "deem_feasible")
    seen = screening.plan_mark(dossier)
    change(dossier)
    db.commit()

    with pytest.raises(StaleVersion):
        decide(db, dossier, act, worker, seen=seen)
    decide(db, dossier, act, worker, seen=screening.plan_mark(dossier))


def test_asking_to_complete_and_sending_back_goes_round(db, worker):
    people, round = a_group(), a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"mend_days": 5})
    dossier = a_dossier(round, group=people, stage=Stage.SUBMITTED)

    screen(db, dossier, "ask_completion", worker, **WHY)
    assert (dossier.stage, dossier.due_at) == (Stage.COMPLETION, end_of_day(NOON, days=5))
    screening.send_back(db, dossier, by=acting(people[2]), now=NOON)
    assert (dossier.stage, dossier.due_at) == (Stage.SUBMITTED, None)
    with pytest.raises(IllegalTransition):
        screening.send_back(db, dossier, by=acting(people[2]), now=NOON)


@pytest.mark.parametrize(
    ("act", "failed", "stage"), [("admit", {}, Stage.ADMISSIBLE), ("refuse", PRIVATE, Stage.INADMISSIBLE)]
)
def test_what_was_not_completed_in_time_is_decided_as_it_is_and_not_a_second_earlier(db, worker, act, failed, stage):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"mend_days": 5}), stage=Stage.SUBMITTED)
    due_at = screen(db, dossier, "ask_completion", worker, **WHY).due_at

    with pytest.raises(screening.GroupHasTime):
        screen(db, dossier, act, worker, failed=failed, now=due_at - timedelta(seconds=1), **WHY)
    screen(db, dossier, act, worker, failed=failed, now=due_at, **WHY)

    assert dossier.stage is stage


@pytest.mark.parametrize(
    ("stage", "act", "step"),
    [(Stage.SUBMITTED, "ask_completion", screen), (Stage.ADMISSIBLE, "deem_feasible_if", judge)],
)
def test_the_day_that_a_letter_gave_holds_after_the_group_lost_somebody_and_is_whole_again(
    db, vault, worker, stage, act, step
):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"mend_days": 5}), group=people, stage=stage)
    due_at = step(db, dossier, act, worker, **WHY).due_at

    group.leave(db, dossier, by=acting(people[3]), now=NOON)
    assert dossier.stage is Stage.INCOMPLETE
    group.add_member(db, vault, dossier, who=acting(people[3]), now=NOON)
    db.refresh(dossier)
    group.settle(db, dossier, now=NOON)

    assert dossier.due_at == due_at
    assert screening.group_has_time(dossier, NOON)


def test_a_second_refusal_promises_no_answer_and_says_where_to_go(db, app, worker):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)
    first = judge(db, dossier, "deem_not_feasible", worker, **WHY)
    screening.reply(db, dossier, "Het kan aan de overkant.", by=acting(people[0]), now=NOON)

    with pytest.raises(screening.NeedsReason):
        judge(db, dossier, "deem_not_feasible", worker)
    second = judge(db, dossier, "deem_not_feasible", worker, **WHY)

    assert (screening.is_final(first), screening.is_final(second)) == (False, True)
    assert (second.due_at, dossier.due_at) == (None, None)
    with app.test_request_context():
        assert b"Ombudsdienst" in words_of(decision_letter(second, HEAD))
        assert b"Ombudsdienst" not in words_of(decision_letter(first, HEAD))
        decided(db, db.query(Message).filter_by(topic="dossier.decided").order_by(Message.id.desc()).first())
    assert "Antwoorden kan niet meer" in db.query(Notice).filter_by(account_id=people[1].id).one().text


def test_a_group_answers_a_refusal_once_by_its_lead_and_in_time(db, worker):
    people, round = a_group(), a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"reply_days": 5})
    dossier = a_dossier(round, group=people, stage=Stage.SUBMITTED)
    decision = screen(db, dossier, "refuse", worker, failed=PRIVATE, **WHY)
    lead, text = acting(people[0]), "De plek is van de stad, niet van het café."

    with pytest.raises(Forbidden):
        screening.reply(db, dossier, text, by=acting(people[1]), now=NOON)
    with pytest.raises(screening.NoReplyLeft):
        screening.reply(db, dossier, text, by=lead, now=decision.due_at)
    screening.reply(db, dossier, text, by=lead, now=NOON)
    assert (dossier.stage, decision.reply) == (Stage.SUBMITTED, text)

    again = screen(db, dossier, "refuse", worker, failed=PRIVATE, **WHY)
    assert not screening.may_reply(dossier, [again, decision], by=lead, now=NOON)
    with pytest.raises(screening.NoReplyLeft):
        screening.reply(db, dossier, text, by=lead, now=NOON)


def test_a_refusal_can_turn_into_a_yes_after_the_answer(db, worker):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), group=people, stage=Stage.SUBMITTED)
    screen(db, dossier, "refuse", worker, failed=PRIVATE, **WHY)
    screening.reply(db, dossier, "De plek is van de stad.", by=acting(people[0]), now=NOON)

    screen(db, dossier, "admit", worker)

    assert dossier.stage is Stage.ADMISSIBLE


@pytest.mark.parametrize("act", ["deem_not_feasible", "deem_feasible_if"])
def test_anything_but_feasible_is_explained(db, worker, act):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.ADMISSIBLE)

    with pytest.raises(screening.NeedsReason):
        judge(db, dossier, act, worker)
    judge(db, dossier, act, worker, **WHY)
    assert dossier.stage in {Stage.NOT_FEASIBLE, Stage.CHANGES}


def test_what_was_not_changed_in_time_is_decided_as_it_is_and_not_a_second_earlier(db, worker):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY, numbers={"mend_days": 5}), stage=Stage.ADMISSIBLE)
    due_at = judge(db, dossier, "deem_feasible_if", worker, **WHY).due_at

    with pytest.raises(screening.GroupHasTime):
        judge(db, dossier, "deem_not_feasible", worker, now=due_at - timedelta(seconds=1), **WHY)
    judge(db, dossier, "deem_not_feasible", worker, now=due_at, **WHY)

    assert dossier.stage is Stage.NOT_FEASIBLE


def test_changes_are_made_by_the_group_and_judged_again(db, worker):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)

    judge(db, dossier, "deem_feasible_if", worker, **WHY)
    screening.send_back(db, dossier, by=acting(people[1]), now=NOON)
    judge(db, dossier, "deem_feasible", worker)
    assert dossier.stage is Stage.FEASIBLE


def test_a_group_may_object_to_not_feasible_and_the_talk_goes_on(db, worker):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ADMISSIBLE)
    judge(db, dossier, "deem_not_feasible", worker, **WHY)

    screening.reply(db, dossier, "We kunnen het kleiner maken.", by=acting(people[0]), now=NOON)

    assert dossier.stage is Stage.ADMISSIBLE


def test_moving_to_another_area_hands_it_to_another_area_worker(db):
    heule, marke = an_area("Heule"), an_area("Marke")
    here, there = (acting(staff(Role.AREA_WORKER, area=area)) for area in (heule, marke))
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.ADMISSIBLE, areas=[heule])

    with pytest.raises(Forbidden):
        screening.move_to(db, dossier, marke, reason="Het ligt in Marke.", by=there, now=NOON)
    with pytest.raises(Invalid):
        screening.move_to(db, dossier, marke, reason=" ", by=here, now=NOON)
    screening.move_to(db, dossier, marke, reason="Het ligt in Marke.", by=here, now=NOON)
    judge(db, dossier, "deem_feasible", there)
    with pytest.raises(Forbidden):
        screening.move_to(db, dossier, heule, reason="Terug", by=here, now=NOON)


def test_on_the_ballot_text_and_price_are_frozen_with_their_hash(db, worker):
    admin = acting(staff(Role.ADMIN))
    dossier = feasible(db, worker, a_phased_round(PhaseKind.DIALOGUE))
    sealed = screening.fingerprint_of(dossier)

    balloting.put_on_ballot(db, dossier, code="p1", by=admin, now=NOON)

    project = db.get(Project, dossier.project_id)
    assert (project.title, project.cost_cents, project.origin_id) == (dossier.title, 430_000, dossier.id)
    assert (dossier.stage, dossier.frozen_sha256) == (Stage.ON_BALLOT, sealed)
    second = feasible(db, worker, dossier.round, title="Tweede")
    with pytest.raises(CodeTaken):
        balloting.put_on_ballot(db, second, code="p1", by=admin, now=NOON)
    with pytest.raises(VotingHasOpened):
        balloting.put_on_ballot(db, second, code="p2", by=admin, now=dossier.round.poll.opens_at)


def test_a_yes_that_was_a_mistake_is_taken_back_with_a_reason_until_the_vote_opens(db, worker):
    dossier = feasible(db, worker, a_phased_round(PhaseKind.DIALOGUE))
    opens_at = dossier.round.poll.opens_at

    with pytest.raises(Invalid):
        screening.reopen(db, dossier, words=" ", by=worker, now=NOON)
    with pytest.raises(Forbidden):
        screening.reopen(db, dossier, words="Fout.", by=acting(staff(Role.SERVICE)), now=NOON)
    with pytest.raises(VotingHasOpened):
        screening.reopen(db, dossier, words="Fout.", by=worker, now=opens_at)
    decision = screening.reopen(db, dossier, words="Op de knop geduwd.", by=worker, now=NOON)

    assert (dossier.stage, decision.words) == (Stage.ADMISSIBLE, "Op de knop geduwd.")
    with pytest.raises(IllegalTransition):
        screening.reopen(db, dossier, words="Nog eens.", by=worker, now=NOON)


def test_only_the_plan_that_was_judged_goes_on_the_ballot(db, worker):
    dossier = feasible(db, worker, a_phased_round(PhaseKind.DIALOGUE))
    dossier.costs.append(CostLine(kind=CostKind.INVESTMENT, label="Terras", amount_cents=100))

    with pytest.raises(balloting.NotJudged):
        balloting.put_on_ballot(db, dossier, code="p1", by=acting(staff(Role.ADMIN)), now=NOON)
    assert dossier.stage is Stage.FEASIBLE


@pytest.mark.parametrize("bounds", [{"project_most_cents": 400_000}, {"project_least_cents": 500_000}])
def test_an_amount_outside_the_regulation_is_neither_feasible_nor_on_the_ballot(db, worker, bounds):
    round = a_phased_round(PhaseKind.DIALOGUE)
    dossier, other = feasible(db, worker, round), a_dossier(round, stage=Stage.ADMISSIBLE)
    for name, cents in bounds.items():
        setattr(group.rules_of(db, dossier), name, cents)
    db.commit()

    with pytest.raises(screening.AmountOutOfBounds):
        judge(db, other, "deem_feasible", worker)
    with pytest.raises(screening.AmountOutOfBounds):
        balloting.put_on_ballot(db, dossier, code="p1", by=acting(staff(Role.ADMIN)), now=NOON)


def test_a_feasible_dossier_that_moves_is_judged_anew_there_and_a_frozen_one_does_not_move(db, worker):
    marke = an_area("Marke")
    round = a_phased_round(PhaseKind.DIALOGUE)
    dossier, frozen = feasible(db, worker, round), a_dossier(round, stage=Stage.ON_BALLOT)

    screening.move_to(db, dossier, marke, reason="Het ligt in Marke.", by=worker, now=NOON)

    assert dossier.stage is Stage.ADMISSIBLE
    with pytest.raises(Invalid):
        screening.move_to(db, frozen, marke, reason="Het ligt in Marke.", by=worker, now=NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Terras"},
        {"body": "Anders"},
        {"cost_cents": 500_000},
        {"latitude": 50.8, "longitude": 3.2},
        {"area_ids": frozenset()},
    ],
)
def test_of_a_project_of_a_group_only_code_and_theme_change(db, worker, change):
    admin, dossier = acting(staff(Role.ADMIN)), feasible(db, worker, a_phased_round(PhaseKind.DIALOGUE))
    balloting.put_on_ballot(db, dossier, code="p1", by=admin, now=NOON)
    project = db.get(Project, dossier.project_id)
    plan = plan_as_is(project)

    with pytest.raises(PlanIsFrozen):
        change_project(db, project, replace(plan, **change), seen_version=None, by=admin, now=NOON)
    change_project(db, project, replace(plan, code="p2", theme="Groen"), seen_version=None, by=admin, now=NOON)

    assert (project.code, project.theme, project.cost_cents) == ("p2", "Groen", 430_000)
    assert screening.fingerprint_of(dossier) == dossier.frozen_sha256


def test_taken_off_the_list_a_dossier_is_judged_anew_and_the_group_hears_why(db, worker):
    admin, dossier = acting(staff(Role.ADMIN)), feasible(db, worker, a_phased_round(PhaseKind.DIALOGUE))
    balloting.put_on_ballot(db, dossier, code="p1", by=admin, now=NOON)
    project = db.get(Project, dossier.project_id)
    db.query(Message).filter_by(topic="dossier.decided").delete()

    with pytest.raises(VotingHasOpened):
        balloting.take_off_ballot(db, project, reason="Fout", by=admin, now=dossier.round.poll.opens_at)
    balloting.take_off_ballot(db, project, reason="De grond is verkocht.", by=admin, now=NOON)

    assert (dossier.stage, dossier.project_id, dossier.frozen_sha256) == (Stage.ADMISSIBLE, None, "")
    assert project.state is State.WITHDRAWN
    decision = db.query(DossierDecision).order_by(DossierDecision.id.desc()).first()
    assert (decision.act, decision.words) == ("take_off", "De grond is verkocht.")
    assert db.query(Message).filter_by(topic="dossier.decided").one().payload == {"decision_id": decision.id}
    judge(db, dossier, "deem_feasible", worker)
    balloting.put_on_ballot(db, dossier, code="p9", by=admin, now=NOON)


def test_the_hash_tells_any_change_of_text_price_place_or_area(db):
    dossier = a_dossier(a_phased_round(), stage=Stage.FEASIBLE)
    seen = {screening.fingerprint_of(dossier)}
    for change in (
        lambda: setattr(dossier, "title", "Anders"),
        lambda: setattr(dossier, "body", "Anders"),
        lambda: setattr(dossier, "place", "Anders"),
        lambda: setattr(dossier.costs[0], "amount_cents", 1),
        lambda: setattr(dossier, "areas", []),
    ):
        change()
        seen.add(screening.fingerprint_of(dossier))

    assert len(seen) == 6


def test_every_decision_is_a_letter_and_a_message_of_ids(db, app, worker):
    dossier = a_dossier(a_phased_round(PhaseKind.ADMISSIBILITY), stage=Stage.SUBMITTED)
    decision = screen(db, dossier, "refuse", worker, failed=PRIVATE, **WHY)

    with app.test_request_context():
        letter = decision_letter(decision, HEAD)

    assert letter.startswith(b"%PDF-")
    message = db.query(Message).filter_by(topic="dossier.decided").one()
    assert message.payload == {"decision_id": decision.id}
