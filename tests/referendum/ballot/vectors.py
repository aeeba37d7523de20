"""The test vectors of protocol section 7, and how their randomness is drawn."""

from collections.abc import Callable
from itertools import count

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.ballot.group import Q

UUID = "TestVector1111"
ELECTION_SHA = "d57d7b9bd0fa4785b4db22febd9b875a598d535ea234bdb22df394716c1b4308"
PHI = "1X17m9D6R4W02yL+vZuHWlmNU16iNL2yLfOUcWwbQwg"
X = mpz("30505524553325744687168376397067065550040061294174852715495223325617536258586")
POK = (
    mpz("61470964111036693490438002965364980554336179647480719389867008439972488424608"),
    mpz("25090250589756740027718239647008841728737630296007623127297027944493265024071"),
)
CREDENTIALS = ("111-111-111-111-11v", "abc-def-ghi-jkm-nok", "ZZZ-ZZZ-ZZZ-ZZZ-ZZj")
CHOICES = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
SECRETS = {
    0: mpz("25981280620483560539597032005515405527074860807689937466341632941883094814997"),
    1: mpz("30713936836833619448300855722334879512493284985925733309822415544420532565270"),
}
PUBLIC_SHAS = {
    0: "e512ce326e9f344e143fc6f9225ce61df7c98afd06e6093bf684c5e29a5f5051",
    1: "34542ba8d10d8d4270b2ce3b0addbc167353d0ba9b014c56c653ac4748b2369f",
}
TRACKERS = (
    "anUJSklq/vzEb9lY4Jt1/2ONcTLaAOW4CZywrUYABfY",
    "FTSAZypiMZCXlfJhol8vtrWHynleKGp9Ytw+jgAlZAU",
    "pinHG/XKCmPrPpOr97chZv9T6wt8s23+NzmGGXTw5a0",
)
TALLY_SHA = "5400e63b81b72e282401fc58223fd93c2d0d1a94c4538f7db28a5ad53516d035"
PARTIAL_DECRYPTION_SHA = "92c12a3db95d8f6acc45d8bfd0b2ebdbca918b4a6c74cf3dd9b35d6f29ebf112"
RESULT = '{"result":[[1,1,1]]}'
LAST_EVENT = "bfaf37e3269c41acbe625ff4ed20d42513ea229bc8cf28f56c6457fc700dde76"
ARCHIVE_SHA = "458313ca7eb38e00367b92e24e7b6ff7fd0fa3e9b3c4fbf84f9230e6041641da"


def drawing(seed: str) -> Callable[[], mpz]:
    """The draws of the vectors: reduced mod Q, as nothing else may be."""
    numbers = count()
    return lambda: mpz(int(hex_of(f"TV|{seed}|{next(numbers)}"), 16)) % Q
