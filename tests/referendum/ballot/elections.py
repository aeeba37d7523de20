"""Builds elections with one key that the test knows, their ballots and their archives."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.credential import public_of, secret_of
from spreekt.modules.referendum.ballot.election import Election, Question, Template, make_election
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.group import G, Q, challenge, power
from spreekt.modules.referendum.ballot.proofs import Proof, prove_knowledge
from spreekt.modules.referendum.ballot.randomness import Draw, drawing_from
from spreekt.modules.referendum.ballot.tally import open_tally, read_tally, result_text, tally_of

UUID = "KortrijkStemt1"
TIMESTAMP = 1_700_000_000
YES_NO = Question("Moet de Grote Markt autovrij worden?", ("Ja", "Nee"))
KEY = mpz(4_242_424_242_424_242)


def a_draw(seed: object) -> Draw:
    """Randomness that is the same in every run."""
    return drawing_from(str(seed).encode().rjust(32, b"."))


def an_election(*questions: Question, uuid: str = UUID, key: mpz = KEY) -> Election:
    template = Template("Referendum", "Om te proberen", questions or (YES_NO,))
    return make_election(template, uuid, power(G, key))


def a_secret(voter: int, election: Election) -> mpz:
    return secret_of(f"code {voter}", election.uuid)


def a_ballot(
    election: Election, choices: Sequence[Sequence[int]] = ((0, 1, 0),), *, voter: int = 0, seed: object = None
) -> str:
    return encrypt(election, a_secret(voter, election), choices, a_draw(f"{voter} {seed}"))


@dataclass
class OneKey:
    """A single trustee: who knows its secret opens everything. `draw` gives w of its proofs."""

    secret: mpz = KEY
    draw: Draw = field(default_factory=lambda: a_draw("trustee"))

    @property
    def trustees(self) -> str:
        public = power(G, self.secret)
        pok = prove_knowledge(f"pok|BELENIOS-2048|{public}|", self.secret, self.draw)
        return compact([["Single", {"pok": pok.as_json(), "public_key": str(public)}]])

    def factors(self, tally: str) -> list[list[mpz]]:
        return [[power(alpha, self.secret) for alpha, _ in row] for row in read_tally(tally)]

    def partial_decryption(self, tally: str, phi: str, *, strong: bool = True) -> str:
        public, factors, rows = power(G, self.secret), self.factors(tally), read_tally(tally)
        plain = [[self._proof(f"decrypt|{phi}|{public}|", alpha) for alpha, _ in row] for row in rows]
        written = {"decryption_factors": [[str(f) for f in row] for row in factors], "decryption_proofs": plain}
        if strong:
            written["strong_proofs"] = [
                [
                    self._proof(
                        f"strong-decrypt|{phi}|1|{question}|{slot}|{public}|{alpha},{factors[question][slot]}|", alpha
                    )
                    for slot, (alpha, _) in enumerate(row)
                ]
                for question, row in enumerate(rows)
            ]
        return compact(written)

    def _proof(self, prefix: str, alpha: mpz) -> dict[str, str]:
        w = self.draw()
        c = challenge(prefix, (power(G, w), power(alpha, w)))
        return Proof(c, (w - self.secret * c) % Q).as_json()


def an_archive(
    folder: Path,
    election: Election,
    ballots: Iterable[str] = (),
    *,
    voters: Iterable[int] = (),
    trustee: OneKey | None = None,
    strong: bool = True,
) -> Path:
    """A whole archive, from the setup to the result. Those who voted are always on the list; `voters` adds others."""
    trustee, ballots = trustee or OneKey(), list(ballots)
    path = folder / f"{election.uuid}.bel"
    roll = {str(public_of(a_secret(voter, election))) for voter in voters}
    roll |= {json.loads(ballot)["credential"] for ballot in ballots}
    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        archive.setup(election=election.text, trustees=trustee.trustees, credentials=sorted(roll))
        for ballot in ballots:
            archive.ballot(ballot)
        archive.end_ballots()
        archive.sync()
        with ArchiveReader(path) as reader:
            tally = tally_of(election, reader.counted_ballots())
        archive.encrypted_tally(tally=tally.text(), sized=tally.sized_text())
        archive.partial_decryption(1, trustee.partial_decryption(tally.text(), election.fingerprint, strong=strong))
        counts = open_tally(tally.rows, trustee.factors(tally.text()), most=tally.ballots)
        archive.result(result_text(counts))
    return path
