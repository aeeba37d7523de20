"""Why projects won or lost under equal shares: an example worked out by hand, and that of Wieliczka."""

from dataclasses import replace
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.verdicts import Purchase, Reason, Shortfall
from tests.burgerbudget.rules.real_elections import needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import an_election

PLAIN = Rule(method=Method.EQUAL_SHARES)
# Ten voters with 10 each. Six buy "1" for 5 each; three of them and two others then pay 35 for "2".
TOWN = an_election(
    100,
    {"1": 30, "2": 35, "3": 45, "4": 20, "5": 5},
    [
        Ballot.approving("1", count=3),
        Ballot.approving("1", "2", "3", count=3),
        Ballot.approving("2", "3", count=2),
        Ballot.approving("4"),
        Ballot.approving(),
    ],
)


def test_a_winner_says_what_its_supporters_paid():
    verdicts = decide(TOWN, PLAIN).verdicts

    assert verdicts["1"].reason is Reason.SUPPORTERS_PAID
    assert verdicts["1"].purchase == Purchase(
        round=1, price=Fraction(5), effective_votes=Fraction(6), paid_full=6, paid_less=0
    )
    assert verdicts["2"].purchase == Purchase(
        round=2, price=Fraction(10), effective_votes=Fraction(7, 2), paid_full=2, paid_less=3
    )


def test_a_loser_says_where_the_money_of_its_supporters_went():
    verdicts = decide(TOWN, PLAIN).verdicts

    assert verdicts["3"].reason is Reason.MONEY_WENT_ELSEWHERE
    assert verdicts["3"].shortfall == Shortfall(
        money_at_start=Fraction(50),
        money_left=Fraction(0),
        missing=Fraction(45),
        effective_support=Fraction(5, 6),
        taken_by=(("2", Fraction(35)), ("1", Fraction(15))),
    )


def test_a_loser_with_too_few_votes_never_had_enough():
    verdicts = decide(TOWN, PLAIN).verdicts

    assert verdicts["4"].reason is Reason.TOO_FEW_VOTES
    assert verdicts["4"].shortfall.money_at_start == 10
    assert verdicts["5"].reason is Reason.NO_VOTES


def test_a_completed_winner_says_that_it_took_leftover_money():
    verdicts = decide(TOWN, replace(PLAIN, complete=Completion.GREEDY)).verdicts

    assert verdicts["4"].reason is Reason.COMPLETED
    assert verdicts["4"].shortfall.missing == 10


@needs_real_elections
def test_the_published_explanation_of_wieliczka_comes_out():
    rule = replace(PLAIN, add1_step=Fraction(1), add1_stop=Add1Stop.OVERSPEND, floor_share=True)

    outcome = decide(real_election("Poland_Wieliczka_2023_Green_Budget.pb"), rule)
    shortfall = outcome.verdicts["16"].shortfall

    assert outcome.share == 315
    assert round(float(shortfall.effective_support), 3) == 0.994
    assert [(name, round(taken)) for name, taken in shortfall.taken_by[:2]] == [("6", 38775), ("70", 11786)]
    assert round(float(outcome.fairness.without_project), 3) == 0.178
    assert outcome.fairness.complaints == ()
