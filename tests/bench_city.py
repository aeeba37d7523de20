"""A large city for the benchmarks: proposals, residents with a session, an open round. Written in bulk, not by rule."""

import itertools
import secrets
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from spreekt.app import create_app
from spreekt.identity.models import Account, SignInSession
from spreekt.identity.residency_models import ProofMethod, RegisterEntry, RegisterImport, Residency
from spreekt.identity.sessions import hash_of
from spreekt.kernel.markup import plain_excerpt
from spreekt.kernel.vault import Vault
from spreekt.moderation import domain as moderation
from spreekt.moderation.models import Revision, State, Submission, submission_areas
from spreekt.modules.gezellige_wijk.models import RequestDay, RequestState, Segment, Side, StreetRequest, request_areas
from spreekt.modules.voorstellen.models import Proposal
from spreekt.modules.voorstellen.words import search_key
from spreekt.territory.models import Street
from tests.builders import DAY, NOON, a_street, an_area
from tests.live import Platform

AREAS = ("Heule", "Marke", "Bissegem", "Aalbeke")
SUBJECTS = ("Zitbanken", "Een fietsstraat", "Meer bomen", "Een speeltuin", "Tragere wagens", "Een drinkfontein")
BODY = (
    "We zien dat veel buren dit missen. **Samen** maken we het in orde, met een kleine som en veel goesting. "
    "De plek is klein, maar ligt mooi en iedereen komt er langs.\n\n"
) * 3


def add_proposals(db: Session, number: int) -> int:
    """So many published proposals; gives the id of the last one."""
    areas = [an_area(name).id for name in AREAS]
    model = Proposal(created_at=NOON, author_id=None)
    moderation.write(model, title="Een voorbeeld", body=BODY)
    written: dict[str, Any] = {"body": model.body, "body_html": model.body_html}
    start = (db.scalar(select(func.max(Submission.id))) or 0) + 1
    ids = range(start, start + number)
    titles = {id: f"{SUBJECTS[id % 6]} in straat {id}" for id in ids}
    moments = {id: NOON - timedelta(minutes=7 * (id - start) + 60) for id in ids}
    db.execute(
        insert(Submission.__table__),  # type: ignore[arg-type]
        [{**written, "id": id, "kind": "voorstel", "title": titles[id], "state": State.PUBLISHED, "version": 1,
          "created_at": moments[id], "published_at": moments[id], "flags": ""} for id in ids],
    )  # fmt: skip
    summary = plain_excerpt(model.body_html, 200)
    db.execute(
        insert(Proposal.__table__),  # type: ignore[arg-type]
        [{"id": id, "theme": "groen", "summary": summary, "search_key": search_key(titles[id], BODY),
          "latitude": 50.82 + id % 50 / 1000, "longitude": 3.26, "support_needed": 100, "answer_days": 30,
          "support_count": id % 90} for id in ids],
    )  # fmt: skip
    db.execute(insert(submission_areas), [{"submission_id": id, "area_id": areas[id % len(areas)]} for id in ids])
    db.execute(
        insert(Revision),
        [{"submission_id": id, "number": 1, "title": titles[id], "body": model.body, "saved_at": moments[id],
          "is_public": True} for id in ids],
    )  # fmt: skip
    db.commit()
    return ids[-1]


def add_street_events(db: Session, number: int) -> None:
    """So many street parties in August 2027, each on one day in one street; 500 are a busy month."""
    area = an_area(AREAS[0])
    start = (db.scalar(select(func.max(StreetRequest.id))) or 0) + 1
    street_id = db.scalar(select(Street.id).limit(1)) or a_street(area=area).id
    ids = range(start, start + number)
    days = {id: date(2027, 8, 1 + id % 31) for id in ids}
    db.execute(
        insert(StreetRequest),
        [{"id": id, "type_code": "straatfeest", "rule_code": "kortrijk-straatfeest-2024", "version": 1,
          "state": RequestState.GRANTED, "title": f"Straatfeest {id}", "created_at": NOON, "submitted_at": NOON,
          "first_on": days[id], "last_on": days[id], "answers": {}, "latitude": 50.82 + id % 50 / 1000,
          "longitude": 3.26} for id in ids],
    )  # fmt: skip
    db.execute(insert(RequestDay), [{"request_id": id, "on_day": days[id], "starts_at": time(14), "ends_at": time(22)}
                                    for id in ids])  # fmt: skip
    db.execute(insert(Segment), [{"request_id": id, "street_id": street_id, "side": Side.BOTH} for id in ids])
    db.execute(insert(request_areas), [{"request_id": id, "area_id": area.id} for id in ids])
    db.commit()


def add_voters(db: Session, vault: Vault, number: int) -> Iterator[str]:
    """So many residents who signed in; gives the token in the browser of each."""
    area_id = an_area(AREAS[0]).id
    batch = RegisterImport(file_sha256="0" * 64, entries=number, reference_on=date(2026, 11, 1), imported_at=NOON)
    db.add(batch)
    db.flush()
    first = (db.scalar(select(func.max(Account.id))) or 0) + 1
    ids = range(first, first + number)
    tokens = {id: secrets.token_urlsafe(32) for id in ids}
    people = {id: vault.fingerprint("bench person", str(id)) for id in ids}
    sealed = vault.seal("addressee", "{}")
    db.execute(
        insert(Account),
        [{"id": id, "display_name": f"Inwoner {id}", "email_key": vault.fingerprint("bench", str(id)),
          "created_on": date(2026, 1, 1), "confirmed_at": NOON - DAY} for id in ids],
    )  # fmt: skip
    db.execute(
        insert(RegisterEntry),
        [{"person_key": people[id], "born_on": date(1980, 1, 1), "area_id": area_id, "household_key": people[id],
          "sealed_addressee": sealed, "registered_since": date(2015, 1, 1), "import_id": batch.id} for id in ids],
    )  # fmt: skip
    db.execute(
        insert(Residency),
        [{"account_id": id, "person_key": people[id], "method": ProofMethod.LETTER, "proven_at": NOON} for id in ids],
    )
    db.execute(
        insert(SignInSession),
        [{"token_hash": hash_of(tokens[id]), "account_id": id, "epoch": 0, "device": "Bench", "created_at": NOON,
          "fresh_at": NOON, "expires_at": NOON + DAY} for id in ids],
    )  # fmt: skip
    db.commit()
    return iter(tokens.values())


def form_keys(platform: Platform) -> tuple[str, Iterator[list[tuple[str, str]]]]:
    """The cookie of a browser that opened a form, and what the form holds: a token, and a fresh key each time."""
    app = create_app(platform.settings())
    with app.test_request_context():
        token = generate_csrf()
        serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = serializer.dumps(dict(session))
    keys = (f"bench-{number}-{secrets.token_hex(8)}" for number in itertools.count())
    return cookie, ([("csrf_token", token), ("_once", key)] for key in keys)
