"""A machine without a browser: its owner may go on without these tests, and what guards main may not."""

import pytest

from tests.browser import conditions


def test_without_chromium_nothing_is_skipped_where_everything_must_run(monkeypatch):
    monkeypatch.setattr(conditions, "CHROMIUM", ("no-such-browser",))
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium-headless-shell"):
        conditions.chromium_path()


def test_without_chromium_a_developer_goes_on(monkeypatch):
    monkeypatch.setattr(conditions, "CHROMIUM", ("no-such-browser",))
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium-headless-shell"):
        conditions.chromium_path()


def test_the_browser_without_a_window_goes_before_the_one_with(monkeypatch, tmp_path):
    for name in ("chromium", "chromium-headless-shell"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert conditions.chromium_path() == str(tmp_path / "chromium-headless-shell")


def test_with_a_window_only_that_one_will_do(monkeypatch, tmp_path):
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert conditions.chromium_path() == str(tmp_path / "chromium")
