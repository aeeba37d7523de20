"""What is accepted into the box, and every way in which it is not. Ids are those of the catalogue of attacks."""

import json
import random

import pytest

from spreekt.modules.referendum.ballot import acceptance
from spreekt.modules.referendum.ballot.acceptance import check, longest_ballot, read_ballot
from spreekt.modules.referendum.ballot.canonical import compact, hex_of
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.encryption import tracker_of
from spreekt.modules.referendum.ballot.refusals import (
    BadBlankProof,
    BadIndividualProof,
    BadOverallProof,
    BallotRefused,
    NonCanonical,
    TooLarge,
    WrongShape,
)
from tests.referendum.ballot.elections import YES_NO, a_ballot, a_secret, an_election
from tests.referendum.ballot.forgery import a_forged_ballot, changed, paths_to, with_value

ELECTION = an_election()
THREE = Question("Welke?", ("A", "B", "C"), blank=False, min=1, max=2)
SEVERAL = an_election(THREE, Question("Nog een?", ("A", "B", "C"), blank=False, min=1, max=2), YES_NO)
SECRET = a_secret(0, ELECTION)
BALLOT = a_ballot(ELECTION)


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
