"""Changes of election, trustees and credentials, and what the verifier must say of each."""

import json
from collections.abc import Callable
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.certificates import sign_certs
from spreekt.modules.referendum.ballot.group import G, P
from spreekt.modules.referendum.ballot.sealed import signed
from tests.referendum.ballot.elections import a_draw
from tests.referendum.verifier.archives import compact, the_trustees
from tests.referendum.verifier.making_changes import (
    Change,
    edited,
    more,
    negative,
    put,
    unlinked,
)


def signed_message(member: str, index: int, change: Callable[[Any], Any]) -> Change:
    """A change inside a signed message of the threshold group; its signature is left."""

    def made(value: Any) -> None:
        cert = value[0][1][member][index]
        content = json.loads(cert["message"])
        change(content)
        cert["message"] = compact(content).decode()

    return edited("Setup", made, member=1)


def signed_again(*members: str, change: Callable[[Any], Any], index: int = 1) -> Change:
    """A trustee who cheats with the right key: other contents, and these members of the file signed anew."""

    def made(value: Any) -> None:
        key, parameters = the_trustees()[0][index].keys.signing, value[0][1]
        for member in members:
            if member == "signatures":
                committed = json.loads(parameters["coefexps"][index]["message"])["coefexps"]
                proof = sign_certs(key, parameters["certs"], [mpz(x) for x in committed], draw=a_draw("cheat"))
                parameters["signatures"][index] = proof.as_json()
                continue
            content = json.loads(parameters[member][index]["message"])
            change(content)
            parameters[member][index] = signed(compact(content).decode(), key, draw=a_draw("cheat"))

    return edited("Setup", made, member=1)


def group(*path: str | int, to: Any) -> Change:
    return edited("Setup", put(0, 1, *path, to=to), member=1)


CREDENTIAL_1 = "public credentials: "
SETUP: dict[str, tuple[Change, str]] = {
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
    "a context with true for one": (
        signed_again("certs", change=put("context", "index", to=True), index=0),
        "trustee 1, certificate: context: names another",
    ),
    "a context with another threshold": (
        signed_again("certs", change=put("context", "threshold", to=1)),
        "trustee 2, certificate: context: names another",
    ),
    "a certificate without its context": (
        signed_again("certs", change=lambda content: content.pop("context")),
        "trustee 2, certificate: must have exactly these fields",
    ),
    "a certificate with another key for secrets": (
        signed_again("certs", change=put("encryption", to=str(G))),
        "trustee 1, signatures: the signature under all certificates fails",
    ),
    "a polynomial of more coefficients": (
        signed_again("coefexps", change=lambda content: content["coefexps"].append(str(G))),
        "trustee 2, coefexps: must have 2 items",
    ),
    "a polynomial outside the group": (
        signed_again("coefexps", change=put("coefexps", 0, to=negative)),
        "trustee 2, coefexps: is not in the group",
    ),
    "a polynomial that was signed again": (
        signed_again("coefexps", change=put("coefexps", 1, to=str(G))),
        "trustee 2, signatures: the signature under all certificates fails",
    ),
    "another polynomial after the others saw theirs": (
        signed_again("coefexps", "signatures", change=put("coefexps", 1, to=str(G))),
        "trustee 1, verification_keys: the key does not follow",
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
}
