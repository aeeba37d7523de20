"""Reading and writing .pb files: what is accepted, what is refused with which lines, what comes back."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabulib.checker import Checker

from spreekt.modules.burgerbudget.budget_commands import COMPARED
from spreekt.modules.burgerbudget.rules.amounts import NotAnAmount, parse_amount, write_amount
from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType
from spreekt.modules.burgerbudget.rules.gates import Gate, among, shortlist
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import load_pb, read_pb, selected
from spreekt.modules.burgerbudget.rules.pabulib_writer import IncompleteMeta, rule_name, write_pb
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.rule import Completion, Method, Rule
from tests.burgerbudget.rules.real_elections import WINNERS, needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import a_tie_heavy_election, an_election

UNTIDY = """\
META
key;value
description;Burgerbudget van Voorbeeldstad
budget;1500,50
vote_type;approval

PROJECTS
name;project_id;cost
"Een speeltuin
met ""hoge"" glijbaan; en zand";speel tuin;1000,25
Bank;b2;500
VOTES
vote;voter_id
speel tuin, b2;stem 1
;stem 2
b2;stem 3
"""

FAULTY = """\
META
key;value
budget;duizend
budget;1000
vote_type;applaus
num_votes;7
PROJECTS
project_id;cost;name
a;100;Park
a;200;Park
b;0;Bank
c,d;10;Te veel;nog iets
;10;Zonder naam
VOTES
voter_id;vote
1;a,a
1;b
2;x
"""

GREEDY = Rule(method=Method.GREEDY)


def faults_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(NotAPbFile) as refusal:
        read_pb(text)
    return [(fault.line, fault.message) for fault in refusal.value.faults]


def test_decimal_commas_quoted_newlines_spaces_in_ids_and_blank_votes_are_read():
    election = read_pb(UNTIDY)

    assert election.units == 4
    assert election.currency(election.budget) == Fraction("1500.5")
    assert election.project["speel tuin"].cost == 4001
    assert election.project["speel tuin"].name == 'Een speeltuin\nmet "hoge" glijbaan; en zand'
    assert election.voters == 3
    assert set(election.ballots) == {
        Ballot.approving(),
        Ballot.approving("b2"),
        Ballot.approving("b2", "speel tuin"),
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_file_of_any_system_reads_the_same(ending, tmp_path):
    path = tmp_path / "stad.pb"
    path.write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", ending).encode())

    assert load_pb(path).ballots == read_pb(UNTIDY).ballots


def test_every_fault_is_reported_with_its_line():
    assert faults_of(FAULTY) == [
        (3, "budget: 'duizend' is not an amount (write 1500, 1500.50 or 1500,50)"),
        (4, "key 'budget' is there twice (first on line 3)"),
        (5, "vote_type 'applaus' is none of approval, choose-1, cumulative, ordinal, scoring"),
        (6, "num_votes says '7', but the file has 3"),
        (10, "project 'a' is there twice (first on line 9)"),
        (11, "cost of project 'b' must be above zero"),
        (12, "4 cells, but PROJECTS has 3 columns; put quotes around text with a ';'"),
        (12, "project_id 'c,d' has a comma, which separates ids in a vote"),
        (13, "a project without project_id"),
        (16, "project 'a' is 2 times in one vote"),
        (17, "voter '1' votes twice (first on line 16)"),
        (18, "vote for project 'x', which PROJECTS does not have"),
    ]


def test_the_line_of_a_fault_is_right_after_a_cell_with_newlines():
    assert faults_of(UNTIDY.replace("b2;stem 3", "b3;stem 3")) == [
        (16, "vote for project 'b3', which PROJECTS does not have")
    ]


def test_a_quote_that_never_closes_is_reported_where_it_opens():
    assert (11, 'a quote (") is opened here and never closed') in faults_of(UNTIDY.replace("Bank;", '"Bank;'))


def test_a_file_with_missing_parts_names_each_of_them():
    assert [message for _, message in faults_of("")] == [
        "META has no budget",
        "META has no vote_type (approval, choose-1, cumulative, ordinal, scoring)",
        "there is no META section with a header line",
        "there is no PROJECTS section with a header line",
        "there is no VOTES section with a header line",
    ]


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path):
    path = tmp_path / "stad.pb"
    path.write_bytes("META\nkey;value\ndescription;één\n".encode("latin-1"))

    with pytest.raises(NotAPbFile, match="line 3: not UTF-8"):
        load_pb(path)


def test_points_stand_beside_their_projects():
    text = (
        UNTIDY.replace("approval", "cumulative")
        .replace("vote;voter_id", "vote;voter_id;points")
        .replace("b2;stem 1", "b2;stem 1;2,0")
    )

    assert faults_of(text) == [(16, "1 projects but 0 numbers of points")]
    assert Ballot(("speel tuin",), (2,)) in read_pb(text.replace("stem 3", "stem 3;1")).ballots


@given(st.text(alphabet='META\nPROJECTSVOTES;,"key value budget vote_type project_id cost 1209\r\x00', max_size=200))
def test_no_text_makes_the_reader_fail_otherwise_than_with_faults(text):
    try:
        election = read_pb(text)
    except NotAPbFile as refusal:
        election = None
        faults = refusal.faults
    assert election or faults


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
def test_real_files_agree_with_the_votes_and_scores_they_state(name):
    for project in real_election(name).projects:
        assert project.details["votes"] == str(real_election(name).votes[project.id])
        if real_election(name).ballot_type is not BallotType.ORDINAL:  # Pabulib ranks each ballot on its own
            assert project.details.get("score") in (None, str(real_election(name).score[project.id]))


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
def test_real_files_come_back_the_same_and_pass_the_checker(name):
    election = real_election(name)
    outcome = decide(election, GREEDY)
    text = write_pb(election, outcome)
    again = read_pb(text)

    assert again.ballots == election.ballots
    assert decide(again, GREEDY).winners == outcome.winners
    assert selected(again) == set(outcome.winners)
    assert errors_of(text) == {}


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**6), st.sampled_from([1, 10, 100]))
def test_what_is_written_reads_back_as_the_same_election(seed, units):
    invented = a_tie_heavy_election(seed)
    election = an_election(
        invented.budget * 3,
        {project.id: project.cost * 3 for project in invented.projects},
        invented.ballots,
        ballot_type=invented.ballot_type,
        units=units,
    )

    again = read_pb(write_pb(election, decide(election, GREEDY)))

    assert again.ballots == election.ballots
    assert again.currency(again.budget) == election.currency(election.budget)
    assert decide(again, GREEDY).winners == decide(election, GREEDY).winners


def test_an_export_of_our_own_passes_the_checker():
    ballots = [
        Ballot.approving("a", "b", count=4),
        Ballot.approving("c"),
        Ballot.approving("b", "c", count=2),
    ]
    election = an_election(150050, {"a": 100025, "b": 50000, "c": 25000}, ballots, units=100)

    text = write_pb(election, decide(election, GREEDY))

    assert "budget;1500.5\n" in text
    assert errors_of(text) == {}


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**6), st.sampled_from([*COMPARED.values()]), st.sampled_from([None, Gate(top=2)]))
def test_a_file_never_calls_its_rule_by_the_name_of_another(seed, rule, gate):
    election = a_tie_heavy_election(seed)
    judged = election if gate is None else among(election, shortlist(election, gate).names)

    errors = errors_of(write_pb(election, decide(judged, rule), gate=gate))

    assert not [fault for fault in errors if "rule" in fault or fault in ("unused budget", "processing error")]


@pytest.mark.parametrize(
    ("choices", "rule", "gate", "name"),
    [
        ("aab", GREEDY, None, "greedy"),
        ("ab", GREEDY, None, "greedy-custom"),  # lower cost first is our order
        ("aa", GREEDY, None, "greedy-custom"),  # theirs buys b without a vote
        ("aab", GREEDY, Gate(top=1), "greedy-custom"),
        ("aab", Rule(method=Method.GREEDY_PER_COST), None, "greedy-custom"),
        ("ab", Rule(method=Method.EQUAL_SHARES), None, "equalshares"),
        ("ab", Rule(method=Method.EQUAL_SHARES, complete=Completion.GREEDY), None, "unknown"),
        ("ab", Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1)), None, "unknown"),
        ("ab", Rule(method=Method.EQUAL_SHARES), Gate(top=1), "unknown"),
    ],
)
def test_a_rule_has_the_name_of_pabulib_only_where_it_gives_the_same(choices, rule, gate, name):
    election = an_election(10, {"a": 6, "b": 5}, [Ballot.approving(choice) for choice in choices])

    assert rule_name(election, rule, gate) == name


def test_an_export_numbers_voters_by_ballot_and_not_by_arrival():
    ballots = [Ballot.approving("b"), Ballot.approving("a"), Ballot.approving("b")]
    election = an_election(10, {"a": 1, "b": 1}, ballots)

    assert write_pb(election) == write_pb(an_election(10, {"b": 1, "a": 1}, reversed(ballots)))
    assert write_pb(election).endswith("VOTES\nvoter_id;vote\n1;a\n2;b\n3;b\n")


def test_pots_of_districts_come_back_from_a_file():
    ballots = [
        Ballot.approving("a", share_class="noord"),
        Ballot.approving("a", "b", count=3, share_class="zuid"),
    ]
    election = an_election(100, {"a": 50, "b": 50}, ballots, pots={"noord": 40, "zuid": 60})

    again = read_pb(write_pb(election))

    assert again.pots == {"noord": 40, "zuid": 60}
    assert again.shares == {"noord": 40, "zuid": 20}


def test_an_election_that_does_not_say_where_it_was_held_cannot_be_exported():
    election = read_pb(UNTIDY)

    with pytest.raises(IncompleteMeta, match="country, unit, instance, rule, date_begin, date_end"):
        write_pb(election)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1.000,50", "1 000", "٣", "1.", "NaN", "9" * 5000])
def test_what_is_not_plainly_an_amount_is_refused(text):
    with pytest.raises(NotAnAmount):
        parse_amount(text)


@given(st.fractions())
def test_a_written_amount_reads_back_exactly(amount):
    assert Fraction(write_amount(amount)) == amount


def errors_of(text: str) -> dict[str, object]:
    report = Checker().process_files([text])
    (name,) = set(report) - {"metadata", "summary"}
    return dict(report[name]["results"]["errors"])
