"""`spreekt budget officer`: a counting officer's key without a browser, offline. Arguments and words; no rule here.

Exit 0: done; 1: the answer is no, with what to do on stderr; 2: wrong arguments.
"""

import argparse
import json
import os
import re
import secrets
import sys
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from spreekt.modules.burgerbudget.officers.domain import answer
from spreekt.modules.burgerbudget.officers.keys import KEY_BYTES, MistypedCard, card_rows, card_text, secret_on_card
from spreekt.web.terminal import say

DONE, NO = 0, 1
_LONGEST_CARD = 4000


def register(budget: Any) -> None:
    """Add `officer` to the commands of `spreekt budget`."""
    words = "a counting officer of a budget round: make a key, show that you hold it; offline"
    verbs = budget.add_parser("officer", help=words, description=words).add_subparsers(required=True, metavar="VERB")

    verb = verbs.add_parser("keygen", help="a new key: the card to keep, and the public key for your page")
    verb.add_argument("--out", type=Path, metavar="FILE", help="write the card here instead of showing it")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")
    verb.set_defaults(run=keygen)

    verb = verbs.add_parser("prove", help="read the card from standard input and answer the challenge on your page")
    verb.add_argument("--challenge", required=True, type=_public_key, metavar="HEX", help="as your page shows it")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")
    verb.set_defaults(run=prove)


def keygen(args: argparse.Namespace) -> int:
    """Make a key. It is shown or written once and kept nowhere else."""
    secret = secrets.token_bytes(KEY_BYTES)
    public_key = bytes(PrivateKey(secret).public_key).hex()
    if args.out is not None:
        try:
            with os.fdopen(
                os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(card_text(secret))
        except FileExistsError:
            return _no(f"{args.out} exists already; choose another name, so that no key is lost")
        except OSError as refusal:
            return _no(f"{args.out}: cannot be written: {refusal.strerror}")
    if args.json:
        card = {} if args.out is not None else {"card": card_rows(secret)}
        say(json.dumps({"public_key": public_key, **card, "file": args.out and str(args.out)}), to=sys.stdout)
        return DONE
    if args.out is None:
        say(card_text(secret), to=sys.stdout)
        say("Keep the four rows on paper. They are shown only now.", to=sys.stderr)
    else:
        say(f"The card is in {args.out}. Keep it away from this computer.", to=sys.stderr)
    say("The public key, for your page:", to=sys.stderr)
    say(public_key, to=sys.stdout)
    return DONE


def prove(args: argparse.Namespace) -> int:
    """Answer a challenge with the key on the card that comes in."""
    if sys.stdin.isatty():
        say("Type the four rows of your card, then Ctrl-D.", to=sys.stderr)
    try:
        secret = secret_on_card(sys.stdin.buffer.read(_LONGEST_CARD).decode("utf-8-sig"))
    except MistypedCard as mistyped:
        return _no(f"this is not the key: {mistyped}")
    except UnicodeDecodeError:
        return _no("this is not the key: it is no text")
    key = PrivateKey(secret)
    public_key = bytes(key.public_key).hex()
    try:
        answered = answer(key, bytes.fromhex(args.challenge), public_key)
    except CryptoError:
        return _no("this is not a challenge of the page; copy it once more")
    if args.json:
        say(json.dumps({"public_key": public_key, "answer": answered}), to=sys.stdout)
    else:
        say("The answer, for your page:", to=sys.stderr)
        say(answered, to=sys.stdout)
    return DONE


def _no(reason: str) -> int:
    say(f"spreekt budget officer: {reason}", to=sys.stderr)
    return NO


def _public_key(text: str) -> str:
    """64 hexadecimal letters, or argparse says so and exits with 2."""
    if not re.fullmatch(r"[0-9a-f]{64}", text.strip().lower()):
        raise argparse.ArgumentTypeError("not 64 letters and digits; copy the whole challenge from your page")
    return text.strip().lower()
