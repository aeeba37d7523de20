"""The code in a letter: how it is made, written and read back. Who gets one and what it opens is not here.

Crockford's Base32 with its check symbol: no I, L, O or U, so that nothing looks like something else.
"""

import hmac
import unicodedata

from spreekt.kernel.vault import Vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 15  # of 5 bits each: 75 bits to guess, a check symbol apart
SHORT_SYMBOLS = 11  # 55 bits, for a code that lives a quarter of an hour
CHECK_MODULUS = 37  # finds every single wrong symbol and every swap of two neighbours
GROUP = 4
_LOOK_ALIKES = str.maketrans("ILO", "110")


def code_for(vault: Vault, occasion: str, *, symbols: int = SYMBOLS) -> str:
    """The code of one occasion, the same each time: 16 symbols, or one more than asked. Only the key makes it.

    Occasions whose check symbol would be one of Crockford's five odd signs are passed over.
    """
    turn = 0
    while True:
        number = int(vault.fingerprint("letter code", f"{occasion}\n{turn}"), 16) % 32**symbols
        if number % CHECK_MODULUS < len(ALPHABET):
            return _written(number, symbols) + ALPHABET[number % CHECK_MODULUS]
        turn += 1


def in_groups(code: str) -> str:
    """As it stands in the letter: K7QF-2M9D-…"""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str, *lengths: int) -> str | None:
    """The code that somebody typed, whatever case, dashes, spaces or look-alikes; None when it cannot be one.

    `lengths`: how many symbols a code may have without its check symbol; 15 when nothing is said.
    """
    if len(text) > 100:
        return None
    wide = unicodedata.normalize("NFKC", text).upper()
    code = "".join(symbol for symbol in wide if symbol.isalnum()).translate(_LOOK_ALIKES)
    if len(code) - 1 not in (lengths or (SYMBOLS,)) or any(symbol not in ALPHABET for symbol in code):
        return None
    number = 0
    for symbol in code[:-1]:
        number = number * 32 + ALPHABET.index(symbol)
    return code if number % CHECK_MODULUS == ALPHABET.index(code[-1]) else None


def hash_of(vault: Vault, code: str) -> str:
    """What the database keeps of a code."""
    return vault.fingerprint("letter code hash", code)


def fits(vault: Vault, code: str, code_hash: str) -> bool:
    """Whether this is the code, in the same time whatever the answer."""
    return hmac.compare_digest(hash_of(vault, code), code_hash or "-")


def _written(number: int, length: int) -> str:
    symbols = []
    for _place in range(length):
        number, rest = divmod(number, 32)
        symbols.append(ALPHABET[rest])
    return "".join(reversed(symbols))
