"""What every letter on paper shares: where the window of the envelope is, and which letters a printer's fonts have."""

import unicodedata

WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH = 110.0, 50.0, 85.0  # mm: a window at the right, as Belgian envelopes have
MARGIN = 25.0
_APART = str.maketrans(
    {
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "İ": "I", "Œ": "Oe", "œ": "oe", "ẞ": "SS", "Ħ": "H",
        "ħ": "h", "ŋ": "n", "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...",
        "\N{NO-BREAK SPACE}": " ", "€": "EUR",
    }
)  # fmt: skip


def printable(text: str) -> str:
    """Text in the letters that the printer's own fonts have: Western European ones as they are, others without marks.

    A letter of another script becomes "?": better one sign missing than no letter at all.
    """
    return "".join(map(_printable_sign, unicodedata.normalize("NFC", text).translate(_APART)))


def _printable_sign(sign: str) -> str:
    for form in (sign, unicodedata.normalize("NFKD", sign).translate(_APART)):
        kept = "".join(part for part in form if not unicodedata.combining(part))
        if kept.isprintable() and kept == kept.encode("latin-1", "ignore").decode("latin-1"):
            return kept
    return "?"
