"""The three tables of a .pb file as cells with line numbers. What the cells mean is read in pabulib.py."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import NamedTuple

SECTIONS = ("META", "PROJECTS", "VOTES")
_END = "\x00end"
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Fault(NamedTuple):
    """One thing wrong with a file, at a line counted from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class NotAPbFile(ValueError):
    """The file cannot be counted; `faults` holds everything wrong with it, in order of line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Row(NamedTuple):
    """A row of a table: the line it begins at, and its non-empty cells by lower-case column name."""

    line: int
    cells: Mapping[str, str]


@dataclass
class Tables:
    """META as (line, value) by key; PROJECTS and VOTES as rows; and the faults met on the way."""

    meta: dict[str, tuple[int, str]] = field(default_factory=dict)
    projects: list[Row] = field(default_factory=list)
    votes: list[Row] = field(default_factory=list)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    last_line: int = 1

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(line, message))


def read_tables(text: str) -> Tables:
    """Cut the text into its tables; every fault of form is noted, nothing is raised."""
    tables = Tables()
    if _NO_TEXT.search(text):
        for line, words in enumerate(re.split("\r\n|\r|\n", text), start=1):
            if _NO_TEXT.search(words):
                tables.fault(line, "a character that is no text (a NUL, or half a letter)")
        text = _NO_TEXT.sub("?", text)
    section = ""
    for line, cells in _records(text, tables):
        name = cells[0].upper()
        if name in SECTIONS and not any(cells[1:]):
            if name == section or name in tables.columns:
                tables.fault(line, f"section {name} begins a second time")
            section = name
        elif not section:
            tables.fault(line, f"{cells[0][:40]!r} stands before the first section; a file begins with META")
            section = "?"
        elif section != "?":
            _take(tables, section, line, cells)
    for name in SECTIONS:
        if name not in tables.columns:
            tables.fault(tables.last_line, f"there is no {name} section with a header line")
    return tables


def _records(text: str, tables: Tables) -> Iterator[tuple[int, list[str]]]:
    """Each non-empty record with the line it begins at. A quote that never closes swallows the end mark."""
    reader = csv.reader(StringIO(f"{text}\n{_END}", newline=""), delimiter=";")
    begins = 1
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except csv.Error:
            tables.fault(begins, "a quoted cell is not closed, or a cell is longer than 131,072 characters")
            return
        if cells == [_END]:
            return
        if cells and _END in cells[-1]:
            tables.fault(begins, 'a quote (") is opened here and never closed')
            return
        if any(cells):
            tables.last_line = begins
            yield begins, cells
        begins = reader.line_num + 1


def _take(tables: Tables, section: str, line: int, cells: list[str]) -> None:
    header = tables.columns.get(section)
    if header is None:
        columns = tuple(cell.lower() for cell in cells)
        if section == "META" and columns[:2] != ("key", "value"):
            tables.fault(line, "META needs the header key;value")
        for column in sorted({column for column in columns if column and columns.count(column) > 1}):
            tables.fault(line, f"column {column!r} is there twice")
        tables.columns[section] = columns
        return
    if any(cells[len(header) :]):
        found = f"{len(cells)} cells, but {section} has {len(header)} columns"
        tables.fault(line, f"{found}; put quotes around text with a ';'")
    row = Row(line, {column: cell for column, cell in zip(header, cells, strict=False) if column and cell})
    if section == "PROJECTS":
        tables.projects.append(row)
    elif section == "VOTES":
        tables.votes.append(row)
    elif not cells[0]:
        tables.fault(line, "a value without a key")
    elif cells[0] in tables.meta:
        tables.fault(line, f"key {cells[0]!r} is there twice (first on line {tables.meta[cells[0]][0]})")
    else:
        tables.meta[cells[0]] = (line, cells[1] if len(cells) > 1 else "")
