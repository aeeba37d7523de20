"""How the box says no: each refusal has a short name, under which refused attempts are counted and published."""

from typing import ClassVar

from spreekt.kernel.errors import N_, DomainError


class Refused(DomainError):
    """This attempt is not counted; `reason` is its name in counters, answers and the audit pack."""

    reason: ClassVar[str] = "refused"


class NotOpen(Refused):
    """The box is not open at this second, by the database's clock."""

    reason = "not-open"
    says = N_("De stembus is niet open. Je stem is niet geteld.")


class Suspended(NotOpen):
    """Two people stopped the vote; it may go on. The argument is the public reason."""

    reason = "suspended"
    says = N_("Dit referendum is opgeschort. {0} Je stem is niet geteld.")


class UnknownCode(Refused):
    """The ballot is sound but its credential is not of this referendum."""

    status = 403
    reason = "unknown-code"
    says = N_("Deze code hoort niet bij dit referendum. Kijk je brief na, of bel {line}.")


class WrongBirthDate(Refused):
    """The code is right, the birth date is not that of its voter."""

    status = 403
    reason = "wrong-birth-date"
    says = N_("De geboortedatum hoort niet bij deze code. Kijk beide na. Klopt het niet? Bel {line}.")


class NotYourCode(Refused):
    """Signed in as one resident, with the code of another."""

    status = 403
    reason = "not-your-code"
    says = N_("Deze code hoort niet bij jou. Meld je aan met je eigen account en gebruik de code uit je eigen brief.")


class NotSignedIn(Refused):
    """The regulation asks for an account beside the code, and nobody is signed in."""

    status = 403
    reason = "not-signed-in"
    says = N_("Je bent niet aangemeld. Je stem is niet geteld. Meld je aan in een ander venster van deze browser.")


class NoResidence(Refused):
    """Signed in, but the account does not show, or no longer, that its owner lives here."""

    status = 403
    reason = "no-residence"
    says = N_(
        "Je account toont niet, of niet meer, dat je in de stad woont. Je stem is niet geteld. "
        "Toon het eerst, op de pagina ‘Toon dat je hier woont’ van je account of aan het loket. Je code blijft geldig."
    )


class NotOnRoll(Refused):
    """No such voter."""

    status = 404
    reason = "not-on-roll"
    says = N_("Deze persoon staat niet op de kiezerslijst.")


class AlreadyVoted(Refused):
    """The right was used, and the regulation knows no change."""

    reason = "already-voted"
    says = N_("Met deze code is al gestemd. Je kan maar één keer stemmen.")


class TooManyChanges(Refused):
    """The regulation knows changes, but not so many; the last ballot counts. The argument says how many there are."""

    reason = "too-many-changes"
    says = N_(
        "Met deze code is al {0} keer gestemd. Meer kan niet: de laatste stem telt. "
        "Klopt dat niet? Kom met je brief naar het loket."
    )


class UsedOnPaper(Refused):
    """A paper ballot was handed over for this right."""

    reason = "used-on-paper"
    says = N_("Voor jou is al een papieren stembrief uitgegeven. Online stemmen kan niet meer.")


class Tested(Refused):
    """Its maker opened it to see whether it was honest."""

    reason = "tested"
    says = N_("Deze stem is getest en kan niet meer uitgebracht worden. Maak een nieuwe stem.")


class AlreadyCast(Refused):
    """It is in the box: opening it would tell the vote."""

    reason = "already-cast"
    says = N_("Deze stem zit al in de stembus. Ze testen kan niet meer.")


class KeyUsedBefore(Refused):
    """The sending key belongs to another ballot."""

    status = 422
    reason = "key-used-before"
    says = N_("Deze verzending hoort bij een andere stem. Maak een nieuwe stem.")
