"""The credential authority: a code for every voter, lists in an order that tells nothing, an escrow two people open."""

import base64
import hashlib
import json
import os
import re
import stat

import pytest

from spreekt.cli import main
from spreekt.modules.referendum import credentials, escrow
from spreekt.modules.referendum.authority_commands import bar
from spreekt.modules.referendum.ballot.credential import normalise, public_of, secret_of
from spreekt.modules.referendum.escrow import EscrowReader, EscrowRefused
from spreekt.modules.referendum.mailing import HEADER, NotAMailing
from tests.pdf import text_in
from tests.referendum.roll_builders import PASSPHRASES, WORDS, made

UUID = "TestVector1111"
VOTERS = 60


@pytest.fixture
def mailing(tmp_path):
    """Sixty people in a mailing, with their letter's words beside it."""
    path = tmp_path / "mailing.csv"
    rows = [f"{number:064x};Noémie {number};Dewaele;Heuleplaats;{number};;8501;Heule" for number in range(VOTERS)]
    path.write_text("\r\n".join([";".join(HEADER), *reversed(rows), ""]), encoding="utf-8")
    (tmp_path / "mailing.brief.json").write_text(json.dumps(WORDS.stored), encoding="utf-8")
    for name, phrase in zip(("een", "twee"), PASSPHRASES, strict=True):
        (tmp_path / name).write_text(phrase + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """What the authority made once, for all who only look."""
    folder = tmp_path_factory.mktemp("drukker")
    path = folder / "mailing.csv"
    rows = [f"{number:064x};Noémie {number};Dewaele;Heuleplaats;{number};;8501;Heule" for number in range(VOTERS)]
    path.write_text("\r\n".join([";".join(HEADER), *reversed(rows), ""]), encoding="utf-8")
    return made(path, folder / "uit"), folder / "uit"


def printed(folder):
    """Voter number -> code, as the printer's file has it."""
    lines = (folder / credentials.PRINT).read_text("utf-8").splitlines()[1:]
    return {int(cells[4]): cells[8] for cells in (line.split(";") for line in lines)}


def public_list(folder):
    return json.loads((folder / credentials.CODES).read_text("ascii"))


def test_every_voter_has_one_code_and_the_map_says_whose_public_half_is_whose(authority):
    result, folder = authority
    lines = (folder / credentials.MAP).read_text("ascii").splitlines()
    of_voter = dict(line.split(";") for line in lines[1:])

    assert lines[0] == "kiezer;public"
    assert result.voters == len(of_voter) == len(set(of_voter.values())) == VOTERS
    for number, code in list(printed(folder).items())[:5]:
        assert of_voter[f"{number:064x}"] == str(public_of(secret_of(code, UUID)))


def test_the_public_list_is_sorted_and_the_map_is_in_no_order_of_the_register(authority):
    _result, folder = authority
    publics = public_list(folder)
    voters = [line.split(";")[0] for line in (folder / credentials.MAP).read_text("ascii").splitlines()[1:]]

    assert publics == sorted(set(publics))
    assert voters == sorted(voters)


def test_no_private_code_leaves_in_the_two_files_for_the_server(authority):
    _result, folder = authority
    for_the_server = (folder / credentials.CODES).read_bytes() + (folder / credentials.MAP).read_bytes()

    for code in printed(folder).values():
        assert code.encode() not in for_the_server
        assert str(secret_of(code, UUID)).encode() not in for_the_server


def test_codes_are_22_signs_in_groups_and_all_different(authority):
    codes = list(printed(authority[1]).values())

    assert all(normalise(code) == code and len(code.replace("-", "")) == 22 for code in codes)
    assert len(set(codes)) == VOTERS


def test_the_fingerprint_is_that_of_the_list_as_belenios_prints_it(authority):

    result, folder = authority
    digest = hashlib.sha256((folder / credentials.CODES).read_bytes()).digest()

    assert result.fingerprint == base64.b64encode(digest).decode().rstrip("=")


def test_P06_only_their_owner_reads_the_authoritys_files(authority):
    _result, folder = authority

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_letter_says_who_what_when_how_and_where_to_get_help(authority):
    _result, folder = authority
    code = printed(folder)[7]

    text = text_in((folder / "brieven-0001.pdf").read_bytes())

    for words in (
        "Noémie 7 Dewaele", "Heuleplaats 7", "8501 Heule", code, "Een autovrije zondag per maand?", "18 oktober 2027",
        "24 oktober 2027", "1777", "geboortedatum", "identiteitskaart", "spreekt.example/referendum/autovrije-zondag",
    ):  # fmt: skip
        assert words in text


def test_letters_come_in_batches_of_one_page_a_voter(authority, monkeypatch, tmp_path):
    _result, folder = authority

    assert (folder / "brieven-0001.pdf").read_bytes().count(b"/Type /Page ") == VOTERS


def test_more_than_one_batch_is_made_by_helping_processes(mailing, monkeypatch):
    monkeypatch.setattr(credentials, "BATCH", 25)
    monkeypatch.setattr(credentials.os, "cpu_count", lambda: 2)
    out = mailing.with_name("uit")

    result = made(mailing, out)

    assert sorted(path.name for path in out.glob("*.pdf")) == [f"brieven-{number:04}.pdf" for number in (1, 2, 3)]
    assert result.files == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert len(public_list(out)) == VOTERS


def test_P08_the_square_holds_the_booth_with_the_code_behind_a_hash(authority):
    _result, folder = authority
    line = (folder / credentials.PRINT).read_text("utf-8").splitlines()[1].split(";")

    assert line[-1] == f"https://spreekt.example/referendum/autovrije-zondag/stemmen#{line[-2]}"


def test_two_passphrases_open_the_escrow_and_every_letter_is_in_it(authority):
    _result, folder = authority

    with (folder / credentials.ESCROW).open("rb") as stream:
        reader = EscrowReader(stream, PASSPHRASES)
        kept = list(reader)

    assert reader.uuid == UUID
    assert reader.words == WORDS.stored
    assert {int(one.voter.key, 16): one.code for one in kept} == printed(folder)


@pytest.mark.parametrize(
    "passphrases", [(PASSPHRASES[0], PASSPHRASES[0]), PASSPHRASES[::-1], ("x" * 12, PASSPHRASES[1])]
)
def test_neither_holder_opens_the_escrow_alone(authority, passphrases):
    with (authority[1] / credentials.ESCROW).open("rb") as stream, pytest.raises(EscrowRefused, match="passphrases"):
        EscrowReader(stream, passphrases)


def test_an_escrow_that_was_cut_off_or_changed_says_so(authority, tmp_path):
    whole = (authority[1] / credentials.ESCROW).read_bytes()
    head = escrow._HEAD.size
    first = head + 4 + int.from_bytes(whole[head : head + 4], "big")

    for broken in (whole[:-5], whole[:first], whole[:-1] + bytes([whole[-1] ^ 1]), whole[:20], whole + b"\0"):
        path = tmp_path / "stuk.bin"
        path.write_bytes(broken)
        with path.open("rb") as stream, pytest.raises(EscrowRefused):
            list(EscrowReader(stream, PASSPHRASES))


def test_P01_no_name_or_code_can_be_read_in_the_escrow(authority):
    sealed = (authority[1] / credentials.ESCROW).read_bytes()

    assert b"Dewaele" not in sealed
    assert printed(authority[1])[3].encode() not in sealed


def test_codes_are_never_made_twice_in_one_place(mailing):
    out = mailing.with_name("uit")
    made(mailing, out)
    before = (out / credentials.CODES).read_bytes()

    with pytest.raises(credentials.CannotMake, match="never made twice"):
        made(mailing, out)

    assert (out / credentials.CODES).read_bytes() == before


def test_all_or_nothing_when_the_work_is_cut_off(mailing, monkeypatch):
    def out_of_ink(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr(credentials, "write_letters", out_of_ink)
    with pytest.raises(OSError, match="no space"):
        made(mailing, mailing.with_name("uit"))

    assert not [path for path in mailing.parent.iterdir() if path.name.startswith("uit")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["kiezer;naam"], "header must be"),
        ([";".join(HEADER)], "names no voter"),
        ([";".join(HEADER), "abc;A;B;C;1;;8500;Kortrijk"], "Line 2: the first column"),
        ([";".join(HEADER), "0" * 64 + ";A;B;C;1;8500;Kortrijk"], "Line 2: 8 columns"),
        ([";".join(HEADER), *["0" * 64 + ";A;B;C;1;;8500;Kortrijk"] * 2], "Line 3: this voter key stands"),
        ([";".join(HEADER), "0" * 64 + ";A;B;;1;;;Kortrijk"], "Line 2: a letter needs"),
    ],
)
def test_a_mailing_with_a_fault_makes_nothing_and_names_the_line(tmp_path, lines, said):
    path = tmp_path / "mailing.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")

    with pytest.raises(NotAMailing, match=re.escape(said)):
        credentials.count_voters(path)


def test_J08_what_kept_a_spreadsheet_from_calculating_is_not_printed(tmp_path):
    path = tmp_path / "mailing.csv"
    path.write_text(";".join(HEADER) + "\n" + "0" * 64 + ";Ann;'=1+1;Plein;1;;8500;Kortrijk\n", encoding="utf-8")

    made(path, tmp_path / "uit")

    assert "Ann =1+1" in text_in((tmp_path / "uit" / "brieven-0001.pdf").read_bytes())
    assert ";'=1+1;" in (tmp_path / "uit" / credentials.PRINT).read_text("utf-8")


def run(*arguments):
    return main([str(argument) for argument in arguments])


def make_by_command(mailing, *more):
    return run("credentials", "make", "--roll", mailing, "--election", UUID, "--out", mailing.with_name("uit"), *more)


def both(folder):
    return ("--passphrase-file", folder / "een", "--passphrase-file", folder / "twee")


@pytest.fixture
def cheap(monkeypatch):
    """Trying a passphrase costs nothing in these tests."""
    monkeypatch.setattr(escrow.Cost.__init__, "__defaults__", (1, 8))


def test_the_command_makes_everything_and_prints_the_fingerprint(mailing, capsys, cheap):
    assert make_by_command(mailing, *both(mailing.parent), "--json") == 0

    said = json.loads(capsys.readouterr().out)
    names = sorted(path.name for path in mailing.with_name("uit").iterdir())
    assert names == ["brieven-0001.pdf", "druk.csv", "escrow.bin", "koppeling.csv", "publieke-codes.json"]
    assert (said["voters"], said["pdf_files"]) == (VOTERS, 1)
    assert len(said["fingerprint"]) == 43


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (("kort", "de notaris weet dat"), "at least 12 characters"),
        (("een en dezelfde zin", "een en dezelfde zin"), "are the same"),
    ],
)
def test_two_different_passphrases_of_some_length_are_needed(mailing, capsys, phrases, said):
    for name, phrase in zip(("een", "twee"), phrases, strict=True):
        (mailing.parent / name).write_text(phrase, encoding="utf-8")

    assert make_by_command(mailing, *both(mailing.parent)) == 1

    assert said in capsys.readouterr().err
    assert not mailing.with_name("uit").exists()


def test_one_passphrase_is_not_enough(mailing, capsys):
    assert make_by_command(mailing, "--passphrase-file", mailing.parent / "een") == 1
    assert "twice" in capsys.readouterr().err


def test_words_of_another_referendum_are_refused(mailing, capsys):
    other = WORDS.stored | {"election": "AnotherOne1111"}
    mailing.with_name("mailing.brief.json").write_text(json.dumps(other), encoding="utf-8")

    assert make_by_command(mailing, *both(mailing.parent)) == 1
    assert "another referendum" in capsys.readouterr().err


def test_letters_without_words_name_no_address_that_leads_nowhere_and_promise_no_paper(mailing, capsys, cheap):
    mailing.with_name("mailing.brief.json").unlink()

    assert make_by_command(mailing, *both(mailing.parent)) == 0

    assert "Give --words" in capsys.readouterr().err
    folder = mailing.with_name("uit")
    first = (folder / credentials.PRINT).read_text("utf-8").splitlines()[1].split(";")
    assert first[-1] == first[-2], "the square holds the code and no address"
    [letters] = folder.glob("*.pdf")
    text = text_in(letters.read_bytes())
    assert "127.0.0.1" not in text
    assert "papier" not in text


@pytest.mark.parametrize("name", ["mailing.brief.json", "een"])
def test_a_text_in_another_encoding_is_told_in_a_sentence(mailing, capsys, name):
    both(mailing.parent)
    mailing.with_name(name).write_bytes("een zin met één accent".encode("latin-1"))

    arguments = ("--passphrase-file", mailing.parent / "een", "--passphrase-file", mailing.parent / "twee")
    assert make_by_command(mailing, *arguments) == 1

    assert f"{name} is not a text in UTF-8" in capsys.readouterr().err


def test_no_uuid_no_codes(mailing, capsys):
    assert run("credentials", "make", "--roll", mailing, "--election", "O0Il", "--out", mailing.parent / "uit") == 2
    assert "base58" in capsys.readouterr().err


def test_the_same_letter_comes_again_for_one_voter_and_is_noted(mailing, capsys, cheap):
    make_by_command(mailing, *both(mailing.parent))
    folder, key = mailing.with_name("uit"), f"{9:064x}"
    again = mailing.with_name("opnieuw.pdf")

    status = run("credentials", "reissue", "--escrow", folder / "escrow.bin", "--voter", key, "--request", 12,
                 "--out", again, *both(mailing.parent))  # fmt: skip

    assert status == 0
    text = text_in(again.read_bytes())
    assert printed(folder)[9] in text
    assert "Noémie 9 Dewaele" in text
    assert stat.S_IMODE(os.stat(again).st_mode) == 0o600
    assert (folder / "heruitgegeven.csv").read_text("ascii").strip().endswith(f";12;{key}")


def test_nobody_gets_a_letter_again_who_never_had_one(mailing, capsys, cheap):
    make_by_command(mailing, *both(mailing.parent))

    status = run("credentials", "reissue", "--escrow", mailing.with_name("uit") / "escrow.bin", "--voter", "f" * 64,
                 "--request", 1, "--out", mailing.with_name("opnieuw.pdf"), *both(mailing.parent))  # fmt: skip

    assert status == 1
    assert "no letter in this escrow" in capsys.readouterr().err
    assert not mailing.with_name("opnieuw.pdf").exists()


def test_the_bar_says_how_far_the_letters_are():
    assert bar(32_500, 65_000) == "[############............] 32,500 of 65,000 letters"
