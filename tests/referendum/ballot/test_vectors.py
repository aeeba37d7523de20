"""The vectors of protocol section 7, bit for bit: made and checked elsewhere, by other programs."""

import json

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.acceptance import Accepted, check
from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import b64_from_hex, hex_of
from spreekt.modules.referendum.ballot.credential import public_of, secret_of
from spreekt.modules.referendum.ballot.election import Election, Template
from spreekt.modules.referendum.ballot.encryption import encrypt, tracker_of
from spreekt.modules.referendum.ballot.group import GENERATOR, FixedBase
from spreekt.modules.referendum.ballot.tally import open_tally, result_text, tally_of
from tests.referendum.ballot.elections import TIMESTAMP, YES_NO, OneKey
from tests.referendum.ballot.vectors import (
    CHOICES,
    CREDENTIALS,
    ELECTION_SHA,
    LAST_EVENT,
    PARTIAL_DECRYPTION_SHA,
    PHI,
    POK,
    PUBLIC_SHAS,
    RESULT,
    SECRETS,
    TALLY_SHA,
    TRACKERS,
    UUID,
    X,
    drawing,
)


@pytest.fixture(scope="module")
def election():
    """The election of the vectors. The protocol gives the hash of its text, not its words: nothing needs those."""
    key = FixedBase(GENERATOR.power(X))
    return Election(Template("", "", (YES_NO,)), UUID, "", PHI, key)


@pytest.fixture(scope="module")
def ballots(election):
    return [
        encrypt(election, secret_of(credential, UUID), [choices], drawing(f"ballot{place}"))
        for place, (credential, choices) in enumerate(zip(CREDENTIALS, CHOICES, strict=True))
    ]


def the_trustee():
    draw = drawing("trustee")
    return OneKey(draw(), draw)


def test_a_fingerprint_is_the_name_of_the_file_in_another_spelling():
    assert b64_from_hex(ELECTION_SHA) == PHI


@pytest.mark.parametrize("place", SECRETS)
def test_a_classic_code_derives_its_secret_and_public_credential(place):
    secret = secret_of(CREDENTIALS[place], UUID)

    assert secret == SECRETS[place]
    assert hex_of(str(public_of(secret))) == PUBLIC_SHAS[place]


def test_the_trustee_proves_to_have_the_key():
    trustee = the_trustee()
    [[kind, key]] = json.loads(trustee.trustees)

    assert (kind, trustee.secret) == ("Single", X)
    assert (mpz(key["pok"]["challenge"]), mpz(key["pok"]["response"])) == POK


def test_ballots_are_byte_for_byte_those_of_the_vectors(ballots):
    assert [tracker_of(ballot) for ballot in ballots] == [*TRACKERS]
    assert len(ballots[1]) == 6687


def test_every_number_of_the_yes_vote_is_that_of_the_vectors(ballots):
    ballot = json.loads(ballots[1])
    [answer] = ballot["answers"]

    assert drawing("ballot1")() == mpz("32546133514332807908112912029272601141516602042384540751964394288617606143110")
    assert hex_of(answer["choices"][0]["alpha"]) == "3b18971d8d2f9838fa60ae31d03950f2507d47c83fce6c0bf4ef7970a7a10cf3"
    assert answer["individual_proofs"][0][0] == {
        "challenge": "77550157285101060483733747931149793889440068431288002949996492287086913249674",
        "response": "25901152960600175326776285062392115653133504196654560869877027627089668075479",
    }
    assert answer["overall_proof"][0] == {
        "challenge": "33201647552564105567505618952245813411182473512854391670011576233473713359299",
        "response": "14974391209962056673430692619686033498311172357687934624354108968703644558215",
    }
    assert answer["blank_proof"][0] == {
        "challenge": "77007872629734527668954472138170817412175751511908289633106311465561587192996",
        "response": "21242183967476835382596615447306565114514081719844830014636381774122221115155",
    }
    assert ballot["signature"]["hash"] == "iQYh+kWWjMfANZpmQnVZ0dxlYhtHqokA04uQTS5IpJE"
    assert (
        ballot["signature"]["proof"]["challenge"]
        == "14699431473495129911975122606115351474310163721545684026684788555830466456341"
    )


def test_the_ballots_of_the_vectors_are_accepted(election, ballots):
    for place, ballot in enumerate(ballots):
        public = str(public_of(secret_of(CREDENTIALS[place], UUID)))

        assert check(election, ballot) == Accepted(public, hex_of(ballot), TRACKERS[place])


def test_the_count_and_its_opening_are_those_of_the_vectors(election, ballots):
    tally, trustee = tally_of(election, ballots), OneKey(X, drawing("pd"))

    partial = trustee.partial_decryption(tally.text(), PHI, strong=False)
    counts = open_tally(tally.rows, trustee.factors(tally.text()), most=tally.ballots)

    assert hex_of(tally.text()) == TALLY_SHA
    assert hex_of(partial) == PARTIAL_DECRYPTION_SHA
    assert result_text(counts) == RESULT


def test_every_step_of_the_archive_is_chained_as_in_the_vectors(election, ballots, tmp_path, monkeypatch):
    """Up to the last event, which hashes all before it; the setup names the election by the hash that is given."""
    tally = tally_of(election, ballots)
    public = sorted(json.loads(ballot)["credential"] for ballot in ballots)
    partial = OneKey(X, drawing("pd")).partial_decryption(tally.text(), PHI, strong=False)
    path = tmp_path / f"{UUID}.bel"
    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        written = archive._data
        monkeypatch.setattr(archive, "_data", lambda text: written(text) if text else ELECTION_SHA)

        archive.setup(election="", trustees=the_trustee().trustees, credentials=public)
        for ballot in ballots:
            archive.ballot(ballot)
        archive.end_ballots()
        archive.encrypted_tally(tally=tally.text(), sized=tally.sized_text())
        archive.partial_decryption(1, partial)
        archive.result(RESULT)

        assert archive.last_event == LAST_EVENT
    with ArchiveReader(path) as reader:
        assert [*reader.ballots()] == ballots
