"""Text in the letters that a printer has. What a letter says is elsewhere."""

import unicodedata

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
