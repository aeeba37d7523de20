"""Themes first, then money, then projects: what residents decide in one round, the next one takes over exactly."""

import pytest
from pabulib.checker import Checker
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, Invalid
from spreekt.kernel.regulations import PhaseKind, VoteMethod
from spreekt.modules.burgerbudget import domain, pots, project_file
from spreekt.modules.burgerbudget.awards import cards as award_cards
from spreekt.modules.burgerbudget.domain import AmountIsDivided, add_project, change_project, theme_plan
from spreekt.modules.burgerbudget.dossiers import balloting, screening
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.models import Pot, Project, Round
from spreekt.modules.burgerbudget.outcomes.publication import confirm, prepare
from spreekt.modules.burgerbudget.phases.models import Phase
from spreekt.modules.burgerbudget.phases.regulation import (
    ThemesContradict,
    at_midnight,
    change_numbers,
    clone,
    start_from,
)
from spreekt.modules.burgerbudget.phases.timeline import ThemesOnlyVoted, set_phase
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from spreekt.modules.burgerbudget.themes import domain as themes
from spreekt.modules.burgerbudget.themes.names import PLACE, ListIsTaken, ThemesAlike
from spreekt.modules.burgerbudget.themes.shares import shares_of
from spreekt.modules.burgerbudget.voting.ballots import cast
from tests.budget_builders import a_dossier, a_game, a_phased_round, a_pot
from tests.builders import DAY, NOON, a_project, a_resident, a_round, acting, an_area, kept, officers_give_keys, staff

POINTS = [{"groen": 6, "zorg": 4}, {"groen": 1}, {"sport": 3, "zorg": 2}, {"sport": 1}]
"""Groen 7, zorg 6, sport 4, cultuur nothing."""


@pytest.fixture
def admin():
    return acting(staff(Role.ADMIN))


def a_theme_round(method="points", **fields):
    """Four themes, of which the best two go on; € 10.000 to divide."""
    round = a_game(method, codes=(), is_about_themes=True, **({"themes_most": 2} | fields))
    for code in ("cultuur", "groen", "sport", "zorg"):
        a_project(round, code, title=code.capitalize(), theme="", cost_cents=PLACE)
    return round


@pytest.fixture
def decided(db, vault, clock, closed):
    """A round about themes that was voted on, counted and published."""

    def made(method="points", votes=POINTS, **fields):
        round = a_theme_round(method, **fields)
        for marks in votes:
            cast(db, vault, clock, round, marks, by=acting(a_resident()))
        officers_give_keys(round)
        prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
        confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
        return round

    return made


def a_later_round(**fields):
    return a_round(**({"opens_at": NOON + 60 * DAY, "closes_at": NOON + 70 * DAY} | fields))


def errors_of(outcome):
    """What Pabulib's checker says of the file of a part."""
    report = Checker().process_files([outcome.file])
    (name,) = set(report) - {"metadata", "summary"}
    return report[name]["results"]["errors"].keys()


def taken(db, round, earlier, admin):
    return themes.take(db, round, earlier, by=admin, now=earlier.publishes_at)


def test_the_themes_with_the_most_points_go_on_and_the_money_follows_their_points(db, decided):
    round = decided()

    found = [(share.theme, share.score, share.amount_cents) for share in shares_of(db, round)]

    assert found == [("Groen", 7, 538_462), ("Zorg", 6, 461_538)]
    assert sum(cents for _name, _points, cents in found) == round.amount_cents


@pytest.mark.parametrize(("method", "votes"), [("approval", ["groen", "zorg"]), ("ranking", ["groen", "zorg"])])
def test_a_vote_in_which_nothing_is_divided_says_which_themes_go_on_and_no_amounts(db, decided, method, votes):
    marks = {code: place for place, code in enumerate(votes, start=1)}
    round = decided(method, votes=[marks if method == "ranking" else dict.fromkeys(marks, 1)])

    assert [(share.theme, share.amount_cents) for share in shares_of(db, round)] == [("Groen", None), ("Zorg", None)]


def test_the_file_of_a_theme_round_gives_the_same_themes_to_anybody(decided):
    (outcome,) = decided().outcomes
    election = read_pb(outcome.file)

    assert (election.currency(election.budget), {project.cost for project in election.projects}) == (2, {1})
    assert list(decide(election, Rule(method=Method.GREEDY)).winners) == ["groen", "zorg"]
    assert selected(election) == {"groen", "zorg"}
    assert "currency" not in election.meta


def test_the_file_of_a_theme_round_passes_the_checker_of_pabulib(decided):
    (outcome,) = decided().outcomes

    assert not errors_of(outcome)


def test_a_later_round_gets_a_pot_for_each_theme_and_says_from_where(db, decided, admin):
    earlier, round = decided(), a_later_round()

    taken(db, round, earlier, admin)

    assert [(pot.code, pot.name, pot.amount_cents) for pot in round.pots] == [
        ("groen", "Groen", 538_462), ("zorg", "Zorg", 461_538)
    ]  # fmt: skip
    assert round.themes_from is earlier


def test_a_second_round_about_themes_gets_the_list_and_nobody_adds_to_it(db, decided, admin):
    earlier, round = decided("approval", votes=[{"zorg": 1}]), a_theme_round(opens_at=NOON + 60 * DAY,
                                                                            closes_at=NOON + 70 * DAY)  # fmt: skip
    for project in db.scalars(select(Project).where(Project.round_id == round.id)):
        domain.withdraw_project(db, project, reason="Inwoners kiezen ze zelf.", by=admin, now=NOON)

    taken(db, round, earlier, admin)

    on_list = db.scalars(select(Project).where(Project.round_id == round.id, Project.state == "gepubliceerd")).all()
    assert [(theme.code, theme.title) for theme in on_list] == [("t1", "Zorg")]
    with pytest.raises(ListIsTaken):
        add_project(db, round, theme_plan("t9", "Vuurwerk"), by=admin, now=NOON)
    with pytest.raises(ListIsTaken):
        change_project(db, on_list[0], theme_plan("t1", "Vuurwerk"), seen_version=None, by=admin, now=NOON)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: a_later_round(amount_cents=999_999), themes.AnotherAmount),
        (lambda: a_round(), domain.VotingHasOpened),
        (lambda: a_phased_round(PhaseKind.SUBMISSION), pots.DivisionStandsStill),
        (lambda: a_theme_round(opens_at=NOON + 60 * DAY, closes_at=NOON + 70 * DAY), themes.ListIsBegun),
    ],
)
def test_what_does_not_fit_or_comes_too_late_is_not_taken_over(db, decided, admin, make, refusal):
    earlier, round = decided(publishes_at=NOON - DAY), make()

    with pytest.raises(refusal):
        themes.take(db, round, earlier, by=admin, now=NOON)
    assert round.themes_from_id is None


def test_pots_that_staff_made_or_money_that_was_taken_are_not_overwritten(db, decided, admin):
    earlier, round = decided(), a_later_round()
    a_pot(round, an_area("Heule"), 100_000)
    with pytest.raises(themes.AlreadyDivided):
        taken(db, round, earlier, admin)

    other = a_later_round()
    taken(db, other, earlier, admin)
    with pytest.raises(themes.AlreadyTaken):
        taken(db, other, earlier, admin)


def test_nothing_is_taken_from_a_vote_without_amounts_or_before_its_hour(db, decided, admin):
    with pytest.raises(themes.NothingDivided):
        taken(db, a_later_round(), decided("approval", votes=[{"groen": 1}]), admin)
    counted = decided()
    with pytest.raises(themes.NoResultToTake):
        themes.take(db, a_later_round(), counted, by=admin, now=counted.publishes_at - DAY / 24)
    with pytest.raises(themes.NoResultToTake):
        taken(db, a_later_round(), a_round(), admin)
    with pytest.raises(Forbidden):
        taken(db, a_later_round(), counted, acting(staff(Role.PUBLISHER)))


def test_a_division_can_be_let_go_until_groups_apply(db, decided, admin):
    earlier, round = decided(), a_later_round()
    taken(db, round, earlier, admin)
    project = a_project(round, "a", theme="Groen")
    pots.set_pots(db, round, areas={}, themes={pot.theme: pot.amount_cents for pot in round.pots})
    assert project.pot.name == "Groen"

    themes.let_go(db, round, by=admin, now=earlier.publishes_at)

    assert (round.pots, round.themes_from_id, project.pot_id) == ([], None, None)
    with pytest.raises(themes.NothingTaken):
        themes.let_go(db, round, by=admin, now=earlier.publishes_at)


def test_a_project_competes_for_the_money_of_its_theme_only(db, decided, admin):
    round = a_later_round()
    taken(db, round, decided(), admin)

    def added(code, theme, cents):
        plan = domain.ProjectPlan(code=code, title="Bankjes", body="", cost_cents=cents, theme=theme)
        return add_project(db, round, plan, by=admin, now=NOON)

    assert added("a", "Groen", 538_462).pot.name == "Groen"
    with pytest.raises(pots.TooExpensive):
        added("b", "Zorg", 461_539)
    with pytest.raises(pots.NoMoneyForTheme) as refused:
        added("c", "Verkeer", 1_000)
    assert refused.value.args == ("Groen, Zorg",)


def test_each_theme_has_its_own_file_and_winners(db, vault, clock, closed):
    round = a_round(slug="thema-ronde")
    pots.set_pots(db, round, areas={}, themes={"Groen": 600_000, "Sport & spel": 300_000})
    for code, theme in (("g1", "Groen"), ("s1", "Sport & spel"), ("s2", "Sport & spel"), ("rest", "Verkeer")):
        a_project(round, code, theme=theme, cost_cents=300_000 if code != "rest" else 100_000,
                  pot_id=pots.pot_id(round.pots, [], theme))  # fmt: skip
    for choice in (["g1", "s2"], ["s2", "rest"], ["s1"]):
        cast(db, vault, clock, round, dict.fromkeys(choice, 1), by=acting(a_resident()))
    officers_give_keys(round)

    prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))

    found = {each.part: [row["code"] for row in each.summary["projects"] if row["won"]] for each in round.outcomes}
    assert found == {"": ["rest"], "groen": ["g1"], "sport-spel": ["s2"]}
    assert set().union(*map(errors_of, round.outcomes)) <= {"all projects funded"}, "in two parts all fit"


def test_money_is_divided_over_areas_or_over_themes_and_never_both(db, admin):
    round = a_later_round()
    plan = domain.RoundPlan(
        slug=round.slug, title="Ronde", intro="", amount_cents=1_000_000, opens_at=round.poll.opens_at,
        closes_at=round.poll.closes_at, publishes_at=round.publishes_at, minimum_age=16, rule=round.rule,
        pots={an_area("Heule").id: 100}, theme_pots={"Groen": 100},
    )  # fmt: skip
    with pytest.raises(pots.TwoDivisions):
        domain.change_round(db, round, plan, seen_version=None, by=admin, now=NOON)
    with pytest.raises(ThemesAlike):
        pots.set_pots(db, round, areas={}, themes={"Sport & spel": 100, "sport spel": 100})


@pytest.mark.parametrize("fields", [{"theme": "Groen", "area": True}, {"theme": "", "area": False}])
def test_the_database_knows_no_pot_of_both_or_of_neither(db, fields):
    round = a_round()
    area_id = an_area("Heule").id if fields["area"] else None
    db.add(Pot(round_id=round.id, code="x", theme=fields["theme"], area_id=area_id, amount_cents=1))
    with pytest.raises(IntegrityError):
        db.flush()


def test_themes_have_no_rule_about_prices_in_the_database(db):
    round = a_theme_round()
    round.rule = "equal-shares"
    with pytest.raises(IntegrityError):
        db.flush()


def test_what_residents_divided_cannot_be_changed_beside_it(db, decided, admin):
    earlier, round = decided(), a_later_round()
    taken(db, round, earlier, admin)
    plan = domain.RoundPlan(
        slug=round.slug, title="Andere naam", intro="", amount_cents=1_000_000, opens_at=round.poll.opens_at,
        closes_at=round.poll.closes_at, publishes_at=round.publishes_at, minimum_age=16, rule=round.rule,
    )  # fmt: skip
    domain.change_round(db, round, plan, seen_version=None, by=admin, now=NOON)
    assert [pot.name for pot in round.pots] == ["Groen", "Zorg"]

    with pytest.raises(AmountIsDivided):
        domain.change_round(db, round, domain.replace(plan, amount_cents=2_000_000), seen_version=None, by=admin,
                            now=NOON)  # fmt: skip


def test_themes_that_read_alike_cannot_stand_on_one_list(db, admin):
    round = a_theme_round(opens_at=NOON + DAY)

    with pytest.raises(ThemesAlike):
        add_project(db, round, theme_plan("x", "GROEN!"), by=admin, now=NOON)
    with pytest.raises(Invalid):
        add_project(db, round, theme_plan("x", "!?!"), by=admin, now=NOON)
    with pytest.raises(Invalid):
        add_project(db, round, theme_plan("x", "Groen " * 11), by=admin, now=NOON)


def test_a_round_about_themes_is_a_vote_and_nothing_else(db, admin):
    round = a_theme_round(opens_at=NOON + 60 * DAY, closes_at=NOON + 70 * DAY)

    with pytest.raises(ThemesOnlyVoted):
        set_phase(db, round, PhaseKind.SUBMISSION, NOON + DAY, NOON + 2 * DAY, by=admin, now=NOON)
    for number, value in (("jury_size", 3), ("top", 5), ("buyers_least", 5), ("themes_most", None)):
        with pytest.raises(ThemesContradict):
            change_numbers(db, round, {number: value}, by=admin, now=NOON)
    with pytest.raises(ThemesContradict):
        change_numbers(db, round, {"vote_method": VoteMethod.BASKET, "basket_cents": 5, "points": None}, by=admin,
                       now=NOON)  # fmt: skip
    with pytest.raises(ThemesContradict):
        change_numbers(db, a_later_round(), {"themes_most": 3}, by=admin, now=NOON)


def test_antwerpen_has_three_steps_that_follow_each_other(db, app, admin):
    city = app.extensions["spreekt"].city
    made = [
        start_from(db, city.budget_preset(code), slug=code, title=code, amount_cents=140_000_000,
                   starts_at=at_midnight((NOON + number * 100 * DAY).date()), area_id=None, by=admin, now=NOON)
        for number, code in enumerate(("antwerpen-themas", "antwerpen-geld", "antwerpen"), start=1)
    ]  # fmt: skip

    assert [round.is_about_themes for round in made] == [True, True, False]
    assert clone(db, made[0], slug="nog-eens", title="Nog eens", starts_at=at_midnight((NOON + 900 * DAY).date()),
                 by=admin, now=NOON).is_about_themes  # fmt: skip


def test_a_copy_keeps_pots_of_themes_that_staff_made_and_not_what_residents_divided(db, decided, admin):
    by_hand, by_residents = a_phased_round(PhaseKind.PREPARATION), a_phased_round(PhaseKind.PREPARATION)
    pots.set_pots(db, by_hand, areas={}, themes={"Groen": 5_000})
    by_residents.themes_from_id = decided().id
    pots.set_pots(db, by_residents, areas={}, themes={"Groen": 5_000})

    copies = [
        clone(db, old, slug=f"kopie-{old.id}", title="Kopie", starts_at=NOON + 900 * DAY, by=admin, now=NOON)
        for old in (by_hand, by_residents)
    ]

    assert [[pot.name for pot in copy.pots] for copy in copies] == [["Groen"], []]
    assert copies[1].themes_from_id is None


def test_a_group_asks_for_the_money_of_one_theme_and_cannot_hand_in_without(db, admin):
    round = a_phased_round()
    pots.set_pots(db, round, areas={}, themes={"Groen": 400_000, "Zorg": round.amount_cents - 400_000})
    dossier = a_dossier(round)
    lead = acting(dossier.members[0].account)

    assert dossiers.NO_SUCH_THEME in {each.says for each in dossiers.missing(db, dossier)}
    before = screening.fingerprint_of(dossier)
    for theme, fault in (("Verkeer", Invalid), ("Groen", None)):

        def choose(theme=theme):
            dossiers.put_at(db, dossier, areas=[], place="Plein", point=None, seen=dossiers.place_mark(dossier),
                            by=lead, theme=theme)  # fmt: skip

        if fault:
            with pytest.raises(fault):
                choose()
        else:
            choose()

    assert dossiers.NO_SUCH_THEME not in {each.says for each in dossiers.missing(db, dossier)}
    assert screening.fingerprint_of(dossier) != before


def test_a_plan_goes_on_the_list_in_the_pot_that_its_group_asked_for(db, admin):
    round = a_phased_round(PhaseKind.DIALOGUE)
    pots.set_pots(db, round, areas={}, themes={"Groen": 900_000})
    dossier = a_dossier(round, stage=Stage.ADMISSIBLE, theme="Groen")
    screening.judge(db, dossier, "deem_feasible", words="Kan.", remedy="", seen_version=None, by=admin, now=NOON)

    balloting.put_on_ballot(db, dossier, code="g1", theme="Zorg", by=admin, now=NOON)

    project = db.get(Project, dossier.project_id)
    assert (project.theme, project.pot.name) == ("Groen", "Groen")
    with pytest.raises(domain.PlanIsFrozen):
        change_project(db, project, domain.replace(domain.plan_as_is(project), theme="Zorg"), seen_version=None,
                       by=admin, now=NOON)  # fmt: skip


def test_themes_come_in_from_a_file_without_prices(db, admin):
    round = a_theme_round(opens_at=NOON + DAY)
    content = b"code;thema;beschrijving\nt1;Verkeer;Veilig naar school\nt2;Groen;Staat er al\n"

    plans = project_file.read(content, [], project_file.columns_of(round))
    with pytest.raises(project_file.FaultyFile) as refused:
        project_file.add_all(db, round, plans, by=admin, now=NOON)
    assert len(refused.value.faults) == 1
    assert "Regel 3" in refused.value.faults[0]
    with pytest.raises(project_file.FaultyFile) as refused:
        project_file.read(b"code;naam\nt1;Verkeer\n", [], project_file.columns_of(round))
    assert "thema" in refused.value.faults[0]


def test_staff_see_the_amounts_before_they_take_them_over(db, pages, decided):
    earlier, round = decided(publishes_at=NOON - DAY), a_later_round()
    browser = pages.as_(staff(Role.ADMIN))
    url = f"/beheer/rondes/{round.slug}/themas"

    assert earlier.title in browser.get(url)
    assert "5.384,62" in browser.get(f"{url}?uit={earlier.slug}")
    assert db.get(Round, round.id).themes_from_id is None
    browser.send(f"{url}?uit={earlier.slug}", uit=earlier.slug)

    public = pages.get(f"/burgerbudget/{round.slug}")
    assert "5.384,62" in public
    assert f"/burgerbudget/{earlier.slug}/uitslag" in public.html
    browser.send(url, press="los=1")
    assert "5.384,62" not in pages.get(f"/burgerbudget/{round.slug}")


def test_staff_read_why_nothing_can_be_taken_over(pages, decided):
    earlier, other = decided(publishes_at=NOON - DAY), a_later_round(amount_cents=500)
    browser = pages.as_(staff(Role.ADMIN))
    url = f"/beheer/rondes/{other.slug}/themas"

    assert "Maak eerst het bedrag van deze ronde gelijk" in browser.send(
        f"{url}?uit={earlier.slug}", uit=earlier.slug, status=409
    )
    browser.get(f"{url}?uit=bestaat-niet", status=404)
    pages.as_(staff(Role.MODERATOR)).get(url, status=404)


def test_without_a_result_about_themes_staff_are_told_how_to_begin(pages):
    url = f"/beheer/rondes/{a_later_round().slug}/themas"

    assert "Er is nog geen uitslag over thema's" in pages.as_(staff(Role.ADMIN)).get(url)


def test_nobody_reads_of_a_price_in_a_round_about_themes(pages):
    round = a_theme_round("approval")
    resident = pages.as_(a_resident())
    theme = f"/burgerbudget/{round.slug}/projecten"

    for url in (theme, f"/burgerbudget/{round.slug}/stemmen"):
        assert "€ 1" not in resident.get(url).text.replace("\xa0", " ").replace("€ 10.000", "")
    sheet = resident.send(f"/burgerbudget/{round.slug}/stemmen", projects=["groen"])
    assert "Jij kiest 1 thema" in sheet
    assert pages.raw(f"{theme}.csv").text.splitlines()[1].startswith("cultuur,Cultuur,,,")


def test_the_result_of_a_theme_round_says_what_each_theme_gets_on_page_in_csv_and_in_json(pages, decided):
    round = decided(publishes_at=NOON - DAY)
    url = f"/burgerbudget/{round.slug}/uitslag"

    sheet = pages.get(url)
    assert "2 thema's gaan door" in sheet
    assert "5.384,62" in sheet
    assert pages.raw(f"{url}.csv").text.splitlines()[1] == "groen,Groen,2,7,ja,5384.62,EUR"
    document = pages.raw(f"/api/v1/budget-rounds/{round.slug}/outcome").json
    assert [(each["theme"], each["amount_cents"]) for each in document["themes"]] == [("Groen", 538_462),
                                                                                      ("Zorg", 461_538)]  # fmt: skip


def test_the_api_says_how_the_money_of_a_round_is_divided_and_from_where(db, pages, decided, admin):
    earlier, round = decided(publishes_at=NOON - DAY), a_later_round()
    taken(db, round, earlier, admin)

    found = pages.raw(f"/api/v1/budget-rounds/{round.slug}").json

    assert found["themes_from"] == earlier.slug
    assert found["pots"][0] == {"code": "groen", "name": "Groen", "divides": "theme", "amount_cents": 538_462}


def fields_of(sheet):
    return [field.get("name", "") for field in sheet.all("input")]


def test_staff_divide_money_over_themes_on_the_form_of_a_round(db, pages):
    round, _heule = a_later_round(), an_area("Heule")
    url = f"/beheer/rondes/{round.slug}/bewerken"
    browser = pages.as_(staff(Role.ADMIN))

    field = next(name for name in fields_of(browser.get(url)) if name.startswith("themapot_"))
    browser.send(url, **{field: "2500"})

    assert [(bool(pot.theme), pot.amount_cents) for pot in db.get(Round, round.id).pots] == [(True, 250_000)]
    area = next(name for name in fields_of(browser.get(url)) if name.startswith("pot_"))
    assert "niet over allebei" in browser.send(url, status=422, **{area: "100"})


def test_a_theme_round_is_changed_without_a_rule_and_its_themes_without_a_price(db, pages):
    round = a_theme_round(opens_at=NOON + 60 * DAY, closes_at=NOON + 70 * DAY)
    browser = pages.as_(staff(Role.ADMIN))

    browser.send(f"/beheer/rondes/{round.slug}/bewerken", title="Kies thema's")
    browser.send(f"/beheer/rondes/{round.slug}/project", code="t9", title="Verkeer")
    browser.send(f"/beheer/rondes/{round.slug}/reglement", themes_most="3")

    assert db.get(Round, round.id).title == "Kies thema's"
    added = db.scalars(select(Project).where(Project.code == "t9")).one()
    assert (added.title, added.cost_cents, added.theme) == ("Verkeer", PLACE, "")


def test_a_resident_chooses_the_theme_of_a_plan_on_its_page(db, pages):
    round = a_phased_round()
    pots.set_pots(db, round, areas={}, themes={"Groen": 400_000, "Zorg": 300_000})
    dossier = a_dossier(round)
    url = f"/burgerbudget/voorstellen/{dossier.id}/plaats"

    pages.as_(dossier.members[0].account).send(url, theme="Zorg", place="Plein")

    assert dossier.theme == "Zorg"


def test_the_front_page_tells_what_became_of_projects_and_not_of_themes(db, decided):
    decided(publishes_at=NOON - DAY)

    assert not award_cards.outcomes(db, NOON)


def test_nothing_is_awarded_in_a_round_about_themes_and_no_publisher_waits_for_it(db, pages, decided):
    round = decided(publishes_at=NOON - DAY)
    kept(Phase(round_id=round.id, kind=PhaseKind.PREPARATION, opens_at=NOON - 9 * DAY, closes_at=NOON - 2 * DAY))
    publisher = staff(Role.PUBLISHER)

    assert not award_cards.work(db, acting(publisher), NOON)
    assert "wordt niets toegekend" in pages.as_(publisher).get(f"/beheer/rondes/{round.slug}/toekenning")
