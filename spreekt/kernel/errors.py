"""How a rule says no. The web turns each refusal into a status and a page; nothing here knows how."""

from typing import ClassVar


def N_(text: str) -> str:
    """Mark a sentence for translation where no translator is at hand."""
    return text


class DomainError(Exception):
    """A rule refuses. `says` tells the resident what happened and what to do.

    In it {0} and {1} take the arguments, and {line} the number that people call in this city.
    """

    status: ClassVar[int] = 409
    says: ClassVar[str] = N_("Dit kan nu niet. Ga terug en kijk wat er veranderd is.")


class NotThere(DomainError):
    """It does not exist, or not for the one who asks: the answer is the same."""

    status = 404
    says = N_("We vinden deze pagina niet.")


class Forbidden(NotThere):
    """It exists, but not for the one who asks; shown as if it were not there."""


class IllegalTransition(DomainError):
    """The state machine has no such step from here."""

    says = N_("Dat kan niet meer: de toestand is intussen veranderd. Laad de pagina opnieuw.")


class StaleVersion(DomainError):
    """Somebody else saved in the meantime."""

    says = N_("Iemand anders heeft dit intussen veranderd. Kijk de nieuwe versie na en probeer opnieuw.")


class KeyReused(DomainError):
    """The same idempotency key came with other contents."""

    says = N_("Dit formulier is al verstuurd met een andere inhoud. Open het opnieuw.")


class Invalid(DomainError):
    """What was given cannot be right. The message is the argument."""

    status = 422
    says = "{0}"

    def __str__(self) -> str:
        return self.says.format(*self.args)


class TooMany(DomainError):
    """Too many attempts; `retry_after` is in seconds."""

    status = 429
    says = N_("Je probeerde dit te vaak. Wacht {0} en probeer dan opnieuw. Of bel {line}.")

    def __init__(self, wait: str, *, retry_after: int) -> None:
        super().__init__(wait)
        self.retry_after = retry_after


class NeedsSignIn(DomainError):
    """Nobody is signed in and this asks for somebody."""

    status = 401
    says = N_("Meld je eerst aan.")


class NeedsResidence(DomainError):
    """Only for residents, and this account has not shown yet that it is one."""

    status = 403
    says = N_("Dit is voor wie in de stad woont. Toon eerst dat je hier woont.")


class NeedsSecondFactor(DomainError):
    """A staff session without its second step."""

    status = 401
    says = N_("Bevestig eerst met je code.")


class NeedsFreshSignIn(DomainError):
    """A dangerous act on an old session."""

    status = 401
    says = N_("Bevestig eerst dat jij het bent.")
