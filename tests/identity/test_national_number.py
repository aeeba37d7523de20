"""National numbers: which spellings are one number, which are refused, and that no digit ever leaks."""

import hmac
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.identity.national_number import (
    Kind,
    NotANationalNumber,
    WrongBirthDate,
    WrongCheckDigits,
    WrongLength,
    parse,
    synthetic,
)

KEY = b"k" * 32
A_NUMBER = "85073099932"


@pytest.mark.parametrize(
    ("text", "kind", "century"),
    [
        ("85073003328", Kind.REGISTER, 1900),
        ("17073003384", Kind.REGISTER, 2000),
        ("85073099932", Kind.REGISTER, 1900),
        ("99123199940", Kind.REGISTER, 1900),
        ("00010199974", Kind.REGISTER, 2000),
        ("08112299970", Kind.REGISTER, 2000),
        ("10040199914", Kind.REGISTER, 2000),
        ("85073006197", Kind.REGISTER, 1900),
        ("85473099921", Kind.BIS, 1900),
        ("85273099975", Kind.BIS, 1900),
    ],
)
def test_valid_numbers_tell_their_kind_and_century(text, kind, century):
    number = parse(text)

    assert (number.digits, number.kind, number.century) == (text, kind, century)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("85073003384", WrongCheckDigits),
        ("85130199900", WrongBirthDate),
        ("85073003329", WrongCheckDigits),
        ("85073299999", WrongBirthDate),
        ("85339900099", WrongBirthDate),
        ("85539999999", WrongBirthDate),
        ("", WrongLength),
        ("8507309993", WrongLength),
        ("850730999321", WrongLength),
        ("85073099932a", WrongLength),
        ("85073099932\x00", WrongLength),
        ("85.07.30-999.32" + " " * 60, WrongLength),
        ("\ud800" * 11, WrongLength),
    ],
)
def test_wrong_numbers_are_refused_with_what_to_do(text, refusal):
    with pytest.raises(refusal) as caught:
        parse(text)

    assert "identiteitskaart" in str(caught.value)


@pytest.mark.parametrize(
    "spelling",
    [
        "85.07.30-999.32",
        "85 07 30 999 32",
        "850730-99932",
        "85.07.30–999.32",
        "85.07.30−999.32",
        "85/07/30-999/32",
        " 85073099932\n",
        "8\u200b5\u200d07\ufeff30\u00ad99932",
        "85\u00a007\u202f30\u2003999 32",
        "\u202a85073099932\u202c",
        "８５．０７．３０－９９９．３２",
        "٨٥٠٧٣٠٩٩٩٣٢",
        "85_07_30_999_32",
    ],
)
def test_every_spelling_has_the_same_fingerprint(spelling):
    assert parse(spelling).fingerprint(KEY) == parse(A_NUMBER).fingerprint(KEY)


def test_the_leap_day_exists_only_in_leap_years():
    with pytest.raises(WrongBirthDate):
        parse(_with_check("850229999", 1900))

    assert parse(_with_check("840229999", 1900)).century == 1900
    assert parse(_with_check("000229999", 2000)).century == 2000
    with pytest.raises(WrongBirthDate):
        parse(_with_check("000229999", 1900))


@pytest.mark.parametrize("nine", ["850000999", "850700999", "000001999", "850015999", "854000999", "852000999"])
@pytest.mark.parametrize("century", [1900, 2000])
def test_an_unknown_birth_date_is_no_fault(nine, century):
    assert parse(_with_check(nine, century)).century == century


def test_a_number_never_shows_its_digits():
    number = parse(A_NUMBER)

    shown = f"{number} {number!r} {[number]} {(number,)!s}"

    assert not any(character.isdigit() for character in shown)
    with pytest.raises(TypeError):
        pickle.dumps(number)


@pytest.mark.parametrize("text", ["85073003384", "85130199900", "8507300338"])
def test_a_refusal_never_repeats_the_digits(text):
    with pytest.raises(NotANationalNumber) as caught:
        parse(text)

    assert text not in repr(caught.value)
    assert text[:6] not in repr(caught.value)


def test_the_fingerprint_is_the_hmac_of_the_eleven_digits():
    assert parse("85.07.30-999.32").fingerprint(KEY) == hmac.new(KEY, b"85073099932", "sha256").hexdigest()
    assert parse(A_NUMBER).fingerprint(KEY) != parse(A_NUMBER).fingerprint(b"x" * 32)


def test_a_fingerprint_needs_a_real_key():
    with pytest.raises(ValueError, match="identity key"):
        parse(A_NUMBER).fingerprint(b"short")


@given(
    born_on=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    serial=st.sampled_from([0, 999]),
    kind=st.sampled_from(Kind),
)
def test_synthetic_numbers_are_valid_and_tell_their_century(born_on, serial, kind):
    number = synthetic(born_on, serial, kind=kind)

    assert parse(number.digits) == number
    assert number.century == born_on.year // 100 * 100
    assert number.digits[6:9] == f"{serial:03}"


@given(born_on=st.dates(date(1900, 1, 1), date(2099, 12, 31)), place=st.integers(0, 10), change=st.integers(1, 9))
def test_one_mistyped_digit_is_refused_unless_it_names_the_other_century(born_on, place, change):
    digits = synthetic(born_on).digits
    mistyped = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]

    try:
        number = parse(mistyped)
    except NotANationalNumber:
        return
    assert number.century != parse(digits).century


@given(st.text(max_size=80))
def test_any_text_is_either_a_number_or_refused(text):
    try:
        number = parse(text)
    except NotANationalNumber:
        return
    assert len(number.digits) == 11


@pytest.mark.parametrize("serial", [1, 61, 998, -1, 1000])
def test_demo_people_never_get_a_number_somebody_could_have(serial):
    with pytest.raises(ValueError, match="000 and 999"):
        synthetic(date(1985, 7, 30), serial)


def test_there_are_no_numbers_for_the_nineteenth_century():
    with pytest.raises(ValueError, match="1900"):
        synthetic(date(1899, 12, 31))


def _with_check(nine: str, century: int) -> str:
    number = int(nine) + (2_000_000_000 if century == 2000 else 0)
    return f"{nine}{97 - number % 97:02}"
