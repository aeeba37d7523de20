"""Whom a letter is for and where it goes, sealed until it is printed or checked at the desk; nothing is stored here."""

import json
import unicodedata
from dataclasses import asdict, dataclass, field

from spreekt.kernel.vault import Vault

PURPOSE = "addressee"
SEALED_LENGTH = 512  # bytes, so that the length of a sealed name and address tells nothing


@dataclass(frozen=True, slots=True)
class Addressee:
    """Name and postal address as the population register writes them. Never shown by `repr`."""

    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    house_number: str = field(default="", repr=False)
    box: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    place: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def lines(self) -> tuple[str, str, str]:
        """The three lines of the address block, as Belgian post wants them."""
        box = f" bus {self.box}" if self.box else ""
        return self.name, f"{self.street} {self.house_number}{box}", f"{self.postcode} {self.place}"

    def sealed(self, vault: Vault) -> str:
        return vault.seal(PURPOSE, json.dumps(asdict(self), ensure_ascii=False), padded_to=SEALED_LENGTH)

    def household_key(self, vault: Vault) -> str:
        """Keyed fingerprint of the address: the same for everybody behind one door."""
        parts = (self.street, self.house_number, self.box, self.postcode)
        return vault.fingerprint("household", "\n".join(map(_plain, parts)))


def opened(vault: Vault, sealed: str) -> Addressee:
    """The addressee back. Raises nacl.exceptions.CryptoError when sealed under another key."""
    return Addressee(**json.loads(vault.open(PURPOSE, sealed)))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
