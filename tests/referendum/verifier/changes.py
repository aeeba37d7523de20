"""One change each to a published archive, and what the verifier must say of it. The table for test_changes.py."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from spreekt.modules.referendum.ballot.group import P, Q
from tests.referendum.verifier.archives import Draft, compact

Change = Callable[[Draft], Any]


def edited(kind: str, change: Callable[[Any], Any], *, nth: int = 0, member: int = 0) -> Change:
    """A change of the JSON of one record."""
    return lambda draft: draft.edit(kind, change, nth=nth, member=member)


def put(*path: str | int, to: Any) -> Callable[[Any], None]:
    """Give the value at a path another value; `to` may be a function of the old one."""

    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to(value[path[-1]]) if callable(to) else to

    return change


def more(text: str) -> str:
    """The next number: still below Q or P."""
    return str(int(text) + 1)


def negative(text: str) -> str:
    """An element times -1: between 0 and P, and just outside the group."""
    return str(P - int(text))


def unlinked(change: Change) -> Change:
    """A change after which what names other records is left as it was."""

    def made(draft: Draft) -> None:
        draft.raw()
        draft.links = False
        change(draft)

    return made


def event(at: int, **values: Any) -> Change:
    """Other values in one event."""

    def made(draft: Draft) -> None:
        draft.change_event = lambda event: event | values if event["height"] == at else event

    return made


def bytes_at(place: Callable[[bytes], int], value: bytes) -> Change:
    """Other bytes in the finished file."""

    def spoil(raw: bytearray) -> None:
        at = place(bytes(raw))
        raw[at : at + len(value)] = value

    return lambda draft: setattr(draft, "spoil", spoil)


def whole_file(change: Callable[[bytes], bytes]) -> Change:
    return lambda draft: setattr(draft, "spoil", lambda raw: change(bytes(raw)))


def ballot(change: Callable[[Any], Any], nth: int = 1) -> Change:
    return edited("Ballot", change, nth=nth)


def answer(question: int, *path: str | int, to: Any) -> Change:
    return ballot(put("answers", question, *path, to=to))


def signed_message(member: str, index: int, change: Callable[[Any], Any]) -> Change:
    """A change inside a signed message of the threshold group; its signature is left."""

    def made(value: Any) -> None:
        cert = value[0][1][member][index]
        content = json.loads(cert["message"])
        change(content)
        cert["message"] = compact(content).decode()

    return edited("Setup", made, member=1)


def group(*path: str | int, to: Any) -> Change:
    return edited("Setup", put(0, 1, *path, to=to), member=1)


def steps(change: Callable[[list[Any]], Any]) -> Change:
    """Another order or number of events, chained again."""
    return lambda draft: change(draft.steps)


def swap_in_file(raw: bytes) -> bytes:
    """The first two ballots change places, with their events, and nothing else."""
    records, at = [], 0
    while at < len(raw):
        size = int(raw[at + 124 : at + 135], 8)
        end = at + 512 + size + -size % 512
        records.append(raw[at:end])
        at = end
    records[6:8], records[8:10] = records[8:10], records[6:8]
    return b"".join(records)


def drop_ballot(draft: Draft) -> None:
    draft.steps.remove(draft.of("Ballot", 1))


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


def smaller_tally(draft: Draft) -> None:
    """A tally of one ballot less, with the number that fits."""
    draft.of("EncryptedTally").bodies[0] = compact(
        [answer["choices"] for answer in draft.of("Ballot", 1).load()["answers"]]
    )
    draft.edit("EncryptedTally", put("num_tallied", to=1), member=1)
    draft.edit("EncryptedTally", put("total_weight", to=1), member=1)


def other_factor(draft: Draft) -> None:
    draft.edit("PartialDecryption", put("decryption_factors", 0, 1, to=lambda f: str(int(f) ** 2 % P)))


CREDENTIAL_1 = "public credentials: "
BALLOT_2 = r"ballot 2 \(tracker [A-Za-z0-9+/]{43}\): "
CHANGES: dict[str, tuple[Change, str]] = {
    # the file
    "another mode in a header": (bytes_at(lambda raw: 100, b"0000600"), r"record 1 \(byte 0\): the header is not"),
    "a wrong checksum": (bytes_at(lambda raw: 512 + 512 + 148, b"000000"), "record 2 .*: the header is not"),
    "another moment in one header": (
        bytes_at(lambda raw: 1024 + 136, b"14524572401"),
        "record 2 .*: the header is not",
    ),
    "bytes after a body": (bytes_at(lambda raw: 512 + 100, b"x"), "record 1 .*: what fills up the last block"),
    "zero blocks at the end": (whole_file(lambda raw: raw + bytes(1024)), "a block of zeroes"),
    "half a record": (whole_file(lambda raw: raw[:-100]), "the file ends in the middle of a record"),
    "half a header": (whole_file(lambda raw: raw + b"ab"), "the file ends in the middle of a header"),
    "nothing": (whole_file(lambda raw: b""), "the file is empty"),
    "no opening": (whole_file(lambda raw: raw[1024:]), "an archive opens with a record called BELENIOS"),
    "a byte in a ballot": (
        bytes_at(lambda raw: raw.index(b'"choices"'), b'"choises"'),
        "record 7 .*: the name is not the SHA-256",
    ),
    "another version of the archive": (
        lambda draft: setattr(draft, "opening", b'{"version":2,"timestamp":"1700000000"}'),
        "record 1 .*: version: must be a whole number from 1 to 1",
    ),
    "another moment than the headers": (
        lambda draft: setattr(draft, "opening", b'{"version":1,"timestamp":"1700000001"}'),
        "record 1 .*: the header",
    ),
    # the chain
    "another parent": (event(2, parent="0" * 64), "record 10: the parent is not the event before it"),
    "a height left out": (event(2, height=3), "record 10: the height must be 2"),
    "a height as text": (event(2, height="2"), "record 10: the height must be 2"),
    "another payload": (event(2, payload="0" * 64), "record 10: the payload is not the record before it"),
    "an unknown event": (event(2, type="Vote"), "record 10: this type of event does not exist"),
    "a field too many in an event": (event(2, by="me"), "record 10: must have exactly these fields"),
    "ballots changed places": (whole_file(swap_in_file), "record 8: the parent is not the event before it"),
    "a ballot after the end": (
        steps(lambda all_steps: all_steps.insert(6, deepcopy(all_steps[2]))),
        "record 17: Ballot cannot follow EndBallots",
    ),
    "a second tally": (
        steps(lambda all_steps: all_steps.insert(7, deepcopy(all_steps[6]))),
        "EncryptedTally cannot follow EncryptedTally",
    ),
    "no end of ballots": (steps(lambda all_steps: all_steps.pop(5)), "EncryptedTally cannot follow Ballot"),
    "a second result": (
        steps(lambda all_steps: all_steps.append(deepcopy(all_steps[-1]))),
        "Result cannot follow Result",
    ),
    "a record of no event": (
        lambda draft: draft.of("Ballot").bodies.insert(0, b"{}"),
        "record 9: before Ballot there must be 1 records, not 2",
    ),
    # the set-up
    "another group": (edited("Setup", put("group", to="RFC-3526-2048")), "election: the group must be BELENIOS-2048"),
    "another protocol version": (edited("Setup", put("version", to=2)), "election: version: must be"),
    "version true": (edited("Setup", put("version", to=True)), "election: version: must be"),
    "key outside the group": (
        edited("Setup", put("public_key", to=negative)),
        "election: public_key: is not in the group",
    ),
    "key 1": (edited("Setup", put("public_key", to="1")), "election: public_key: is 1"),
    "another key": (
        edited("Setup", put("public_key", to=lambda y: str(int(y) ** 2 % P))),
        "trustees: their keys do not make the key of the election",
    ),
    "a name that is no uuid": (edited("Setup", put("uuid", to="short")), "election: uuid: must be 14"),
    "too many choices": (edited("Setup", put("questions", 0, "max", to=3)), "election: question 1: max: must be"),
    "an unknown field in the election": (edited("Setup", put("seed", to="1")), "election: must be an object with"),
    "another question": (
        edited("Setup", put("questions", 0, "question", to="Iets anders?")),
        r"ballot 1 .*: it names another text",
    ),
    "a name twice in the election": (
        lambda draft: draft.of("Setup").bodies.__setitem__(
            0, draft.of("Setup").bodies[0].replace(b'"name":', b'"name":"x","name":', 1)
        ),
        "election: is not JSON",
    ),
    "a lower threshold": (group("threshold", to=1), "trustee 1, certificate: context: names another"),
    "a threshold above the number": (group("threshold", to=4), "threshold: must be a whole number from 1 to 3"),
    "a certificate changed": (
        signed_message("certs", 1, put("encryption", to="4")),
        "trustee 2, certificate: signature: does not belong",
    ),
    "a certificate's key outside the group": (
        signed_message("certs", 1, put("verification", to=negative)),
        "trustee 2, certificate: message: is not in the group",
    ),
    "a polynomial changed": (
        signed_message("coefexps", 2, put("coefexps", 1, to="4")),
        "trustee 3, coefexps: signature: does not belong",
    ),
    "the extra signature flipped": (
        group("signatures", 0, "response", to=more),
        "trustee 1, signatures: the signature under all certificates fails",
    ),
    "the signatures left out": (
        edited("Setup", lambda value: value[0][1].pop("signatures") and None, member=1),
        "must have exactly these fields",
    ),
    "a trustee key that proves nothing": (
        group("verification_keys", 1, "pok", "response", to=more),
        "trustee 2, verification_keys: pok: the proof that the trustee knows",
    ),
    "trustee keys changed places": (
        edited("Setup", lambda value: value[0][1]["verification_keys"].reverse(), member=1),
        "trustee 1, verification_keys: the key does not follow from the polynomials",
    ),
    "a trustee key signed by nobody": (
        group("verification_keys", 1, "signature", "challenge", to=more),
        "verification_keys: signature: the signature under",
    ),
    "spaces in the trustees": (
        lambda draft: draft.of("Setup").bodies.__setitem__(1, draft.of("Setup").bodies[1].replace(b",", b", ", 1)),
        "trustees: is not canonical JSON",
    ),
    "a credential with a weight": (
        edited("Setup", put(0, to=lambda c: f"{c},2"), member=2),
        CREDENTIAL_1 + "credential 1: has a weight",
    ),
    "a credential twice": (edited("Setup", lambda c: c.insert(1, c[0]), member=2), "credential 2 stands twice"),
    "unsorted credentials": (edited("Setup", lambda c: c.reverse(), member=2), "the list is not sorted"),
    "credential 1": (edited("Setup", lambda c: c.insert(0, "1"), member=2), "credential 1: is 1, which hides"),
    "a credential outside the group": (
        edited("Setup", lambda c: sorted([*c[1:], negative(c[0])]), member=2),
        r"credential \d: is not in the group",
    ),
    "a credential with a leading zero": (
        edited("Setup", put(0, to=lambda c: f"0{c}"), member=2),
        "credential 1: is not a canonical decimal number",
    ),
    "no credentials": (edited("Setup", lambda c: [], member=2), "there is no credential"),
    "a set-up that names something else": (
        unlinked(edited("Setup", put("trustees", to="0" * 64), member=3)),
        "set-up: does not name the election",
    ),
    # ballots
    "a ballot of another election": (
        ballot(put("election_uuid", to="KortrijkStemt2")),
        BALLOT_2 + "it names another election",
    ),
    "a ballot of another text": (ballot(put("election_hash", to="A" * 43)), BALLOT_2 + "it names another text"),
    "an unlisted credential": (ballot(put("credential", to="4")), BALLOT_2 + "credential: is not in the public list"),
    "the credential of another": (take_over, BALLOT_2 + "question 1: the proof that blank is 0 or 1 fails"),
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
    # the count
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
    # truncated between two events
    "no result": (
        steps(lambda all_steps: all_steps.pop()),
        "not finished: all 4 ballots up to here are valid, but there is no result",
    ),
    "no tally": (lambda draft: draft.steps.__delitem__(slice(6, None)), "not finished: .* there is no encrypted tally"),
    "still open": (
        lambda draft: draft.steps.__delitem__(slice(5, None)),
        "not finished: .* there is no EndBallots event",
    ),
    "no event for the last record": (
        whole_file(lambda raw: raw[: raw.rindex(b".event.json") - 64]),
        "the archive ends before the event that it belongs to",
    ),
}
