"""What is accepted into the box, and every way in which it is not. Ids are those of the catalogue of attacks."""

import json
import random

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot import acceptance
from spreekt.modules.referendum.ballot.acceptance import check, longest_ballot, read_ballot
from spreekt.modules.referendum.ballot.canonical import b64_of, compact, hex_of
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.encryption import tracker_of
from spreekt.modules.referendum.ballot.group import G, P, Q, in_group
from spreekt.modules.referendum.ballot.proofs import prove_knowledge
from spreekt.modules.referendum.ballot.refusals import (
    BadBlankProof,
    BadIndividualProof,
    BadOverallProof,
    BadSignature,
    BallotRefused,
    NonCanonical,
    NotInGroup,
    Repeated,
    TooLarge,
    WrongElection,
    WrongShape,
)
from tests.referendum.ballot.elections import YES_NO, a_ballot, a_draw, a_secret, an_election
from tests.referendum.ballot.forgery import a_forged_ballot, changed, paths_to, with_value

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


@pytest.mark.parametrize("choices", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_every_valid_choice_is_accepted_with_its_credential_and_tracker(choices):
    ballot = a_ballot(ELECTION, [choices])

    assert check(ELECTION, ballot) == (str(public_of(SECRET)), hex_of(ballot), tracker_of(ballot))


@pytest.mark.parametrize(
    "choices",
    [[(1, 0, 0), (0, 1, 1), (0, 0, 1)], [(1, 1, 0), (0, 0, 1), (1, 0, 0)]],
)
def test_several_questions_are_accepted_together(choices):
    assert check(SEVERAL, a_ballot(SEVERAL, choices)).credential == str(public_of(a_secret(0, SEVERAL)))


@pytest.mark.parametrize("choices", [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 1, 1)])
def test_from_none_to_all_answers_may_be_chosen_where_the_question_says_so(choices):
    election = an_election(Question("Welke?", ("A", "B", "C"), min=0, max=3))

    assert check(election, a_ballot(election, [choices])).tracker


def in_reverse(ballot):
    answer = ballot["answers"][0]
    fields = [*answer.items()][::-1]
    answer.clear()
    answer.update(fields)


# V06: nothing is counted that is no vote.


@pytest.mark.parametrize(
    ("choices", "refusal"),
    [
        ((0, 2, 0), BadIndividualProof),
        ((0, -1, 0), BadIndividualProof),
        ((2, 0, 0), BadIndividualProof),
        ((-1, 1, 0), BadIndividualProof),
        ((0, 2, -1), BadIndividualProof),
        ((0, 10_000, 0), BadIndividualProof),
        ((1, 1, 0), BadBlankProof),
        ((0, 0, 0), BadOverallProof),
        ((0, 1, 1), BadOverallProof),
        ((1, 1, 1), BadBlankProof),
    ],
)
def test_V06_a_forged_vote_is_refused(monkeypatch, choices, refusal):
    with pytest.raises(refusal):
        check(ELECTION, a_forged_ballot(monkeypatch, ELECTION, [choices]))


@pytest.mark.parametrize(
    ("choices", "refusal"),
    [
        ((0, 0, 0), BadOverallProof),
        ((1, 1, 1), BadOverallProof),
        ((2, 0, 0), BadIndividualProof),
        ((2, -1, 0), BadIndividualProof),
    ],
)
def test_V06_a_forged_vote_without_blank_is_refused(monkeypatch, choices, refusal):
    forged = a_forged_ballot(monkeypatch, SEVERAL, [(1, 0, 0), choices, (0, 1, 0)])

    with pytest.raises(refusal):
        check(SEVERAL, forged)


@pytest.mark.parametrize(
    "change",
    [
        lambda ballot: ballot.pop("credential"),
        lambda ballot: ballot.update(extra=1),
        lambda ballot: ballot.update(answers=ballot["answers"] * 2),
        lambda ballot: ballot.update(answers=[]),
        lambda ballot: ballot.update(answers=ballot["answers"][0]),
        lambda ballot: ballot.update(answers=None),
        lambda ballot: ballot["answers"][0].pop("blank_proof"),
        lambda ballot: ballot["answers"][0].update(weight="2"),
        lambda ballot: ballot["answers"][0]["choices"].pop(),
        lambda ballot: ballot["answers"][0]["choices"].append(ballot["answers"][0]["choices"][0]),
        lambda ballot: ballot["answers"][0]["individual_proofs"].pop(),
        lambda ballot: ballot["answers"][0]["individual_proofs"][0].pop(),
        lambda ballot: ballot["answers"][0]["overall_proof"].append(ballot["answers"][0]["overall_proof"][0]),
        lambda ballot: ballot["answers"][0]["overall_proof"].clear(),
        lambda ballot: ballot["answers"][0]["choices"].__setitem__(0, "1"),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha=1),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha=["1"]),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha="-1"),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha="01"),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha="1e309"),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha="NaN"),
        lambda ballot: ballot["answers"][0]["choices"][0].update(alpha=""),
        lambda ballot: ballot["answers"][0]["choices"][0].update(gamma="1"),
        lambda ballot: ballot["answers"][0]["individual_proofs"][0][0].update(challenge=-1),
        in_reverse,
    ],
)
def test_V06_another_shape_is_refused_even_when_signed(change):
    with pytest.raises((WrongShape, TooLarge)):
        check(ELECTION, changed(BALLOT, change, secret=SECRET))


@pytest.mark.parametrize(
    "skin",
    [
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace(":", ": ", 1),
        lambda text: text.replace('"credential"', '"credentia\\u006c"'),
        lambda text: text.replace('"answers":', '"answers":[],"answers":'),
        lambda text: text.replace("{", '{"x":1.5,', 1),
        lambda text: text.replace("{", '{"x":NaN,', 1),
        lambda text: text.replace("{", '{"x":' + "9" * 50 + ",", 1),
        lambda text: text.replace("{", '{"é":1,', 1),
        lambda text: text.replace("{", '{"\ud800":1,', 1),
        lambda text: text.replace("{", '{"\\ud800":1,', 1),
        lambda text: "[" * 5_000,
        lambda text: '{"a":' * 1_000,
        lambda text: text[:-1],
        lambda text: "",
        lambda text: "\ufeff" + text,
        lambda text: "\0" * 100,
    ],
)
def test_V06_a_ballot_has_one_spelling(skin):
    with pytest.raises(NonCanonical):
        check(ELECTION, skin(BALLOT))


@pytest.mark.parametrize("text", ["null", "1", '"x"', "[]", "{}", "true", '{"election_uuid":"KortrijkStemt1"}'])
def test_V06_json_that_is_no_ballot_is_refused(text):
    with pytest.raises(WrongShape):
        check(ELECTION, text)


@pytest.mark.parametrize("text", ["[" * 1_000_000, "1" * 1_000_000, '"' + "x" * 7_200 + '"'])
def test_V06_what_is_longer_than_a_ballot_is_not_read(monkeypatch, text):
    monkeypatch.setattr(acceptance, "read_json", None)

    with pytest.raises(TooLarge):
        check(ELECTION, text)


@pytest.mark.parametrize("election", [ELECTION, SEVERAL, an_election(Question("?", ("A",), blank=False))])
def test_the_longest_ballot_fits_and_little_more(election):
    """Every number at its longest; what is over is under a tenth."""
    ballot = json.loads(
        a_ballot(election, [(0,) * q.blank + (1,) + (0,) * (len(q.answers) - 1) for q in election.questions])
    )
    for name, digits in (("alpha", 617), ("beta", 617), ("credential", 617), ("challenge", 77), ("response", 77)):
        for path in paths_to(ballot, name):
            with_value(path, lambda _, digits=digits: "9" * digits)(ballot)
    longest = len(compact(ballot))

    assert longest <= longest_ballot(election) <= 1.1 * longest + 1_500


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


def test_nothing_that_a_ballot_can_contain_makes_the_check_fail_otherwise():
    """Random damage to the bytes: each time a named refusal with a sentence, never another error."""
    chance = random.Random(7)
    for _ in range(150):
        place = chance.randrange(len(BALLOT))
        damaged = BALLOT[:place] + chance.choice('0192"{}[]:,ax\\ é\0') + BALLOT[place + chance.randrange(3) :]
        if damaged == BALLOT:
            continue

        with pytest.raises(BallotRefused) as refusal:
            check(ELECTION, damaged)

        assert refusal.value.name
        assert str(refusal.value).endswith("nog eens.")


def test_refusals_are_counted_under_different_names():
    kinds = BallotRefused.__subclasses__()

    assert len({kind.name for kind in kinds}) == len(kinds) == 10


def test_a_ballot_can_be_read_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr(acceptance, "powers_product", None)

    assert read_ballot(ELECTION, BALLOT).credential.base == public_of(SECRET)


def test_the_trivial_and_outside_elements_of_these_tests_are_so():
    assert not any(in_group(mpz(value)) for value in (0, P - 1, 2, P, P - G))


def _at(fields, path):
    for step in path:
        fields = fields[step]
    return fields
