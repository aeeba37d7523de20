"""Numbers of associations with a check: enterprise numbers, vCodes. Says whether one can be right, keeps nothing."""

import re

from spreekt.kernel.errors import N_, Invalid


class NotANumber(Invalid):
    says = N_("Dit nummer klopt niet. Een ondernemingsnummer heeft 10 cijfers, een vCode de letter V en 7 cijfers.")


def clean_association_number(text: str) -> str:
    """A vCode as V0001234 or an enterprise number as 0123.456.749; nothing stays nothing. Raises NotANumber.

    An enterprise number carries its check: its last two digits are 97 less the rest of the first eight by 97.
    A vCode has no check digit; its form is looked at.
    """
    signs = re.sub(r"[\s.-]", "", text).upper().removeprefix("BE")
    if not signs:
        return ""
    if re.fullmatch(r"V[0-9]{7}", signs):
        return signs
    if re.fullmatch(r"[01][0-9]{9}", signs) and 97 - int(signs[:8]) % 97 == int(signs[8:]):
        return f"{signs[:4]}.{signs[4:7]}.{signs[7:]}"
    raise NotANumber
