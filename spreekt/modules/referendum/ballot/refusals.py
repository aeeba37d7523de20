"""How this package says no: a short name to count by, a sentence for the voter. The rules are elsewhere."""

from typing import ClassVar


class Refusal(Exception):
    """`name` is for the published count of refused attempts; `says` is Dutch, {0} and on take the arguments."""

    name: ClassVar[str]
    says: ClassVar[str]

    def __str__(self) -> str:
        return self.says.format(*self.args)


class BallotRefused(Refusal):
    """A ballot that is not accepted. The voter's device made it, so the way out is to make it again."""

    says = "Je stembiljet is onderweg beschadigd en telt niet. Laad de pagina opnieuw en stem nog eens."


class TooLarge(BallotRefused):
    """Longer than a ballot of this election can be; nothing of it was read."""

    name = "too-large"


class NonCanonical(BallotRefused):
    """Not JSON, or not the one way to write it: such a ballot could come back in another skin."""

    name = "non-canonical"


class WrongShape(BallotRefused):
    """Fields missing, unknown or of another kind; more or fewer answers, choices or proofs than the election asks."""

    name = "wrong-shape"


class WrongElection(BallotRefused):
    """Made for another election, or for other questions than those that are asked."""

    name = "wrong-election"
    says = "Dit stembiljet hoort bij een ander referendum of een andere vraag. Laad de pagina opnieuw en stem nog eens."


class NotInGroup(BallotRefused):
    """A number outside the group, or one that would hide nothing."""

    name = "not-in-group"


class Repeated(BallotRefused):
    """The same number twice: an answer was copied, or the device draws the same randomness again and again."""

    name = "repeated"


class BadSignature(BallotRefused):
    """Not signed with the code that it names."""

    name = "bad-signature"
    says = "De handtekening op je stembiljet klopt niet met je code. Laad de pagina opnieuw en stem nog eens."


class BadIndividualProof(BallotRefused):
    """A choice that is not shown to be 0 or 1."""

    name = "bad-individual-proof"


class BadBlankProof(BallotRefused):
    """Blank and a choice at once, or not shown otherwise."""

    name = "bad-blank-proof"


class BadOverallProof(BallotRefused):
    """More or fewer choices than the question allows, or not shown otherwise."""

    name = "bad-overall-proof"


class NotACode(Refusal):
    """What was typed cannot be a code."""


class WrongLength(NotACode):
    """{0} is how many characters were typed."""

    name = "wrong-length"
    says = "Een code heeft 22 tekens, de streepjes niet meegeteld. Je typte er {0}. Kijk de code op je brief na."


class NotInAlphabet(NotACode):
    """{0} is the character, {1} its place from 1 with the dashes left out, {2} what else it may be."""

    name = "not-in-alphabet"
    says = "Teken {1} kan geen ‘{0}’ zijn: dat staat in geen enkele code. {2}"


class BadElection(Refusal):
    """Questions or a key that no election can have. {0} says what is wrong."""

    name = "bad-election"
    says = "Dit referendum kan zo niet: {0}."
