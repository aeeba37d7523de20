"""Ballots that were copied, and numbers and proofs that were changed: each refused. Ids: the catalogue of attacks."""

import json

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.canonical import b64_of, compact, hex_of
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.group import G, P, Q, in_group
from spreekt.modules.referendum.ballot.proofs import prove_knowledge
from spreekt.modules.referendum.ballot.refusals import (
    BadBlankProof,
    BadIndividualProof,
    BadOverallProof,
    BadSignature,
    NotInGroup,
    Repeated,
    WrongElection,
)
from tests.referendum.ballot.elections import YES_NO, a_ballot, a_draw, a_secret, an_election
from tests.referendum.ballot.forgery import changed, paths_to, with_value

ELECTION = an_election()
THREE = Question("Welke?", ("A", "B", "C"), blank=False, min=1, max=2)
SEVERAL = an_election(THREE, Question("Nog een?", ("A", "B", "C"), blank=False, min=1, max=2), YES_NO)
SECRET = a_secret(0, ELECTION)
BALLOT = a_ballot(ELECTION)
FIELDS = json.loads(BALLOT)
PROOFS = [path for name in ("challenge", "response") for path in paths_to(FIELDS, name) if path[0] == "answers"]


def proof_at(path):
    """The refusal for a fault in the proof that a path leads to."""
    return {
        "individual_proofs": BadIndividualProof,
        "overall_proof": BadOverallProof,
        "blank_proof": BadBlankProof,
    }[path[2]]


# V08: nobody votes with the ballot of another.


def test_V08_a_ballot_under_another_credential_is_refused_signed_or_not():
    other = a_secret(1, ELECTION)

    with pytest.raises(BadSignature):
        check(ELECTION, changed(BALLOT, with_value(("credential",), lambda _: str(public_of(other)))))
    with pytest.raises(BadIndividualProof):
        check(ELECTION, changed(BALLOT, lambda _: None, secret=other))


def test_V08_a_ballot_of_another_election_is_refused_signed_or_not():
    other = an_election(uuid="KortrijkStemt2")
    same_name = an_election(Question("Iets anders?", ("Ja", "Nee")))

    def moved(ballot):
        ballot.update(election_uuid=other.uuid, election_hash=other.fingerprint)

    for election in (other, same_name):
        with pytest.raises(WrongElection):
            check(election, BALLOT)
    with pytest.raises(BadSignature):
        check(other, changed(BALLOT, moved))
    with pytest.raises(BadIndividualProof):
        check(other, changed(BALLOT, moved, secret=SECRET))


def test_V08_choices_in_another_position_are_refused():
    def swapped(ballot):
        for name in ("choices", "individual_proofs"):
            answer = ballot["answers"][0]
            answer[name][1], answer[name][2] = answer[name][2], answer[name][1]

    with pytest.raises(BadBlankProof):
        check(ELECTION, changed(BALLOT, swapped, secret=SECRET))


def test_V08_a_component_used_again_is_refused():
    ballot = a_ballot(SEVERAL, [(1, 0, 0), (0, 1, 0), (0, 1, 0)])

    def copied_answer(fields):
        fields["answers"][1] = fields["answers"][0]

    def copied_component(fields):
        fields["answers"][1]["choices"][2]["alpha"] = fields["answers"][1]["choices"][0]["alpha"]

    for change in (copied_answer, copied_component):
        with pytest.raises(Repeated):
            check(SEVERAL, changed(ballot, change, secret=a_secret(0, SEVERAL)))


def test_V08_a_ballot_with_fresh_randomness_over_it_is_refused():
    again = mpz(987_654_321)

    def rerandomised(ballot):
        for choice in ballot["answers"][0]["choices"]:
            choice["alpha"] = str(mpz(choice["alpha"]) * pow(G, again, P) % P)
            choice["beta"] = str(mpz(choice["beta"]) * ELECTION.key.power(again) % P)

    with pytest.raises(BadIndividualProof):
        check(ELECTION, changed(BALLOT, rerandomised, secret=SECRET))


def test_V08_the_same_ballot_is_known_by_its_hash():
    assert check(ELECTION, BALLOT).sha == check(ELECTION, BALLOT).sha == hex_of(BALLOT)
    assert check(ELECTION, a_ballot(ELECTION, seed="again")).sha != hex_of(BALLOT)


# V09: nothing repeats.


def test_V09_ballots_of_the_same_choice_have_nothing_in_common():
    ballots = [json.loads(a_ballot(ELECTION, voter=voter, seed=seed)) for voter in range(4) for seed in range(5)]
    seen = [
        value
        for ballot in ballots
        for name in ("alpha", "beta", "challenge", "response", "hash")
        for path in paths_to(ballot, name)
        for value in [_at(ballot, path)]
    ]

    assert len(seen) == len(set(seen)) == 20 * (6 + 2 * 11 + 1)


# V10: the numbers and the proofs.


@pytest.mark.parametrize(
    "value", [0, 1, int(P - 1), 2, int(P), int(P + G), int(P - G)], ids=lambda value: str(value)[:9]
)
@pytest.mark.parametrize("path", paths_to(FIELDS, "alpha") + paths_to(FIELDS, "beta"), ids=str)
def test_V10_an_element_that_is_trivial_or_outside_the_group_is_refused(path, value):
    with pytest.raises(NotInGroup):
        check(ELECTION, changed(BALLOT, with_value(path, lambda _: str(value)), secret=SECRET))


@pytest.mark.parametrize("value", [0, 1, int(P - 1), 2, int(P), int(P - G)], ids=lambda value: str(value)[:9])
def test_V10_a_credential_that_is_trivial_or_outside_the_group_is_refused(value):
    def claimed(ballot):
        del ballot["signature"]
        ballot["credential"] = str(value)
        digest = b64_of(compact(ballot))
        ballot["signature"] = {"hash": digest, "proof": prove_knowledge(f"sig|{digest}|", mpz(0), a_draw(1)).as_json()}

    with pytest.raises(NotInGroup):
        check(ELECTION, changed(BALLOT, claimed))


@pytest.mark.parametrize("path", PROOFS, ids=str)
@pytest.mark.parametrize(
    "other", [lambda text: str((mpz(text) + 1) % Q), lambda text: str(mpz(text) + Q)], ids=["+1", "+q"]
)
def test_V10_each_field_of_each_proof_matters(path, other):
    with pytest.raises(proof_at(path)):
        check(ELECTION, changed(BALLOT, with_value(path, other), secret=SECRET))


@pytest.mark.parametrize("field", ["challenge", "response"])
@pytest.mark.parametrize(
    "other", [lambda text: str((mpz(text) + 1) % Q), lambda text: str(mpz(text) + Q)], ids=["+1", "+q"]
)
def test_V10_each_number_of_the_signature_matters(field, other):
    with pytest.raises(BadSignature):
        check(ELECTION, changed(BALLOT, with_value(("signature", "proof", field), other)))


def test_V10_another_hash_under_the_signature_is_refused():
    with pytest.raises(BadSignature):
        check(ELECTION, changed(BALLOT, with_value(("signature", "hash"), lambda _: b64_of("another"))))


@pytest.mark.parametrize("path", paths_to(FIELDS, "alpha") + paths_to(FIELDS, "beta"), ids=str)
def test_V10_each_ciphertext_is_part_of_what_is_proved(path):
    with pytest.raises(BadIndividualProof):
        check(ELECTION, changed(BALLOT, with_value(path, lambda text: str(mpz(text) * G % P)), secret=SECRET))


def test_V10_the_ciphertexts_of_the_whole_answer_are_part_of_every_proof_over_it():
    """The slots of another ballot of the same voter, each with its own valid proof, do not fit this one's whole."""
    other = json.loads(a_ballot(ELECTION, [(0, 0, 1)], seed="other"))["answers"][0]

    def mixed(ballot):
        for name in ("choices", "individual_proofs"):
            ballot["answers"][0][name][2] = other[name][2]

    with pytest.raises(BadBlankProof):
        check(ELECTION, changed(BALLOT, mixed, secret=SECRET))


@pytest.mark.parametrize("field", ["election_uuid", "election_hash"])
def test_V10_each_name_of_the_election_matters(field):
    with pytest.raises(WrongElection):
        check(ELECTION, changed(BALLOT, with_value((field,), lambda text: text[:-1] + "z"), secret=SECRET))


def test_V10_proofs_under_another_key_are_refused():
    other = an_election(key=mpz(77))

    def moved(ballot):
        ballot["election_hash"] = other.fingerprint

    with pytest.raises(BadIndividualProof):
        check(other, changed(BALLOT, moved, secret=SECRET))


def test_the_trivial_and_outside_elements_of_these_tests_are_so():
    assert not any(in_group(mpz(value)) for value in (0, P - 1, 2, P, P - G))


def _at(fields, path):
    for step in path:
        fields = fields[step]
    return fields
