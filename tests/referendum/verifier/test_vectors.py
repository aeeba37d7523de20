"""The vectors of protocol section 7, as the verifier sees them: it agrees with all of them but the missing proofs."""

import hashlib
import tracemalloc

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.credential import public_of, secret_of
from spreekt.modules.referendum.ballot.election import Election as ElectionOfTheBooth
from spreekt.modules.referendum.ballot.election import Template
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.group import GENERATOR, FixedBase
from spreekt.modules.referendum.verifier.ballots import check_ballot
from spreekt.modules.referendum.verifier.board import BallotBox
from spreekt.modules.referendum.verifier.election import Election, Question
from spreekt.modules.referendum.verifier.faults import Fault
from spreekt.modules.referendum.verifier.reading import digest_base64
from spreekt.modules.referendum.verifier.records import Record
from spreekt.modules.referendum.verifier.tally import Decryptions, add, check_encrypted_tally, empty_tally
from spreekt.modules.referendum.verifier.trustees import Trustees, read_trustees
from tests.referendum.ballot.elections import YES_NO, OneKey
from tests.referendum.ballot.vectors import (
    CHOICES,
    CREDENTIALS,
    PARTIAL_DECRYPTION_SHA,
    PHI,
    RESULT,
    TALLY_SHA,
    TRACKERS,
    UUID,
    X,
    drawing,
)
from tests.referendum.verifier.archives import compact

KEY = GENERATOR.power(X)
ELECTION = Election(UUID, PHI, KEY, (Question(("Ja", "Nee"), has_blank=True, minimum=1, maximum=1),))


def a_record(body: bytes, number: int = 1) -> Record:
    return Record(number, 512, body, hashlib.sha256(body).hexdigest(), is_event=False)


@pytest.fixture(scope="module")
def ballots() -> list[bytes]:
    booth = ElectionOfTheBooth(Template("", "", (YES_NO,)), UUID, "", PHI, FixedBase(KEY))
    return [
        encrypt(booth, secret_of(credential, UUID), [choices], drawing(f"ballot{place}")).encode()
        for place, (credential, choices) in enumerate(zip(CREDENTIALS, CHOICES, strict=True))
    ]


@pytest.fixture(scope="module")
def tally(ballots):
    total = empty_tally(ELECTION)
    for ballot in ballots:
        total = add(total, check_ballot(ELECTION, ballot, is_listed=True))
    return total


@pytest.fixture
def trustees() -> Trustees:
    draw = drawing("trustee")
    return read_trustees(OneKey(draw(), draw).trustees.encode())


def text_of(tally) -> bytes:
    return compact([[{"alpha": str(slot.alpha), "beta": str(slot.beta)} for slot in row] for row in tally])


def test_the_ballots_of_the_vectors_hold_and_have_their_trackers(ballots, tally):
    assert [digest_base64(ballot) for ballot in ballots] == [*TRACKERS]
    assert hashlib.sha256(text_of(tally)).hexdigest() == TALLY_SHA


def test_the_trustee_of_the_vectors_makes_the_key(trustees):
    assert trustees.election_key == KEY
    assert trustees.parties[0].weights([1]) == {1: mpz(1)}


def test_the_tally_of_the_vectors_holds(tally):
    tally_record = a_record(text_of(tally))
    sized = {"num_tallied": 3, "total_weight": 3, "encrypted_tally": TALLY_SHA}

    check_encrypted_tally(ELECTION, tally, 3, tally_record, a_record(compact(sized)))


def test_v15_the_decryption_of_the_vectors_is_refused_because_it_has_no_strong_proofs(tally, trustees):
    made = OneKey(X, drawing("pd")).partial_decryption(text_of(tally).decode(), PHI, strong=False).encode()
    owned = compact({"owner": 1, "payload": PARTIAL_DECRYPTION_SHA})

    with pytest.raises(Fault, match="trustee 1: the strong proofs are missing"):
        Decryptions(ELECTION, trustees, tally, 3).add(a_record(made), a_record(owned))


def test_with_strong_proofs_the_vectors_open_to_their_result(tally, trustees):
    made = OneKey(X, drawing("pd")).partial_decryption(text_of(tally).decode(), PHI).encode()
    decryptions = Decryptions(ELECTION, trustees, tally, 3)

    decryptions.add(a_record(made), a_record(compact({"owner": 1, "payload": a_record(made).digest})))

    assert decryptions.opens(a_record(RESULT.encode())) == [[1, 1, 1]]


@pytest.mark.parametrize("counts", [[0, 2, 2], [1, 0, 0], [3, 1, 0]])
def test_counts_that_permitted_ballots_cannot_give_are_implausible(counts, tally, trustees):
    decryptions = Decryptions(ELECTION, trustees, tally, 3)

    with pytest.raises(Fault, match="3 permitted ballots cannot add up"):
        decryptions._check_plausible(ELECTION.questions[0], counts)


def test_a_ballot_leaves_no_more_than_a_few_hundred_bytes_in_memory():
    credentials = [str(public_of(mpz(secret))) for secret in range(2, 12)]
    front = '{"election_uuid":"x","election_hash":"y","credential":'
    tracemalloc.start()
    box = BallotBox(credentials)
    for number in range(5000):
        box.put(a_record(f'{front}"{credentials[number % 10]}",{number}'.encode() + bytes(7000)))
    used, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert used < 5000 * 400
    assert (len(box), box.counted) == (5000, 10)
    assert [slip.counts for slip in box.slips(4990, 16)] == [False] + [True] * 10
