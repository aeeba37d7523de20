"""A machine without a browser: its owner may go on without these tests, and what guards main may not."""

import pytest

from tests.browser import conditions


def test_without_chromium_nothing_is_skipped_where_everything_must_run(monkeypatch):
    monkeypatch.setattr(conditions, "CHROMIUM", ("no-such-browser",))
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        conditions.chromium_path()


def test_without_chromium_a_developer_goes_on(monkeypatch):
    monkeypatch.setattr(conditions, "CHROMIUM", ("no-such-browser",))
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        conditions.chromium_path()
