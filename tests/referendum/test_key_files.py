"""Key files and their paper: what is damaged, changed or typed wrong is said (F21), and nothing is half written."""

import json

import pytest
from gmpy2 import mpz
from nacl.bindings import crypto_aead_aes256gcm_encrypt

from spreekt.modules.referendum import gcm, key_files
from spreekt.modules.referendum.ballot.aes import Forged
from spreekt.modules.referendum.ballot.group import Q
from spreekt.modules.referendum.ballot.own_key import new_seed_text
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.key_files import BadRow, BrokenKeyFile, KeyFile, WrongPassphrase
from spreekt.modules.referendum.key_paper import paper_pdf

PASSPHRASE = "vier gewone woorden hier"
QUICK = key_files.FEWEST_ITERATIONS


def a_key(**fields: object) -> KeyFile:
    given = {"election": "TestVector1111", "index": 2, "count": 3, "threshold": 2, "name": "Notaris Çelik",
             "seed": new_seed_text(), "decryption_key": draw_secret()}  # fmt: skip
    return KeyFile(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 300])
def test_the_cipher_of_key_files_is_the_standard_one(length: int) -> None:
    key, nonce, plain, header = b"k" * 32, b"n" * 12, bytes(range(256)) * 2, b"header"

    sealed = gcm.seal(key, nonce, plain[:length], header)

    assert sealed == crypto_aead_aes256gcm_encrypt(plain[:length], header, nonce, key)
    assert gcm.unseal(key, nonce, sealed, header) == plain[:length]
    with pytest.raises(Forged):
        gcm.unseal(key, nonce, sealed, b"another")


@pytest.mark.parametrize("fields", [{}, {"seed": ""}, {"decryption_key": None}, {"decryption_key": mpz(0)}])
def test_a_key_comes_back_from_its_file(fields: dict[str, object]) -> None:
    key = a_key(**fields)

    text = key_files.locked(key, PASSPHRASE, iterations=QUICK)

    assert key_files.unlocked(text, PASSPHRASE) == key
    assert (key.seed or "nothing") not in text


def test_f21_a_wrong_passphrase_opens_nothing() -> None:
    text = key_files.locked(a_key(), PASSPHRASE, iterations=QUICK)

    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(WrongPassphrase):
            key_files.unlocked(text, wrong)


@pytest.mark.parametrize("name", ["election", "index", "count", "threshold", "name"])
def test_who_a_key_file_is_of_cannot_be_changed(name: str) -> None:
    fields = json.loads(key_files.locked(a_key(), PASSPHRASE, iterations=QUICK))
    fields[name] = 1 if isinstance(fields[name], int) else "TestVector2222"

    with pytest.raises(WrongPassphrase):
        key_files.unlocked(json.dumps(fields, separators=(",", ":")), PASSPHRASE)


@pytest.mark.parametrize(
    "damage",
    [
        "cut",
        "empty",
        "binary",
        "field lost",
        "order",
        "nonce",
        "salt",
        "iterations",
        "cipher",
        "long",
        "list",
        "number",
    ],
)
def test_f21_a_broken_key_file_is_said_to_be_broken(damage: str) -> None:
    text = key_files.locked(a_key(), PASSPHRASE, iterations=QUICK)
    fields = json.loads(text)
    if damage == "field lost":
        del fields["salt"]
    elif damage == "order":
        fields = dict(reversed(fields.items()))
    elif damage == "nonce":
        fields["nonce"] = "00"
    elif damage == "salt":
        fields["salt"] = "xyz"
    elif damage == "iterations":
        fields["iterations"] = 1
    elif damage == "cipher":
        fields["cipher"] = "ROT13"
    elif damage == "number":
        fields["index"] = True
    broken = {
        "cut": text[: len(text) // 2], "empty": "", "binary": "\x00" * 100, "long": text + " " * 30_000, "list": "[]",
    }.get(damage, json.dumps(fields))  # fmt: skip

    with pytest.raises(BrokenKeyFile):
        key_files.unlocked(broken, PASSPHRASE)


@pytest.mark.parametrize("secret", [mpz(0), mpz(1), Q - 1, mpz(123) << 200])
def test_the_key_comes_back_from_paper_however_it_is_typed(secret: mpz) -> None:
    rows = key_files.paper_rows(secret, election="TestVector1111", index=2)

    typed = [row.lower().replace(" ", "-").replace("0", "o").replace("1", "l") for row in rows]

    assert [len(row) for row in rows] == [19, 19, 19, 19]
    assert key_files.secret_on_paper(typed, election="TestVector1111", index=2) == secret


@pytest.mark.parametrize("row", [1, 2, 3, 4])
def test_a_typing_error_on_paper_names_its_row(row: int) -> None:
    rows = key_files.paper_rows(draw_secret(), election="TestVector1111", index=2)
    letter = "7" if rows[row - 1][8] != "7" else "8"
    rows[row - 1] = rows[row - 1][:8] + letter + rows[row - 1][9:]

    with pytest.raises(BadRow, match=f"row {row} "):
        key_files.secret_on_paper(rows, election="TestVector1111", index=2)


def test_rows_in_another_order_or_of_somebody_else_are_refused() -> None:
    rows = key_files.paper_rows(draw_secret(), election="TestVector1111", index=2)

    with pytest.raises(BadRow, match="row 1 "):
        key_files.secret_on_paper([rows[1], rows[0], *rows[2:]], election="TestVector1111", index=2)
    with pytest.raises(BadRow):
        key_files.secret_on_paper(rows, election="TestVector1111", index=3)
    with pytest.raises(BadRow):
        key_files.secret_on_paper(rows, election="TestVector2222", index=2)
    with pytest.raises(BadRow, match="row 4 "):
        key_files.secret_on_paper(rows[:3], election="TestVector1111", index=2)


def test_the_paper_is_one_page_that_prints_names_of_all_languages() -> None:
    pdf = paper_pdf(a_key(name="Łukasz 王"), title="Referendum – autovrije Grote Markt")

    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1
