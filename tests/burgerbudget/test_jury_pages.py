"""The pages of a jury as residents, jurors and staff walk through them; who sees what, and what never shows."""

import json
import re

import pytest
from sqlalchemy import select

from spreekt.identity.models import Account, SignInSession
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, SeatState
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.rules.jury_file import read_draw, sha256
from tests.builders import DAY, NOON, a_resident, an_account, an_area, staff
from tests.burgerbudget.test_jury import in_the_group
from tests.jury_builders import SEED, SOURCE, WHY, AtWork, a_jury_round, an_age, candidates, drawn, frozen, organisers


@pytest.fixture
def clock() -> Clock:
    """A clock that a test may move: `at(...)`."""
    return Clock(fixed=NOON)


def at(pages, moment):
    """The same platform at another moment; everybody stays signed in."""
    services = pages.app.extensions["spreekt"]
    object.__setattr__(services.clock, "fixed", moment)
    for session in pages.db.scalars(select(SignInSession)):
        session.expires_at, session.fresh_at = moment + DAY, moment
        session.second_factor_at = moment if session.second_factor_at else None
    pages.db.commit()


def jury_url(round, *more):
    return "/".join([f"/burgerbudget/{round.slug}/jury", *map(str, more)])


def desk_url(round, *more):
    return "/".join([f"/beheer/rondes/{round.slug}/jury", *map(str, more)])


def test_the_call_says_what_when_and_how_and_links_from_the_round(pages):
    round = a_jury_round()

    assert pages.get(f"/burgerbudget/{round.slug}").links()["Burgerjury"] == jury_url(round)
    sheet = pages.get(jury_url(round))

    assert "3 inwoners kiezen samen welke projecten er komen" in sheet
    assert "minstens 16 jaar" in sheet
    assert sheet.links()["Stel je kandidaat"] == jury_url(round, "kandidaat")


def test_a_round_without_a_jury_has_no_such_pages(pages):
    round = a_jury_round(jury_size=0)

    assert "Burgerjury" not in pages.get(f"/burgerbudget/{round.slug}").links()
    for page in ("", "/loting", "/verslag", "/loting.json", "/kandidatenlijst.json"):
        assert pages.raw(f"/burgerbudget/{round.slug}/jury{page}").status_code == 404


def test_a_resident_stands_keeps_what_was_typed_and_stops(pages, db):
    round, account = a_jury_round(), a_resident(area=an_area("Marke"), born_on=an_age(30))
    me, url = pages.as_(account), jury_url(round, "kandidaat")

    again = me.send(url, status=422, gender="vrouw", without=("agrees",))
    assert "Duid aan dat je in de jury wil" in again
    kept = [field for field in again.all("input") if field.get("name") == "gender" and field.get("checked") is not None]
    assert [field.get("value") for field in kept] == ["vrouw"]

    done = me.send(url, gender="vrouw", agrees="y")
    assert done.heading == "Je bent kandidaat"
    assert all(words in done for words in ("25 tot en met 44 jaar", "Marke", "Vrouw"))
    answer = me.client.post(jury_url(round, "kandidaat/zonder-gender"), data=_guard(me, url))
    assert answer.status_code == 303
    assert "niet gezegd" in me.get(url)
    gone = me.send(jury_url(round, "kandidaat/stoppen"))
    assert gone.heading.startswith("Burgerjury")
    assert db.scalars(select(JuryCandidate)).all() == []


def _guard(visitor, url):
    """What guards a form on a page, for a button beside it."""
    html = visitor.client.get(url).get_data(as_text=True)
    return {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)[1] for name in ("csrf_token", "_once")}


def test_who_is_no_resident_is_sent_to_show_it_and_who_is_too_young_reads_why(pages):
    round = a_jury_round()

    assert pages.as_(an_account()).raw(jury_url(round, "kandidaat")).status_code == 303
    young = pages.as_(a_resident(born_on=NOON.date()))
    assert "Je bent nog te jong" in young.send(jury_url(round, "kandidaat"), status=422, agrees="y")


def test_sending_the_form_twice_makes_one_candidate(pages, db):
    round, account = a_jury_round(), a_resident()
    me, url = pages.as_(account), jury_url(round, "kandidaat")
    values = _guard(me, url) | {"agrees": "y", "gender": ""}

    answers = [me.client.post(url, data=values) for _each in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert len(db.scalars(select(JuryCandidate)).all()) == 1


def test_after_the_call_closed_nobody_gets_in(pages, db):
    round, account = a_jury_round(PhaseKind.JURY), a_resident()
    candidates(round)
    frozen(round, organisers()[0])

    sheet = pages.as_(account).get(jury_url(round, "kandidaat"))

    assert "Je kan je nu niet kandidaat stellen" in sheet
    assert "De loting komt eraan" in pages.get(jury_url(round))


def test_staff_prepare_freeze_and_draw_in_two(pages, db):
    round = a_jury_round()
    candidates(round, 5)
    admin, publisher = pages.as_(staff(Role.ADMIN)), pages.as_(staff(Role.PUBLISHER))

    assert "Zeg in de oproep hoeveel tijd" in admin.get(desk_url(round))
    admin.send(desk_url(round, "oproep"), hours="12", sessions="3", planning="Drie dinsdagen.", answer_days="7")
    admin.client.post(desk_url(round, "criteria/voorstel"), data=_guard(admin, desk_url(round, "criteria")))
    more = admin.send(desk_url(round, "criteria"), title="Durf", explanation="Is het nieuw?", points_most="5")
    assert "Durf" in more
    assert "Drie dinsdagen." in pages.get(jury_url(round))

    url = desk_url(round, "lijst")
    assert "Kies een dag na vandaag" in admin.send(url, status=422, seed_source=SOURCE, seed_on="2026-11-23")
    assert "Kies ten laatste zondag 13 december 2026" in admin.send(
        url, status=422, seed_source=SOURCE, seed_on="2026-12-24"
    )
    admin.send(url, seed_source=SOURCE, seed_on="2026-12-13")
    away = desk_url(round, "lijst/weg")
    assert publisher.get(desk_url(round)).links()["Gooi de lijst weg"] == away
    assert "Iemand anders" in admin.send(away, status=422, reason="De verkeerde dag.")
    assert "Leg de lijst vast" not in publisher.send(away, reason="De verkeerde dag.")
    desk = admin.send(url, seed_source=SOURCE, seed_on="2026-11-24")
    assert "Jij legde de lijst vast" in desk
    public = pages.get(jury_url(round, "loting"))
    assert "De lijst ligt vast" in public
    assert SOURCE in public
    listed = pages.raw(jury_url(round, "kandidatenlijst.json")).get_data(as_text=True)
    assert sha256(listed) in public
    assert "kandidatenlijst" in pages.raw(jury_url(round, "loting.json")).headers["Content-Disposition"]

    assert "pas bekend op" in publisher.get(desk_url(round))
    assert "Kom dan terug" in publisher.send(desk_url(round, "loting"), status=422, seed=SEED, again=SEED)
    at(pages, NOON + DAY)
    assert "Iemand anders" in admin.send(desk_url(round, "loting"), status=422, seed=SEED, again=SEED)
    assert "een ander lotgetal" in publisher.send(desk_url(round, "loting"), status=422, seed=SEED, again="3 14 15")
    done = publisher.send(desk_url(round, "loting"), seed=SEED, again=SEED)

    assert "Er is geloot" in done.text
    found = read_draw(pages.raw(jury_url(round, "loting.json")).get_data(as_text=True))
    assert found.seed == SEED
    result = pages.get(jury_url(round, "loting"))
    assert all(str(number) in result for number in (*found.drawn.jury, *found.drawn.reserves))


def test_names_show_to_who_runs_the_jury_and_to_nobody_else(pages):
    work = AtWork()
    names = {work.account(seat).display_name for seat in work.seats}
    for seat, name in zip(work.seats, ("Aster Één", "Bo Twee", "Cis Drie", "Dé Vier", "Elke Vijf"), strict=True):
        work.account(seat).display_name = name
    pages.db.commit()
    names = {work.account(seat).display_name for seat in work.seats}

    assert all(name in pages.as_(staff(Role.ADMIN)).get(desk_url(work.round)) for name in names)
    publisher = pages.as_(staff(Role.PUBLISHER)).get(desk_url(work.round))
    public = [pages.get(jury_url(work.round, page)) for page in ("loting", "verslag")]
    files = [
        pages.raw(jury_url(work.round, name)).get_data(as_text=True) for name in ("loting.json", "kandidatenlijst.json")
    ]
    for html in (publisher.html, *(page.html for page in public), *files):
        assert not [name for name in names if name in html]


def test_a_draw_file_holds_numbers_and_strata_only(pages):
    round = a_jury_round()
    drawn(round)

    found = json.loads(pages.raw(jury_url(round, "loting.json")).get_data(as_text=True))

    assert set(found["list"]["candidates"][0]) == {"number", "age", "area", "gender"}


def test_who_is_drawn_says_yes_or_no_and_a_reserve_is_asked(pages, db):
    round = a_jury_round()
    seats, _admin, _publisher = drawn(round)
    yes, no = (pages.as_(db.get(Account, seat.account_id), second_factor=False) for seat in seats[:2])

    assert "Het lot koos jou voor de jury" in yes.get("/").html
    assert yes.get(jury_url(round, "plaats")).heading == "Het lot koos jou. Doe je mee?"
    assert "Welkom in de jury" in yes.send(jury_url(round, "plaats"), press="antwoord=ja").html
    assert "je doet niet mee" in no.send(jury_url(round, "plaats"), press="antwoord=nee")
    assert no.raw(jury_url(round, "plaats")).status_code in {303, 404}

    admin = pages.as_(staff(Role.ADMIN))
    desk = admin.get(desk_url(round))
    assert "De reserve die het meest lijkt" in desk
    reserve = next(field.get("value") for field in desk.all("button") if field.get("name") == "reserve")
    values = _guard(admin, desk_url(round)) | {"reserve": reserve}
    assert admin.client.post(desk_url(round, "plaatsen", seats[1].id, "vervang"), data=values).status_code == 303
    db.expire_all()
    assert sorted(seat.state for seat in jury_queries.seats_of(db, round.id)) == sorted(
        [SeatState.SITS, SeatState.DECLINED, SeatState.ASKED, SeatState.ASKED, SeatState.RESERVE]
    )


def test_a_juror_keeps_a_sheet_hands_it_in_and_then_sees_the_others(pages, db):
    work = AtWork()
    seat, project = work.jurors[0], work.projects[0]
    work.sheet(work.jurors[1], project, 3, 1, note="Ik twijfel.")
    db.commit()
    me, url = pages.as_(work.account(seat), second_factor=False), jury_url(work.round, "werk", project.id)
    first, second = (f"points_{each.id}" for each in work.criteria)

    assert "scorebladen door te geven voor de jury" in me.get("/").html
    assert "Vul een getal van 0 tot 10 in" in me.send(url, status=422, **{first: "11"})
    missing = me.send(url, status=422, **{first: "9"})
    assert "Geef bij elk criterium punten" in missing
    kept = me.send(url, press="_later=1", **{first: "9"})
    assert "Je scoreblad is bewaard" in kept.html
    assert "Ik twijfel" not in me.get(url)
    assert next(each.get("value") for each in me.get(url).all("input") if each.get("name") == first) == "9"
    done = me.send(url, **{first: "9", second: "4", "note": "Sterk plan."})
    assert "1 van de 3" in done
    after = me.get(url)
    assert "Ik twijfel." in after
    assert "3,0" in after


def test_a_juror_in_a_conflict_gets_no_sheet(pages, db):
    work = AtWork()
    seat, mine, other = work.jurors[0], work.projects[0], work.projects[1]
    in_the_group(work, seat, mine)
    db.commit()
    me = pages.as_(work.account(seat), second_factor=False)

    sheet = me.get(jury_url(work.round, "werk", mine.id))
    assert "Je beslist over dit project niet mee" in sheet
    assert not [form for form in sheet.all("form") if "points_" in str(list(form.iter("input")))]
    said = me.send(jury_url(work.round, "werk", other.id, "betrokken"), why="Mijn broer")
    assert "Genoteerd" in said.html
    assert "Mijn broer" not in pages.as_(work.account(work.jurors[1])).get(jury_url(work.round, "werk")).html


def test_jurors_see_only_the_jury_they_sit_in(pages, db):
    work, other = AtWork(), a_jury_round()
    outsider = pages.as_(staff(Role.JUROR, module="burgerbudget"), second_factor=False)
    me = pages.as_(work.account(work.jurors[0]), second_factor=False)

    assert outsider.raw(jury_url(work.round, "werk")).status_code == 404
    assert outsider.raw(jury_url(work.round, "werk", work.projects[0].id)).status_code == 404
    assert me.raw(jury_url(other, "werk")).status_code == 404
    assert me.raw(jury_url(work.round, "werk", 999_999)).status_code == 404
    assert me.raw(desk_url(work.round)).status_code == 404
    assert pages.as_(work.account(work.seats[4])).raw(jury_url(work.round, "werk")).status_code == 404


def test_staff_note_decide_close_and_somebody_else_publishes(pages, db):
    work = AtWork()
    work.score_everything()
    db.commit()
    admin, publisher = pages.as_(staff(Role.ADMIN)), pages.as_(staff(Role.PUBLISHER))
    round, (one, two, three) = work.round, work.projects

    day, present = work.now.date().isoformat(), [str(seat.id) for seat in work.jurors[:2]]
    admin.send(desk_url(round, "zitting"), held_on=day, subject="Alle projecten", present=present)
    short = admin.send(desk_url(round, "projecten", one.id), status=422, chosen="ja", motivation="Top.")
    assert "Schrijf minstens 40 tekens" in short
    for project, chosen in ((one, "ja"), (two, "ja"), (three, "nee")):
        admin.send(desk_url(round, "projecten", project.id), press="decision=bewaar", chosen=chosen, motivation=WHY)
    admin.send(desk_url(round, "projecten", one.id, "nota"), text="Er was veel discussie.")
    up = _guard(admin, desk_url(round))
    assert admin.client.post(desk_url(round, "projecten", two.id, "hoger"), data=up).status_code == 303
    assert "De jury heeft nog niet beslist" in pages.get(jury_url(round, "verslag"))

    closed = admin.send(desk_url(round, "verslag"), minutes=WHY)
    assert "Jij sloot het verslag af" in closed
    assert "Jij sloot dit verslag af" in admin.get(desk_url(round, "publiceren"))
    public = publisher.send(desk_url(round, "publiceren"), press="decision=publiceer")

    assert public.heading.startswith("Verslag van de burgerjury")
    report = pages.get(jury_url(round, "verslag"))
    text = report.text
    assert text.index(two.title) < text.index(one.title) < text.index(three.title)
    assert "2 juryleden" in text
    assert "veel discussie" not in report.html
    assert text.count(WHY) == 4
    db.expire_all()
    assert [each.place for each in jury_queries.verdicts_of(db, round.id)] == [1, 2, None]


def test_why_there_is_no_jury_is_closed_by_one_published_by_another_and_read_by_all(pages):
    round = a_jury_round(PhaseKind.JURY)
    admin, publisher = pages.as_(staff(Role.ADMIN)), pages.as_(staff(Role.PUBLISHER))

    assert "Er is niemand voor de jury" in admin.get(desk_url(round))
    admin.send(desk_url(round, "verslag"), minutes=WHY)
    assert "Kijk het verslag na" in publisher.get(desk_url(round))
    publisher.send(desk_url(round, "publiceren"), press="decision=publiceer")

    report = pages.get(jury_url(round, "verslag"))
    assert "Er kwam geen jury" in report
    assert WHY in report
    assert "Waarop lette de jury" not in report
    assert "Er kwam geen jury" in pages.get(jury_url(round))


def test_a_report_is_given_back_with_a_reason(pages, db):
    work = AtWork()
    work.closed()
    publisher = pages.as_(staff(Role.PUBLISHER))
    url = desk_url(work.round, "publiceren")

    assert "Schrijf waarom" in publisher.send(url, status=422, press="decision=terug", reason="")
    publisher.send(url, press="decision=terug", reason="Een tikfout in het verslag")

    db.expire_all()
    assert not work.standing.is_closed


def test_two_colleagues_on_one_verdict_do_not_overwrite_each_other(pages, db):
    work = AtWork()
    work.verdict(work.projects[0], True)
    db.commit()
    admin, url = pages.as_(staff(Role.ADMIN)), desk_url(work.round, "projecten", work.projects[0].id)
    before = _guard(admin, url) | {"version": "1", "chosen": "nee", "motivation": WHY}
    verdict = db.get(JuryVerdict, work.projects[0].id)
    verdict.motivation = WHY + " Echt."
    db.commit()

    assert verdict.version > 1
    assert admin.client.post(url, data=before).status_code == 409


def test_staff_take_a_juror_off_by_phone_and_put_a_mistake_right(pages, db):
    work = AtWork()
    admin, first, second = pages.as_(staff(Role.ADMIN)), work.jurors[0], work.jurors[1]
    me = pages.as_(work.account(second), second_factor=False)
    me.send(jury_url(work.round, "werk", work.projects[0].id, "betrokken"), why="")

    page = admin.get(desk_url(work.round, "projecten", work.projects[0].id))
    assert f"Nummer {second.number} gaat uit de zaal" in page
    admin.send(desk_url(work.round, "projecten", work.projects[0].id, "betrokken", second.id), reason="Vergist")
    admin.send(desk_url(work.round, "plaatsen", first.id, "stopt"), reason="Belde: ziek")

    db.expire_all()
    assert first.state is SeatState.LEFT
    assert "gaat uit de zaal" not in admin.get(desk_url(work.round, "projecten", work.projects[0].id))


def test_a_juror_stops_and_is_out_at_once(pages, db):
    work = AtWork()
    me = pages.as_(work.account(work.jurors[0]), second_factor=False)

    assert "Je bent gestopt als jurylid" in me.send(jury_url(work.round, "stoppen"))
    assert me.raw(jury_url(work.round, "werk")).status_code in {303, 404}


@pytest.mark.parametrize("page", ["", "oproep", "criteria", "lijst", "zitting", "verslag"])
def test_auditors_and_publishers_look_and_change_nothing(pages, page):
    work = AtWork()
    for role in (Role.AUDITOR, Role.PUBLISHER):
        status = pages.as_(staff(role)).raw(desk_url(work.round, page) if page else desk_url(work.round)).status_code
        assert status == (404 if page else 200)


def test_weighed_juries_score_and_do_not_choose(pages, db):
    work = AtWork(jury_weight_percent=30)
    url = desk_url(work.round, "projecten", work.projects[0].id)

    page = pages.as_(staff(Role.ADMIN)).get(url)
    assert not [field for field in page.all("input") if field.get("name") == "chosen"]
    pages.as_(staff(Role.ADMIN)).send(url, press="decision=bewaar", motivation=WHY)
    assert db.get(JuryVerdict, work.projects[0].id).chosen is False
    assert "geven punten aan de projecten" in pages.get(jury_url(work.round))


def test_the_waiting_states_of_the_draw(pages):
    round, (admin, _publisher) = a_jury_round(), organisers()

    assert "Er is nog niet geloot" in pages.get(jury_url(round, "loting"))
    candidates(round, 2)
    assert pages.raw(jury_url(round, "loting.json")).status_code == 404
    frozen(round, admin)
    assert pages.raw(jury_url(round, "loting.json")).status_code == 200
