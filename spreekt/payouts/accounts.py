"""Bank accounts at rest: sealed when they are filled in, opened by finance alone, and every look is in the log."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import Forbidden
from spreekt.kernel.vault import Vault
from spreekt.payouts.iban import clean_iban

PADDED_TO = 192
"""Bytes, so that the length of a name is not told."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A number that was checked, and perhaps whose it is."""

    iban: str
    holder: str = ""

    @property
    def in_fours(self) -> str:
        """As it stands on a card: BE68 5390 0754 7034."""
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))

    @property
    def last_four(self) -> str:
        """What may be shown to who filled it in."""
        return self.iban[-4:]


def bank_account(iban: str, holder: str = "") -> BankAccount:
    """What somebody filled in, checked. Raises NotAnIban."""
    return BankAccount(clean_iban(iban), " ".join(holder.split()))


def sealed(vault: Vault, purpose: str, account: BankAccount) -> str:
    """As it is kept."""
    return vault.seal(purpose, f"{account.iban}\n{account.holder}", padded_to=PADDED_TO)


def pays(actor: Actor, module: str) -> bool:
    """Finance pays."""
    return actor.has(Role.FINANCE, module=module)


def opened(
    db: Session, vault: Vault, purpose: str, kept: str, *, act: str, subject: str, module: str, by: Actor
) -> BankAccount | None:
    """The account, for finance; that they looked stands in the log. None when there is none. Raises Forbidden."""
    if not pays(by, module):
        raise Forbidden
    audit.record(db, by=by, act=act, subject=subject)
    if not kept:
        return None
    iban, _line, holder = vault.open(purpose, kept).partition("\n")
    return BankAccount(iban, holder)
