"""The key of one referendum: under it, residents and credentials become fingerprints that nobody else can compare.

It is random, sealed in the referendum's row under the identity key, and thrown away after the appeal period: from
then on nothing tells which resident held which credential.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date

from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum.models import Referendum

PURPOSE = "referendum key"


class KeyDestroyed(DomainError):
    """The appeal period is over: who voted can no longer be looked up, by anybody."""

    says = N_("De sleutel van deze kiezerslijst is gewist. Wie stemde, kan niemand nog opzoeken.")


@dataclass(frozen=True, slots=True)
class PollKey:
    """Makes the fingerprints of one referendum: 64 hex characters each, HMAC-SHA256."""

    key: bytes = field(repr=False)

    def _fingerprint(self, purpose: str, text: str) -> str:
        return hmac.new(self.key, f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()

    def voter(self, person_key: str) -> str:
        """A resident in this referendum; `person_key` is the fingerprint of their national number."""
        return self._fingerprint("voter", person_key)

    def birth(self, voter_key: str, born_on: date) -> str:
        """Recognises a voter's birth date."""
        return self._fingerprint("birth", f"{voter_key}\n{born_on.isoformat()}")

    def credential(self, public: str) -> str:
        """A public credential (its decimals) as the roll knows it."""
        return self._fingerprint("credential", public)


def give_key(vault: Vault, referendum: Referendum) -> PollKey:
    """Make the key of a new referendum."""
    key = secrets.token_bytes(32)
    referendum.sealed_key = vault.seal(PURPOSE, key.hex())
    return PollKey(key)


def key_of(vault: Vault, referendum: Referendum) -> PollKey:
    """Its key. Raises KeyDestroyed."""
    return opened(vault, referendum.sealed_key)


def opened(vault: Vault, sealed_key: str) -> PollKey:
    """The key that is sealed in a referendum's row. Raises KeyDestroyed."""
    if not sealed_key:
        raise KeyDestroyed
    return PollKey(bytes.fromhex(vault.open(PURPOSE, sealed_key)))
