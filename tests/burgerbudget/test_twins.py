"""A dossier and its project: what moderators hid of one is readable through neither."""

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.domain import Reasons, decide
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.dossiers import balloting, screening, twins
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.models import Project
from tests.budget_builders import a_dossier, a_phased_round
from tests.builders import NOON, acting, staff

WHY = Reasons(code="privacy", rule="Noem geen namen.", words="Er staat een naam in.")


def feasible(db):
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), stage=Stage.ADMISSIBLE)
    screening.judge(db, dossier, "deem_feasible", words="", remedy="", seen_version=None,
                    by=acting(staff(Role.AREA_WORKER)), now=NOON)  # fmt: skip
    return dossier


def listed(db):
    dossier = feasible(db)
    balloting.put_on_ballot(db, dossier, code="p1", by=acting(staff(Role.ADMIN)), now=NOON)
    return dossier, db.get(Project, dossier.project_id)


def judged(db, submission, act):
    """A moderator judges, and the house is told."""
    decide(db, submission, act, reasons=WHY, seen_version=None, by=acting(staff(Role.MODERATOR)), now=NOON)
    message = db.query(Message).filter_by(topic="submission.decided").order_by(Message.id.desc()).first()
    for _twice in range(2):
        twins.follow(db, message)
    db.commit()


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_hidden_of_one_is_hidden_of_the_other_and_comes_back_with_it(db, pages, which):
    pair = listed(db)
    address = f"/burgerbudget/voorstellen/{pair[0].id}"

    judged(db, pair[which], "hide")
    assert {each.state for each in pair} == {State.HIDDEN}
    pages.get(address, status=404)
    assert "Pluktuin" not in pages.get(f"/burgerbudget/{pair[0].round.slug}/voorstellen?q=bessen").html
    judged(db, pair[which], "restore")

    assert {each.state for each in pair} == {State.PUBLISHED}
    pages.get(address)


def test_a_hidden_text_goes_on_no_list(db):
    dossier = feasible(db)
    judged(db, dossier, "hide")

    with pytest.raises(balloting.TextIsHidden):
        balloting.put_on_ballot(db, dossier, code="p1", by=acting(staff(Role.ADMIN)), now=NOON)

    assert dossier.stage is Stage.FEASIBLE
    assert db.query(Project).count() == 0


def test_a_project_that_the_city_took_off_follows_nothing(db):
    dossier, project = listed(db)
    balloting.take_off_ballot(db, project, reason="Fout.", by=acting(staff(Role.ADMIN)), now=NOON)

    judged(db, dossier, "hide")

    assert project.state is State.WITHDRAWN
