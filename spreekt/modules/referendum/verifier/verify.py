"""One archive from its first byte to its last. What each part must satisfy is in the other files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from spreekt.modules.referendum.verifier.ballots import check_ballot
from spreekt.modules.referendum.verifier.board import BallotBox, Kind, Slip, Step, steps
from spreekt.modules.referendum.verifier.credentials import check_chunk, chunks, read_credentials
from spreekt.modules.referendum.verifier.crew import Crew
from spreekt.modules.referendum.verifier.election import Election, read_election
from spreekt.modules.referendum.verifier.faults import Fault, Report, within
from spreekt.modules.referendum.verifier.reading import canonical, digest_base64, fields
from spreekt.modules.referendum.verifier.tally import Decryptions, Tally, add, check_encrypted_tally, empty_tally
from spreekt.modules.referendum.verifier.trustees import Trustees, read_trustees

BATCH: Final = 16
"""Ballots that a worker gets at once."""
Watch = Callable[[int, int], None]
"""Told how many ballots are done, and of how many."""


def verify(path: Path, *, jobs: int = 1, so_far: bool = False, watch: Watch = lambda done, total: None) -> Report:
    """Say whether everything in the archive holds; the fault is the first one in the order of the file.

    First the file is read once: bytes, chain, set-up; of each ballot only its place is kept. Then the ballots are
    checked in `jobs` processes, and last what follows them. An archive that is valid as far as it goes but has no
    result is refused too, unless `so_far` is set. Raises OSError when the file cannot be read.
    """
    with Crew(jobs) as crew:
        check = _Check(path, crew, watch)
        result, fault = None, None
        try:
            result = check.run()
            if result is None and not so_far:
                fault = f"not finished: all {len(check.box)} ballots up to here are valid, but {check.missing}"
        except Fault as found:
            fault = str(found)
        return Report(fault is None, len(check.box), check.box.counted, result, fault)


class _Check:
    """One run over one archive."""

    def __init__(self, path: Path, crew: Crew, watch: Watch) -> None:
        self._path = path
        self._crew = crew
        self._watch = watch
        self.box = BallotBox([])
        self.missing = "the set-up is missing"

    def run(self) -> list[list[int]] | None:
        """The result; None when there is none yet."""
        later: list[Step] = []
        broken: Fault | None = None
        with self._path.open("rb") as file:
            following = steps(file)
            election, trustees = self._set_up(following)
            try:
                for step in following:
                    if step.kind is Kind.BALLOT:
                        self.box.put(step.members[0])
                    else:
                        later.append(step)
                        if len(later) > len(trustees.keys) + 3:
                            raise Fault("there are more partial decryptions than trustees")
            except Fault as fault:
                broken = fault  # what stands before it in the file is said first
        tally = self._check_ballots(election)
        result = self._check_count(election, trustees, tally, later)
        if broken:
            raise broken
        return result

    def _set_up(self, following: Iterator[Step]) -> tuple[Election, Trustees]:
        """Election, trustees and credentials; the first step is always Setup."""
        first = next(following, None)
        if first is None:
            raise Fault("the archive holds no election")
        election_record, trustees_record, credentials_record, set_up = first.members
        with within("election"):
            election = read_election(election_record.body)
        with within("trustees"):
            trustees = read_trustees(trustees_record.body)
            if trustees.election_key != election.key:
                raise Fault("their keys do not make the key of the election")
        with within("public credentials"):
            credentials = read_credentials(credentials_record.body)
            for answer in self._crew.answers(check_chunk, chunks(credentials)):
                if answer:
                    raise Fault(answer)
        with within("set-up"):
            found = fields(canonical(set_up.body), "election", "trustees", "credentials")
            if found != [election_record.digest, trustees_record.digest, credentials_record.digest]:
                raise Fault("does not name the election, trustees and credentials before it")
        self.box = BallotBox(credentials)
        self.missing = "there is no EndBallots event"
        return election, trustees

    def _check_ballots(self, election: Election) -> Tally:
        """Every ballot; gives the product of those that count."""
        total = len(self.box)
        batches = (Batch(self._path, election, self.box.slips(first, BATCH)) for first in range(1, total + 1, BATCH))
        tally, done = empty_tally(election), 0
        for counted in self._crew.answers(check_batch, batches):
            if isinstance(counted, str):
                raise Fault(counted)
            tally = add(tally, counted)
            done = min(done + BATCH, total)
            self._watch(done, total)
        return tally

    def _check_count(
        self, election: Election, trustees: Trustees, tally: Tally, later: list[Step]
    ) -> list[list[int]] | None:
        """Everything after the last ballot."""
        counted = self.box.counted
        decryptions = Decryptions(election, trustees, tally, counted)
        number = 0
        for step in later:
            if step.kind is Kind.END_BALLOTS:
                self.missing = "there is no encrypted tally"
            elif step.kind is Kind.ENCRYPTED_TALLY:
                check_encrypted_tally(election, tally, counted, *step.members)
                self.missing = "there is no result"
            elif step.kind is Kind.PARTIAL_DECRYPTION:
                number += 1
                with within(f"partial decryption {number}"):
                    decryptions.add(*step.members)
            else:
                with within("result"):
                    return decryptions.opens(step.members[0])
        return None


class Batch(NamedTuple):
    """Some ballots that follow each other, for one worker."""

    path: Path
    election: Election
    slips: list[Slip]


def check_batch(batch: Batch) -> Tally | str:
    """The product of the ballots that count, or what is wrong with the first one that is not valid."""
    tally = empty_tally(batch.election)
    with batch.path.open("rb") as file:
        for slip in batch.slips:
            file.seek(slip.body_at)
            body = file.read(slip.size)
            try:
                with within(f"ballot {slip.number} (tracker {digest_base64(body)})"):
                    if slip.same_as:
                        raise Fault(f"it is the same as ballot {slip.same_as}")
                    encrypted = check_ballot(batch.election, body, is_listed=slip.is_listed)
            except Fault as fault:
                return str(fault)
            if slip.counts:
                tally = add(tally, encrypted)
    return tally
