"""What the booth is made of: the hash that is published, the policies, and the parts of the saved copy."""

import base64
import hashlib
import io
import json
import re
import zipfile

import pytest
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.modules.referendum import exhibits
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.booth import STATIC, integrity, page_policy, saved_parts
from spreekt.modules.referendum.models import State
from spreekt.modules.referendum.programs import served
from tests.builders import DAY, NOON, a_resident, staff
from tests.referendum.builders import Held, a_referendum


@pytest.mark.parametrize("script", ["booth", "recompute"])
def test_v20_the_published_hash_is_that_of_the_file_which_is_served(pages, script):
    digest = hashlib.sha256(pages.raw(f"/static/js/{script}.js").data).digest()

    assert integrity(script) == "sha256-" + base64.b64encode(digest).decode()


def test_v20_the_page_is_the_same_for_everybody(db, vault, pages):
    held = a_referendum(db, vault)
    resident, clerk = a_resident(), staff(Role.REFERENDUM)
    db.commit()
    visitors = [pages, pages.as_(resident), pages.as_(clerk)]

    seen = {re.sub(r'nonce="[^"]+"', "", visitor.get(f"/referendum/{held.slug}/stemmen").html) for visitor in visitors}

    assert len(seen) == 1


def test_only_who_tests_a_ballot_is_asked_to_note_its_tracker_by_hand(db, vault, pages):
    held = a_referendum(db, vault)

    html = pages.get(f"/referendum/{held.slug}/stemmen").html

    assert html.count("Noteer") == 1
    assert "Test dan of het echt op slot deed wat jij koos. Noteer eerst je volgcode." in html


def a_report(db: Session, held: Held, **programs: str) -> None:
    """What was fixed when the box opened."""
    exhibits.keep(db, held.referendum, exhibits.ZERO_REPORT, compact({"programs": served() | programs}))
    db.commit()


def test_v20_what_was_fixed_at_the_opening_is_shown_and_no_warning_while_it_is_served(db, vault, pages):
    held = a_referendum(db, vault)
    a_report(db, held)

    page = pages.get(f"/referendum/{held.slug}/verifieren")

    assert all(value in page.text for value in served().values())
    assert "vastgelegd" in page.text
    assert "Let op" not in page.text


@pytest.mark.parametrize("name", ["booth", "recompute", "verifier", "software"])
def test_v20_a_program_that_is_no_longer_what_was_fixed_is_told_to_everybody_beside_what_was(db, vault, pages, name):
    held = a_referendum(db, vault)
    a_report(db, held, **{name: "sha256-van-de-opening"})

    page = pages.get(f"/referendum/{held.slug}/verifieren")

    assert "Let op: er is iets veranderd sinds de opening" in page.text
    assert "sha256-van-de-opening" in page.text
    assert served()[name] in page.text


def test_a_box_that_opened_before_programs_were_fixed_shows_what_is_served(db, vault, pages):
    held = a_referendum(db, vault)
    exhibits.keep(db, held.referendum, exhibits.ZERO_REPORT, compact({"ballots": 0}))
    db.commit()

    page = pages.get(f"/referendum/{held.slug}/verifieren")

    assert integrity("booth") in page.text
    assert "vastgelegd" not in page.text
    assert "Let op" not in page.text


def test_v20_the_audit_pack_holds_what_was_fixed_and_what_changed_since(db, vault, pages):
    held = a_referendum(
        db, vault, opens_at=NOON - 2 * DAY, closes_at=NOON - DAY, state=State.PROCLAIMED, publishes_at=NOON
    )
    a_report(db, held, booth="sha256-van-de-opening")

    pack = zipfile.ZipFile(io.BytesIO(pages.raw(f"/referendum/{held.slug}/controlepakket.zip").data))

    assert json.loads(pack.read("programma.json")) == {
        "opening": served() | {"booth": "sha256-van-de-opening"},
        "served": {"booth": integrity("booth")},
    }
    assert "bij de opening sha256-van-de-opening" in pack.read("LEESMIJ.txt").decode()


def test_w04_the_policy_of_the_booth_lets_it_ask_its_own_server_alone():
    rules = dict(rule.split(" ", 1) for rule in page_policy("abc").split("; "))

    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'nonce-abc'"
    assert rules["connect-src"] == "'self'"


def test_the_saved_booth_allows_its_own_script_and_no_request():
    parts = saved_parts()

    assert parts.script.encode() == (STATIC / "js" / "booth.js").read_bytes()
    assert f"script-src '{integrity('booth')}'" in parts.policy
    assert parts.policy.startswith("default-src 'none'")
    assert "connect-src" not in parts.policy


def test_the_parts_of_the_saved_booth_cannot_end_the_elements_that_hold_them():
    parts = saved_parts()

    assert not re.search(r"</script|<!--", parts.script, re.IGNORECASE)
    assert "</style" not in parts.style.lower()
    assert "url(" not in parts.style


def test_the_page_apart_shares_no_line_with_the_booth():
    def lines(script: str) -> set[str]:
        text = (STATIC / "js" / f"{script}.js").read_text("utf-8")
        return {line.strip() for line in text.splitlines() if len(line.strip()) > 60 and not re.search(r"\d{60}", line)}

    assert not lines("booth") & lines("recompute")
