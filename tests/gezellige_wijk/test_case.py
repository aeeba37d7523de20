"""One case from request to payment, walked through its pages by everybody who has a part in it; and what may not be."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.letter_codes import in_groups
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import advice, grants, handling, surveys
from spreekt.modules.gezellige_wijk.case_models import Advice, AdviceState, SurveyVoice, Voice
from spreekt.modules.gezellige_wijk.links import token_of
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.notices.models import Notice
from tests.builders import NOON, a_street, acting, an_account, an_area, staff
from tests.pages import Pages
from tests.wijk_builders import RULES, a_request, an_area_worker, houses, post

S = RequestState


def case(request: StreetRequest) -> str:
    return f"/gezellige-wijk/aanvragen/{request.id}"


def desk(request: StreetRequest) -> str:
    return f"/beheer/wijk/{request.id}"


def link_to(vault: Vault, found: Advice) -> str:
    return f"/gezellige-wijk/advies/{token_of(vault, advice.PURPOSE, found.nonce)}"


def advice_of(db: Session, code: str, round: int = 1) -> Advice:
    db.expire_all()
    return db.scalars(select(Advice).where(Advice.adviser == code, Advice.round == round)).one()


def test_a_play_street_goes_from_a_negative_advice_to_a_grant_with_conditions(
    app: Flask, pages: Pages, db: Session, vault: Vault
) -> None:
    street = a_street("Iepersestraat", area=an_area())
    addresses = houses(street, "1", "2", "3", "4/0101", "4/0102", "5")
    account, worker = an_account(), an_area_worker()
    request = a_request(db, vault, street=street, by=account)
    organiser, city_desk = pages.as_(account), pages.as_(worker)
    mobility = pages.as_(staff(Role.ADVISER))

    city_desk.send(f"{desk(request)}/advies", order="volgorde")
    mobility.send(f"/beheer/adviezen/{advice_of(db, 'mobiliteit').id}", act="negative",
                  words="De brandweer kan niet door.", signed="An, mobiliteit")  # fmt: skip
    assert advice_of(db, "jeugd").state is AdviceState.WAITING
    city_desk.send(f"{desk(request)}/stap/ask-more", reason="Laat vier meter vrij en stuur opnieuw.")
    assert "Laat vier meter vrij" in organiser.get(case(request))
    organiser.send(f"{case(request)}/stap/praktisch", description="Met vier meter vrij.")
    organiser.send(f"{case(request)}/nakijken")

    city_desk.send(f"{desk(request)}/advies", order="volgorde")
    pages.get(link_to(vault, advice_of(db, "politie")), status=404)
    police = link_to(vault, advice_of(db, "politie", 2))
    assert "Verstuur advies" in pages.get(police).html
    pages.client.set_cookie("x", "y")
    assert "Bedankt" in pages.send(police, status=200, act="limited", conditions="Hou vier meter vrij",
                                   signed="Jo, politie")  # fmt: skip
    mobility.send(f"/beheer/adviezen/{advice_of(db, 'mobiliteit', 2).id}", act="positive", signed="An, mobiliteit")
    mobility.send(f"/beheer/adviezen/{advice_of(db, 'jeugd', 2).id}", act="positive", signed="Bo, jeugd")

    city_desk.send(f"{desk(request)}/bevraging")
    survey = surveys.survey_of(db, request.id)
    assert survey is not None
    for address in addresses[:3]:
        code = in_groups(surveys.code_of(vault, survey, address))
        neighbour = Pages(app, db)
        answer = neighbour.send("/gezellige-wijk/bevraging", status=200, code=code)
        form = answer.form_with("voice", "code")
        from tests.pages import values_of

        values = values_of(form)
        values["voice"] = "akkoord"
        assert neighbour.client.post("/gezellige-wijk/bevraging", data=values).status_code == 303
    city_desk.send(f"{desk(request)}/bevraging/papier", address=str(addresses[3].id), voice="akkoord")
    city_desk.send(f"{desk(request)}/bevraging/papier", address=str(addresses[4].id), voice="niet-akkoord",
                   reason="Te luid")  # fmt: skip
    assert "Te luid" not in organiser.get(case(request)).html
    assert "Te luid" in city_desk.get(f"{desk(request)}/bevraging/papier")
    assert "De bevraging loopt nog" in city_desk.send(f"{desk(request)}/bevraging/sluiten", status=422)
    city_desk.send(f"{desk(request)}/bevraging/papier", address=str(addresses[5].id), voice="akkoord")
    city_desk.send(f"{desk(request)}/bevraging/sluiten")
    assert "5 van de 6" in organiser.get(case(request))
    assert "genoeg buren gaan akkoord" in organiser.get(case(request))

    city_desk.send(f"{desk(request)}/stap/to-college")
    sheet = city_desk.get(f"{desk(request)}/beslissing")
    assert "Hou vier meter vrij (Politiezone)" in sheet
    refused = city_desk.send(f"{desk(request)}/beslissing", status=422, act="grant", college_on="2026-11-20", sure="y")
    assert "De adviseurs stelden voorwaarden" in refused
    city_desk.send(f"{desk(request)}/beslissing", act="grant-with", college_on="2026-11-20", sure="y",
                   uri="https://besluiten.kortrijk.example/1")  # fmt: skip
    for name in ("beslissing", "burenbrief", "draaiboek"):
        pdf = organiser.raw(f"{case(request)}/{name}.pdf")
        assert pdf.get_data().startswith(b"%PDF"), name
    assert city_desk.raw(f"{case(request)}/verkeersreglement.pdf").get_data().startswith(b"%PDF")
    assert organiser.raw(f"{case(request)}/verkeersreglement.pdf").status_code == 404
    assert "Hou vier meter vrij (Politiezone)" in pages.get(case(request))
    assert "Speelstraat in de Iepersestraat" in pages.get("/gezellige-wijk/kalender?maand=2027-08")
    post(app, db)
    titles = set(db.scalars(select(Notice.title).where(Notice.account_id == account.id)))
    assert "Speelstraat in de Iepersestraat: toegestaan met voorwaarden" in titles
    assert list(audit.faults(db)) == []


def a_party(db: Session, vault: Vault, **fields: object) -> StreetRequest:
    """A neighbourhood party that asks € 1.500 and waits for the college."""
    request = a_request(db, vault, kind="buurtfeest", state=S.DRAFT, **fields)  # type: ignore[arg-type]
    grants.put(db, vault, request, RULES.rule(request.rule_code), asks=True, cents=150_000,
               iban="BE68 5390 0754 7034")  # fmt: skip
    request.submitted_at, request.state = NOON, S.DECIDING
    db.commit()
    return request


def photo() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 90, 40)).save(content, "JPEG")
    content.seek(0)
    return content


def test_a_grant_is_paid_in_two_halves_the_second_after_account_and_report(
    app: Flask, pages: Pages, db: Session, vault: Vault
) -> None:
    account, worker, money = an_account(), an_area_worker(), staff(Role.FINANCE)
    request = a_party(db, vault, by=account)
    organiser, finance = pages.as_(account), pages.as_(money)
    pages.as_(worker).send(f"{desk(request)}/beslissing", act="grant", college_on="2026-11-20", sure="y", grant="1.200")
    grant = grants.grant_of(db, request.id)
    assert grant is not None
    assert (grant.promised_cents, str(grant.settle_by)) == (120_000, "2027-11-14")

    assert "Toelage" in finance.get("/beheer/toelagen")
    path = f"/beheer/toelagen/{grant.id}"
    assert "BE68" not in finance.get(path).html
    assert "BE68539007547034" in finance.send(path, status=200, press="tonen=1")
    finance.send(path, press="betaald=1")
    assert grant.paid_cents == 60_000
    assert "Er is niets te betalen" in finance.get("/beheer/toelagen")

    request.state = S.HELD
    db.commit()
    organiser.send(f"{case(request)}/afrekening", what="Frieten", amount="700", bought_on="2027-08-14")
    organiser.send(f"{case(request)}/afrekening", what="Springkasteel", amount="300", bought_on="2027-08-14")
    organiser.send(f"{case(request)}/afrekening", press="sturen=1", signed="Ine Vermeersch")
    assert "Er is niets te betalen" in finance.get("/beheer/toelagen")
    organiser.send(
        f"{case(request)}/verslag", text="Het was een heel fijne dag met iedereen.", attendance="380", rating="5",
        photo=(photo(), "feest.jpg"), alt="Mensen aan een lange tafel",
    )  # fmt: skip
    assert request.state is S.REPORTED
    finance.send(path, press="betaald=1")

    assert (grant.paid_cents, grant.state.value) == (100_000, "betaald")
    post(app, db)
    outbox = Path(app.extensions["spreekt"].settings.INSTANCE, "outbox")
    everything = "".join(mail.read_text() for mail in outbox.glob("*.eml"))
    everything += "".join(f"{notice.title} {notice.text}" for notice in db.scalars(select(Notice)))
    assert "BE68" not in everything.replace(" ", "")
    assert "iban-seen" in "".join(db.scalars(select(audit.LogEntry.act)))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_nobody_but_finance_sees_a_bank_account(db: Session, vault: Vault, pages: Pages, role: Role) -> None:
    request = a_party(db, vault)
    grant = grants.grant_of(db, request.id)
    assert grant is not None
    account = staff(role)

    with pytest.raises(Forbidden):
        grants.open_iban(db, vault, grant, by=acting(account))
    assert pages.as_(account).raw(f"/beheer/toelagen/{grant.id}").status_code == 404
    assert "BE68" not in pages.as_(account).raw(case(request)).get_data(as_text=True)


def test_an_account_that_is_late_is_reminded_once_before_and_once_after(db: Session, vault: Vault) -> None:
    request = a_party(db, vault)
    grant = grants.grant_of(db, request.id)
    assert grant is not None
    grant.state, grant.promised_cents, grant.settle_by = grants.G.PROMISED, 100_000, NOON.date() + timedelta(days=10)
    db.commit()
    from spreekt.kernel.outbox import Message

    sent = []
    for days in (-10, 0, 1, 9, 11, 12, 30):
        grants.remind(db, NOON + timedelta(days=days))
        sent.append(len(db.scalars(select(Message).where(Message.topic == "street-grant.account-due")).all()))

    assert sent == [0, 1, 1, 1, 2, 2, 2]


def test_a_refusal_names_its_rule_and_gives_the_material_back(pages: Pages, db: Session, vault: Vault) -> None:
    request = a_request(db, vault, state=S.DECIDING)
    worker = pages.as_(an_area_worker())

    sheet = worker.send(f"{desk(request)}/beslissing", status=422, act="refuse", college_on="2026-11-20", sure="y")
    assert "Kies op welke regel" in sheet
    worker.send(f"{desk(request)}/beslissing", act="refuse", college_on="2026-11-20", sure="y",
                law="openbaar-vervoer", words="Lijn 12 rijdt er elk half uur.")  # fmt: skip

    sheet = pages.as_(request.account).get(case(request))
    assert "art. 22septies" in sheet
    assert "Lijn 12" in sheet
    pages.get(case(request), status=404)


def test_an_adviser_who_stays_silent_is_passed_by_and_the_next_is_asked(db: Session, vault: Vault) -> None:
    request = a_request(db, vault)
    worker = acting(an_area_worker())
    advice.ask(db, request, regulations=RULES, codes=None, in_order=True, by=worker, now=NOON)

    advice.pass_dates(db, RULES.closed, NOON + timedelta(days=13))
    assert {each.state for each in advice.advices_of(db, request.id)} == {AdviceState.ASKED, AdviceState.WAITING}
    advice.pass_dates(db, RULES.closed, NOON + timedelta(days=20))

    found = {each.adviser: each.state for each in advice.advices_of(db, request.id)}
    assert found == {"politie": AdviceState.SILENT, "mobiliteit": AdviceState.SILENT, "jeugd": AdviceState.ASKED}


def test_all_are_asked_at_once_when_the_area_worker_wants_it(db: Session, vault: Vault) -> None:
    request = a_request(db, vault)
    made = advice.ask(db, request, regulations=RULES, codes=["politie", "jeugd"], in_order=False,
                      by=acting(an_area_worker()), now=NOON)  # fmt: skip

    assert [(each.adviser, each.state) for each in made] == [
        ("politie", AdviceState.ASKED), ("jeugd", AdviceState.ASKED),
    ]  # fmt: skip


def a_survey(db: Session, vault: Vault, *numbers: str) -> tuple[StreetRequest, surveys.Survey]:
    street = a_street("Iepersestraat", area=an_area())
    houses(street, *numbers)
    request = a_request(db, vault, street=street)
    survey = surveys.start(db, vault, request, regulations=RULES, by=acting(an_area_worker()), now=NOON)
    db.commit()
    return request, survey


def test_each_box_of_a_house_has_its_own_voice_and_only_addresses_of_the_segment(db: Session, vault: Vault) -> None:
    street = a_street("Iepersestraat", area=an_area())
    houses(street, "1", "2", "2/0101", "2/0102", "12A", "14", "16")
    request = a_request(db, vault, street=street)
    request.segments[0].from_number, request.segments[0].to_number = 2, 14
    from spreekt.modules.gezellige_wijk.models import Side

    request.segments[0].side = Side.EVEN
    surveys.start(db, vault, request, regulations=RULES, by=acting(an_area_worker()), now=NOON)
    survey = surveys.survey_of(db, request.id)
    assert survey is not None

    labels = [surveys.label(row.address) for row in surveys.voices(db, survey)]

    assert labels == ["Iepersestraat 2", "Iepersestraat 2 bus 0101", "Iepersestraat 2 bus 0102", "Iepersestraat 12A",
                      "Iepersestraat 14"]  # fmt: skip


def test_the_last_answer_of_an_address_counts_and_paper_never_writes_over_a_code(db: Session, vault: Vault) -> None:
    from spreekt.kernel.actor import NOBODY

    _request, survey = a_survey(db, vault, "1", "2")
    row = surveys.voices(db, survey)[0]
    for voice in (Voice.YES, Voice.NO, Voice.YES):
        surveys.say(db, vault, row, voice, channel=surveys.Channel.CODE, reason="", by=NOBODY, now=NOON)

    with pytest.raises(surveys.AlreadyOnPaper):
        surveys.say(db, vault, row, Voice.NO, channel=surveys.Channel.PAPER, reason="", by=acting(an_area_worker()),
                    now=NOON)  # fmt: skip
    tally = surveys.tally_of(db, survey)
    assert (tally.yes, tally.no, tally.silent) == (1, 0, 1)


def test_nobody_answers_after_the_last_day_and_the_sweep_counts_once(db: Session, vault: Vault) -> None:
    from spreekt.kernel.actor import NOBODY

    _request, survey = a_survey(db, vault, "1", "2", "3")
    row = surveys.voices(db, survey)[0]
    surveys.say(db, vault, row, Voice.YES, channel=surveys.Channel.CODE, reason="", by=NOBODY, now=NOON)
    over = NOON + timedelta(days=15)

    with pytest.raises(surveys.SurveyClosed):
        surveys.say(db, vault, row, Voice.NO, channel=surveys.Channel.CODE, reason="", by=NOBODY, now=over)
    for _turn in range(2):
        surveys.pass_dates(db, RULES, over)
    assert (survey.agreeing, survey.counted, survey.needed, survey.reached) == (1, 3, 2, False)


def test_a_code_that_is_no_code_costs_a_try_and_opens_nothing(pages: Pages, db: Session) -> None:
    for code in ("", "K7QF", "0000-0000-0000-0000", "' OR 1=1", "ß" * 30):
        pages.send("/gezellige-wijk/bevraging", status=422, code=code)


def test_the_organiser_never_gets_the_cards(pages: Pages, db: Session, vault: Vault) -> None:
    request, survey = a_survey(db, vault, "1", "2")
    worker = pages.as_(an_area_worker())
    sheet = worker.get(case(request))
    from tests.pages import values_of

    form = next(form for form in sheet.all("form") if "kaarten" in form.get("action", ""))
    printed = worker.client.post(form.get("action"), data=values_of(form))

    assert printed.get_data().startswith(b"%PDF")
    with pytest.raises(Forbidden):
        surveys.cards(db, vault, survey, by=acting(request.account))  # type: ignore[arg-type]
    assert "kaarten" not in pages.as_(request.account).get(case(request)).html


def test_what_is_over_ends_and_what_nobody_decided_expires_with_its_material(
    db: Session, vault: Vault, clock: Clock
) -> None:
    granted = a_request(db, vault, state=S.GRANTED)
    waiting = a_request(db, vault, state=S.ADVICE)
    on_hold = a_request(db, vault, state=S.SUBMITTED)
    handling.step(db, on_hold, "hold", by=acting(an_area_worker()), now=NOON, reason="Wacht op de werken.")
    after = NOON.replace(year=2027, month=8, day=15)

    for _turn in range(2):
        handling.pass_dates(db, after)

    assert (granted.state, waiting.state, on_hold.state) == (S.HELD, S.EXPIRED, S.EXPIRED)


def test_on_hold_goes_back_to_where_it_was(pages: Pages, db: Session, vault: Vault) -> None:
    request = a_request(db, vault, state=S.DECIDING)
    worker = pages.as_(an_area_worker())
    worker.send(f"{desk(request)}/stap/hold", reason="De straat ligt open tot in juni.")
    assert "De straat ligt open" in pages.as_(request.account).get(case(request))

    worker.send(f"{desk(request)}/stap/resume")

    assert db.get(StreetRequest, request.id).state is S.DECIDING  # type: ignore[union-attr]


def test_a_voice_table_has_no_moment_and_no_account(db: Session) -> None:
    columns = set(SurveyVoice.__table__.columns.keys())

    assert columns == {"survey_id", "address_id", "code_hash", "voice", "channel", "sealed_reason"}


def test_only_who_has_a_part_in_a_case_reads_all_of_it(pages: Pages, db: Session, vault: Vault) -> None:
    request = a_request(db, vault)
    insiders = {role: pages.as_(staff(role)) for role in (Role.ADVISER, Role.SERVICE, Role.FINANCE)}
    for visitor in insiders.values():
        visitor.get(case(request), status=404)

    advice.ask(db, request, regulations=RULES, codes=["mobiliteit"], in_order=False, by=acting(an_area_worker()),
               now=NOON)  # fmt: skip
    db.commit()

    assert [insiders[role].raw(case(request)).status_code for role in insiders] == [200, 200, 404]
