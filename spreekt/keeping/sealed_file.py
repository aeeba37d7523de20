"""The file of a backup: a stream of small pieces, each sealed and chained to the one before (libsodium secretstream).

The first line says the format in the clear. Nothing of what is inside, not even which city it is, can be read without
the identity key; a piece that was changed, left out, moved or cut off is noticed.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as NaclRefusal

from spreekt.keeping import refusals
from spreekt.kernel.vault import Vault

FORMAT = 1
MAGIC = b"spreekt backup "
FIRST_LINE = MAGIC + b"%d\n" % FORMAT
PURPOSE = "backup"
LARGEST = 1 << 20
"""Bytes in one piece; more is refused, so that a changed length cannot fill the memory."""
_LENGTH = struct.Struct(">I")
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES


class SealedWriter:
    """Seals one piece after another. The last one is marked: without it the file is not whole."""

    def __init__(self, file: BinaryIO, vault: Vault) -> None:
        self._file = file
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, vault.raw_key(PURPOSE))
        file.write(FIRST_LINE + header)

    def put(self, kind: bytes, body: bytes, *, is_last: bool = False) -> None:
        """One piece: a letter that says what it is, and at most LARGEST bytes."""
        sealed = bindings.crypto_secretstream_xchacha20poly1305_push(
            self._state, kind + body, FIRST_LINE, _FINAL if is_last else _MESSAGE
        )
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)


def pieces(file: BinaryIO, vault: Vault) -> Iterator[tuple[bytes, bytes]]:
    """Every piece from the beginning of the file, as its letter and its bytes.

    Raises NotABackup, OtherFormat, OtherKey, Damaged.
    """
    file.seek(0)
    _must_be_ours(file.readline(64))
    state, header = bindings.crypto_secretstream_xchacha20poly1305_state(), file.read(_HEADER)
    if len(header) != _HEADER:
        raise refusals.Damaged("it ends too early")
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, vault.raw_key(PURPOSE))
    is_first, tag = True, _MESSAGE
    while tag != _FINAL:
        sealed = _sealed_piece(file)
        try:
            plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, FIRST_LINE)
        except (CryptoError, NaclRefusal):
            raise (refusals.OtherKey() if is_first else refusals.Damaged("a piece of it was changed")) from None
        is_first = False
        yield plain[:1], plain[1:]
    if file.read(1):
        raise refusals.Damaged("something was added at its end")


def _must_be_ours(line: bytes) -> None:
    if not line.startswith(MAGIC):
        raise refusals.NotABackup
    if line != FIRST_LINE:
        raise refusals.OtherFormat(line[len(MAGIC) :].decode("ascii", "replace").strip())


def _sealed_piece(file: BinaryIO) -> bytes:
    length = file.read(_LENGTH.size)
    size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0
    if size > LARGEST + _OVERHEAD + 1:
        raise refusals.Damaged("a piece of it was changed")
    sealed = file.read(size)
    if len(length) != _LENGTH.size or len(sealed) != size or size < _OVERHEAD:
        raise refusals.Damaged("it ends too early")
    return sealed


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name only once it is whole and on the disk, for its owner alone. Raises FileIsThere."""
    if path.exists():
        raise refusals.FileIsThere(path)
    half = path.with_name(f"{path.name}.part")
    half.unlink(missing_ok=True)  # of a backup that was interrupted
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise refusals.FileIsThere(path)
        half.rename(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was renamed here keeps its name after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
