"""The second step of staff: codes of an authenticator app (RFC 6238) and recovery codes, each usable once.

Works on real time: the phone that shows the code does not know of a demo city's clock.
"""

import base64
import hmac
import re
import secrets
import struct
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from spreekt.identity.models import Account, RecoveryCode
from spreekt.kernel.vault import Vault

STEP_SECONDS = 30
STEPS_OFF = 1
"""How many steps a phone's clock may be early or late."""
PURPOSE = "totp"
RECOVERY_CODES = 10
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mix up: 32 signs, so twelve of them are 60 bits."""


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_app(secret: str, *, label: str, issuer: str) -> str:
    """The otpauth: address that a QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=issuer)


def code_of(secret: str, step: int) -> str:
    """The six digits of one time step (RFC 4226 over SHA-1, as every app does).

    Not left to pyotp, which turns away secrets under 112 bits: the demo's published one has 80. Nobody else's is
    shorter than the 160 bits of `new_secret`, because `enrol` refuses it.
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step that this code belongs to, when it is one of now."""
    digits = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    current = int(at.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in range(current - STEPS_OFF, current + STEPS_OFF + 1)
        if hmac.compare_digest(code_of(secret, step), digits)
    ]
    return fitting[-1] if fitting else None


def spend(db: Session, vault: Vault, account: Account, code: str, *, at: datetime) -> bool:
    """Whether this is a good code of the app or a recovery code; it never is again."""
    if not account.has_totp:
        return False
    step = step_of(vault.open(PURPOSE, account.sealed_totp), code, at=at)
    if step is not None:
        return _one_row(
            db,
            update(Account)
            .where(Account.id == account.id, Account.totp_last_step < step)
            .values(totp_last_step=step)
            .execution_options(synchronize_session=False),
        )
    return _one_row(
        db,
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _hash(vault, account, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .execution_options(synchronize_session=False),
    )


def enrol(db: Session, vault: Vault, account: Account, secret: str, *, first_step: int) -> list[str]:
    """Take this secret from now on, and give fresh recovery codes. They cannot be read again.

    Raises ValueError for a secret that is too short to be one of ours.
    """
    if len(secret) < len(new_secret()):
        raise ValueError("a second factor needs a secret of 160 bits")
    account.sealed_totp, account.totp_last_step = vault.seal(PURPOSE, secret), first_step
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(12)) for _code in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(vault, account, code)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def take_away(db: Session, account: Account) -> None:
    """Forget the app and the codes, for somebody who lost both: the next sign-in sets them up anew."""
    account.sealed_totp, account.totp_last_step = "", 0
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _hash(vault: Vault, account: Account, code: str) -> str:
    letters = "".join(sign for sign in code.upper()[:40] if sign in LETTERS)
    return vault.fingerprint("recovery code", f"{account.id}\n{letters}")


def _one_row(db: Session, change: Any) -> bool:
    result = db.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
