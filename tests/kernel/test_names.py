"""Display names: one form, one key, and flags for what could mislead. W12 and J03 of the trust catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.kernel.names import RESERVED, NameFlag, judge_name, name_key
from spreekt.kernel.text import TextRefused


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Noor   Verhaeghe ", "Noor Verhaeghe"),
        ("Rene\u0301e", "Renée"),
        ("Ｎｏｏｒ", "Noor"),
        ("No\u200bor", "Noor"),
        ("Noor\u202eroom", "Noorroom"),
        ("Noor" + "".join(chr(0xE0000 + ord(c)) for c in "admin"), "Noor"),
        ("N" + "\u0335\u0336\u0337\u0338" * 4 + "oor", "N\u0335\u0336oor"),
        ("Wijk’t Hoge", "Wijk’t Hoge"),
        ("محمد", "محمد"),
        ("Nguyễn Thị", "Nguyễn Thị"),
    ],
)
def test_a_name_is_shown_in_one_form(text, clean):
    assert judge_name(text).clean == clean


@pytest.mark.parametrize(
    "other",
    [
        "noor verhaeghe",
        "NOOR-VERHAEGHE",
        "Noor.Verhaeghe",
        "Nооr Verhaeghe",
        "Ｎｏｏｒ Verhaeghe",
        "Noor\u200b Verhaeghe",
    ],
)
def test_names_that_look_alike_have_one_key(other):
    assert judge_name(other).key == judge_name("Noor Verhaeghe").key


def test_composed_and_decomposed_names_have_one_key():
    assert judge_name("Renée").key == judge_name("Rene\u0301e").key
    assert judge_name("Renée").key != judge_name("Renee").key


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Noor Verhaeghe", set()),
        ("Дмитро Шевченко", set()),
        ("Eleni Ελένη", set()),
        ("田中さくら", set()),
        ("Nооr", {NameFlag.MIXED_SCRIPT}),
        ("аdmin", {NameFlag.MIXED_SCRIPT, NameFlag.RESERVED}),
        ("сосо", {NameFlag.LOOKALIKE}),
        ("Stad Kortrijk", {NameFlag.RESERVED}),
        ("S t a d Kortrijk", {NameFlag.RESERVED}),
        ("STADKORTRIJK", {NameFlag.RESERVED}),
        ("m0der4tor", {NameFlag.RESERVED}),
        ("Möderätor", {NameFlag.RESERVED}),
        ("de moderator", {NameFlag.RESERVED}),
        ("Stadler", set()),
        ("ste\u200dven", {NameFlag.INVISIBLE}),
        ("mod\u200berator", {NameFlag.RESERVED, NameFlag.INVISIBLE}),
        ("Koop op www.koop.example", {NameFlag.LINK}),
        ("noor@koop.example", {NameFlag.LINK}),
    ],
)
def test_what_could_mislead_is_flagged(text, flags):
    assert judge_name(text, reserved=RESERVED | {"Kortrijk", "Stad Kortrijk"}).flags == flags


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "...", "👍", "\u3164", "\u0301", "a\0b", "\ud800", "x" * 61])
def test_what_is_no_name_is_refused_in_dutch(text):
    with pytest.raises(TextRefused, match=r"\w+ \w+"):
        judge_name(text)


def test_length_counts_what_a_reader_sees():
    assert judge_name("é" * 60).clean == "é" * 60
    assert judge_name("e\u0301" * 60).clean == "é" * 60


def test_a_city_adds_its_own_reserved_words():
    assert judge_name("Kunstenfestival", reserved={"Kunsten-Festival"}).is_reserved


@given(st.text(max_size=80))
def test_a_clean_name_stays_clean(text):
    try:
        verdict = judge_name(text)
    except TextRefused:
        return
    again = judge_name(verdict.clean)
    assert (again.clean, again.key) == (verdict.clean, verdict.key)
    assert name_key(verdict.key) == verdict.key
