"""Preparing rounds and projects: what is refused, and that nothing changes once voting opened."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, Invalid, StaleVersion
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import Revision, State
from spreekt.modules.burgerbudget.codes import CodeIsAWord, CodeTaken
from spreekt.modules.burgerbudget.domain import (
    DatesInverted,
    ProjectPlan,
    RoundPlan,
    VotingHasOpened,
    add_project,
    change_project,
    change_round,
    create_round,
    plan_from,
    withdraw_project,
)
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.models import Project, Round, Rule
from spreekt.modules.burgerbudget.paper.sheets import Kind
from spreekt.modules.burgerbudget.pots import PotsExceedAmount, TooExpensive
from spreekt.modules.burgerbudget.project_file import FaultyFile, read
from spreekt.modules.burgerbudget.queries import all_rounds
from tests.budget_builders import a_dossier, a_group, a_phased_round, without_game
from tests.builders import DAY, NOON, a_project, a_round, acting, an_area, kept, staff

PLAN = RoundPlan(
    slug="budget-2027", title="Burgerbudget 2027", intro="", amount_cents=1_000_000, opens_at=NOON + DAY,
    closes_at=NOON + 8 * DAY, publishes_at=NOON + 9 * DAY, minimum_age=16, rule=Rule.GREEDY,
)  # fmt: skip
BENCH = ProjectPlan(code="p1", title="Een bank", body="Om te **zitten**.", cost_cents=200_000)


@pytest.fixture
def admin(db):
    return acting(staff(Role.ADMIN))


def coming(**fields):
    return a_round(opens_at=NOON + DAY, closes_at=NOON + 8 * DAY, **fields)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"opens_at": NOON}, DatesInverted),
        ({"closes_at": NOON + DAY}, DatesInverted),
        ({"publishes_at": NOON + 7 * DAY}, DatesInverted),
        ({"pots": {1: 600_000, 2: 400_001}}, PotsExceedAmount),
        ({"pots": {1: 0}}, Invalid),
    ],
)
def test_a_round_that_cannot_work_is_refused(db, admin, change, refusal):
    with pytest.raises(refusal):
        create_round(db, replace(PLAN, **change), by=admin, now=NOON)


def test_a_round_has_a_place_of_its_own_and_old_enough_on_the_last_day_is_old_enough(db, admin):
    round = create_round(db, PLAN, by=admin, now=NOON)

    assert round.poll.age_on == (NOON + 8 * DAY).date()
    with pytest.raises(Invalid):
        create_round(db, PLAN, by=admin, now=NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_prepare_rounds(db, role):
    round, who = coming(), acting(staff(role))

    with pytest.raises(Forbidden):
        create_round(db, PLAN, by=who, now=NOON)
    with pytest.raises(Forbidden):
        add_project(db, round, BENCH, by=who, now=NOON)


def test_V17_nothing_changes_from_the_second_that_voting_opens(db, admin):
    round = coming()
    project = add_project(db, round, BENCH, by=admin, now=NOON)
    opened = round.poll.opens_at

    for change in (
        lambda: change_round(db, round, PLAN, seen_version=None, by=admin, now=opened),
        lambda: add_project(db, round, replace(BENCH, code="p2"), by=admin, now=opened),
        lambda: change_project(db, project, replace(BENCH, cost_cents=1), seen_version=None, by=admin, now=opened),
        lambda: withdraw_project(db, project, reason="Dubbel", by=admin, now=opened),
    ):
        with pytest.raises(VotingHasOpened):
            change()

    assert (project.cost_cents, project.state) == (200_000, State.PUBLISHED)


def test_a_project_is_published_by_the_city_and_keeps_its_earlier_text(db, admin):
    project = add_project(db, coming(), BENCH, by=admin, now=NOON)
    change_project(db, project, replace(BENCH, title="Twee banken"), seen_version=project.version, by=admin, now=NOON)

    assert (project.author_id, project.state) == (None, State.PUBLISHED)
    assert "<strong>zitten</strong>" in project.body_html
    titles = [revision.title for revision in db.query(Revision).order_by(Revision.number)]
    assert titles == ["Een bank", "Twee banken"]


def test_two_projects_of_a_round_have_two_codes(db, admin):
    round = coming()
    add_project(db, round, BENCH, by=admin, now=NOON)
    second = add_project(db, round, replace(BENCH, code="p2"), by=admin, now=NOON)

    with pytest.raises(CodeTaken):
        add_project(db, round, BENCH, by=admin, now=NOON)
    with pytest.raises(CodeTaken):
        change_project(db, second, BENCH, seen_version=None, by=admin, now=NOON)


def test_codes_differ_in_more_than_capitals_since_paper_has_none(db, admin):
    round = coming()
    first = add_project(db, round, BENCH, by=admin, now=NOON)
    second = add_project(db, round, replace(BENCH, code="p2"), by=admin, now=NOON)

    with pytest.raises(CodeTaken):
        add_project(db, round, replace(BENCH, code=BENCH.code.upper()), by=admin, now=NOON)
    with pytest.raises(CodeTaken):
        change_project(db, second, replace(BENCH, code=BENCH.code.upper()), seen_version=None, by=admin, now=NOON)
    change_project(db, first, replace(BENCH, code=BENCH.code.upper()), seen_version=None, by=admin, now=NOON)
    assert first.code == BENCH.code.upper()


@pytest.mark.parametrize("word", [Kind.BLANK, Kind.INVALID, "Blanco"])
def test_a_word_of_the_typists_is_no_code(db, admin, word):
    with pytest.raises(CodeIsAWord):
        add_project(db, coming(), replace(BENCH, code=str(word)), by=admin, now=NOON)


def test_a_file_in_which_codes_differ_in_capitals_only_is_refused_by_line():
    with pytest.raises(FaultyFile) as refusal:
        read(b"code;titel;prijs\np1;Een bank;100\nP1;Een boom;100\n", [])

    assert refusal.value.faults == ("Regel 3: code P1 staat ook op regel 2.",)


@pytest.mark.parametrize("cost", [1_000_001, 2**31, 2**63, 0, -1])
def test_V17_a_price_above_what_there_is_or_below_one_cent_is_refused(db, admin, cost):
    with pytest.raises(Invalid):
        add_project(db, coming(), replace(BENCH, cost_cents=cost), by=admin, now=NOON)


def test_a_project_of_one_area_competes_for_the_pot_of_that_area(db, admin):
    heule, marke = an_area("Heule"), an_area("Marke")
    round = create_round(db, replace(PLAN, pots={heule.id: 300_000}), by=admin, now=NOON)

    here = add_project(db, round, replace(BENCH, area_ids=frozenset({heule.id})), by=admin, now=NOON)
    both = frozenset({heule.id, marke.id})
    wide = add_project(db, round, replace(BENCH, code="p2", area_ids=both), by=admin, now=NOON)

    assert (here.pot_id, wide.pot_id) == (round.pots[0].id, None)
    dear = replace(BENCH, code="p3", area_ids=frozenset({heule.id}), cost_cents=300_001)
    with pytest.raises(TooExpensive):
        add_project(db, round, dear, by=admin, now=NOON)


def test_a_pot_that_becomes_too_small_for_its_project_is_refused(db, admin):
    heule = an_area("Heule")
    round = create_round(db, replace(PLAN, pots={heule.id: 300_000}), by=admin, now=NOON)
    add_project(db, round, replace(BENCH, area_ids=frozenset({heule.id})), by=admin, now=NOON)

    with pytest.raises(TooExpensive):
        change_round(db, round, replace(PLAN, pots={heule.id: 100_000}), seen_version=None, by=admin, now=NOON)


def test_the_second_of_two_who_change_a_round_is_told(db, admin):
    round = coming()

    with pytest.raises(StaleVersion):
        change_round(db, round, PLAN, seen_version=round.version + 1, by=admin, now=NOON)


def test_a_project_goes_off_the_list_with_a_reason(db, admin):
    project = add_project(db, coming(), BENCH, by=admin, now=NOON)

    with pytest.raises(Invalid):
        withdraw_project(db, project, reason=" ", by=admin, now=NOON)
    withdraw_project(db, project, reason="Staat er al", by=admin, now=NOON)

    assert project.state is State.WITHDRAWN


def test_a_file_with_faults_is_refused_with_every_fault_by_line(db):
    text = (
        "code;titel;beschrijving;prijs;thema;deelgemeente\n"
        "a1;Goede bank;;1500,50;Groen;Heule\n"
        "a b;Slechte code;;10;;\n"
        "a3;Slechte prijs;;1e3;;\n"
        "a1;Zelfde code;;10;;\n"
        "a5;Verre plaats;;10;;Gent\n"
    )

    with pytest.raises(FaultyFile) as refused:
        read(text.encode(), [an_area("Heule")])

    assert [fault.split(":")[0] for fault in refused.value.faults] == ["Regel 3", "Regel 4", "Regel 5", "Regel 6"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"code;titel\n", b"code;titel;prijs\n", b'code;titel;prijs\n"a'])
def test_what_is_no_list_of_projects_is_refused_in_words(db, content):
    with pytest.raises(FaultyFile):
        read(content, [])


def test_an_administrator_prepares_a_round_on_the_pages(db, pages):
    an_area("Heule")
    browser = pages.as_(staff(Role.ADMIN))

    made = browser.send(
        "/beheer/rondes/nieuw", title="Burgerbudget 2027", slug="budget-2027", amount_cents="10.000",
        opens_at="2026-12-01T09:00", closes_at="2026-12-20T18:00", publishes_at="2026-12-21T12:00", minimum_age="16",
        rule="greedy",
    )  # fmt: skip
    assert "Er staat nog niets op de lijst" in made
    added = browser.send("/beheer/rondes/budget-2027/project", code="p1", title="Bank", cost_cents="2.500,50")
    assert "Bank" in added
    project = db.query(Project).one()
    assert project.cost_cents == 250_050

    changed = browser.send(f"/beheer/rondes/budget-2027/project/{project.id}", cost_cents="3.000")
    assert "€ 3.000" in changed
    gone = browser.send(f"/beheer/rondes/budget-2027/project/{project.id}/van-de-lijst", reason="Staat er al")
    assert "Bank" not in gone
    again = browser.send("/beheer/rondes/budget-2027/bewerken", title="Budget van 2027", closes_at="2026-12-19T18:00")
    assert "Budget van 2027" in again.heading
    poll = db.query(Round).one().poll
    assert poll.opens_at.isoformat() == "2026-12-01T08:00:00+00:00"
    assert db.query(Round).one().publishes_at.isoformat() == "2026-12-21T11:00:00+00:00"


def test_a_wrong_round_comes_back_with_what_was_typed_and_why(pages):
    sheet = pages.as_(staff(Role.ADMIN)).send(
        "/beheer/rondes/nieuw", status=422, title="Omgekeerd", slug="omgekeerd", amount_cents="10.000",
        opens_at="2026-12-20T09:00", closes_at="2026-12-01T18:00", publishes_at="2026-12-21T12:00", minimum_age="16",
        rule="greedy",
    )  # fmt: skip

    assert "De stemming sluit voor ze opent" in sheet
    assert 'value="Omgekeerd"' in sheet.html


def test_the_oldest_age_to_vote_is_asked_and_lies_above_the_youngest(db, pages):
    browser, round = pages.as_(staff(Role.ADMIN)), coming()
    url = f"/beheer/rondes/{round.slug}/bewerken"

    refused = browser.send(url, status=422, minimum_age="16", maximum_age="12")
    browser.send(url, minimum_age="10", maximum_age="18")

    assert "De hoogste leeftijd ligt onder de laagste" in refused
    assert (round.poll.minimum_age, round.poll.maximum_age) == (10, 18)


def test_a_round_that_opened_has_no_forms_any_more(db, pages):
    round = a_round()
    project = a_project(round, "p1")
    browser = pages.as_(staff(Role.ADMIN))

    assert not [link for link in browser.get(f"/beheer/rondes/{round.slug}").links() if link.startswith("Verander")]
    for url in ("bewerken", "project", f"project/{project.id}", "invoer", "uit-voorstellen"):
        browser.get(f"/beheer/rondes/{round.slug}/{url}", status=409)


def test_projects_come_in_from_a_file_all_or_none(db, pages):
    round, browser = coming(), pages.as_(staff(Role.ADMIN))
    url = f"/beheer/rondes/{round.slug}/invoer"
    good = "code,titel,prijs\na1,Bank,1500\na2,Boom,200.50\n"

    bad = browser.send(url, status=422, file=(BytesIO((good + "a3,Duur,99999999\n").encode()), "p.csv"))
    assert "Regel 4" in bad
    assert db.query(Project).count() == 0

    done = browser.send(url, file=(BytesIO(good.encode()), "p.csv"))
    assert "Boom" in done
    assert db.query(Project).count() == 2


def test_a_project_grows_from_a_published_proposal(db, pages):
    from spreekt.modules.voorstellen.models import Proposal

    round, heule = coming(), an_area("Heule")
    proposal = kept(
        Proposal(theme="groen", support_needed=10, answer_days=30, title="Meer bomen", body="Overal.",
                 state=State.PUBLISHED, created_at=NOON, published_at=NOON, areas=[heule])
    )  # fmt: skip
    browser = pages.as_(staff(Role.ADMIN))

    assert "Meer bomen" in browser.get(f"/beheer/rondes/{round.slug}/uit-voorstellen?q=bomen")
    browser.send(f"/beheer/rondes/{round.slug}/project?voorstel={proposal.id}", code="b1", cost_cents="500")

    project = db.query(Project).one()
    assert (project.title, project.origin_id) == ("Meer bomen", proposal.id)
    assert [area.name for area in project.areas] == ["Heule"]
    assert "Meer bomen" not in browser.get(f"/beheer/rondes/{round.slug}/uit-voorstellen").text
    assert plan_from(proposal)["area_ids"] == {heule.id}


@pytest.mark.parametrize("url", ["", "/nieuw", "/{slug}", "/{slug}/bewerken", "/{slug}/project", "/{slug}/publiceer"])
def test_residents_do_not_find_the_staff_pages(pages, url):
    round = coming()
    from tests.builders import a_resident

    pages.as_(a_resident()).get(f"/beheer/rondes{url.format(slug=round.slug)}", status=404)


def test_the_console_says_what_waits(db, app):
    from spreekt.modules.burgerbudget.cards import work

    a_round(opens_at=NOON - 9 * DAY, closes_at=NOON - timedelta(days=2))
    coming()
    with app.test_request_context():
        publisher = [(item.count, item.overdue) for item in work(acting(staff(Role.PUBLISHER)), NOON, all_rounds(db))]
        admin = [item.count for item in work(acting(staff(Role.ADMIN)), NOON, all_rounds(db))]

    assert publisher == [(1, 1)]
    assert admin == [1]
    assert db.query(Round).count() == 2


def test_the_page_of_a_project_of_a_group_offers_code_and_theme_alone(db, pages):
    people = a_group()
    dossier = a_dossier(a_phased_round(PhaseKind.DIALOGUE), group=people, stage=Stage.ON_BALLOT)
    one = f"/beheer/rondes/{dossier.round.slug}/project/{dossier.project_id}"
    admin, project = pages.as_(staff(Role.ADMIN)), db.get(Project, dossier.project_id)
    title = project.title

    shown = admin.get(one)
    assert "Een groep diende dit project in" in shown
    assert 'name="cost_cents"' not in shown.html
    admin.send(one, code="p7", theme="Groen")
    db.refresh(project)
    assert (project.code, project.theme, project.title) == ("p7", "Groen", title)
    admin.send(f"{one}/van-de-lijst", reason="De grond is verkocht.")

    db.refresh(dossier)
    assert dossier.stage is Stage.ADMISSIBLE
    assert "De grond is verkocht." in pages.as_(people[1]).get(f"/burgerbudget/voorstellen/{dossier.id}")


def test_the_dates_of_a_round_without_a_vote_follow_its_phases(pages, db, admin):
    round = without_game(a_phased_round(PhaseKind.DIALOGUE))
    before = (round.poll.opens_at, round.poll.closes_at, round.poll.age_on)
    url = f"/beheer/rondes/{round.slug}/bewerken"
    staff_pages = pages.as_(staff(Role.ADMIN))

    assert "De stemming opent op" not in staff_pages.get(url).text
    staff_pages.send(url, title="Wijk aan zet")
    db.refresh(round)
    plan = replace(PLAN, slug=round.slug, amount_cents=round.amount_cents, opens_at=NOON + 90 * DAY,
                   closes_at=NOON + 99 * DAY, publishes_at=NOON + 99 * DAY)  # fmt: skip
    change_round(db, round, plan, seen_version=None, by=admin, now=NOON)

    assert (round.poll.opens_at, round.poll.closes_at, round.poll.age_on) == before
    assert round.title == PLAN.title
