"""The story of a project: in order, true, and nothing that is not public."""

from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.dossiers.advice_models import DossierDecision
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.follow import ending, paying, story
from spreekt.modules.burgerbudget.follow.models import ExecutionState
from spreekt.modules.burgerbudget.follow.words import handled_by, money_said
from spreekt.modules.burgerbudget.jury.models import JuryReport, JuryVerdict
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome
from tests.budget_builders import a_dossier, a_phased_round
from tests.builders import DAY, NOON, a_project, a_proposal, a_round, kept, staff
from tests.follow_builders import (
    TODAY,
    Role,
    a_worker,
    an_execution,
    an_expense,
    finance,
    finished,
    signed,
)

E = ExecutionState


def told(db, app, project, *, now=NOON):
    with app.test_request_context():
        return [(step.title, step.state) for step in story.steps(db, project, now=now)]


def counted(round, project, *, goes_on):
    """The published count of a round with one project, at noon."""
    kept(PublishedOutcome(round_id=round.id, file="", file_sha256="0" * 64, prepared_at=NOON, published_at=NOON,
                          summary={"projects": [{"code": project.code, "votes": 2, "goes_on": goes_on}]}))  # fmt: skip
    round.publishes_at = NOON
    kept(round)


def test_a_project_goes_from_idea_to_the_street(db, app):
    round = a_phased_round(PhaseKind.EXECUTION, numbers={"carry_out_months": 24, "first_instalment_percent": 40})
    execution = an_execution(E.RUNNING, round=round)
    judge = staff(Role.ADMIN)
    for act, words, remedy in (("admit", "", ""), ("deem_feasible_if", "Water.", "Leg het verder."),
                               ("deem_feasible", "Nu wel.", "")):  # fmt: skip
        db.add(DossierDecision(dossier_id=execution.dossier.id, act=act, words=words, remedy=remedy,
                               text_sha256="0" * 64, decided_at=NOON - 30 * DAY, decided_by_id=judge.id))  # fmt: skip
    round.publishes_at = NOON - 10 * DAY
    db.add(PublishedOutcome(round_id=round.id, file="", file_sha256="0" * 64, prepared_at=NOON, published_at=NOON,
                            summary={"projects": [{"code": execution.project.code, "votes": 61}]}))  # fmt: skip
    db.commit()

    assert told(db, app, execution.project) == [
        ("Een groep had een idee", "done"),
        ("Het voldoet aan de voorwaarden", "done"),
        ("Het plan veranderde in gesprek met de stad", "done"),
        ("Het is haalbaar", "done"),
        ("Het staat op de lijst", "done"),
        ("Inwoners stemden", "done"),
        ("De burgerjury boog zich erover", "done"),
        ("De stad kent het geld toe", "done"),
        ("Er is een afspraak", "done"),
        ("Planten", "now"),
        ("Alles is klaar", "next"),
    ]


def test_the_end_of_the_story_says_what_became_of_the_money(db, app):
    execution = an_execution(E.RUNNING)
    paying.pay(db, execution.instalments[0], paid_on=TODAY, reference="2026-1", by=finance(), now=NOON)
    an_expense(execution, 100_000)
    finished(execution)
    ending.deliver(db, execution, by=a_worker(), now=NOON)

    with app.test_request_context():
        last = story.steps(db, execution.project, now=NOON)[-1]
    assert (last.title, last.state) == ("Het is er", "done")
    assert last.text.replace("\xa0", " ") == "Van de € 4.300 is € 1.000 gebruikt. € 720 gaat terug naar de stad."


def test_a_stopped_project_ends_there(db, app):
    execution = an_execution(E.STOPPED)

    assert told(db, app, execution.project)[-1] == ("Het project is gestopt", "stopped")
    with app.test_request_context():
        assert "De rest blijft bij de stad" in money_said(execution)


def test_a_hidden_idea_or_project_is_not_told(db, app, pages):
    execution = an_execution(E.RUNNING)
    execution.dossier.state = State.HIDDEN
    db.commit()

    assert "Een groep had een idee" not in dict(told(db, app, execution.project))
    execution.project.state = State.HIDDEN
    db.commit()
    pages.get(f"/burgerbudget/{execution.project.round.slug}/projecten/{execution.id}/verhaal", status=404)


def test_a_project_that_grew_from_a_proposal_says_so_and_waits_for_the_vote(db, app):
    round = a_round()
    project = a_project(round, origin_id=a_proposal().id)

    assert told(db, app, project) == [("Een inwoner had een idee", "done"), ("Het staat op de lijst", "now")]


def test_a_project_that_was_taken_off_the_list_tells_only_its_idea(db, app):
    project = a_project(a_round(), state=State.WITHDRAWN)

    assert told(db, app, project) == []


def test_before_signing_the_story_says_that_the_agreement_is_being_made(db, app):
    execution = an_execution()

    assert ("De afspraak wordt gemaakt", "now") in told(db, app, execution.project)


def test_a_jury_that_sits_now_is_told_as_such(db, app):
    round = a_phased_round(PhaseKind.JURY)
    project = db.get_one(Project, a_dossier(round, stage=Stage.ON_BALLOT).project_id)
    counted(round, project, goes_on=True)
    assert told(db, app, project)[-1] == ("De burgerjury boog zich erover", "now")


def test_what_the_jury_said_is_told_from_its_report_on(db, app):
    round = a_phased_round(PhaseKind.JURY)
    project = db.get_one(Project, a_dossier(round, stage=Stage.ON_BALLOT).project_id)
    first, second = staff(Role.ADMIN), staff(Role.PUBLISHER)
    counted(round, project, goes_on=True)
    assert "De burgerjury boog zich erover" not in dict(told(db, app, project, now=NOON - DAY)), "its hour has not come"
    kept(JuryVerdict(project_id=project.id, round_id=round.id, chosen=True, place=1, motivation="Goed voor de buurt."))
    report = kept(JuryReport(round_id=round.id, minutes="Kort.", jurors=3, closed_at=NOON, closed_by_id=first.id))
    assert told(db, app, project)[-1] == ("De burgerjury boog zich erover", "now")

    report.published_at, report.published_by_id = NOON, second.id
    db.commit()

    with app.test_request_context():
        last = story.steps(db, project, now=NOON)[-1]
    assert (last.title, last.text) == ("De burgerjury koos dit project", "Goed voor de buurt.")


def test_a_jury_that_is_weighed_with_the_vote_is_not_said_to_choose(db, app):
    round = a_phased_round(PhaseKind.JURY, numbers={"jury_size": 3, "jury_weight_percent": 30})
    project = db.get_one(Project, a_dossier(round, stage=Stage.ON_BALLOT).project_id)
    first, second = staff(Role.ADMIN), staff(Role.PUBLISHER)
    counted(round, project, goes_on=True)
    kept(JuryVerdict(project_id=project.id, round_id=round.id, chosen=False, motivation="Goed voor de buurt."))
    kept(JuryReport(round_id=round.id, minutes="Kort.", jurors=3, closed_at=NOON, closed_by_id=first.id,
                    published_at=NOON, published_by_id=second.id))  # fmt: skip

    assert told(db, app, project)[-1] == ("De burgerjury gaf punten, samen met de stemming", "done")


def test_a_project_that_did_not_go_on_has_no_jury_in_its_story(db, app):
    round = a_phased_round(PhaseKind.JURY)
    project = db.get_one(Project, a_dossier(round, stage=Stage.ON_BALLOT).project_id)
    counted(round, project, goes_on=False)

    assert "De burgerjury boog zich erover" not in dict(told(db, app, project))


def test_the_page_of_a_project_has_the_story_once_it_won(db, pages):
    execution = an_execution(E.RUNNING)
    slug = execution.project.round.slug

    shown = pages.get(f"/burgerbudget/{slug}/projecten/{execution.id}")

    assert "Hoe staat het ermee?" in shown
    assert "Het verhaal van" in pages.get(f"/burgerbudget/{slug}/projecten/{execution.id}/verhaal").heading
    other = a_project(execution.project.round)
    assert "Hoe staat het ermee?" not in pages.get(f"/burgerbudget/{slug}/projecten/{other.id}")
    pages.get(f"/burgerbudget/{slug}/projecten/{other.id}/verhaal")


def test_somebody_has_it_in_hands(db, app):
    waiting, running, city, ended = (
        an_execution(),
        an_execution(E.RUNNING),
        an_execution(E.RUNNING, with_group=False),
        an_execution(E.STOPPED),
    )
    with app.test_request_context():
        assert handled_by(waiting) == "De groep die het voorstelde"
        signed(waiting)
        assert handled_by(waiting) == "De gebiedswerker, die de afspraak tekent"
        assert handled_by(running) == "De groep die het voorstelde"
        assert handled_by(city) == "Een dienst van de stad"
        assert handled_by(ended) == "Niemand meer, het is afgerond"
        assert money_said(running) == ""
