"""The numbers of a round: from known editions, standing still once used, refused when they contradict each other."""

from datetime import date, timedelta

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import Forbidden, Invalid
from spreekt.kernel.regulations import JuryFormation, PhaseKind, VoteMethod
from spreekt.modules.burgerbudget.phases.models import ORDER, RoundRegulation
from spreekt.modules.burgerbudget.phases.regulation import (
    USED_FROM,
    JuryHasNoPhase,
    LotWithoutWords,
    NumbersContradict,
    NumberStandsStill,
    SlugIsTaken,
    at_midnight,
    change_numbers,
    clone,
    lacks_lot,
    regulation_of,
    start_from,
)
from spreekt.modules.burgerbudget.phases.timeline import PhaseInThePast, leave_out, timeline
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge
from spreekt.modules.burgerbudget.voting.game import Decider, decider_of
from tests.budget_builders import a_phased_round, a_pot
from tests.builders import DAY, NOON, a_round, acting, an_area, staff

K = PhaseKind
OTHER_VALUES = {
    "vote_method": VoteMethod.APPROVAL, "applicant_age_most": 30, "may_change_vote": True, "top_edge": AtTheEdge.LOT,
    "jury_formation": JuryFormation.APPOINTED, "addresses_least": 3, "adults_least": 3, "applicants_least": 3,
}  # fmt: skip
START = at_midnight(date(2027, 1, 4))


@pytest.fixture
def admin(db):
    return acting(staff(Role.ADMIN))


@pytest.fixture
def presets(app):
    return app.extensions["spreekt"].city.budget_presets


def started(db, preset, admin, **fields):
    defaults = {"slug": "budget-2027", "title": "Budget 2027", "amount_cents": 10_000_000, "starts_at": START,
                "area_id": None}  # fmt: skip
    return start_from(db, preset, **(defaults | fields), by=admin, now=NOON)


def test_every_known_edition_starts_a_round_whose_phases_join(db, admin, presets):
    assert {"editie-1", "editie-2", "gent", "antwerpen", "wijk-aan-zet", "jeugd"} <= {each.code for each in presets}
    for preset in presets:
        round = started(db, preset, admin, slug=f"uit-{preset.code}", area_id=an_area().id)
        spans = timeline(db, round)

        assert [span.kind for span in spans] == [kind for kind in ORDER if kind in preset.phase_days]
        assert spans[0].opens_at == START
        assert all(span.opens_at.astimezone(BRUSSELS).hour == 0 for span in spans)
        assert regulation_of(db, round).source == preset.source.told_by
        assert round.without_vote == (K.GAME not in preset.phase_days)


def test_the_editions_of_kortrijk_bring_their_numbers(db, admin, presets):
    first, second = (
        regulation_of(db, started(db, preset, admin, slug=preset.code)) for preset in presets if "editie" in preset.code
    )

    assert (first.applicants_least, first.addresses_least, first.adults_least) == (4, 4, 1)
    assert (first.vote_method, first.basket_cents, first.buyers_least) == (VoteMethod.BASKET, 10_000_000, 50)
    assert (second.vote_method, second.coins, second.top, second.jury_size) == (VoteMethod.COINS, 5, 15, 16)


def test_a_youth_budget_is_for_the_young_alone_and_so_is_its_copy(db, admin, presets):
    youth = started(db, next(preset for preset in presets if preset.code == "jeugd"), admin)

    again = clone(db, youth, slug="weer-jeugd", title="Nog eens", starts_at=START, by=admin, now=NOON)

    assert regulation_of(db, youth).applicant_age_most == 18
    assert [(each.poll.minimum_age, each.poll.maximum_age) for each in (youth, again)] == [(10, 18)] * 2


def test_a_call_for_one_area_needs_its_area_and_a_round_its_own_word(db, admin, presets):
    call = next(preset for preset in presets if preset.is_for_one_area)

    with pytest.raises(Invalid):
        started(db, call, admin)
    assert started(db, call, admin, area_id=an_area().id).poll.area_id == an_area().id
    with pytest.raises(SlugIsTaken):
        started(db, call, admin, area_id=an_area().id)
    with pytest.raises(PhaseInThePast):
        started(db, call, admin, slug="te-laat", area_id=an_area().id, starts_at=NOON)


@pytest.mark.parametrize("name", sorted(set(USED_FROM) - {"themes_most"}))
def test_a_number_stands_still_from_the_phase_that_uses_it_on(db, admin, name):
    kind = USED_FROM[name]
    value = OTHER_VALUES.get(name, 4)
    numbers = {"vote_method": None, "project_least_cents": None, "jury_size": 3}

    open_round = a_phased_round(kind, numbers=numbers)
    with pytest.raises(NumberStandsStill) as refused:
        change_numbers(db, open_round, {name: value}, by=admin, now=NOON)
    assert refused.value.field == name

    before = a_phased_round(list(PhaseKind)[ORDER.index(kind) - 1], numbers=numbers)
    extra = {"adults_least": 1, "addresses_least": 1} if name == "applicants_least" else {}
    change_numbers(db, before, {name: value, **extra}, by=admin, now=NOON)
    assert getattr(regulation_of(db, before), name) == value


def test_a_number_of_a_phase_that_is_left_out_stands_still_with_the_next(db, admin):
    round = a_phased_round(K.GAME)

    with pytest.raises(NumberStandsStill):
        change_numbers(db, round, {"advice_days": 3}, by=admin, now=NOON)


def test_a_round_with_a_vote_keeps_a_way_of_voting(db, admin, pages):
    round = a_phased_round(K.PREPARATION, numbers={"vote_method": VoteMethod.APPROVAL})

    sheet = pages.as_(staff(Role.ADMIN)).send(f"/beheer/rondes/{round.slug}/reglement", status=422, vote_method="")

    assert "In deze ronde wordt gestemd. Kies hoe" in sheet
    assert regulation_of(db, round).vote_method is VoteMethod.APPROVAL


def test_how_many_one_may_choose_is_asked_where_it_counts_only(pages):
    rounds = [a_phased_round(K.PREPARATION, numbers={"vote_method": each}) for each in (None, VoteMethod.APPROVAL)]
    browser = pages.as_(staff(Role.ADMIN))

    forms = [browser.get(f"/beheer/rondes/{round.slug}/bewerken").html for round in rounds]

    assert ["max_approvals" in form for form in forms] == [True, False]
    assert "Anders" in browser.send(f"/beheer/rondes/{rounds[1].slug}/bewerken", title="Anders")


@pytest.mark.parametrize("size", [0, 12])
def test_who_chooses_the_winners_stands_still_from_the_opening_of_the_vote(db, admin, size):
    round = a_phased_round(K.GAME, numbers={"jury_size": 16})

    with pytest.raises(NumberStandsStill):
        change_numbers(db, round, {"jury_size": size}, by=admin, now=NOON)
    assert decider_of(regulation_of(db, round)) is Decider.JURY


def test_a_vote_without_phases_gets_no_jury_once_it_is_open(db, admin, pages):
    round = a_round()

    with pytest.raises(NumberStandsStill):
        change_numbers(db, round, {"jury_size": 16}, by=admin, now=NOON)
    assert decider_of(regulation_of(db, round)) is Decider.RULE
    pages.as_(staff(Role.ADMIN)).send(f"/beheer/rondes/{round.slug}/reglement", late_days="9")
    rules = regulation_of(db, round)
    assert (rules.late_days, decider_of(rules)) == (9, Decider.RULE)


def test_a_jury_needs_its_phase_before_it_has_members(db, admin, pages):
    round = a_phased_round(K.PREPARATION)
    leave_out(db, round, K.JURY, by=admin, now=NOON)
    db.commit()

    refused = pages.as_(staff(Role.ADMIN)).send(f"/beheer/rondes/{round.slug}/reglement", status=422, jury_size="16")

    assert "Voeg eerst de fase “Burgerjury” toe" in refused
    with pytest.raises(JuryHasNoPhase):
        change_numbers(db, a_round(opens_at=NOON + DAY), {"jury_size": 16}, by=admin, now=NOON)


@pytest.mark.parametrize(
    "values",
    [
        {"addresses_least": 5},
        {"adults_least": 5},
        {"project_least_cents": 6_000_000},
        {"applicant_age_most": 12},
        {"vote_method": VoteMethod.COINS},
        {"jury_weight_percent": 100},
        {"winners_most": 3},
        {"applicants_least": 0, "addresses_least": 0},
    ],
)
def test_numbers_that_contradict_each_other_are_refused(db, admin, values):
    round = a_phased_round(K.PREPARATION)

    with pytest.raises(NumbersContradict):
        change_numbers(db, round, values, by=admin, now=NOON)
    assert regulation_of(db, round).applicants_least == 4


def test_a_lot_at_the_edge_of_the_top_needs_its_words(db, admin):
    round = a_phased_round(K.PREPARATION)
    values = {"top": 5, "top_edge": AtTheEdge.LOT}

    with pytest.raises(LotWithoutWords):
        change_numbers(db, round, values, by=admin, now=NOON)
    assert regulation_of(db, round).top is None

    round.rule_options = {"lot_seed": "Leie 2027"}
    change_numbers(db, round, values, by=admin, now=NOON)
    assert not lacks_lot(round, regulation_of(db, round))


def test_a_copy_that_lacks_the_words_of_its_lot_says_so_until_they_are_there(db, admin, pages):
    old = a_phased_round(K.GAME, numbers={"top": 7, "top_edge": AtTheEdge.LOT}, rule_options={"lot_seed": "Leie"})
    clone(db, old, slug="weer", title="Nog eens", starts_at=START, by=admin, now=NOON)
    db.commit()
    screen = pages.as_(staff(Role.ADMIN))

    assert "De loting heeft nog geen woorden." in screen.get("/beheer/rondes/weer")
    assert "bij dezelfde prijs het eerste nummer" in pages.get("/burgerbudget/weer")
    assert "Als een loting beslist" in screen.send("/beheer/rondes/weer/bewerken", status=422)
    screen.send("/beheer/rondes/weer/bewerken", lot_seed="Schelde 12")
    assert "De loting heeft nog geen woorden." not in screen.get("/beheer/rondes/weer")
    assert "beslist de loting met de woorden “Schelde 12”" in pages.get("/burgerbudget/weer")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_change_numbers(db, role):
    with pytest.raises(Forbidden):
        change_numbers(db, a_phased_round(K.PREPARATION), {"top": 3}, by=acting(staff(role)), now=NOON)


def test_a_copy_takes_numbers_pots_and_lengths_along_and_nothing_else(db, admin):
    old = a_phased_round(K.GAME, numbers={"top": 7}, decision_uri="https://besluit.example/1")
    a_pot(old, an_area(), 100_000)

    new = clone(db, old, slug="weer", title="Nog eens", starts_at=START, by=admin, now=NOON)

    assert regulation_of(db, new).top == 7
    assert [pot.amount_cents for pot in new.pots] == [100_000]
    assert (new.decision_uri, new.outcomes) == ("", [])
    lengths = [[span.closes_at - span.opens_at for span in timeline(db, each)] for each in (old, new)]
    assert lengths[0] == lengths[1]
    assert timeline(db, new)[0].opens_at == START
    with pytest.raises(SlugIsTaken):
        clone(db, old, slug="weer", title="Nog eens", starts_at=START, by=admin, now=NOON)


def test_a_copy_keeps_its_hours_over_the_change_to_summer_time(db, admin):
    old = a_phased_round(K.PREPARATION)

    new = clone(db, old, slug="zomer", title="Zomer", starts_at=START + timedelta(days=70), by=admin, now=NOON)

    assert {span.opens_at.astimezone(BRUSSELS).hour for span in timeline(db, new)} == {0}


def test_staff_start_a_round_on_screen_and_set_its_numbers(db, pages):
    admin_pages = pages.as_(staff(Role.ADMIN))

    shown = admin_pages.send("/beheer/rondes/uit-voorbeeld", preset="editie-2", title="Budget 2027", slug="budget-27",
                             amount_cents="100.000", starts_on="2027-01-04", area_id="0")  # fmt: skip
    assert "04/01/2027" in shown
    admin_pages.send("/beheer/rondes/budget-27/reglement", project_most_cents="40.000", top="12")
    rules = db.query(RoundRegulation).one()
    assert (rules.project_most_cents, rules.top, rules.coins) == (4_000_000, 12, 5)
    refused = admin_pages.send("/beheer/rondes/budget-27/reglement", status=422, addresses_least="9")
    assert "spreken elkaar tegen" in refused
    copied = admin_pages.send("/beheer/rondes/budget-27/kopie", title="Budget 2028", slug="budget-28",
                              starts_on="2028-01-03")  # fmt: skip
    assert "03/01/2028" in copied
    again = admin_pages.send("/beheer/rondes/budget-27/kopie", status=422, title="Budget 2028", slug="budget-28",
                             starts_on="2028-01-03")  # fmt: skip
    assert "al een ronde met dit woord" in again


def test_numbers_in_use_are_shown_and_not_asked(db, pages):
    round = a_phased_round(K.SUBMISSION, numbers={"applicants_least": 6, "advice_days": 9})
    admin_pages = pages.as_(staff(Role.ADMIN))

    admin_pages.send(f"/beheer/rondes/{round.slug}/reglement", applicants_least="2", advice_days="12")

    rules = db.query(RoundRegulation).one()
    assert (rules.applicants_least, rules.advice_days) == (6, 12)


def test_the_amount_stands_still_once_groups_can_apply(pages):
    round = a_phased_round(K.SUBMISSION)
    admin_pages = pages.as_(staff(Role.ADMIN))

    refused = admin_pages.send(f"/beheer/rondes/{round.slug}/bewerken", status=422, amount_cents="1.000")
    assert "ligt vast sinds “Indienen” begon" in refused
    overlap = admin_pages.send(f"/beheer/rondes/{round.slug}/bewerken", status=422, opens_at="2026-12-06T12:00")
    assert "nog loopt" in overlap
