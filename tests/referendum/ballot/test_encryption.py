"""What a ballot shows and what it hides."""

import json

import pytest

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.encryption import InvalidChoice, encrypt, tracker_of
from spreekt.modules.referendum.ballot.group import GENERATOR, Q
from spreekt.modules.referendum.ballot.proofs import Opening, prove_disjunction
from spreekt.modules.referendum.ballot.randomness import drawing_from, new_seed
from tests.referendum.ballot.elections import YES_NO, a_ballot, a_draw, a_secret, an_election

ELECTION = an_election()
SEVERAL = an_election(YES_NO, Question("Welke?", ("A", "B", "C"), blank=False, min=0, max=2))


def test_one_seed_makes_one_ballot():
    secret, seed = a_secret(0, ELECTION), new_seed()

    first, second = (encrypt(ELECTION, secret, [(0, 1, 0)], drawing_from(seed)) for _ in range(2))

    assert first == second
    assert tracker_of(first) == check(ELECTION, first).tracker
    assert encrypt(ELECTION, secret, [(0, 1, 0)], drawing_from(new_seed())) != first


def test_every_choice_draws_equally_often_and_makes_the_same_fields():
    """Otherwise time or size would tell what was chosen."""
    shapes, draws = set(), set()
    for choices in [[(1, 0, 0), (0, 0, 0)], [(0, 1, 0), (1, 0, 1)], [(0, 0, 1), (0, 0, 1)]]:
        drawn = []
        draw = a_draw("count")

        def counted(draw=draw, drawn=drawn):
            drawn.append(draw())
            return drawn[-1]

        ballot = encrypt(SEVERAL, a_secret(0, SEVERAL), choices, counted)
        shapes.add(shape_of(json.loads(ballot)))
        draws.add(len(drawn))

    assert len(shapes) == 1
    # Per answer: one for each slot; three for each proof of two statements, and two more for each further statement.
    assert draws == {(3 + 3 * 3 + 3 + 3) + (3 + 3 * 3 + 5) + 1}


def test_the_size_of_a_ballot_does_not_tell_the_choice():
    sizes = {
        choices: [len(a_ballot(ELECTION, [choices], seed=seed)) for seed in range(12)]
        for choices in [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    }

    # Numbers vary by a digit now and then; the ranges overlap.
    assert max(min(of) for of in sizes.values()) <= min(max(of) for of in sizes.values())


@pytest.mark.parametrize(
    ("choices", "question"),
    [
        ([(0, 0, 0), (0, 0, 0)], 1),
        ([(1, 1, 0), (0, 0, 0)], 1),
        ([(0, 1, 0), (1, 1, 1)], 2),
        ([(0, 1, 0), (0, 1)], 2),
        ([(0, 2, 0), (0, 0, 0)], 1),
        ([(0, 1, 0)], 2),
        ([(0, 1, 0), (0, 0, 0), (0, 0, 0)], 3),
        ([], 1),
    ],
)
def test_a_choice_that_is_not_allowed_is_not_encrypted(choices, question):
    with pytest.raises(InvalidChoice) as refusal:
        encrypt(SEVERAL, a_secret(0, SEVERAL), choices, a_draw("x"))

    assert refusal.value.args == (question,)
    assert f"vraag {question}" in str(refusal.value)


def test_nothing_false_is_proved():
    with pytest.raises(ValueError, match="none of the statements"):
        prove_disjunction(ELECTION.key, "p|", [Opening(Q - 1, 1), Opening(Q - 1, -1)], a_draw("x"))


def test_the_ballot_names_the_public_credential_only():
    secret = a_secret(0, ELECTION)
    ballot = a_ballot(ELECTION)

    assert json.loads(ballot)["credential"] == str(public_of(secret)) == str(GENERATOR.power(secret))
    assert str(secret) not in ballot


def shape_of(fields):
    """The fields and lists without their values."""
    if isinstance(fields, dict):
        return tuple((name, shape_of(value)) for name, value in fields.items())
    return tuple(map(shape_of, fields)) if isinstance(fields, list) else type(fields).__name__
