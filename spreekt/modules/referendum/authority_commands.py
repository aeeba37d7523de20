"""`spreekt credentials make` and `reissue`: the credential authority, offline and without database."""

import argparse
import csv
import getpass
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from config import Settings
from spreekt.kernel.city import read_city
from spreekt.kernel.storage import utc_now
from spreekt.modules.referendum.ballot.canonical import BASE58
from spreekt.modules.referendum.escrow import SHORTEST_PASSPHRASE, EscrowReader, EscrowRefused
from spreekt.modules.referendum.letter_words import LetterWords, NotLetterWords
from spreekt.modules.referendum.mailing import NotAMailing
from spreekt.web.terminal import Progress, say

DONE, NO, WRONG = 0, 1, 2
LOG = "heruitgegeven.csv"
_UUID = re.compile(rf"[{BASE58}]{{14,22}}")
_VOTER = re.compile(r"[0-9a-f]{64}")
_BAR = 24


class NotUtf8(Exception):
    """A text file in another encoding."""


class PassphrasesRefused(Exception):
    """Missing, short, or the same twice."""


def register(group: Any) -> None:
    """Add `make` and `reissue` to the subparsers of `spreekt credentials`."""
    words = "make the codes and letters of a referendum: public list, letters, encrypted escrow (offline)"
    command = group.add_parser("make", help=words, description=words)
    command.add_argument("--roll", type=Path, required=True, metavar="MAILING.csv", help="who gets a letter")
    command.add_argument("--election", required=True, metavar="UUID", help="the uuid of the referendum")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for everything")
    command.add_argument("--words", type=Path, metavar="FILE.json",
                         help="what the letters say; MAILING.brief.json beside the mailing when absent")  # fmt: skip
    _passphrases(command)
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run_make)

    words = "print the same letter once more for one voter; both passphrases are needed"
    command = group.add_parser("reissue", help=words, description=words)
    command.add_argument("--escrow", type=Path, required=True, metavar="escrow.bin")
    command.add_argument("--voter", required=True, metavar="KEY", help="the voter key on the request of the desk")
    command.add_argument("--request", required=True, metavar="NUMBER", help="the number of that request")
    command.add_argument("--out", type=Path, required=True, metavar="LETTER.pdf")
    _passphrases(command)
    command.set_defaults(run=run_reissue)


def _passphrases(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--passphrase-file", type=Path, action="append", default=[], metavar="FILE",
        help="a passphrase on its first line; once for each of the two holders. Asked for when absent.",
    )  # fmt: skip


def run_make(args: argparse.Namespace) -> int:
    """Exit 1 with every fault of the mailing by line, and nothing made."""
    from spreekt.modules.referendum import credentials  # the PDF library takes a second to load

    if not _UUID.fullmatch(args.election):
        return _no("--election must be the uuid of the referendum: 14 to 22 base58 characters.", code=WRONG)
    try:
        words = _words(args.words, args.roll, args.election)
        total = credentials.count_voters(args.roll)
        order = credentials.Order(args.election, words, _two_passphrases(args.passphrase_file, twice=True), total)
        with Progress() as progress:
            made = credentials.make(args.roll, args.out, order, done=lambda count: progress(bar(count, total)))
    except NotAMailing as refusal:
        return _no(*refusal.faults, "Nothing was made.")
    except (credentials.CannotMake, PassphrasesRefused, NotLetterWords, NotUtf8) as refusal:
        return _no(str(refusal))
    if args.json:
        found = {"ok": True, "voters": made.voters, "pdf_files": made.files, "sha256": made.codes_sha256,
                 "fingerprint": made.fingerprint}  # fmt: skip
        say(json.dumps(found), to=sys.stdout)
        return DONE
    say(
        f"{made.voters} letters in {made.files} file(s), in {args.out}.\n"
        f"Fingerprint of the public codes: {made.fingerprint}\n"
        f"sha256 of {credentials.CODES}: {made.codes_sha256}\n"
        f"To the server go {credentials.CODES} and {credentials.MAP}, nothing else; compare the fingerprint by phone.\n"
        f"Keep {credentials.ESCROW} until the appeal period ends. Destroy the mailing, the letters' files and "
        f"{credentials.PRINT} once everything is posted.",
        to=sys.stdout,
    )
    return DONE


def run_reissue(args: argparse.Namespace) -> int:
    """Exit 1 when the escrow does not open or does not know the voter."""
    if not _VOTER.fullmatch(args.voter):
        return _no("--voter must be the voter key on the desk's request: 64 hexadecimal characters.", code=WRONG)
    if not (args.request.isascii() and args.request.isdigit()):
        return _no("--request must be the number of the desk's request.", code=WRONG)
    if args.out.exists():
        return _no(f"{args.out} is there already: choose another --out.")
    try:
        with args.escrow.open("rb") as stream:
            reader = EscrowReader(stream, _two_passphrases(args.passphrase_file, twice=False))
            kept = next((kept for kept in reader if kept.voter.key == args.voter), None)
        words = LetterWords.of(reader.words)
    except (EscrowRefused, PassphrasesRefused, NotLetterWords, NotUtf8) as refusal:
        return _no(str(refusal))
    if kept is None:
        return _no("This voter has no letter in this escrow. Is it the escrow of this referendum?")
    from spreekt.modules.referendum.letters import write_letters  # as above

    before = os.umask(0o077)
    try:
        with args.escrow.with_name(LOG).open("a", encoding="ascii", newline="") as log, args.out.open("xb") as file:
            write_letters(file, words, [(kept.voter.addressee, kept.code)])
            csv.writer(log, delimiter=";").writerow([utc_now().isoformat(timespec="seconds"), args.request, args.voter])
    finally:
        os.umask(before)
    say(f"The same letter is in {args.out}. It was noted in {LOG}, beside the escrow.", to=sys.stdout)
    return DONE


def bar(count: int, total: int) -> str:
    """How far the letters are."""
    full = _BAR * count // max(total, 1)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {count:,} of {total:,} letters"


def _words(given: Path | None, roll: Path, uuid: str) -> LetterWords:
    path = given or roll.with_suffix(".brief.json")
    if given is None and not path.exists():
        settings = Settings.from_environment()
        city = read_city(Path(settings.CITY_FILE))
        is_address = settings.PUBLIC_URL.startswith("https://")
        lacks = "question and dates" if is_address else "question, dates and the address to vote at"
        say(f"{path} is not there: the letters will not tell {lacks}, nor what the rules of this referendum are. "
            "Give --words with the file that the platform gives beside the mailing.", to=sys.stderr)  # fmt: skip
        booth = f"{settings.PUBLIC_URL.rstrip('/')}/referendum" if is_address else ""
        return LetterWords(
            brand=city.brand, city=city.name, help_line=city.help_line, booth_url=booth, election=uuid, has_paper=False
        )
    words = LetterWords.read(_text_of(path))
    if words.election != uuid:
        raise NotLetterWords(f"{path} belongs to another referendum ({words.election}).")
    return words


def _two_passphrases(files: list[Path], *, twice: bool) -> tuple[str, str]:
    """One of each holder. Raises PassphrasesRefused when they are missing, short or the same."""
    if files and len(files) != 2:
        raise PassphrasesRefused("Give --passphrase-file twice: each of the two holders has a passphrase of their own.")
    if files:
        found = [(_text_of(path).splitlines() or [""])[0] for path in files]
    elif sys.stdin.isatty():
        found = [_typed(holder, twice=twice) for holder in ("first", "second")]
    else:
        found = [sys.stdin.readline().rstrip("\r\n") for _holder in range(2)]
    first, second = found
    if min(len(first), len(second)) < SHORTEST_PASSPHRASE:
        raise PassphrasesRefused(
            f"Two passphrases of at least {SHORTEST_PASSPHRASE} characters are needed, one of each holder: "
            "type them, give --passphrase-file twice, or put them on two lines of standard input."
        )
    if first == second:
        raise PassphrasesRefused("The two passphrases are the same. Each of the two holders chooses one of their own.")
    return first, second


def _text_of(path: Path) -> str:
    """A text file, with or without the mark that some editors put in front. Raises NotUtf8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8(f"{path} is not a text in UTF-8. Save it again as UTF-8.") from None


def _typed(holder: str, *, twice: bool) -> str:
    typed = getpass.getpass(f"Passphrase of the {holder} holder: ")
    if twice and getpass.getpass("The same once more: ") != typed:
        raise PassphrasesRefused("The two were not the same. Nothing was made; begin again.")
    return typed


def _no(*reasons: str, code: int = NO) -> int:
    for reason in reasons:
        say(reason, to=sys.stderr)
    return code
