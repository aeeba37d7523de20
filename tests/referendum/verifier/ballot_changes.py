"""Changes of ballots, and what the verifier must say of each."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from spreekt.modules.referendum.ballot.group import G, P, Q
from tests.referendum.verifier.archives import Draft
from tests.referendum.verifier.making_changes import Change, edited, more, negative, put


def ballot(change: Callable[[Any], Any], nth: int = 1) -> Change:
    return edited("Ballot", change, nth=nth)


def answer(question: int, *path: str | int, to: Any) -> Change:
    return ballot(put("answers", question, *path, to=to))


def repeat_ballot(draft: Draft) -> None:
    draft.steps.insert(3, deepcopy(draft.of("Ballot", 0)))


def take_over(draft: Draft) -> None:
    """The answers of one voter under the credential of another, signature and all."""
    other = draft.of("Ballot", 0).load()["credential"]
    draft.edit("Ballot", put("credential", to=other), nth=1)


def forged_signature(draft: Draft) -> None:
    """The hash fits, the proof is one for another credential."""
    other = draft.of("Ballot", 0).load()["signature"]["proof"]
    draft.edit("Ballot", put("signature", "proof", to=other), nth=1)


def hide_anew(draft: Draft) -> None:
    """One choice of somebody else with other randomness: the same vote, another look."""
    key = int(draft.of("Setup").load()["public_key"])

    def change(value: Any) -> None:
        choice = value["answers"][0]["choices"][1]
        choice["alpha"] = str(int(choice["alpha"]) * G % P)
        choice["beta"] = str(int(choice["beta"]) * key % P)

    draft.edit("Ballot", change, nth=1)


BALLOT_2 = r"ballot 2 \(tracker [A-Za-z0-9+/]{43}\): "
BALLOTS: dict[str, tuple[Change, str]] = {
    "a ballot of another election": (
        ballot(put("election_uuid", to="KortrijkStemt2")),
        BALLOT_2 + "it names another election",
    ),
    "a ballot of another text": (ballot(put("election_hash", to="A" * 43)), BALLOT_2 + "it names another text"),
    "an unlisted credential": (ballot(put("credential", to="4")), BALLOT_2 + "credential: is not in the public list"),
    "the credential of another": (take_over, BALLOT_2 + "question 1: the proof that blank is 0 or 1 fails"),
    "a choice hidden anew": (hide_anew, BALLOT_2 + "question 1: the proof that answer 1 is 0 or 1 fails"),
    "a ballot twice": (repeat_ballot, r"ballot 3 .*: it is the same as ballot 1"),
    "a ballot with spaces": (
        lambda draft: draft.of("Ballot", 1).bodies.__setitem__(
            0, draft.of("Ballot", 1).bodies[0].replace(b":", b": ", 1)
        ),
        BALLOT_2 + "is not canonical JSON",
    ),
    "a ballot that is no JSON": (
        lambda draft: draft.of("Ballot", 1).bodies.__setitem__(0, b"[" * 100_000),
        BALLOT_2 + "is not JSON",
    ),
    "a field too many in a ballot": (ballot(put("weight", to=2)), BALLOT_2 + "must have exactly these fields"),
    "an answer less": (ballot(lambda value: value["answers"].pop() and None), BALLOT_2 + "answers: must have 2 items"),
    "a slot less": (
        ballot(lambda value: value["answers"][0]["choices"].pop() and None),
        BALLOT_2 + "question 1: choices: must have 3",
    ),
    "alpha 0": (
        answer(0, "choices", 1, "alpha", to="0"),
        BALLOT_2 + "question 1: choices: answer 1: alpha: is not between",
    ),
    "alpha 1": (answer(0, "choices", 1, "alpha", to="1"), BALLOT_2 + "question 1: choices: answer 1: alpha: is 1"),
    "beta p - 1": (
        answer(0, "choices", 2, "beta", to=str(P - 1)),
        BALLOT_2 + "question 1: answer 2 is not in the group",
    ),
    "beta above p": (
        answer(0, "choices", 2, "beta", to=lambda b: str(int(b) + P)),
        BALLOT_2 + "question 1: choices: answer 2: beta: is not",
    ),
    "alpha outside the group": (
        answer(1, "choices", 0, "alpha", to=negative),
        BALLOT_2 + "question 2: answer 1 is not in the group",
    ),
    "a number as number": (
        answer(0, "choices", 0, "alpha", to=4),
        BALLOT_2 + "question 1: choices: blank: alpha: is not a canonical",
    ),
    "another choice": (
        answer(0, "choices", 1, "beta", to=lambda b: str(int(b) ** 2 % P)),
        BALLOT_2 + "question 1: the proof that answer 1 is 0 or 1 fails",
    ),
    "an individual challenge": (
        answer(0, "individual_proofs", 2, 0, "challenge", to=more),
        BALLOT_2 + "question 1: the proof that answer 2 is 0 or 1 fails",
    ),
    "an individual response": (
        answer(1, "individual_proofs", 0, 1, "response", to=more),
        BALLOT_2 + "question 2: the proof that answer 1 is 0 or 1 fails",
    ),
    "a response above q": (
        answer(1, "individual_proofs", 0, 1, "response", to=lambda z: str(int(z) + Q)),
        BALLOT_2 + "question 2: individual_proofs: response: is not below q",
    ),
    "a proof less": (
        ballot(lambda value: value["answers"][0]["individual_proofs"][0].pop() and None),
        BALLOT_2 + "question 1: individual_proofs: must have 2",
    ),
    "an overall proof": (
        answer(1, "overall_proof", 1, "challenge", to=more),
        BALLOT_2 + "question 2: the proof that a permitted number",
    ),
    "an overall proof with blank": (
        answer(0, "overall_proof", 0, "response", to=more),
        BALLOT_2 + "question 1: the proof that it is blank or a permitted",
    ),
    "a blank proof": (
        answer(0, "blank_proof", 1, "response", to=more),
        BALLOT_2 + "question 1: the proof that a blank vote chooses no answer",
    ),
    "the blank proof left out": (
        ballot(lambda value: value["answers"][0].pop("blank_proof") and None),
        BALLOT_2 + "question 1: must have exactly these fields",
    ),
    "another hash in the signature": (
        ballot(put("signature", "hash", to="A" * 43)),
        BALLOT_2 + "signature: the hash is not that of the ballot",
    ),
    "a signature of somebody else": (forged_signature, BALLOT_2 + "signature: it was not made with this credential"),
}
