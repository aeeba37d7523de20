"""Writes A4 pages straight into a PDF file: letters in two fonts, and squares. What they say is in letters.py.

A library builds a whole document in memory; tens of thousands of letters are written page by page instead, and what all
pages share stands in the file once. Only the standard fonts, so nothing is embedded. Source: ISO 32000-1, 7.5 and 8.10.
"""

import zlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import BinaryIO

_POINT = 72 / 25.4  # points in a millimetre
_HEIGHT, _WIDTH = 297.0, 210.0


class Font(StrEnum):
    """The fonts every printer has."""

    PLAIN = "Helvetica"
    BOLD = "Helvetica-Bold"
    CODE = "Courier-Bold"


_FONT_OBJECTS = {font: number for number, font in enumerate(Font, start=3)}
_SHARED, _INFO, _FIRST_FREE = 6, 7, 8


class Ink:
    """What is drawn on one page, in millimetres from the upper left corner."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def line(self, x: float, y: float, size: float, font: Font, words: str) -> None:
        """One line, `y` at its foot; `words` in Latin-1."""
        escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        place = f"{x * _POINT:.2f} {(_HEIGHT - y) * _POINT:.2f}"
        self._parts.append(f"BT /F{_FONT_OBJECTS[font]} {size} Tf {place} Td ({escaped}) Tj ET")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """The outline of a rectangle."""
        corner = f"{x * _POINT:.2f} {(_HEIGHT - y - height) * _POINT:.2f}"
        self._parts.append(f"0.35 G 0.6 w {corner} {width * _POINT:.2f} {height * _POINT:.2f} re S")

    def squares(self, x: float, y: float, side: float, rows: Sequence[Iterable[int]]) -> None:
        """Rows of dark and light squares, fitted in a square of `side`."""
        unit = side * _POINT / len(rows)
        drawn = [f"q {unit:.4f} 0 0 {-unit:.4f} {x * _POINT:.2f} {(_HEIGHT - y) * _POINT:.2f} cm"]
        for top, row in enumerate(rows):
            start: int | None = None
            for left, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = left
                elif not dark and start is not None:
                    drawn.append(f"{start} {top} {left - start} 1 re")
                    start = None
        self._parts.append("\n".join([*drawn, "f Q"]))

    @property
    def stream(self) -> bytes:
        return "\n".join(self._parts).encode("latin-1", "replace")


class Sheets:
    """A PDF file that grows page by page. `shared` is drawn on every page, under what the page has of its own."""

    def __init__(self, out: BinaryIO, shared: Ink, *, title: str) -> None:
        self._out, self._at, self._pages = out, 0, list[int]()
        self._places: dict[int, int] = {}
        self._next = _FIRST_FREE
        self._write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        self._object(1, b"<< /Type /Catalog /Pages 2 0 R /Lang (nl-BE) >>")
        for font, number in _FONT_OBJECTS.items():
            kind = f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
            self._object(number, kind.encode())
        head = f"/Type /XObject /Subtype /Form /BBox [0 0 {_WIDTH * _POINT:.2f} {_HEIGHT * _POINT:.2f}]"
        self._stream(_SHARED, shared.stream, f"{head} /Resources {_fonts()}")
        words = title.encode("utf-16-be").hex()
        self._object(_INFO, f"<< /Title <FEFF{words}> >>".encode())

    def page(self, ink: Ink) -> None:
        """One page more."""
        number, content = self._next, self._next + 1
        self._next += 2
        self._pages.append(number)
        resources = f"{_fonts()[:-2]} /XObject << /S {_SHARED} 0 R >> >>"
        media = f"[0 0 {_WIDTH * _POINT:.2f} {_HEIGHT * _POINT:.2f}]"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox {media} /Resources {resources} /Contents {content} 0 R >>"
        self._object(number, page.encode())
        self._stream(content, b"/S Do\n" + ink.stream, "")

    def close(self) -> None:
        """Write what a reader looks for first: the list of pages and where everything is."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(2, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>".encode())
        start = self._at
        rows = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, self._next))
        self._write(f"xref\n0 {self._next}\n0000000000 65535 f \n{rows}".encode())
        trailer = f"<< /Size {self._next} /Root 1 0 R /Info {_INFO} 0 R >>"
        self._write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode())

    def _stream(self, number: int, content: bytes, head: str) -> None:
        packed = zlib.compress(content, 6)
        words = f"<< {head} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        self._object(number, words + packed + b"\nendstream")

    def _object(self, number: int, body: bytes) -> None:
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._at += len(content)


def _fonts() -> str:
    names = " ".join(f"/F{number} {number} 0 R" for number in _FONT_OBJECTS.values())
    return f"<< /Font << {names} >> >>"
