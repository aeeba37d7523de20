"""`spreekt jury draw` as its user meets it: exit codes, JSON, and what is said of a file that is not right."""

import argparse
import json

import pytest

from spreekt.modules.burgerbudget.jury.commands import register
from spreekt.modules.burgerbudget.rules.jury_draw import draw
from spreekt.modules.burgerbudget.rules.jury_file import draw_file, list_file
from tests.burgerbudget.rules.test_jury_draw import a_city


def main(*words):
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["jury", "draw", *map(str, words)])
    return args.run(args)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "loting.json"
    path.write_text(draw_file(a_city(), "zes bollen", draw(a_city(), "zes bollen")), "utf-8")
    return path


def changed(file, **values):
    found = json.loads(file.read_text("utf-8")) | values
    file.write_text(json.dumps({name: value for name, value in found.items() if value is not None}), "utf-8")
    return file


def test_a_draw_that_holds_is_done_again_with_exit_0(file, capsys):
    assert main(file, "--check") == 0

    said = capsys.readouterr()
    assert "the draw holds: 16 jurors from 72 candidates" in said.out
    assert said.err == ""


def test_json_says_what_was_drawn(file, capsys):
    assert main(file, "--json") == 0

    said = json.loads(capsys.readouterr().out)
    drawn = draw(a_city(), "zes bollen")
    assert (said["ok"], said["jury"], said["reserves"]) == (True, list(drawn.jury), list(drawn.reserves))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"jury": [20_000]}, "jury: the file says 20000, the draw gives"),
        ({"reserves": []}, "reserves: the file says nobody"),
        ({"seed": "andere bollen"}, "jury: the file says"),
        ({"list_sha256": "0" * 64}, "not the one that was frozen"),
    ],
)
def test_a_draw_that_was_changed_is_exit_1_with_the_reason(file, capsys, values, reason):
    assert main(changed(file, **values), "--check") == 1
    assert main(file, "--check", "--json") == 1

    assert reason in capsys.readouterr().err


def test_somebody_left_out_of_the_list_shows(file, capsys):
    found = json.loads(file.read_text("utf-8"))
    found["list"]["candidates"] = found["list"]["candidates"][1:]
    file.write_text(json.dumps(found), "utf-8")

    assert main(file) == 1
    assert "not the one that was frozen" in capsys.readouterr().err


def test_without_a_result_it_draws_and_with_check_it_wants_one(file, capsys):
    changed(file, jury=None, reserves=None)

    assert main(file) == 0
    assert main(file, "--check") == 2
    assert "no result to check" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"list": 3}', list_file(a_city()).encode()])
def test_a_bad_file_is_exit_2_with_every_fault_and_no_traceback(tmp_path, capsys, content):
    path = tmp_path / "fout.json"
    path.write_bytes(content)

    assert main(path) == 2
    assert main(path, "--json") == 2
    said = capsys.readouterr()
    assert str(path) in said.err
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there_is_exit_2(tmp_path, capsys):
    assert main(tmp_path / "weg.json") == 2
    assert "cannot be read" in capsys.readouterr().err
