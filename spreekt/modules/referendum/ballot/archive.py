"""The public archive of an election, written: who may vote, every ballot, the count; each step names the one before.

Reading is in archive_reader.py, the bytes of a record in records.py. Source: protocol sections 5.2 and 5.3.
"""

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from spreekt.modules.referendum.ballot import records
from spreekt.modules.referendum.ballot.canonical import NotStrictJson, compact, hex_of, read_json
from spreekt.modules.referendum.ballot.records import BrokenArchive, CutOff


class Step(StrEnum):
    """What an event says has happened."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


FOLLOWS: Final[dict[Step | None, frozenset[Step]]] = {
    None: frozenset({Step.SETUP}),
    Step.SETUP: frozenset({Step.BALLOT, Step.END_BALLOTS}),
    Step.BALLOT: frozenset({Step.BALLOT, Step.END_BALLOTS}),
    Step.END_BALLOTS: frozenset({Step.ENCRYPTED_TALLY}),
    Step.ENCRYPTED_TALLY: frozenset({Step.PARTIAL_DECRYPTION}),
    Step.PARTIAL_DECRYPTION: frozenset({Step.PARTIAL_DECRYPTION, Step.RESULT}),
    Step.RESULT: frozenset(),
}
"""Which steps may come after which; before the first there is none."""


class OutOfOrder(Exception):
    """A step that cannot come now: {0} after {1}."""

    def __str__(self) -> str:
        return f"{self.args[0]} cannot come after {self.args[1]}"


class NotSorted(Exception):
    """Credentials that are not in order, or one that stands there twice: their order would tell whose they are."""


class Archive:
    """An archive open for writing: whatever is in the file stays, steps are added behind it.

    A step is durable after `sync`. Opened again after a fall, an archive ends at its last whole step.
    """

    def __init__(self, file: BinaryIO, timestamp: int, *, last: str | None, height: int, step: Step | None) -> None:
        self._file = file
        self._timestamp = timestamp
        self._last = last
        self._height = height
        self._step = step

    @classmethod
    def create(cls, path: Path, *, timestamp: int) -> Self:
        """A new archive. `timestamp`: of the whole archive, seconds since 1970. Raises FileExistsError."""
        file = path.open("x+b")
        first = compact({"version": 1, "timestamp": str(timestamp)}).encode()
        records.append_named(file, records.FIRST_NAME, first, timestamp=timestamp)
        return cls(file, timestamp, last=None, height=0, step=None)

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """An archive that was written earlier. What stands behind its last event, after a fall, is cut off.

        Takes as long for a large archive as for a small one, unless there is something to cut off. The chain itself is
        not verified again. Raises BrokenArchive.
        """
        file = path.open("r+b")
        try:
            timestamp, last, end = _last_event(file)
            if last is None:
                archive = cls(file, timestamp, last=None, height=0, step=None)
            else:
                event = read_event(records.body_of(file, last))
                archive = cls(file, timestamp, last=last.digest, height=event["height"] + 1, step=Step(event["type"]))
            file.truncate(end)
            file.seek(end)
        except BaseException:
            file.close()
            raise
        return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def step(self) -> Step | None:
        """The last step, None before the first."""
        return self._step

    @property
    def height(self) -> int:
        """How many steps there are."""
        return self._height

    @property
    def last_event(self) -> str | None:
        """The digest of the last event: whoever keeps it can tell that nothing before it was changed."""
        return self._last

    def sync(self) -> None:
        """Everything written so far is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def setup(self, *, election: str, trustees: str, credentials: Iterable[str]) -> None:
        """The first step. `credentials`: decimal texts, sorted as texts, each once; read one at a time.

        Raises NotSorted, and then nothing of it is written.
        """
        self._expect(Step.SETUP)
        begin = self._file.tell()
        try:
            setup = {
                "election": self._data(election),
                "trustees": self._data(trustees),
                "credentials": records.append_parts(self._file, _public_list(credentials), timestamp=self._timestamp),
            }
        except BaseException:
            self._file.seek(begin)
            self._file.truncate()
            raise
        self._event(Step.SETUP, self._data(compact(setup)))

    def ballot(self, text: str) -> None:
        """An accepted ballot. That it is new, and of whom, was asked before."""
        self._expect(Step.BALLOT)
        self._event(Step.BALLOT, self._data(text))

    def end_ballots(self) -> None:
        """No ballot comes after this."""
        self._expect(Step.END_BALLOTS)
        self._event(Step.END_BALLOTS)

    def encrypted_tally(self, *, tally: str, sized: str) -> None:
        """What is to be opened; both texts come from tally.py."""
        self._expect(Step.ENCRYPTED_TALLY)
        self._data(tally)
        self._event(Step.ENCRYPTED_TALLY, self._data(sized))

    def partial_decryption(self, owner: int, text: str) -> None:
        """What one trustee computed. `owner`: the trustee's number from 1."""
        self._expect(Step.PARTIAL_DECRYPTION)
        self._event(Step.PARTIAL_DECRYPTION, self._data(compact({"owner": owner, "payload": self._data(text)})))

    def result(self, text: str) -> None:
        """What was counted. Nothing comes after it."""
        self._expect(Step.RESULT)
        self._event(Step.RESULT, self._data(text))

    def _expect(self, step: Step) -> None:
        if step not in FOLLOWS[self._step]:
            raise OutOfOrder(step, self._step or "the beginning")

    def _data(self, text: str) -> str:
        return records.append(self._file, "data", text.encode(), timestamp=self._timestamp)

    def _event(self, step: Step, payload: str | None = None) -> None:
        event: dict[str, Any] = {} if self._last is None else {"parent": self._last}
        event |= {"height": self._height, "type": step.value}
        if payload is not None:
            event["payload"] = payload
        self._last = records.append(self._file, "event", compact(event).encode(), timestamp=self._timestamp)
        self._height += 1
        self._step = step


def read_event(body: bytes) -> dict[str, Any]:
    """The fields of an event that this module wrote. Raises BrokenArchive."""
    try:
        event = read_json(body.decode())
        Step(event["type"])
        if not isinstance(event["height"], int):
            raise TypeError
    except (NotStrictJson, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise BrokenArchive(f"the event {hex_of(body)[:8]} cannot be read") from None
    return dict(event)


def _last_event(file: BinaryIO) -> tuple[int, records.Record | None, int]:
    """The time of the archive, its last event if there is one, and the byte behind that."""
    found = records.scan(file)
    first = next(found, None)
    if first is None or first.name != records.FIRST_NAME:
        raise BrokenArchive("this is not an archive")
    timestamp, last = records.timestamp_of(file, first), records.last_event(file)
    if last is None:
        try:
            for record in found:
                if record.is_event:
                    last = record
        except CutOff:
            pass  # the tail of a write that never ended; nothing behind the last event was ever counted
    return timestamp, last, (last or first).end


def _public_list(credentials: Iterable[str]) -> Iterator[bytes]:
    yield b"["
    before = ""
    for credential in credentials:
        if credential <= before:
            raise NotSorted
        yield f'{"," if before else ""}"{credential}"'.encode()
        before = credential
    yield b"]"
