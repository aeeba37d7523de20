"""Settings: typed, read by name, and refused with their name when they are unsafe."""

from pathlib import Path
from typing import Any

import pytest

from config import Settings, SettingsError, fresh_key

GOOD: dict[str, Any] = {
    "SECRET_KEY": fresh_key(), "IDENTITY_KEY": fresh_key(), "PUBLIC_URL": "https://spreekt.kortrijk.example",
}  # fmt: skip


def test_a_good_configuration_has_no_faults() -> None:
    assert Settings(**GOOD).faults() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "kort"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "changeme" * 5),
        ("IDENTITY_KEY", ""),
        ("IDENTITY_KEY", "0" * 40),
        ("PUBLIC_URL", "http://spreekt.kortrijk.example"),
        ("DEMO_NOW", "2026-11-23T10:00+01:00"),
        ("UPLOADS", "s3://emmer"),
        ("CITY_FILE", "/bestaat/niet.toml"),
        ("METRICS_PORT", 70_000),
        ("TRUSTEE_POLL_MS", 0),
        ("SMTP_URL", "mail.kortrijk.example:25"),
    ],
)
def test_s04_an_unsafe_setting_is_named(name: str, value: str) -> None:
    faults = Settings(**(GOOD | {name: value})).faults()

    assert len(faults) == 1
    assert f"SPREEKT_{name}" in faults[0]


def test_s04_the_two_keys_differ() -> None:
    assert "must differ" in Settings(**(GOOD | {"IDENTITY_KEY": GOOD["SECRET_KEY"]})).faults()[0]


def test_the_identity_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sleutel"
    file.write_text(f"{GOOD['IDENTITY_KEY']}\n")

    assert Settings(IDENTITY_KEY=str(file)).identity_key == GOOD["IDENTITY_KEY"].encode()


def test_a_key_file_that_is_no_text_is_no_key(tmp_path: Path) -> None:
    file = tmp_path / "sleutel"
    file.write_bytes(b"\xff" * 64)

    assert any("SPREEKT_IDENTITY_KEY" in fault for fault in Settings(**(GOOD | {"IDENTITY_KEY": str(file)})).faults())


def test_settings_are_read_from_the_environment_with_their_type() -> None:
    settings = Settings.from_environment(
        {"SPREEKT_DEMO": "yes", "SPREEKT_PROXY_HOPS": "2", "SPREEKT_X": "?", "HOME": "/"}
    )

    assert (settings.DEMO, settings.PROXY_HOPS) == (True, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PROXY_HOPS", "twee"), ("PROXY_HOPS", "-1"), ("METRICS_PORT", "9e3"), ("DEMO", "misschien"),
        ("DEMO_NOW", "gisteren"), ("DEMO_NOW", "2026-11-23T10:00"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_read_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"SPREEKT_{name}"):
        Settings.from_environment({f"SPREEKT_{name}": text})


def test_keys_never_show_in_the_words_of_the_settings() -> None:
    assert GOOD["SECRET_KEY"] not in repr(Settings(**GOOD))
    assert GOOD["IDENTITY_KEY"] not in repr(Settings(**GOOD))
