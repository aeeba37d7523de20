"""Whether a bank account can be right. Keeps nothing."""

import re

from spreekt.kernel.errors import N_, Invalid


class NotAnIban(Invalid):
    says = N_("Dit rekeningnummer klopt niet. Kijk het na: het begint met BE en heeft 16 tekens.")


def clean_iban(text: str) -> str:
    """A bank account without spaces. Raises NotAnIban when its check digits are wrong. Source: ISO 13616, mod 97."""
    number = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", number) or (number[:2] == "BE" and len(number) != 16):
        raise NotAnIban
    turned = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    if int(turned) % 97 != 1:
        raise NotAnIban
    return number
