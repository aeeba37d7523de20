"""Lines of text that stay within the width of a sheet: wrapping, and smaller letters for a long name."""

from functools import cache

from fpdf import FPDF

from spreekt.notices.paper import MARGIN, printable
from spreekt.notices.sheets import Font, Ink

WIDTH = 160.0
LINE = 5.2


def write(ink: Ink, y: float, text: str) -> float:
    """A paragraph over the width of the page; where the next line begins."""
    for line in wrapped(printable(text)):
        ink.line(MARGIN, y, 11, Font.PLAIN, line)
        y += LINE
    return y


def wrapped(text: str, width: float = WIDTH, size: float = 11) -> list[str]:
    """The lines of a paragraph."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and _width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def fitting(line: str, size: float, width: float, font: Font = Font.PLAIN) -> float:
    """The size at which a line stays within a width: a long name gets smaller letters."""
    while _width(line, size, font) > width and size > 6:
        size -= 0.5
    return size


def _width(text: str, size: float, font: Font = Font.PLAIN) -> float:
    """In millimetres."""
    measure = _measure(font)
    measure.set_font_size(size)
    return float(measure.get_string_width(text))


@cache
def _measure(font: Font) -> FPDF:
    sheet = FPDF(format="A4")
    sheet.set_font("helvetica", "B" if font is Font.BOLD else "", 11)
    return sheet
