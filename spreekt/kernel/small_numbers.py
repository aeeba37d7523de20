"""When a number of people is too small to publish: in a small crowd, figures tell about persons."""

from collections.abc import Sequence

FEWEST = 10
"""A figure about fewer people is left out, and so is whatever would give it back by subtraction."""


def shown(whole: int, parts: Sequence[int], *, fewest: int = FEWEST) -> tuple[int | None, tuple[int | None, ...]]:
    """A whole and the parts it consists of, as they may be published; None is left out.

    Hidden parts must be several and together no small crowd, or the whole less the rest would tell them; the smallest
    others go with them until they are. A part of nobody is hidden too: that nobody said something can tell as much.
    """
    if whole < fewest:
        return None, tuple(None for _part in parts)
    by_size = sorted(range(len(parts)), key=lambda place: parts[place])
    hidden = [place for place in by_size if parts[place] < fewest]
    while hidden and len(hidden) < len(parts) and (len(hidden) < 2 or sum(parts[place] for place in hidden) < fewest):
        hidden = by_size[: len(hidden) + 1]
    return whole, tuple(None if place in hidden else part for place, part in enumerate(parts))
