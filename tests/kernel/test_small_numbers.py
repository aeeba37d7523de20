"""Figures about few people are left out, with what would give them back."""

from hypothesis import given
from hypothesis import strategies as some

from spreekt.kernel.small_numbers import FEWEST, shown


def test_a_small_crowd_is_left_out_whole():
    assert shown(9, (4, 5)) == (None, (None, None))


def test_a_small_part_takes_the_smallest_other_part_along():
    assert shown(60, (5, 20, 35)) == (60, (None, None, 35))
    assert shown(40, (12, 28)) == (40, (12, 28))
    assert shown(33, (3, 30)) == (33, (None, None))


def test_parts_that_are_small_together_take_a_third_along():
    assert shown(45, (1, 2, 12, 30)) == (45, (None, None, None, 30))


@given(some.lists(some.integers(min_value=0, max_value=60), min_size=1, max_size=6))
def test_what_is_shown_tells_no_small_crowd(parts):
    whole, kept = shown(sum(parts), parts)

    hidden = [part for part, said in zip(parts, kept, strict=True) if said is None]
    assert whole is None or whole >= FEWEST
    assert all(said is None or said >= FEWEST for said in kept)
    if whole is not None and hidden:
        assert sum(hidden) >= FEWEST
        assert len(hidden) > 1 or len(parts) == 1
