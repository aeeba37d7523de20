"""The records of which a `.bel` archive is made: a header of 512 bytes, a body, padding. No elections here.

Source: protocol section 5.3. The format looks like tar but no tar program writes it: no end blocks, one time for all.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal

from spreekt.modules.referendum.ballot.canonical import hex_of

FIRST_NAME: Final = "BELENIOS"
Kind = Literal["data", "event"]

_BLOCK = 512
_COPIED = 1 << 16
_LONGEST = 8**11 - 1


class BrokenArchive(ValueError):
    """The bytes are not an archive; the message says what and where."""


class CutOff(BrokenArchive):
    """The last record has no end: it was being written, or the file is not whole."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where one record stands in the file. `start` is the first byte of its header, `size` that of its body."""

    name: str
    start: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it, padding included."""
        return self.start + _BLOCK + _padded(self.size)

    @property
    def digest(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_event(self) -> bool:
        return self.name.endswith(".event.json")


def append(file: BinaryIO, kind: Kind, body: bytes, *, timestamp: int) -> str:
    """Write one record at the place where the file stands; its name is the digest that comes back."""
    digest = hex_of(body)
    append_named(file, f"{digest}.{kind}.json", body, timestamp=timestamp)
    return digest


def append_named(file: BinaryIO, name: str, body: bytes, *, timestamp: int) -> None:
    file.write(_header(name, len(body), timestamp) + body + bytes(_padded(len(body)) - len(body)))


def append_parts(file: BinaryIO, parts: Iterable[bytes], *, timestamp: int) -> str:
    """Write one data record of which only a part is in memory at a time. The file must be seekable."""
    start, size, digest = file.tell(), 0, hashlib.sha256()
    file.write(_header("unfinished", _LONGEST, timestamp))  # ends behind the file: after a fall, seen as cut off
    for part in parts:
        digest.update(part)
        size += file.write(part)
    file.write(bytes(_padded(size) - size))
    end = file.tell()
    file.seek(start)
    file.write(_header(f"{digest.hexdigest()}.data.json", size, timestamp))
    file.seek(end)
    return digest.hexdigest()


def scan(file: BinaryIO) -> Iterator[Record]:
    """All records from where the file stands, their bodies skipped. Raises BrokenArchive, CutOff at the end."""
    position, length = file.tell(), _length(file)
    while position < length:
        file.seek(position)
        record = _read_header(file.read(_BLOCK), position) if position + _BLOCK <= length else None
        if record is None or record.end > length:
            raise CutOff(f"the record at byte {position} is cut off")
        yield record
        position = record.end


def last_event(file: BinaryIO) -> Record | None:
    """The event with which the file ends, looked for there only; None if the file does not end with one.

    No text of an archive can look like it: a header has NUL bytes, JSON has none.
    """
    start = _length(file) - 2 * _BLOCK
    if start < 0:
        return None
    file.seek(start)
    try:
        record = _read_header(file.read(_BLOCK), start)
        body_of(file, record)
    except BrokenArchive:
        return None
    return record if record.is_event and record.end == start + 2 * _BLOCK else None


def body_of(file: BinaryIO, record: Record) -> bytes:
    """The body of a record, checked against its name. Raises BrokenArchive."""
    file.seek(record.start + _BLOCK)
    body = file.read(record.size)
    if len(body) != record.size or (record.name != FIRST_NAME and hex_of(body) != record.digest):
        raise BrokenArchive(f"the record at byte {record.start} is not what its name says")
    return body


def parts_of(file: BinaryIO, record: Record) -> Iterator[bytes]:
    """The body of a long record piece by piece, not checked against its name."""
    for offset in range(0, record.size, _COPIED):
        file.seek(record.start + _BLOCK + offset)
        yield file.read(min(_COPIED, record.size - offset))


def timestamp_of(file: BinaryIO, record: Record) -> int:
    """The time in the header of a record, in seconds since 1970."""
    file.seek(record.start + 136)
    return _octal(file.read(11), record.start)


def _header(name: str, size: int, timestamp: int) -> bytes:
    """Name at 0, mode at 100, owner at 108, group at 116, size at 124, time at 136, checksum at 148, type at 156."""
    before = b"%b0000644\x000000000\x000000000\x00%011o\x00%011o\x00" % (
        name.encode().ljust(100, b"\0"),
        size,
        timestamp,
    )
    checksum = sum(before) + sum(b"        0")  # its own eight bytes count as spaces
    return (before + b"%06o\x00 0" % checksum).ljust(_BLOCK, b"\0")


def _read_header(header: bytes, position: int) -> Record:
    """Refuses whatever this module would not have written: the header is made again and compared."""
    try:
        name = header[:100].rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError:
        raise BrokenArchive(f"there is no record at byte {position}") from None
    size, timestamp = _octal(header[124:135], position), _octal(header[136:147], position)
    if header == _header(name, size, timestamp):
        return Record(name, position, size)
    raise BrokenArchive(f"there is no record at byte {position}")


def _octal(digits: bytes, position: int) -> int:
    if len(digits) != 11 or not set(digits) <= set(b"01234567"):
        raise BrokenArchive(f"there is no record at byte {position}")
    return int(digits, 8)


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _length(file: BinaryIO) -> int:
    position = file.tell()
    length = file.seek(0, 2)
    file.seek(position)
    return length
