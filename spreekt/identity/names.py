"""Which names people may carry here. What a name looks like is judged in kernel/names.py."""

from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.names import RESERVED, NameFlag, NameVerdict, judge_name
from spreekt.kernel.text import TextRefused


def accepted_name(text: str) -> NameVerdict:
    """The verdict on a name that may be carried. Raises Invalid for no name, an address or a word of the city."""
    try:
        verdict = judge_name(text, reserved=RESERVED)
    except TextRefused as refusal:
        raise Invalid(str(refusal)) from None
    if verdict.is_reserved:
        raise Invalid(N_("Deze naam lijkt op die van de stad. Kies een andere."))
    if NameFlag.LINK in verdict.flags:
        raise Invalid(N_("Een naam is geen adres. Vul je naam in, of een roepnaam."))
    return verdict


def flags_of(verdict: NameVerdict) -> str:
    """The flags as an account keeps them."""
    return " ".join(sorted(verdict.flags))
