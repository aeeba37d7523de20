"""A jury of experts whom the city appoints: who may be one, the two people, a whole life, and what everybody reads."""

import os
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from spreekt.home.log_words import ACTS
from spreekt.identity.accounts import account_of, email_of
from spreekt.identity.models import RoleGrant
from spreekt.kernel import outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, Invalid, NotThere
from spreekt.kernel.regulations import JuryFormation, PhaseKind
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.follow import story
from spreekt.modules.burgerbudget.jury import appointing
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import cards as jury_cards
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import lottery as jury_lottery
from spreekt.modules.burgerbudget.jury import notices as jury_notices
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JuryCall, JuryCandidate, JuryExpert, SeatState
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.phases.models import Phase, RoundRegulation
from spreekt.modules.burgerbudget.phases.regulation import NumbersContradict, change_numbers, clone, regulation_of
from spreekt.modules.burgerbudget.phases.timeline import leave_out
from spreekt.modules.burgerbudget.queries import projects_of
from tests.budget_builders import a_dossier
from tests.builders import DAY, NOON, _vault, a_resident, acting, kept, staff
from tests.burgerbudget.test_awards import codes_of, counted
from tests.burgerbudget.test_follow_story import counted as counted_once
from tests.jury_builders import (
    SOURCE,
    WHY,
    AtWork,
    a_jury_round,
    appointed,
    candidates,
    criteria,
    organisers,
    proposed,
)

URI = "https://raad.example/besluit/7"
SNAPSHOTS = Path(__file__).resolve().parent.parent / "mail_snapshots"
APPOINTED = {"jury_formation": JuryFormation.APPOINTED, "jury_size": 2, "jury_reserves": 0}


def an_appointed_round(now_in=PhaseKind.DIALOGUE, **numbers):
    return a_jury_round(now_in, **(APPOINTED | numbers))


def standing_of(db, round):
    return jury_queries.standing(db, round)


def yes(db, seat):
    jury_seats.answer(db, seat, True, by=AtWork.who(seat))
    db.commit()


def test_experts_are_appointed_score_and_weigh_thirty_against_seventy(db, vault, clock, closed, pages):
    """a has 4 votes, b and c 2, d 1. The experts give d all points, and one of them knows the group of c."""
    numbers = APPOINTED | {"jury_weight_percent": 30}
    round, now = counted(db, vault, clock, closed, numbers=numbers, publishes_at=NOON), NOON + 21 * DAY
    kept(Phase(round_id=round.id, kind=PhaseKind.JURY, opens_at=NOON + 20 * DAY, closes_at=NOON + 35 * DAY))
    rules, projects = criteria(round), {each.code: each for each in projects_of(db, round.id)}
    first, second = seats = appointed(round, "Ann", "Bob", now=now)
    for seat in seats:
        yes(db, seat)
    admin, publisher = organisers()

    jury_conflicts.declare(db, standing_of(db, round), first, projects["c"].id, why="Mijn broer.",
                           by=AtWork.who(first), now=now)  # fmt: skip
    with pytest.raises(jury_conflicts.HasAConflict):
        score(db, round, first, projects["c"], rules, (10, 5), now)
    for seat in seats:
        for code, points in (("a", (1, 0)), ("b", (2, 1)), ("c", (2, 1)), ("d", (10, 5))):
            if (seat, code) != (first, "c"):
                score(db, round, seat, projects[code], rules, points, now)
    said = {"by": admin, "now": now}
    jury.hold_session(
        db, standing_of(db, round), held_on=now.date(), subject="Eerste zitting", present=[second.id], **said
    )
    for project in projects.values():
        jury.decide(db, standing_of(db, round), project.id, chosen=False, motivation=WHY, seen_version=None, **said)
    jury.close(db, standing_of(db, round), WHY, **said)
    jury.publish(db, round, by=publisher, now=now)
    db.commit()

    weights = awards.proposal(db, round).weights["d"]
    assert weights["together"] == pytest.approx(float(Fraction(1, 4) * Fraction(7, 10) + Fraction(3, 10)))
    assert codes_of(awards.proposal(db, round))[0] == "a"
    assert {seat.state for seat in seats} == {SeatState.DONE}
    assert db.scalars(select(RoleGrant).where(RoleGrant.role == Role.JUROR)).all() == []
    report = pages.get(f"/burgerbudget/{round.slug}/jury/verslag")
    assert report.heading.startswith("Verslag van de jury van experten")
    for words in ("Ann", "Bob", "Docent publieke ruimte", "Er zaten 2 experten in de jury, op 2 plaatsen."):
        assert words in report
    assert "Mijn broer" not in report


def score(db, round, seat, project, rules, points, now):
    given = {each.id: number for each, number in zip(rules, points, strict=True)}
    jury_scores.save_sheet(db, standing_of(db, round), seat, project.id, points=given, hand_in=True, note="",
                           by=AtWork.who(seat), now=now)  # fmt: skip


def test_one_person_puts_forward_and_another_confirms(db):
    round, (admin, publisher) = an_appointed_round(), organisers()
    other_admin = acting(staff(Role.ADMIN))
    expert = proposed(round, admin)

    with pytest.raises(appointing.SameAppointer):
        appointing.confirm(db, _vault(), expert, by=admin, now=NOON)
    for by in (acting(a_resident()), acting(staff(Role.MODERATOR))):
        with pytest.raises(Forbidden):
            appointing.confirm(db, _vault(), expert, by=by, now=NOON)
        with pytest.raises(Forbidden):
            proposed(round, by, email="nog@hogeschool.example")
    with pytest.raises(Forbidden):
        proposed(round, publisher, email="nog@hogeschool.example")
    seat = appointing.confirm(db, _vault(), expert, by=other_admin, now=NOON)

    assert (seat.state, seat.shown_name, expert.sealed_email) == (SeatState.ASKED, "An Peeters", "")
    assert email_of(_vault(), seat.account) == "an@hogeschool.example"
    with pytest.raises(NotThere):
        appointing.confirm(db, _vault(), expert, by=publisher, now=NOON)


def test_who_has_an_account_keeps_it_and_needs_no_residence(db):
    round, (admin, publisher) = an_appointed_round(), organisers()
    account = a_resident()
    expert = proposed(round, admin, email=email_of(_vault(), account))

    seat = appointing.confirm(db, _vault(), expert, by=publisher, now=NOON)

    assert seat.account_id == account.id
    stranger = appointed(round, "Zoe")[0]
    yes(db, stranger)
    assert stranger.state is SeatState.SITS


def test_nobody_of_a_group_of_the_staff_or_asked_before_is_an_expert(db):
    round, (admin, _publisher) = an_appointed_round(jury_size=5), organisers()
    dossier = a_dossier(round)
    member = dossier.active_members[0].account
    official, oneself = staff(Role.MODERATOR), db.get(type(member), admin.id)
    asked = appointed(round, "Ann")[0].account

    for account in (member, official, oneself, asked):
        with pytest.raises(appointing.CannotBeExpert):
            proposed(round, admin, email=email_of(_vault(), account))
    proposed(round, admin)
    with pytest.raises(appointing.CannotBeExpert):
        proposed(round, admin, email="AN@hogeschool.example")


def test_who_joins_a_group_before_the_confirmation_or_would_confirm_themselves_is_refused(db):
    round, (admin, publisher) = an_appointed_round(), organisers()
    dossier = a_dossier(round)
    later = a_resident()
    expert = proposed(round, admin, email=email_of(_vault(), later))
    dossier.active_members[0].account_id = later.id
    db.commit()

    with pytest.raises(appointing.CannotBeExpert):
        appointing.confirm(db, _vault(), expert, by=publisher, now=NOON)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"decided_on": (NOON + DAY).date()}, appointing.DecisionToCome),
        ({"decision_uri": "javascript://x/%0aalert(1)"}, appointing.DecisionHasNoAddress),
        ({"decision_uri": " "}, Invalid),
        ({"name": "\u200b"}, Invalid),
        ({"name": "x" * 61}, Invalid),
        ({"expertise": ""}, Invalid),
        ({"email": "geen adres"}, Invalid),
    ],
)
def test_hostile_or_empty_words_put_nobody_forward(db, fields, refusal):
    round, (admin, _publisher) = an_appointed_round(), organisers()

    with pytest.raises(refusal):
        proposed(round, admin, **fields)

    assert db.scalars(select(JuryExpert)).all() == []


def test_as_many_experts_as_the_regulation_has_places_and_another_for_who_declines(db):
    round, (admin, publisher) = an_appointed_round(), organisers()
    first, second = appointed(round, "Ann", "Bob")
    with pytest.raises(appointing.JuryIsFull):
        proposed(round, admin)

    jury_seats.answer(db, first, False, by=AtWork.who(first))
    assert standing_of(db, round).free_places == 1
    assert jury_seats.empty_seats(db, round.id) == []
    third = appointed(round, "Cas")[0]
    yes(db, second)
    yes(db, third)

    assert [each.name for each in standing_of(db, round).named] == ["Bob", "Cas"]
    jury_seats.step_down(db, third, by=AtWork.who(third))
    assert standing_of(db, round).free_places == 1
    appointing.withdraw(db, proposed(round, admin), reason="Verkeerd adres", by=publisher)
    assert standing_of(db, round).proposed == []


def test_a_late_yes_counts_until_somebody_else_has_the_place(db):
    round = an_appointed_round(jury_size=1)
    late = appointed(round, "Ann")[0]
    jury_seats.sweep(db, late.answer_by + DAY)
    db.commit()
    assert late.state is SeatState.SILENT
    appointed(round, "Bob")

    with pytest.raises(jury_seats.SeatIsTaken):
        jury_seats.answer(db, late, True, by=AtWork.who(late))


def test_an_appointed_jury_has_no_candidates_no_list_and_no_draw(db):
    round, resident = an_appointed_round(), a_resident()

    with pytest.raises(jury_call.JuryIsAppointed):
        jury_call.sign_up(db, _vault(), round, gender=None, by=acting(resident), now=NOON)
    with pytest.raises(jury_lottery.CannotFreeze):
        jury_lottery.freeze(db, round, seed_source=SOURCE, seed_on=(NOON + DAY).date(), by=organisers()[0], now=NOON)


def test_a_drawn_jury_takes_no_experts(db):
    with pytest.raises(appointing.CannotAppoint):
        proposed(a_jury_round(), organisers()[0])


def test_how_a_jury_is_made_up_stays_once_somebody_is_in_it(db):
    admin = acting(staff(Role.ADMIN))
    drawn_round, round = a_jury_round(), an_appointed_round()
    candidates(drawn_round, 1)
    proposed(round, admin)

    for each, other in ((drawn_round, JuryFormation.APPOINTED), (round, JuryFormation.DRAWN)):
        with pytest.raises(NumbersContradict):
            change_numbers(db, each, {"jury_formation": other}, by=admin, now=NOON)
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(update(RoundRegulation).where(RoundRegulation.round_id == each.id).values(jury_formation=other))
    assert len(db.scalars(select(JuryCandidate)).all()) == 1


def test_a_copy_of_a_round_and_the_preset_of_gent_appoint(app, db):
    admin = acting(staff(Role.ADMIN))
    copy = clone(db, an_appointed_round(), slug="nieuw", title="Nieuw", starts_at=NOON + 400 * DAY, by=admin, now=NOON)

    assert regulation_of(db, copy).jury_formation is JuryFormation.APPOINTED
    gent = next(each for each in app.extensions["spreekt"].city.budget_presets if each.code == "gent")
    assert (gent.jury_formation, gent.jury_weight_percent) == (JuryFormation.APPOINTED, 30)
    assert "geloot" not in gent.summary


def test_without_any_expert_two_people_publish_why(db):
    round, (admin, publisher) = an_appointed_round(PhaseKind.JURY), organisers()
    assert jury_queries.has_nobody(db, standing_of(db, round), NOON)
    expert = proposed(round, admin)
    assert not jury_queries.has_nobody(db, standing_of(db, round), NOON)
    appointing.withdraw(db, expert, reason="Niet beschikbaar", by=admin)

    report = jury.close(db, standing_of(db, round), WHY, by=admin, now=NOON)

    assert report.jurors == 0
    with pytest.raises(appointing.CannotAppoint):
        proposed(round, admin)
    jury.publish(db, round, by=publisher, now=NOON)


def test_who_declined_and_erases_is_forgotten_and_who_sat_stays_with_the_decision(db):
    round = an_appointed_round()
    first, second = appointed(round, "Ann", "Bob")
    yes(db, first)

    for seat in (first, second):
        jury_seats.erase(db, seat.account_id)
    db.commit()

    db.expire_all()
    assert [each.name for each in jury_queries.experts_of(db, round.id)] == ["Ann", ""]


def test_places_and_proposals_are_work_and_an_expert_has_a_bar(app, db):
    round, (admin, publisher) = an_appointed_round(), organisers()
    proposed(round, admin)
    soon = standing_of(db, round).span.opens_at - DAY
    with app.test_request_context():
        mine = {each.label: each.count for each in jury_cards.work(db, admin, soon)}
        theirs = {each.label: each.count for each in jury_cards.work(db, publisher, NOON)}
        seat = appointed(round, "Bob")[0]
        (bar,) = jury_cards.reminders(db, AtWork.who(seat), NOON)

    assert mine == {"plaatsen voor experten in een jury": 1}
    assert theirs == {"experten voor een jury om te bevestigen": 1}
    assert bar.text.startswith("De stad vraagt jou als expert")


def test_the_mail_to_an_expert_says_what_we_agreed(app, db):
    round = an_appointed_round()
    round.slug = "burgerbudget-2026"
    kept(JuryCall(round_id=round.id, hours=12, sessions=3, answer_days=7))
    seat = appointed(round, "Ann")[0]
    with app.app_context():
        mail = jury_notices.asked(db, outbox.record(db, "jury.asked", seat_id=seat.id))

    for kind, body in (("txt", mail.text), ("html", mail.html)):
        words = f"Onderwerp: {mail.subject}\n\n{body.strip()}\n"
        path = SNAPSHOTS / f"jury_appointed.{kind}"
        if os.environ.get("SNAPSHOT"):
            path.write_text(words, "utf-8")
        assert words == path.read_text("utf-8")


def test_the_pages_walk_from_the_proposal_to_the_work_of_an_expert(pages, db):
    round = an_appointed_round(PhaseKind.JURY)
    desk, public = f"/beheer/rondes/{round.slug}/jury", f"/burgerbudget/{round.slug}/jury"
    form = {"name": "An <b>Peeters", "expertise": "Docent", "email": "an@hogeschool.example",
            "decided_on": "2026-01-05", "decision_uri": "https://raad.example/besluit/7"}  # fmt: skip
    admin = pages.as_(staff(Role.ADMIN))
    assert "Stel een expert voor" in admin.get(desk)
    refused = admin.send(f"{desk}/experten", status=422, **(form | {"decision_uri": "javascript:alert(1)"}))
    assert "Vul een volledig webadres in" in refused
    admin.send(f"{desk}/experten", **form)
    expert = db.scalars(select(JuryExpert)).one()
    assert "Jij stelde deze expert voor" in admin.get(f"{desk}/experten/{expert.id}")
    assert "Deze jury wordt niet geloot." in admin.get(f"{desk}/lijst")
    assert "An" not in pages.get(public).text.split("Wie zit in de jury?")[1].split("Wanneer?")[0]

    pages.as_(staff(Role.PUBLISHER)).send(f"{desk}/experten/{expert.id}", decision="bevestig")
    db.expire_all()
    account = account_of(db, _vault(), "an@hogeschool.example")
    account.confirmed_at = NOON
    db.commit()
    me = pages.as_(account, second_factor=False)
    assert "De stad vraagt jou als expert. Doe je mee?" in me.get(f"{public}/plaats")
    assert "An <b>Peeters" not in pages.get(public).text
    me.send(f"{public}/plaats", antwoord="ja")
    assert "Jouw werk als jurylid" in me.get(f"{public}/werk").heading

    sheet = pages.get(public)
    assert "An <b>Peeters" in sheet.text
    assert "https://raad.example/besluit/7" in sheet.html
    assert "Geen loting voor de jury" in pages.get(f"{public}/loting").heading
    assert pages.raw(f"{public}/loting.json").status_code == 404
    assert pages.get(f"/burgerbudget/{round.slug}").links()["Jury van experten"] == public
    whole = pages.as_(staff(Role.ADMIN)).get(desk)
    assert "An <b>Peeters" in whole.text
    assert "Leeftijd" not in whole.text


def test_only_who_runs_rounds_or_signs_reaches_the_pages_of_appointing(pages):
    round = an_appointed_round()
    expert = proposed(round, acting(staff(Role.ADMIN)))
    url = f"/beheer/rondes/{round.slug}/jury/experten"

    for who, last in ((Role.MODERATOR, 404), (Role.PUBLISHER, 200)):
        client = pages.as_(staff(who))
        assert client.raw(f"{url}/{expert.id}").status_code == last
        assert client.raw(url).status_code == 404
    assert pages.as_(staff(Role.ADMIN)).raw(f"{url}/{expert.id + 1}").status_code == 404
    drawn_round = a_jury_round()
    assert pages.as_(staff(Role.ADMIN)).raw(f"/beheer/rondes/{drawn_round.slug}/jury/experten").status_code == 404


def test_a_proposal_is_taken_back_or_given_back_with_a_reason(pages, db):
    round = an_appointed_round(jury_size=1)
    admin, publisher = staff(Role.ADMIN), staff(Role.PUBLISHER)
    url = f"/beheer/rondes/{round.slug}/jury/experten"
    for who, path in ((admin, "/weg"), (publisher, "")):
        expert = proposed(round, acting(admin))
        client = pages.as_(who)
        assert "An Peeters" in client.get(f"{url}/{expert.id}{path}")
        client.send(f"{url}/{expert.id}{path}", status=422, reason="")
        client.send(f"{url}/{expert.id}{path}", reason="Verkeerd adres")
        db.expire_all()
        assert jury_queries.experts_of(db, round.id) == ()
    reasons = db.scalars(select(LogEntry.reason).where(LogEntry.act == "jury.not-appointed")).all()
    assert reasons == ["Verkeerd adres", "Verkeerd adres"]

    proposed(round, acting(admin))
    form = {"name": "Bo", "expertise": "Docent", "email": "bo@hogeschool.example", "decided_on": "2026-01-05",
            "decision_uri": "https://raad.example/besluit/7"}  # fmt: skip
    assert "Alle plaatsen in de jury zijn ingenomen" in pages.as_(admin).send(url, status=422, **form)


def test_a_proposal_goes_with_the_jury_and_with_the_report(db):
    round, without = an_appointed_round(PhaseKind.JURY, winners_most=None), an_appointed_round(winners_most=None)
    admin, publisher = organisers()
    proposed(without, admin)
    leave_out(db, without, PhaseKind.JURY, by=admin, now=NOON)
    jury_seats.sweep(db, NOON)
    jury.close(db, standing_of(db, round), WHY, by=admin, now=NOON)
    kept(JuryExpert(round_id=round.id, name="An", expertise="Docent", sealed_email="x", decided_on=NOON.date(),
                    decision_uri=URI, proposed_at=NOON, proposed_by_id=admin.id))  # fmt: skip

    jury.publish(db, round, by=publisher, now=NOON)
    db.commit()

    assert db.scalars(select(JuryExpert)).all() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"jury_formation": JuryFormation.DRAWN},
        {"decision_uri": ""},
        {"sealed_email": ""},
        {"confirmed_at": NOON},
    ],
)
def test_the_database_keeps_no_expert_who_cannot_be(db, fields):
    round, (admin, _publisher) = an_appointed_round(), organisers()
    said = {"name": "An", "expertise": "Docent", "sealed_email": "x", "decided_on": NOON.date(), "decision_uri": URI,
            "proposed_at": NOON, "proposed_by_id": admin.id}  # fmt: skip

    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(JuryExpert(round_id=round.id, **(said | fields)))


def test_the_same_person_never_stands_for_both_in_the_database(db):
    round = an_appointed_round()
    seat = appointed(round, "Ann")[0]

    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(update(JuryExpert).values(confirmed_by_id=JuryExpert.proposed_by_id))
    assert seat.expert.confirmed_by_id != seat.expert.proposed_by_id


def test_the_own_file_of_an_expert_says_what_is_public(db):
    seat = appointed(an_appointed_round(), "Ann")[0]

    assert jury_cards.export(db, seat.account_id) == {
        "expert": [{"naam": "Ann", "expertise": "Docent publieke ruimte", "besluit": URI}]
    }


def test_the_overview_of_an_expert_leads_to_the_seat_the_work_and_the_jury(app, db):
    round = an_appointed_round()
    seat, found = appointed(round, "Ann")[0], []
    with app.test_request_context():
        for step in (None, True, False):
            if step:
                yes(db, seat)
            if step is False:
                jury_seats.step_down(db, seat, by=AtWork.who(seat))
            found += [each.url for each in jury_cards.deeds(db, AtWork.who(seat))]

    address = f"/burgerbudget/{round.slug}/jury"
    assert found == [f"{address}/plaats", f"{address}/werk", address]


def test_the_story_of_a_project_tells_of_experts(app, db):
    round = an_appointed_round(PhaseKind.JURY)
    project = db.get_one(Project, a_dossier(round, stage=Stage.ON_BALLOT).project_id)
    counted_once(round, project, goes_on=True)

    with app.test_request_context():
        last = list(story.steps(db, project, now=NOON))[-1]

    assert (last.title, last.text) == (
        "De jury van experten boog zich erover", "Experten die de stad aanstelde, beoordeelden de projecten.",
    )  # fmt: skip


def test_a_round_says_to_machines_and_people_that_experts_judge(pages):
    round = an_appointed_round(winners_most=None, jury_weight_percent=30)

    said = pages.raw(f"/api/v1/budget-rounds/{round.slug}").get_json()["jury"]
    assert said == {"size": 2, "formation": "appointed", "weight_percent": 30}
    assert "Jury van experten" in pages.get(f"/burgerbudget/{round.slug}")
    assert "Jury van experten" in pages.as_(staff(Role.ADMIN)).get(f"/beheer/rondes/{round.slug}/fasen")
    for path in ("fasen/jury", "reglement"):
        assert "Jury van experten" in pages.as_(staff(Role.ADMIN)).get(f"/beheer/rondes/{round.slug}/{path}")
    stand = pages.as_(a_resident()).get(f"/burgerbudget/{round.slug}/jury/kandidaat")
    assert "De jury van deze ronde bestaat uit experten die de stad aanstelt." in stand


def test_the_log_has_words_for_every_act(db):
    assert {"jury.propose", "jury.appoint", "jury.not-appointed"} <= set(ACTS)
