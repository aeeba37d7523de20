"""Opening a tally: k of n (V16), proofs that name who is wrong, the vectors, the verdict of the independent tool."""

import base64
import copy
import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot import sealed
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, Step
from spreekt.modules.referendum.ballot.certificates import TrusteeFault, make_certificate, public_key_of, sign_certs
from spreekt.modules.referendum.ballot.decryption import Tally, counts, partial_decryption, read_partial_decryption
from spreekt.modules.referendum.ballot.group import GENERATOR, Q
from spreekt.modules.referendum.ballot.own_key import Trustee
from spreekt.modules.referendum.ballot.randomness import Draw, draw_secret
from spreekt.modules.referendum.ballot.schnorr import sign
from spreekt.modules.referendum.ballot.trustees import TooFew, Trustees, read_trustees, written_trustees
from tests.referendum.trustee_builders import a_ceremony, a_closed_archive, a_tally, tool

PHI = "1X17m9D6R4W02yL+vZuHWlmNU16iNL2yLfOUcWwbQwg"


def vector_draw(seed: str) -> Draw:
    numbers = itertools.count()

    def draw() -> mpz:
        text = f"TV|{seed}|{next(numbers)}"
        return mpz(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")) % Q

    return draw


def opened(tally: Tally, trustees: Trustees, secrets: dict[int, mpz], *, most: int = 20) -> list[list[int]]:
    factors = {}
    for owner, secret in secrets.items():
        given = partial_decryption(tally, secret, owner=owner, phi=PHI)
        key = trustees.public_keys[owner - 1]
        factors[owner] = read_partial_decryption(json.loads(compact(given)), tally, owner=owner, key=key, phi=PHI)
    return counts(tally, trustees, factors, most=most)


def test_vector_single_trustee_key() -> None:
    draw = vector_draw("trustee")
    secret = draw()

    key = public_key_of(secret, draw=draw)

    assert secret == mpz("30505524553325744687168376397067065550040061294174852715495223325617536258586")
    assert key["pok"] == {
        "challenge": "61470964111036693490438002965364980554336179647480719389867008439972488424608",
        "response": "25090250589756740027718239647008841728737630296007623127297027944493265024071",
    }


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (2, 2), (3, 2), (3, 3), (4, 2), (5, 3)])
def test_v16_any_k_of_n_trustees_open_and_fewer_cannot(count: int, threshold: int) -> None:
    people, ceremony = a_ceremony(count, threshold)
    trustees = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))
    tally = a_tally(trustees.election_key, [[3, 0, 7]])
    secrets = {each.index: each.decryption_key(ceremony) for each in people}

    for there in itertools.combinations(secrets, threshold):
        assert opened(tally, trustees, {owner: secrets[owner] for owner in there}) == [[3, 0, 7]]
    for there in itertools.combinations(secrets, threshold - 1):
        with pytest.raises(TooFew):
            opened(tally, trustees, {owner: secrets[owner] for owner in there})


def test_v16_each_missing_trustee_in_turn_is_not_missed() -> None:
    people, ceremony = a_ceremony(3, 2)
    trustees = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))
    tally = a_tally(trustees.election_key, [[1, 2, 0], [0, 4]])
    secrets = {each.index: each.decryption_key(ceremony) for each in people}

    for lost in secrets:
        assert opened(tally, trustees, {o: s for o, s in secrets.items() if o != lost}) == [[1, 2, 0], [0, 4]]


def test_a_single_trustee_beside_a_group_is_always_needed() -> None:
    people, ceremony = a_ceremony(3, 2)
    alone = draw_secret()
    file = written_trustees([("Single", public_key_of(alone, draw=draw_secret)), ("Pedersen", ceremony.parameters())])
    trustees = read_trustees(file)
    tally = a_tally(trustees.election_key, [[5, 6]])
    group = {each.index + 1: each.decryption_key(ceremony) for each in people}

    assert opened(tally, trustees, {1: alone, 2: group[2], 4: group[4]}) == [[5, 6]]
    with pytest.raises(TooFew):
        opened(tally, trustees, group)


def test_the_share_of_another_ceremony_opens_nothing() -> None:
    people, ceremony = a_ceremony(3, 2)
    strangers, other = a_ceremony(3, 2)
    trustees = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))
    tally = a_tally(trustees.election_key, [[1, 1]])

    with pytest.raises(TrusteeFault, match="trustee 2: the decryption of question 0, slot 0 is not proved"):
        opened(tally, trustees, {1: people[0].decryption_key(ceremony), 2: strangers[1].decryption_key(other)})


def test_v10_each_number_of_a_decryption_changed_names_the_trustee() -> None:
    secret = draw_secret()
    key = GENERATOR.power(secret)
    tally = a_tally(key, [[2, 3]])
    good = partial_decryption(tally, secret, owner=4, phi=PHI)
    read_partial_decryption(good, tally, owner=4, key=key, phi=PHI)

    for name, slot, part in itertools.product(good, (0, 1), ("challenge", "response")):
        changed = copy.deepcopy(good)
        if name == "decryption_factors":
            changed[name][0][slot] = str(GENERATOR.power(draw_secret()))
        else:
            changed[name][0][slot][part] = str((mpz(changed[name][0][slot][part]) + 1) % Q)
        with pytest.raises(TrusteeFault, match="trustee 4"):
            read_partial_decryption(changed, tally, owner=4, key=key, phi=PHI)


@pytest.mark.parametrize("change", ["owner", "phi", "order", "missing", "no strong proofs", "extra", "other tally"])
def test_a_decryption_counts_for_its_own_place_only(change: str) -> None:
    secret = draw_secret()
    key = GENERATOR.power(secret)
    tally: Any = a_tally(key, [[2, 3]])
    given: dict[str, Any] = partial_decryption(tally, secret, owner=1, phi=PHI)
    owner, phi = 1, PHI
    if change == "owner":
        owner = 2
    elif change == "phi":
        phi = "x" * 43
    elif change == "order":
        given = {name: [list(reversed(value[0]))] for name, value in given.items()}
    elif change == "missing":
        given["decryption_proofs"] = [given["decryption_proofs"][0][:1]]
    elif change == "no strong proofs":
        del given["strong_proofs"]
    elif change == "extra":
        given["note"] = "hello"
    else:
        tally = a_tally(key, [[2, 3]])

    with pytest.raises(TrusteeFault):
        read_partial_decryption(given, tally, owner=owner, key=key, phi=phi)


def test_progress_counts_every_proof_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    secret = draw_secret()

    partial_decryption(a_tally(GENERATOR.power(secret), [[1, 2], [3]]), secret, owner=1, phi=PHI,
                       progress=lambda done, all_: seen.append((done, all_)))  # fmt: skip

    assert seen == [(done, 6) for done in range(1, 7)]


def test_a_count_above_the_number_of_ballots_is_refused() -> None:
    secret = draw_secret()
    trustees = read_trustees(written_trustees([("Single", public_key_of(secret, draw=draw_secret))]))
    tally = a_tally(trustees.election_key, [[9]])

    assert opened(tally, trustees, {1: secret}, most=9) == [[9]]
    with pytest.raises(TrusteeFault, match="no number of votes"):
        opened(tally, trustees, {1: secret}, most=8)


@pytest.mark.parametrize(("count", "threshold", "there"), [(3, 2, (1, 3)), (3, 2, (3, 2)), (3, 3, (1, 2, 3)),
                                                           (5, 3, (2, 4, 5)), (1, 1, (1,))])  # fmt: skip
def test_the_independent_tool_accepts_our_trustees_and_decryptions(
    tmp_path: Path, count: int, threshold: int, there: tuple[int, ...]
) -> None:
    people, ceremony = a_ceremony(count, threshold)
    file = written_trustees([("Pedersen", ceremony.parameters())])
    _uuid, tally = a_closed_archive(tmp_path, file, ["[[0,1,0]]", "[[1,0,0]]", "[[0,1,0]]"])
    text = (tmp_path / "election.json").read_bytes().rstrip(b"\n")
    phi = base64.b64encode(hashlib.sha256(text).digest()).decode().rstrip("=")

    for owner in there:
        secret = people[owner - 1].decryption_key(ceremony)
        partial = compact(partial_decryption(tally, secret, owner=owner, phi=phi))
        owned = compact({"owner": owner, "payload": hashlib.sha256(partial.encode()).hexdigest()})
        tool(tmp_path, "archive", "add-event", "--type=PartialDecryption", given=f"{partial}\n{owned}")
    result = tool(tmp_path, "election", "compute-result")
    tool(tmp_path, "archive", "add-event", "--type=Result", given=result)

    assert json.loads(result) == {"result": [[1, 2, 0]]}
    tool(tmp_path, "election", "verify")


def test_a_trustee_with_the_independent_tool_takes_part(tmp_path: Path) -> None:
    """Trustee 2 uses the tool's seed, polynomial, shares and key, and only signs the extra fields with ours."""
    step = ("setup", "generate-trustee-key-threshold", "--group", "BELENIOS-2048")
    tool(tmp_path, *step, "--step", "1")
    key_file = next(tmp_path.glob("*.key"))
    people = [Trustee("1" * 21 + "a", 1), Trustee(key_file.read_text().strip(), 2), Trustee("1" * 21 + "c", 3)]
    published: dict[Step, dict[int, Any]] = {each: {} for each in STEPS}
    ceremony = Ceremony(3, 2, published)

    def publish(step: Step, theirs: Any) -> None:
        for person in people:
            given = theirs if person.index == 2 else person.publish(ceremony, step)
            ceremony.check(step, person.index, given)
            published[step][person.index] = given

    keys = people[1].keys
    publish(Step.CERTIFICATE, make_certificate(keys, index=2, count=3, threshold=2, draw=draw_secret))
    certs = "".join(compact(each) + "\n" for each in ceremony.all_of(Step.CERTIFICATE))
    (tmp_path / "certs.jsons").write_text(certs)
    mine = (*step, "--certs", "certs.jsons", "--key", key_file.name)
    third = json.loads(tool(tmp_path, *mine, "--step", "3", "--threshold", "2"))
    publish(Step.PROMISE, hashlib.sha256(compact(third["coefexps"]).encode()).hexdigest())
    coefexps = [mpz(each) for each in json.loads(third["coefexps"]["message"])["coefexps"]]
    signature = sign_certs(keys.signing, ceremony.all_of(Step.CERTIFICATE), coefexps, draw=draw_secret)
    publish(Step.COMMITMENT, {"coefexps": third["coefexps"], "signature": signature.as_json()})
    publish(Step.SHARES, {"shares": third["secrets"]})
    vinput = {
        "polynomial": third["polynomial"],
        "secrets": [each["shares"][1] for each in ceremony.all_of(Step.SHARES)],
        "coefexps": [each["coefexps"] for each in ceremony.all_of(Step.COMMITMENT)],
    }
    fifth = json.loads(tool(tmp_path, *mine, "--step", "5", given=compact(vinput)))
    public = fifth["public_key"]
    publish(Step.KEY, {**public, "signature": sign(keys.signing, public["public_key"], draw=draw_secret).as_json()})

    trustees = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))
    tally = a_tally(trustees.election_key, [[2, 1]])
    assert opened(tally, trustees, {i: people[i - 1].decryption_key(ceremony) for i in (2, 3)}) == [[2, 1]]
    kept = sealed.unseal(fifth["private_key"], keys=people[1].keys, sender=people[1].keys.verification)
    assert mpz(json.loads(kept)["decryption_key"]) % Q == people[1].decryption_key(ceremony)


def test_a_tally_without_votes_opens_to_zero() -> None:
    people, ceremony = a_ceremony(3, 2)
    trustees = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))
    tally: Tally = [[(mpz(1), mpz(1)), (mpz(1), mpz(1))]]

    assert opened(tally, trustees, {i: people[i - 1].decryption_key(ceremony) for i in (1, 3)}, most=0) == [[0, 0]]
