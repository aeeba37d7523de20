"""Reads the lines of a `;`-separated file without trusting it; what the columns mean is not here."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

LONGEST_LINE: Final = 2_000  # bytes
_BOM = b"\xef\xbb\xbf"


class LineFault(StrEnum):
    """Why a line cannot even be read."""

    ENCODING = "encoding"
    NUL = "nul"
    TOO_LONG = "too-long"

    @property
    def message(self) -> str:
        return _MESSAGES[self]


_MESSAGES = {
    LineFault.ENCODING: "De tekens zijn geen UTF-8. Bewaar het bestand als CSV UTF-8.",
    LineFault.NUL: "Er staat een NUL-teken in. Bewaar het bestand opnieuw als CSV UTF-8.",
    LineFault.TOO_LONG: f"De regel is langer dan {LONGEST_LINE} tekens. Kort ze in.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line, counted from 1, without its end: its text, or the fault that hides it."""

    number: int
    text: str
    fault: LineFault | None = None

    @property
    def is_blank(self) -> bool:
        return self.fault is None and not self.text.strip(" ;\t")


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Every line of a UTF-8 file, one at a time; a byte order mark is left out and memory stays bounded."""
    number = 0
    while chunk := stream.readline(LONGEST_LINE + 2):
        number += 1
        if not chunk.endswith(b"\n") and len(chunk) > LONGEST_LINE:
            while (rest := stream.readline(65_536)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, "", LineFault.TOO_LONG)
        else:
            yield _line(number, chunk.removeprefix(_BOM) if number == 1 else chunk)


def cells(text: str) -> list[str]:
    """The trimmed cells of one line; none when a quote stays open: no cell may run over a line end."""
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=";", strict=True), [])]
    except csv.Error:
        return []


def _line(number: int, raw: bytes) -> Line:
    try:
        text = raw.rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError:
        return Line(number, "", LineFault.ENCODING)
    if "\0" in text:
        return Line(number, "", LineFault.NUL)
    return Line(number, text)
