"""The archive as a file: a tar of which every byte is prescribed. What it holds is not here."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.reading import canonical, fields, text, whole

BLOCK: Final = 512
LARGEST: Final = 256 << 20
"""Bytes of one record: room for 400,000 credentials. What claims to be larger is refused before it is read."""
_OCTAL = re.compile(rb"[0-7]{11}")
_SECONDS = re.compile(r"0|[1-9][0-9]{0,9}")
_NAME = re.compile(rb"([0-9a-f]{64})\.(data|event)\.json")


@dataclass(frozen=True, slots=True)
class Record:
    """One file in the archive."""

    number: int
    """From 1; the opening record is 1."""
    body_at: int
    """Offset of the body in the file, in bytes."""
    body: bytes
    digest: str
    """SHA-256 of the body in lower-case hex, which is also what the record is called."""
    is_event: bool


def records(file: BinaryIO) -> Iterator[Record]:
    """All records after the opening one; raises Fault at the first that is not as prescribed."""
    number, at, seconds = 1, 0, 0
    while head := file.read(BLOCK):
        with within(f"record {number} (byte {at})"):
            body = _body(file, head)
            name = head[:100].rstrip(b"\0")
            if number == 1:
                if name != b"BELENIOS":
                    raise Fault("an archive opens with a record called BELENIOS")
                seconds = _opening_seconds(body)
            if head != header(name, len(body), seconds):
                raise Fault("the header is not the prescribed one for this name, size and moment")
            if number > 1:
                match = _NAME.fullmatch(name)
                digest = hashlib.sha256(body).hexdigest()
                if not match:
                    raise Fault("the name is not a SHA-256 with .data.json or .event.json")
                if match[1].decode() != digest:
                    raise Fault(f"the name is not the SHA-256 of the contents, which is {digest}")
                yield Record(number, at + BLOCK, body, digest, match[2] == b"event")
        number += 1
        at = file.tell()
    if number == 1:
        raise Fault("the file is empty")


def _body(file: BinaryIO, head: bytes) -> bytes:
    if len(head) < BLOCK:
        raise Fault("the file ends in the middle of a header")
    if not any(head):
        raise Fault("a block of zeroes, which this kind of archive never has")
    if not _OCTAL.fullmatch(head[124:135]):
        raise Fault("the size is not written as eleven octal digits")
    size = int(head[124:135], 8)
    if not 0 < size <= LARGEST:
        raise Fault(f"a size of {size} bytes is not possible")
    body = file.read(size)
    padding = file.read(-size % BLOCK)
    if len(body) < size or len(padding) < -size % BLOCK:
        raise Fault("the file ends in the middle of a record")
    if any(padding):
        raise Fault("what fills up the last block is not all zeroes")
    return body


def _opening_seconds(body: bytes) -> int:
    """The one moment that every header carries."""
    version, timestamp = fields(canonical(body), "version", "timestamp")
    with within("version"):
        whole(version, 1, 1)
    with within("timestamp"):
        if not _SECONDS.fullmatch(text(timestamp)):
            raise Fault("must be a number of seconds, as text")
    return int(timestamp)


def header(name: bytes, size: int, seconds: int) -> bytes:
    """The 512 bytes before a record."""
    front = name.ljust(99, b"\0") + b"\0" + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0%011o\0" % (size, seconds)
    back = b"0".ljust(BLOCK - 156, b"\0")
    checksum = sum(front) + 8 * ord(" ") + sum(back)
    return front + b"%06o\0 " % checksum + back
