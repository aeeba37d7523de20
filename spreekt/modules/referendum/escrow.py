"""The authority's escrow: every code with its voter and address, encrypted; two passphrases open it, never one alone.

The file, all numbers big-endian:
  8 bytes    "SPRKESC1"
  22 bytes   uuid of the election, base58, padded with NUL
  16 + 16    salt of the first and of the second passphrase
  4 + 4      Argon2id: operations, memory in KiB; parallelism is 1, the answer 32 bytes (RFC 9106)
  then, again and again: 4 bytes length, and so many bytes of XSalsa20-Poly1305 (NaCl secretbox) under
     key    = BLAKE2b-256(Argon2id(first) || Argon2id(second)), personal "spreekt escrow"
     nonce  = 16 bytes that stand in front of all of them once (after the Argon2id numbers), then 8 bytes: number of the
              box from 0, its highest bit set in the last box, so that no box can be dropped, moved or cut off
  The first box holds what all letters say, as a JSON object (letter_words.py). Each of the others holds JSON lines in
  UTF-8: [voter key, code, given name, family name, street, house number, box, postcode, place].
"""

import hashlib
import json
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from spreekt.identity.addressee import Addressee
from spreekt.kernel.storage import Json
from spreekt.modules.referendum.mailing import Voter

MAGIC = b"SPRKESC1"
_HEAD = struct.Struct(">8s22s16s16sII16s")
_LENGTH = struct.Struct(">I")
_LAST = 1 << 63
_MOST = 16_000_000  # bytes in one box
_MOST_MEMORY = 1 << 20  # KiB: a file cannot make the reader ask for more than 1 GiB
SHORTEST_PASSPHRASE = 12


class EscrowRefused(Exception):
    """Not an escrow, the wrong passphrases, or a file that was changed or cut off. In English."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One letter as it was made."""

    voter: Voter
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one passphrase costs: passes, and memory in KiB."""

    operations: int = 4
    memory: int = 256 * 1024


class EscrowWriter:
    """Writes boxes one after another; `close` seals the last one, without which nobody can read the file."""

    def __init__(
        self, out: BinaryIO, uuid: str, words: Json, passphrases: tuple[str, str], cost: Cost | None = None
    ) -> None:
        cost = cost or Cost()
        first, second, nonce = (secrets.token_bytes(16) for _ in range(3))
        self._out, self._nonce, self._number = out, nonce, 0
        self._waiting = json.dumps(words, ensure_ascii=False).encode()
        self._box = SecretBox(_key(passphrases, (first, second), cost))
        out.write(_HEAD.pack(MAGIC, uuid.encode(), first, second, cost.operations, cost.memory, nonce))

    def add(self, kept: Sequence[Kept]) -> None:
        """One box more."""
        self._seal(self._waiting, last=False)
        self._waiting = "\n".join(json.dumps(_line(one), ensure_ascii=False) for one in kept).encode()

    def close(self) -> None:
        """Seal the last box."""
        self._seal(self._waiting, last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._box.encrypt(plain, _nonce(self._nonce, self._number, last=last)).ciphertext
        self._out.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class EscrowReader:
    """An escrow that two passphrases opened: what its letters say, and every letter, one box in memory at a time.

    Raises EscrowRefused at once when a passphrase is wrong, and on the way when the file was changed or cut off.
    """

    def __init__(self, stream: BinaryIO, passphrases: tuple[str, str]) -> None:
        _magic, uuid, first, second, operations, memory, nonce = _head(stream)
        if not (1 <= operations <= 20 and 8 <= memory <= _MOST_MEMORY):
            raise EscrowRefused("The escrow asks for an absurd amount of work: it was changed.")
        self.uuid = uuid.rstrip(b"\0").decode("ascii", "replace")
        box = SecretBox(_key(passphrases, (first, second), Cost(operations, memory)))
        self._boxes = _boxes(stream, box, nonce)
        self.words: Json = json.loads(next(self._boxes))

    def __iter__(self) -> Iterator[Kept]:
        for plain in self._boxes:
            for line in plain.decode().split("\n"):
                key, code, *address = json.loads(line)
                yield Kept(Voter(key, Addressee(*address)), code)


def _boxes(stream: BinaryIO, box: SecretBox, nonce: bytes) -> Iterator[bytes]:
    number, head = 0, stream.read(_LENGTH.size)
    while len(head) == _LENGTH.size:
        (size,) = _LENGTH.unpack(head)
        sealed = stream.read(size) if size <= _MOST else b""
        head = stream.read(_LENGTH.size)
        try:
            yield box.decrypt(sealed, _nonce(nonce, number, last=not head))
        except (CryptoError, ValueError):
            either = "One of the two passphrases is wrong, or the file was changed."
            why = "The file was changed or cut off." if number else either
            raise EscrowRefused(f"The escrow cannot be opened. {why}") from None
        number += 1
    if head or number == 0:
        raise EscrowRefused("The escrow is cut off. Take another copy of it.")


def _head(stream: BinaryIO) -> tuple[bytes, bytes, bytes, bytes, int, int, bytes]:
    head = stream.read(_HEAD.size)
    if len(head) != _HEAD.size or not head.startswith(MAGIC):
        raise EscrowRefused("This is no escrow of voting codes.")
    magic, uuid, first, second, operations, memory, nonce = _HEAD.unpack(head)
    return magic, uuid, first, second, operations, memory, nonce


def _key(passphrases: tuple[str, str], salts: tuple[bytes, bytes], cost: Cost) -> bytes:
    both = b"".join(
        argon2id.kdf(32, phrase.encode(), salt, opslimit=cost.operations, memlimit=cost.memory * 1024)
        for phrase, salt in zip(passphrases, salts, strict=True)
    )
    return hashlib.blake2b(both, digest_size=32, person=b"spreekt escrow").digest()


def _nonce(front: bytes, number: int, *, last: bool) -> bytes:
    return front + struct.pack(">Q", number | _LAST if last else number)


def _line(kept: Kept) -> list[str]:
    to = kept.voter.addressee
    return [kept.voter.key, kept.code, to.given_name, to.family_name, to.street, to.house_number, to.box, to.postcode,
            to.place]  # fmt: skip
