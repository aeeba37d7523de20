"""Links that open one thing for whoever has them, without account: made of a row and a key outside the database."""

import hmac
import secrets

from spreekt.kernel.vault import Vault

LENGTH = 32
"""Hex characters of the signature: 128 bits."""


def new_nonce() -> str:
    """What a row keeps of its link. By itself it opens nothing."""
    return secrets.token_hex(12)


def token_of(vault: Vault, purpose: str, nonce: str) -> str:
    """The last part of the link, the same each time."""
    return f"{nonce}-{vault.fingerprint(f'link {purpose}', nonce)[:LENGTH]}"


def nonce_of(vault: Vault, purpose: str, token: str) -> str | None:
    """The nonce in a link; None when the link was not made for this purpose."""
    nonce, _dash, signature = token.partition("-")
    made = vault.fingerprint(f"link {purpose}", nonce)[:LENGTH]
    return nonce if hmac.compare_digest(made, signature if signature.isascii() else "") else None
