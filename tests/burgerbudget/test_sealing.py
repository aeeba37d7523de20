"""What a sealed ballot promises: enough officers open it, fewer never do, and nobody changes it unseen."""

import base64
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from spreekt.modules.burgerbudget.voting.sealing import PRIME, CannotOpen, open_sealed, seal

KEYS = tuple(PrivateKey(bytes([seat]) * 32) for seat in range(1, 10))
PUBLIC = tuple(bytes(key.public_key) for key in KEYS)
HEAD, SHARE = 3, 80


def some(*seats: int) -> dict[int, PrivateKey]:
    return {seat: KEYS[seat - 1] for seat in seats}


@st.composite
def boxes(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """A text, how many officers there are, and how many are needed."""
    seats = draw(st.integers(1, 9))
    return draw(st.binary(max_size=300)), seats, draw(st.integers(1, seats))


@settings(max_examples=60, deadline=None)
@given(boxes(), st.randoms(use_true_random=False))
def test_any_k_of_n_open_a_ballot_and_any_fewer_do_not(box, dice):
    plain, seats, needed = box
    sealed = seal(plain, PUBLIC[:seats], needed=needed)
    enough = dice.sample(range(1, seats + 1), needed)

    assert open_sealed(sealed, some(*enough)) == plain
    with pytest.raises(CannotOpen):
        open_sealed(sealed, some(*enough[1:]))


def test_v16_every_group_of_two_of_three_opens_and_no_single_officer():
    sealed = seal(b"keuze", PUBLIC[:3], needed=2)

    assert {open_sealed(sealed, some(*group)) for group in combinations((1, 2, 3), 2)} == {b"keuze"}
    for seat in (1, 2, 3):
        with pytest.raises(CannotOpen):
            open_sealed(sealed, some(seat))


@pytest.mark.parametrize("needed", [0, 1])
def test_a_ballot_that_says_that_fewer_are_enough_does_not_open_either(needed):
    whole = bytearray(base64.b64decode(seal(b"keuze", PUBLIC[:3], needed=2)))
    whole[2] = needed

    with pytest.raises(CannotOpen):
        open_sealed(base64.b64encode(whole).decode(), some(1))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400), st.integers(1, 9), st.data())
def test_v14_a_sealed_ballot_is_as_long_as_every_other_of_the_same_length(length, seats, data):
    needed = data.draw(st.integers(1, seats))
    one, other = (data.draw(st.binary(min_size=length, max_size=length)) for _ in range(2))

    assert len(seal(one, PUBLIC[:seats], needed=needed)) == len(seal(other, PUBLIC[:seats], needed=needed))


def test_v09_the_same_choice_is_never_sealed_the_same_way_twice():
    sealed = {seal(b"keuze", PUBLIC[:3], needed=2) for _ in range(50)}

    parts = [base64.b64decode(each) for each in sealed]
    assert len(sealed) == 50
    assert len({part[HEAD : HEAD + 32] for part in parts}) == 50
    assert len({part[HEAD + 3 * SHARE : HEAD + 3 * SHARE + 24] for part in parts}) == 50


@pytest.mark.parametrize(
    "place",
    [0, 1, 2, HEAD, HEAD + 40, HEAD + SHARE, HEAD + 2 * SHARE - 1, HEAD + 3 * SHARE, HEAD + 3 * SHARE + 30, -1],
    ids=["version", "seats", "needed", "point", "share", "point 2", "tag 2", "nonce", "tag", "choice"],
)
def test_v11_a_change_to_any_part_is_refused(place):
    whole = bytearray(base64.b64decode(seal(b"een keuze die telt", PUBLIC[:3], needed=2)))
    whole[place] ^= 4

    with pytest.raises(CannotOpen):
        open_sealed(base64.b64encode(whole).decode(), some(1, 2))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_v11_no_byte_can_be_changed(place, change):
    whole = bytearray(base64.b64decode(seal(b"een keuze die telt", PUBLIC[:2], needed=2)))
    whole[place % len(whole)] ^= change

    with pytest.raises(CannotOpen):
        open_sealed(base64.b64encode(whole).decode(), some(1, 2))


@pytest.mark.parametrize("text", ["", "A", "AQID", "AQMC", "geen base64!", "ééé", "AQAA" * 40])
def test_what_is_no_ballot_does_not_open(text):
    with pytest.raises(CannotOpen):
        open_sealed(text, some(1, 2))


def test_shares_of_two_ballots_do_not_mix():
    one, other = (bytearray(base64.b64decode(seal(b"keuze", PUBLIC[:2], needed=2))) for _ in range(2))
    one[HEAD : HEAD + SHARE] = other[HEAD : HEAD + SHARE]

    with pytest.raises(CannotOpen):
        open_sealed(base64.b64encode(one).decode(), some(1, 2))


def test_a_share_beyond_the_prime_is_no_secret_way_in():
    whole = bytearray(base64.b64decode(seal(b"keuze", PUBLIC[:2], needed=2)))
    whole[HEAD : HEAD + SHARE] = SealedBox(KEYS[0].public_key).encrypt((PRIME + 1).to_bytes(32, "big"))

    with pytest.raises(CannotOpen):
        open_sealed(base64.b64encode(whole).decode(), some(1, 2))


@pytest.mark.parametrize(("seats", "needed"), [(0, 0), (0, 1), (2, 0), (2, 3)])
def test_nothing_is_sealed_that_nobody_or_anybody_could_open(seats, needed):
    with pytest.raises(ValueError, match="between one and nine"):
        seal(b"keuze", PUBLIC[:seats], needed=needed)


def test_a_tenth_officer_is_refused():
    with pytest.raises(ValueError, match="between one and nine"):
        seal(b"keuze", (*PUBLIC, PUBLIC[0]), needed=2)
