"""Making a shared key: the order of the steps, what is refused and who is named."""

import itertools
import json
from typing import Any

import pytest

from spreekt.modules.referendum.ballot import aes
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, NotYet, Step
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.group import GENERATOR
from spreekt.modules.referendum.ballot.own_key import Trustee, is_seed_text, new_seed_text
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.ballot.sealed import keys_of, seal
from spreekt.modules.referendum.ballot.trustees import read_trustees, written_trustees
from tests.referendum.trustee_builders import a_ceremony


@pytest.fixture(scope="module")
def made() -> tuple[list[Trustee], Ceremony]:
    return a_ceremony()


def altered(ceremony: Ceremony, step: Step, index: int, given: Any) -> Ceremony:
    published = {each: dict(ceremony.published.get(each, {})) for each in STEPS}
    published[step][index] = given
    return Ceremony(ceremony.count, ceremony.threshold, published)


def until(ceremony: Ceremony, step: Step) -> Ceremony:
    """The same ceremony before anybody did `step`."""
    kept = STEPS[: STEPS.index(step)]
    return Ceremony(ceremony.count, ceremony.threshold, {each: dict(ceremony.published[each]) for each in kept})


def test_the_cipher_is_the_one_of_the_standard() -> None:
    cipher = aes.Aes256(bytes(range(32)))

    sealed = cipher.encrypt(bytes.fromhex("00112233445566778899aabbccddeeff"))

    assert sealed.hex() == "8ea2b7ca516745bfeafc49904b496089"


def test_a_sealed_text_that_was_changed_is_not_opened() -> None:
    sealed = bytearray(aes.seal(b"k" * 32, b"n" * 13, b"een geheim van drie blokken en een beetje"))
    assert aes.unseal(b"k" * 32, b"n" * 13, bytes(sealed)).startswith(b"een geheim")

    sealed[3] ^= 1
    with pytest.raises(aes.Forged):
        aes.unseal(b"k" * 32, b"n" * 13, bytes(sealed))


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (2, 2), (3, 2), (3, 3), (5, 3)])
def test_any_number_of_trustees_makes_a_key(count: int, threshold: int) -> None:
    trustees, ceremony = a_ceremony(count, threshold)

    read = read_trustees(written_trustees([("Pedersen", ceremony.parameters())]))

    assert [GENERATOR.power(each.decryption_key(ceremony)) for each in trustees] == list(read.public_keys)
    assert read.items[0].needed == threshold


def test_a_step_opens_when_all_did_the_one_before(made: tuple[list[Trustee], Ceremony]) -> None:
    trustees, ceremony = made
    for earlier, step in itertools.pairwise(STEPS):
        waiting = until(ceremony, step)
        published = {**waiting.published, earlier: {1: waiting.published[earlier][1]}}
        unfinished = Ceremony(3, 2, published)

        with pytest.raises(NotYet) as refusal:
            unfinished.check(step, 1, ceremony.published[step][1])
        assert refusal.value.waiting_for == (2, 3)
        with pytest.raises(NotYet):
            trustees[0].publish(unfinished, step)


def test_a_trustee_who_comes_back_with_its_seed_keeps_its_promise(made: tuple[list[Trustee], Ceremony]) -> None:
    trustees, ceremony = made
    again = Trustee(trustees[1].seed, 2)

    commitment = again.publish(until(ceremony, Step.COMMITMENT), Step.COMMITMENT)

    assert commitment["coefexps"] == ceremony.published[Step.COMMITMENT][2]["coefexps"]


def test_a_commitment_that_was_not_promised_is_refused_by_name(made: tuple[list[Trustee], Ceremony]) -> None:
    _trustees, ceremony = made
    rushed = altered(until(ceremony, Step.COMMITMENT), Step.PROMISE, 2, "0" * 64)

    with pytest.raises(TrusteeFault, match="trustee 2: the commitments are not the ones"):
        rushed.check(Step.COMMITMENT, 2, ceremony.published[Step.COMMITMENT][2])


def test_another_ones_certificate_is_refused(made: tuple[list[Trustee], Ceremony]) -> None:
    trustees, _ceremony = made
    empty = Ceremony(3, 2, {Step.CERTIFICATE: {1: trustees[0].publish(Ceremony(3, 2, {}), Step.CERTIFICATE)}})
    twin = Trustee(trustees[0].seed, 2).publish(empty, Step.CERTIFICATE)

    with pytest.raises(TrusteeFault, match="trustee 2: this certificate is the one of trustee 1"):
        empty.check(Step.CERTIFICATE, 2, twin)


def test_a_certificate_for_another_ceremony_is_refused() -> None:
    trustee = Trustee(new_seed_text(), 1)
    given = trustee.publish(Ceremony(5, 3, {}), Step.CERTIFICATE)

    with pytest.raises(TrusteeFault, match="another place or another number"):
        Ceremony(3, 2, {}).check(Step.CERTIFICATE, 1, given)


@pytest.mark.parametrize("wrong", ["other share", "not sealed for me", "noise", "signed by another"])
def test_a_corrupted_share_names_who_gave_it(made: tuple[list[Trustee], Ceremony], wrong: str) -> None:
    trustees, ceremony = made
    giver, receiver = trustees[1], trustees[2]
    shares = list(ceremony.published[Step.SHARES][2]["shares"])
    text = compact({"secret": str(draw_secret())})
    if wrong == "other share":
        shares[2] = seal(text, sender=giver.keys, recipient=receiver.keys.encryption, draw=draw_secret)
    elif wrong == "not sealed for me":
        shares[2] = shares[0]
    elif wrong == "signed by another":
        shares[2] = seal(text, sender=trustees[0].keys, recipient=receiver.keys.encryption, draw=draw_secret)
    else:
        sealed = json.loads(shares[2])
        shares[2] = compact({**sealed, "data": "00" + sealed["data"][2:]})
    spoiled = altered(until(ceremony, Step.KEY), Step.SHARES, 2, {"shares": shares})

    with pytest.raises(TrusteeFault) as refusal:
        receiver.publish(spoiled, Step.KEY)
    assert refusal.value.trustee == 2
    trustees[0].publish(spoiled, Step.KEY)


def test_a_key_that_does_not_follow_from_the_commitments_is_refused(made: tuple[list[Trustee], Ceremony]) -> None:
    _trustees, ceremony = made

    with pytest.raises(TrusteeFault, match="trustee 1"):
        until(ceremony, Step.KEY).check(Step.KEY, 1, ceremony.published[Step.KEY][2])


def test_a_seed_has_22_characters_that_nobody_confuses() -> None:
    assert is_seed_text(new_seed_text())
    assert not is_seed_text("O" + new_seed_text()[1:])
    assert not is_seed_text(new_seed_text()[1:])
    assert keys_of("a" * 22).signing != keys_of("a" * 22).opening


@pytest.mark.parametrize(("count", "threshold"), [(3, 0), (3, 4), (0, 0), (3, 1), (21, 11)])
def test_one_trustee_among_several_never_opens_alone(count: int, threshold: int) -> None:
    with pytest.raises(ValueError, match="cannot be right"):
        Ceremony(count, threshold, {})
