"""From vote and jury to the college's decision: what comes first, what it may be, and who publishes it."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden, StaleVersion
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind, VoteMethod
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.awards import cards as award_cards
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.awards.domain import Decision
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.dossiers import notices as dossier_notices
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.follow.models import ExecutionState
from spreekt.modules.burgerbudget.follow.queries import executions_of
from spreekt.modules.burgerbudget.jury.models import JuryReport, JuryVerdict
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.outcomes.publication import confirm, prepare
from spreekt.modules.burgerbudget.phases.models import Phase, RoundRegulation
from spreekt.modules.burgerbudget.queries import projects_of, published_decision, rounds_to_award
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import Decider, ticked
from spreekt.notices.models import Notice
from tests.budget_builders import a_dossier, a_pot
from tests.builders import DAY, NOON, a_project, a_resident, a_round, acting, an_area, kept, officers_give_keys, staff

URI = "https://raad.example/besluit/12"
VOTES = (["a", "b"], ["a"], ["b"], ["a", "c"], ["c"], ["a", "d"])


@pytest.fixture
def later() -> Clock:
    return Clock(fixed=NOON + timedelta(days=40))


def counted(db, vault, clock, closed, *, numbers=None, votes=VOTES, **fields):
    """A round of € 10.000 that was counted and published: a costs 6.000, b 4.000, c 2.500, d 1.000."""
    round = a_round(**fields)
    for code, cost in (("a", 600_000), ("b", 400_000), ("c", 250_000), ("d", 100_000)):
        a_project(round, code, title=f"Plan {code}", cost_cents=cost)
    if numbers is not None:
        kept(RoundRegulation(round_id=round.id, **({"vote_method": VoteMethod.COINS, "coins": 2} | numbers)))
    for choice in votes:
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    officers_give_keys(round)
    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    db.commit()
    return round


def with_verdicts(db, round, chosen, scores=None):
    """A published report of the jury that chose these codes, in order."""
    projects = {project.code: project for project in projects_of(db, round.id)}
    first, second = staff(Role.ADMIN), staff(Role.PUBLISHER)
    kept(JuryReport(round_id=round.id, minutes="Kort.", jurors=3, closed_at=NOON + 20 * DAY, closed_by_id=first.id,
                    published_at=NOON + 21 * DAY, published_by_id=second.id))  # fmt: skip
    for code, project in projects.items():
        points = (scores or {}).get(code)
        kept(JuryVerdict(project_id=project.id, round_id=round.id, chosen=code in chosen, motivation="Goed plan.",
                         place=chosen.index(code) + 1 if code in chosen else None, score_points=points,
                         score_most=None if points is None else 10))  # fmt: skip
    return projects


def decision(db, round, codes, *, reason="", cents=None):
    projects = {project.code: project for project in projects_of(db, round.id)}
    amounts = {projects[code].id: (cents or {}).get(code, projects[code].cost_cents) for code in codes}
    return Decision(decided_on=date(2026, 12, 14), decision_uri=URI, amounts=amounts, reason=reason)


def published(db, clock, round, *, by):
    """The decision as it is now, published by who read it."""
    made = db.get(CollegeDecision, round.id)
    return awards.publish(db, clock, round, seen=awards.mark_of(made) if made else "", by=by)


def codes_of(proposal):
    return [project.code for project in proposal.projects]


def test_a_rule_alone_puts_its_winners_forward(db, vault, clock, closed):
    round = counted(db, vault, clock, closed)

    put_forward = awards.proposal(db, round)

    assert (put_forward.decider, codes_of(put_forward)) == (Decider.RULE, ["a", "c", "d"])


def test_only_the_top_of_the_game_is_before_the_rule(db, vault, clock, closed):
    round = counted(db, vault, clock, closed, numbers={"top": 2})

    rows = {row["code"]: (row["goes_on"], row["won"], row["reason"]) for row in round.outcomes[0].summary["projects"]}
    assert rows == {
        "a": (True, True, "enough_votes"), "b": (True, False, "did_not_fit"), "c": (True, True, "enough_votes"),
        "d": (False, False, "below_the_top"),
    }  # fmt: skip


def test_price_goes_before_the_lot_at_the_edge_of_the_top_and_the_result_says_so(db, vault, clock, closed, pages):
    """b and c have two votes each and c is cheaper: no lot is needed, and both groups read why."""
    numbers = {"top": 2, "top_edge": AtTheEdge.LOT}
    round = counted(db, vault, clock, closed, numbers=numbers, rule_options={"lot_seed": "Leie"}, publishes_at=NOON)

    reasons = {row["code"]: row["reason"] for row in round.outcomes[0].summary["projects"] if not row["won"]}
    assert reasons == {"b": "equal_at_the_edge", "d": "below_the_top"}
    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag").text.replace("\N{NO-BREAK SPACE}", " ")
    order = "het goedkoopste gaat voor, en bij dezelfde prijs beslist de loting met de woorden “Leie”."
    assert f"Staan er op de laatste plaats gelijk: {order}" in sheet
    assert f"Gaat niet door, met 2 stemmen. Er stonden projecten gelijk op de laatste plaats: {order}" in sheet


def test_a_jury_puts_forward_what_it_chose_in_its_order(db, vault, clock, closed, later):
    round = counted(db, vault, clock, closed, numbers={"top": 3, "jury_size": 3})
    assert not any(row["won"] for row in round.outcomes[0].summary["projects"])
    assert "jury" in awards.is_time(db, round, later)

    with_verdicts(db, round, ["c", "a"])

    put_forward = awards.proposal(db, round)
    assert (put_forward.decider, codes_of(put_forward)) == (Decider.JURY, ["c", "a"])
    assert awards.is_time(db, round, later) == ""


def test_public_and_jury_are_weighed_by_the_regulation(db, vault, clock, closed):
    """a has 4 votes, b and c 2, d 1; the jury gives d 10 and a 1. With 30 % for the jury a stays ahead, with 90 % d."""
    found = {}
    for weight in (30, 90):
        numbers = {"jury_size": 3, "jury_weight_percent": weight}
        round = counted(db, vault, clock, closed, numbers=numbers)
        with_verdicts(db, round, [], {"a": 1, "b": 2, "c": 2, "d": 10})
        found[weight] = awards.proposal(db, round)

    assert codes_of(found[30])[0] == "a"
    assert codes_of(found[90])[0] == "d"
    together = Fraction(1, 4) * Fraction(7, 10) + Fraction(3, 10)
    assert found[30].weights["d"]["together"] == pytest.approx(float(together))


def test_the_result_tells_what_public_and_jury_gave_each_project(db, vault, clock, closed, later, pages):
    round = counted(db, vault, clock, closed, numbers={"jury_size": 3, "jury_weight_percent": 30})
    with_verdicts(db, round, [], {"a": 1, "b": 2, "c": 2, "d": 10})
    put_forward = codes_of(awards.proposal(db, round))
    awards.prepare(db, later, round, decision(db, round, put_forward), by=acting(staff(Role.PUBLISHER)))
    published(db, later, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()
    url = f"/burgerbudget/{round.slug}/uitslag"

    sheet = pages.get(url)
    assert "De stemming telt voor 70 %, de jury voor 30 %." in sheet
    assert "Plan d25,0 %100,0 %47,5 %" in sheet.text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace(
        "\N{NO-BREAK SPACE}", " "
    )
    said = pages.raw(f"{url}.json").get_json()["decision"]["figures"][""]["weights"]["d"]
    assert said == {"public": 0.25, "jury": 1.0, "together": 0.475, "public_percent": 70}
    (row,) = [line for line in pages.raw(f"{url}.csv").get_data(as_text=True).splitlines() if ",d,Plan d" in line]
    assert row.endswith(",0.2500,1.0000,0.4750")


def test_the_result_says_of_a_project_that_no_juror_could_judge_that_only_the_vote_counts(
    db, vault, clock, closed, later, pages
):
    round = counted(db, vault, clock, closed, numbers={"jury_size": 3, "jury_weight_percent": 90})
    with_verdicts(db, round, [], {"b": 2, "c": 2, "d": 10})
    put_forward = codes_of(awards.proposal(db, round))
    awards.prepare(db, later, round, decision(db, round, put_forward), by=acting(staff(Role.PUBLISHER)))
    published(db, later, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()
    url = f"/burgerbudget/{round.slug}/uitslag"

    assert put_forward[0] == "a"
    assert "Geen enkel jurylid kon over dit project oordelen" in pages.get(url)
    said = pages.raw(f"{url}.json").get_json()["decision"]["figures"][""]["weights"]["a"]
    assert said == {"public": 1.0, "jury": None, "together": 1.0, "public_percent": 10}
    (row,) = [line for line in pages.raw(f"{url}.csv").get_data(as_text=True).splitlines() if ",a,Plan a" in line]
    assert row.endswith(",1.0000,,1.0000")


def test_no_more_projects_win_than_the_regulation_allows(db, vault, clock, closed):
    round = counted(db, vault, clock, closed, numbers={"jury_size": 3, "jury_weight_percent": 30, "winners_most": 1})
    with_verdicts(db, round, [], {"a": 5, "b": 5, "c": 5, "d": 5})

    assert codes_of(awards.proposal(db, round)) == ["a"]


def test_pots_share_the_places_by_what_public_and_jury_gave(db, vault, clock, closed):
    """Two may win: a of Aalbeke has everything, h1 of Heule everything of its part, a2 less than both."""
    round = a_round()
    for name, codes in (("Aalbeke", ("a1", "a2")), ("Heule", ("h1", "h2"))):
        pot = a_pot(round, an_area(name), 200_000)
        for code in codes:
            a_project(round, code, cost_cents=100_000, pot_id=pot.id)
    numbers = {"jury_size": 3, "jury_weight_percent": 50, "winners_most": 2}
    kept(RoundRegulation(round_id=round.id, vote_method=VoteMethod.COINS, coins=3, **numbers))
    for choice in (["a1", "a2", "h1"], ["a1", "h1", "h2"]):
        cast(db, vault, clock, round, ticked(choice), by=acting(a_resident()))
    officers_give_keys(round)
    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    with_verdicts(db, round, [], {"a1": 10, "a2": 9, "h1": 10, "h2": 1})

    assert codes_of(awards.proposal(db, round)) == ["a1", "h1"]


def test_nothing_is_awarded_before_the_vote_is_published(db, clock, later):
    round = a_round()
    a_project(round, "a", cost_cents=600_000)

    with pytest.raises(awards.NotYetAwarded):
        awards.prepare(db, later, round, decision(db, round, ["a"]), by=acting(staff(Role.PUBLISHER)))


@pytest.mark.parametrize(
    ("codes", "cents", "refusal"),
    [
        ([], {}, awards.NothingAwarded),
        (["a"], {"a": 600_001}, awards.MoreThanAsked),
        (["a", "b", "c"], {}, awards.OverAmount),
        (["a", "c"], {}, awards.SaysNoReason),
        (["a", "c", "d"], {"d": 90_000}, awards.SaysNoReason),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_nothing_is_kept(
    db, vault, clock, closed, later, codes, cents, refusal
):
    round = counted(db, vault, clock, closed)

    with pytest.raises(refusal):
        awards.prepare(db, later, round, decision(db, round, codes, cents=cents), by=acting(staff(Role.PUBLISHER)))

    assert db.get(CollegeDecision, round.id) is None


@pytest.mark.parametrize(
    "decided_on", [date(2006, 12, 14), date(2026, 11, 29), date(2027, 1, 3), date(2062, 12, 14), date.max]
)
def test_the_college_decides_between_the_end_of_the_vote_and_today(db, vault, clock, closed, later, decided_on):
    """The vote closed on 30 November and it is 2 January; every term of the projects begins on the day entered."""
    round, by = counted(db, vault, clock, closed), acting(staff(Role.PUBLISHER))
    entered = decision(db, round, ["a", "c", "d"])

    with pytest.raises(awards.WrongDecisionDay):
        awards.prepare(db, later, round, replace(entered, decided_on=decided_on), by=by)

    for first_or_last in (date(2026, 11, 30), date(2027, 1, 2)):
        made = awards.prepare(db, later, round, replace(entered, decided_on=first_or_last), by=by)
        assert made.decided_on == first_or_last


def test_without_a_vote_the_college_decides_from_its_phase_on(db, later):
    round = a_round(without_vote=True)
    a_project(round, "a")
    kept(Phase(round_id=round.id, kind=PhaseKind.AWARD, opens_at=NOON + 20 * DAY, closes_at=NOON + 60 * DAY))
    entered, by = decision(db, round, ["a"], reason="Het beste plan."), acting(staff(Role.PUBLISHER))

    with pytest.raises(awards.WrongDecisionDay):
        awards.prepare(db, later, round, replace(entered, decided_on=date(2026, 12, 12)), by=by)

    made = awards.prepare(db, later, round, replace(entered, decided_on=date(2026, 12, 13)), by=by)
    assert made.decided_on == date(2026, 12, 13)


def test_nobody_wins_before_the_hour_of_the_result(db, vault, clock, closed):
    """The result is confirmed at the close and announced for a day later: winners are not told by another door."""
    round, by = counted(db, vault, clock, closed), acting(staff(Role.PUBLISHER))
    entered = replace(decision(db, round, ["a", "c", "d"]), decided_on=date(2026, 11, 30))
    before, at = Clock(fixed=round.publishes_at - timedelta(seconds=1)), Clock(fixed=round.publishes_at)

    assert "uur" in awards.is_time(db, round, before)
    with pytest.raises(awards.NotYetAwarded):
        awards.prepare(db, before, round, entered, by=by)

    assert awards.is_time(db, round, at) == ""
    assert awards.prepare(db, at, round, entered, by=by).decided_on == date(2026, 11, 30)


def test_money_of_a_pot_goes_to_projects_of_that_pot(db, vault, clock, closed, later):
    round = a_round()
    pot = a_pot(round, an_area("Heule"), 100_000)
    a_project(round, "h1", cost_cents=100_000, pot_id=pot.id)
    a_project(round, "h2", cost_cents=100_000, pot_id=pot.id)
    cast(db, vault, clock, round, ticked(["h1"]), by=acting(a_resident()))
    officers_give_keys(round)
    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))

    both = decision(db, round, ["h1", "h2"], reason="Allebei goed.")
    with pytest.raises(awards.OverAmount):
        awards.prepare(db, later, round, both, by=acting(staff(Role.PUBLISHER)))


def test_a_decision_that_leaves_the_proposal_says_why(db, vault, clock, closed, later):
    round = counted(db, vault, clock, closed)

    other = decision(db, round, ["b"], reason="De straat van a wordt heraangelegd.")
    awards.prepare(db, later, round, other, by=acting(staff(Role.PUBLISHER)))

    assert [award.project.code for award in db.get_one(CollegeDecision, round.id).awards] == ["b"]


def test_two_people_enter_and_publish_a_decision_and_then_it_stands(db, vault, clock, closed, later):
    round, first, second = (
        counted(db, vault, clock, closed),
        acting(staff(Role.PUBLISHER)),
        acting(staff(Role.PUBLISHER)),
    )
    awards.prepare(db, later, round, decision(db, round, ["a"], reason="x"), by=first)
    awards.prepare(db, later, round, decision(db, round, ["a", "c", "d"]), by=first)
    assert published_decision(db, round.id) is None

    with pytest.raises(awards.SamePublisher):
        published(db, later, round, by=first)
    published(db, later, round, by=second)

    made = published_decision(db, round.id)
    assert [each.award_cents for each in executions_of(db, round.id)] == [600_000, 250_000, 100_000]
    assert [(award.project.code, award.amount_cents) for award in made.awards] == [
        ("a", 600_000), ("c", 250_000), ("d", 100_000),
    ]  # fmt: skip
    assert made.figures[""]["without_project"] == pytest.approx(1 / 6)
    with pytest.raises(awards.DecidedBefore):
        awards.prepare(db, later, round, decision(db, round, ["b"], reason="x"), by=first)
    with pytest.raises(awards.DecidedBefore):
        published(db, later, round, by=second)


def test_nobody_publishes_a_decision_that_they_did_not_see(db, vault, clock, closed, later):
    round, first = counted(db, vault, clock, closed), acting(staff(Role.PUBLISHER))
    seen = awards.mark_of(awards.prepare(db, later, round, decision(db, round, ["a", "c", "d"]), by=first))
    awards.prepare(db, later, round, decision(db, round, ["b"], reason="Toch maar b."), by=first)

    with pytest.raises(StaleVersion):
        awards.publish(db, later, round, seen=seen, by=acting(staff(Role.PUBLISHER)))

    assert published_decision(db, round.id) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLISHER])
def test_only_publishers_enter_and_publish(db, vault, clock, closed, later, role):
    round, who = counted(db, vault, clock, closed), acting(staff(role))

    with pytest.raises(Forbidden):
        awards.prepare(db, later, round, decision(db, round, ["a", "c", "d"]), by=who)
    with pytest.raises(Forbidden):
        published(db, later, round, by=who)


def test_a_group_whose_project_gets_no_money_hears_it(db, vault, clock, closed, later, app):
    round = a_round()
    kept(RoundRegulation(round_id=round.id))
    won, lost = (a_dossier(round, stage=Stage.ON_BALLOT, title=title) for title in ("Gekozen", "Niet gekozen"))
    codes = {each.project_id: db.get_one(Project, each.project_id).code for each in (won, lost)}
    cast(db, vault, clock, round, ticked([codes[won.project_id]]), by=acting(a_resident()))
    officers_give_keys(round)
    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    made = decision(db, round, [codes[won.project_id]])
    awards.prepare(db, later, round, made, by=acting(staff(Role.PUBLISHER)))
    published(db, later, round, by=acting(staff(Role.PUBLISHER)))

    (message,) = db.scalars(select(Message).where(Message.topic == "dossier.not-awarded"))
    with app.test_request_context():
        for _twice in range(2):
            dossier_notices.not_awarded(db, message)
    db.flush()

    told = db.scalars(select(Notice).where(Notice.kind == "dossier.not-awarded")).all()
    assert {notice.account_id for notice in told} == {member.account_id for member in lost.active_members}
    assert len(told) == len(lost.active_members)
    assert all("“Niet gekozen” hoort niet bij de gekozen projecten" in notice.text for notice in told)


def told_at_home(db, app, now):
    with app.test_request_context("/"):
        return [card.text.replace("\xa0", " ") for card in award_cards.outcomes(db, now)]


def test_the_home_page_tells_what_the_college_chose_and_how_much_of_it_is_there(db, vault, clock, closed, later, app):
    round = counted(db, vault, clock, closed, numbers={"top": 3, "jury_size": 3})
    assert told_at_home(db, app, later.now()) == ["3 projecten gaan naar de jury. Het college moet nog beslissen."]

    with_verdicts(db, round, ["b", "a"])
    made = awards.prepare(db, later, round, decision(db, round, ["b", "a"]), by=acting(staff(Role.PUBLISHER)))
    awards.publish(db, later, round, seen=awards.mark_of(made), by=acting(staff(Role.PUBLISHER)))
    assert told_at_home(db, app, later.now()) == ["2 projecten komen er: Plan b, Plan a."]

    begun = executions_of(db, round.id)[0]
    begun.state, begun.ended_on, begun.spent_cents = ExecutionState.DONE, date(2027, 3, 1), 400_000
    db.flush()
    assert told_at_home(db, app, later.now()) == ["2 projecten komen er: Plan b, Plan a. 1 van de 2 uitgevoerd."]


def test_the_home_page_tells_that_nothing_was_chosen(db, vault, clock, closed, later, app):
    counted(db, vault, clock, closed, amount_cents=50_000)

    assert told_at_home(db, app, later.now()) == ["Geen enkel project is gekozen."]


def test_a_decision_waits_for_a_publisher_until_two_published_it(db, vault, clock, closed, app):
    """It waits from its phase on, then for everybody but who entered it, then for nobody."""
    round = counted(db, vault, clock, closed, numbers={})
    later = closed.now() + 30 * DAY
    kept(Phase(round_id=round.id, kind=PhaseKind.AWARD, opens_at=later, closes_at=later + 14 * DAY))
    first, second = acting(staff(Role.PUBLISHER)), acting(staff(Role.PUBLISHER))

    def waits(who, now=later):
        with app.test_request_context():
            return [heap.count for heap in award_cards.work(db, who, now)]

    assert (waits(first, later - timedelta(seconds=1)), waits(first)) == ([], [1])
    assert waits(acting(staff(Role.ADMIN))) == []
    awards.prepare(db, Clock(fixed=later), round, decision(db, round, ["a"], reason="Zo."), by=first)
    assert (waits(first), waits(second)) == ([], [1])
    published(db, Clock(fixed=later), round, by=second)
    assert (waits(first), waits(second)) == ([], [])


def test_without_a_phase_for_the_award_it_is_time_once_the_result_or_the_report_is_out(db, vault, clock, closed):
    by_vote = counted(db, vault, clock, closed, numbers={})
    by_jury = counted(db, vault, clock, closed, numbers={"jury_size": 3})
    now = closed.now() + DAY
    for round in (by_vote, by_jury):
        kept(Phase(round_id=round.id, kind=PhaseKind.PREPARATION, opens_at=NOON - 40 * DAY, closes_at=NOON - 30 * DAY))
    who = acting(staff(Role.PUBLISHER))

    assert awards.is_time(db, by_vote, Clock(fixed=now)) == ""
    assert rounds_to_award(db, who.id, now) == [by_vote]
    with_verdicts(db, by_jury, ["c"])
    assert awards.is_time(db, by_jury, Clock(fixed=now)) == ""
    assert rounds_to_award(db, who.id, now) == [by_vote, by_jury]


def test_the_list_of_rounds_leads_publishers_to_the_decision(db, vault, clock, closed, pages):
    round = counted(db, vault, clock, closed)
    round.publishes_at, round.poll.closes_at = NOON, NOON
    db.commit()

    link = f"Toekenning van {round.title}"
    assert (
        pages.as_(staff(Role.PUBLISHER)).get("/beheer/rondes").links()[link]
        == f"/beheer/rondes/{round.slug}/toekenning"
    )
    assert link not in pages.as_(staff(Role.AUDITOR)).get("/beheer/rondes").links()


def test_a_complaint_about_the_awards_is_kept_by_code_and_told_by_the_title_of_now(
    db, vault, clock, closed, later, pages
):
    round = counted(db, vault, clock, closed)
    made = awards.prepare(
        db, later, round, decision(db, round, ["d"], reason="Zo beslist."), by=acting(staff(Role.PUBLISHER))
    )
    awards.publish(db, later, round, seen=awards.mark_of(made), by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    (hidden,) = [project for project in projects_of(db, round.id) if project.code == "c"]
    hidden.state = State.HIDDEN
    db.commit()

    assert made.figures[""]["complaints"] == ["c"]
    said = pages.raw(f"/burgerbudget/{round.slug}/uitslag.json").get_json()
    assert said["decision"]["figures"][""]["complaints"] == ["Project c (tekst verborgen)"]


def test_a_result_asks_as_few_things_with_more_awards(db, vault, clock, closed, later, pages, statements):
    sent = []
    for codes in (["a"], ["a", "c", "d"]):
        round = counted(db, vault, clock, closed)
        round.publishes_at = NOON
        for project in projects_of(db, round.id):
            project.areas = [an_area("Heule")]
        made = decision(db, round, codes, reason="Zo beslist.")
        awards.prepare(db, later, round, made, by=acting(staff(Role.PUBLISHER)))
        published(db, later, round, by=acting(staff(Role.PUBLISHER)))
        db.commit()
        db.expunge_all()
        statements.clear()
        assert "Heule" in pages.get(f"/burgerbudget/{round.slug}/uitslag")
        sent.append(list(statements))

    assert len(sent[0]) == len(sent[1]), sent[1]


def test_publishers_award_on_two_screens_and_everybody_reads_it(db, vault, clock, closed, pages):
    round = counted(db, vault, clock, closed)
    round.publishes_at = round.poll.closes_at = NOON
    db.commit()
    url = f"/beheer/rondes/{round.slug}/toekenning"
    first, second = pages.as_(staff(Role.PUBLISHER)), pages.as_(staff(Role.PUBLISHER))
    dearest = next(project for project in projects_of(db, round.id) if project.code == "b")

    refused = first.send(url, status=422, decided_on="2026-11-23", decision_uri=URI, **{f"bedrag_{dearest.id}": "50"})
    assert "Schrijf waarom" in refused
    assert 'value="50"' in refused.html
    assert "van maandag 23 november 2026 tot en met vandaag" in first.send(
        url, status=422, decided_on="2025-11-23", decision_uri=URI
    )
    kept_page = first.send(url, decided_on="2026-11-23", decision_uri=URI)
    assert "Jij voerde dit besluit in" in kept_page
    mark = awards.mark_of(db.get_one(CollegeDecision, round.id))
    assert f'value="{mark}"' in second.get(url).html
    assert "intussen veranderd" in second.send(url, status=409, press="bevestig=anders")
    done = second.send(url, press=f"bevestig={mark}")
    assert "Het besluit is gepubliceerd." in done

    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag")
    assert "Dit komt er" in sheet
    assert URI in sheet.html
    said = pages.raw(f"/burgerbudget/{round.slug}/uitslag.json").get_json()
    assert [award["code"] for award in said["decision"]["awards"]] == ["a", "c", "d"]
    assert "a,Plan a,6000.00,EUR,4,4,ja,ja,6000.00,enough_votes" in pages.raw(
        f"/burgerbudget/{round.slug}/uitslag.csv"
    ).get_data(as_text=True)
