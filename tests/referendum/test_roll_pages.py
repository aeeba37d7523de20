"""/beheer/referendum/<slug>/kiezerslijst and …/codes, and the commands: what the keeper and a colleague see."""

import io
import json
import sys
from contextlib import contextmanager
from io import StringIO

import pytest
from sqlalchemy import func, select

from spreekt.cli import main
from spreekt.kernel.actor import Role
from spreekt.kernel.idempotency import SpentKey
from spreekt.modules.referendum import exhibits, letters_views, roll, roll_commands, roll_freeze, steps
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.letter_words import LetterWords
from spreekt.modules.referendum.models import Act, RollEntry, State, TwoPersonAct
from spreekt.modules.referendum.roll_models import RollChange, RollImport
from spreekt.web import terminal
from spreekt.web.command import Bench
from tests.builders import NOON, a_moderator, a_resident, acting, staff
from tests.pages import Sheet, values_of
from tests.referendum.roll_builders import (
    LUKASZ,
    NOEMIE,
    NUMBER,
    a_coming_referendum,
    a_file,
    read_in,
)


@pytest.fixture
def keeper(db):
    return staff(Role.REGISTER)


@pytest.fixture
def manager(db):
    return staff(Role.REFERENDUM)


@pytest.fixture
def referendum(db, vault):
    return a_coming_referendum(vault)


def url_of(referendum, rest="kiezerslijst"):
    return f"/beheer/referendum/{referendum.slug}/{rest}"


def upload(browser, url, fields, **files):
    sheet = browser.get(url)
    values = values_of(sheet.form_with(*fields, *files))
    for name, value in fields.items():
        values[name] = value
    for name, content in files.items():
        values[name] = (io.BytesIO(content), f"{name}.csv")
    answer = browser.client.post(url, data=values, content_type="multipart/form-data")
    browser.db.expire_all()
    return Sheet(answer, url) if answer.mimetype == "text/html" else answer


def press(browser, url, action):
    """One button on a page, by the address of its form."""
    sheet = browser.get(url)
    form = next(form for form in sheet.all("form") if form.get("action") == action)
    values = values_of(form)
    for button in form.iter("button"):
        if button.get("name"):
            values[button.get("name")] = button.get("value")
    answer = browser.client.post(action, data=values)
    browser.db.expire_all()
    return answer


def test_Z11_the_keeper_reads_in_and_a_colleague_confirms_what_stands_on_the_screen(
    pages, db, referendum, keeper, manager
):
    first, second = pages.as_(keeper), pages.as_(manager)

    assert upload(first, url_of(referendum), {"reference_on": "2026-11-01"}, file=a_file()).status == 303
    assert "Een tweede persoon moet dit bevestigen" in first.get(url_of(referendum))
    assert press(second, url_of(referendum), url_of(referendum, "kiezerslijst/bevestiging")).status_code == 303

    assert referendum.state is State.ROLL
    sheet = second.get(url_of(referendum))
    assert referendum.roll_sha256 in sheet.html
    assert "Ligt vast" in sheet.html


def test_Z11_the_keeper_alone_cannot_confirm(pages, db, referendum, keeper):
    browser = pages.as_(keeper)
    upload(browser, url_of(referendum), {"reference_on": "2026-11-01"}, file=a_file())
    sheet = browser.get(url_of(referendum))
    assert url_of(referendum, "kiezerslijst/bevestiging") not in sheet.html

    about = db.scalars(select(TwoPersonAct.about)).one()
    values = values_of(sheet.form_with("file"))
    values["about"] = about
    assert browser.client.post(url_of(referendum, "kiezerslijst/bevestiging"), data=values).status_code == 409
    assert referendum.state is State.ANNOUNCED


def test_every_fault_is_shown_with_its_line_and_grouped_in_counts(pages, db, referendum, keeper):
    bad = a_file(NOEMIE, NOEMIE, LUKASZ.replace(";Heule;", ";Gent;"), NOEMIE.replace("999.32", "999.33"))

    sheet = upload(pages.as_(keeper), url_of(referendum), {"reference_on": "2026-11-01"}, file=bad)

    assert sheet.status == 422
    assert "3 fouten" in sheet
    for words in ("staat er twee keer: 1", "deelgemeente: 1", "rijksregisternummer: 1", "Er is niets ingelezen"):
        assert words in sheet
    assert "999.33" not in sheet.html
    assert db.scalar(select(func.count()).select_from(RollEntry)) == 0


def test_P01_the_file_is_not_kept_with_the_answer(pages, db, referendum, keeper):
    upload(pages.as_(keeper), url_of(referendum), {"reference_on": "2026-11-01"}, file=a_file())

    assert not any("Dewaele" in kept.body for kept in db.scalars(select(SpentKey)))


def test_a_file_of_another_day_is_refused_with_a_reason(pages, db, referendum, keeper):
    browser = pages.as_(keeper)
    upload(browser, url_of(referendum), {"reference_on": "2026-11-01"}, file=a_file())

    sheet = upload(browser, url_of(referendum), {"reference_on": "2026-10-01"}, file=a_file(NOEMIE))

    assert "De peildatum van dit referendum is 01/11/2026" in sheet


def test_before_the_announcement_the_page_says_what_to_wait_for(pages, db, vault, keeper):
    sheet = pages.as_(keeper).get(url_of(a_coming_referendum(vault, state=State.COUNCIL)))

    assert "na de aankondiging" in sheet


def test_who_waits_for_the_keeper_sees_that(pages, referendum, manager):
    assert "De registerhouder leest ze in" in pages.as_(manager).get(url_of(referendum))


def test_a_roll_that_came_by_command_is_proposed_on_the_page(pages, db, vault, referendum, keeper):
    read_in(db, vault, referendum, a_file(), by=acting(keeper))

    press(pages.as_(keeper), url_of(referendum), url_of(referendum, "kiezerslijst/voorstel"))

    assert db.scalars(select(TwoPersonAct.act)).all() == [Act.ROLL]


def test_a_proposal_is_taken_back(pages, db, referendum, keeper):
    browser = pages.as_(keeper)
    upload(browser, url_of(referendum), {"reference_on": "2026-11-01"}, file=a_file())

    press(browser, url_of(referendum), url_of(referendum, "kiezerslijst/intrekking"))

    assert db.scalars(select(TwoPersonAct)).all() == []


@pytest.mark.parametrize("somebody", [a_resident, a_moderator, lambda: staff(Role.DESK), lambda: staff(Role.ADMIN)])
def test_Z11_others_do_not_come_near_the_roll(pages, db, referendum, somebody):
    browser = pages.as_(somebody())

    for rest in ("kiezerslijst", "kiezerslijst/erbij", "kiezerslijst/eraf", "kiezerslijst/adressen", "codes"):
        assert browser.raw(url_of(referendum, rest)).status_code == 404


def test_Z11_a_manager_reads_nothing_in(pages, db, referendum, keeper, manager):
    values = values_of(pages.as_(keeper).get(url_of(referendum)).form_with("file"))

    assert pages.as_(manager).client.post(url_of(referendum), data=values).status_code in {400, 404}
    assert db.scalars(select(RollImport)).first() is None


@pytest.fixture
def frozen(db, vault, referendum, keeper, manager):
    report = read_in(db, vault, referendum, a_file(), by=acting(keeper))
    roll_freeze.propose_freeze(db, referendum, by=acting(keeper), now=NOON)
    about = roll.agreed_text(report.entries, report.sha256)
    roll_freeze.confirm_freeze(db, referendum, about=about, by=acting(manager), now=NOON)
    db.commit()
    return referendum


def test_a_resident_is_put_on_the_roll_by_two_people(pages, db, frozen, keeper, manager):
    heule = db.scalars(select(RollEntry.area_id)).first()
    pages.as_(keeper).send(
        url_of(frozen, "kiezerslijst/erbij"),
        number="00010199974",
        born_on="2000-01-01",
        area=str(heule),
        reason="Vergeten",
    )
    change = db.scalars(select(RollChange)).one()

    address = url_of(frozen, f"kiezerslijst/veranderingen/{change.id}/bevestiging")
    assert press(pages.as_(manager), url_of(frozen), address).status_code == 303

    assert frozen.roll_count == 3
    assert change.short_key in pages.as_(keeper).get(url_of(frozen)).html


def test_a_resident_is_taken_off_the_roll_and_the_proposal_can_be_taken_back(pages, db, frozen, keeper):
    browser = pages.as_(keeper)
    browser.send(url_of(frozen, "kiezerslijst/eraf"), number=NUMBER, reason="Verhuisd")
    change = db.scalars(select(RollChange)).one()

    press(browser, url_of(frozen), url_of(frozen, f"kiezerslijst/veranderingen/{change.id}/intrekking"))

    assert db.scalars(select(RollChange)).all() == []
    assert frozen.roll_count == 2


def test_who_is_on_the_roll_already_is_not_added(pages, db, frozen, keeper):
    heule = db.scalars(select(RollEntry.area_id)).first()
    sheet = pages.as_(keeper).send(
        url_of(frozen, "kiezerslijst/erbij"), number=NUMBER, born_on="1985-07-30", area=str(heule), reason="Vergeten",
        status=422,
    )  # fmt: skip

    assert "staat al op de kiezerslijst" in sheet
    assert NUMBER not in sheet.html


def test_the_mailing_is_made_from_the_same_file_and_not_kept(pages, db, frozen, keeper):
    answer = upload(pages.as_(keeper), url_of(frozen, "kiezerslijst/adressen"), {}, file=a_file())

    assert "Noémie;Dewaele" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any("Dewaele" in kept.body for kept in db.scalars(select(SpentKey)))


def test_no_mailing_of_other_people(pages, db, frozen, keeper):
    sheet = upload(pages.as_(keeper), url_of(frozen, "kiezerslijst/adressen"), {}, file=a_file(NOEMIE))

    assert "niet dezelfde kiezers" in sheet


def test_the_words_of_the_letter_come_with_the_dates_of_the_poll(pages, db, frozen, keeper):
    said = json.loads(pages.as_(keeper).raw(url_of(frozen, "kiezerslijst/brief.json")).get_data())

    assert (said["title"], said["election"]) == (frozen.title, frozen.uuid)
    assert said["booth_url"].endswith(f"/referendum/{frozen.slug}/stemmen")
    assert "december 2026" in LetterWords.of(said).opens


@pytest.fixture
def code_files(db, frozen):
    frozen.state = State.KEYS
    db.commit()
    voters = db.scalars(select(RollEntry.voter_key)).all()
    publics = [str(public_of(secret_of(make_credential(), frozen.uuid))) for _voter in voters]
    whose = "kiezer;public\r\n" + "".join(f"{v};{p}\r\n" for v, p in zip(voters, publics, strict=True))
    return {"codes": json.dumps(sorted(publics), separators=(",", ":")).encode(), "whose": whose.encode()}


def test_a_manager_takes_the_codes_over_and_reads_the_fingerprint(pages, db, frozen, code_files, manager):
    browser = pages.as_(manager)

    assert upload(browser, url_of(frozen, "codes"), {}, **code_files).status == 303

    sheet = browser.get(url_of(frozen, "codes"))
    assert "Vingerafdruk" in sheet
    assert "Kloppen de codes niet?" in sheet
    assert frozen.state is State.KEYS, "no letter goes out before the fingerprint was compared"


def test_codes_that_do_not_fit_are_refused_on_the_page(pages, db, frozen, code_files, manager):
    sheet = upload(pages.as_(manager), url_of(frozen, "codes"), {}, **(code_files | {"codes": b"[]"}))

    assert sheet.status == 422
    assert "2 kiezers en 0 codes" in sheet


def test_a_large_roll_is_told_which_command_to_use(pages, db, frozen, code_files, manager, monkeypatch):
    monkeypatch.setattr(letters_views, "MOST_ON_PAGE", 1)

    assert "spreekt credentials import" in pages.as_(manager).get(url_of(frozen, "codes"))


def test_before_the_keys_the_page_says_what_comes_first(pages, db, frozen, manager, keeper):
    assert "Er zijn nog geen codes" in pages.as_(manager).get(url_of(frozen, "codes"))


@pytest.fixture
def at_the_bench(monkeypatch, db, vault, app, tmp_path):
    """Commands work in the test's own database."""

    @contextmanager
    def bench():
        city = app.extensions["spreekt"].city
        yield Bench(db, vault, city, NOON)
        db.commit()

    monkeypatch.setattr(roll_commands, "at_work", bench)
    return tmp_path


def run(*arguments):
    return main([str(argument) for argument in arguments])


def test_the_command_reads_a_roll_in_and_writes_the_mailing(at_the_bench, db, referendum, capsys):
    path, mailing = at_the_bench / "rol.csv", at_the_bench / "mailing.csv"
    path.write_bytes(a_file())

    status = run("roll", "import", path, "--referendum", referendum.slug, "--reference-date", "2026-11-01", "--mailing",
                 mailing, "--json")  # fmt: skip

    assert status == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["voters"]) == (True, 2)
    assert "Noémie;Dewaele" in mailing.read_text("utf-8")
    assert mailing.stat().st_mode & 0o077 == 0
    assert json.loads(mailing.with_name("mailing.brief.json").read_text("utf-8"))["title"] == referendum.title


def test_the_command_names_every_fault_and_leaves_no_file(at_the_bench, db, referendum, capsys):
    path, mailing = at_the_bench / "rol.csv", at_the_bench / "mailing.csv"
    path.write_bytes(a_file(NOEMIE, NOEMIE, LUKASZ.replace(";Heule;", ";Gent;")))

    status = run("roll", "import", path, "--referendum", referendum.slug, "--reference-date", "2026-11-01", "--mailing",
                 mailing)  # fmt: skip

    assert status == 1
    said = capsys.readouterr()
    assert "2 fault(s)" in said.out
    assert "Regel 3" in said.err
    assert "Regel 4" in said.err
    assert [file.name for file in at_the_bench.iterdir() if "mailing" in file.name] == []
    assert db.scalars(select(RollEntry)).first() is None


class Terminal(StringIO):
    def isatty(self):
        return True


def test_the_command_shows_how_far_it_is_on_a_terminal(at_the_bench, db, referendum, capsys, monkeypatch):
    monkeypatch.setattr(roll, "AT_ONCE", 1)
    monkeypatch.setattr(terminal, "_PATIENCE", 0)
    monkeypatch.setattr("sys.stderr", Terminal())
    path = at_the_bench / "rol.csv"
    path.write_bytes(a_file())

    assert run("roll", "import", path, "--referendum", referendum.slug, "--reference-date", "2026-11-01") == 0

    assert "1 voters read" in sys.stderr.getvalue()
    assert "voters read" not in capsys.readouterr().out


def test_a_referendum_that_is_not_there_is_said(at_the_bench, db, capsys):
    path = at_the_bench / "rol.csv"
    path.write_bytes(a_file())

    assert run("roll", "import", path, "--referendum", "geen", "--reference-date", "2026-11-01") == 1
    assert "no referendum called geen" in capsys.readouterr().err


def test_the_command_takes_codes_over_and_leaves_the_last_step_to_a_manager(
    at_the_bench, db, frozen, code_files, capsys
):
    for name, content in code_files.items():
        (at_the_bench / name).write_bytes(content)

    status = run("credentials", "import", "--referendum", frozen.slug, "--codes", at_the_bench / "codes", "--map",
                 at_the_bench / "whose")  # fmt: skip

    assert status == 0
    assert "Fingerprint" in capsys.readouterr().out
    assert exhibits.CREDENTIALS in exhibits.hashes(db, frozen.id)
    assert frozen.state is State.KEYS


def test_the_command_says_why_codes_do_not_fit(at_the_bench, db, frozen, code_files, capsys):
    (at_the_bench / "codes").write_bytes(b"[]")
    (at_the_bench / "whose").write_bytes(code_files["whose"])

    status = run("credentials", "import", "--referendum", frozen.slug, "--codes", at_the_bench / "codes", "--map",
                 at_the_bench / "whose")  # fmt: skip

    assert status == 1
    assert "2 kiezers en 0 codes" in capsys.readouterr().err


def test_Z11_the_general_page_of_two_people_leads_to_the_roll_where_count_and_hash_stand(pages, referendum, keeper):
    answer = pages.as_(keeper).raw(f"/beheer/referendum/{referendum.slug}/samen/lijst")

    assert (answer.status_code, answer.headers["Location"]) == (303, url_of(referendum))


def test_two_people_freeze_the_same_roll_through_the_steps_of_the_life(db, vault, clock, referendum, keeper, manager):
    report = read_in(db, vault, referendum, a_file(), by=acting(keeper))
    about = roll.agreed_text(report.entries, report.sha256)
    steps.propose(db, clock, referendum, Act.ROLL, by=acting(keeper), about=about, now=NOON)

    steps.confirm(db, clock, referendum, Act.ROLL, by=acting(manager), about=about, now=NOON)

    assert (referendum.roll_count, referendum.roll_sha256) == (report.entries, report.sha256)
    assert exhibits.ROLL in exhibits.hashes(db, referendum.id)
