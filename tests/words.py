"""What a text says, told apart from what its hashes and sealed bytes happen to spell."""

import re


def says(text: str, words: str) -> bool:
    """Whether these words stand in the text on their own, not inside a longer run of letters or digits.

    A page or a row full of digests holds every short run of digits sooner or later: `"1985" not in row` fails
    once in some hundred runs although no year is there.
    """
    return re.search(rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", text) is not None
