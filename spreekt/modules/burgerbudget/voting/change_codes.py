"""The code on a receipt with which a voter may replace their ballot. Without it nobody finds whose ballot that is."""

import hashlib
import hmac
import re
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for each other."""
_LENGTH, _GROUP = 20, 5


def new_code() -> str:
    """100 random bits in groups: 7KQ2M-…"""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def tidy(typed: str) -> str:
    """The code as it was made, however it was typed: spaces, dashes and small letters do not matter."""
    return re.sub(r"[\W_]+", "", typed).upper()


def is_code(typed: str) -> bool:
    """Whether this can be a code of a receipt: as long, and of the same letters."""
    return len(tidy(typed)) == _LENGTH and set(tidy(typed)) <= set(ALPHABET)


def change_mark(code: str, voter_key: str) -> str:
    """What lies beside a ballot. Only who has the code can make it, and only for one voter."""
    return hmac.new(tidy(code).encode(), voter_key.encode(), hashlib.sha256).hexdigest()
