"""Changes of tally, decryptions and result, and what the verifier must say of each."""

from copy import deepcopy

from spreekt.modules.referendum.ballot.group import P
from tests.referendum.verifier.archives import Draft, compact
from tests.referendum.verifier.making_changes import Change, edited, more, negative, put, steps, unlinked


def drop_ballot(draft: Draft) -> None:
    draft.steps.remove(draft.of("Ballot", 1))


def smaller_tally(draft: Draft) -> None:
    """A tally of one ballot less, with the number that fits."""
    draft.of("EncryptedTally").bodies[0] = compact(
        [answer["choices"] for answer in draft.of("Ballot", 1).load()["answers"]]
    )
    draft.edit("EncryptedTally", put("num_tallied", to=1), member=1)
    draft.edit("EncryptedTally", put("total_weight", to=1), member=1)


def other_factor(draft: Draft) -> None:
    draft.edit("PartialDecryption", put("decryption_factors", 0, 1, to=lambda f: str(int(f) ** 2 % P)))


COUNT: dict[str, tuple[Change, str]] = {
    "a ballot left out": (drop_ballot, "encrypted tally: question 1: blank: is not the product"),
    "a tally of fewer ballots": (smaller_tally, "encrypted tally: question 1: blank: is not the product"),
    "another number in the tally": (
        edited("EncryptedTally", put(1, 2, "beta", to=lambda b: str(int(b) ** 2 % P))),
        "encrypted tally: question 2: answer 3: is not the product",
    ),
    "a question less in the tally": (
        edited("EncryptedTally", lambda t: t.pop() and None),
        "encrypted tally: must have 2 items",
    ),
    "another number tallied": (
        edited("EncryptedTally", put("num_tallied", to=4), member=1),
        "size of the tally: num_tallied: is 4, but 3",
    ),
    "another weight": (
        edited("EncryptedTally", put("total_weight", to=4), member=1),
        "size of the tally: total_weight: is 4, but 3",
    ),
    "the size of another tally": (
        unlinked(edited("EncryptedTally", put("encrypted_tally", to="0" * 64), member=1)),
        "size of the tally: belongs to another",
    ),
    "another factor": (
        other_factor,
        "partial decryption 1: trustee 1: question 1, answer 1: the proof of the decryption fails",
    ),
    "a factor outside the group": (
        edited("PartialDecryption", put("decryption_factors", 1, 0, to=negative)),
        "trustee 1: question 2, answer 1: the factor is not in the group",
    ),
    "a decryption proof": (
        edited("PartialDecryption", put("decryption_proofs", 0, 2, "challenge", to=more), nth=1),
        "partial decryption 2: trustee 3: question 1, answer 2: the proof of the decryption fails",
    ),
    "a strong proof": (
        edited("PartialDecryption", put("strong_proofs", 1, 1, "response", to=more)),
        "partial decryption 1: trustee 1: question 2, answer 2: the strong proof of the decryption fails",
    ),
    "no strong proofs": (
        edited("PartialDecryption", lambda value: value.pop("strong_proofs") and None),
        "trustee 1: the strong proofs are missing",
    ),
    "a strong proof less": (
        edited("PartialDecryption", lambda value: value["strong_proofs"][1].pop() and None),
        "strong_proofs: must have 3 items",
    ),
    "decryption of another trustee": (
        edited("PartialDecryption", put("owner", to=2), member=1),
        "trustee 2: question 1, blank: the proof of the decryption fails",
    ),
    "an owner that is not": (
        edited("PartialDecryption", put("owner", to=4), member=1),
        "owner: must be a whole number from 1 to 3",
    ),
    "an owner twice": (
        steps(lambda all_steps: all_steps.insert(8, deepcopy(all_steps[7]))),
        "partial decryption 2: trustee 1: has decrypted before",
    ),
    "the payload of another": (
        unlinked(edited("PartialDecryption", put("payload", to="0" * 64), member=1)),
        "trustee 1: the payload is another",
    ),
    "one trustee too few": (
        steps(lambda all_steps: all_steps.pop(7)),
        "result: too few decryptions: of trustees 1 to 3, 2 must",
    ),
    "no trustee at all": (lambda draft: draft.steps.__delitem__(slice(7, 9)), "result: too few decryptions"),
    "another result": (
        edited("Result", put("result", 0, to=[1, 0, 2])),
        "result: question 1: answer 1: the tally does not open to 0",
    ),
    "more votes than voters": (
        edited("Result", put("result", 0, 2, to=4)),
        "result: question 1: answer 2: must be a whole number from 0 to 3",
    ),
    "a result as text": (
        edited("Result", put("result", 0, 2, to="1")),
        "result: question 1: answer 2: must be a whole number",
    ),
    "a question less in the result": (
        edited("Result", lambda value: value["result"].pop() and None),
        "result: must have 2 items",
    ),
}
