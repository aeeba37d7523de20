"""One spelling of JSON, two spellings of a hash."""

import pytest

from spreekt.modules.referendum.ballot.canonical import (
    NotStrictJson,
    b64_of,
    compact,
    hex_from_b64,
    hex_of,
    is_canonical,
    read_json,
)


def test_json_is_written_as_a_browser_writes_it():
    value = {"z": ["é/€", "\u2028"], "a": 1, "\u0007": '"\\'}

    assert compact(value) == '{"z":["é/€","\u2028"],"a":1,"\\u0007":"\\"\\\\"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"b":{"a":1,"a":2}}',
        "1.0",
        "1e3",
        "1e309",
        "NaN",
        "-Infinity",
        "1" * 10,
        "9" * 100_000,
        "[" * 100_000,
        '{"a":' * 100_000,
        "",
        "{",
        "[1,]",
        "{'a':1}",
        '"\x00"',
        "[] []",
    ],
)
def test_json_with_no_or_more_than_one_meaning_is_refused(text):
    with pytest.raises(NotStrictJson):
        read_json(text)


@pytest.mark.parametrize("text", ['{"a": 1}', '{"a":1}\n', '{"a":"\\/"}', '{"a":"\\u0061"}', '{"a":-0}', '"\\ud800"'])
def test_another_spelling_of_the_same_is_not_canonical(text):
    assert not is_canonical(text, read_json(text))


def test_a_tracking_number_and_a_file_name_are_one_digest():
    assert len(b64_of("x")) == 43
    assert hex_from_b64(b64_of("x")) == hex_of("x") == hex_of(b"x")
