"""The group of a dossier: distinct people and addresses, old enough, one adult; joining, leaving and the clock."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.clock import end_of_day
from spreekt.kernel.errors import NotThere
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.domain import OnlyTheGroup, add_cost, mend, text_mark
from spreekt.modules.burgerbudget.dossiers.models import CostKind, DossierMember, Invitation, Stage
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import DAY, NOON, a_resident, acting, an_account, kept

CHILD, TEEN, ADULT = date(2012, 1, 1), date(2010, 1, 1), date(1985, 7, 30)


def entry_of(db, account):
    return db.query(RegisterEntry).join(Residency).filter(Residency.account_id == account.id).one()


def sentences(state):
    return " ".join(fault.says.format(*fault.numbers) for fault in state.faults)


def invited(db, vault, dossier, lead):
    group.invite(db, vault, dossier, label="Buur", email="buur@voorbeeld.example", by=acting(lead), now=NOON)
    return db.query(Invitation).order_by(Invitation.id.desc()).first()


def test_four_adults_at_four_addresses_are_a_whole_group(db):
    state = group.check(db, a_dossier(a_phased_round()), now=NOON)

    assert state == group.GroupCheck(4, 4, 4, ())


def test_three_people_are_too_few_even_at_four_addresses(db):
    state = group.check(db, a_dossier(a_phased_round(), group=a_group(3)), now=NOON)

    assert "Jullie zijn met 3. Minstens 4" in sentences(state)


def test_two_who_live_together_make_one_address_and_nobody_is_told_who(db):
    people = a_group()
    entry_of(db, people[0]).household_key = entry_of(db, people[1]).household_key
    db.commit()

    state = group.check(db, a_dossier(a_phased_round(), group=people), now=NOON)

    assert (state.members, state.addresses) == (4, 3)
    assert sentences(state) == "Jullie wonen samen op 3 verschillende adressen. Er zijn er minstens 4 nodig."


def test_a_fifth_who_lives_with_another_does_no_harm(db):
    people = a_group(5)
    entry_of(db, people[0]).household_key = entry_of(db, people[1]).household_key
    db.commit()

    assert group.check(db, a_dossier(a_phased_round(), group=people), now=NOON).is_whole


def test_one_adult_is_enough_and_none_is_too_few(db):
    teens = [a_resident(born_on=TEEN) for _each in range(3)]

    assert group.check(db, a_dossier(a_phased_round(), group=[*teens, a_resident()]), now=NOON).is_whole
    alone = group.check(db, a_dossier(a_phased_round(), group=[*teens, a_resident(born_on=TEEN)]), now=NOON)
    assert "minstens 1 volwassene" in sentences(alone)


def test_a_youth_budget_takes_as_many_older_people_as_it_needs_adults(db):
    round = a_phased_round(numbers={"applicant_age_least": 10, "applicant_age_most": 18})
    young = [a_resident(born_on=TEEN) for _each in range(3)]

    assert group.check(db, a_dossier(round, group=[*young, a_resident()]), now=NOON).is_whole
    grown = group.check(db, a_dossier(round, group=[*young[:2], a_resident(), a_resident()]), now=NOON)
    assert "hoogstens 18 jaar" in sentences(grown)


def test_old_enough_on_the_last_day_to_hand_in_is_old_enough(db):
    last = (NOON - DAY + timedelta(days=7)).date()
    young = a_resident(born_on=last.replace(year=last.year - 16))
    too_young = a_resident(born_on=last.replace(year=last.year - 16) + timedelta(days=1))
    dossier = a_dossier(a_phased_round(), group=[*a_group(3), young])

    assert group.check(db, dossier, now=NOON).is_whole
    with pytest.raises(group.CannotJoin):
        group.add_member(db, _vault_of(), dossier, who=acting(too_young), now=NOON)


def _vault_of():
    from tests.builders import _vault

    return _vault()


def test_who_moved_out_of_town_no_longer_counts(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    entry_of(db, people[3]).gone_on = date(2026, 11, 20)
    db.commit()

    assert "moet nog tonen" in sentences(group.check(db, dossier, now=NOON))


def test_one_person_is_in_a_group_once_whatever_the_account(db, vault):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people)
    row = dossier.members[0]

    with pytest.raises(group.CannotJoin):
        group.add_member(db, vault, dossier, who=acting(people[0]), now=NOON)
    with pytest.raises(IntegrityError):
        kept(DossierMember(dossier_id=dossier.id, applicant_key=row.applicant_key, joined_at=NOON))
    db.rollback()


def test_somebody_without_residence_cannot_join(db, vault):
    with pytest.raises(group.CannotJoin):
        group.add_member(db, vault, a_dossier(a_phased_round()), who=acting(an_account()), now=NOON)


def test_nobody_is_in_more_plans_than_the_regulation_allows(db, vault):
    round = a_phased_round(numbers={"ideas_per_person_most": 1})
    busy = a_group()
    a_dossier(round, group=busy)
    other = a_dossier(round, group=a_group(3), title="Iets anders")

    with pytest.raises(group.CannotJoin):
        group.add_member(db, vault, other, who=acting(busy[0]), now=NOON)


def test_the_last_one_to_join_makes_the_dossier_go_on(db, vault):
    people = a_group(3)
    dossier = a_dossier(a_phased_round(), group=people, stage=Stage.INCOMPLETE)
    invitation = invited(db, vault, dossier, people[0])

    group.accept(db, vault, invitation, by=acting(a_resident()), now=NOON)

    assert (dossier.stage, dossier.resumes, dossier.due_at) == (Stage.SUBMITTED, None, None)
    assert invitation.sealed_email == ""
    assert {"dossier.invited", "dossier.joined", "dossier.whole"} <= set(db.scalars(db.query(Message.topic).statement))


def test_a_withdrawal_puts_the_dossier_back_to_incomplete_with_a_clock(db):
    people = a_group()
    dossier = a_dossier(a_phased_round(), group=people, stage=Stage.ADMISSIBLE)

    group.leave(db, dossier, by=acting(people[2]), now=NOON)

    assert (dossier.stage, dossier.resumes) == (Stage.INCOMPLETE, Stage.ADMISSIBLE)
    assert dossier.due_at == end_of_day(NOON, days=14)


@pytest.mark.parametrize(
    ("judged", "stands_still"),
    [(Stage.SUBMITTED, True), (Stage.FEASIBLE, True), (Stage.COMPLETION, False), (Stage.ADMISSIBLE, False),
     (Stage.CHANGES, False)],
)  # fmt: skip
def test_while_its_group_is_mended_a_plan_that_the_city_has_or_judged_stands_still(db, vault, judged, stands_still):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=judged)
    lead = acting(people[0])
    group.leave(db, dossier, by=acting(people[3]), now=NOON)

    def dearer():
        add_cost(db, dossier, kind=CostKind.INVESTMENT, label="Terras", amount_cents=9_000_000, by=lead)

    if stands_still:
        with pytest.raises(OnlyTheGroup):
            dearer()
        with pytest.raises(OnlyTheGroup):
            mend(db, dossier, title="Terras", body="Anders", seen=text_mark(dossier), by=lead, now=NOON)
    else:
        dearer()
    group.accept(db, vault, invited(db, vault, dossier, people[0]), by=acting(people[3]), now=NOON)
    assert dossier.stage is judged
    assert (dossier.asked_cents == 430_000) == stands_still


def test_a_group_that_is_big_enough_goes_on_without_who_left(db):
    people = a_group(5)
    dossier = a_dossier(a_phased_round(), group=people, stage=Stage.SUBMITTED)

    group.leave(db, dossier, by=acting(people[4]), now=NOON)

    assert dossier.stage is Stage.SUBMITTED


def test_a_lead_who_leaves_hands_over_and_the_last_one_cannot_leave(db):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)

    group.leave(db, dossier, by=acting(people[0]), now=NOON)

    assert [(member.account_id, member.is_lead) for member in dossier.active_members] == [(people[1].id, True)]
    assert dossier.author_id == people[1].id
    with pytest.raises(group.LastOne):
        group.leave(db, dossier, by=acting(people[1]), now=NOON)
    with pytest.raises(NotThere):
        group.leave(db, dossier, by=acting(people[0]), now=NOON)


def test_when_the_clock_runs_out_the_dossier_stops_and_not_a_second_earlier(db):
    dossier = a_dossier(a_phased_round(), stage=Stage.INCOMPLETE)
    due_at = dossier.due_at

    group.lapse_overdue(db, due_at - timedelta(seconds=1))
    assert dossier.stage is Stage.INCOMPLETE
    group.lapse_overdue(db, due_at)
    group.lapse_overdue(db, due_at)
    assert dossier.stage is Stage.WITHDRAWN
    assert db.query(Message).filter(Message.topic == "dossier.lapsed").count() == 1


def test_nobody_joins_once_handing_in_is_over_but_a_waiting_group_may_fill_up_until_its_day(db, vault):
    people = a_group(3)
    late = a_phased_round(PhaseKind.ADMISSIBILITY)
    draft = a_dossier(late, group=people)
    waiting = a_dossier(late, group=people, stage=Stage.INCOMPLETE, title="Wachtend")

    with pytest.raises(group.CannotJoin):
        group.accept(db, vault, invited(db, vault, draft, people[0]), by=acting(a_resident()), now=NOON)
    assert not group.takes_members(db, waiting, waiting.due_at)
    group.accept(db, vault, invited(db, vault, waiting, people[0]), by=acting(a_resident()), now=NOON)
    assert waiting.stage is Stage.SUBMITTED


def test_a_link_is_its_own_works_once_and_dies(db, vault):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)
    first, second = invited(db, vault, dossier, people[0]), invited(db, vault, dossier, people[0])
    token = group.token_of(vault, first)

    assert token != group.token_of(vault, second)
    with pytest.raises(NotThere):
        group.opened(db, vault, second.id, token, now=NOON)
    assert group.opened(db, vault, first.id, token, now=NOON) is first
    with pytest.raises(group.LinkIsDead):
        group.opened(db, vault, first.id, token, now=first.expires_at)
    group.decline(db, first, now=NOON)
    with pytest.raises(group.LinkIsDead):
        group.opened(db, vault, first.id, token, now=NOON)


def test_only_the_lead_invites_and_not_without_end(db, vault, monkeypatch):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)

    with pytest.raises(NotThere):
        invited(db, vault, dossier, people[1])
    monkeypatch.setattr(group, "MOST_INVITATIONS", 1)
    invited(db, vault, dossier, people[0])
    with pytest.raises(group.Invalid):
        invited(db, vault, dossier, people[0])


def test_no_row_and_no_message_holds_an_address_or_an_age(db, vault):
    people = a_group(2)
    dossier = a_dossier(a_phased_round(), group=people)
    row = invited(db, vault, dossier, people[0])

    assert "voorbeeld" not in row.sealed_email
    kept_of_members = {column.name for column in DossierMember.__table__.columns}
    assert not kept_of_members & {"household_key", "born_on", "person_key", "area_id"}
    assert replace(group.check(db, dossier, now=NOON), faults=()) == group.GroupCheck(2, 2, 2, ())
