"""Sheets as people type them or a scanner writes them: "p3 p12", "p3=5 p7=2", "blanco", "ongeldig". No database.

A ranking is typed in its order: "p7 p3" is p7 on place 1. Capitals do not matter.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from spreekt.kernel.delimited import read_lines
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.voting.game import Game, Marks, NotABallot

MOST_SHEETS = 500
HEADER = "blad;keuze"


class Kind(StrEnum):
    """What a sheet is."""

    VALID = "geldig"
    BLANK = "blanco"
    INVALID = "ongeldig"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a pile."""

    kind: Kind
    marks: Mapping[str, int] = field(default_factory=dict, repr=False)


class UnknownProject(Invalid):
    """The argument is what was typed."""

    says = N_("“{0}” is geen code van een project op dit stembiljet. Kijk het blad na.")


class NotRead(Invalid):
    """The argument is what was typed."""

    says = N_("“{0}” kunnen we niet lezen. Typ codes met een spatie ertussen, en bij punten zoals p3=5.")


class SheetInvalid(Invalid):
    """These marks are no ballot. The argument is why."""

    says = N_("{0} Kijk het blad na. Staat het echt zo op papier? Kies dan “ongeldig”.")


class BadLine(Invalid):
    """The arguments are the line and what is wrong."""

    says = N_("Regel {0}: {1} Er is niets ingelezen.")


def sheet_of(typed: str, game: Game, costs: Mapping[str, int]) -> Sheet:
    """One sheet from its words. Raises UnknownProject, NotRead, SheetInvalid."""
    words = re.split(r"[\s,;]+", typed.strip())
    if typed.strip().lower() in (Kind.BLANK, Kind.INVALID):
        return Sheet(Kind(typed.strip().lower()))
    if words == [""]:
        return Sheet(Kind.BLANK)
    codes = {code.lower(): code for code in costs}
    marks: dict[str, int] = {}
    for place, word in enumerate(words, start=1):
        name, equals, number = word.partition("=")
        code = codes.get(name.lower())
        if code is None:
            raise UnknownProject(name[:20])
        if bool(equals) is not (game.method is VoteMethod.POINTS) or (equals and not _is_whole(number)):
            raise NotRead(word[:30])
        if code in marks:
            raise SheetInvalid(N_("Een project staat er twee keer."))
        marks[code] = int(number) if equals else (place if game.method is VoteMethod.RANKING else 1)
    try:
        return Sheet(Kind.VALID, dict(game.check(marks, costs)))
    except NotABallot as refusal:
        raise SheetInvalid(str(refusal.says).format(*refusal.args)) from None


def words_of(sheet: Sheet, game: Game) -> str:
    """The sheet as it would be typed."""
    if sheet.kind is not Kind.VALID:
        return sheet.kind.value
    if game.method is VoteMethod.POINTS:
        return " ".join(f"{code}={points}" for code, points in sheet.marks.items())
    if game.method is VoteMethod.RANKING:
        return " ".join(sorted(sheet.marks, key=lambda code: sheet.marks[code]))
    return " ".join(sheet.marks)


def read_file(stream: BinaryIO, game: Game, costs: Mapping[str, int]) -> list[Sheet]:
    """Every sheet of a scanner's file, in order; all of it or nothing. Raises BadLine with the first fault."""
    found: list[Sheet] = []
    for line in read_lines(stream):
        if line.fault is not None:
            raise BadLine(line.number, line.fault.message)
        if line.is_blank or (line.number == 1 and line.text.strip().lower() == HEADER):
            continue
        number, semicolon, typed = line.text.partition(";")
        if not semicolon or number.strip() != str(len(found) + 1):
            raise BadLine(line.number, f"hier hoort blad {len(found) + 1} te staan, zoals “{len(found) + 1};p3 p12”.")
        if len(found) == MOST_SHEETS:
            raise BadLine(line.number, f"een stapel heeft hoogstens {MOST_SHEETS} bladen. Maak er twee stapels van.")
        try:
            found.append(sheet_of(typed, game, costs))
        except Invalid as refusal:
            raise BadLine(line.number, str(refusal.says).format(*refusal.args)) from None
    return found


def written(sheets: Sequence[Sheet]) -> str:
    """Sheets in the form in which they are sealed."""
    return json.dumps([[sheet.kind, dict(sorted(sheet.marks.items()))] for sheet in sheets], separators=(",", ":"))


def read(text: str) -> list[Sheet]:
    """Sheets from their sealed form."""
    return [Sheet(Kind(kind), marks) for kind, marks in json.loads(text)]


def differing(one: Sequence[Sheet], other: Sequence[Sheet]) -> list[int]:
    """The sheets, from 1, on which two people disagree; a pile that is longer for one differs in its end."""
    longest = max(len(one), len(other))
    return [at + 1 for at in range(longest) if _at(one, at) != _at(other, at)]


def _at(sheets: Sequence[Sheet], at: int) -> tuple[Kind, Marks] | None:
    return (sheets[at].kind, sheets[at].marks) if at < len(sheets) else None


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7
