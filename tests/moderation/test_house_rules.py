"""House rules may change; what was decided under older ones stays readable."""

from spreekt.moderation.house_rules import BY_CODE, REASONS


def test_every_reason_is_found_by_its_code() -> None:
    assert [BY_CODE[reason.code] for reason in REASONS] == list(REASONS)


def test_a_reason_of_older_rules_still_has_a_name_and_decides_nothing() -> None:
    old = BY_CODE["buiten-het-park"]

    assert old.label == "Buiten het park"
    assert old.acts == frozenset()
    assert "buiten-het-park" not in BY_CODE
