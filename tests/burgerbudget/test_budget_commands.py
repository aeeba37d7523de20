"""The budget commands as their user meets them: exit codes, JSON, tables and complaints."""

import json
import shlex
import sys
from fractions import Fraction
from hashlib import sha256
from io import StringIO

import pytest

from spreekt.modules.burgerbudget.budget_commands import main, options_of
from spreekt.modules.burgerbudget.rules import outcome as outcome_module
from spreekt.modules.burgerbudget.rules.add1 import equal_shares
from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import load_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.witness import write_witness
from spreekt.web.terminal import Progress
from tests.burgerbudget.rules.small_elections import an_election


@pytest.fixture
def town(tmp_path):
    ballots = [
        Ballot.approving("1", "2", count=6),
        Ballot.approving("3", count=3),
        Ballot.approving("3", "4"),
        Ballot.approving(),
    ]
    path = tmp_path / "stad.pb"
    election = an_election(10050, {"1": 6000, "2": 4000, "3": 3990, "4": 50}, ballots, units=100)
    path.write_text(write_pb(election), encoding="utf-8")
    return path


def test_outcome_prints_one_json_object_of_the_agreed_shape(town, capsys):
    assert main(["outcome", str(town), "--rule", "greedy", "--json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["rule", "winners", "spent", "budget", "share", "projects", "fairness"]
    assert printed["winners"] == ["2", "1", "4"]
    assert (printed["spent"], printed["budget"], printed["share"]) == ("100.5", "100.5", None)
    assert printed["projects"]["3"] == {
        "won": False,
        "reason": "did_not_fit",
        "cost": "39.9",
        "votes": 4,
        "score": 4,
        "place": 3,
        "left": "0.5",
    }
    assert printed["fairness"] == {
        "without_project": 0.363636,
        "complaints": 0,
        "voters": 11,
        "voters_without_project": 4,
        "complaining_projects": [],
    }


def test_outcome_prints_a_table_with_winners_first(town, capsys):
    assert main(["outcome", str(town), "--rule", "greedy-no-skip"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:5]] == [["1", "2"], ["2", "1"], ["-", "3"], ["-", "4"]]
    assert "spent     100 of 100.50, 2 of 4 projects" in lines


def test_compare_sets_the_rules_side_by_side(town, capsys):
    assert main(["compare", str(town)]) == 0

    header = capsys.readouterr().out.splitlines()[0].split()
    assert header[:3] == ["greedy", "greedy-no-skip", "greedy-per-cost"]


def test_a_faulty_file_answers_1_with_every_fault_by_line(town, capsys):
    text = town.read_text(encoding="utf-8").replace("budget;100.5", "budget;veel").replace("\n10;", "\n10;9,")
    town.write_text(text, encoding="utf-8")

    assert main(["outcome", str(town), "--rule", "greedy"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"{town}: line 9: budget: 'veel' is not an amount (write 1500, 1500.50 or 1500,50)",
        f"{town}: line 33: vote for project '9', which PROJECTS does not have",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["outcome", "nergens.pb", "--rule", "greedy"],
        ["outcome", "nergens.pb", "--rule", "greedy", "--complete", "greedy"],
    ],
)
def test_a_file_that_is_not_there_or_an_option_without_use_answers_2(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["outcome", "stad.pb"], ["outcome", "stad.pb", "--rule", "loting"], ["outcome", "--add1", "0"], []],
)
def test_wrong_arguments_answer_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_names_cannot_write_to_the_terminal_behind_its_back(town, capsys):
    text = town.read_text(encoding="utf-8").replace("Project 1", "Pro\x1b[31mject 1")
    town.write_text(text, encoding="utf-8")

    main(["outcome", str(town), "--rule", "greedy"])

    assert "\x1b" not in capsys.readouterr().out


def test_equal_shares_takes_every_option_and_reports_the_exact_share(town, capsys):
    options = [
        "--add1",
        "0,10",
        "--add1-stop",
        "overspend",
        "--floor-share",
        "--complete",
        "greedy",
        "--json",
    ]

    assert main(["outcome", str(town), "--rule", "equal-shares", *options]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["rule"] == {
        "method": "equal-shares",
        "add1": "0.1",
        "add1_stop": "overspend",
        "floor_share": True,
        "complete": "greedy",
        "utility": "cost",
        "ties": "cost, votes, id",
        "lot_seed": None,
    }
    assert printed["share"] == "16.6"
    assert printed["projects"]["3"]["reason"] == "supporters_paid"
    assert printed["projects"]["3"]["price"] == "9.975"
    assert printed["projects"]["2"]["paid_full"] == 6


def test_a_witness_is_checked_by_command(town, tmp_path, capsys):
    election = load_pb(town)
    path = tmp_path / "getuige.json"
    path.write_text(write_witness(election, decide(election, Rule(method=Method.EQUAL_SHARES))), encoding="utf-8")

    assert main(["check", str(path)]) == 0
    assert "the witness holds" in capsys.readouterr().out

    path.write_text(path.read_text(encoding="utf-8").replace('"winners": [', '"winners": ["4",'), encoding="utf-8")

    assert main(["check", str(path), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["ok"] is False
    assert "the winners are not those" in said.err
    assert main(["check", str(tmp_path / "nergens.json")]) == 2


def test_outcome_writes_the_witness_that_check_accepts(town, tmp_path, capsys):
    path = tmp_path / "getuige.json"
    options = ["--rule", "equal-shares", "--add1", "0,10", "--complete", "greedy", "--lot-seed", "trekking van 3 mei"]

    assert main(["outcome", str(town), *options, "--witness", str(path), "--json"]) == 0
    winners = json.loads(capsys.readouterr().out)["winners"]

    assert main(["check", str(path), "--json"]) == 0
    file_sha256 = sha256(json.loads(path.read_text(encoding="utf-8"))["election"].encode()).hexdigest()
    assert json.loads(capsys.readouterr().out) == {
        "ok": True, "winners": winners, "file_sha256": file_sha256, "fault": None,
    }  # fmt: skip


def test_a_witness_that_cannot_be_made_is_refused_in_words(town, tmp_path, capsys):
    path = str(tmp_path / "nergens" / "getuige.json")

    assert main(["outcome", str(town), "--rule", "greedy", "--witness", path]) == 2
    assert "only equal shares has a witness" in capsys.readouterr().err
    assert main(["outcome", str(town), "--rule", "equal-shares", "--witness", path]) == 2
    assert "cannot be written" in capsys.readouterr().err

    town.write_text(town.read_text(encoding="utf-8").replace("country;Belgium\n", ""), encoding="utf-8")
    assert main(["outcome", str(town), "--rule", "equal-shares", "--witness", str(tmp_path / "getuige.json")]) == 1
    assert "country" in capsys.readouterr().err


def test_compare_raises_the_share_once_for_all_rules_that_raise_it(town, monkeypatch, capsys):
    raised = []

    def counted(election, rule, progress, supporters):
        raised.append(rule.add1_step)
        return equal_shares(election, rule, progress, supporters)

    monkeypatch.setattr(outcome_module, "equal_shares", counted)

    assert main(["compare", str(town), "--json"]) == 0

    assert raised == [None, Fraction("0.1")]
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert rules["+add1+greedy"]["winners"][: len(rules["+add1"]["winners"])] == rules["+add1"]["winners"]


def test_a_gate_lets_through_by_buyers_and_by_the_top(town, capsys):
    assert main(["shortlist", str(town), "--top", "2", "--edge", "none", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["shortlist"] == ["2", "1"]
    assert printed["projects"]["3"] == "below_the_top"

    assert main(["outcome", str(town), "--rule", "greedy", "--buyers", "4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["winners"] == ["2", "1"]

    assert main(["shortlist", str(town), "--buyers", "5"]) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[1].split()[:2] == ["1", "2"]
    assert "too few buyers" in table


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "1.5"])
def test_a_gate_takes_whole_numbers_above_zero(town, wrong, capsys):
    with pytest.raises(SystemExit) as end:
        main(["shortlist", str(town), "--top", wrong])
    assert end.value.code == 2
    assert "whole number above zero" in capsys.readouterr().err


def test_the_options_of_a_rule_are_those_that_the_command_takes(town, capsys):
    rule = Rule(
        method=Method.EQUAL_SHARES,
        add1_step=Fraction(1, 4),
        add1_stop=Add1Stop.OVERSPEND,
        floor_share=True,
        complete=Completion.GREEDY,
        lot_seed="lotto van 3 mei",
    )

    assert main(["outcome", str(town), *shlex.split(options_of(rule)), "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["rule"] == rule.parameters()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_only_when_work_lasts_and_only_on_a_terminal(monkeypatch):
    clock = iter([0.0, 1.0, 2.5, 2.6, 2.8])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr", Terminal())

    with Progress() as progress:
        for share in ("share 1", "share 2", "share 3", "share 4"):
            progress(share)

    written = sys.stderr.getvalue()
    assert "share 2" in written
    assert "share 4" in written
    assert "share 1" not in written
    assert "share 3" not in written
