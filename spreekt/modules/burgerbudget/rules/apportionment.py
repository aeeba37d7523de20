"""Dividing an amount in proportion to votes: largest remainder, exact.

Source: Hamilton's method, as in M. L. Balinski and H. P. Young, Fair Representation (1982), chapter 3.
"""

from collections.abc import Mapping


def largest_remainder(amount: int, votes: Mapping[str, int]) -> dict[str, int]:
    """Whole parts of `amount` in proportion to `votes`; together they are the amount.

    Everybody gets their share rounded down; what is left goes one by one to the largest remainders, and among equal
    ones to who stands first. All zero when nobody has a vote.
    """
    if amount < 0 or any(number < 0 for number in votes.values()):
        raise ValueError("neither the amount nor a number of votes can be below zero")
    whole = sum(votes.values())
    if not whole:
        return dict.fromkeys(votes, 0)
    parts = {name: amount * number // whole for name, number in votes.items()}
    left = amount - sum(parts.values())
    for name in sorted(votes, key=lambda name: -(amount * votes[name] % whole))[:left]:
        parts[name] += 1
    return parts
