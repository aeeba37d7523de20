"""The command `spreekt trustee`: what one trustee does offline. Arguments, questions and words; no rule lives here.

Exit 0: done; 1: the answer is no, with what to do on stderr; 2: wrong arguments. The way to go is described in
docs/referendum-trustees.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from spreekt.modules.referendum import key_files, key_paper, opening
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, NotYet, Step
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.decryption import partial_decryption
from spreekt.modules.referendum.ballot.group import GENERATOR
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ballot.trustees import read_trustees
from spreekt.modules.referendum.ceremony_folder import BadFolder, election_of, read_folder
from spreekt.modules.referendum.key_files import BadRow, BrokenKeyFile, KeyFile, WrongPassphrase
from spreekt.modules.referendum.trustee_terminal import Refused, passphrase, private, read, write_key
from spreekt.modules.referendum.verifier.command import ProgressBar

DONE, NO = 0, 1


def register(commands: Any) -> None:
    """Add `trustee` to the commands of `spreekt`."""
    words = "a trustee of a referendum: make a key, make it together with others, open the count; offline"
    verbs = commands.add_parser("trustee", help=words, description=words).add_subparsers(required=True, metavar="VERB")

    verb = _add(verbs, "keygen", keygen, "begin: a key file under a passphrase, and the first file for the others")
    verb.add_argument("--election", required=True, metavar="UUID", help="as the city announced it")
    verb.add_argument("--index", required=True, type=int, metavar="I", help="your number among the trustees, from 1")
    verb.add_argument("--trustees", type=int, default=3, metavar="N", help="how many trustees there are (3)")
    verb.add_argument("--threshold", type=int, default=2, metavar="K", help="how many are needed to open (2)")
    verb.add_argument("--name", default="", help="your name or office, as it stands in the minutes")
    _key_and_folder(verb)

    verb = _add(verbs, "share", share, "the next step of making the key together; run it again until it says done")
    _key_and_folder(verb)

    verb = _add(verbs, "check", check, "check the folder of the trustees: who did what, who is waited for")
    verb.add_argument("--dir", required=True, type=Path, metavar="DIR")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")

    verb = _add(verbs, "backup", backup, "the paper backup of a finished key, as a PDF")
    _key(verb)
    verb.add_argument("--title", default="Referendum", help="the name of the referendum, printed on the page")
    verb.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")

    verb = _add(verbs, "restore", restore, "a new key file from the four rows of a paper backup, read from stdin")
    verb.add_argument("--trustees-file", required=True, type=Path, metavar="TRUSTEES.json", help="as it was published")
    verb.add_argument("--election", required=True, metavar="UUID")
    verb.add_argument("--index", required=True, type=int, metavar="I")
    _key(verb)

    verb = _add(verbs, "decrypt", decrypt, "your part of opening a closed box; refuses any box but the published one")
    _key(verb)
    verb.add_argument("--archive", required=True, type=Path, metavar="ARCHIVE.bel")
    verb.add_argument("--board-hash", required=True, metavar="HASH", help="as it was published at the close")
    verb.add_argument("--rehearsal", action="store_true", help="this is the rehearsal, not the referendum itself")
    verb.add_argument("--out", required=True, type=Path, metavar="FILE.json")
    verb.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes for the check")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")


def _add(verbs: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    verb.set_defaults(run=lambda args: _answer(run, args))
    return verb


def _key(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--key", required=True, type=Path, metavar="KEYFILE", help="your key file, for nobody else")
    verb.add_argument("--passphrase-file", type=Path, metavar="FILE", help="read the passphrase here, do not ask")


def _key_and_folder(verb: argparse.ArgumentParser) -> None:
    _key(verb)
    verb.add_argument("--dir", required=True, type=Path, metavar="DIR", help="the folder that the trustees share")


def _answer(run: Any, args: argparse.Namespace) -> int:
    """Run one verb; whatever is refused is one sentence on stderr."""
    try:
        return int(run(args))
    except (Refused, BadFolder, opening.MayNotOpen) as refusal:
        words = str(refusal)
    except NotYet as refusal:
        words = _waiting(refusal)
    except TrusteeFault as fault:
        words = f"Stop, and tell the city: {fault}."
    except WrongPassphrase:
        words = (
            "The passphrase does not fit this key file. Try again, or use your paper backup: spreekt trustee restore."
        )
    except BrokenKeyFile:
        words = "The key file is damaged. Take your other copy, or your paper backup: spreekt trustee restore."
    except BadRow as wrong:
        words = f"Row {wrong.row} is not as it is printed. Type it again; there is no I, L, O or U in it."
    except FileExistsError as error:
        words = f"{error.filename} exists already; nothing was overwritten. Choose another name."
    print(words, file=sys.stderr)
    return NO


def keygen(args: argparse.Namespace) -> int:
    """A fresh seed in a locked file, and the certificate for the others."""
    try:
        ceremony = Ceremony(args.trustees, args.threshold, {})
    except ValueError:
        raise Refused("There are 1 to 20 trustees, and of several at least 2 and at most all are needed.") from None
    if not 1 <= args.index <= args.trustees:
        raise Refused(f"Your number is from 1 to {args.trustees}: the city told you which.")
    if args.key.exists():
        raise Refused(f"{args.key} exists already. A key file is never overwritten: choose another name.")
    folder = read_folder(args.dir, election=args.election, count=args.trustees, threshold=args.threshold)
    if args.index not in folder.ceremony.missing(Step.CERTIFICATE):
        raise Refused(f"Trustee {args.index} has begun already in {args.dir}. Is that really your number?")
    key = KeyFile(args.election, args.index, args.trustees, args.threshold, args.name, new_seed_text())
    words = passphrase(args, twice=True)
    certificate = Trustee(key.seed, key.index).publish(ceremony, Step.CERTIFICATE)
    folder.ceremony.check(Step.CERTIFICATE, args.index, certificate)
    write_key(args.key, key, words, new=True)
    path = folder.add(Step.CERTIFICATE, args.index, certificate)
    print(f"Your key file is {args.key}. Keep it to yourself.")
    print(f"Hand in {path} on your page. When all have done this, take their files and run: spreekt trustee share")
    return DONE


def share(args: argparse.Namespace) -> int:
    """As many steps as are open, and at the end the finished key in the key file."""
    words = passphrase(args)
    key = key_files.unlocked(read(args.key), words)
    if not key.seed:
        raise Refused("This key was restored from paper: it can open the count, it cannot take part in making a key.")
    trustee, did_something = Trustee(key.seed, key.index), False
    while True:
        folder = read_folder(args.dir, election=key.election, count=key.count, threshold=key.threshold)
        step = folder.ceremony.next_step(key.index)
        if step is None:
            break
        try:
            content = trustee.publish(folder.ceremony, step)
        except NotYet as refusal:
            if not did_something:
                raise
            print(_waiting(refusal))
            return DONE
        folder.ceremony.check(step, key.index, content)
        path = folder.add(step, key.index, content)
        did_something = True
        print(f"Step {STEPS.index(step) + 1} of {len(STEPS)} is done. Hand in {path} on your page.")
    if not key.is_finished:
        secret = trustee.decryption_key(folder.ceremony)
        write_key(args.key, replace(key, decryption_key=secret), words, new=False)
        print(f"Your key is finished and kept in {args.key}. Make the paper backup now: spreekt trustee backup")
    if not folder.ceremony.is_complete:
        print(_waiting(NotYet(STEPS[-1], folder.ceremony.missing(STEPS[-1]))))
        return DONE
    print(f"All trustees are done: {folder.write_trustees()}")
    print(f"Compare this code aloud with the others, it must be the same: {folder.control_code()}")
    return DONE


def check(args: argparse.Namespace) -> int:
    """Say how far the trustees are; writes the trustees file when all is there."""
    election, count, threshold = election_of(args.dir)
    folder = read_folder(args.dir, election=election, count=count, threshold=threshold)
    missing = {step.value: folder.ceremony.missing(step) for step in STEPS if folder.ceremony.missing(step)}
    code = "" if missing else folder.control_code()
    if args.json:
        print(json.dumps({"ok": not missing, "election": election, "trustees": count, "threshold": threshold,
                          "missing": missing, "control_code": code}))  # fmt: skip
    if missing:
        step, waiting_for = next(iter(missing.items()))
        raise Refused(f"Everything up to here is right. Step {step}: waiting for trustee {_listed(waiting_for)}.")
    path = folder.write_trustees()
    if not args.json:
        print(f"The key is made and right: {path}")
        print(f"Control code: {code}. {threshold} of the {count} trustees can open the count.")
    return DONE


def backup(args: argparse.Namespace) -> int:
    """The page to print."""
    key = key_files.unlocked(read(args.key), passphrase(args))
    if not key.is_finished:
        raise Refused("The key is not finished yet. Run `spreekt trustee share` until it says done.")
    with private(args.out) as file:
        file.write(key_paper.paper_pdf(key, title=args.title))
    print(f"Print {args.out}, put the paper in a safe, and delete the file.")
    return DONE


def restore(args: argparse.Namespace) -> int:
    """A key file from paper, only when the key is really that trustee's."""
    if sys.stdin.isatty():
        print("Type the four rows of your page, each followed by Enter:", file=sys.stderr)
    rows = [sys.stdin.readline() for _ in range(4)]
    secret = key_files.secret_on_paper(rows, election=args.election, index=args.index)
    trustees = read_trustees(read(args.trustees_file).strip())
    if GENERATOR.power(secret) not in trustees.public_keys:
        raise Refused("This key belongs to no trustee of that file. Is it the trustees file of this referendum?")
    key = KeyFile(args.election, args.index, len(trustees.public_keys), max(item.needed for item in trustees.items),
                  decryption_key=secret)  # fmt: skip
    write_key(args.key, key, passphrase(args, twice=True), new=True)
    print(f"Your key is back, in {args.key}.")
    return DONE


def decrypt(args: argparse.Namespace) -> int:
    """One trustee's partial decryption, after the trustee's own look at the whole box."""
    key = key_files.unlocked(read(args.key), passphrase(args))
    if key.decryption_key is None:
        raise Refused("The key is not finished: it cannot open anything.")
    if not args.archive.is_file():
        raise Refused(f"{args.archive} is not there.")
    bar = ProgressBar()
    try:
        box = opening.closed_box(args.archive, published_hash=args.board_hash, jobs=max(1, args.jobs), watch=bar.show)
    finally:
        bar.clear()
    if box.is_rehearsal is not args.rehearsal:
        kind = "a rehearsal: add --rehearsal" if box.is_rehearsal else "the referendum itself: leave out --rehearsal"
        raise Refused(f"This archive is {kind}.")
    if not args.rehearsal and box.election.uuid != key.election:
        raise Refused(f"This key was made for election {key.election}; the archive is of {box.election.uuid}.")
    owner = box.owner_of(GENERATOR.power(key.decryption_key))
    made = partial_decryption(box.tally, key.decryption_key, owner=owner, phi=box.election.fingerprint)
    with private(args.out) as file:
        file.write((compact(made) + "\n").encode())
    if args.json:
        print(json.dumps({"ok": True, "owner": owner, "ballots": box.ballots, "counted": box.counted,
                          "board_hash": box.board_hash}))  # fmt: skip
    else:
        print(f"{box.ballots} ballots, {box.counted} counted. The box is whole, closed and the published one.")
        print(f"Hand in {args.out} on your page. You are trustee {owner}.")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """This command on its own, without the rest of `spreekt`."""
    parser = argparse.ArgumentParser(prog="spreekt")
    register(parser.add_subparsers(required=True))
    args = parser.parse_args(arguments)
    return int(args.run(args))


def _waiting(refusal: NotYet) -> str:
    return (
        f"Nothing more to do now: waiting for the file of trustee {_listed(refusal.waiting_for)}. "
        "Put it in the folder and run this again."
    )


def _listed(indices: Sequence[int]) -> str:
    return ", ".join(map(str, indices))
