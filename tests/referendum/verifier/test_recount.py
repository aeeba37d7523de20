"""Random elections verify, and open to what counting the plain votes gives. So do archives of the independent tool."""

import json
import random
from collections.abc import Sequence

import pytest
from gmpy2 import mpz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spreekt.modules.referendum.ballot.canonical import b64_of
from spreekt.modules.referendum.ballot.decryption import partial_decryption
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.group import NAME
from spreekt.modules.referendum.ballot.trustees import written_trustees
from spreekt.modules.referendum.verifier.faults import Fault
from spreekt.modules.referendum.verifier.trustees import read_trustees
from spreekt.modules.referendum.verifier.verify import verify
from tests.referendum.ballot.elections import a_draw
from tests.referendum.trustee_builders import a_closed_archive, need_tool, tool
from tests.referendum.verifier.archives import (
    Draft,
    Step,
    a_draft,
    compact,
    published,
    random_vote,
    taken_apart,
    the_trustees,
    verdict_of_tool,
    written,
)

QUESTIONS = (
    Question("Ja of nee?", ("Ja", "Nee")),
    Question("Eén tot drie?", ("A", "B", "C"), blank=False, min=1, max=3),
    Question("Mag leeg?", ("A", "B"), blank=False, min=0, max=1),
    Question("Blanco of veel?", ("A", "B", "C", "D"), blank=True, min=0, max=4),
    Question("Alleen dit?", ("A",), blank=True),
)


def recount(questions: Sequence[Question], votes: Sequence[tuple[int, Sequence[Sequence[int]]]]) -> list[list[int]]:
    """What somebody finds who sees every plain vote and counts the last one of each voter."""
    last = dict(votes)
    return [
        [sum(vote[place][slot] for vote in last.values()) for slot in range(question.slots)]
        for place, question in enumerate(questions)
    ]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=3),
    st.lists(st.integers(0, 3), max_size=6),
    st.sampled_from([(1, 2), (1, 3), (2, 3), (1, 2, 3)]),
    st.randoms(use_true_random=False),
)
def test_a_random_election_opens_to_the_plain_recount(tmp_path, questions, voters, opened_by, dice):
    votes = [(voter, [random_vote(question, dice) for question in questions]) for voter in voters]
    path = written(a_draft(questions, votes, roll=4, opened_by=opened_by), tmp_path)

    report = verify(path)

    assert report.fault is None
    assert (report.ballots, report.counted) == (len(votes), len(set(voters)))
    assert report.result == recount(questions, votes)


def test_single_trustees_beside_a_group_are_all_needed(tmp_path):
    votes = [(0, ((0, 1, 0),)), (1, ((1, 0, 0),))]
    draft = a_draft(QUESTIONS[:1], votes, roll=2, opened_by=(2, 3, 4, 5), singles=(77, 78))
    path = written(draft, tmp_path)
    assert verify(path).result == [[1, 1, 0]]
    assert "all checks passed" in verdict_of_tool(path)

    draft.steps.pop(-2)

    assert verify(written(draft, tmp_path)).fault == "result: too few decryptions: of trustee 5, 1 must decrypt"


@pytest.mark.parametrize("votes", [[], [(0, ((0, 1, 0),)), (1, ((0, 0, 1),))]], ids=["nobody votes", "a tie"])
def test_v23_no_votes_and_a_tie_verify_with_both_programs(votes, tmp_path):
    path = written(a_draft(QUESTIONS[:1], votes, roll=2), tmp_path)

    assert verify(path).result == recount(QUESTIONS[:1], votes)
    assert "all checks passed" in verdict_of_tool(path)


def test_both_programs_accept_what_is_published(tmp_path):
    path = written(published(), tmp_path)

    assert verify(path).ok
    assert "all checks passed" in verdict_of_tool(path)


def test_an_archive_of_the_independent_tool_lacks_only_the_strong_proofs(tmp_path):
    need_tool()
    draft, secret, path = an_archive_of_the_tool(tmp_path, ["[[0,1,0]]", "[[0,1,0]]", "[[0,0,1]]", "[[1,0,0]]"])

    assert verify(path).fault == "partial decryption 1: trustee 1: the strong proofs are missing"

    tally = [[(slot["alpha"], slot["beta"]) for slot in row] for row in draft.of("EncryptedTally").load()]
    election = draft.of("Setup").load()
    add_strong_proofs(draft, tally, secret)
    report = verify(written(draft, tmp_path))
    assert (report.fault, report.result) == (None, [[1, 2, 1]])
    assert election["group"] == NAME


def test_ballots_of_the_independent_tool_are_opened_by_our_trustees(tmp_path):
    need_tool()
    members, ceremony = the_trustees()
    trustees = written_trustees([("Pedersen", ceremony.parameters())])
    uuid, tally = a_closed_archive(tmp_path, trustees, ["[[0,1,0]]", "[[1,0,0]]", "[[0,1,0]]"])
    draft = taken_apart((tmp_path / f"{uuid}.bel").read_bytes())
    phi = b64_of(draft.of("Setup").bodies[0].decode())
    for owner in (2, 3):
        secret = members[owner - 1].decryption_key(ceremony)
        made = partial_decryption(tally, secret, owner=owner, phi=phi)
        draft.steps.append(Step("PartialDecryption", [compact(made), compact({"owner": owner})]))
    draft.steps.append(Step("Result", [b'{"result":[[1,2,0]]}']))

    report = verify(written(draft, tmp_path))

    assert (report.fault, report.result) == (None, [[1, 2, 0]])
    assert "all checks passed" in verdict_of_tool(tmp_path / f"{uuid}.bel")


def test_a_shared_key_of_the_independent_tool_lacks_what_binds_its_certificates(tmp_path):
    """Tool 2.0 writes no contexts and no signatures under all certificates; protocol 5.9 asks for them."""
    need_tool()
    (tmp_path / "public_keys.jsons").write_text("")
    step = ("setup", "generate-trustee-key-threshold", "--group", NAME)
    for _ in range(2):
        tool(tmp_path, *step, "--step", "1")
    keys = sorted(tmp_path.glob("*.key"))
    (tmp_path / "certs").write_text("".join(key.with_suffix(".cert").read_text() for key in keys))
    certs = ("--certs", "certs")
    tool(tmp_path, *step, *certs, "--step", "2")
    polynomials = [tool(tmp_path, *step, *certs, "--key", key.name, "--step", "3", "--threshold", "2") for key in keys]
    (tmp_path / "polynomials").write_text("".join(polynomials))
    more = (*certs, "--polynomials", "polynomials")
    tool(tmp_path, *step, *more, "--step", "4")
    outputs = [
        tool(tmp_path, *step, *certs, "--key", key.name, "--step", "5", given=key.with_suffix(".vinput").read_text())
        for key in keys
    ]
    made = tool(tmp_path, *step, *more, "--step", "6", given="".join(outputs))

    with pytest.raises(Fault, match="threshold, certs, coefexps, signatures, verification_keys"):
        read_trustees(compact([["Pedersen", json.loads(made)]]))


def an_archive_of_the_tool(folder, votes: Sequence[str]) -> tuple[Draft, int, object]:
    """A whole archive that only the tool touched, its pieces, and the secret of its single trustee."""
    tool(folder, "setup", "generate-trustee-key", "--group", NAME)
    key = next(folder.glob("*.privkey"))
    (folder / "public_keys.jsons").write_text(next(folder.glob("*.pubkey")).read_text())
    tool(folder, "setup", "make-trustees")
    uuid, _tally = a_closed_archive(folder, (folder / "trustees.json").read_text(), votes)
    opened = tool(folder, "election", "decrypt", "--privkey", key.name, "--trustee-id", "1")
    tool(folder, "archive", "add-event", "--type=PartialDecryption", given=opened)
    tool(folder, "archive", "add-event", "--type=Result", given=tool(folder, "election", "compute-result"))
    path = folder / f"{uuid}.bel"
    return taken_apart(path.read_bytes()), int(json.loads(key.read_text())), path


def add_strong_proofs(draft: Draft, tally: Sequence[Sequence[tuple[str, str]]], secret: int) -> None:
    phi = b64_of(draft.of("Setup").bodies[0].decode())
    numbers = [[(mpz(alpha), mpz(beta)) for alpha, beta in row] for row in tally]
    made = partial_decryption(numbers, mpz(secret), owner=1, phi=phi, draw=a_draw("strong"))
    draft.steps[-2] = Step("PartialDecryption", [compact(made), compact({"owner": 1})])


def test_votes_are_drawn_of_every_kind():
    dice = random.Random(1)

    drawn = {random_vote(QUESTIONS[0], dice) for _ in range(50)}

    assert drawn == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
