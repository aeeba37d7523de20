"""What stands in an archive of our own, read without taking it into memory. It trusts what it reads: no verifier."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from spreekt.modules.referendum.ballot import records
from spreekt.modules.referendum.ballot.archive import Step, read_event
from spreekt.modules.referendum.ballot.canonical import read_json, sha
from spreekt.modules.referendum.ballot.records import BrokenArchive, Record


class Event(NamedTuple):
    """One step, with the files that were written for it."""

    step: Step
    digest: str
    data: tuple[Record, ...]
    """The records between the event before and this one; the last is the one that the event names."""


class ArchiveReader:
    """An archive open for reading. Raises BrokenArchive wherever a body is not what its name says."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            first = next(records.scan(self._file), None)
            if first is None or first.name != records.FIRST_NAME:
                raise BrokenArchive("this is not an archive")
        except BaseException:
            self._file.close()
            raise
        self._begin = first.end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def events(self) -> Iterator[Event]:
        """All steps in order. Files written behind the last one are not seen."""
        data: list[Record] = []
        self._file.seek(self._begin)
        for record in records.scan(self._file):
            if record.is_event:
                event = read_event(self._body(record))
                yield Event(Step(event["type"]), record.digest, tuple(data))
                data = []
            else:
                data.append(record)

    def election(self) -> str:
        """The text of the election, as it was stored."""
        return self._part_of_setup("election")

    def trustees(self) -> str:
        """The text of the trustees file."""
        return self._part_of_setup("trustees")

    def ballots(self) -> Iterator[str]:
        """Every accepted ballot, also those that a later one replaces."""
        for event in self.events():
            if event.step is Step.BALLOT:
                yield self._text(event.data[-1])

    def counted_ballots(self) -> Iterator[str]:
        """The last ballot of each credential. Takes two walks; remembers 32 bytes and a number for each credential."""
        last = {sha(_credential_of(ballot)): place for place, ballot in enumerate(self.ballots())}
        counted = set(last.values())
        del last
        for place, ballot in enumerate(self.ballots()):
            if place in counted:
                yield ballot

    def encrypted_tally(self) -> str | None:
        """The text of the encrypted tally, None before there is one."""
        tally = next((event for event in self.events() if event.step is Step.ENCRYPTED_TALLY), None)
        return None if tally is None else self._text(tally.data[0])

    def partial_decryptions(self) -> dict[int, str]:
        """What each trustee published, by the trustee's number."""
        texts = {}
        for event in self.events():
            if event.step is Step.PARTIAL_DECRYPTION:
                texts[self._json(event.data[-1])["owner"]] = self._text(event.data[0])
        return texts

    def result(self) -> str | None:
        """The text of the result, None before there is one."""
        result = next((event for event in self.events() if event.step is Step.RESULT), None)
        return None if result is None else self._text(result.data[-1])

    def _part_of_setup(self, name: str) -> str:
        setup = next(self.events(), None)
        if setup is None or setup.step is not Step.SETUP:
            raise BrokenArchive("the archive has no beginning")
        wanted = self._json(setup.data[-1])[name]
        return next(self._text(record) for record in setup.data if record.digest == wanted)

    def _body(self, record: Record) -> bytes:
        return records.body_of(self._file, record)

    def _text(self, record: Record) -> str:
        return self._body(record).decode()

    def _json(self, record: Record) -> Any:
        return read_json(self._text(record))


def _credential_of(ballot: str) -> str:
    """The credential of an accepted ballot, which is canonical: no text before it can hold the name of the field."""
    return ballot.partition('"credential":"')[2].partition('"')[0]
