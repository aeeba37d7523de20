"""Files of an organiser: what is taken, who opens it, and scans that are checked before anything counts."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.gezellige_wijk import documents, grants, surveys
from spreekt.modules.gezellige_wijk.case_models import Survey
from spreekt.modules.gezellige_wijk.document_models import StreetDocument
from spreekt.modules.gezellige_wijk.grant_models import Grant
from spreekt.modules.gezellige_wijk.grants import Line
from spreekt.modules.gezellige_wijk.models import RequestState
from spreekt.payouts.proofs import MOST_PDF_BYTES
from tests.builders import NOON, a_street, acting, an_account, an_area, staff
from tests.moderation.test_pictures import a_photo
from tests.pages import Pages, values_of
from tests.wijk_builders import RULES, a_request, an_area_worker, houses

S = RequestState
A_PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"


def a_survey(db: Session, vault: Vault, organiser: Account) -> Survey:
    street = a_street("Iepersestraat", area=an_area())
    houses(street, "1", "2", "3")
    request = a_request(db, vault, street=street, by=organiser)
    survey = surveys.start(db, vault, request, regulations=RULES, by=acting(an_area_worker()), now=NOON)
    db.commit()
    return survey


def a_scan(db: Session, survey: Survey, organiser: Account, content: bytes = A_PDF) -> StreetDocument:
    made = documents.add_answers(db, survey, io.BytesIO(content), by=acting(organiser), now=NOON)
    db.commit()
    return made


def a_promised_grant(db: Session, vault: Vault, organiser: Account) -> Grant:
    request = a_request(db, vault, kind="buurtfeest", by=organiser, state=S.DRAFT, expected=300)
    rule = RULES.rule(request.rule_code)
    grants.put(db, vault, request, rule, asks=True, cents=50_000, iban="BE68539007547034")
    request.state, request.submitted_at = S.HELD, NOON
    grant = grants.grant_of(db, request.id)
    assert grant is not None
    grant.state, grant.promised_cents = grants.G.PROMISED, 50_000
    db.commit()
    return grant


def test_a_photo_of_answers_is_drawn_anew_and_a_pdf_is_kept(db: Session, vault: Vault) -> None:
    organiser = an_account()
    survey = a_survey(db, vault, organiser)

    photo, paper = a_scan(db, survey, organiser, a_photo()), a_scan(db, survey, organiser)

    assert (photo.media_type, photo.content[8:12]) == ("image/webp", b"WEBP")
    assert (paper.media_type, paper.content) == ("application/pdf", A_PDF)


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "geen leesbare foto of pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "geen foto"),
        (b"<!doctype html><p>hallo", "geen foto"),
        (b"%PDF-1.4 afgebroken", "geen leesbare foto of pdf"),
        (A_PDF.replace(b"/Catalog", b"/Catalog /OpenAction 2 0 R"), "meer dan tekst en beeld"),
        (A_PDF + b" " * MOST_PDF_BYTES + b"%%EOF", "te zwaar"),
        (a_photo() + b"<script>1</script>", "ander bestand"),
    ],
)
def test_nothing_but_a_plain_photo_or_pdf_is_kept(db: Session, vault: Vault, content: bytes, because: str) -> None:
    organiser = an_account()
    survey = a_survey(db, vault, organiser)

    with pytest.raises(Invalid, match=because):
        a_scan(db, survey, organiser, content)


def test_a_request_has_no_endless_pile_of_files(db: Session, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    organiser = an_account()
    survey = a_survey(db, vault, organiser)
    monkeypatch.setattr(documents, "MOST_FILES", 1)
    a_scan(db, survey, organiser)

    with pytest.raises(documents.EnoughFiles):
        a_scan(db, survey, organiser)


def test_scans_open_for_the_organiser_and_the_area_worker_and_nobody_else(
    db: Session, vault: Vault, pages: Pages
) -> None:
    organiser = an_account()
    scan = a_scan(db, a_survey(db, vault, organiser), organiser)
    path = f"/gezellige-wijk/bestanden/{scan.name}"

    for who in (organiser, an_area_worker()):
        answer = pages.as_(who).raw(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == "application/pdf"
    for other in (an_account(), an_area_worker(an_area("Marke")), staff(Role.FINANCE), staff(Role.ADVISER)):
        assert pages.as_(other).raw(path).status_code == 404
    assert pages.raw(path).status_code in {302, 303, 401, 404}


def test_an_organiser_sends_a_scan_and_staff_check_it_before_the_count(
    db: Session, vault: Vault, pages: Pages, clock: Clock
) -> None:
    organiser, worker = an_account(), an_area_worker()
    survey = a_survey(db, vault, organiser)
    id = survey.request_id
    upload = FileStorage(io.BytesIO(a_photo()), "kaarten.jpg")

    sheet = pages.as_(organiser).send(f"/gezellige-wijk/aanvragen/{id}/antwoorden", file=upload)
    assert "wacht op nazicht" in sheet
    later = NOON + timedelta(days=40)
    surveys.pass_dates(db, RULES, later)
    assert survey.closed_at is None
    rule = RULES.rule(survey.request.rule_code).consent
    assert rule is not None
    with pytest.raises(surveys.ScansWait):
        surveys.close(db, survey, rule=rule, now=later)
    row = surveys.voices(db, survey)[0]
    surveys.say(db, vault, row, surveys.Voice.YES, channel=surveys.Channel.PAPER, reason="", by=acting(worker),
                now=later)  # fmt: skip
    db.commit()
    scan = db.scalars(select(StreetDocument)).one()
    desk = pages.as_(worker)
    forms = desk.get(f"/beheer/wijk/{id}/bevraging/papier").all("form")
    form = next(form for form in forms if scan.name in form.get("action", ""))
    assert desk.client.post(form.get("action"), data=values_of(form)).status_code == 303

    db.expire_all()
    assert scan.checked_at == NOON
    surveys.pass_dates(db, RULES, later)
    assert (survey.agreeing, survey.counted) == (1, 3)
    with pytest.raises(surveys.SurveyClosed):
        surveys.say(db, vault, row, surveys.Voice.NO, channel=surveys.Channel.PAPER, reason="", by=acting(worker),
                    now=later)  # fmt: skip


def test_nobody_but_the_organiser_hands_in_scans(db: Session, vault: Vault, pages: Pages) -> None:
    organiser = an_account()
    survey = a_survey(db, vault, organiser)

    pages.as_(an_account()).get(f"/gezellige-wijk/aanvragen/{survey.request_id}/antwoorden", status=404)
    with pytest.raises(NotThere):
        a_scan(db, survey, an_account())


def test_a_bill_comes_with_its_paper_which_finance_opens(db: Session, vault: Vault, pages: Pages) -> None:
    organiser = an_account()
    grant = a_promised_grant(db, vault, organiser)
    account = f"/gezellige-wijk/aanvragen/{grant.request_id}/afrekening"

    sheet = pages.as_(organiser).send(account, what="Frieten", amount="120", bought_on="2026-11-01",
                                      file=FileStorage(io.BytesIO(A_PDF), "bon.pdf"))  # fmt: skip

    assert "bewijs van Frieten" in sheet
    paper = db.scalars(select(StreetDocument)).one()
    assert "bewijs van Frieten" in pages.as_(staff(Role.FINANCE)).get(f"/beheer/toelagen/{grant.id}")
    for who, status in ((staff(Role.FINANCE), 200), (an_area_worker(), 200), (an_account(), 404)):
        assert pages.as_(who).raw(f"/gezellige-wijk/bestanden/{paper.name}").status_code == status


def test_a_bill_with_a_wrong_file_is_not_kept_and_says_why(db: Session, vault: Vault, pages: Pages) -> None:
    organiser = an_account()
    grant = a_promised_grant(db, vault, organiser)

    sheet = pages.as_(organiser).send(
        f"/gezellige-wijk/aanvragen/{grant.request_id}/afrekening", what="Frieten", amount="120",
        bought_on="2026-11-01", file=FileStorage(io.BytesIO(b"<html>"), "bon.pdf"), status=422,
    )  # fmt: skip

    assert "Dit bestand is geen foto" in sheet
    db.expire_all()
    assert grant.bills == []


def test_somebody_else_adds_no_paper_to_a_bill(db: Session, vault: Vault) -> None:
    organiser = an_account()
    grant = a_promised_grant(db, vault, organiser)
    bill = grants.add_bill(db, grant, Line("Frieten", 100, date(2026, 11, 1)), by=acting(organiser))

    with pytest.raises(documents.Forbidden):
        documents.add_bill_paper(db, grant, bill, io.BytesIO(A_PDF), by=acting(an_account()), now=NOON)

    assert db.scalar(select(func.count(StreetDocument.id))) == 0
