"""What is in a backup, in order: manifest, tables with their rows, uploads, and a trailer with the hash of each.

The writer and the reader stand side by side, so that whoever changes one sees the other.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from spreekt.keeping import refusals
from spreekt.keeping.sealed_file import LARGEST, SealedWriter, pieces
from spreekt.kernel.vault import Vault

MANIFEST, TABLE, ROWS, UPLOAD, BYTES, TRAILER = b"M", b"T", b"R", b"U", b"B", b"E"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where and when a backup was made."""

    version: str
    revision: str
    at: str
    """The moment by the database's clock, ISO 8601; every row is as it was then."""
    city: str
    sequences: dict[str, int] = field(default_factory=dict)
    """The last number given out per table, where the database counts apart from the rows."""


@dataclass(slots=True)
class Sum:
    """How many of something there are, and the SHA-256 over all of it."""

    count: int = 0
    sha256: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, text: bytes) -> None:
        self.count += 1
        self.sha256.update(text)

    @property
    def written(self) -> dict[str, Any]:
        return {"count": self.count, "sha256": self.sha256.hexdigest()}


@dataclass(frozen=True, slots=True)
class TableBegins:
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table that began last."""

    text: bytes


@dataclass(frozen=True, slots=True)
class UploadBegins:
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class UploadBytes:
    text: bytes


Part = Manifest | TableBegins | Line | UploadBegins | UploadBytes


class ContentsWriter:
    """Writes the parts of a backup; what it counts on the way becomes the trailer."""

    def __init__(self, file: BinaryIO, vault: Vault) -> None:
        self._sealed = SealedWriter(file, vault)
        self._waiting = bytearray()
        self.tables: dict[str, Sum] = {}
        self.uploads = Sum()

    def manifest(self, manifest: Manifest) -> None:
        self._sealed.put(MANIFEST, _json(asdict(manifest)))

    def table(self, name: str, columns: tuple[str, ...]) -> None:
        self._flush()
        self.tables[name] = self._sum = Sum()
        self._sealed.put(TABLE, _json({"name": name, "columns": columns}))

    def line(self, text: bytes) -> None:
        self._sum.add(text)
        self._waiting += text
        while len(self._waiting) >= LARGEST // 2:
            self._flush(LARGEST // 2)

    def upload(self, path: str, size: int) -> None:
        self._flush()
        head = _json({"path": path, "size": size})
        self.uploads.add(head)
        self._sealed.put(UPLOAD, head)

    def upload_bytes(self, text: bytes) -> None:
        self.uploads.sha256.update(text)
        self._sealed.put(BYTES, text)

    def trailer(self) -> None:
        self._flush()
        tables = {name: found.written for name, found in self.tables.items()}
        self._sealed.put(TRAILER, _json({"tables": tables, "uploads": self.uploads.written}), is_last=True)

    def _flush(self, most: int = LARGEST) -> None:
        if self._waiting:
            self._sealed.put(ROWS, zlib.compress(bytes(self._waiting[:most]), 6))
            del self._waiting[:most]


def parts(file: BinaryIO, vault: Vault) -> Iterator[Part]:
    """Everything in a backup, row by row. Whoever reads to the end knows that all of it is whole.

    Raises what sealed_file.pieces raises, and Damaged when counts or hashes differ from the trailer.
    """
    tables: dict[str, Sum] = {}
    uploads, rest, is_first = Sum(), b"", True
    for kind, body in pieces(file, vault):
        if is_first != (kind == MANIFEST) or (rest and kind != ROWS):
            raise refusals.Damaged("its parts are not in order")
        is_first = False
        if kind == MANIFEST:
            yield Manifest(**json.loads(body))
        elif kind == TABLE:
            begun = json.loads(body)
            tables[begun["name"]] = current = Sum()
            yield TableBegins(begun["name"], tuple(begun["columns"]))
        elif kind == ROWS:
            *whole, rest = (rest + zlib.decompress(body)).split(b"\n")
            for line in whole:
                current.add(line + b"\n")
                yield Line(line)
        elif kind == UPLOAD:
            uploads.add(body)
            yield UploadBegins(**json.loads(body))
        elif kind == BYTES:
            uploads.sha256.update(body)
            yield UploadBytes(body)
        else:
            _must_agree(json.loads(body), tables, uploads)


def _must_agree(trailer: dict[str, Any], tables: dict[str, Sum], uploads: Sum) -> None:
    found = {name: each.written for name, each in tables.items()}
    different = [name for name in {**trailer["tables"], **found} if trailer["tables"].get(name) != found.get(name)]
    if different:
        raise refusals.Damaged(f"the rows of {', '.join(sorted(different))} do not agree with its trailer")
    if trailer["uploads"] != uploads.written:
        raise refusals.Damaged("the uploads do not agree with its trailer")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
