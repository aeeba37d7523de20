"""What can be asked, and how the text of an election is written and read."""

import json

import pytest

from spreekt.modules.referendum.ballot.canonical import BASE58, b64_of, compact, hex_of
from spreekt.modules.referendum.ballot.election import (
    Question,
    Template,
    make_election,
    new_uuid,
    parse_election,
    parse_template,
)
from spreekt.modules.referendum.ballot.group import G, P, power
from spreekt.modules.referendum.ballot.refusals import BadElection
from tests.referendum.ballot.elections import KEY, YES_NO, an_election

ELECTION = an_election(YES_NO, Question("Welke?", ("A", "B/C", "€"), blank=False, min=0, max=2))


def test_the_text_is_canonical_with_its_fields_in_the_order_of_the_protocol():
    assert ELECTION.text == (
        '{"version":1,"description":"Om te proberen","name":"Referendum","group":"BELENIOS-2048",'
        f'"public_key":"{power(G, KEY)}","questions":['
        '{"answers":["Ja","Nee"],"blank":true,"min":1,"max":1,"question":"Moet de Grote Markt autovrij worden?"},'
        '{"answers":["A","B/C","€"],"min":0,"max":2,"question":"Welke?"}],"uuid":"KortrijkStemt1"}'
    )
    assert (ELECTION.fingerprint, ELECTION.sha) == (b64_of(ELECTION.text), hex_of(ELECTION.text))


def test_who_runs_it_stands_behind_the_uuid_when_it_is_known():
    template = Template("R", "", (YES_NO,), administrator="Stad Kortrijk", credential_authority="Notaris")

    text = make_election(template, new_uuid(), power(G, KEY)).text

    assert [*json.loads(text)][-3:] == ["uuid", "administrator", "credential_authority"]
    assert parse_election(text).template == template


def test_a_text_and_what_it_describes_are_one():
    assert parse_election(ELECTION.text) == ELECTION
    assert parse_template(ELECTION.template.text()) == ELECTION.template


def test_the_fingerprint_is_of_the_bytes_as_stored():
    """An election made elsewhere, spelled otherwise, keeps its own fingerprint."""
    spaced = json.dumps(json.loads(ELECTION.text), indent=1)

    election = parse_election(spaced)

    assert election.template == ELECTION.template
    assert election.fingerprint == b64_of(spaced) != ELECTION.fingerprint


def test_new_names_are_base58_and_different():
    names = {new_uuid() for _ in range(100)}

    assert len(names) == 100
    assert all(len(name) == 14 and set(name) <= set(BASE58) for name in names)


@pytest.mark.parametrize(
    "parameters",
    [
        {"min": -1},
        {"min": 2, "max": 1},
        {"max": 3},
        {"min": 0, "max": 0},
        {"answers": ()},
        {"answers": tuple(map(str, range(101)))},
    ],
)
def test_a_question_that_nobody_can_answer_is_refused(parameters):
    with pytest.raises(BadElection):
        Question(**{"text": "?", "answers": ("Ja", "Nee"), **parameters})


@pytest.mark.parametrize("count", [0, 21])
def test_an_election_has_one_to_twenty_questions(count):
    with pytest.raises(BadElection):
        Template("R", "", (YES_NO,) * count)


@pytest.mark.parametrize(
    ("question", "choices", "allowed"),
    [
        (YES_NO, (1, 0, 0), True),
        (YES_NO, (0, 1, 0), True),
        (YES_NO, (0, 0, 0), False),
        (YES_NO, (1, 1, 0), False),
        (YES_NO, (0, 1, 1), False),
        (YES_NO, (0, 2, 0), False),
        (YES_NO, (0, 2, -1), False),
        (YES_NO, (1, 0), False),
        (Question("?", ("A", "B", "C"), blank=False, min=0, max=2), (0, 0, 0), True),
        (Question("?", ("A", "B", "C"), blank=False, min=0, max=2), (1, 0, 1), True),
        (Question("?", ("A", "B", "C"), blank=False, min=0, max=2), (1, 1, 1), False),
    ],
)
def test_a_question_says_which_choices_it_allows(question, choices, allowed):
    assert question.allows(choices) is allowed


@pytest.mark.parametrize("key", [0, 1, int(P - 1), 2, int(P), int(P + G)], ids=lambda value: str(value)[:9])
def test_V10_a_key_that_is_trivial_or_outside_the_group_is_refused(key):
    with pytest.raises(BadElection, match="sleutel"):
        make_election(ELECTION.template, ELECTION.uuid, key)


@pytest.mark.parametrize("uuid", ["", "TeKort", "TestVector111O", "TestVector1111/..", "x" * 65])
def test_a_name_that_is_not_base58_of_the_right_length_is_refused(uuid):
    with pytest.raises(BadElection, match="naam"):
        make_election(ELECTION.template, uuid, power(G, KEY))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": "1"},
        {"group": "RFC-3526-2048"},
        {"group": {"g": "2", "p": "15", "q": "7"}},
        {"public_key": 5},
        {"public_key": "05"},
        {"questions": []},
        {"questions": {}},
        {"questions": ["?"]},
        {"questions": [{"answers": ["Ja"], "min": 1, "max": 1}]},
        {"questions": [{"answers": [1], "min": 1, "max": 1, "question": "?"}]},
        {"questions": [{"answers": ["Ja"], "min": True, "max": 1, "question": "?"}]},
        {"questions": [{"answers": ["Ja"], "blank": 1, "min": 1, "max": 1, "question": "?"}]},
        {"questions": [{"answers": ["Ja"], "min": 1, "max": 1, "question": "?", "extra": 1}]},
        {"name": None},
        {"weights": True},
    ],
)
def test_V10_a_text_with_other_parameters_is_refused(change):
    text = compact({**json.loads(ELECTION.text), **change})

    with pytest.raises(BadElection) as refusal:
        parse_election(text)

    assert str(refusal.value).startswith("Dit referendum kan zo niet: ")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"name":"a","name":"b"}', " " * 300_000])
def test_a_text_that_is_no_election_is_refused(text):
    for parse in (parse_election, parse_template):
        with pytest.raises(BadElection):
            parse(text)
