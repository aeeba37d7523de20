"""Pages of carrying out ask the database as often for ten projects as for two."""

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.follow import domain as follow
from tests.budget_builders import a_dossier, a_phased_round
from tests.builders import NOON, acting, an_area, staff
from tests.follow_builders import a_decision


def a_round_of(db, number):
    round = a_phased_round(PhaseKind.EXECUTION)
    projects = [a_dossier(round, group=[], stage=Stage.ON_BALLOT) for _each in range(number)]
    from spreekt.modules.burgerbudget.models import Project

    awards = [(db.get_one(Project, each.project_id), 100_000) for each in projects]
    follow.begin(db, a_decision(round, *awards), by=acting(staff(Role.PUBLISHER)), now=NOON)
    db.commit()
    return round


def test_lists_do_not_ask_more_for_more_projects(db, pages, statements):
    few, many = a_round_of(db, 2), a_round_of(db, 9)
    desk = pages.as_(staff(Role.AREA_WORKER, area=an_area()))
    asked = {}
    for round in (few, many):
        for browser, path in ((pages, f"/burgerbudget/{round.slug}/opvolging"),
                              (desk, f"/beheer/rondes/{round.slug}/uitvoering")):  # fmt: skip
            browser.get(path)
            db.expire_all()
            statements.clear()
            browser.get(path)
            asked.setdefault(path.partition(round.slug)[2], []).append(len(statements))

    assert all(first == second < 25 for first, second in asked.values()), asked
