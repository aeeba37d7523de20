"""The mailing file: who gets a letter and where. It goes from the register keeper to the credential authority.

The platform writes it while it reads a roll file and keeps nothing of it: no name or address of the roll is stored.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TextIO

from spreekt.identity.addressee import Addressee
from spreekt.identity.register_file import RegisterEntry
from spreekt.kernel.delimited import cells, read_lines
from spreekt.web.listing import RISKY, safe_cell

HEADER = ("kiezer", "voornaam", "naam", "straat", "huisnummer", "bus", "postcode", "gemeente")
_HEX = frozenset("0123456789abcdef")
MOST_FAULTS = 200


class NotAMailing(Exception):
    """Faults by line, in English: whoever runs the tool is not a resident."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Voter:
    """One line of the mailing."""

    key: str
    addressee: Addressee


def writer(out: TextIO) -> Any:
    """A writer of `;`-separated lines with CRLF, as spreadsheets in Belgium read them."""
    return csv.writer(out, delimiter=";", lineterminator="\r\n")


def row(voter_key: str, entry: RegisterEntry) -> list[str]:
    """One line of the mailing, safe to open in a spreadsheet."""
    return [voter_key, *map(safe_cell, (entry.given_name, entry.family_name, entry.street, entry.house_number,
                                        entry.box, entry.postcode, entry.area))]  # fmt: skip


def read(stream: BinaryIO) -> Iterator[Voter]:
    """Every voter, one at a time. Raises NotAMailing at the end, with every fault, when there was one."""
    faults: list[str] = []
    seen: set[bytes] = set()
    for line in read_lines(stream):
        if line.number == 1:
            if line.text != ";".join(HEADER):
                raise NotAMailing([f"Line 1: the header must be {';'.join(HEADER)}"])
        elif line.fault is not None:
            faults.append(f"Line {line.number}: cannot be read ({line.fault.value}); save the file as CSV UTF-8.")
        elif not line.is_blank:
            voter = _voter(line.number, line.text, seen, faults)
            if voter is not None:
                yield voter
        if len(faults) >= MOST_FAULTS:
            break
    if not seen and not faults:
        faults.append("The file names no voter. Is it the mailing file of the roll?")
    if faults:
        raise NotAMailing(faults)


def _voter(number: int, text: str, seen: set[bytes], faults: list[str]) -> Voter | None:
    found = [_plain(cell) for cell in cells(text)]
    if len(found) != len(HEADER):
        faults.append(f"Line {number}: {len(HEADER)} columns are needed, there are {len(found)}.")
        return None
    key, *address = found
    if len(key) != 64 or not _HEX.issuperset(key):
        faults.append(f"Line {number}: the first column must be a voter key of 64 hexadecimal characters.")
        return None
    digest = bytes.fromhex(key)
    if digest in seen:
        faults.append(f"Line {number}: this voter key stands in an earlier line too.")
        return None
    seen.add(digest)
    voter = Voter(key, Addressee(*address))
    if not (voter.addressee.name and voter.addressee.street and voter.addressee.postcode):
        faults.append(f"Line {number}: a letter needs a name, a street and a postcode.")
        return None
    return voter


def _plain(cell: str) -> str:
    """Without the quote that kept a spreadsheet from calculating."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell
