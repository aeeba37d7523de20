"""Secrets at rest: keyed fingerprints and sealed texts, under keys that never enter the database."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from nacl.secret import SecretBox


@dataclass(frozen=True, slots=True)
class Vault:
    """Everything that is done with the identity key. Each purpose has a key of its own."""

    identity_key: bytes = field(repr=False)

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self.identity_key, b"spreekt key " + purpose.encode(), hashlib.sha256)

    def fingerprint(self, purpose: str, text: str | bytes) -> str:
        """64 hex characters that recognise a text without telling it: HMAC-SHA256."""
        message = text.encode() if isinstance(text, str) else text
        return hmac.new(self._key(purpose), message, hashlib.sha256).hexdigest()

    def raw_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, for whoever computes a keyed fingerprint itself."""
        return self._key(purpose)

    def seal(self, purpose: str, text: str, *, padded_to: int = 0) -> str:
        """The text encrypted and authenticated (XSalsa20-Poly1305), Base64; padding hides its length in bytes."""
        plain = text.encode()
        plain += b"\0" * max(0, padded_to - len(plain))
        return base64.b64encode(SecretBox(self._key(purpose)).encrypt(plain)).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """The text back. Raises nacl.exceptions.CryptoError when it was changed or sealed under another key."""
        return SecretBox(self._key(purpose)).decrypt(base64.b64decode(sealed)).rstrip(b"\0").decode()
