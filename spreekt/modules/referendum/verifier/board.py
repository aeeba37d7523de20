"""The order of an archive: which events follow which, and which ballot of a credential counts. No arithmetic here."""

import hashlib
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final, NamedTuple

from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.reading import canonical, fields
from spreekt.modules.referendum.verifier.records import Record, records


class Kind(StrEnum):
    """What an event says has happened."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


MEMBERS: Final = {
    Kind.SETUP: 4,
    Kind.BALLOT: 1,
    Kind.END_BALLOTS: 0,
    Kind.ENCRYPTED_TALLY: 2,
    Kind.PARTIAL_DECRYPTION: 2,
    Kind.RESULT: 1,
}
"""How many records stand before each event; the last of them is its payload."""
FOLLOWERS: Final[dict[Kind | None, tuple[Kind, ...]]] = {
    None: (Kind.SETUP,),
    Kind.SETUP: (Kind.BALLOT, Kind.END_BALLOTS),
    Kind.BALLOT: (Kind.BALLOT, Kind.END_BALLOTS),
    Kind.END_BALLOTS: (Kind.ENCRYPTED_TALLY,),
    Kind.ENCRYPTED_TALLY: (Kind.PARTIAL_DECRYPTION, Kind.RESULT),
    Kind.PARTIAL_DECRYPTION: (Kind.PARTIAL_DECRYPTION, Kind.RESULT),
    Kind.RESULT: (),
}
MOST_MEMBERS: Final = max(MEMBERS.values())


@dataclass(frozen=True, slots=True)
class Step:
    """One event and the records that belong to it."""

    kind: Kind
    members: tuple[Record, ...]


def steps(file: BinaryIO) -> Iterator[Step]:
    """All events in their order, chained and each with its records. Raises Fault at the first that is out of order."""
    last: Kind | None = None
    parent, height = "", 0
    members: list[Record] = []
    for record in records(file):
        with within(f"record {record.number}"):
            if not record.is_event:
                members.append(record)
                if len(members) > MOST_MEMBERS:
                    raise Fault("no event has so many records before it")
                continue
            kind = _kind_of(record, parent, height, members)
            if kind not in FOLLOWERS[last]:
                raise Fault(f"{kind} cannot follow {last}" if last else f"the first event must be Setup, not {kind}")
            if len(members) != MEMBERS[kind]:
                raise Fault(f"before {kind} there must be {MEMBERS[kind]} records, not {len(members)}")
        yield Step(kind, tuple(members))
        last, parent, height, members = kind, record.digest, height + 1, []
    if members:
        raise Fault(f"record {members[0].number}: the archive ends before the event that it belongs to")


def _kind_of(record: Record, parent: str, height: int, members: list[Record]) -> Kind:
    """The kind of an event that stands where its parent and height say, with the payload before it."""
    names = ["height", "type"]
    if parent:
        names.insert(0, "parent")
    if members:
        names.append("payload")
    value = canonical(record.body)
    fields(value, *names)
    if parent and value["parent"] != parent:
        raise Fault("the parent is not the event before it")
    if type(value["height"]) is not int or value["height"] != height:
        raise Fault(f"the height must be {height}")
    if members and value["payload"] != members[-1].digest:
        raise Fault("the payload is not the record before it")
    kind = value["type"]
    if kind not in list(Kind):
        raise Fault("this type of event does not exist")
    return Kind(kind)


_CREDENTIAL: Final = re.compile(rb'\{"election_uuid":"[^"]*","election_hash":"[^"]*","credential":"([0-9]+)",')


class Slip(NamedTuple):
    """What the worker that checks a ballot must know besides the ballot."""

    number: int
    body_at: int
    """Offset in the file; size in bytes."""
    size: int
    is_listed: bool
    """Its credential is in the public list."""
    counts: bool
    """No later ballot of the same credential replaces it."""
    same_as: int | None
    """The earlier ballot of which this is a copy."""


class BallotBox:
    """Where each ballot stands in the file, and which one of a credential came last.

    Keeps some 200 bytes a ballot and 150 a credential, and no ballot.
    """

    def __init__(self, credentials: list[str]) -> None:
        self._last = {hashlib.sha256(text.encode()).digest(): 0 for text in credentials}
        self._credential_of: list[bytes | None] = []
        self._numbers: dict[bytes, int] = {}
        self._doubles: dict[int, int] = {}
        self._places = array("Q")  # offset and size of each ballot, one after the other

    def __len__(self) -> int:
        return len(self._credential_of)

    def put(self, record: Record) -> None:
        """Take note of the next ballot. What is wrong with it is said in its turn, by the workers."""
        number = len(self) + 1
        match = _CREDENTIAL.match(record.body)
        owner = hashlib.sha256(match[1]).digest() if match else None
        if owner not in self._last:
            owner = None
        elif owner is not None:
            self._last[owner] = number
        self._credential_of.append(owner)
        first = self._numbers.setdefault(bytes.fromhex(record.digest), number)
        if first != number:
            self._doubles[number] = first
        self._places.extend((record.body_at, len(record.body)))

    @property
    def counted(self) -> int:
        """Of how many credentials there is a ballot."""
        return sum(1 for last in self._last.values() if last)

    def slips(self, first: int, most: int) -> list[Slip]:
        """Up to `most` ballots from this one on; ballots are numbered from 1."""
        return [self._slip(number) for number in range(first, min(first + most, len(self) + 1))]

    def _slip(self, number: int) -> Slip:
        owner = self._credential_of[number - 1]
        return Slip(
            number=number,
            body_at=self._places[2 * number - 2],
            size=self._places[2 * number - 1],
            is_listed=owner is not None,
            counts=owner is not None and self._last[owner] == number,
            same_as=self._doubles.get(number),
        )
