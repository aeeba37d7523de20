"""After signing in one stays on our own origin."""

import pytest

from spreekt.identity.next_path import go_on_to, own_path, with_next


@pytest.mark.parametrize("path", ["/", "/mijn", "/voorstellen?q=bank%20op%20straat&pagina=2", "/burgerbudget/2026#x"])
def test_our_own_paths_are_kept(path):
    assert own_path(path) == path
    assert go_on_to(path) == path


@pytest.mark.parametrize(
    "text", ["", "mijn", "//e", "/\\e", "/%5ce", "/%2fe", "/%25252fe", "https://e", "/a b", "/\x00", "/é", "/a\nb"]
)
def test_a14_everything_else_leads_home(text):
    assert own_path(text) == ""
    assert go_on_to(text) == "/mijn"
    assert with_next("/aanmelden", text) == "/aanmelden"
