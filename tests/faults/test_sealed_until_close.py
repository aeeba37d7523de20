"""V14: while voting is open, no page, file or command of any role tells a project's votes; only how many voted.

Nothing that lies anywhere opens a ballot: not the database, Redis, logs, identity key and key of one officer together.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox
from sqlalchemy import select

from spreekt.app import create_app
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.models import BudgetBallot, Round
from spreekt.modules.burgerbudget.officers.counting import StillSecret, key_purpose, tally
from spreekt.modules.burgerbudget.officers.keys import card_rows
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.game import ticked
from spreekt.modules.burgerbudget.voting.sealing import CannotOpen, open_sealed
from tests.builders import NOON, OFFICER_KEYS, a_resident, acting, staff
from tests.faults.canary import of_redis, of_the_database, of_the_folder
from tests.faults.conftest import NewDatabase, two_servers
from tests.faults.election import CODES, Election
from tests.live import Platform, platform
from tests.servers import Server
from tests.wire import Reply

EACH_TIME = re.compile(r'nonce[-=]"?[\w-]+|name="(csrf_token|_once)"[^>]*value="[^"]+"|_age_seconds":\d+')


@pytest.fixture(scope="module")
def live(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Two servers of this file's own: what other files leave on a page changes by itself while time passes."""
    with two_servers(tmp_path_factory.mktemp("sealed"), new_database("sealed_live")) as made:
        yield made


def reading_addresses(live: Platform, election: Election) -> list[str]:
    """Every address that can be read, filled in for this round."""
    fill = {"slug": election.slug, "part": "heule", "id": str(election.project_id), "what": "brief", "token": "x"}
    app = create_app(live.settings())
    addresses = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: fill.get(found[1], str(election.project_id)), rule.rule)
        addresses.append(path)
    assert f"/burgerbudget/{election.slug}/uitslag" in addresses
    return sorted(set(addresses))


def without_what_differs(reply: Reply) -> tuple[int, str, str]:
    """An answer without its nonce, tokens, hour, how long mail waits, and the numbers of voters: two, then three."""
    text = EACH_TIME.sub("", re.sub(r"<svg.*?</svg>", "", reply.text, flags=re.DOTALL))
    text = re.sub(r"\d\d:\d\d:\d\d\S*", "TIME", text)
    return reply.status, re.sub(r"\b[23]\b", "VOTERS", text), reply.header("content-type")


def first_difference(one: tuple[int, str, str], other: tuple[int, str, str]) -> tuple[str, str]:
    """Where two answers part, with a few words around it."""
    start = next((place for place, pair in enumerate(zip(one[1], other[1], strict=False)) if pair[0] != pair[1]), 0)
    return one[1][max(0, start - 80) : start + 40], other[1][max(0, start - 80) : start + 40]


@pytest.mark.parametrize("who", ["visitor", "resident", "every-role-at-once"])
def test_v14_one_more_vote_for_a_project_changes_only_the_turnout(live: Platform, who: str) -> None:
    election = Election(live, f"open-{who}")
    for _ in range(2):
        first, form, _key = election.voter_at(live.webs[0], [CODES[0]])
        assert first.post(election.review_url, form).status == 303
    with live.building():
        reader = a_resident() if who == "resident" else staff(*Role)
    visitor = live.webs[0].visitor("" if who == "visitor" else live.sign_in(reader))
    if who == "visitor":
        visitor.cookies["spreekt-form"] = "none"  # so that no kept page answers
    addresses = reading_addresses(live, election)

    def seen() -> dict[str, tuple[int, str, str]]:
        return {path: without_what_differs(visitor.get(path)) for path in addresses}

    another, form, _key = election.voter_at(live.webs[0], [CODES[3], CODES[4]])
    seen()  # once before it counts: pages that mark something as read have done so
    before = seen()
    assert another.post(election.review_url, form).status == 303
    after = seen()

    assert max(status for status, _, _ in after.values()) < 500
    assert [first_difference(before[path], after[path]) for path in addresses if before[path] != after[path]] == []


def test_v14_requests_and_answers_are_as_long_whatever_one_chooses(live: Platform) -> None:
    election = Election(live, "even-lang")
    sizes = set()
    for choice in ([CODES[0]], [CODES[4]], [CODES[0], CODES[5]], list(CODES)):
        visitor, form, _key = election.voter_at(live.webs[0], choice)
        request = visitor.request("POST", election.review_url, form)
        reply = visitor.send(request)
        assert reply.status == 303
        sizes.add((len(request) - len(str(visitor.cookies)), len(reply.body), reply.location))

    assert len({body for body, _, _ in sizes}) == 1, sizes
    assert len({(answer, place) for _, answer, place in sizes}) == 1


VOTERS = 200


@pytest.fixture
def with_redis(new_database: NewDatabase, redis_server: Server, tmp_path: Path) -> Iterator[Platform]:
    """One server, with Redis."""
    with platform(tmp_path / "instance", new_database("sealed"), redis_url=redis_server.url) as made:
        made.serve()
        yield made


def test_v14_v15_nothing_that_lies_about_opens_one_of_200_ballots(with_redis: Platform, redis_server: Server) -> None:
    """Who has the database, Redis, the logs, the identity key and the key of one officer opens nothing."""
    election = Election(with_redis, "tweehonderd")
    for number in range(VOTERS):
        choice = [CODES[number % len(CODES)]]
        if number % 20:
            cast_here(with_redis, election, choice)
        else:
            visitor, form, _key = election.voter_at(with_redis.webs[0], choice)
            assert visitor.post(election.review_url, form).status == 303
    heap = [*of_the_database(with_redis), *of_redis(redis_server.url), *of_the_folder(with_redis.folder)]
    with with_redis.sessions() as db:
        boxes = list(db.scalars(select(BudgetBallot.sealed_choice)))
        round = db.get_one(Round, election.round.id)
        seats = range(1, len(round.public_keys) + 1)

    assert len(boxes) == VOTERS
    assert len({len(box) for box in boxes}) == 1
    keys = [*keys_in(heap), *keys_of_the_server(with_redis, round), *(bytes(key) for key in OFFICER_KEYS[:1])]
    assert len(keys) > 300
    for box in (boxes[0], boxes[-1]):
        whole = base64.b64decode(box)
        opened = {seat for seat in seats for key in keys if opens_share(whole, seat, key)}
        assert opened == {1}, "only the officer whose key was tried"
        assert not any(opens_choice(whole, key, len(seats)) for key in keys)
        for key in keys:
            with pytest.raises(CannotOpen):
                open_sealed(box, {1: OFFICER_KEYS[0], 2: PrivateKey(key)})
    assert [secret for secret in map(bytes, OFFICER_KEYS) if any(found(secret, text) for _place, text in heap)] == []
    with with_redis.sessions() as db, pytest.raises(StillSecret):
        tally(db, with_redis.vault, Clock(fixed=NOON), db.get_one(Round, election.round.id))
    with with_redis.sessions() as db:
        assert sum(election.box(db).values()) == VOTERS  # and two officers together open all of them


def cast_here(live: Platform, election: Election, choice: list[str]) -> None:
    """A vote by the same rule that the server uses, without the pages before it."""
    with live.building() as db:
        round, voter = db.get_one(Round, election.round.id), a_resident()
        ballots.cast(db, live.vault, Clock(fixed=NOON), round, ticked(choice), by=acting(voter))
        db.commit()


def keys_in(heap: list[tuple[str, bytes]]) -> set[bytes]:
    """Everything that lies about and could be a key: 32 bytes in hexadecimal or Base64."""
    keys: set[bytes] = set()
    for _place, content in heap:
        keys |= {
            bytes.fromhex(text.decode()) for text in re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", content)
        }
        for text in re.findall(rb"(?<![\w+/-])[\w+/-]{43}=?(?![\w+/=-])", content):
            keys.add(base64.urlsafe_b64decode(text.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_") + b"="))
    return {key for key in keys if len(key) == 32}


def keys_of_the_server(live: Platform, round: Round) -> set[bytes]:
    """What follows from the identity key, for every purpose that has to do with a round."""
    purposes = ["ballot", "budget ballot", f"budget ballot {round.id}", f"ballot {round.id}", f"round {round.id}"]
    for seat, public in enumerate(round.public_keys, start=1):
        purposes += [f"challenge {round.id} {seat} {public.hex()}", key_purpose(round.id, seat)]
    identity = live.vault.identity_key
    return {hashlib.sha256(identity).digest(), *(live.vault.raw_key(purpose) for purpose in purposes)}


def opens_share(whole: bytes, seat: int, key: bytes) -> bool:
    """Whether this secret key opens the part of one officer."""
    start = 3 + (seat - 1) * 80
    try:
        SealedBox(PrivateKey(key)).decrypt(whole[start : start + 80])
    except CryptoError:
        return False
    return True


def opens_choice(whole: bytes, key: bytes, seats: int) -> bool:
    """Whether this is the key of the ballot itself, as it stands or as the curve at zero."""
    of_secret = hashlib.sha256(b"spreekt budget ballot" + key).digest()
    for each in (key, of_secret):
        try:
            SecretBox(each).decrypt(whole[3 + seats * 80 :])
        except CryptoError:
            continue
        return True
    return False


def found(secret: bytes, content: bytes) -> bool:
    """Whether a key lies in here, as bytes, in hexadecimal, in Base64 or as a card."""
    rows = card_rows(secret)
    shapes = (secret, secret.hex().encode(), base64.b64encode(secret)[:-2], rows[0].encode(),
              rows[0].replace(" ", "").encode())  # fmt: skip
    return any(shape.lower() in content.lower() for shape in shapes)
