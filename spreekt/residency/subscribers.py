"""What follows from residency rules: the letter is printed, and people are told. Each is harmless when run twice."""

from sqlalchemy.orm import Session

from spreekt.identity import code_letters, letter_codes
from spreekt.identity.addressee import opened
from spreekt.identity.residency import holder_of
from spreekt.identity.residency_models import CodeLetter, IdentityCase, RegisterEntry, Residency
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.outbox import Message
from spreekt.notices.domain import Words, tell
from spreekt.notices.letter_store import store_for
from spreekt.web.context import city, now, settings, vault

RESIDENCY_URL = "/verblijf"
PROVEN = Words(
    "Je toonde dat je hier woont",
    "Je kan nu stemmen en voorstellen steunen.",
    RESIDENCY_URL,
    "Bekijk wat je kan doen",
)
CHECKING = Words(
    "We kijken nog iets na",
    "Een medewerker van de stad kijkt na of alles klopt met je verblijf. Je hoeft zelf niets te doen. "
    "We laten je weten wanneer het klaar is.",
    RESIDENCY_URL,
    "Bekijk hoe het staat",
)


def print_letter(db: Session, message: Message) -> None:
    """Make the PDF and keep it for the post. Name and address are opened here and nowhere before."""
    from spreekt.residency.letter_pdf import LetterWords, letter_pdf  # the PDF library takes a second to load

    letter = db.get(CodeLetter, message.payload["letter_id"])
    if letter is None or letter.person_key is None or letter.replaced_at is not None or letter.used_at is not None:
        return
    entry = db.get_one(RegisterEntry, letter.person_key)
    words = LetterWords(
        brand=city().brand,
        city=city().name,
        help_line=city().help_line,
        code=letter_codes.in_groups(code_letters.code_of(vault(), letter)),
        code_url=f"{settings().PUBLIC_URL.rstrip('/')}/verblijf/code",
        sent_on=now().astimezone(BRUSSELS).date(),
        valid_until=letter.expires_at.astimezone(BRUSSELS).date(),
    )
    store_for(settings()).keep(letter_name(letter), letter_pdf(opened(vault(), entry.sealed_addressee), words))


def letter_name(letter: CodeLetter) -> str:
    """The name of a letter's file: no person can be read from it."""
    return f"brief-{letter.id:06}-{vault().fingerprint('letter file', str(letter.id))[:12]}.pdf"


def tell_proven(db: Session, message: Message) -> None:
    residency = db.get(Residency, message.payload["residency_id"])
    if residency is not None and residency.ended_at is None:
        tell(db, message, account_id=residency.account_id, kind="residency.proven", words=PROVEN, now=now())


def tell_checking(db: Session, message: Message) -> None:
    """Both accounts hear the same, and nothing of each other."""
    case = db.get(IdentityCase, message.payload["case_id"])
    if case is None:
        return
    holder = holder_of(db, case.person_key)
    for account_id in {case.account_id, *([holder.account_id] if holder else [])}:
        tell(db, message, account_id=account_id, kind="residency.checking", words=CHECKING, now=now())


def tell_decided(db: Session, message: Message) -> None:
    case = db.get(IdentityCase, message.payload["case_id"])
    if case is None:
        return
    for account_id in {case.account_id, int(message.payload["holder_id"])} - {0}:
        tell(db, message, account_id=account_id, kind="residency.decided", words=_decided(), now=now())


def _decided() -> Words:
    line = city().help_line
    return Words(
        "We hebben je verblijf nagekeken",
        f"Op deze pagina zie je hoe het nu staat. Klopt dat niet? Bel {line} of kom langs met je identiteitskaart.",
        RESIDENCY_URL,
        "Bekijk hoe het staat",
    )
