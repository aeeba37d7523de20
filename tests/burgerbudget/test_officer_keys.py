"""A key on a card and back, and the commands that make and prove one without a browser."""

import io
import json
import shlex
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from spreekt.cli import main
from spreekt.modules.burgerbudget.officers.domain import answer
from spreekt.modules.burgerbudget.officers.keys import MistypedCard, card_rows, card_text, secret_on_card

SECRET = bytes(range(32))
ROWS = card_rows(SECRET)
CHALLENGE = PrivateKey(b"\7" * 32)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(min_size=32, max_size=32))
def test_what_is_written_on_a_card_is_read_back(secret):
    assert secret_on_card("\n".join(card_rows(secret))) == secret
    assert secret_on_card(card_text(secret)) == secret


@pytest.mark.parametrize(
    "typed",
    [
        "\n".join(ROWS).lower(),
        "\r\n".join(ROWS),
        "\r".join(f"  {row}  " for row in ROWS),
        "\n\n".join(row.replace(" ", "-") for row in ROWS),
        " ".join(ROWS),
        "".join(ROWS).replace(" ", ""),
        "\n".join(ROWS).replace("1", "l").replace("0", "o"),
        "\n".join(f"rij {at}  {row}" for at, row in enumerate(ROWS, 1)),
        "Mijn sleutel\nVan de ronde 2026\n"
        + "\n".join(f"RIJ {at}. {row}" for at, row in enumerate(ROWS, 1))
        + "\nTot dan",
    ],
    ids=["small", "windows", "old mac", "dashes", "one line", "one word", "look-alikes", "numbered", "with words"],
)
def test_a_card_is_read_however_it_was_typed(typed):
    assert secret_on_card(typed) == SECRET


@given(st.integers(0, 63), st.sampled_from(LETTERS))
def test_one_wrong_letter_names_its_row(place, letter):
    letters = list("".join(ROWS).replace(" ", ""))
    if letters[place] == letter:
        return
    letters[place] = letter

    with pytest.raises(MistypedCard) as refusal:
        secret_on_card("".join(letters))
    assert refusal.value.row == place // 16 + 1


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("", 0), ("geen sleutel", 0), ("\n".join(ROWS[:3]), 0), ("\n".join([*ROWS, ROWS[0]]), 0), ("00" * 32, 1),
        ("\n".join([ROWS[1], ROWS[0], *ROWS[2:]]), 1), ("\n".join([*ROWS[:2], ROWS[2][:-1], ROWS[3]]), 3),
        ("\n".join([*ROWS[:3], ROWS[3].replace(ROWS[3][0], "U", 1)]), 4), ("Z" * 64, 1), ("é" * 64, 1), ("\0" * 64, 1),
    ],
)  # fmt: skip
def test_what_is_no_card_is_refused(typed, row):
    with pytest.raises(MistypedCard) as refusal:
        secret_on_card(typed)
    assert refusal.value.row == row


@given(st.text(max_size=200))
def test_anything_else_is_refused_and_never_fails(text):
    with pytest.raises(MistypedCard):
        secret_on_card(text)


# The commands


def run(words: str, capsys, monkeypatch, *, typed: bytes = b"") -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    try:
        status = main(["budget", "officer", *shlex.split(words)])
    except SystemExit as stop:
        status = int(stop.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_key_of_the_command_proves_itself(capsys, monkeypatch, tmp_path):
    file = tmp_path / "sleutel.txt"
    status, out, err = run(f"keygen --out {file}", capsys, monkeypatch)
    challenge = bytes(CHALLENGE.public_key).hex()
    proven, answered, _ = run(f"prove --challenge {challenge}", capsys, monkeypatch, typed=file.read_bytes())

    secret = secret_on_card(file.read_text())
    public_key = bytes(PrivateKey(secret).public_key).hex()
    assert (status, proven) == (0, 0)
    assert out.strip() == public_key
    assert card_rows(secret)[0] not in out + err
    assert answered.strip() == answer(CHALLENGE, bytes.fromhex(public_key), public_key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_file_the_card_is_shown_and_json_says_the_same(capsys, monkeypatch):
    _status, out, _err = run("keygen", capsys, monkeypatch)
    assert bytes(PrivateKey(secret_on_card(out)).public_key).hex() == out.split()[-1]

    status, out, err = run("keygen --json", capsys, monkeypatch)
    told = json.loads(out)
    assert (status, err, told["file"]) == (0, "", None)
    assert bytes(PrivateKey(secret_on_card("\n".join(told["card"]))).public_key).hex() == told["public_key"]


def test_a_proof_in_json(capsys, monkeypatch):
    challenge = bytes(CHALLENGE.public_key).hex()
    status, out, _ = run(f"prove --json --challenge {challenge}", capsys, monkeypatch, typed=card_text(SECRET).encode())

    public_key = bytes(PrivateKey(SECRET).public_key).hex()
    expected = answer(CHALLENGE, bytes.fromhex(public_key), public_key)
    assert (status, json.loads(out)) == (0, {"public_key": public_key, "answer": expected})


def test_a_card_is_never_overwritten(capsys, monkeypatch, tmp_path):
    file = tmp_path / "sleutel.txt"
    file.write_text("van vorig jaar")

    assert run(f"keygen --out {file}", capsys, monkeypatch)[0] == 1
    assert run(f"keygen --out {tmp_path / 'niet' / 'hier.txt'}", capsys, monkeypatch)[0] == 1
    assert file.read_text() == "van vorig jaar"


@pytest.mark.parametrize(
    ("words", "typed", "status"),
    [
        ("prove --challenge " + "09" * 32, b"", 1),
        ("prove --challenge " + "09" * 32, b"\xff\xfe", 1),
        ("prove --challenge " + "09" * 32, "\n".join(ROWS).replace(ROWS[1][0], "U").encode(), 1),
        ("prove --challenge " + "00" * 32, card_text(SECRET).encode(), 1),
        ("prove --challenge x", b"", 2),
        ("prove", b"", 2),
        ("keygen --colour blue", b"", 2),
        ("", b"", 2),
    ],
)
def test_a_no_is_one_line_and_a_number(capsys, monkeypatch, words, typed, status):
    said, out, err = run(words, capsys, monkeypatch, typed=typed)

    assert (said, out) == (status, "")
    assert "Traceback" not in err
    assert err
