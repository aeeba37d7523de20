"""AES-256-GCM for the key files of trustees: the one cipher that both browsers and this command line can do.

Libraries at hand do it on some processors only, and a trustee's old laptop must not fail on the evening of the count.
Source: NIST SP 800-38D, with a nonce of 12 and a tag of 16 bytes. For a few hundred bytes, not for streams.
"""

import hmac
from typing import Final

from spreekt.modules.referendum.ballot.aes import BLOCK, Aes256, Forged

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
_POLYNOMIAL: Final = 0xE1 << 120


def seal(key: bytes, nonce: bytes, plain: bytes, header: bytes) -> bytes:
    """The text encrypted, then the tag over it and the header."""
    cipher = Aes256(key)
    sealed = _counted(cipher, nonce, plain)
    return sealed + _tag(cipher, nonce, sealed, header)


def unseal(key: bytes, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
    """The plain text back. Raises Forged for another key, another header or a changed text."""
    cipher, text, tag = Aes256(key), sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    if not hmac.compare_digest(_tag(cipher, nonce, text, header), tag):
        raise Forged
    return _counted(cipher, nonce, text)


def _counted(cipher: Aes256, nonce: bytes, text: bytes) -> bytes:
    blocks = range(2, 2 + -(-len(text) // BLOCK))
    stream = b"".join(cipher.encrypt(nonce + at.to_bytes(4, "big")) for at in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(cipher: Aes256, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
    subkey = int.from_bytes(cipher.encrypt(bytes(BLOCK)), "big")
    lengths = (8 * len(header)).to_bytes(8, "big") + (8 * len(sealed)).to_bytes(8, "big")
    value = 0
    for part in (header, sealed, lengths):
        for at in range(0, len(part), BLOCK):
            value = _times(value ^ int.from_bytes(part[at : at + BLOCK].ljust(BLOCK, b"\0"), "big"), subkey)
    mask = int.from_bytes(cipher.encrypt(nonce + (1).to_bytes(4, "big")), "big")
    return (value ^ mask).to_bytes(BLOCK, "big")


def _times(a: int, b: int) -> int:
    """Product in the field of GHASH, whose bits run the other way."""
    result = 0
    for bit in range(127, -1, -1):
        if a >> bit & 1:
            result ^= b
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return result
