"""What the booth is made of: the hash that is published, the policies, and the parts of the saved copy."""

import base64
import hashlib
import re

import pytest

from spreekt.kernel.actor import Role
from spreekt.modules.referendum.booth import STATIC, integrity, page_policy, saved_parts
from tests.builders import a_resident, staff
from tests.referendum.builders import a_referendum


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
