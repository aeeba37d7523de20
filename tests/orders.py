"""How much one order of the same things tells about another."""

from collections.abc import Sequence


def rank_correlation(one: Sequence[int], other: Sequence[int]) -> float:
    """Spearman's rho of two orders without ties: 1 the same, -1 the reverse, near 0 unrelated."""
    n = len(one)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (n * (n * n - 1))
