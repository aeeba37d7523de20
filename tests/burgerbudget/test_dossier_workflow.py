"""The life of a dossier as a table: for each stage and each kind of reader, the steps that are offered."""

import pytest

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import NOBODY, SYSTEM, Role
from spreekt.kernel.errors import Forbidden, IllegalTransition
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.dossiers.workflow import DOSSIERS, STAGE_LOOKS, STAGE_WORDS, move, offered
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, a_resident, acting, an_area, kept, staff

S = Stage
MEMBER = {
    S.DRAFT: {"hand_in", "wait_for_group"},
    S.COMPLETION: {"complete"},
    S.CHANGES: {"changed"},
}
LEAD_ALSO = {
    S.INADMISSIBLE: {"reply"},
    S.NOT_FEASIBLE: {"object"},
    **{stage: {"withdraw"} for stage in (S.DRAFT, S.INCOMPLETE, S.SUBMITTED, S.COMPLETION, S.ADMISSIBLE, S.CHANGES,
                                         S.FEASIBLE)},
}  # fmt: skip
DESK = {
    S.SUBMITTED: {"admit", "refuse", "ask_completion"},
    S.COMPLETION: {"admit", "refuse"},
    S.ADMISSIBLE: {"deem_feasible", "deem_feasible_if", "deem_not_feasible"},
    S.CHANGES: {"deem_not_feasible"},
    S.FEASIBLE: {"reopen"},
}
ADMIN_ALSO = {S.FEASIBLE: {"put_on_ballot"}, S.ON_BALLOT: {"take_off"}}


@pytest.mark.parametrize("stage", list(Stage))
def test_each_reader_is_offered_exactly_these_steps(db, stage):
    people, heule, marke = a_group(), an_area("Heule"), an_area("Marke")
    dossier = a_dossier(a_phased_round(PhaseKind.SUBMISSION), group=people, stage=stage, areas=[heule])
    member, lead = MEMBER.get(stage, set()), MEMBER.get(stage, set()) | LEAD_ALSO.get(stage, set())
    desk = DESK.get(stage, set())
    table = {
        "lead": (acting(people[0]), lead),
        "member": (acting(people[1]), member),
        "stranger": (acting(a_resident()), set()),
        "nobody": (NOBODY, set()),
        "area worker here": (acting(staff(Role.AREA_WORKER, area=heule)), desk),
        "area worker elsewhere": (acting(staff(Role.AREA_WORKER, area=marke)), set()),
        "area worker of another module": (acting(staff(Role.AREA_WORKER, module="voorstellen")), set()),
        "administrator": (acting(staff(Role.ADMIN)), desk | ADMIN_ALSO.get(stage, set())),
        **{role.value: (acting(staff(role)), set())
           for role in Role if role not in {Role.ADMIN, Role.AREA_WORKER}},
    }  # fmt: skip

    assert {who: set(offered(dossier, to=actor)) for who, (actor, _steps) in table.items()} == {
        who: steps for who, (_actor, steps) in table.items()
    }


def test_nobody_judges_the_dossier_of_their_own_group(db):
    people = a_group(3)
    worker = staff(Role.AREA_WORKER)
    lives_here = a_resident()
    kept(RoleGrant(account_id=lives_here.id, role=Role.AREA_WORKER, module="", granted_at=NOON))
    dossier = a_dossier(a_phased_round(), group=[*people, lives_here], stage=S.SUBMITTED)

    assert "admit" not in offered(dossier, to=acting(lives_here))
    assert "admit" in offered(dossier, to=acting(worker))


def test_a_step_that_does_not_exist_from_here_or_is_not_yours_is_refused_and_changes_nothing(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people, stage=S.SUBMITTED)

    with pytest.raises(IllegalTransition):
        move(db, dossier, "hand_in", by=acting(people[0]))
    with pytest.raises(Forbidden):
        move(db, dossier, "admit", by=acting(people[0]))
    with pytest.raises(Forbidden):
        move(db, dossier, "lapse", by=acting(staff(Role.ADMIN)))
    assert dossier.stage is S.SUBMITTED


def test_every_stage_has_words_and_a_look_and_can_be_reached():
    assert set(STAGE_WORDS) == set(STAGE_LOOKS) == set(Stage)
    assert {step.target for step in DOSSIERS.transitions} | {DOSSIERS.initial} == set(Stage)


@pytest.mark.parametrize("stage", [S.SUBMITTED, S.COMPLETION, S.ADMISSIBLE, S.CHANGES, S.FEASIBLE])
def test_a_dossier_that_lost_somebody_goes_on_where_it_was(db, stage):
    dossier = a_dossier(a_phased_round(), stage=stage)

    move(db, dossier, "lose_member", by=SYSTEM)
    assert (dossier.stage, dossier.resumes) == (S.INCOMPLETE, stage)
    move(db, dossier, f"whole_{stage.name.lower()}", by=SYSTEM)
    assert (dossier.stage, dossier.resumes) == (stage, None)


def test_drafts_and_refused_dossiers_are_not_public(db):
    assert a_dossier(a_phased_round(), stage=S.INADMISSIBLE).state is State.DRAFT
