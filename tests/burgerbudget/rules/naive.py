"""The rules once more, as plainly as possible: voter by voter, fraction by fraction. No test lives here."""

from fractions import Fraction
from math import floor

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule


class Overspent(Exception):
    pass


def winners(election: Election, rule: Rule) -> list[str]:
    if rule.method is not Method.EQUAL_SHARES:
        return greedy(election, rule.method, [])
    money = [election.shares[ballot.share_class] for ballot in election.ballots for _ in range(ballot.count)]
    if rule.floor_share:
        money = [Fraction(floor(share / election.units) * election.units) for share in money]
    chosen = one_share(election, money)
    while rule.add1_step and len(chosen) < sum(1 for votes in election.votes.values() if votes):
        if rule.add1_stop is Add1Stop.EXHAUSTIVE and greedy(election, Method.GREEDY, chosen) == chosen:
            break
        money = [share + rule.add1_step * election.units for share in money]
        try:
            chosen = one_share(election, money)
        except Overspent:
            break
    return greedy(election, Method.GREEDY, chosen) if rule.complete is Completion.GREEDY else chosen


def greedy(election: Election, method: Method, chosen: list[str]) -> list[str]:
    chosen = list(chosen)
    left = election.budget - sum(election.project[name].cost for name in chosen)
    for name in in_tie_order(election, [name for name in election.project if name not in chosen], method):
        if election.score[name] and election.project[name].cost <= left:
            chosen.append(name)
            left -= election.project[name].cost
        elif method is Method.GREEDY_NO_SKIP:
            break
    return chosen


def in_tie_order(election, names, method):
    def key(name):
        cost, score = election.project[name].cost, election.score[name]
        merit = Fraction(score, cost) if method is Method.GREEDY_PER_COST else score
        return -merit, cost, -score, int(name)

    return sorted(names, key=key)


def one_share(election: Election, money: list[Fraction]) -> list[str]:
    """Equal shares with one purse per voter; ids must be numbers. Raises Overspent when all is bought."""
    money = list(money)
    voters = [
        {name: points * election.project[name].cost for name, points in zip(ballot.choices, ballot.points, strict=True)}
        for ballot in election.ballots
        for _ in range(ballot.count)
    ]
    chosen: list[str] = []
    while True:
        offers = []
        for project in election.projects:
            supporters = [number for number, utility in enumerate(voters) if project.id in utility]
            if project.id in chosen or not supporters or sum(money[n] for n in supporters) < project.cost:
                continue
            rho = lowest_rho([(money[n], voters[n][project.id]) for n in supporters], project.cost)
            offers.append((rho, project.cost, -election.score[project.id], int(project.id), project.id))
        if not offers:
            break
        rho, *_, best = min(offers)
        for number, utility in enumerate(voters):
            money[number] -= min(money[number], rho * utility.get(best, 0))
        chosen.append(best)
    if sum(election.project[name].cost for name in chosen) > election.budget:
        raise Overspent
    return chosen


def lowest_rho(supporters: list[tuple[Fraction, int]], cost: int) -> Fraction:
    """Try every number of poorest supporters that give all they have."""
    supporters = sorted(supporters, key=lambda pair: pair[0] / pair[1])
    for poor in range(len(supporters)):
        rho = (cost - sum(money for money, _ in supporters[:poor])) / Fraction(sum(u for _, u in supporters[poor:]))
        if rho * supporters[poor][1] <= supporters[poor][0]:
            return rho
    raise AssertionError("the supporters can pay")
