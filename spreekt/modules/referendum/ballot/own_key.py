"""What one trustee does with its secret, on its own machine. Nothing here is sent or stored.

Everything follows from one seed, so a trustee who comes back with it goes on where it stopped. Source: protocol 5.9.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import BASE58, compact
from spreekt.modules.referendum.ballot.ceremony import Ceremony, Step, promise_of
from spreekt.modules.referendum.ballot.certificates import (
    TrusteeFault,
    blaming,
    committed_share,
    make_certificate,
    public_key_of,
    sign_certs,
)
from spreekt.modules.referendum.ballot.group import GENERATOR, Q
from spreekt.modules.referendum.ballot.randomness import Draw, draw_secret, drawing_from
from spreekt.modules.referendum.ballot.schnorr import sign
from spreekt.modules.referendum.ballot.sealed import TrusteeKeys, keys_of, seal, signed, unseal
from spreekt.modules.referendum.ballot.strict import Malformed, any_scalar, fields, parsed, several

SEED_LENGTH = 22


def new_seed_text() -> str:
    """22 base58 characters: 128 bits, from which both keys and the polynomial of one trustee follow."""
    return "".join(secrets.choice(BASE58) for _ in range(SEED_LENGTH))


def is_seed_text(text: str) -> bool:
    return len(text) == SEED_LENGTH and set(text) <= set(BASE58)


@dataclass(frozen=True, slots=True)
class Trustee:
    """One trustee with its secret, on its own machine."""

    seed: str
    index: int

    @property
    def keys(self) -> TrusteeKeys:
        return keys_of(self.seed)

    def publish(self, ceremony: Ceremony, step: Step, *, draw: Draw = draw_secret) -> Any:
        """What this trustee gives in a step, after checking what others gave. Raises NotYet or TrusteeFault."""
        makers = {
            Step.CERTIFICATE: self._certificate,
            Step.PROMISE: self._promise,
            Step.COMMITMENT: self._commitment,
            Step.SHARES: self._shares,
            Step.KEY: self._key,
        }
        return makers[step](ceremony, draw)

    def decryption_key(self, ceremony: Ceremony) -> mpz:
        """The secret with which this trustee opens: the sum of the shares that all gave it, each one checked.

        Raises NotYet, or TrusteeFault naming whose share is wrong.
        """
        certificates, coefexps = ceremony.certificates(), ceremony.coefexps()
        total = mpz(0)
        for sender, given in enumerate(ceremony.all_of(Step.SHARES), 1):
            sealed = several(fields(given, "shares")["shares"], ceremony.count)[self.index - 1]
            verification = certificates[sender - 1].verification
            share = blaming(sender, _opened_share, sealed, keys=self.keys, sender=verification)
            if GENERATOR.power(share) != committed_share(coefexps[sender - 1], self.index):
                raise TrusteeFault(sender, "the share it gave does not fit what it committed to")
            total += share
        return total % Q

    def _certificate(self, ceremony: Ceremony, draw: Draw) -> dict[str, Any]:
        return make_certificate(
            self.keys, index=self.index, count=ceremony.count, threshold=ceremony.threshold, draw=draw
        )

    def _secret_draws(self, ceremony: Ceremony) -> Draw:
        """Scalars that only this seed gives for exactly these certificates: other certificates, other polynomial."""
        certs = compact(ceremony.all_of(Step.CERTIFICATE))
        text = f"spreekt-polynomial|{self.seed}|{self.index}|{ceremony.threshold}|{certs}"
        return drawing_from(hashlib.sha256(text.encode()).digest())

    def _polynomial(self, ceremony: Ceremony) -> tuple[list[mpz], dict[str, Any]]:
        """The secret coefficients and the signed commitments to them, the same ones each time they are asked for."""
        draw = self._secret_draws(ceremony)
        coefficients = [draw() for _ in range(ceremony.threshold)]
        body = compact({"coefexps": [str(GENERATOR.power(each)) for each in coefficients]})
        return coefficients, signed(body, self.keys.signing, draw=draw)

    def _promise(self, ceremony: Ceremony, _draw: Draw) -> str:
        if ceremony.certificates()[self.index - 1].verification != self.keys.verification:
            raise TrusteeFault(self.index, "this key is not the one of this trustee's certificate")
        return promise_of(self._polynomial(ceremony)[1])

    def _commitment(self, ceremony: Ceremony, draw: Draw) -> dict[str, Any]:
        ceremony.all_of(Step.PROMISE)
        coefficients, committed = self._polynomial(ceremony)
        coefexps = [GENERATOR.power(each) for each in coefficients]
        signature = sign_certs(self.keys.signing, ceremony.all_of(Step.CERTIFICATE), coefexps, draw=draw)
        return {"coefexps": committed, "signature": signature.as_json()}

    def _shares(self, ceremony: Ceremony, draw: Draw) -> dict[str, Any]:
        certificates = ceremony.certificates()
        ceremony.coefexps()
        coefficients, _committed = self._polynomial(ceremony)
        return {
            "shares": [
                seal(
                    compact({"secret": str(share_for(coefficients, index))}),
                    sender=self.keys, recipient=certificate.encryption, draw=draw,
                )
                for index, certificate in enumerate(certificates, 1)
            ]
        }  # fmt: skip

    def _key(self, ceremony: Ceremony, draw: Draw) -> dict[str, Any]:
        secret = self.decryption_key(ceremony)
        public = public_key_of(secret, draw=draw)
        return {**public, "signature": sign(self.keys.signing, public["public_key"], draw=draw).as_json()}


def share_for(coefficients: Sequence[mpz], index: int) -> mpz:
    """The value at `index` of the polynomial with these coefficients, the constant first."""
    value = mpz(0)
    for coefficient in reversed(coefficients):
        value = (value * index + coefficient) % Q
    return value


def _opened_share(sealed: object, *, keys: TrusteeKeys, sender: mpz) -> mpz:
    if not isinstance(sealed, str):
        raise Malformed("a share is no text")
    return any_scalar(fields(parsed(unseal(sealed, keys=keys, sender=sender)), "secret")["secret"])
