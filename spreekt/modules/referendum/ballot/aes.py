"""AES-256 and its CCM mode, for short secrets between trustees only. Nothing else is encrypted with it.

The standard library has no AES and this package may not import one. The tables are computed from the definition of the
cipher (FIPS 197); CCM is NIST SP 800-38C with an 8-byte tag. It runs on the machine of whoever owns the secret, for
messages of a few kilobytes, so speed and timing are no concern here.
"""

import hmac
from typing import Final

BLOCK: Final = 16
TAG: Final = 8
_ROUNDS: Final = 14


def _times(a: int, b: int) -> int:
    """Product in GF(2^8) of AES."""
    result = 0
    while b:
        if b & 1:
            result ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11B
        b >>= 1
    return result


def _substitutions() -> bytes:
    box = bytearray(256)
    for x in range(256):
        inverse = next((y for y in range(256) if _times(x, y) == 1), 0)
        value = 0x63
        for shift in range(5):
            value ^= (inverse << shift | inverse >> 8 - shift) & 0xFF
        box[x] = value
    return bytes(box)


_BOX: Final = _substitutions()
_DOUBLE: Final = bytes(_times(x, 2) for x in range(256))
_SHIFTED: Final = tuple((4 * (column + row) + row) % BLOCK for column in range(4) for row in range(4))
"""Where each byte of a block comes from when the rows are shifted."""


def _round_keys(key: bytes) -> list[bytes]:
    words = [key[at : at + 4] for at in range(0, 32, 4)]
    constant = 1
    while len(words) < 4 * (_ROUNDS + 1):
        word = words[-1]
        if len(words) % 8 == 0:
            word = bytes(_BOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _DOUBLE[constant]
        elif len(words) % 8 == 4:
            word = bytes(_BOX[byte] for byte in word)
        words.append(_xor(word, words[-8]))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


class Aes256:
    """The block cipher under one key of 32 bytes; only encryption, which is all that CCM needs."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("an AES-256 key has 32 bytes")
        self._keys = _round_keys(key)

    def encrypt(self, block: bytes) -> bytes:
        """One block of 16 bytes."""
        state = _xor(block, self._keys[0])
        for round_key in self._keys[1:-1]:
            state = _xor(_mixed(bytes(_BOX[state[at]] for at in _SHIFTED)), round_key)
        return _xor(bytes(_BOX[state[at]] for at in _SHIFTED), self._keys[-1])


def _mixed(state: bytes) -> bytes:
    mixed = bytearray()
    for at in range(0, BLOCK, 4):
        column = state[at : at + 4]
        every = column[0] ^ column[1] ^ column[2] ^ column[3]
        for row in range(4):
            mixed.append(column[row] ^ every ^ _DOUBLE[column[row] ^ column[(row + 1) % 4]])
    return bytes(mixed)


class Forged(ValueError):
    """The tag does not fit: another key, or the message was changed on its way."""


def seal(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    """Encrypted and authenticated: the text, then the tag. The nonce has 7 to 13 bytes and is used once per key."""
    cipher = Aes256(key)
    return _counted(cipher, nonce, plain, first=1) + _tag(cipher, nonce, plain)


def unseal(key: bytes, nonce: bytes, sealed: bytes) -> bytes:
    """The plain text back. Raises Forged."""
    cipher = Aes256(key)
    plain = _counted(cipher, nonce, sealed[:-TAG], first=1)
    if len(sealed) < TAG or not hmac.compare_digest(_tag(cipher, nonce, plain), sealed[-TAG:]):
        raise Forged
    return plain


def _counted(cipher: Aes256, nonce: bytes, text: bytes, *, first: int) -> bytes:
    width = 15 - len(nonce)
    stream = (
        cipher.encrypt(bytes([width - 1]) + nonce + (first + at).to_bytes(width, "big"))
        for at in range(-(-len(text) // BLOCK))
    )
    return _xor(text, b"".join(stream))


def _tag(cipher: Aes256, nonce: bytes, plain: bytes) -> bytes:
    width = 15 - len(nonce)
    flags = 8 * ((TAG - 2) // 2) + width - 1
    mac = cipher.encrypt(bytes([flags]) + nonce + len(plain).to_bytes(width, "big"))
    for at in range(0, len(plain), BLOCK):
        mac = cipher.encrypt(_xor(mac, plain[at : at + BLOCK].ljust(BLOCK, b"\0")))
    return _counted(cipher, nonce, mac[:TAG], first=0)
